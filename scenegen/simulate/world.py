"""One tick of the world: everyone reads the same old state, everyone writes a new one."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene import EgoScene
from scenegen.scenario.scene_behaviour import ChangeLaneScene, FleeScene, FreezeScene, PullOutScene
from scenegen.simulate import driver, lateral, walker
from scenegen.simulate.body import Body, Course, Driver, State, half_extent
from scenegen.simulate.clip import Event
from scenegen.simulate.flow.state import Flow
from scenegen.simulate.loads import Ride, ride
from scenegen.simulate.reaction import Alarm, Threat, emergency_braking, heed, threat_of
from scenegen.simulate.script import Piece, Progress, Script, follow_script, pace_of, stride_of
from scenegen.simulate.stream import Near, Stream
from scenegen.simulate.trigger import Senses, Sight

INTEREST_M = 200.0  # what is further along the road does not change what a driver does
STANDING_CLASSES = ("debris", "traffic_cone", "barrier")  # things that lie or stand in a lane
EGO = 0  # the ego is the first of the cast
PASSERS_RANK = 3  # of people without a name


@dataclass(frozen=True, eq=False)
class Cast:
    """Who takes part, ego first. `actors` are all named bodies and the ego, `lanes` the traffic of each lane from the front.

    `notes` are events of time 0: what could not be placed as drawn. With a `stream`, the traffic is in it and not in `lanes`.
    """

    bodies: tuple[Body, ...]
    index: dict[str, int]
    actors: tuple[int, ...]
    lanes: dict[int, tuple[int, ...]]
    ego: EgoScene
    network: RoadNetwork
    course: Course
    notes: tuple[Event, ...] = ()
    stream: Stream | None = None

    @cached_property
    def movers(self) -> tuple[int, ...]:
        """Actors whose state changes from tick to tick."""
        moving = ("driver", "walker", "rider")
        return tuple(i for i, body in enumerate(self.bodies) if body.mover in moving and body.lane is None)

    @cached_property
    def loads(self) -> tuple[int, ...]:
        """What lies on a vehicle until it is dropped."""
        return tuple(i for i in self.actors if self.bodies[i].mover == "load")


@dataclass(frozen=True, eq=False)
class World:
    """One instant: a state per body, each actor's memory, who has been dropped, how far everyone reaches along s and t.

    `paces` are the speeds that the steps of walkers ask for, `signals` the sides to which drivers indicate (1 left, -1 right),
    `lifts` the heights of loads above the road, of which `aboard` are still carried, `doors` how far left and right
    ones are open, radians. `flow` is the cast's stream, of which
    `near` are those near an actor: only their states are those of the instant.
    """

    time_s: float
    states: tuple[State, ...]
    scripts: tuple[Script, ...]
    alarm: Alarm
    dropped: frozenset[int]
    halves: tuple[tuple[float, float], ...]
    is_frozen: frozenset[int] = frozenset()
    paces: tuple[tuple[int, float], ...] = ()
    signals: tuple[tuple[int, int], ...] = ()
    lifts: tuple[tuple[int, float], ...] = ()
    aboard: frozenset[int] = frozenset()
    doors: tuple[tuple[int, float, float], ...] = ()
    events: tuple[Event, ...] = ()
    flow: Flow | None = None
    near: Near | None = None

    @property
    def traffic_near(self) -> tuple[int, ...]:
        """Vehicles of the stream that are near an actor, by number in the cast."""
        return () if self.near is None else self.near.numbers


class _Move(NamedTuple):
    state: State
    script: Script
    events: tuple[Event, ...] = ()
    is_frozen: bool = False
    pace: float = 0.0
    signal: int = 0


def first_world(cast: Cast, time_s: float) -> World:
    """Give the world when the warm-up begins."""
    states = tuple(b.start if b.lane is not None else scripted_start(b, cast.course, time_s) for b in cast.bodies)
    scripts = tuple(Script(began_t=body.start.t) for body in cast.bodies)
    world = World(
        time_s, states, scripts, Alarm(), frozenset(), tuple(body.start_extent for body in cast.bodies),
        aboard=frozenset(cast.loads), flow=cast.stream.first(time_s) if cast.stream else None,
    )  # fmt: skip
    return replace(world, dropped=_unfit(cast, world))


def advance(cast: Cast, world: World, until_s: float) -> World:
    """Give the world at the next instant."""
    ego_sees = _threats(cast, world)
    tick_s = until_s - world.time_s
    is_acting = world.time_s >= 0.0 and cast.ego.reacts
    alarm = heed(world.alarm, ego_sees, world.states[EGO].speed, world.time_s, tick_s) if is_acting else Alarm()
    moves = {i: _move(cast, world, i, until_s, alarm) for i in cast.movers}
    states, scripts = list(world.states), list(world.scripts)
    for i, move in moves.items():
        states[i], scripts[i] = move.state, move.script
    for lane in sorted(cast.lanes):
        for i, state in _drive_lane(cast, world, lane, tick_s).items():
            states[i] = state
    rides = _rides(cast, world, states, scripts, until_s)
    for i, load in rides.items():
        states[i], scripts[i] = load.state, load.script
    flow, near = _flow_on(cast, world, states, until_s)
    new = World(
        until_s, tuple(states), tuple(scripts), alarm, world.dropped,
        _halves(cast, states, near.numbers if near else (), world.halves),
        frozenset(i for i, move in moves.items() if move.is_frozen),
        tuple((i, move.pace) for i, move in moves.items() if cast.bodies[i].mover == "walker"),
        tuple((i, move.signal) for i, move in moves.items() if move.signal),
        tuple((i, load.lift_m) for i, load in rides.items()), frozenset(i for i, load in rides.items() if load.is_aboard),
        tuple(_doors(i, scripts[i], until_s) for i in moves if scripts[i].doors),
        tuple(event for move in moves.values() for event in move.events), flow, near,
    )  # fmt: skip
    if cast.stream is not None and flow is not None:
        return replace(new, dropped=cast.stream.dropped(flow)) if until_s <= 0.0 else new
    return replace(new, dropped=new.dropped | _unfit(cast, new)) if until_s <= 0.0 else new


def _flow_on(cast: Cast, world: World, states: list[State], until_s: float) -> tuple[Flow | None, Near | None]:
    """Let the stream flow on to an instant at which the actors are where `states` says; put those near an actor there too."""
    if cast.stream is None or world.flow is None:
        return None, None
    others = [(cast.bodies[i], states[i]) for i in cast.actors if i != EGO and i not in world.aboard]
    flow, near = cast.stream.advance(world.flow, until_s, states[EGO], others), world.near
    if near is None or flow is not world.flow:
        places_s = [states[i].s for i in cast.actors if cast.bodies[i].mover != "static"]
        near = cast.stream.near(flow, places_s, INTEREST_M)
    for i, state in near.states(until_s).items():
        states[i] = state
    return flow, near


def scripted_start(body: Body, course: Course, time_s: float) -> State:
    """Give where an actor is before t = 0: on its way to its start at the speed it has there."""
    start = body.start
    if start.speed == 0.0:
        return start
    along = start.speed * math.cos(start.heading) * time_s / course.stretch(start.s, start.t)
    return start._replace(
        s=start.s + along, t=start.t + start.speed * math.sin(start.heading) * time_s, travelled=start.speed * time_s
    )


def _halves(
    cast: Cast, states: list[State], near: tuple[int, ...], old: tuple[tuple[float, float], ...]
) -> tuple[tuple[float, float], ...]:
    """Half extents of everyone; those of who turns change."""
    halves = list(old)
    for i in (*cast.actors, *near):
        if cast.bodies[i].mover in ("walker", "rider") or states[i].heading != cast.bodies[i].start.heading:
            halves[i] = half_extent(cast.bodies[i].size_m, states[i].heading)
    return tuple(halves)


def _move(cast: Cast, world: World, i: int, until_s: float, alarm: Alarm) -> _Move:
    """Move one body over a tick."""
    body, script = cast.bodies[i], world.scripts[i]
    if until_s <= 0.0:
        return _Move(scripted_start(body, cast.course, until_s), script, pace=body.start.speed)
    if i == EGO:
        return _Move(_drive_ego(cast, world, until_s, alarm), script)
    return _act(cast, world, i, until_s)


def _act(cast: Cast, world: World, i: int, until_s: float) -> _Move:
    """Follow an actor's steps through a tick, piece by piece."""
    body = cast.bodies[i]
    senses = Senses(
        lambda name: _sight(cast, world, cast.index[name]), lambda: [_sight(cast, world, j) for j in _seen(cast, world, i)],
        lambda: [_sight(cast, world, j) for j in (EGO, *_vehicles(cast, world)) if j != i], world.time_s,
    )  # fmt: skip
    progress: Progress = follow_script(
        world.scripts[i], _sight(cast, world, i), senses, cast.network, now_s=world.time_s, until_s=until_s
    )
    state, pace = _rewound(world.states[i], progress.rewind_s, cast.course), 0.0
    for piece in progress.pieces:
        state, pace = _piece(cast, world, i, state, piece)
    step = progress.script.step
    is_frozen = step < len(body.steps) and isinstance(body.steps[step], FreezeScene)
    return _Move(state, progress.script, progress.events, is_frozen, pace, _signal(cast, i, progress.script))


