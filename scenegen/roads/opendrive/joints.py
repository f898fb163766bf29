"""Seams of a map: how far the pieces of reference lines and linked lanes miss each other, and links that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from scenegen.geometry import FloatArray, wrap_pi
from scenegen.roads.opendrive.contacts import Contacts, LaneTip
from scenegen.roads.opendrive.course import RoadCourse
from scenegen.roads.opendrive.findings import Findings
from scenegen.roads.opendrive.geometry import Curve
from scenegen.roads.opendrive.lane_borders import SectionLanes, section_lanes
from scenegen.roads.opendrive.records import Road, RoadMap

GAP_M = 0.01  # warned about inside a road; files round to millimetres
KINK_RAD = 0.02  # about one degree
LANE_GAP_M = 0.05  # warned about between linked lanes; vertices closer than 2 cm are welded anyhow


@dataclass(frozen=True)
class Joint:
    """Where one geometry record follows another: at s, how far their ends lie apart and how the direction jumps."""

    line: int
    s_m: float
    gap_m: float
    kink_rad: float


def geometry_joints(road: Road) -> tuple[Joint, ...]:
    """Measure every joint between two geometry records of a road.

    Returns:
        Joints in order of s; the gap is the distance from the end of one record to the begin of the next.
    """
    records = sorted((record for record in road.geometries if record.length_m > 0.0), key=lambda record: record.s_m)
    joints = []
    for before, after in pairwise(records):
        x, y, heading, _ = Curve(before).poses(np.array([before.length_m]))[0]
        gap = float(np.hypot(after.x_m - x, after.y_m - y))
        kink = abs(float(wrap_pi(np.array(after.heading_rad - heading))))
        joints.append(Joint(after.line, after.s_m, gap, kink))
    return tuple(joints)


def check_joints(road_map: RoadMap, findings: Findings) -> None:
    """Warn of gaps and kinks at joints, of links to lanes that are not there, and of linked lanes that do not meet."""
    for road in road_map.roads:
        with findings.at(f"road {road.id}"):
            for joint in geometry_joints(road):
                if joint.gap_m > GAP_M:
                    findings.warn(joint.line, f"the reference line jumps by {100 * joint.gap_m:.1f} cm at s = {joint.s_m:.3f}")
                if joint.kink_rad > KINK_RAD:
                    degrees = float(np.degrees(joint.kink_rad))
                    findings.warn(
                        joint.line, f"the reference line turns by {degrees:.1f} degrees at once at s = {joint.s_m:.3f}"
                    )
    contacts = Contacts(road_map)
    for link in contacts.unresolved:
        with findings.at(link.where):
            findings.warn(link.line, link.text)
    for one, other, gap in lane_gaps(road_map, contacts):
        with findings.at(f"road {one.road}"):
            if gap > LANE_GAP_M:
                place = f"lane {one.lane} ({one.tip} of lane section {one.section})"
                text = f"{place} misses lane {other.lane} of road {other.road} by {100 * gap:.1f} cm"
                findings.warn(road_map.road_by_id[one.road].line, text)


def lane_gaps(road_map: RoadMap, contacts: Contacts) -> Iterator[tuple[LaneTip, LaneTip, float]]:
    """Give for every pair of linked lanes how far the nearer of their edges miss each other, metres."""
    sections = {road.id: section_lanes(RoadCourse(road)) for road in road_map.roads}
    edges: dict[LaneTip, FloatArray] = {}
    for pair in sorted(contacts.pairs):
        for tip in pair:
            if tip not in edges:
                edges[tip] = _edge_points(sections[tip.road][tip.section], tip)
        one, other = (edges[tip] for tip in pair)
        yield *pair, _miss(one, other)


def _edge_points(lanes: SectionLanes, tip: LaneTip) -> FloatArray:
    """Both corners of a lane at one of its ends, on the road's surface, (2, 3)."""
    s = np.array([lanes.s_from_m if tip.tip == "start" else lanes.s_to_m])
    inner, outer = lanes.lane_t(tip.lane, s)
    return np.concatenate([lanes.course.points(s, inner), lanes.course.points(s, outer)])


def _miss(one: FloatArray, other: FloatArray) -> float:
    """The smallest distance between two corners: lanes may open or close by width, but share at least one border."""
    return float(np.linalg.norm(one[:, None] - other[None], axis=-1).min())
