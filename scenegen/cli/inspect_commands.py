"""Commands that look: list, check, params, sample, preview, view, verify, doctor, export-stage."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from scenegen.cli.options import Names, Seeds, assets_option, opened, overrides_option

SIMULATED = 3
"""Samples that `check` also simulates: places, triggers and lanes are only proved on a road."""

SCENARIO = click.argument("scenario", metavar="SCENARIO")
DATASET = click.argument("dataset", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False))


@click.command(name="list")
def list_library() -> None:
    """List the library's scenarios, each with what happens in it.

    A name from this list stands wherever a command wants SCENARIO.
    """
    from scenegen.scenario.loading import library

    entries = library()
    width = max(len(name) for name, _ in entries)
    for name, about in entries:
        click.echo(f"{name:<{width}}  {about}")


@click.command()
@SCENARIO
@click.option("-n", "count", type=click.IntRange(1, 100_000), default=100, show_default=True, help="Samples to draw.")
@overrides_option
@assets_option
def check(scenario: str, count: int, overrides: tuple[tuple[str, str], ...], assets: tuple[Path, ...]) -> None:
    """Load a scenario, draw samples, count how often its requirements rejected a draw, and run the first on their roads."""
    from scenegen.models.imports.folders import add_folder
    from scenegen.roads.build import build_network
    from scenegen.simulate.accepted import draw_scene
    from scenegen.simulate.run import simulate

    for folder in assets:
        add_folder(folder)
    loaded = opened(scenario)
    scenes = [draw_scene(loaded, 0, index=i, overrides=dict(overrides)) for i in range(count)]
    attempts = sum(scene.attempt for scene in scenes)
    clips = [simulate(scene, build_network(scene.road)) for scene in scenes[:SIMULATED]]
    click.echo(f"{loaded.name}: good; {count} samples, {attempts} redrawn ({attempts / count:.1%}); {len(clips)} simulated")


@click.command()
@SCENARIO
def params(scenario: str) -> None:
    """Show every parameter of a scenario: path, law or value, unit."""
    from scenegen.scenario.loading import load_scenario
    from scenegen.scenario.parameters import params as rows_of

    rows = [(row.path, row.law, row.unit) for row in rows_of(load_scenario(scenario))]
    widths = [max(len(row[i]) for row in rows) for i in range(2)]
    for path, law, unit in rows:
        click.echo(f"{path:<{widths[0]}}  {law:<{widths[1]}}  {unit}".rstrip())


@click.command()
@SCENARIO
@click.option("-n", "count", type=click.IntRange(1, 1_000_000), default=1, show_default=True, help="Samples a seed.")
@click.option("--seeds", type=Seeds(), default="0", show_default=True, help="Seeds: 0..9 or 0,3.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for one JSON line a sample.  [default: the terminal]",
)
@overrides_option
def sample(
    scenario: str, count: int, seeds: tuple[int, ...], output: Path | None, overrides: tuple[tuple[str, str], ...]
) -> None:
    """Draw samples and write their parameters, one JSON line each."""
    from scenegen.dataset.manifest import output_error
    from scenegen.scenario.scene_json import scene_to_dict
    from scenegen.simulate.accepted import draw_scene

    loaded = opened(scenario)
    scenes = (draw_scene(loaded, seed, index=i, overrides=dict(overrides)) for seed in seeds for i in range(count))
    lines = (json.dumps(scene_to_dict(scene)) + "\n" for scene in scenes)
    if output is None:
        sys.stdout.writelines(lines)
        return
    try:
        with output.open("w") as stream:
            stream.writelines(lines)
    except OSError as error:
        raise output_error(output, error) from None


@click.command()
@DATASET
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Picture to write.  [default: DIR/preview.png]")
@click.option("--clip", help="Name of the clip.  [default: the first]")
@click.option("--rows", type=click.IntRange(1, 50), default=6, show_default=True, help="Times to show.")
@click.option("--channels", type=Names(), default="rgb,depth,ids,flow,boxes", show_default=True, help="Columns to show.")
def preview(dataset: Path, output: Path | None, clip: str | None, rows: int, channels: tuple[str, ...]) -> None:
    """Make a contact sheet of a clip: rows are times, columns are channels.

    Channels: rgb, depth, disparity, normals, classes, ids, panoptic, flow, regions, boxes, key_points, lines, drivable, lidar.
    Those that no written layout holds are left out; arrays holds them all.
    """
    from scenegen.dataset.preview import write_preview

    click.echo(write_preview(dataset, output or dataset / "preview.png", clip=clip, rows=rows, channels=channels))


@click.command()
@DATASET
@click.option("--clip", help="Name of the clip.  [default: the first]")
@click.option(
    "--save", type=click.Path(path_type=Path, dir_okay=False), help="Write this .rrd file instead of opening a window."
)
def view(dataset: Path, clip: str | None, save: Path | None) -> None:
    """Open a clip in Rerun: cameras with pictures and boxes, 3D boxes, point cloud and the ego's path on a timeline.

    Rerun comes with `pip install 'scenegen[rerun]'`. On a machine without a screen, --save writes a file that `rerun FILE`
    opens elsewhere.
    """
    from scenegen.dataset.viewer import view_clip

    frames = view_clip(dataset, clip=clip, save=save)
    click.echo(f"{frames} frames in {save or 'the viewer'}")


@click.command()
@DATASET
def verify(dataset: Path) -> None:
    """Prove a data set: re-hash every file and check its labels by use.

    Static flow against depth and pose, moving flow against object poses, forward-backward closure, boxes against masks,
    label text against the clip records. Ends with code 1 and the places when anything is off.
    """
    from scenegen.cli.progress import frame_progress
    from scenegen.dataset.verify import verify_dataset

    with frame_progress("verify") as (on_start, on_frame):
        report = verify_dataset(dataset, on_start=on_start, on_frame=on_frame)
    for line in report.lines():
        click.echo(line)
    if report.faults:
        sys.exit(1)


@click.command()
@click.option(
    "--device", type=click.IntRange(min=0), envvar="SCENEGEN_DEVICE", show_envvar=True, help="Which GL device to ask."
)
def doctor(device: int | None) -> None:
    """Tell which GL device renders here, its version, what is missing, and its cure."""
    from scenegen.render.doctor import examine

    lines, is_well = examine(device)
    for line in lines:
        click.echo(line)
    if not is_well:
        sys.exit(1)


@click.command(name="export-stage")
@SCENARIO
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the sample.")
@click.option("--frame", type=click.IntRange(min=0), default=0, show_default=True, help="Frame whose poses to write.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The .glb file to write.")
@overrides_option
def export_stage(scenario: str, seed: int, frame: int, output: Path, overrides: tuple[tuple[str, str], ...]) -> None:
    """Write what the camera sees at one frame as glTF binary, so that any other renderer can open it.

    World space (x east, y north, z up); objects are named by their track ids, the camera is included.
    """
    from scenegen.stage.export import export_frame

    export_frame(scenario, seed, frame, output, dict(overrides))
    click.echo(str(output))


@click.command(name="export-road")
@SCENARIO
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of the sample.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The .xodr file to write.")
@overrides_option
def export_road(scenario: str, seed: int, output: Path, overrides: tuple[tuple[str, str], ...]) -> None:
    """Write the road of a sample as an OpenDRIVE map, so that other simulators can drive on it.

    A street is one road, as far as it is drawn; an intersection has its junction, signals and crosswalks.
    """
    from scenegen.errors import OutputError
    from scenegen.roads.build import build_network
    from scenegen.roads.opendrive.writer import write_map
    from scenegen.roads.street_map import map_of
    from scenegen.scenario.loading import load_scenario
    from scenegen.simulate.accepted import draw_scene

    if output.suffix != ".xodr":
        raise OutputError(f"-o {output}: OpenDRIVE files end in .xodr; write {output.with_suffix('.xodr').name}")
    scene = draw_scene(load_scenario(scenario), seed, overrides=dict(overrides))
    write_map(map_of(build_network(scene.road)), output)
    click.echo(str(output))


COMMANDS = (list_library, check, params, sample, preview, view, verify, doctor, export_stage, export_road)
