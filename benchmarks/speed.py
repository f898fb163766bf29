"""How fast the dart-out scene is drawn, labelled and written, and how much faster than a plain pyrender script.

Bounds on 2 cores at 1242x375 with `kitti_object,kitti_flow,vkitti2` written: >= 2.5 frames/s with the look, >= 8 frames/s with
`--look none`, drawing waits < 20 % of wall time for encoding and writing; >= 3x the frames/s of pyrender drawing RGB with
shadows and SEG of the same stage (exported as glTF, opened with trimesh), which writes nothing.

Rates count from the first written frame to the last, so starting up is not in them; the rate with building the stage is
printed beside. Each measurement is a process of its own, one after the other. The passes are timed by the processor (all
threads), each with the device brought to rest before and after.

    python benchmarks/speed.py
    python benchmarks/speed.py --frames 20 --only raster,none
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from scenegen.batch.heap import keep_products_on_their_thread, share_one_heap

share_one_heap()  # as the command does, before numpy is loaded
keep_products_on_their_thread()

import numpy as np  # noqa: E402
from report import Figure, at_least, at_most, say, say_machine  # noqa: E402
from scenes import scene_of, stage_of  # noqa: E402

from scenegen.batch.plan import Settings, make_plan  # noqa: E402
from scenegen.batch.run import Machine, run_plan  # noqa: E402
from scenegen.formats.layout import Layout, Slot  # noqa: E402
from scenegen.formats.registry import layouts  # noqa: E402
from scenegen.render.renderer import Renderer  # noqa: E402
from scenegen.roads.build import build_network  # noqa: E402
from scenegen.stage.export import stage_glb  # noqa: E402
from scenegen.truth.frame import Frame  # noqa: E402
from scenegen.truth.labeller import Labeller  # noqa: E402

SCENARIO = "jaywalker_dart_out"
FORMATS = ("kitti_object", "kitti_flow", "vkitti2")
RUNS: dict[str, tuple[str, str]] = {
    "raster": ("raster", "standard"),
    "draft": ("raster", "draft"),
    "none": ("none", "standard"),
}
LEAST_FPS = {"raster": 2.5, "draft": 6.0, "none": 8.0}
LEAST_RATIO, MOST_WAITING = 3.0, 0.2
PYRENDER_FRAMES = 8

Answer = dict[str, Any]


def rendered(name: str, frames: int | None, folder: Path) -> Answer:
    """Make the data set in this process; give rates, waiting and processor time a frame."""
    look, quality = RUNS[name]
    settings = Settings(FORMATS, look, quality, frames)  # type: ignore[arg-type]
    plan = make_plan((SCENARIO,), (0,), settings)
    wall: list[float] = []
    processor: list[float] = []

    def note() -> None:
        wall.append(time.perf_counter())
        processor.append(time.process_time())

    report = run_plan(plan, folder / name, Machine(), on_frame=note)
    steps = len(wall) - 1
    return {
        "frames": len(wall),
        "fps": steps / (wall[-1] - wall[0]),
        "fps_with_stage": report.frames / report.wall_s,
        "waited": report.waited_s / report.wall_s,
        "processor_ms": 1000 * (processor[-1] - processor[0]) / steps,
    }


def pyrendered(glb: Path) -> Answer:
    """Draw the exported stage the way a plain script does: RGB with shadows, then SEG; give frames/s after the first frame."""
    import os

    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    if not hasattr(np, "infty"):
        np.infty = np.inf  # type: ignore[attr-defined]  # pyrender 0.1.45 on numpy 2
    import pyrender
    import trimesh

    loaded = trimesh.load(glb)
    width, height = (int(side) for side in loaded.camera.resolution)
    scene = pyrender.Scene.from_trimesh_scene(loaded)
    focal = loaded.camera.focal
    camera = pyrender.IntrinsicsCamera(focal[0], focal[1], width / 2, height / 2, znear=0.1, zfar=1500.0)
    scene.add(camera, pose=loaded.camera_transform)
    light = np.array([[0.0, 0.6, 0.8, 0], [1.0, 0, 0, 0], [0, 0.8, -0.6, 60], [0, 0, 0, 1]])
    scene.add(pyrender.DirectionalLight(intensity=4.0), pose=light)
    colours = {node: (i & 255, i >> 8 & 255, i >> 16) for i, node in enumerate(scene.mesh_nodes, 1)}
    offscreen = pyrender.OffscreenRenderer(width, height)
    wall: list[float] = []
    processor: list[float] = []
    for _ in range(PYRENDER_FRAMES + 1):
        offscreen.render(scene, flags=pyrender.RenderFlags.SHADOWS_DIRECTIONAL)
        offscreen.render(scene, flags=pyrender.RenderFlags.SEG, seg_node_map=colours)
        wall.append(time.perf_counter())
        processor.append(time.process_time())
    return {
        "fps": PYRENDER_FRAMES / (wall[-1] - wall[0]),
        "processor_ms": 1000 * (processor[-1] - processor[0]) / PYRENDER_FRAMES,
        "nodes": len(colours),
    }


def timed_passes() -> Answer:
    """Give processor milliseconds of each pass, the device at rest between them; median of five frames."""
    scene = scene_of(SCENARIO)
    clip, stage = stage_of(scene)
    frames = np.linspace(2, stage.frames - 3, 5).round().astype(int).tolist()
    slot = Slot("clip-0000", 0, 0, stage.frames, stage.fps)
    labeller = Labeller.of(clip, stage, build_network(scene.road))
    times: dict[str, list[float]] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        times.setdefault(name, []).append(1000 * (time.process_time() - started))
        return result

    with Renderer() as renderer:
        renderer.load(stage)
        for frame in frames:
            for name, work in _steps(renderer, frame).items():
                timed(name, work)
            renderer.render(frame)  # warms what a look keeps between frames
            passes = timed("whole frame of passes, neighbours drawn", partial(renderer.render, frame))
            labels = timed("labels", partial(labeller.frame, [passes]))
            for layout in layouts(FORMATS):
                timed(f"encoding {layout.name}", partial(_drained, layout, labels, slot))
    return {name: float(np.median(values)) for name, values in times.items()}


def _steps(renderer: Renderer, frame: int) -> dict[str, Callable[[], None]]:
    """Give the label passes of a frame as work that leaves the device at rest."""
    gl, stage = renderer._gl.ctx, renderer._stage
    if stage is None:
        raise ValueError("load a stage before timing")

    def geometry() -> None:
        for t in (frame - 1, frame, frame + 1):
            renderer._geometry_of(t, 0)
        gl.finish()

    def flows() -> None:
        renderer._draw_flow(frame, 0, renderer._geometry_of(frame, 0))
        gl.finish()

    def silhouettes() -> None:
        now = renderer._geometry_of(frame, 0)
        renderer._silhouettes.draw(stage.lens, now.cam_from_row, now.visible)
        gl.finish()

    return {
        "geometry of three frames, with colour": geometry,
        "flow, both directions, with states": flows,
        "silhouettes": silhouettes,
    }


def _drained(layout: Layout, frame: Frame, slot: Slot) -> None:
    for _ in layout.frame_files(frame, slot):
        pass


def in_process_of_its_own(*arguments: str) -> Answer:
    """Run this file for one measurement and read its answer."""
    done = subprocess.run([sys.executable, __file__, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: Answer = json.loads(done.stdout.splitlines()[-1])
    return answer


def figures_of(name: str, answer: Answer) -> list[Figure]:
    """Give the figures of one rendering."""
    return [
        at_least(f"{name}: frames/s, first to last of {answer['frames']} frames", answer["fps"], LEAST_FPS[name], "frames/s"),
        Figure(f"{name}: frames/s with building the stage", f"{answer['fps_with_stage']:.2f} frames/s"),
        at_most(f"{name}: drawing waits for encoding and writing", answer["waited"], MOST_WAITING, "of wall time", ".3f"),
        Figure(f"{name}: processor time a frame, all threads", f"{answer['processor_ms']:.0f} ms"),
    ]


def main() -> int:
    """Measure and print; exit code 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, default=None, help="frames of the clip; default: all")
    parser.add_argument("--only", default="raster,draft,none,pyrender,passes", help="which measurements, parted by commas")
    parser.add_argument("--one", nargs=2, metavar=("NAME", "FOLDER"), help="make one measurement here and print it as JSON")
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(options.one[0], Path(options.one[1]), options.frames)))
        return 0
    say_machine()
    figures: list[Figure] = []
    answers: dict[str, Answer] = {}
    extra = [] if options.frames is None else ["--frames", str(options.frames)]
    with tempfile.TemporaryDirectory() as folder:
        for name in options.only.split(","):
            answers[name] = in_process_of_its_own("--one", name, folder, *extra)
            if name in RUNS:
                figures += figures_of(name, answers[name])
    if "pyrender" in answers:
        figures.append(
            Figure(f"pyrender RGB + SEG, {answers['pyrender']['nodes']} nodes", f"{answers['pyrender']['fps']:.2f} frames/s")
        )
        figures.append(Figure("pyrender: processor time a frame", f"{answers['pyrender']['processor_ms']:.0f} ms"))
        if "raster" in answers:
            ratio = answers["raster"]["fps"] / answers["pyrender"]["fps"]
            figures.append(at_least("ratio of frames/s, raster with all labels written to pyrender", ratio, LEAST_RATIO, "x"))
    figures += [Figure(f"pass: {name}", f"{value:.1f} ms") for name, value in answers.get("passes", {}).items()]
    return 0 if say(figures, SCENARIO) else 1


def one(name: str, folder: Path, frames: int | None) -> Answer:
    """Make one measurement in this process."""
    if name in RUNS:
        return rendered(name, frames, folder)
    if name == "passes":
        return timed_passes()
    if name == "pyrender":
        _, stage = stage_of(scene_of(SCENARIO))
        glb = folder / "stage.glb"
        glb.write_bytes(stage_glb(stage, stage.frames // 2))
        return pyrendered(glb)
    raise SystemExit(f"no measurement {name!r}; there are raster, draft, none, pyrender, passes")


if __name__ == "__main__":
    sys.exit(main())