def _doors(i: int, script: Script, time_s: float) -> tuple[int, float, float]:
    """How far the left and right front doors of a body are open."""
    left, right = (sum(door.angle_at(time_s) for door in script.doors if door.side == side) for side in ("left", "right"))
    return i, left, right


def _signal(cast: Cast, i: int, script: Script) -> int:
    """Side to which a driver indicates: 1 left, -1 right, 0 none."""
    body = cast.bodies[i]
    step = body.steps[script.step] if script.step < len(body.steps) else None
    if not isinstance(step, (ChangeLaneScene, PullOutScene)):
        return 0
    return 1 if body.direction * lateral.sideways_m(step, script.begun, cast.network) > 0.0 else -1


def _rides(cast: Cast, world: World, states: list[State], scripts: list[Script], until_s: float) -> dict[int, Ride]:
    """Move the loads after those who carry them."""
    rides = {}
    for i in cast.loads:
        body, state = cast.bodies[i], world.states[i]
        carrier = cast.index[body.carrier]
        rides[i] = ride(
            body, world.scripts[i], state, cast.bodies[carrier], scripts[carrier], states[carrier], now_s=world.time_s,
            until_s=until_s, stretch=cast.course.stretch(state.s, state.t),
        )  # fmt: skip
    return rides


def _piece(cast: Cast, world: World, i: int, state: State, piece: Piece) -> tuple[State, float]:
    """Move an actor under one step; give the speed it asks for too."""
    body, stretch = cast.bodies[i], cast.course.stretch(state.s, state.t)
    if body.driver is None:
        stride = stride_of(body, piece, cast.network, state)
        if body.mover == "rider":
            stride = stride._replace(turn_rate=walker.RIDER_TURN_RATE)
        if _gives_way(body, piece) and stride.line_t is None and stride.speed > 0.0:
            others = [EGO] * (body.rank >= PASSERS_RANK) + _vehicles(cast, world)  # named actors may mean to meet the ego
            vehicles = [(cast.bodies[j], world.states[j]) for j in others if j != i]
            braking = walker.braking_before_traffic(body, state, world.halves[i], stride.speed, vehicles)
            stride = stride if braking is None else stride._replace(speed=0.0, braking=braking)
        return walker.walk(state, stride, piece.duration_s, stretch), stride.speed
    order = pace_of(body, piece)
    speed = state.speed
    acceleration = driver.driver_acceleration(body.driver, speed, order.speed, _ahead(cast, world, i))
    if order.braking is not None and speed > order.speed:
        # Land on the wanted speed exactly when it is reached within the piece
        acceleration = min(acceleration, max(-order.braking, (order.speed - speed) / piece.duration_s))
    driven = driver.drive(state, body.direction, acceleration, piece.duration_s, stretch)
    step = body.steps[piece.step] if piece.step < len(body.steps) else None
    return lateral.steered(state, driven, step, piece.begun, cast.network, body.direction), order.speed


