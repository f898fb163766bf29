"""Intersections of three to five arms: corners, ways through, sidewalks, crosswalks, and what says who goes first."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scenegen.errors import ScenarioError
from scenegen.roads.builders.pieces import (
    HEADER,
    KERB_M,
    Pose,
    Strip,
    broken,
    double,
    joining,
    lane_of,
    length_of,
    line_of,
    painted,
    section_of,
    tangent_share,
    type_of,
)  # fmt: skip
from scenegen.roads.opendrive.junction_records import Connection, Junction, JunctionController, JunctionLaneLink, Priority
from scenegen.roads.opendrive.lane_records import Lane, LaneSection, RoadMark
from scenegen.roads.opendrive.object_records import LaneValidity, RoadObject
from scenegen.roads.opendrive.records import Line, Road, RoadEnd, RoadMap
from scenegen.roads.opendrive.signal_records import Control, Controller, Signal
from scenegen.scenario.scene import IntersectionScene

JUNCTION = "100"
BEYOND_M = 60.0  # of every arm past its asked length, so that who looks back sees a road
CROSSWALK_M, CROSSWALK_BACK_M = 3.0, 1.0  # 3 to 4 m wide (RMS); behind the tangent of the corner
LINE_GAP_M, LINE_M = 1.0, 0.5  # before the crosswalk; stop line 0.50 m (RMS), MUTCD 0.30 to 0.60
WAIT_BLOCK_M, WAIT_GAP_M = 0.5, 0.25  # give way line, StVO sign 341
POST_M = 0.35  # of signals and signs behind the kerb
SHARP_RAD = math.radians(40.0)  # arms closer than this have no corner between them
TURN_RAD = math.radians(30.0)
SOLID_BEFORE_M = 18.0  # lane lines are solid before a junction, RMS
LIGHT_M = 2.3  # height of a signal's lowest point, EN 12368 practice
SIGNS = {  # country, type for giving way, stopping, and for the road with priority
    "vienna": ("DE", "205", "206", "306"),
    "mutcd": ("US", "R1-2", "R1-1", ""),
}


@dataclass(frozen=True)
class _Arm:
    """One arm: its number from 0 counter-clockwise, direction outwards, distance of its end from the middle, length."""

    number: int
    angle_rad: float
    end_m: float
    length_m: float

    @property
    def id(self) -> str:
        """Road id."""
        return str(self.number + 1)

    @cached_property
    def mouth(self) -> Pose:
        """Where the road meets the junction, looking inwards."""
        c, s = math.cos(self.angle_rad), math.sin(self.angle_rad)
        return Pose(self.end_m * c, self.end_m * s, self.angle_rad + math.pi)


@dataclass(frozen=True)
class _Way:
    """One lane through the junction, from a lane of one arm to a lane of another, lanes counted from the middle."""

    arm: _Arm
    lane: int
    onto: _Arm
    onto_lane: int
    has_walk: bool


def intersection_map(scene: IntersectionScene) -> tuple[RoadMap, tuple[float, float]]:
    """Build the map of an intersection round the world's origin.

    Args:
        scene: its numbers.
    Returns:
        The map, and the place where the ego's route begins.
    Raises:
        ScenarioError: two arms are too close to each other.
    """
    arms = _arms(scene)
    ways = _ways(scene, arms)
    roads = (*(_arm_road(scene, arm) for arm in arms), *(_way_road(scene, i, way) for i, way in enumerate(ways)))
    controllers = _controllers(scene, arms)
    junction = Junction(
        JUNCTION, "intersection", connections=tuple(_connection(i, way) for i, way in enumerate(ways)),
        priorities=tuple(_priorities(scene, ways)),
        controllers=tuple(JunctionController(controller.id, sequence=i) for i, controller in enumerate(controllers)),
    )  # fmt: skip
    ego = arms[(scene.ego_arm - 1) % len(arms)]
    place = ego.mouth.moved(-scene.length, -0.5 * scene.lane_width)
    return RoadMap(HEADER, roads, controllers, (junction,)), (place.x_m, place.y_m)


def _per_way(scene: IntersectionScene) -> int:
    """Lanes in each direction."""
    return max(1, scene.lanes // 2)


def _angles(scene: IntersectionScene) -> list[float]:
    """Directions of the arms outwards, counter-clockwise from the first, which lies to the west."""
    cross = math.radians(scene.angle_deg)
    if scene.arms == 3:
        turns = [0.0, cross, math.pi]
    elif scene.arms == 4:
        turns = [0.0, cross, math.pi, math.pi + cross]
    else:
        turns = [k * 2 * math.pi / scene.arms for k in range(scene.arms)]
        turns[1] += 0.3 * (cross - 0.5 * math.pi)
    return [math.pi + turn for turn in turns]


def _arms(scene: IntersectionScene) -> list[_Arm]:
    """The arms, each ending where its corners begin."""
    angles, count = _angles(scene), _per_way(scene)
    ends = [0.0] * len(angles)
    for i, angle in enumerate(angles):
        j = (i + 1) % len(angles)
        gap = (angles[j] - angle) % (2 * math.pi)
        if gap < SHARP_RAD:
            raise ScenarioError(
                f"road.angle: {scene.angle_deg:g} degrees leave two arms {math.degrees(gap):.0f} apart; at least 40"
            )
        if gap > math.pi - 1e-6:
            reach = scene.corner_radius
        else:
            turn = math.pi - gap
            inner_m = (count - 1) * scene.lane_width
            reach = (scene.corner_radius + scene.lane_width) * tangent_share(turn) + inner_m / math.tan(0.5 * gap)
        ends[i], ends[j] = max(ends[i], reach), max(ends[j], reach)
    return [_Arm(i, angle, end, scene.length + BEYOND_M) for i, (angle, end) in enumerate(zip(angles, ends, strict=True))]


def _turn(arm: _Arm, onto: _Arm) -> float:
    """How far one turns to the left from one arm into another."""
    return math.remainder(onto.angle_rad - arm.angle_rad - math.pi, 2 * math.pi)


def _ways(scene: IntersectionScene, arms: list[_Arm]) -> list[_Way]:
    """All ways through: to the left from the inner lanes, to the right from the outer ones, straight on from all.

    A lane that none of them leads into is reached by one more turn to the right.
    """
    count, found = _per_way(scene), []
    for arm in arms:
        others = [other for other in arms if other is not arm]
        beside = arms[(arm.number + 1) % len(arms)]
        has_straight = any(abs(_turn(arm, other)) <= TURN_RAD for other in others)
        for onto in others:
            for lane in _lanes_for(_turn(arm, onto), count, has_straight=has_straight):
                walks = scene.sidewalk > 0.0 and onto is beside and lane == count
                found.append(_Way(arm, lane, onto, lane, walks))
    led_to = {(way.onto.number, way.onto_lane) for way in found}
    for onto in arms:
        for lane in range(1, count + 1):
            if (onto.number, lane) not in led_to:
                arm = min((other for other in arms if other is not onto), key=lambda other: _turn(other, onto))
                found.append(_Way(arm, lane, onto, lane, False))
    return found


def _lanes_for(turn: float, count: int, *, has_straight: bool) -> list[int]:
    """The lanes of an arm, from the middle, that lead into another one at a turn."""
    lanes = list(range(1, count + 1))
    if abs(turn) <= TURN_RAD:
        return lanes
    share = 1 if has_straight else (count + 1) // 2
    return lanes[:share] if turn > 0 else lanes[-share:]


def _colour(scene: IntersectionScene) -> str:
    return "yellow" if scene.markings == "mutcd" else "white"


def _strips(scene: IntersectionScene) -> list[Strip]:
    """The lanes of one side of an arm."""
    count = _per_way(scene)
    strips = [Strip("driving", scene.lane_width, broken() if k < count else RoadMark()) for k in range(1, count + 1)]
    if scene.sidewalk > 0.0:
        strips.append(Strip("sidewalk", scene.sidewalk, height_m=KERB_M))
    return strips


def _arm_road(scene: IntersectionScene, arm: _Arm) -> Road:
    """One arm, its s running towards the junction."""
    begin = arm.mouth.moved(-arm.length_m)
    strips = _strips(scene)
    centre = double(_colour(scene)) if _per_way(scene) > 1 else broken(_colour(scene))
    stop_s = arm.length_m - _line_back(scene)
    section = _marked_up_to(section_of(strips, strips, centre), stop_s)
    kerb_t = _per_way(scene) * scene.lane_width
    return Road(
        arm.id, arm.length_m, name=f"arm {arm.id}", rule="RHT", successor=RoadEnd("junction", element_id=JUNCTION),
        types=type_of("town", scene.speed_limit), geometries=line_of(begin, [(Line(), arm.length_m)]),
        sections=(section,), objects=tuple(_paint(scene, arm, stop_s, kerb_t)),
        signals=tuple(_signals(scene, arm, stop_s, kerb_t)),
    )  # fmt: skip


def _marked_up_to(section: LaneSection, stop_s: float) -> LaneSection:
    """Let broken lines become solid before the line to stop at, and end there."""

    def marked(lane: Lane) -> Lane:
        mark = lane.road_marks[0]
        if mark.type == "none":
            return lane
        near = replace(mark, s_offset_m=max(stop_s - SOLID_BEFORE_M, 0.1), type="solid" if mark.type == "broken" else mark.type)
        return replace(lane, road_marks=(mark, near, RoadMark(stop_s, "none")))

    left, centre, right = (tuple(marked(lane) for lane in lanes) for lanes in (section.left, section.centre, section.right))
    return replace(section, left=left, centre=centre, right=right)


def _line_back(scene: IntersectionScene) -> float:
    """How far before the end of an arm its line to stop at is."""
    return CROSSWALK_BACK_M + CROSSWALK_M + LINE_GAP_M if scene.crosswalks else LINE_GAP_M


def _is_major(scene: IntersectionScene, arm: _Arm) -> bool:
    """Whether an arm has the right of way by signs: the first and the third do."""
    return scene.control in ("stop", "give_way") and arm.number in (0, 2)


def _paint(scene: IntersectionScene, arm: _Arm, stop_s: float, kerb_t: float) -> Iterator[RoadObject]:
    """Crosswalk and stop line or give way line of an arm."""
    if scene.crosswalks:
        begin = arm.length_m - CROSSWALK_BACK_M - CROSSWALK_M
        yield painted("crosswalk", f"{arm.id}01", [(begin, begin + CROSSWALK_M, -kerb_t, kerb_t)], kind="crosswalk")
    if scene.control in ("signals", "stop") and not _is_major(scene, arm):
        yield painted("stop line", f"{arm.id}02", [(stop_s - LINE_M, stop_s, -kerb_t + 0.1, -0.1)], kind="roadMark")
    elif scene.control == "give_way" and not _is_major(scene, arm):
        step = WAIT_BLOCK_M + WAIT_GAP_M
        edges = [-kerb_t + 0.1 + k * step for k in range(int((kerb_t - 0.2) / step))]
        blocks = [(stop_s - LINE_M, stop_s, t, t + WAIT_BLOCK_M) for t in edges]
        yield painted("give way line", f"{arm.id}02", blocks, kind="roadMark")


def _signals(scene: IntersectionScene, arm: _Arm, stop_s: float, kerb_t: float) -> Iterator[Signal]:
    """The light or sign of an arm, for who comes in."""
    post = Signal(
        f"{arm.id}11", stop_s, -kerb_t - POST_M, orientation="+", z_offset_m=2.0, height_m=0.75, width_m=0.75,
        validities=(LaneValidity(-1, -_per_way(scene)),),
    )  # fmt: skip
    if scene.control == "signals":
        yield replace(
            post, name="signal", is_dynamic=True, z_offset_m=LIGHT_M, country="OpenDRIVE", type="1000001", height_m=0.9,
            width_m=0.3,
        )  # fmt: skip
        return
    country, give_way, stop, priority = SIGNS[scene.markings]
    code = priority if _is_major(scene, arm) else {"stop": stop, "give_way": give_way}.get(scene.control, "")
    if code:
        yield replace(post, name="sign", country=country, type=code)


def _way_road(scene: IntersectionScene, number: int, way: _Way) -> Road:
    """The connecting road of a way, along its lane's left border; the one round a corner carries the sidewalk."""
    width = scene.lane_width
    begin = way.arm.mouth.moved(0.0, -(way.lane - 1) * width)
    end = way.onto.mouth.moved(0.0, (way.onto_lane - 1) * width).turned(math.pi)
    geometries = joining(begin, end)
    lanes: list[Lane] = [lane_of(Strip("driving", width), -1, before=-way.lane, after=way.onto_lane)]
    if way.has_walk:
        walk = Strip("sidewalk", scene.sidewalk, height_m=KERB_M)
        lanes.append(lane_of(walk, -2, before=-way.lane - 1, after=way.onto_lane + 1))
    section = LaneSection(0.0, centre=(Lane(0, "none"),), right=tuple(lanes))
    return Road(
        _way_id(number), length_of(geometries), junction=JUNCTION, rule="RHT",
        predecessor=RoadEnd("road", element_id=way.arm.id, contact_point="end"),
        successor=RoadEnd("road", element_id=way.onto.id, contact_point="end"),
        types=type_of("town", scene.speed_limit), geometries=geometries, sections=(section,),
    )  # fmt: skip


