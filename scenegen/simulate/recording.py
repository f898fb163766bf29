"""What is kept of a run: the states of all that move as plain numbers, so that long clips stay small."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import BoolArray, FloatArray
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.clip import Event
from scenegen.simulate.flow.state import Flow
from scenegen.simulate.sidewalk import Blocker, steady_stroll, strolls_with_delays
from scenegen.simulate.stream_tracks import StreamRecord, record_of
from scenegen.simulate.trace import Trace
from scenegen.simulate.world import Cast, World


@dataclass(frozen=True, eq=False)
class Recording:
    """The kept ticks of a run.

    `time_s` (ticks,); `states` (ticks, movers, 6) float64, the columns of `State`; `is_frozen`, `pace`, `signal` and `lift`
    (ticks, movers); `column` gives a body's place among the movers; `dropped` is the traffic that found no room; `delayed`
    has the states of passers-by who gave way; `stream` is what the traffic on lanes did, where the cast has one.
    """

    cast: Cast
    time_s: FloatArray
    states: FloatArray
    is_frozen: BoolArray
    pace: FloatArray
    signal: FloatArray
    lift: FloatArray
    doors: FloatArray
    column: dict[int, int]
    dropped: frozenset[int]
    delayed: dict[int, FloatArray]
    events: tuple[Event, ...]
    stream: StreamRecord | None = None

    def trace(self, i: int) -> Trace:
        """Give the way of one body over all ticks."""
        body, column, ticks = self.cast.bodies[i], self.column.get(i), len(self.time_s)
        if body.mover == "companion":
            return _beside(self.trace(self.cast.index[body.carrier]), body.mount_m, self.cast.network)
        if column is not None:
            states, is_frozen = self.states[:, column], self.is_frozen[:, column]
        elif body.mover == "stroller":
            delayed = self.delayed.get(i)
            states = steady_stroll(body, self.cast.network, self.time_s) if delayed is None else delayed
            is_frozen = np.zeros(ticks, bool)
        else:
            states, is_frozen = np.broadcast_to(np.array(body.start), (ticks, 6)), np.zeros(ticks, bool)
        s, t, heading, speed, acceleration, travelled = states.T
        pace = self.pace[:, column] if body.mover == "walker" and column is not None else np.full(ticks, body.start.speed)
        still = np.zeros(ticks)
        signal, lift = (still, still) if column is None else (self.signal[:, column], self.lift[:, column])
        left, right = (still, still) if column is None else self.doors[:, column].T
        return Trace(self.time_s, s, t, heading, speed, acceleration, travelled, is_frozen, pace, signal, lift, left, right)


def _beside(trace: Trace, mount_m: tuple[float, float], network: RoadNetwork) -> Trace:
    """Give the way of one who keeps ahead and to the left of another, at the other's pace."""
    c, s = np.cos(trace.heading), np.sin(trace.heading)
    stretch = 1.0 - network.curvature(trace.s) * trace.t
    return replace(
        trace, s=trace.s + (mount_m[0] * c - mount_m[1] * s) / stretch, t=trace.t + mount_m[0] * s + mount_m[1] * c
    )  # fmt: skip


def record(cast: Cast, worlds: Iterable[World], ticks: int) -> Recording:
    """Keep what moves of worlds as they come; events in order of time, then of name."""
    movers = tuple(sorted({*cast.movers, *cast.loads, *(i for order in cast.lanes.values() for i in order)}))
    column = {i: k for k, i in enumerate(movers)}
    times_s, states = np.zeros(ticks), np.zeros((ticks, len(movers), 6))
    is_frozen, pace = np.zeros((ticks, len(movers)), bool), np.zeros((ticks, len(movers)))
    signal, lift = np.zeros((ticks, len(movers))), np.zeros((ticks, len(movers)))
    doors = np.zeros((ticks, len(movers), 2))
    events = list(cast.notes)
    dropped: frozenset[int] = frozenset()
    flows: list[Flow] = []
    for row, world in enumerate(worlds):
        flows += [] if world.flow is None else [world.flow]
        times_s[row], states[row] = world.time_s, [world.states[i] for i in movers]
        for i, asked in world.paces:
            pace[row, column[i]] = asked
        for i, side in world.signals:
            signal[row, column[i]] = side
        for i, *angles in world.doors:
            doors[row, column[i]] = angles
        for i, height_m in world.lifts:
            lift[row, column[i]] = height_m
        for i in sorted(world.is_frozen):
            is_frozen[row, column[i]] = True
        events.extend(world.events)
        dropped = world.dropped
    in_order = tuple(sorted(events, key=lambda event: (event.time_s, event.actor, event.what)))
    strollers = {i: body for i, body in enumerate(cast.bodies) if body.mover == "stroller"}
    people = [Blocker.of(states[:, k], cast.bodies[i].size_m) for i, k in column.items() if cast.bodies[i].mover == "walker"]
    delayed = strolls_with_delays(strollers, cast.network, times_s, people)
    stream = None if cast.stream is None else record_of(cast.stream, times_s, flows)
    return Recording(cast, times_s, states, is_frozen, pace, signal, lift, doors, column, dropped, delayed, in_order, stream)
