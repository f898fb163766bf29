"""Who fills the street besides the named actors: traffic in lanes, parked rows, people on sidewalks.

All draws are hashed by the thing's own name, such as `traffic.1.3`, so one more or one less changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from scenegen.models import catalogue
from scenegen.models.people.gear_kinds import DOG_M
from scenegen.models.sizes import vehicle_form
from scenegen.roads.network import RoadNetwork, Side, sign_of
from scenegen.scenario.quantiles import exponential, normal, trunc_normal
from scenegen.scenario.scene import Scene
from scenegen.simulate.body import Body, Driver, State
from scenegen.simulate.clock import WARM_UP_S
from scenegen.simulate.looks import (
    PASSERS_GEAR,
    PEOPLE,
    animal_spec,
    draw,
    dye_of,
    leads_dog,
    paint_of,
    person_size,
    person_spec,
    pick,
    size_of,
    traffic_kind,
    vehicle_spec,
)  # fmt: skip
from scenegen.simulate.places import parked_t, side_heading

SIDES: tuple[Side, ...] = ("left", "right")
FASTEST_SHARE = 1.25  # of the speed limit, the fastest driver
BAY_M = 6.2  # length of a parking bay
BAY_MARGIN_M = 0.35  # a parked vehicle keeps this far from its bay's ends
SEEN_AHEAD_M = 150.0  # parked rows and strollers go on this far past the road's end
PASSING_S = 60.0  # strollers keep their order for at least this long
STROLLER_GAP_M = 1.0
FASTEST_CYCLIST = 9.0  # m/s
CYCLISTS_APART_M = 6.0
KERB_DISTANCE_M = 0.6  # of a rider's middle from the lane's outer edge
DOG_ROOM_M = 1.5  # more before one who leads a dog
TRACKS = {1: 0.2, -1: 0.8}  # share of the sidewalk's width on which strollers with and against the road walk: room between

Span = tuple[float, float]


def traffic(scene: Scene, network: RoadNetwork) -> Iterator[Body]:
    """Give the vehicles of all lanes, each lane from the front, placed for the start of the warm-up."""
    if network.map_route is not None:
        return  # lanes of a map are driven along their own lines
    for lane in sorted(network.lane_ids):
        density = scene.traffic.density if lane > 0 else scene.traffic.oncoming
        cars = list(_lane_traffic(scene, network, lane, 1000.0 / density)) if density > 0.0 else []
        yield from cars
        outermost = max(abs(other) for other in network.lane_ids if other * lane > 0)
        if scene.traffic.cyclists > 0.0 and abs(lane) == outermost:
            yield from _lane_cyclists(scene, network, lane, cars)


def parked(scene: Scene, network: RoadNetwork, blocked: dict[Side, list[Span]]) -> Iterator[Body]:
    """Give the parked vehicles: one draw per bay; spans of s in `blocked` stay free."""
    junctions = () if network.map_route is None else network.map_route.junctions_s
    for side in SIDES:
        if network.parking_t(side) is None:
            continue
        first, last = _filled_s(network)
        for bay in range(int((last - first) / BAY_M)):
            name = f"parked.{side}.{bay}"
            if draw(scene, name) < scene.traffic.parked:
                body = _parked_body(scene, network, side, name, first + bay * BAY_M)
                if not any(_touches(body, span) for span in (*blocked[side], *junctions)):
                    yield body


def strollers(scene: Scene, network: RoadNetwork, standing: list[Body]) -> Iterator[Body]:
    """Give the people on sidewalks, in both directions; those who would walk through a standing person are left out."""
    if scene.traffic.pedestrians <= 0.0 or network.map_route is not None:
        return
    for side in SIDES:
        if network.sidewalk_t(side) is not None:
            for way in (1, -1):
                for body in _in_order(_side_strollers(scene, network, side, way), way):
                    if not any(_walks_through(body, other) for other in standing):
                        yield body


def driver_of(scene: Scene, name: str, limit: float) -> Driver:
    """Draw a driver by the vehicle's name.

    Source:
        Laws after Treiber and Kesting 2013 and common simulators' defaults.
    """
    return Driver(
        wanted_speed=limit * trunc_normal(draw(scene, f"{name}.speed"), 1.0, 0.08, 0.8, FASTEST_SHARE),
        headway=scene.traffic.headway * math.exp(normal(draw(scene, f"{name}.headway"), 0.0, 0.2)),
        standstill_gap=trunc_normal(draw(scene, f"{name}.gap"), 2.0, 0.4, 1.0, 4.0),
        acceleration=trunc_normal(draw(scene, f"{name}.acceleration"), 1.3, 0.3, 0.6, 2.2),
        comfortable=trunc_normal(draw(scene, f"{name}.braking"), 1.9, 0.3, 1.2, 3.0),
        hardest=scene.traffic.max_braking,
    )


def _lane_traffic(scene: Scene, network: RoadNetwork, lane: int, mean_m: float) -> Iterator[Body]:
    """Vehicles of one lane: distances by a shifted exponential law, from the road's end back to who may yet arrive."""
    direction = network.lane_direction(lane)
    ends = sorted(direction * s for s in network.drawn_s)
    limit = network.speed_limit_m_per_s
    last = ends[0] - limit * FASTEST_SHARE * (WARM_UP_S + scene.duration + 2.0)
    place, ahead, k = ends[1] + mean_m * draw(scene, f"traffic.{lane}.phase"), None, 0
    while place > last:
        body = _traffic_body(scene, network, f"traffic.{lane}.{k}", lane)
        if ahead is not None and ahead.driver is not None and body.driver is not None:
            shift_m = (ahead.size_m[0] + body.size_m[0]) / 2 + body.driver.standstill_gap + 0.8 * body.driver.wanted_speed
            place -= shift_m + exponential(draw(scene, f"{body.name}.distance"), max(mean_m - shift_m, 0.05 * mean_m))
        yield _at(body, direction * place, ahead)
        ahead, k = body, k + 1