def _way_id(number: int) -> str:
    return str(1001 + number)


def _connection(number: int, way: _Way) -> Connection:
    links = [JunctionLaneLink(-way.lane, -1)] + ([JunctionLaneLink(-way.lane - 1, -2)] if way.has_walk else [])
    return Connection(
        str(number), incoming_road=way.arm.id, connecting_road=_way_id(number), contact_point="start", lane_links=tuple(links)
    )


def _priorities(scene: IntersectionScene, ways: list[_Way]) -> Iterator[Priority]:
    """Pairs of ways of which one goes first by signs."""
    for i, way in enumerate(ways):
        for j, other in enumerate(ways):
            if _is_major(scene, way.arm) and not _is_major(scene, other.arm) and scene.control in ("stop", "give_way"):
                yield Priority(_way_id(i), _way_id(j))


def _controllers(scene: IntersectionScene, arms: list[_Arm]) -> tuple[Controller, ...]:
    """Controllers of the signals: arms that face each other are switched together."""
    if scene.control != "signals":
        return ()
    groups: list[list[_Arm]] = []
    for arm in arms:
        facing = next((group for group in groups if abs(_turn(group[0], arm)) < TURN_RAD), None)
        if facing is None:
            groups.append([arm])
        else:
            facing.append(arm)
    made = [Controller(f"{i + 1}", controls=tuple(Control(f"{arm.id}11") for arm in group)) for i, group in enumerate(groups)]
    return tuple(replace(controller, name=f"phase {controller.id}") for controller in made)
