"""What a command asks for, as a plan: which clips, with which settings, at which numbers."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

from scenegen.batch.wanted import rig_of, wanted_of
from scenegen.dataset import manifest
from scenegen.errors import OutputError, ScenarioError
from scenegen.formats.channels import channels_of
from scenegen.formats.layout import Slot
from scenegen.formats.registry import layouts
from scenegen.models import catalogue
from scenegen.models.imports.folders import add_neighbour, card_of, digest, is_own
from scenegen.scenario.loading import find_scenario, load_scenario, sweep_of
from scenegen.scenario.records import Scenario
from scenegen.scenario.scene import Scene
from scenegen.scenario.sensor_scenes import refuse_folds
from scenegen.scenario.sensors import lidar_preset, rig_preset
from scenegen.scenario.sweep import Sweep, sweep_points, with_seeds
from scenegen.scenario.variants import check_variants, is_of_sky, under_variant
from scenegen.simulate.accepted import draw_scene

Look = Literal["raster", "pyrender", "none"]
Quality = Literal["draft", "standard", "high"]

LARGEST_SIDE_PX = 8192
SMALLEST_SIDE_PX = 16


@dataclass(frozen=True)
class Settings:
    """How to render: everything that changes bytes, and nothing else (not the number of workers).

    `rig` and `lidar` name presets that stand in for the scenario's own sensors; `flow_steps` are the distances in frames over
    which flow is computed, rising, 1 among them. `variant` names the sky of `scenario.variants` that stands in for every
    scene's own light and weather.
    """

    formats: tuple[str, ...]
    look: Look
    quality: Quality
    frames: int | None = None
    size: tuple[int, int] | None = None
    overrides: tuple[tuple[str, str], ...] = ()
    rig: str | None = None
    lidar: str | None = None
    flow_steps: tuple[int, ...] = (1,)
    variant: str | None = None


@dataclass(frozen=True)
class Plan:
    """All clips of a data set in order, each with its scene and its slot; `sources` has the text of every scenario."""

    settings: Settings
    asked: dict[str, Any]
    sources: dict[str, dict[str, str]]
    scenes: tuple[Scene, ...]
    slots: tuple[Slot, ...]


def make_plan(sources: tuple[str, ...], seeds: tuple[int, ...] | None, settings: Settings) -> Plan:
    """Load and sample everything, so that a mistake is known before the first file is written.

    Args:
        sources: scenario files or library names.
        seeds: one clip per scenario and seed, of a scenario with a sweep all its points per seed; None takes the sweep's
            own seeds, or 0.
        settings: how to render.
    Returns:
        The plan; clips are ordered by scenario, then seed.
    Raises:
        ScenarioError: a scenario can not be loaded or sampled, or a setting is out of range.
    """
    _check_flow_steps(settings.flow_steps)
    _check_variant(settings)
    for source in sources:
        add_neighbour(find_scenario(source))
    scenarios = [_equipped(load_scenario(source), settings) for source in sources]
    names = [scenario.name for scenario in scenarios]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(f"two of the given scenarios are called {name!r}; each needs a name of its own")
    scenes = tuple(
        _fitted(scene, settings)
        for source, scenario in zip(sources, scenarios, strict=True)
        for scene in drawn_scenes(scenario, sweep_of(source), seeds, dict(settings.overrides))
    )
    return _plan_of(scenes, {name: _source(source) for name, source in zip(names, sources, strict=True)}, settings)


def replay_plan(scenes: tuple[Scene, ...], source: Path, settings: Settings) -> Plan:
    """Make the plan of scenes that were drawn before; nothing is drawn again.

    Raises:
        ScenarioError: two scenes have one name, or a setting is out of range.
    """
    _check_flow_steps(settings.flow_steps)
    names = [scene.name for scene in scenes]
    for name in names:
        if names.count(name) > 1:
            raise ScenarioError(f"{source}: holds {name} twice; each clip needs a name of its own")
    text = source.read_bytes()
    told = {"file": source.name, "sha256": hashlib.sha256(text).hexdigest(), "text": ""}
    fitted = tuple(_fitted(scene, settings) for scene in scenes)
    return _plan_of(fitted, {scene.scenario: told for scene in scenes}, settings)


def drawn_scenes(
    scenario: Scenario, sweep: Sweep | None, seeds: tuple[int, ...] | None, overrides: dict[str, str]
) -> Iterator[Scene]:
    """Draw the samples of a scenario: one a seed, or all points of its sweep."""
    if sweep is None:
        for seed in (0,) if seeds is None else seeds:
            yield draw_scene(scenario, seed, overrides=overrides)
        return
    for point in sweep_points(scenario, with_seeds(sweep, seeds), overrides):
        scene = draw_scene(scenario, point.seed, point.index, point.overrides, point.quantiles)
        yield dataclasses.replace(scene, cell=point.cell)


def _plan_of(scenes: tuple[Scene, ...], sources: dict[str, dict[str, str]], settings: Settings) -> Plan:
    """Number the clips and their frames."""
    chosen = layouts(settings.formats)
    slots, first_frame = [], 0
    for number, scene in enumerate(scenes):
        wanted_of(rig_of(scene), chosen)
        slots.append(Slot(scene.name, number, first_frame, scene.frames, scene.fps))
        first_frame += scene.frames
    return Plan(
        settings=settings,
        asked=_asked(scenes, settings) | _own_models(scenes),
        sources=sources,
        scenes=scenes,
        slots=tuple(slots),
    )


def _source(source: str) -> dict[str, str]:
    path = find_scenario(source)
    text = path.read_bytes()
    return {"file": path.name, "sha256": hashlib.sha256(text).hexdigest(), "text": text.decode("utf-8", "replace")}


def _check_flow_steps(steps: tuple[int, ...]) -> None:
    is_rising = list(steps) == sorted(set(steps))
    if not is_rising or 1 not in steps or steps[0] < 1:
        raise ScenarioError(f"--flow-steps {','.join(map(str, steps))}: whole numbers from 1 up, rising, 1 among them: 1,2,5")


def _check_variant(settings: Settings) -> None:
    """Refuse values for what the variant sets."""
    if settings.variant is None:
        return
    check_variants((settings.variant,))
    for path, value in settings.overrides:
        if is_of_sky(path) and path != "light.sun_azimuth":
            raise ScenarioError(f"--set {path}={value}: --variants sets it; leave one of them out")


def _equipped(scenario: Scenario, settings: Settings) -> Scenario:
    """Give a scenario with the asked presets in place of its own sensors."""
    if settings.rig is not None:
        scenario = dataclasses.replace(scenario, camera=rig_preset(settings.rig, "--rig"))
    if settings.lidar is not None:
        scenario = dataclasses.replace(scenario, lidar=lidar_preset(settings.lidar, "--lidar"))
    return scenario


def _fitted(scene: Scene, settings: Settings) -> Scene:
    """Give a scene with the asked size, length and sky."""
    if settings.variant is not None:
        scene = under_variant(scene, settings.variant)
    if settings.size is not None:
        width, height = settings.size
        if not all(SMALLEST_SIDE_PX <= side <= LARGEST_SIDE_PX for side in settings.size):
            raise ScenarioError(
                f"--size {width}x{height}: each side must be {SMALLEST_SIDE_PX} to {LARGEST_SIDE_PX} pixels, such as 1242x375"
            )
        cameras = tuple(
            dataclasses.replace(camera, width=width, height=height, focal=camera.focal * width / camera.width)
            for camera in scene.cameras
        )
        refuse_folds(cameras, is_rig=len(cameras) > 1)
        scene = dataclasses.replace(scene, cameras=cameras)
    if settings.frames is not None:
        if settings.frames < 1:
            raise ScenarioError(f"--frames {settings.frames}: at least 1 frame is needed")
        scene = dataclasses.replace(scene, duration=settings.frames / scene.fps)
    return scene


def _asked(scenes: tuple[Scene, ...], settings: Settings) -> dict[str, Any]:
    """Give what makes two data sets the same: settings, versions and a hash of every scene."""
    return {
        "format": manifest.FORMAT_VERSION,
        "scenegen": version("scenegen"),
        "formats": list(settings.formats),
        "look": settings.look,
        "quality": settings.quality,
        "frames": settings.frames,
        "size": list(settings.size) if settings.size else None,
        "overrides": dict(settings.overrides),
        "rig": settings.rig,
        "lidar": settings.lidar,
        "flow_steps": list(settings.flow_steps),
        "variant": settings.variant,
        "clips": [
            {
                "clip": scene.name,
                "scenario": scene.scenario,
                "seed": scene.seed,
                "scene_sha256": hashlib.sha256(repr(scene).encode()).hexdigest(),
            }
            for scene in scenes
        ],
    }


def _own_models(scenes: tuple[Scene, ...]) -> dict[str, Any]:
    """Give the digests of the models that people brought along, which make two data sets differ too; nothing without any.

    Raises:
        AssetError: one is not there or can not be taken.
    """
    kinds = sorted({actor.kind for scene in scenes for actor in scene.actors if is_own(actor.kind)})
    for kind in kinds:
        catalogue.entry(kind)
    return {"assets": {kind: {"sha256": digest(kind), "licence": card_of(kind).licence} for kind in kinds}} if kinds else {}


def open_dataset(out: Path, plan: Plan, device: str) -> None:
    """Make the data set's folder and record, or check that it holds the same data set.

    Raises:
        OutputError: the folder can not be written, is not a folder, or holds another data set (named by what differs).
    """
    path = manifest.dataset_path(out)
    if out.exists() and not out.is_dir():
        raise OutputError(f"--out {out}: is a file; choose a folder")
    if not path.exists():
        if out.exists() and any(out.iterdir()) and not (out / manifest.ROOM).is_dir():
            raise OutputError(f"--out {out}: holds other files and no scenegen data set; choose an empty or new folder")
        channels = {layout.name: channels_of(layout) for layout in layouts(plan.settings.formats)}
        record = {"asked": plan.asked, "device": device, "sources": plan.sources, "channels": channels}
        manifest.write_atomically(path, manifest.json_bytes(record))
        return
    held = manifest.read_json(path)
    if not isinstance(held, dict) or held.get("asked") != plan.asked:
        differing = _difference(held.get("asked", {}) if isinstance(held, dict) else {}, plan.asked)
        raise OutputError(f"--out {out}: holds another data set ({differing}); choose another folder or remove it")


def _difference(held: dict[str, Any], asked: dict[str, Any]) -> str:
    """Say in what two data sets differ, setting by setting."""
    return "; ".join(
        _clip_difference(held.get(key) or [], asked[key])
        if key == "clips"
        else f"its {key} is {held.get(key)!r}, asked for is {asked[key]!r}"
        for key in asked
        if held.get(key) != asked[key]
    )


def _clip_difference(held: list[dict[str, Any]], asked: list[dict[str, Any]]) -> str:
    names_held, names = ([clip["clip"] for clip in clips] for clips in (held, asked))
    if names_held != names:
        return f"its clips are {_listed(names_held)}, asked for are {_listed(names)}"
    return "its scenarios have changed since"


def _listed(names: list[str]) -> str:
    return f"{names[0]} .. {names[-1]} ({len(names)})" if len(names) > 2 else ", ".join(names) or "none"