def _gives_way(body: Body, piece: Piece) -> bool:
    """Whether one who goes over the road heeds vehicles meanwhile; who flees does not."""
    return piece.step < len(body.steps) and not isinstance(body.steps[piece.step], FleeScene)


def _drive_lane(cast: Cast, world: World, lane: int, duration_s: float) -> dict[int, State]:
    """Drive the traffic of a lane, from the front: each follows the one ahead and heeds the actors near its corridor."""
    order = [i for i in cast.lanes[lane] if i not in world.dropped]
    near = _actors_near_lane(cast, world, lane)
    moved: dict[int, State] = {}
    for rank, i in enumerate(order):
        body, state = cast.bodies[i], world.states[i]
        if body.driver is None:
            raise ValueError(f"{body.name} has no driver")
        stretch = cast.course.stretch(state.s, state.t)
        others = [j for j in near if abs(world.states[j].s - state.s) < INTEREST_M]
        others += order[rank - 1 : rank] if rank else []
        ahead = _hindrances(cast, world, i, others, stretch)
        acceleration = driver.driver_acceleration(body.driver, state.speed, body.driver.wanted_speed, ahead)
        moved[i] = driver.drive(state, body.direction, acceleration, duration_s, stretch)
    return moved


def _actors_near_lane(cast: Cast, world: World, lane: int) -> list[int]:
    """Actors that may matter to a lane: on it, beside it, or people about to walk onto it."""
    centre = cast.network.lane_centre_t(lane)
    reach_m = {True: 8.0, False: 2.0}
    return [
        j for j in cast.actors
        if j not in world.aboard and abs(world.states[j].t - centre) < world.halves[j][1] + reach_m[cast.bodies[j].may_cross]
    ]  # fmt: skip


