"""What stands round a street: houses, gardens, trees, lamps, signs, bins and poles, and woods that close the horizon.

Draws are keyed by side and plot or post number, so a longer road keeps its beginning.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from scenegen.geometry import apply
from scenegen.models.mesh import ModelSpec
from scenegen.roads.network import SIDES, RoadNetwork, Side, sign_of
from scenegen.scenario.scene import Scene, StreetScene
from scenegen.stage.furnishing import guard_rails, verges
from scenegen.stage.greenery import field_shrubs, garden_clutter, garden_green, ridges
from scenegen.stage.map_sides import along_roads
from scenegen.stage.map_things import map_things
from scenegen.stage.placing import ALONG, BACK, TO_LEFT, PlacedThing, Site, thing_size
from scenegen.stage.stage import Lamp
from scenegen.stage.town import town_rows
from scenegen.units import M_PER_S_PER_KMH

__all__ = ["PlacedThing", "place_surroundings", "street_lamp_lights"]

PLOT_M = (17.0, 23.5)
GATE_M = 2.6  # least opening of a plot's front boundary: a gate or a drive
BOUNDARY_GAP_M = 0.3  # from the sidewalk's far edge
HOUSES_BEFORE_M, HOUSES_AFTER_M = 20.0, 55.0  # built-up stretch past both ends of the ego's way
HOUSE_FORMS, TREE_FORMS, BUSH_FORMS = 8, 4, 2  # distinct models: each costs build time and memory
HOUSE_FOOTPRINT_M = (11.4, 10.6)  # depth and breadth of the largest form, eaves included
SMALL_TREE_FORMS = 2  # the first forms have crowns narrow enough for a shallow front garden
FIELD_TREES = ("tree", "tree", "birch", "poplar", "conifer")
LAMP_SPACING_M = 28.0
LAMPS_BEFORE_M, LAMPS_AFTER_M = 30.0, 170.0
SIGN_SPACING_M = 85.0
POLE_SPACING_M = 41.0
WOODS_STEP_M = 52.0  # a tree line is 60 m long: neighbours overlap
WOODS_NEAR_M, WOODS_FAR_M = (50.0, 66.0), (82.0, 115.0)  # behind the outermost lane
WOODS_CLEARANCE_M = 42.0
AVENUE_OFFSET_M = 14.0  # woods beside the road where the houses have ended
LAMP_HEAD_BODY_M = (1.4, 0.0, 6.2)
LAMP_COLOUR_LINEAR = (1500.0, 1170.0, 780.0)  # about 5,000 lm below the head, 3,000 K
LAMP_REACH_M = 32.0

BOUNDARY_FORMS = 3  # walls of brick, plaster or concrete, fences of wood or iron, hedges of uneven height
BOUNDARIES = ("garden_wall", "garden_wall", "hedge", "hedge", "hedge", "picket_fence", "picket_fence", "")


def place_surroundings(scene: Scene, network: RoadNetwork) -> tuple[PlacedThing, ...]:
    """Place the static scenery of a scene.

    Args:
        scene: its street's kind, its draws, and the actors whose places must stay free.
        network: the street built from `scene.road`.
    Returns:
        Things in a fixed order; none on the carriageway, on a sidewalk, or where an actor stands or crosses.
    """
    if network.map_route is not None:
        return (*map_things(network), *along_roads(scene, network, things_beside))
    site = Site(scene, network)
    near = list(things_beside(site))
    far = [*_woods(site), *_avenue(site), *_closing_woods(site), *ridges(site)]
    return tuple(thing for thing in near if site.is_free(thing)) + tuple(far)


def things_beside(site: Site) -> Iterator[PlacedThing]:
    """Give what stands along a street, whether there is room for it or not."""
    built_up = max(-HOUSES_BEFORE_M, site.network.drawn_s[0]), _until(site, HOUSES_AFTER_M)
    if site.street.surroundings == "residential":
        yield from (*_plots(site), *_lamps(site), *_signs(site), *_utility_poles(site), *verges(site, *built_up))
    elif site.street.surroundings == "urban":
        yield from (*town_rows(site, built_up[1]), *_lamps(site), *_signs(site))
    else:
        yield from (*_fields(site), *_signs(site), *_utility_poles(site), *guard_rails(site), *verges(site, *built_up))


def street_lamp_lights(things: tuple[PlacedThing, ...]) -> tuple[Lamp, ...]:
    """Give the light of every street lamp among placed things."""
    head = np.array([LAMP_HEAD_BODY_M])
    lamps = []
    for thing in things:
        if thing.spec.kind == "street_lamp":
            x, y, z = (float(value) for value in apply(thing.world_from_body, head)[0])
            lamps.append(Lamp((x, y, z), LAMP_COLOUR_LINEAR, LAMP_REACH_M))
    return tuple(lamps)


def _until(site: Site, after_m: float) -> float:
    """End of a stretch that goes on past the ego's way, but never past the drawn road."""
    return min(site.network.length_m + after_m, site.network.drawn_s[1])


