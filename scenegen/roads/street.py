"""Build the network of one street from its numbers: cross-section, lines and the reference line."""

from __future__ import annotations

import math
from typing import Literal

from scenegen.errors import ScenarioError
from scenegen.roads.network import NO_MARK, Lane, LaneSection, LaneType, Road, RoadMark, RoadNetwork, Side
from scenegen.roads.reference_line import Geometry, ReferenceLine
from scenegen.scenario.scene import StreetScene

KERB_HEIGHT_M = 0.12  # 0.10 to 0.15 in towns; what public OpenDRIVE files use
NARROW_LANE_M = 3.0  # residential streets with narrower lanes carry no centre line (RASt preset)
DRAWN_BEFORE_M = 60.0  # behind the first place a camera can stand, so mirrors and rear cameras see a road
DRAWN_AFTER_M = 350.0  # ahead of the last one: less than a pixel of road height is left there at KITTI's focal length
MOST_TURN_RAD = 1.5 * math.pi  # a street drawn further round would run into itself
INNER_MARGIN_M = 4.0  # ground needed between the outermost strip and the centre of a curve


def build_street(street: StreetScene) -> RoadNetwork:
    """Build the road network of a street.

    Args:
        street: numbers of the street; heading 0 looks along world x.
    Returns:
        One road whose reference line is the centre line (one-way: the border of lane 1 that faces the road's middle).
    Raises:
        ScenarioError: the curve is so tight that the street would fold onto itself.
    """
    section = LaneSection(0.0, _lanes(street, "left"), _centre_mark(street), _lanes(street, "right"))
    _refuse_folding(street, section)
    x, y = street.origin
    line = ReferenceLine((Geometry(0.0, x, y, math.radians(street.heading_deg), street.length, street.curvature),))
    rule: Literal["RHT", "LHT"] = "RHT" if street.drive == "right" else "LHT"
    road = Road("1", street.length, rule, street.speed_limit, line, (section,))
    return RoadNetwork((road,), _drawn_s(street))


def _lane_count(street: StreetScene, side: Side) -> int:
    """Driving lanes on a side; with an odd number the ego's direction has one more."""
    own = street.lanes if street.oneway else (street.lanes + 1) // 2
    return own if side == street.drive else street.lanes - own


def _lanes(street: StreetScene, side: Side) -> tuple[Lane, ...]:
    """Lanes of a side, outwards: driving, shoulder, parking, sidewalk."""
    count = _lane_count(street, side)
    strips: list[tuple[LaneType, float, float, RoadMark]] = []
    for number in range(1, count + 1):
        mark = _edge_mark(street, side) if number == count else _lane_line(street)
        strips.append(("driving", street.lane_width, 0.0, mark))
    strips.append(("shoulder", street.shoulder, 0.0, NO_MARK))
    strips.append(("parking", street.parking, 0.0, NO_MARK))
    strips.append(("sidewalk", street.sidewalk, KERB_HEIGHT_M, NO_MARK))
    sign = 1 if side == "left" else -1
    kept = [strip for strip in strips if strip[1] > 0.0]
    return tuple(
        Lane(sign * (i + 1), lane_type, width, height, height, mark) for i, (lane_type, width, height, mark) in enumerate(kept)
    )


def _strokes(street: StreetScene) -> tuple[float, float]:
    """Stroke and gap of broken lines: MUTCD 10 and 30 ft; else town 3:6, country 4:8 m (RMS)."""
    if street.markings == "mutcd":
        return 3.05, 9.14
    return (4.0, 8.0) if street.surroundings == "rural" else (3.0, 6.0)


def _lane_line(street: StreetScene) -> RoadMark:
    """Line between two lanes of one direction."""
    return RoadMark("broken", "white", 0.12, *_strokes(street))


def _centre_mark(street: StreetScene) -> RoadMark:
    """Line between the directions; a one-way street has its edge line there, if any."""
    if street.oneway:
        return _edge_mark(street, "left" if street.drive == "right" else "right")
    is_narrow = street.surroundings == "residential" and street.lane_width < NARROW_LANE_M and street.markings == "vienna"
    if street.lanes < 2 or (street.lanes == 2 and is_narrow):
        return NO_MARK
    colour: Literal["white", "yellow"] = "yellow" if street.markings == "mutcd" else "white"
    if street.lanes > 2:
        return RoadMark("solid solid", colour, 0.12)
    return RoadMark("broken", colour, 0.12, *_strokes(street))


def _edge_mark(street: StreetScene, side: Side) -> RoadMark:
    """Line at the edge of the driving lanes: where a shoulder follows; MUTCD has it yellow left of one-way traffic."""
    if street.shoulder <= 0.0:
        return NO_MARK
    is_inner = street.oneway and street.markings == "mutcd" and side != street.drive
    return RoadMark("solid", "yellow" if is_inner else "white", 0.12)


def _drawn_s(street: StreetScene) -> tuple[float, float]:
    """Range of s that is drawn: past both ends, less where a curve would close its circle."""
    if street.curvature == 0.0:
        return -DRAWN_BEFORE_M, street.length + DRAWN_AFTER_M
    room_m = MOST_TURN_RAD / abs(street.curvature) - street.length
    share = min(1.0, room_m / (DRAWN_BEFORE_M + DRAWN_AFTER_M))
    return -DRAWN_BEFORE_M * share, street.length + DRAWN_AFTER_M * share


def _refuse_folding(street: StreetScene, section: LaneSection) -> None:
    """Refuse a curve whose inner edge passes its centre or whose street closes a circle."""
    if street.curvature == 0.0:
        return
    radius_m = 1.0 / abs(street.curvature)
    inner_m = abs(section.borders_t("left" if street.curvature > 0 else "right")[-1])
    if radius_m < inner_m + INNER_MARGIN_M:
        raise ScenarioError(
            f"road.curvature: a radius of {radius_m:.1f} m is too tight for a street that reaches {inner_m:.1f} m inwards; "
            f"at most {1.0 / (inner_m + INNER_MARGIN_M):.4f} 1/m"
        )
    if street.length / radius_m >= MOST_TURN_RAD:
        raise ScenarioError(
            f"road.curvature: {street.length:.0f} m at radius {radius_m:.1f} m run round into themselves; "
            f"below {MOST_TURN_RAD / street.length:.5f} 1/m, or shorten the road"
        )
