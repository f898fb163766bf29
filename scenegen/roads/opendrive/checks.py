"""What the standard demands of a map beyond its XML: what breaks it is an error, what is merely odd a warning."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from scenegen.roads.opendrive.course import LENGTH_MISMATCH_M
from scenegen.roads.opendrive.fields import Record
from scenegen.roads.opendrive.findings import Findings
from scenegen.roads.opendrive.junction_records import Junction
from scenegen.roads.opendrive.lane_records import Lane, LaneSection, LaneSpeed
from scenegen.roads.opendrive.records import Arc, Geometry, Road, RoadEnd, RoadMap, RoadSpeed, Spiral

LONGEST_M = 1e6  # of one road
FURTHEST_M = 4.1e7  # round the earth; projected coordinates stay below
MOST_CURVATURE_PER_M = 100.0  # a radius of one centimetre
MOST_TURN_RAD = 1e3  # 160 times round
FIRST_MINOR, LAST_MINOR = 4, 8


def check_map(road_map: RoadMap, findings: Findings) -> None:
    """Check the structure of a whole map.

    Raises:
        MapError: there is no road, an id stands twice, or a road has no reference line or no lanes.
    """
    _check_header(road_map, findings)
    if not road_map.roads:
        raise findings.error(road_map.line, "there is no <road>")
    _refuse_twins("road", road_map.roads, findings)
    _refuse_twins("junction", road_map.junctions, findings)
    for road in road_map.roads:
        with findings.at(f"road {road.id}"):
            _check_plan(road, findings)
            _check_sections(road, findings)
            _check_speeds(road, findings)
            _check_ends(road, road_map, findings)
            _check_signal_references(road, road_map, findings)
    for junction in road_map.junctions:
        with findings.at(f"junction {junction.id}"):
            _check_junction(junction, road_map, findings)
    _check_controllers(road_map, findings)


def _check_header(road_map: RoadMap, findings: Findings) -> None:
    """Refuse another major version; warn of a minor one that is not known."""
    header = road_map.header
    if not header.line:
        findings.warn(road_map.line, f"there is no <header>; version {header.major}.{header.minor} is assumed")
    if header.major != 1:
        raise findings.error(header.line, f"version {header.major}.{header.minor} is not OpenDRIVE 1.4 to 1.8")
    if not FIRST_MINOR <= header.minor <= LAST_MINOR:
        findings.warn(header.line, f"version 1.{header.minor} is read as if it were 1.4 to 1.8")


def _refuse_twins(kind: str, records: Sequence[Road] | Sequence[Junction], findings: Findings) -> None:
    """Refuse an id that stands twice: every link to it would have two meanings."""
    lines: dict[str, int] = {}
    for record in records:
        if record.id in lines:
            raise findings.error(record.line, f"a second {kind} {record.id}; the first is in line {lines[record.id]}")
        lines[record.id] = record.line


def _check_plan(road: Road, findings: Findings) -> None:
    """Refuse a road without a reference line; compare its lengths."""
    if not road.geometries:
        raise findings.error(road.line, "its <planView> has no <geometry>")
    if road.length_m < 0.0:
        raise findings.error(road.line, f"its length of {road.length_m} m is negative")
    s = 0.0
    for geometry in road.geometries:
        _refuse_wild(geometry, findings)
        if geometry.length_m == 0.0:
            findings.warn(geometry.line, "a geometry of length 0 is passed over")
        if abs(geometry.s_m - s) > LENGTH_MISMATCH_M:
            findings.warn(geometry.line, f"a geometry begins at s = {geometry.s_m:.3f}; the one before ends at {s:.3f}")
        s = geometry.s_m + geometry.length_m
    if s <= 0.0:
        raise findings.error(road.line, "its reference line has no length")
    total = sum(geometry.length_m for geometry in road.geometries)
    if abs(total - road.length_m) > LENGTH_MISMATCH_M:
        findings.warn(road.line, f"its length reads {road.length_m:.3f} m; its geometries add up to {total:.3f} m")
    for name, records in (
        ("geometry", road.geometries), ("elevation", road.elevations), ("superelevation", road.superelevations),
        ("laneOffset", road.lane_offsets), ("laneSection", road.sections), ("type", road.types),
    ):  # fmt: skip
        _check_order(name, [(record, record.s_m) for record in records], findings)


def _refuse_wild(geometry: Geometry, findings: Findings) -> None:
    """Refuse lengths, places and curvatures that no road has: they would only keep a computer busy."""
    if geometry.length_m < 0.0:
        raise findings.error(geometry.line, f"a geometry of {geometry.length_m} m is negative")
    if max(geometry.s_m, geometry.length_m) > LONGEST_M:
        raise findings.error(
            geometry.line, f"a geometry of {geometry.length_m:g} m at s = {geometry.s_m:g} is longer than any road"
        )
    if max(abs(geometry.x_m), abs(geometry.y_m)) > FURTHEST_M or abs(geometry.heading_rad) > MOST_TURN_RAD:
        raise findings.error(geometry.line, "a geometry lies or turns further than the earth is round")
    shape = geometry.shape
    bends = {Arc: ("curvature_per_m",), Spiral: ("start_per_m", "end_per_m")}.get(type(shape), ())
    bend = max((abs(getattr(shape, name)) for name in bends), default=0.0)
    if bend > MOST_CURVATURE_PER_M or bend * geometry.length_m > MOST_TURN_RAD:
        raise findings.error(shape.line, f"a curvature of {bend:g} 1/m over {geometry.length_m:g} m is no road")


def _check_order(name: str, places: Iterable[tuple[Record, float]], findings: Findings) -> None:
    """Warn of records that do not stand in the order of s."""
    before = -float("inf")
    for record, s in places:
        if s < before:
            findings.warn(record.line, f"<{name}> at {s:.3f} comes after one at {before:.3f}; it is read in order of s")
        before = max(before, s)


def _check_sections(road: Road, findings: Findings) -> None:
    """Refuse a road without lanes; look at every section."""
    if not road.sections:
        raise findings.error(road.line, "its <lanes> has no <laneSection>")
    first = min(section.s_m for section in road.sections)
    if first > LENGTH_MISMATCH_M:
        findings.warn(road.sections[0].line, f"its first lane section begins at s = {first:.3f}, not 0")
    for section in road.sections:
        if section.s_m > road.length_m + LENGTH_MISMATCH_M:
            findings.warn(section.line, f"a lane section begins at s = {section.s_m:.3f}, past the road's end")
        _check_lanes(road, section, findings)


def _check_lanes(road: Road, section: LaneSection, findings: Findings) -> None:
    """Refuse lanes whose id is on the wrong side or stands twice; warn of gaps and of lanes without width."""
    if len(section.centre) != 1:
        findings.warn(section.line, f"a lane section has {len(section.centre)} centre lanes instead of one")
    for side, sign, lanes in (("left", 1, section.left), ("right", -1, section.right)):
        ids = [lane.id for lane in lanes]
        for lane in lanes:
            if lane.id * sign <= 0:
                raise findings.error(
                    lane.line, f"lane {lane.id} stands on the {side}; its id must be {'above' if sign > 0 else 'below'} 0"
                )
            if ids.count(lane.id) > 1:
                raise findings.error(lane.line, f"lane {lane.id} stands twice in one lane section")
            _check_lane(road, lane, findings)
        if sorted(map(abs, ids)) != list(range(1, len(ids) + 1)):
            findings.warn(
                section.line, f"the lanes on the {side} are numbered {sorted(ids)}, with gaps; they are read as neighbours"
            )


def _check_lane(road: Road, lane: Lane, findings: Findings) -> None:
    """Warn of a lane without width, and of borders together with a lane offset."""
    if not lane.widths and not lane.borders:
        findings.warn(lane.line, f"lane {lane.id} has neither width nor border; it is read as 0 m wide")
    if lane.borders and not lane.widths and any(offset.a or offset.b or offset.c or offset.d for offset in road.lane_offsets):
        findings.warn_once(lane.line, "lane borders together with a lane offset; they are read as distances from lane 0")
    for name, records in (
        ("width", lane.widths),
        ("border", lane.borders),
        ("height", lane.heights),
        ("roadMark", lane.road_marks),
    ):
        _check_order(name, [(record, record.s_offset_m) for record in records], findings)


def _check_speeds(road: Road, findings: Findings) -> None:
    """Warn of speed limits that are no numbers."""
    on_road = [kind.speed for kind in road.types if kind.speed is not None]
    on_lanes = [speed for section in road.sections for lane in section.lanes for speed in lane.speeds]
    speeds: tuple[RoadSpeed | LaneSpeed, ...] = (*on_road, *on_lanes)
    for speed in speeds:
        if speed.limit_m_per_s is None and speed.maximum != "undefined":
            findings.warn(speed.line, f"the speed limit {speed.maximum[:40]!r} is not a number; there is none here")


def _check_ends(road: Road, road_map: RoadMap, findings: Findings) -> None:
    """Warn of links to roads and junctions that are not in the map; such an end is a dead end."""
    for name, end in (("predecessor", road.predecessor), ("successor", road.successor)):
        if end is not None:
            _check_end(name, end, road_map, findings)
    if road.is_connecting and road.junction not in road_map.junction_by_id:
        findings.warn(road.line, f"it belongs to junction {road.junction}, which is not in the map")


def _check_end(name: str, end: RoadEnd, road_map: RoadMap, findings: Findings) -> None:
    """Warn of a link that leads nowhere, or that does not say to which end of a road it leads."""
    known = road_map.junction_by_id if end.element_type == "junction" else road_map.road_by_id
    if end.element_id not in known:
        findings.warn(end.line, f"its {name} {end.element_type} {end.element_id} is not in the map")
    elif end.element_type == "road" and end.contact_point is None and end.element_s_m is None:
        findings.warn(end.line, f"its {name} road {end.element_id} has no contactPoint; the nearer end is used")


def _check_signal_references(road: Road, road_map: RoadMap, findings: Findings) -> None:
    """Warn of references to signals that are not in the map."""
    known = {signal.id for other in road_map.roads for signal in other.signals} if road.signal_references else set()
    for reference in road.signal_references:
        if reference.id not in known:
            findings.warn(reference.line, f"it refers to signal {reference.id}, which is not in the map")


def _check_junction(junction: Junction, road_map: RoadMap, findings: Findings) -> None:
    """Warn of connections whose roads are not in the map."""
    for connection in junction.connections:
        for kind in ("incoming", "connecting", "linked"):
            road_id = getattr(connection, f"{kind}_road")
            if road_id is not None and road_id not in road_map.road_by_id:
                findings.warn(
                    connection.line, f"connection {connection.id} names the {kind} road {road_id}, which is not in the map"
                )
        if connection.connecting_road is None and connection.linked_road is None:
            findings.warn(connection.line, f"connection {connection.id} names neither a connecting nor a linked road")


def _check_controllers(road_map: RoadMap, findings: Findings) -> None:
    """Warn of controllers that switch signals, and junctions that name controllers, which are not in the map."""
    signals = {signal.id for road in road_map.roads for signal in road.signals}
    controllers = {controller.id for controller in road_map.controllers}
    for controller in road_map.controllers:
        for control in controller.controls:
            if control.signal_id not in signals:
                findings.warn(
                    control.line, f"controller {controller.id} switches signal {control.signal_id}, which is not in the map"
                )
    for junction in road_map.junctions:
        for named in junction.controllers:
            if named.id not in controllers:
                findings.warn(named.line, f"junction {junction.id} names controller {named.id}, which is not in the map")