def _plots(site: Site) -> Iterator[PlacedThing]:
    """Garden plots of both sides: forwards from s = 0, and a few backwards."""
    last = _until(site, HOUSES_AFTER_M)
    for side in SIDES:
        s, k = 0.0, 0
        while s < last:
            width = site.between(f"{side}.{k}.width", *PLOT_M)
            yield from _plot(site, side, k, s, s + width)
            s, k = s + width, k + 1
        s, k = 0.0, -1
        while s > max(-HOUSES_BEFORE_M, site.network.drawn_s[0]):
            width = site.between(f"{side}.{k}.width", *PLOT_M)
            yield from _plot(site, side, k, s - width, s)
            s, k = s - width, k - 1


def _plot(site: Site, side: Side, k: int, s_from: float, s_to: float) -> Iterator[PlacedThing]:
    """One plot: boundary with an opening, house, garden, a hedge to the neighbour, a bin."""
    key = f"{side}.{k}"
    sign, outer = sign_of(side), site.outer(side)
    opening_first = site.u(f"{key}.opening") < 0.5
    yield from _boundary(site, side, key, s_from, s_to, opening_first=opening_first)

    setback = site.between(f"{key}.setback", 4.0, 9.0)
    house = ModelSpec("house", int(site.u(f"{key}.house.form") * HOUSE_FORMS))
    depth, breadth = HOUSE_FOOTPRINT_M
    drift = max(0.0, 0.5 * (s_to - s_from - breadth) - 2.5)
    s_house = 0.5 * (s_from + s_to) + (0.5 if opening_first else -0.5) * drift
    if site.u(f"{key}.is_built") < 0.93:
        t_house = sign * (outer + setback + 0.5 * depth)
        yield site.place(f"plot.{key}.house", house, s_house, t_house, site.facing_road(side))
        yield from garden_clutter(site, side, key, s_house, setback=setback)
    yield from _garden(site, side, key, s_from, s_to, setback=setback)
    yield from garden_green(site, side, key, s_from, s_to, setback=setback)
    if not opening_first and site.u(f"{key}.side_hedge") < 0.4:
        hedge = ModelSpec("hedge", 0, (("length", 4.0),))
        yield site.place(f"plot.{key}.side_hedge", hedge, s_from + 0.6, sign * (outer + 3.5), TO_LEFT)
    if site.u(f"{key}.bin") < 0.35:
        s_bin = s_from + 0.9 if opening_first else s_to - 0.9
        t_bin = sign * (outer + 0.8)
        yield site.place(f"plot.{key}.bin", ModelSpec("bin"), s_bin, t_bin, site.facing_road(side))


