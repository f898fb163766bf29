"""One clip from scene to files: simulate, stage, draw; label, encode and write beside drawing; commit last."""

from __future__ import annotations

import dataclasses
import math
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenegen.batch.heap import trim_heap
from scenegen.batch.sensors import Sensors
from scenegen.batch.spool import Spool
from scenegen.batch.wanted import rig_of, wanted_of
from scenegen.dataset import manifest
from scenegen.dataset.manifest import ClipRecord, FileRecord
from scenegen.errors import ScenarioError
from scenegen.formats.layout import File, Layout, Slot, TakesNotes
from scenegen.formats.registry import layouts
from scenegen.models import catalogue
from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.scenario.scene import Scene
from scenegen.scenario.scene_json import scene_to_dict
from scenegen.simulate.clip import Clip
from scenegen.simulate.run import simulate
from scenegen.simulate.storage import clip_to_bytes
from scenegen.stage.build import build_stage
from scenegen.truth.frame import FrameLabels
from scenegen.truth.labeller import Labeller

ENCODERS = 2
"""Threads that label, encode and write; more than drawing leaves idle bring nothing."""
FRAMES_IN_FLIGHT = 4
"""Frames drawn but not yet written: bounds memory."""

FRAMES_A_TRIM = 20
"""Frames after which freed memory goes back to the system: pictures of many sizes leave gaps that no later one fills."""


class StoppedError(Exception):
    """The person asked to stop; nothing of the clip is left on disk."""


@dataclass(frozen=True)
class ClipOutcome:
    """A finished clip, with how long drawing took and how long it waited for encoding and writing, in seconds."""

    record: ClipRecord
    wall_s: float
    waited_s: float