def _drive_ego(cast: Cast, world: World, until_s: float, alarm: Alarm) -> State:
    """Drive the ego: follow vehicles, and brake from the instant at which the driver has reacted."""
    body, state = cast.bodies[EGO], world.states[EGO]
    if body.driver is None:
        raise ValueError("the ego has no driver")
    acceleration = _ego_acceleration(cast, world, body.driver)
    onset_s = until_s if alarm.seen_s is None else max(world.time_s, alarm.seen_s + cast.ego.reaction_time)
    before_s = min(until_s, onset_s) - world.time_s
    stretch = cast.course.stretch(state.s, state.t)
    if before_s > 0.0:
        state = driver.drive(state, body.direction, acceleration, before_s, stretch)
    if onset_s < until_s:
        hardest = min(cast.ego.max_braking, body.driver.hardest)
        braking = emergency_braking(_threats(cast, world), world.states[EGO].speed, hardest)
        state = driver.drive(state, body.direction, min(acceleration, -braking), until_s - world.time_s - before_s, stretch)
    return state


def _ego_acceleration(cast: Cast, world: World, me: Driver) -> float:
    """What the ego's driver does about those ahead, and in a stream about junctions (if it reacts) and bends."""
    ahead, speed = _ahead(cast, world, EGO), world.states[EGO].speed
    if cast.stream is None or world.flow is None:
        return driver.driver_acceleration(me, speed, me.wanted_speed, ahead)
    orders = cast.stream.ego_orders(world.flow, world.states[EGO].travelled)
    wanted = min(me.wanted_speed, orders.allowed)
    if not cast.ego.reacts:
        return driver.driver_acceleration(me, speed, wanted, ahead)
    if orders.behind_m < math.inf:
        ahead.append(driver.Hindrance(orders.behind_m, orders.behind_speed, 1.0))
    acceleration = driver.driver_acceleration(me, speed, wanted, ahead)
    return max(-me.hardest, min(acceleration, driver.stopping_acceleration(me, speed, orders.stop_m)))


def _rewound(state: State, back_s: float, course: Course) -> State:
    """Take back the last moments of a tick, because the step that governs them had already ended."""
    if back_s <= 0.0:
        return state
    speed = max(0.0, state.speed - state.acceleration * back_s)
    way = 0.5 * (speed + state.speed) * back_s
    return state._replace(
        s=state.s - way * math.cos(state.heading) / course.stretch(state.s, state.t),
        t=state.t - way * math.sin(state.heading), speed=speed, travelled=state.travelled - way,
    )  # fmt: skip


def _sight(cast: Cast, world: World, i: int) -> Sight:
    state = world.states[i]
    return Sight(cast.bodies[i], state, world.halves[i], cast.course.stretch(state.s, state.t))