def _boundary(site: Site, side: Side, key: str, s_from: float, s_to: float, *, opening_first: bool) -> Iterator[PlacedThing]:
    """The front boundary: pieces of 8 and 4 m set end to end, the opening at one end of the plot."""
    kind = site.pick(f"{key}.boundary", BOUNDARIES)
    if not kind:
        return
    covered = 4 * math.floor((s_to - s_from - GATE_M) / 4.0)
    pieces = [8.0] * int(covered // 8) + [4.0] * int(covered % 8 // 4)
    t = sign_of(side) * (site.outer(side) + BOUNDARY_GAP_M + 0.5 * thing_size(ModelSpec(kind))[1])
    s = s_to - covered if opening_first else s_from
    form = int(site.u(f"{key}.boundary.form") * BOUNDARY_FORMS)
    for i, length in enumerate(pieces):
        spec = ModelSpec(kind, form, (("length", length),))
        yield site.place(f"plot.{key}.{kind}.{i}", spec, s + 0.5 * length, t, ALONG)
        s += length


def _garden(site: Site, side: Side, key: str, s_from: float, s_to: float, *, setback: float) -> Iterator[PlacedThing]:
    """Bushes before the house, a tree beside it or behind."""
    sign, outer = sign_of(side), site.outer(side)
    for i in range(int(site.u(f"{key}.bushes") * 4.9)):
        spec = ModelSpec("bush", int(site.u(f"{key}.bush.{i}.form") * BUSH_FORMS))
        s = site.between(f"{key}.bush.{i}.s", s_from + 1.5, s_to - 1.5)
        t = site.between(f"{key}.bush.{i}.t", 2.3, max(2.4, setback - 1.3))
        yield site.place(f"plot.{key}.bush.{i}", spec, s, sign * (outer + t), site.between(f"{key}.bush.{i}.turn", 0, 6.28))
    for name, share, near, far in (("front", 0.55, 2.6, 5.0), ("back", 0.55, 17.0, 26.0)):
        if site.u(f"{key}.{name}_tree") >= share:
            continue
        forms = SMALL_TREE_FORMS if name == "front" and setback < 6.0 else TREE_FORMS
        spec = ModelSpec("tree", int(site.u(f"{key}.{name}_tree.form") * forms))
        # A tree before the house stands at the border between two plots.
        low, high = (s_from + 0.6, s_from + 2.4) if name == "front" else (s_from + 2.0, s_to - 2.0)
        s, t = site.between(f"{key}.{name}_tree.s", low, high), site.between(f"{key}.{name}_tree.t", near, far)
        turn = site.between(f"{key}.{name}_tree.turn", 0, 6.28)
        yield site.place(f"plot.{key}.{name}_tree", spec, s, sign * (outer + t), turn)


def _lamps(site: Site) -> Iterator[PlacedThing]:
    """Street lamps on alternate sides, arms over the road."""
    first = math.ceil(max(-LAMPS_BEFORE_M, site.network.drawn_s[0]) / LAMP_SPACING_M)
    for k in range(first, math.floor(_until(site, LAMPS_AFTER_M) / LAMP_SPACING_M)):
        side = SIDES[k % 2]
        s = (k + 0.5) * LAMP_SPACING_M
        yield site.place(f"lamp.{k}", ModelSpec("street_lamp"), s, site.post_t(side), site.facing_road(side))


def _signs(site: Site) -> Iterator[PlacedThing]:
    """Now and then a sign that holds on this street, its face to those who come towards it."""
    faces = _sign_faces(site.street)
    if not faces:
        return
    for side in SIDES:
        runs_with_s = side == site.street.drive or site.street.oneway
        for k in range(math.floor(_until(site, HOUSES_AFTER_M) / SIGN_SPACING_M)):
            if site.u(f"{side}.sign.{k}") >= 0.6:
                continue
            s = (k + site.between(f"{side}.sign.{k}.s", 0.2, 0.8)) * SIGN_SPACING_M
            spec = ModelSpec("sign", 0, (("face", site.pick(f"{side}.sign.{k}.face", faces)),))
            yield site.place(f"sign.{side}.{k}", spec, s, site.post_t(side), BACK if runs_with_s else ALONG)


def _sign_faces(road: StreetScene) -> tuple[str, ...]:
    """Signs that tell the truth here: the limit when it is 30 or 50 km/h, parking where there are bays."""
    limit_kmh = round(road.speed_limit / M_PER_S_PER_KMH)
    limits = (f"limit_{limit_kmh}",) if limit_kmh in (30, 50) else ()
    return limits + (("parking",) if road.parking > 0.0 else ())


def _utility_poles(site: Site) -> Iterator[PlacedThing]:
    """In some scenes a row of poles along one side, behind the boundary."""
    is_rural = site.street.surroundings == "rural"
    if site.u("poles") >= (0.6 if is_rural else 0.35):
        return
    side = site.pick("poles.side", SIDES)
    t = sign_of(side) * (site.outer(side) + (2.4 if is_rural else 1.6))
    first = math.ceil(site.network.drawn_s[0] / POLE_SPACING_M)
    for k in range(first, math.floor(_until(site, LAMPS_AFTER_M) / POLE_SPACING_M)):
        s = (k + 0.37) * POLE_SPACING_M
        yield site.place(f"pole.{k}", ModelSpec("utility_pole"), s, t, ALONG)
        yield site.spanned(f"wires.{k}", "wires", (s, t), (s + POLE_SPACING_M, t))


def _fields(site: Site) -> Iterator[PlacedThing]:
    """Country: per field of 48 m a hedge, a fence or nothing along the road, with trees and bushes behind the verge."""
    field_m = 48.0
    first, last = (round(s / field_m) for s in (site.network.drawn_s[0], _until(site, HOUSES_AFTER_M)))
    for side in SIDES:
        sign, outer = sign_of(side), site.outer(side)
        for k in range(first, last):
            key = f"{side}.field.{k}"
            kind = site.pick(f"{key}.boundary", ("hedge", "hedge", "picket_fence", "", ""))
            pieces = 6 - int(site.u(f"{key}.opening") * 2)
            for i in range(pieces if kind else 0):
                spec = ModelSpec(kind, 0, (("length", 8.0),))
                yield site.place(f"{key}.{kind}.{i}", spec, k * field_m + 4.0 + 8.0 * i, sign * (outer + 4.5), ALONG)
            for i in range(int(site.u(f"{key}.trees") * 4.4)):
                kind = site.pick(f"{key}.tree.{i}.kind", FIELD_TREES)
                spec = ModelSpec(kind, int(site.u(f"{key}.tree.{i}.form") * TREE_FORMS))
                s = (k + site.u(f"{key}.tree.{i}.s")) * field_m
                t = sign * (outer + site.between(f"{key}.tree.{i}.t", 6.0, 22.0))
                yield site.place(f"{key}.tree.{i}", spec, s, t, site.between(f"{key}.tree.{i}.turn", 0, 6.28))
            yield from field_shrubs(site, side, key, k * field_m)
            for i in range(int(site.u(f"{key}.bushes") * 3.0)):
                spec = ModelSpec("bush", int(site.u(f"{key}.bush.{i}.form") * BUSH_FORMS))
                s = (k + site.u(f"{key}.bush.{i}.s")) * field_m
                t = sign * (outer + site.between(f"{key}.bush.{i}.t", 6.0, 12.0))
                yield site.place(f"{key}.bush.{i}", spec, s, t, site.between(f"{key}.bush.{i}.turn", 0, 6.28))


def _woods(site: Site) -> Iterator[PlacedThing]:
    """Tree lines behind gardens and fields: a far row, and before every other gap a near one, where a bend leaves room."""
    low, high = site.network.drawn_s
    for side in SIDES:
        # Outside a bend a row is longer than the road beside it.
        spread = 1.0 - sign_of(side) * site.street.curvature * 0.5 * sum(WOODS_FAR_M)
        step = WOODS_STEP_M / max(1.0, spread)
        for k in range(math.floor(low / step), math.ceil(high / step)):
            rows = {"near": WOODS_NEAR_M, "far": WOODS_FAR_M} if k % 2 else {"far": WOODS_FAR_M}
            for row, (nearest, furthest) in rows.items():
                key = f"{side}.woods.{row}.{k}"
                t = sign_of(side) * (site.outer(side) + site.between(f"{key}.t", nearest, furthest))
                thing = site.place_long(f"woods.{side}.{row}.{k}", _tree_line(site, key), (k + 0.5) * step, t, ALONG)
                if site.is_clear_of_road(thing, WOODS_CLEARANCE_M):
                    yield thing


def _avenue(site: Site) -> Iterator[PlacedThing]:
    """Woods close beside the road from where the houses end to where the drawn road ends."""
    begin = site.network.length_m + HOUSES_AFTER_M + 40.0
    count = math.ceil((site.network.drawn_s[1] - begin) / WOODS_STEP_M)
    for side in SIDES:
        for k in range(count):
            key = f"{side}.avenue.{k}"
            t = sign_of(side) * (site.outer(side) + AVENUE_OFFSET_M + site.between(f"{key}.t", 0.0, 10.0))
            thing = site.place_long(f"avenue.{side}.{k}", _tree_line(site, key), begin + k * WOODS_STEP_M, t, ALONG)
            if site.is_clear_of_road(thing, site.outer(side) + 5.0):
                yield thing


def _closing_woods(site: Site) -> Iterator[PlacedThing]:
    """Tree lines across both ends of the drawn road."""
    low, high = site.network.drawn_s
    for name, s in (("start", low - 15.0), ("end", high + 15.0)):
        for i in range(-2, 3):
            thing = site.place_long(f"close.{name}.{i}", _tree_line(site, f"{name}.{i}"), s, i * WOODS_STEP_M, TO_LEFT)
            if site.is_clear_of_road(thing, 9.0):
                yield thing


def _tree_line(site: Site, key: str) -> ModelSpec:
    """One of two woods."""
    return ModelSpec("tree_line", int(site.u(f"{key}.form") * 2))
