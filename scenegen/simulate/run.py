"""Run a scene: warm up, tick by tick, then poses, contacts and metrics."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene import Scene
from scenegen.simulate.body import Body
from scenegen.simulate.casting import cast_of
from scenegen.simulate.clip import Clip, Event, Track
from scenegen.simulate.clock import Clock
from scenegen.simulate.contact import first_contact, separation_m
from scenegen.simulate.metrics import measure, time_to_conflict_s
from scenegen.simulate.trace import Trace, stroller_columns, track_of
from scenegen.simulate.world import EGO, Cast, World, advance, first_world

LEAST_FRAMES = 2  # kept even when the contact comes at once
TRAFFIC_RANK = 4
NEAR_M = 30.0  # what never comes this near along the road can not touch the ego


def simulate(scene: Scene, network: RoadNetwork) -> Clip:
    """Run a scene on its road.

    Args:
        scene: numbers only; the same scene gives the same bytes.
        network: the road built from `scene.road`.
    Returns:
        All poses from one frame before frame 0 to one frame after the last; the clip ends one frame before a contact of
        the ego, but has at least two frames.
    Raises:
        ScenarioError: a place, trigger or step makes no sense on this road.
    """
    clock = Clock.of(scene)
    cast = cast_of(scene, network)
    worlds = _run(cast, clock)
    tracks = _tracks(cast, worlds, scene, network)
    ego, others = tracks[0], tracks[1:]
    times_s = np.array([world.time_s for world in worlds])
    contact = _contact(ego, others, times_s)
    clip = _assembled(scene, clock, ego, others, _events(cast, worlds))
    return clip if contact is None else _ended_before(clip, contact)


def _run(cast: Cast, clock: Clock) -> list[World]:
    """Step through warm-up and clip; give the worlds of the kept ticks, those of dropped traffic included."""
    world = first_world(cast, clock.warm_up_s()[0])
    for time_s in clock.warm_up_s()[1:]:
        world = advance(cast, world, time_s)
    kept = []
    for tick in clock.ticks():
        world = advance(cast, world, clock.time_s(tick))
        if tick >= clock.first_tick:
            kept.append(world)
    return kept


def _trace(cast: Cast, worlds: list[World], i: int, times_s: FloatArray) -> Trace:
    """Columns of one body over the kept ticks."""
    if cast.bodies[i].mover == "stroller":
        columns = stroller_columns(cast.bodies[i], cast.network, times_s)
    elif cast.bodies[i].mover == "static":
        columns = np.tile(np.array(cast.bodies[i].start), (len(worlds), 1))
    else:
        columns = np.array([world.states[i] for world in worlds])
    s, t, heading, speed, acceleration, travelled = columns.T
    is_frozen = np.array([i in world.is_frozen for world in worlds])
    pace = speed if cast.bodies[i].mover != "walker" else np.array([dict(world.paces)[i] for world in worlds])
    return Trace(times_s, s, t, heading, speed, acceleration, travelled, is_frozen, pace)


def _tracks(cast: Cast, worlds: list[World], scene: Scene, network: RoadNetwork) -> list[Track]:
    """Make tracks of the ego (id 0) and of all who are seen: rare, named, parked, passers-by, traffic as it comes."""
    times_s = np.array([world.time_s for world in worlds])
    traces = {i: _trace(cast, worlds, i, times_s) for i in range(len(cast.bodies)) if i not in worlds[-1].dropped}
    seen = {i: _first_seen(cast.bodies[i], trace, network) for i, trace in traces.items()}
    order = sorted((key, i) for i, key in seen.items() if key is not None and i != EGO)
    numbered = [(EGO, 0), *((i, number) for number, (_, i) in enumerate(order, start=1))]
    return [track_of(cast.bodies[i], traces[i], network, scene.light, track_id=number) for i, number in numbered]


def _first_seen(body: Body, trace: Trace, network: RoadNetwork) -> tuple[int, float, str] | None:
    """Sort key of a body's id; None for traffic that never comes onto the drawn road.

    Traffic is numbered by when it first comes, so that a longer clip numbers the same vehicles alike.
    """
    if body.rank < TRAFFIC_RANK:
        return body.rank, 0.0, body.name
    first, last = network.drawn_s
    rows = np.flatnonzero((trace.s >= first) & (trace.s <= last))
    return (body.rank, float(trace.time_s[rows[0]]), body.name) if len(rows) else None


def _events(cast: Cast, worlds: list[World]) -> tuple[Event, ...]:
    """All events in order of time, then of name."""
    events = [*cast.notes, *(event for world in worlds for event in world.events)]
    return tuple(sorted(events, key=lambda event: (event.time_s, event.actor, event.what)))


def _contact(ego: Track, others: list[Track], times_s: FloatArray) -> Event | None:
    """Give the first contact of the ego with anything."""
    found = []
    for track in others:
        apart = np.abs(track.world_from_body[:, :2, 3] - ego.world_from_body[:, :2, 3]).max(axis=1)
        if apart.min() < NEAR_M:
            instant = first_contact(np.where(track.present, separation_m(ego, track), np.inf), times_s)
            if instant is not None:
                found.append(Event(instant, "contact", track.name, f"ego touches {track.name}"))
    return min(found, key=lambda event: (event.time_s, event.actor), default=None)


def _assembled(scene: Scene, clock: Clock, ego: Track, others: list[Track], events: tuple[Event, ...]) -> Clip:
    """Put a clip together and measure it."""
    rows = len(ego.world_from_body)
    times_s = np.array([clock.time_s(clock.first_tick + row) for row in range(rows)])
    dt_s = float(clock.dt)
    rare = tuple(track for track in others if track.role == "rare")
    at_frames = np.arange(clock.substeps, rows - clock.substeps, clock.substeps)
    conflicts = [time_to_conflict_s(ego, track, dt_s)[at_frames] for track in rare]
    conflict = np.min(conflicts, axis=0) if conflicts else np.full(len(at_frames), np.inf)
    conflict.flags.writeable = False
    metrics = {"contact": 0.0, **measure(ego, rare, times_s)}
    return Clip(scene, clock.first_tick, ego, tuple(others), events, metrics, conflict)


def _ended_before(clip: Clip, contact: Event) -> Clip:
    """Cut a clip so that its last frame lies a frame before the contact."""
    substeps = clip.scene.substeps
    frames = max(LEAST_FRAMES, math.ceil(contact.time_s * clip.scene.fps) - 1)
    rows = min((frames + 1) * substeps + 1, len(clip.ego.world_from_body))
    events = (*(event for event in clip.events if event.time_s <= contact.time_s), contact)
    clock = Clock.of(clip.scene)
    tracks = [_cut(track, rows) for track in clip.tracks if track.present[:rows].any()]
    cut = _assembled(clip.scene, clock, _cut(clip.ego, rows), tracks, events)
    return replace(cut, metrics={**cut.metrics, "contact": 1.0, "contact_s": contact.time_s})


def _cut(track: Track, rows: int) -> Track:
    """Keep the first rows of a track."""
    return replace(
        track, world_from_body=track.world_from_body[:rows], motion=track.motion[:rows], lamps=track.lamps[:rows],
        present=track.present[:rows],
    )  # fmt: skip