def _seen(cast: Cast, world: World, i: int) -> list[int]:
    """Everybody but oneself whose place is known now: actors, what stands, and the traffic near an actor."""
    near = world.near.numbers if world.near else ()
    flowing = range(cast.stream.first_body, cast.stream.first_body + len(cast.stream.bodies)) if cast.stream else range(0)
    others = [j for j in range(len(cast.bodies)) if j not in flowing and cast.bodies[j].mover != "stroller"]
    return [j for j in (*others, *near) if j != i and j not in world.dropped]


def _vehicles(cast: Cast, world: World) -> list[int]:
    """Vehicles with a driver but the ego, in the cast's order."""
    named = [i for i in cast.actors if i != EGO and cast.bodies[i].driver is not None]
    return [
        *named,
        *world.traffic_near,
        *(i for lane in sorted(cast.lanes) for i in cast.lanes[lane] if i not in world.dropped),
    ]


def _ahead(cast: Cast, world: World, i: int) -> list[driver.Hindrance]:
    """Everything that may hinder a driver who is an actor: other actors and all traffic."""
    state = world.states[i]
    stretch = cast.course.stretch(state.s, state.t)
    others = [
        j for j in cast.actors if j != i and j not in world.aboard and not (i == EGO and _is_for_reaction(cast.bodies[j]))
    ]
    for lane in sorted(cast.lanes):
        in_lane = (j for j in cast.lanes[lane] if j not in world.dropped)
        others += [j for j in in_lane if abs(world.states[j].s - state.s) < INTEREST_M]
    others += world.traffic_near
    return _hindrances(cast, world, i, others, stretch)


def _hindrances(cast: Cast, world: World, i: int, others: list[int], stretch: float) -> list[driver.Hindrance]:
    """How others hinder a driver, those who do."""
    body, state = cast.bodies[i], world.states[i]
    found = (driver.hindrance_by(body, state, cast.bodies[j], world.states[j], world.halves[j], stretch) for j in others)
    return [hindrance for hindrance in found if hindrance is not None]


def _is_for_reaction(body: Body) -> bool:
    """Whether the ego's driver meets this only by reaction: people, animals and things that lie or stand about."""
    return body.may_cross or body.class_name in STANDING_CLASSES


def _threats(cast: Cast, world: World) -> list[Threat]:
    """What the ego's driver may have to react to."""
    me, mine = cast.bodies[EGO], world.states[EGO]
    stretch = cast.course.stretch(mine.s, mine.t)
    found = (
        threat_of(me, mine, cast.bodies[j], world.states[j], world.halves[j], stretch)
        for j in cast.actors
        if j != EGO and j not in world.aboard and _is_for_reaction(cast.bodies[j])
    )
    return [threat for threat in found if threat is not None]


def _unfit(cast: Cast, world: World) -> frozenset[int]:
    """Traffic that can not be where it is: it overlaps an actor, or one of the two could not brake for the other."""
    unfit = set()
    for lane in sorted(cast.lanes):
        for i in cast.lanes[lane]:
            if i not in world.dropped and any(_clash(cast, world, i, j) for j in cast.actors):
                unfit.add(i)
    return frozenset(unfit)


def _clash(cast: Cast, world: World, i: int, j: int) -> bool:
    """Whether vehicle i of the traffic and actor j are in each other's way beyond what braking mends."""
    me, other = cast.bodies[i], cast.bodies[j]
    mine, its = world.states[i], world.states[j]
    if me.driver is None or abs(its.t - mine.t) >= me.size_m[1] / 2 + world.halves[j][1] + driver.CORRIDOR_MARGIN_M:
        return False
    stretch = cast.course.stretch(mine.s, mine.t)
    its_speed = its.speed * math.cos(its.heading) * me.direction
    gap_m = abs(its.s - mine.s) * stretch - me.size_m[0] / 2 - world.halves[j][0]
    if me.direction * (its.s - mine.s) > 0.0:
        return driver.can_not_follow(me.driver, mine.speed, gap_m, its_speed)
    return gap_m < 1.0 or (other.driver is not None and driver.can_not_follow(other.driver, its_speed, gap_m, mine.speed))
