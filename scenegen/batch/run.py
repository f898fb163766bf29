"""Run a plan: find what is missing, make it with one or several processes, write the closing files."""

from __future__ import annotations

import multiprocessing
import multiprocessing.synchronize
import os
import queue
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scenegen.batch.clip_job import ClipOutcome, StoppedError, render_clip
from scenegen.batch.plan import Plan, Settings, open_dataset
from scenegen.dataset import manifest
from scenegen.errors import DatasetError
from scenegen.formats.layout import Joins, Slot
from scenegen.formats.registry import layouts
from scenegen.render.renderer import Renderer
from scenegen.scenario.scene import Scene


@dataclass(frozen=True)
class Machine:
    """Where to render: changes no byte on the same device."""

    jobs: int = 1
    device: int | None = None
    require_gpu: bool = False


@dataclass(frozen=True)
class RunReport:
    """What a run did: clips made and clips that were there already; seconds of drawing threads and of their waiting."""

    made: int
    kept: int
    frames: int
    wall_s: float
    waited_s: float


def run_plan(
    plan: Plan,
    out: Path,
    machine: Machine,
    *,
    on_start: Callable[[int], None] = lambda frames: None,
    on_frame: Callable[[], None] = lambda: None,
) -> RunReport:
    """Make every clip of a plan that is not there yet.

    Args:
        plan: what to make.
        out: the data set's folder.
        machine: processes and device.
        on_start: told how many frames are to be made.
        on_frame: called after each written frame.
    Returns:
        What was made.
    Raises:
        OutputError: the folder holds another data set or can not be written.
        RenderError: no GL, or no such device.
        KeyboardInterrupt: after removing what was half written.
    """
    with Renderer(
        device=machine.device,
        require_gpu=machine.require_gpu,
        look=plan.settings.look,
        quality=plan.settings.quality,
    ) as renderer:
        open_dataset(out, plan, renderer.device)
        done = {record.clip: record for record in _intact_records(plan, out)}
        missing = [(scene, slot) for scene, slot in zip(plan.scenes, plan.slots, strict=True) if slot.clip not in done]
        on_start(sum(slot.frames for _, slot in missing))
        if machine.jobs == 1 or len(missing) < 2:
            outcomes = _run_here(missing, plan.settings, renderer, out, on_frame)
        else:
            outcomes = _run_pool(missing, plan.settings, machine, out, on_frame)
        finished = list(outcomes)
    done.update({outcome.record.clip: outcome.record for outcome in finished})
    _write_closing_files(plan, out, done)
    return RunReport(
        made=len(finished),
        kept=len(plan.slots) - len(missing),
        frames=sum(outcome.record.frames for outcome in finished),
        wall_s=sum(outcome.wall_s for outcome in finished),
        waited_s=sum(outcome.waited_s for outcome in finished),
    )


def _intact_records(plan: Plan, out: Path) -> Iterator[manifest.ClipRecord]:
    """Give the records whose every file still has its bytes; a damaged clip is made again."""
    for slot in plan.slots:
        path = manifest.record_path(out, slot.clip)
        if not path.exists():
            continue
        try:
            record = manifest.ClipRecord.from_json(manifest.read_json(path), path)
        except DatasetError:
            continue
        if not manifest.damaged_files(out, record.files):
            yield record


def _write_closing_files(plan: Plan, out: Path, done: dict[str, manifest.ClipRecord]) -> None:
    slots = [
        Slot(slot.clip, slot.number, slot.first_frame, done[slot.clip].frames, slot.fps)
        for slot in plan.slots
        if slot.clip in done
    ]
    for layout in layouts(plan.settings.formats):
        for path, data in layout.dataset_files(slots):
            manifest.write_atomically(out / layout.name / path, data)
        if isinstance(layout, Joins):
            for path, data in layout.join(out / layout.name, slots):
                manifest.write_atomically(out / layout.name / path, data)


def _run_here(
    missing: list[tuple[Scene, Slot]], settings: Settings, renderer: Renderer, out: Path, on_frame: Callable[[], None]
) -> Iterator[ClipOutcome]:
    with _noted_interrupt() as is_interrupted:
        for scene, slot in missing:
            try:
                yield render_clip(
                    scene, slot, settings.formats, renderer, out,
                    flow_steps=settings.flow_steps, builders=os.cpu_count() or 1, on_frame=on_frame, should_stop=is_interrupted,
                )  # fmt: skip
            except StoppedError:
                raise KeyboardInterrupt from None


@contextmanager
def _noted_interrupt() -> Iterator[Callable[[], bool]]:
    """Note Ctrl-C instead of raising anywhere, so that a clip can be taken back cleanly; a second one raises."""
    noted = False

    def note(number: int, frame: Any) -> None:
        nonlocal noted
        if noted:
            raise KeyboardInterrupt
        noted = True

    try:
        before = signal.signal(signal.SIGINT, note)
    except ValueError:  # not the main thread: Ctrl-C does not arrive here
        yield lambda: False
        return
    try:
        yield lambda: noted
        if noted:
            raise KeyboardInterrupt
    finally:
        signal.signal(signal.SIGINT, before)


def _run_pool(
    missing: list[tuple[Scene, Slot]], settings: Settings, machine: Machine, out: Path, on_frame: Callable[[], None]
) -> Iterator[ClipOutcome]:
    """Make clips in spawned processes, each with a GL context of its own; a fork would share one."""
    context = multiprocessing.get_context("spawn")
    ticks: multiprocessing.queues.Queue[int] = context.Queue()
    stop = context.Event()
    workers = min(machine.jobs, len(missing))
    with ProcessPoolExecutor(
        workers, mp_context=context, initializer=_start_worker, initargs=(settings, machine, out, ticks, stop)
    ) as pool:
        futures: set[Future[ClipOutcome]] = {pool.submit(_work, scene, slot) for scene, slot in missing}
        try:
            while futures:
                done, futures = wait(futures, timeout=0.1, return_when=FIRST_COMPLETED)
                _drain(ticks, on_frame)
                yield from [future.result() for future in done]
            _drain(ticks, on_frame)
        except BaseException:
            stop.set()
            for future in futures:
                future.cancel()
            raise


def _drain(ticks: multiprocessing.queues.Queue[int], on_frame: Callable[[], None]) -> None:
    while True:
        try:
            ticks.get_nowait()
        except queue.Empty:
            return
        on_frame()


@dataclass(frozen=True)
class _Worker:
    """What a worker process keeps between clips."""

    settings: Settings
    renderer: Renderer
    out: Path
    ticks: multiprocessing.queues.Queue[int]
    stop: multiprocessing.synchronize.Event


_worker: list[_Worker] = []  # one entry in a worker process, none elsewhere: a pool hands its workers no other place


def _start_worker(
    settings: Settings,
    machine: Machine,
    out: Path,
    ticks: multiprocessing.queues.Queue[int],
    stop: multiprocessing.synchronize.Event,
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears Ctrl-C and sets `stop`
    renderer = Renderer(device=machine.device, require_gpu=machine.require_gpu, look=settings.look, quality=settings.quality)
    _worker.append(_Worker(settings, renderer, out, ticks, stop))


def _work(scene: Scene, slot: Slot) -> ClipOutcome:
    worker = _worker[0]
    return render_clip(
        scene,
        slot,
        worker.settings.formats,
        worker.renderer,
        worker.out,
        flow_steps=worker.settings.flow_steps,
        on_frame=lambda: worker.ticks.put(1),
        should_stop=worker.stop.is_set,
    )
