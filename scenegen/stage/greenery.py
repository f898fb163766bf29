"""Green of garden plots beside lawns: shrubs behind the boundary, hedges between plots, rows of trees that close the gaps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scenegen.geometry import pose
from scenegen.models.mesh import ModelSpec
from scenegen.roads.network import Side, sign_of
from scenegen.stage.placing import ALONG, TO_LEFT, PlacedThing, Site

SHRUB_FORMS, CONIFER_FORMS, BACK_FORMS = 3, 3, 4
BACK_PLANTS = 2  # of a plot, behind the house: seen only between houses
BEHIND_HOUSE_M = 16.0  # from the front of a house to where its back garden's trees stand
RIDGES, RIDGE_M, RIDGE_BEHIND_M = 7, 900.0, 700.0
BACK_KINDS = ("tree", "tree", "conifer", "birch", "shrubs", "shrubs")


def garden_green(site: Site, side: Side, key: str, s_from: float, s_to: float, *, setback: float) -> Iterator[PlacedThing]:
    """Shrubs and trees of one plot, the densest where they close the view between houses."""
    sign, outer = sign_of(side), site.outer(side)
    if site.u(f"{key}.front_shrubs") < 0.5:
        spec = ModelSpec("shrubs", int(site.u(f"{key}.front_shrubs.form") * SHRUB_FORMS), (("length", 6.0),))
        s = site.between(f"{key}.front_shrubs.s", s_from + 4.0, s_to - 4.0)
        yield site.place(f"plot.{key}.front_shrubs", spec, s, sign * (outer + 1.9), ALONG)
    if site.u(f"{key}.border") < 0.75:
        spec = ModelSpec("shrubs", int(site.u(f"{key}.border.form") * SHRUB_FORMS), (("length", 8.0),))
        t = sign * (outer + setback + 6.0)
        yield site.place(f"plot.{key}.border", spec, s_from + 0.3, t, TO_LEFT)
    if site.u(f"{key}.conifer") < 0.3:
        spec = ModelSpec("conifer", int(site.u(f"{key}.conifer.form") * CONIFER_FORMS))
        t = sign * (outer + site.between(f"{key}.conifer.t", 2.6, setback + 2.0))
        yield site.place(f"plot.{key}.conifer", spec, s_to - 1.2, t, site.between(f"{key}.conifer.turn", 0.0, 6.28))
    for i in range(BACK_PLANTS):
        kind = site.pick(f"{key}.back.{i}", BACK_KINDS)
        options = (("length", 8.0),) if kind == "shrubs" else ()
        spec = ModelSpec(kind, int(site.u(f"{key}.back.{i}.form") * BACK_FORMS), options)
        s = s_from + (i + site.u(f"{key}.back.{i}.s")) * (s_to - s_from) / BACK_PLANTS
        t = sign * (outer + setback + BEHIND_HOUSE_M + site.between(f"{key}.back.{i}.t", 0.0, 9.0))
        turn = ALONG if kind == "shrubs" else site.between(f"{key}.back.{i}.turn", 0.0, 6.28)
        yield site.place(f"plot.{key}.back.{i}", spec, s, t, turn)


def garden_clutter(site: Site, side: Side, key: str, s_house: float, *, setback: float) -> Iterator[PlacedThing]:
    """What stands before a house: a bicycle, a tub, a bench."""
    sign, outer = sign_of(side), site.outer(side)
    for kind, share, along in (("parked_bicycle", 0.3, 3.2), ("planter", 0.3, -1.4), ("bench", 0.15, -3.0)):
        if site.u(f"{key}.{kind}") < share and setback > 4.5:
            spec = ModelSpec(kind, int(site.u(f"{key}.{kind}.form") * 4))
            turn = ALONG if kind == "parked_bicycle" else site.facing_road(side)
            yield site.place(f"plot.{key}.{kind}", spec, s_house + along, sign * (outer + setback - 0.6), turn)


def field_shrubs(site: Site, side: Side, key: str, s_from: float) -> Iterator[PlacedThing]:
    """Rows of shrubs along some fields of the country, and thickets behind them."""
    sign, outer = sign_of(side), site.outer(side)
    for i in range(int(site.u(f"{key}.thickets") * 5.0)):
        spec = ModelSpec("shrubs", int(site.u(f"{key}.thicket.{i}.form") * SHRUB_FORMS), (("length", 8.0),))
        s, t = s_from + 4.0 + 9.0 * i, site.between(f"{key}.thicket.{i}.t", 7.0, 8.5 if site.u(f"{key}.in_row") < 0.6 else 26.0)
        yield site.place(f"{key}.thicket.{i}", spec, s, sign * (outer + t), ALONG)


def ridges(site: Site) -> Iterator[PlacedThing]:
    """Wooded ridges all round, behind the rim of the drawn ground."""
    x, y, _, heading = site.network.frame(np.zeros(1), np.zeros(1))[0]
    reach = max(abs(s) for s in site.network.drawn_s) + RIDGE_BEHIND_M
    for i in range(RIDGES):
        turn = heading + (i + site.between(f"ridge.{i}.turn", 0.1, 0.6)) * 2.0 * np.pi / RIDGES
        away = reach * site.between(f"ridge.{i}.away", 1.0, 1.5)
        spec = ModelSpec("ridge", int(site.u(f"ridge.{i}.form") * 3), (("length", RIDGE_M),))
        place = pose(x + away * np.cos(turn), y + away * np.sin(turn), -3.0, yaw=turn + 0.5 * np.pi)
        yield PlacedThing(f"ridge.{i}", spec, place)
