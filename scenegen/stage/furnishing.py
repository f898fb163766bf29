"""Furniture along a town street, in the forecourts between sidewalk and houses, and the little of it before gardens."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scenegen.models.mesh import ModelSpec
from scenegen.models.undergrowth import FORECOURT_M
from scenegen.roads.network import SIDES, Side, sign_of
from scenegen.stage.placing import ALONG, BACK, PlacedThing, Site, raised, turned

STEP_M = 7.5
RAIL_SETBACK_M = 0.75  # middle of a guard rail from the paved edge
PIT_EVERY = 2  # street trees stand at every other step
TOWN_TREES, TREE_FORMS = ("street_tree", "street_tree", "birch"), 3
CHOICES = (
    "bench", "bollard", "bollard", "bicycle_stand", "parked_bicycle", "parked_bicycle", "mailbox", "planter", "planter",
    "advertising_column", "bin", "parcel_box", "", "",
)  # fmt: skip
_BIN_FORMS = 3


def town_furniture(site: Site, s_from: float, s_to: float, depth_m: float) -> Iterator[PlacedThing]:
    """Trees in pits and furniture in the forecourts of both sides, between two places along the street."""
    for side in SIDES:
        stop = math.floor(site.u(f"{side}.bus_stop") * 12)
        for k in range(math.ceil(s_from / STEP_M), math.floor(s_to / STEP_M)):
            key = f"{side}.step.{k}"
            if k % 16 == stop and site.u(f"{key}.has_stop") < 0.7:
                yield _standing(site, f"town.{key}.bus_stop", ModelSpec("bus_stop", k % 3), k, side, 0.5 * depth_m + 0.1)
            elif k % PIT_EVERY == 0:
                yield from _street_tree(site, key, k, side)
            else:
                yield from _piece(site, key, k, side, depth_m)


def _street_tree(site: Site, key: str, k: int, side: Side) -> Iterator[PlacedThing]:
    """A tree in its pit."""
    if site.u(f"{key}.tree") >= 0.6:
        return
    kind, form = site.pick("town.tree.kind", TOWN_TREES), int(site.u(f"{key}.tree.form") * TREE_FORMS)
    yield _standing(site, f"town.{key}.pit", ModelSpec("tree_pit", k % 2), k, side, 0.95)
    tree = _standing(site, f"town.{key}.tree", ModelSpec(kind, form), k, side, 0.95)
    yield turned(tree, site.between(f"{key}.tree.turn", 0.0, 6.28))


def _piece(site: Site, key: str, k: int, side: Side, depth_m: float) -> Iterator[PlacedThing]:
    """A piece of furniture, or two bicycles beside each other."""
    kind = site.pick(f"{key}.piece", CHOICES)
    if not kind:
        return
    seed = int(site.u(f"{key}.piece.form") * _BIN_FORMS)
    at = {
        "bollard": 0.35,
        "advertising_column": 1.3,
        "mailbox": depth_m - 0.4,
        "parcel_box": depth_m - 0.5,
        "bin": depth_m - 0.5,
    }
    yield _standing(site, f"town.{key}.{kind}", ModelSpec(kind, seed), k, side, at.get(kind, 1.0))
    if kind == "bicycle_stand" and site.u(f"{key}.bicycle") < 0.8:
        beside = ModelSpec("parked_bicycle", int(site.u(f"{key}.bicycle.form") * 6))
        yield _standing(site, f"town.{key}.bicycle", beside, k, side, 1.0, along_m=0.75)


def _standing(site: Site, name: str, spec: ModelSpec, k: int, side: Side, t_m: float, *, along_m: float = 0.0) -> PlacedThing:
    """Stand a thing on a forecourt so far from the sidewalk, its front to the road."""
    t = sign_of(side) * (site.outer(side) + t_m)
    thing = site.place(name, spec, (k + 0.5) * STEP_M + along_m, t, site.facing_road(side))
    return raised(thing, 0.0 if spec.kind in ("tree_pit", "street_tree", "birch") else FORECOURT_M)


def verges(site: Site, s_from: float, s_to: float) -> Iterator[PlacedThing]:
    """Tufts of grass and fallen leaves where paving ends: along gardens, or along the gravel of a country road."""
    step = 4.0
    is_open = site.street.surroundings == "rural"
    for side in SIDES:
        t = sign_of(side) * (site.outer(side) + (0.85 if is_open else 0.23))
        for k in range(math.ceil(s_from / step), math.floor(s_to / step)):
            key = f"{side}.verge.{k}"
            if site.u(f"{key}.tufts") < (0.85 if is_open else 0.7):
                yield site.place(key, ModelSpec("grass_tufts", int(site.u(f"{key}.form") * 3)), (k + 0.5) * step, t, ALONG)
            if site.u(f"{key}.leaves") < 0.3:
                spec = ModelSpec("leaf_litter", int(site.u(f"{key}.leaf.form") * 2))
                yield site.place(f"{key}.leaves", spec, (k + 0.5) * step, t + sign_of(side) * 0.25, ALONG)


def guard_rails(site: Site) -> Iterator[PlacedThing]:
    """In some country scenes a guard rail along one side, in pieces of 8 m over a stretch of 80 to 200 m."""
    if site.u("guard_rail") >= 0.45 or site.network.sidewalk_t("right") is not None:
        return
    side = site.pick("guard_rail.side", SIDES)
    begin = 8.0 * math.floor(site.between("guard_rail.s", 0.0, 15.0))
    t = sign_of(side) * (site.outer(side) + RAIL_SETBACK_M)
    turn = BACK if side == "left" else ALONG  # its wave faces the road
    for k in range(round(site.between("guard_rail.length", 10.0, 25.0))):
        s = begin + 8.0 * k
        if s + 8.0 < site.network.drawn_s[1]:
            yield site.place(f"guard_rail.{k}", ModelSpec("guard_rail"), s + 4.0, t, turn)
