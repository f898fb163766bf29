"""Town streets: houses wall to wall behind forecourts of slabs, shops on the ground floor, gaps with a wall and trees."""

from __future__ import annotations

from collections.abc import Iterator

from scenegen.models.mesh import ModelSpec
from scenegen.roads.network import SIDES, Side, sign_of
from scenegen.stage.furnishing import town_furniture
from scenegen.stage.placing import ALONG, PlacedThing, Site

FORECOURT_DEPTH_M = 2.6
TOWN_HOUSE_DEPTH_M = 11.0
FRONTAGES_M = (10.0, 11.0, 12.0, 13.5, 15.0)
TOWN_FORMS = 10  # distinct houses: form k has frontage k modulo 5
TOWN_BEFORE_M, TOWN_AFTER_M = 24.0, 60.0
FORECOURT_PIECES = 4  # short enough to follow a bend
FORECOURT_GAP_M = 0.02
GAP_M = 9.0
GAP_SHARE = 0.10


def town_rows(site: Site, last: float) -> Iterator[PlacedThing]:
    """Houses of both sides from a little before s = 0 on, and what stands in front of them.

    Args:
        site: the street.
        last: s up to which the street is built up.
    """
    for side in SIDES:
        s, k = 0.0, 0
        while s < last:
            width = _width(site, f"{side}.town.{k}")
            yield from _plot(site, side, k, s, width)
            s, k = s + width, k + 1
        s, k = 0.0, -1
        while s > max(-TOWN_BEFORE_M, site.network.drawn_s[0]):
            width = _width(site, f"{side}.town.{k}")
            s -= width
            yield from _plot(site, side, k, s, width)
            k -= 1
    yield from town_furniture(site, max(-TOWN_BEFORE_M, site.network.drawn_s[0]), last, FORECOURT_DEPTH_M)


def _form(site: Site, key: str) -> int:
    """Which house stands on a plot, -1 for a gap."""
    return -1 if site.u(f"{key}.gap") < GAP_SHARE else int(site.u(f"{key}.form") * TOWN_FORMS)


def _width(site: Site, key: str) -> float:
    """Frontage of a plot."""
    form = _form(site, key)
    return GAP_M if form < 0 else FRONTAGES_M[form % len(FRONTAGES_M)]


def _plot(site: Site, side: Side, k: int, s: float, width: float) -> Iterator[PlacedThing]:
    """One house with its forecourt, or a gap: a wall with trees behind it."""
    key = f"{side}.town.{k}"
    sign, outer = sign_of(side), site.outer(side)
    form, middle = _form(site, key), s + 0.5 * width
    piece = width / FORECOURT_PIECES
    slabs = ModelSpec("forecourt", 0, (("depth", FORECOURT_DEPTH_M), ("length", piece)))
    for i in range(FORECOURT_PIECES):
        t = sign * (outer + FORECOURT_GAP_M + 0.5 * FORECOURT_DEPTH_M)
        yield site.place(f"{key}.forecourt.{i}", slabs, s + (i + 0.5) * piece, t, ALONG)
    front = outer + FORECOURT_DEPTH_M
    if form >= 0:
        house = ModelSpec("town_house", form, (("frontage", width),))
        yield site.place(f"{key}.house", house, middle, sign * (front + 0.5 * TOWN_HOUSE_DEPTH_M), site.facing_road(side))
        return
    wall = ModelSpec("garden_wall", k % 3, (("length", width),))
    yield site.place(f"{key}.wall", wall, middle, sign * (front + 0.2), ALONG)
    for i, kind in enumerate(("tree", "shrubs")):
        spec = ModelSpec(kind, int(site.u(f"{key}.{kind}") * 4))
        yield site.place(f"{key}.{kind}", spec, middle + 1.5 * i, sign * (front + 4.0 - 2.2 * i), ALONG)
