"""Run a scene: warm up, tick by tick, then poses, contacts and metrics."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray
from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene import Scene
from scenegen.simulate.body import Body
from scenegen.simulate.casting import cast_of
from scenegen.simulate.clip import Clip, Event, Track
from scenegen.simulate.clock import Clock
from scenegen.simulate.contact import first_contact, separation_m
from scenegen.simulate.metrics import measure, time_to_conflict_s
from scenegen.simulate.recording import Recording, record
from scenegen.simulate.trace import Trace, track_of
from scenegen.simulate.world import EGO, Cast, World, advance, first_world

LEAST_FRAMES = 2  # kept even when the contact comes at once
BACKGROUND_RANK = 2  # from here on: parked, strollers, traffic
SIGHT_M = 420.0  # what stays farther from the ego along the road covers no pixel worth a label: a car is 3 px high there
ROUTE_AHEAD_M = 12.0  # of route on a map, whose other roads go on
VIEW_AHEAD_M = 150.0  # of drawn street that the ego's camera always has before it
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
        ScenarioError: a place, trigger or step makes no sense on this road, or the ego runs out of street.
    """
    clock = Clock.of(scene)
    cast = cast_of(scene, network)
    run = record(cast, _worlds(cast, clock), clock.last_tick - clock.first_tick + 1)
    tracks = _tracks(run, scene)
    ego, others = tracks[0], tracks[1:]
    contact = _contact(ego, others, run.time_s)
    clip = _assembled(scene, clock, ego, others, run.events)
    if contact is not None:
        clip = _ended_before(clip, contact)
    _refuse_leaving(run, clip)
    return clip


def _worlds(cast: Cast, clock: Clock) -> Iterator[World]:
    """Step through warm-up and clip; give the worlds of the kept ticks, those of dropped traffic included."""
    world = first_world(cast, clock.warm_up_s()[0])
    for time_s in clock.warm_up_s()[1:]:
        world = advance(cast, world, time_s)
    for tick in clock.ticks():
        world = advance(cast, world, clock.time_s(tick))
        if tick >= clock.first_tick:
            yield world


def _tracks(run: Recording, scene: Scene) -> list[Track]:
    """Make tracks of the ego (id 0) and of all who are seen: rare, named, parked, passers-by, traffic as it comes."""
    bodies, network = run.cast.bodies, run.cast.network
    kept = [i for i in range(len(bodies)) if i not in run.dropped]
    ego = run.trace(EGO)
    in_stream = {} if run.stream is None else run.stream.first_seen(kept, track_of(bodies[EGO], ego, network, track_id=0))
    seen = {i: _first_seen(bodies[i], run.trace(i), ego, network) for i in kept if i != EGO and i not in in_stream}
    seen |= {i: None if when is None else (BACKGROUND_RANK, when, bodies[i].name) for i, when in in_stream.items()}
    order = sorted((key, i) for i, key in seen.items() if key is not None)
    numbered = [(EGO, 0), *((i, number) for number, (_, i) in enumerate(order, start=1))]
    return [_track(run, i, number) for i, number in numbered]


def _track(run: Recording, i: int, number: int) -> Track:
    """Make the track of one body."""
    body = run.cast.bodies[i]
    if run.stream is not None and i >= run.stream.stream.first_body:
        return run.stream.track(body, i, number)
    return track_of(body, run.trace(i), run.cast.network, track_id=number)


def _first_seen(body: Body, trace: Trace, ego: Trace, network: RoadNetwork) -> tuple[int, float, str] | None:
    """Sort key of a body's id; None for background that never comes onto the drawn road within sight of the ego.

    The background is numbered by when it first comes, so that a longer clip numbers the same things alike.

    Raises:
        ScenarioError: the scene placed the body where no street is.
    """
    first, last = network.drawn_s
    is_drawn = (trace.s >= first) & (trace.s <= last)
    if body.rank < BACKGROUND_RANK:
        if not is_drawn.any():
            raise ScenarioError(
                f"{body.name}.at.s: {trace.s[0]:.0f} m is off the street, which is drawn from {first:.0f} to {last:.0f} m"
            )
        return body.rank, 0.0, body.name
    rows = np.flatnonzero(is_drawn & (np.abs(trace.s - ego.s) < SIGHT_M))
    return (BACKGROUND_RANK, float(trace.time_s[rows[0]]), body.name) if len(rows) else None


def _refuse_leaving(run: Recording, clip: Clip) -> None:
    """Refuse a clip whose ego drives where no street is drawn ahead of it, or begins before the street."""
    rows, network = len(clip.ego.world_from_body), run.cast.network
    s, (first, last) = run.trace(EGO).s[:rows], network.drawn_s
    ahead_m = VIEW_AHEAD_M if network.map_route is None else ROUTE_AHEAD_M
    if s[0] < first:
        raise ScenarioError(f"ego.s: {s[0]:.0f} m is before the street, which is drawn from {first:.0f} m on")
    beyond = np.flatnonzero(s > last - ahead_m)
    if len(beyond):
        length_m, lacking_m = network.length_m, s[-1] - (last - ahead_m)
        raise ScenarioError(
            f"duration: after {run.time_s[beyond[0]]:.1f} s the ego runs out of street (road.length {length_m:.0f} m); "
            f"set road.length to {math.ceil((length_m + lacking_m) / 10) * 10} m, or make the clip shorter"
        )


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