def render_clip(
    scene: Scene,
    slot: Slot,
    formats: tuple[str, ...],
    renderer: Renderer,
    out: Path,
    *,
    flow_steps: tuple[int, ...] = (1,),
    builders: int = 1,
    on_frame: Callable[[], None] = lambda: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> ClipOutcome:
    """Make one clip and write all its files; its record comes last.

    Args:
        scene: the concrete scene.
        slot: numbers and names of its files.
        formats: names of the layouts to write.
        renderer: an open renderer; it is loaded with this clip's stage.
        out: the data set's folder.
        flow_steps: the k of the flows from t to t + k and t - k; 1 is always there.
        builders: processes that may make models which the store lacks.
        on_frame: called when all files of a frame are on disk.
        should_stop: asked before each frame; true removes what was written and raises `StoppedError`.
    Returns:
        The committed record with timings.
    Raises:
        StoppedError: `should_stop` said so.
        OutputError: a file could not be written; what was written of the clip is removed.
    """
    started = time.perf_counter()
    network = build_network(scene.road)
    clip = simulate(scene, network)
    chosen = layouts(formats)
    _check_ids(clip, chosen)
    catalogue.prepare((track.model for track in clip.tracks), processes=builders)
    stage = build_stage(clip, network)
    wanted = wanted_of(rig_of(scene), chosen)
    slot = dataclasses.replace(slot, frames=clip.frames)
    labeller = Labeller.of(clip, stage, network) if wanted.details else Labeller(clip, stage)
    sensors = Sensors(clip, stage, wanted, flow_steps)
    writer = _ClipWriter(labeller, sensors, slot, chosen, out)
    try:
        renderer.load(sensors.drawn, labels=sensors.labels, pictures=sensors.pictures, flow_steps=flow_steps)
        for frame, shots in enumerate(renderer.render_rig(range(clip.frames))):
            writer.submit(frame, shots, on_frame)
            if should_stop():
                raise StoppedError
        record = writer.commit(scene)
    except BaseException:
        writer.remove()
        raise
    finally:
        writer.close()
    return ClipOutcome(record, time.perf_counter() - started, writer.waited_s)


def _check_ids(clip: Clip, chosen: tuple[Layout, ...]) -> None:
    largest = max((track.track_id for track in clip.tracks), default=0)
    for layout in chosen:
        if layout.largest_id is not None and largest > layout.largest_id:
            raise ScenarioError(
                f"{clip.scene.name}: {largest} tracks, and {layout.name} holds {layout.largest_id}; leave it out of --formats, "
                "or lower road.length, traffic.parked or traffic.pedestrians"
            )


class _ClipWriter:
    """Labels, encodes and writes frames on threads of its own, and remembers every file."""

    def __init__(self, labeller: Labeller, sensors: Sensors, slot: Slot, chosen: tuple[Layout, ...], out: Path) -> None:
        self._labeller, self._sensors, self._slot, self._layouts, self._out = labeller, sensors, slot, chosen, out
        self._clip = labeller.clip
        self._pool = ThreadPoolExecutor(ENCODERS, thread_name_prefix="encode")
        self._pending: deque[Future[None]] = deque()
        self._labels: Spool[FrameLabels] = Spool(out)
        self._frame_files: Spool[list[FileRecord]] = Spool(out)
        self._notes: dict[str, Spool[Any]] = {layout.name: Spool(out) for layout in chosen if isinstance(layout, TakesNotes)}
        self._started_paths: list[str] = []
        self._submitted = 0
        self.waited_s = 0.0

    def submit(self, index: int, shots: tuple[Passes, ...], on_frame: Callable[[], None]) -> None:
        """Hand over a frame; waits while too many are in flight, and raises what an earlier frame raised."""
        self._pending.append(self._pool.submit(self._write_frame, index, shots, on_frame))
        self._wait(FRAMES_IN_FLIGHT)
        self._submitted += 1
        if self._submitted % FRAMES_A_TRIM == 0:
            trim_heap()

    def commit(self, scene: Scene) -> ClipRecord:
        """Write what needs the whole clip, then the record, by rename."""
        self._wait(0)
        files = [file for kept in self._frame_files for file in kept]
        for layout in self._layouts:
            for path, data in self._clip_files(layout):
                files.append(self._write(f"{layout.name}/{path}", data))
        files.append(self._write(manifest.poses_path(self._slot.clip), clip_to_bytes(self._clip)))
        record = ClipRecord(
            clip=self._slot.clip,
            number=self._slot.number,
            first_frame=self._slot.first_frame,
            frames=self._slot.frames,
            scene=scene_to_dict(scene),
            events=[dataclasses.asdict(event) for event in self._clip.events],
            metrics={name: value if math.isfinite(value) else None for name, value in self._clip.metrics.items()},
            files=tuple(sorted(files, key=lambda file: file.path)),
        )
        target = manifest.record_path(self._out, self._slot.clip)
        manifest.write_atomically(target, manifest.json_bytes(record.to_json()))
        return record

    def remove(self) -> None:
        """Take back everything that was written of this clip."""
        for future in self._pending:
            future.cancel()
        self._pool.shutdown(wait=True)
        for path in self._started_paths:
            (self._out / path).unlink(missing_ok=True)
        for folder in sorted({parent for path in self._started_paths for parent in Path(path).parents}, reverse=True):
            with suppress(OSError):  # other clips have files in it
                (self._out / folder).rmdir()

    def close(self) -> None:
        """Stop the threads."""
        self._pool.shutdown(wait=True)
        self._labels.close()
        self._frame_files.close()
        for notes in self._notes.values():
            notes.close()

    def _clip_files(self, layout: Layout) -> Iterator[File]:
        if isinstance(layout, TakesNotes):
            return layout.clip_files(self._labels, self._slot, self._notes[layout.name])
        return layout.clip_files(self._labels, self._slot)

    def _wait(self, allowed: int) -> None:
        started = time.perf_counter()
        while len(self._pending) > allowed:
            self._pending.popleft().result()
        self.waited_s += time.perf_counter() - started

    def _write_frame(self, index: int, shots: tuple[Passes, ...], on_frame: Callable[[], None]) -> None:
        frame = self._labeller.frame(self._sensors.complete(index, shots), self._sensors.sweeps(index))
        files = [
            self._write(f"{layout.name}/{path}", data)
            for layout in self._layouts
            for path, data in layout.frame_files(frame, self._slot)
        ]
        for layout in self._layouts:
            if isinstance(layout, TakesNotes):
                self._notes[layout.name].add(frame.labels.index, layout.frame_notes(frame, self._slot))
        self._labels.add(frame.labels.index, frame.labels)
        self._frame_files.add(frame.labels.index, files)
        on_frame()

    def _write(self, path: str, data: bytes) -> FileRecord:
        self._started_paths.append(path)
        return manifest.write_file(self._out, path, data)
