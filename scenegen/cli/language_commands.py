"""Commands of the language: sweep, replay, report, schema."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

import click

from scenegen.cli.options import Assignment, Names, Seeds, Size, opened, overrides_option
from scenegen.cli.progress import frame_progress
from scenegen.cli.render_command import DEFAULT_FORMATS, INTERRUPTED

SCENARIO = click.argument("scenario", metavar="SCENARIO")
OUTPUT = click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="File to write.  [default: the terminal]"
)


@click.command()
@SCENARIO
@click.option("--method", type=click.Choice(["grid", "random", "lhs", "sobol"]), help="How to sweep.  [default: the file's]")
@click.option(
    "--over", type=Assignment(), multiple=True, help="Path and values, e.g. ego.speed='30 km/h,50 km/h'; may be repeated."
)
@click.option("--samples", type=click.IntRange(1, 1_000_000), help="Samples a seed, of all methods but grid.")
@click.option("--seeds", type=Seeds(), help="Seeds: 0..9 or 0,3.  [default: the file's, or 0]")
@overrides_option
@OUTPUT
def sweep(
    scenario: str,
    method: str | None,
    over: tuple[tuple[str, str], ...],
    samples: int | None,
    seeds: tuple[int, ...] | None,
    overrides: tuple[tuple[str, str], ...],
    output: Path | None,
) -> None:
    """Draw all samples of a sweep and write them, one JSON line each, for `scenegen replay`.

    The cells of a grid share their seeds, so that they differ by the swept values alone; lhs (Latin hypercube) and sobol
    spread the quantiles of the parameters evenly. `scenegen render` makes the same samples of a YAML file with a `sweep`.

    \b
    scenegen sweep jaywalker_dart_out --over ego.speed='30 km/h,40 km/h,50 km/h' --seeds 0..9 -o samples.jsonl
    scenegen sweep deer_crossing --method sobol --samples 64 -o samples.jsonl
    """
    from dataclasses import replace

    from scenegen.batch.plan import drawn_scenes
    from scenegen.scenario.loading import sweep_of
    from scenegen.scenario.scene_json import scene_to_dict
    from scenegen.scenario.sweep import Sweep, check_sweep, read_over

    loaded = opened(scenario)
    asked = sweep_of(scenario) or Sweep(method="grid", over=(), samples=1, seeds=(0,))
    asked = replace(
        asked, method=method or asked.method, over=read_over(over) if over else asked.over, samples=samples or asked.samples
    )
    check_sweep(asked, loaded)
    scenes = drawn_scenes(loaded, asked, seeds, dict(overrides))
    _write(output, (json.dumps(scene_to_dict(scene)) + "\n" for scene in scenes))


@click.command()
@click.argument("samples", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the data set.  [default: out/NAME of the first sample]")
@click.option("--frames", type=click.IntRange(min=1), help="Frames a clip; default: as long as the sample lasts.")
@click.option("--size", type=Size(), help="Size of every camera's picture; the field of view stays.")
@click.option("--formats", type=Names(), default=DEFAULT_FORMATS, show_default=True, help="Layouts to write.")
@click.option("--look", type=click.Choice(["raster", "pyrender", "none"]), default="raster", show_default=True)
@click.option("--quality", type=click.Choice(["draft", "standard", "high"]), default="standard", show_default=True)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes, each making whole clips.")
def replay(
    samples: Path,
    out: Path | None,
    frames: int | None,
    size: tuple[int, int] | None,
    formats: tuple[str, ...],
    look: str,
    quality: str,
    jobs: int,
) -> None:
    """Render samples that were drawn before: nothing is drawn again, whatever the library's scenarios say today.

    SAMPLES is a file of `scenegen sample` or `scenegen sweep`, or a clip's record `scenegen/clips/NAME.json`.
    """
    from scenegen.batch.plan import Settings, replay_plan
    from scenegen.batch.run import Machine, run_plan
    from scenegen.dataset.samples import read_samples
    from scenegen.formats.registry import expand, layouts

    formats = expand(formats)
    layouts(formats)
    settings = Settings(formats, look, quality, frames, size)  # type: ignore[arg-type]
    plan = replay_plan(read_samples(samples), samples, settings)
    out = out or Path("out") / plan.scenes[0].scenario
    try:
        with frame_progress("replay") as (on_start, on_frame):
            report = run_plan(plan, out, Machine(jobs, None, False), on_start=on_start, on_frame=on_frame)
    except KeyboardInterrupt:
        click.echo(f"stopped; {out} holds whole clips only. Run the same command again to go on.", err=True)
        sys.exit(INTERRUPTED)
    click.echo(f"{out}: {report.made} clips ({report.frames} frames) made")


@click.command()
@click.argument("sources", nargs=-1, required=True, metavar="DIR|SCENARIO...")
@click.option("-n", "count", type=click.IntRange(1, 100_000), default=20, show_default=True, help="Samples of a scenario.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Seed of those.")
@click.option("--json", "as_json", is_flag=True, help="Write JSON instead of text.")
@OUTPUT
def report(sources: tuple[str, ...], count: int, seed: int, *, as_json: bool, output: Path | None) -> None:
    """Tell what data sets or scenarios cover.

    Parameters and how evenly they were hit, rejections by requirement, outcomes (distances, times, how the rare actor was
    seen), NHTSA's pre-crash types and Euro NCAP's tests, and classes and sizes beside KITTI's. Of a scenario, samples are
    drawn and simulated; nothing is rendered.
    """
    from scenegen.dataset.report import clips_of, report_on
    from scenegen.roads.build import build_network
    from scenegen.simulate.accepted import draw_scene
    from scenegen.simulate.clip import Clip
    from scenegen.simulate.run import simulate

    def clips() -> Iterable[Clip]:
        for source in sources:
            if Path(source).is_dir():
                yield from clips_of(Path(source))
                continue
            scenario = opened(source)
            for index in range(count):
                scene = draw_scene(scenario, seed, index)
                yield simulate(scene, build_network(scene.road))

    found = report_on(clips())
    text = json.dumps(found.to_json(), indent=1) if as_json else "\n".join(found.lines())
    _write(output, (text, "\n"))


@click.command()
@OUTPUT
def schema(output: Path | None) -> None:
    """Write the JSON Schema of YAML scenarios, for editors: completion, ranges and units while typing.

    In VS Code with the YAML extension, begin a file with `# yaml-language-server: $schema=scenegen.json`.
    """
    from scenegen.scenario.schema import json_schema

    _write(output, (json.dumps(json_schema(), indent=1), "\n"))


def _write(output: Path | None, lines: Iterable[str]) -> None:
    """Write to a file, or to the terminal."""
    from scenegen.dataset.manifest import output_error

    if output is None:
        sys.stdout.writelines(lines)
        return
    try:
        with output.open("w") as stream:
            stream.writelines(lines)
    except OSError as error:
        raise output_error(output, error) from None


COMMANDS = (sweep, replay, report, schema)