def _lane_cyclists(scene: Scene, network: RoadNetwork, lane: int, cars: Sequence[Body]) -> Iterator[Body]:
    """Riders near the outer edge of a lane, those left out who would be put before a car that could not brake for them."""
    direction = network.lane_direction(lane)
    ends = sorted(direction * s for s in network.drawn_s)
    last = ends[0] - FASTEST_CYCLIST * (WARM_UP_S + scene.duration + 2.0)
    place, k = ends[1], 0
    while place > last:
        body = _cyclist(scene, network, f"cyclist.{lane}.{k}", lane)
        place -= CYCLISTS_APART_M + exponential(draw(scene, f"{body.name}.distance"), 1000.0 / scene.traffic.cyclists)
        body = replace(body, start=body.start._replace(s=direction * place))
        if not any(is_run_down(place, body, direction * car.start.s, car) for car in cars):
            yield body
        k += 1


def cyclist_of(scene: Scene, name: str) -> Driver:
    """Draw a rider by name.

    Source:
        Speeds in mixed traffic are log-normal about 15 km/h.
    """
    speed = min(4.2 * math.exp(normal(draw(scene, f"{name}.speed"), 0.0, 0.22)), FASTEST_CYCLIST)
    return Driver(wanted_speed=speed, headway=1.0, standstill_gap=1.0, acceleration=0.8, comfortable=2.0, hardest=5.0)


def is_run_down(s: float, cyclist: Body, car_s: float, car: Body) -> bool:
    """Whether a car behind a rider could not brake for it, or either is too near the other; stations along their lane."""
    ahead_m = s - car_s - 0.5 * (car.size_m[0] + cyclist.size_m[0])
    if ahead_m < 0.0:
        return ahead_m > -2.0 * car.size_m[0] - 8.0
    slower = max(0.0, car.start.speed - cyclist.start.speed)
    return ahead_m < 8.0 + slower**2 / 4.0


def _cyclist(scene: Scene, network: RoadNetwork, name: str, lane: int) -> Body:
    """A rider by name, its place yet to come."""
    driver = cyclist_of(scene, name)
    middle_t = network.lane_centre_t(lane)
    side: Side = "left" if middle_t > 0.0 else "right"
    width_m = network.section.lanes(side)[abs(lane) - 1].width_m
    t = middle_t + sign_of(side) * (0.5 * width_m - KERB_DISTANCE_M)
    start = State(0.0, t, 0.0 if network.lane_direction(lane) > 0 else math.pi, driver.wanted_speed)
    return vehicle_body(scene, name, "bicycle", start, rank=4, driver=driver, lane=lane)


def _at(body: Body, s: float, ahead: Body | None) -> Body:
    """Put a vehicle of the traffic at s, no faster than what it can follow."""
    speed = body.start.speed if ahead is None else min(body.start.speed, ahead.start.speed + 2.0)
    return replace(body, start=body.start._replace(s=s, speed=speed))


def _traffic_body(scene: Scene, network: RoadNetwork, name: str, lane: int) -> Body:
    """A vehicle of the traffic by its name, its place yet to come."""
    driver = driver_of(scene, name, network.speed_limit_m_per_s)
    heading = 0.0 if network.lane_direction(lane) > 0 else math.pi
    start = State(0.0, network.lane_centre_t(lane), heading, driver.wanted_speed)
    kind = traffic_kind(scene, name, trucks=scene.traffic.trucks)
    return vehicle_body(scene, name, kind, start, rank=4, driver=driver, lane=lane)


def vehicle_body(
    scene: Scene, name: str, kind: str, start: State, *, rank: int, driver: Driver | None = None, lane: int | None = None
) -> Body:
    """Give a vehicle without a role; it stands when it has no driver."""
    spec = vehicle_spec(scene, name, kind)
    form = vehicle_form(spec)
    return Body(
        name=name, role="background", rank=rank, mover="static" if driver is None else "driver",
        model=spec, class_name=catalogue.entry(kind).class_name, size_m=form.size_m,
        start=start, paint_linear=paint_of(scene, name), wheelbase_m=form.wheelbase_m,
        wheel_radius_m=form.wheel_radius_m, driver=driver, is_lit=driver is not None, lane=lane,
    )  # fmt: skip


def _filled_s(network: RoadNetwork) -> Span:
    """Range of s that parked rows and strollers fill."""
    first, last = network.drawn_s
    return first, min(last, network.length_m + SEEN_AHEAD_M)


def _parked_body(scene: Scene, network: RoadNetwork, side: Side, name: str, bay_s: float) -> Body:
    """The vehicle in a bay: somewhere between its margins, near the kerb."""
    kind = traffic_kind(scene, name, trucks=0.0)
    length_m, width_m, _ = size_of(vehicle_spec(scene, name, kind))
    slack_m = max(0.0, BAY_M - 2 * BAY_MARGIN_M - length_m)
    s = bay_s + BAY_MARGIN_M + length_m / 2 + slack_m * draw(scene, f"{name}.place")
    near, far = network.parking_t(side) or (0.0, 0.0)
    gap_m = min(0.12 + 0.18 * draw(scene, f"{name}.gap"), max(abs(far - near) - width_m, 0.0))
    t = parked_t(network, side, width_m, gap_m)
    return vehicle_body(scene, name, kind, State(s, t, side_heading(network, side), 0.0), rank=2)


def _touches(body: Body, span: Span) -> bool:
    return body.start.s + body.size_m[0] / 2 > span[0] and body.start.s - body.size_m[0] / 2 < span[1]


def _side_strollers(scene: Scene, network: RoadNetwork, side: Side, way: int) -> list[Body]:
    """People of one sidewalk and direction, one in each stretch, by s."""
    first, last = _filled_s(network)
    stretch_m = 200.0 / scene.traffic.pedestrians
    return [
        _stroller(scene, network, side, way, f"walker.{side}.{2 * k + (way < 0)}", first + k * stretch_m, stretch_m)
        for k in range(int((last - first) / stretch_m))
    ]


def _stroller(scene: Scene, network: RoadNetwork, side: Side, way: int, name: str, s: float, stretch_m: float) -> Body:
    """One person on a sidewalk."""
    age = pick(PEOPLE, draw(scene, f"{name}.age"))
    gear = "none" if age == "child" else pick(PASSERS_GEAR, draw(scene, f"{name}.gear"))
    spec = person_spec(scene, name, age, None, gear)
    near, far = network.sidewalk_t(side) or (0.0, 0.0)
    mean, sd = (1.2, 0.2) if spec.kind == "elderly" else (1.4, 0.2)
    speed = trunc_normal(draw(scene, f"{name}.speed"), mean, sd, 0.8, 2.0)
    start = State(
        s + stretch_m * draw(scene, f"{name}.place"), near + TRACKS[way] * (far - near), 0.0 if way > 0 else math.pi, speed
    )
    return Body(
        name=name, role="background", rank=3, mover="stroller", model=spec, class_name=catalogue.entry(spec.kind).class_name,
        size_m=person_size(spec), start=start, paint_linear=dye_of(scene, name, spec),
    )  # fmt: skip


def companions(scene: Scene, people: Iterable[Body]) -> Iterator[Body]:
    """Give the dogs of those who lead one."""
    entry = catalogue.entry("dog")
    for body in people:
        if leads_dog(body.model):
            name = f"{body.name}.dog"
            yield Body(
                name=name, role="background", rank=max(body.rank, 1), mover="companion", model=animal_spec(scene, name, "dog"),
                class_name=entry.class_name, size_m=entry.size_m, start=body.start, carrier=body.name, mount_m=DOG_M,
            )  # fmt: skip


def _in_order(bodies: list[Body], way: int) -> list[Body]:
    """Slow down who would walk into the one ahead within a minute; leave out who starts too close."""
    kept: list[Body] = []
    for body in sorted(bodies, key=lambda b: -way * b.start.s):
        if kept:
            room_m = way * (kept[-1].start.s - body.start.s) - STROLLER_GAP_M - (DOG_ROOM_M if leads_dog(body.model) else 0.0)
            if room_m <= 0.0:
                continue
            speed = min(body.start.speed, kept[-1].start.speed + room_m / PASSING_S)
            body = replace(body, start=body.start._replace(speed=speed))
        kept.append(body)
    return kept


def _walks_through(stroller: Body, standing: Body) -> bool:
    """Whether a stroller's way of the next minute leads through someone who stands."""
    reach_m = (stroller.size_m[1] + standing.size_m[1]) / 2 + 0.1
    if abs(stroller.start.t - standing.start.t) > reach_m:
        return False
    along = (standing.start.s - stroller.start.s) * math.cos(stroller.start.heading)
    return -1.0 < along < stroller.start.speed * PASSING_S + 1.0
