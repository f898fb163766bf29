"""`scenegen render`: from scenarios to a data set on disk."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from scenegen.cli.options import Names, Seeds, Size, Steps, assets_option, overrides_option
from scenegen.cli.progress import frame_progress

DEFAULT_FORMATS = "kitti_object,kitti_flow,vkitti2"
INTERRUPTED = 130  # the shell's code for a program ended by Ctrl-C


@click.command()
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO...")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the data set.  [default: out/NAME of the first scenario]"
)
@click.option("--seeds", type=Seeds(), help="One clip a scenario and seed: 0..9 or 0,3.  [default: 0, or its sweep's]")
@click.option("--frames", type=click.IntRange(min=1), help="Frames a clip; default: as long as the scenario lasts.")
@click.option("--size", type=Size(), help="Size of every camera's picture; the field of view stays.  [default: the scenario's]")
@click.option("--rig", metavar="NAME", help="Cameras in place of the scenario's: mono, kitti_stereo, surround_6 or fisheye_4.")
@click.option("--lidar", metavar="NAME", help="A scanner in place of the scenario's: hdl64 (KITTI's) or vlp32.")
@click.option(
    "--formats",
    type=Names(),
    default=DEFAULT_FORMATS,
    show_default=True,
    help="Layouts to write, or patterns such as 'kitti_*'; see scenegen formats.",
)
@click.option(
    "--flow-steps",
    type=Steps(),
    default="1",
    show_default=True,
    help="Flow over so many frames each, such as 1,2,5; 1 is always among them.",
)
@click.option(
    "--look",
    type=click.Choice(["raster", "pyrender", "none"]),
    default="raster",
    show_default=True,
    help="Who makes the colours; none writes labels only.",
)
@click.option(
    "--quality",
    type=click.Choice(["draft", "standard", "high"]),
    default="standard",
    show_default=True,
    help="Cost of the raster look; labels are the same.",
)
@overrides_option
@assets_option
@click.option(
    "--variants",
    type=Names(),
    help="Every scene under several skies, in a folder each, with equal labels: clear,overcast,rain,fog,dusk,night,snow.",
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes, each making whole clips.")
@click.option(
    "--device",
    type=click.IntRange(min=0),
    envvar="SCENEGEN_DEVICE",
    show_envvar=True,
    help="Which GL device; see scenegen doctor.",
)
@click.option("--require-gpu", is_flag=True, help="Refuse to render in software.")
def render(
    scenarios: tuple[str, ...],
    out: Path | None,
    seeds: tuple[int, ...] | None,
    frames: int | None,
    size: tuple[int, int] | None,
    rig: str | None,
    lidar: str | None,
    formats: tuple[str, ...],
    flow_steps: tuple[int, ...],
    look: str,
    quality: str,
    overrides: tuple[tuple[str, str], ...],
    assets: tuple[Path, ...],
    variants: tuple[str, ...] | None,
    jobs: int,
    device: int | None,
    require_gpu: bool,
) -> None:
    """Render scenarios into a labelled data set.

    SCENARIO is a .py or .yaml file, or a name from `scenegen list`. Running the same command again makes only what is
    missing or damaged; Ctrl-C leaves whole clips and nothing else.

    \b
    scenegen render jaywalker_dart_out --out out/a
    scenegen render my_scenario.yaml --seeds 0..99 --jobs 2 --out out/b
    scenegen render residential_street --rig kitti_stereo --lidar hdl64 --set lidar.noise=0.02 --out out/d
    scenegen render residential_street --look none --formats arrays --frames 20 --out out/c
    scenegen render swept.yaml --out out/f   # every point of its sweep
    scenegen render residential_street --variants clear,rain,night --out out/e
    """
    from scenegen.batch.heap import keep_products_on_their_thread, share_one_heap

    share_one_heap()
    keep_products_on_their_thread()
    from scenegen.batch.plan import Settings, make_plan
    from scenegen.batch.run import Machine, run_plan
    from scenegen.batch.variants import plan_variants, run_variants
    from scenegen.formats.registry import expand, layouts
    from scenegen.models.imports.folders import add_folder

    for folder in assets:
        add_folder(folder)
    formats = expand(formats)
    layouts(formats)
    settings = Settings(formats, look, quality, frames, size, overrides, rig, lidar, flow_steps)  # type: ignore[arg-type]
    plans = plan_variants(scenarios, seeds, settings, variants) if variants else {"": make_plan(scenarios, seeds, settings)}
    out = out or Path("out") / next(iter(plans.values())).scenes[0].scenario
    machine = Machine(jobs, device, require_gpu)
    try:
        with frame_progress("render") as (on_start, on_frame):
            if variants:
                report = run_variants(plans, out, machine, on_start=on_start, on_frame=on_frame)
            else:
                report = run_plan(plans[""], out, machine, on_start=on_start, on_frame=on_frame)
    except KeyboardInterrupt:
        click.echo(f"stopped; {out} holds whole clips only. Run the same command again to go on.", err=True)
        sys.exit(INTERRUPTED)
    kept = f", {report.kept} were there already" if report.kept else ""
    click.echo(f"{out}: {report.made} clips ({report.frames} frames) made{kept}")
    if report.made:
        waited = report.waited_s / report.wall_s
        click.echo(
            f"  {report.frames / report.wall_s * min(jobs, report.made):.1f} frames/s with stage building; "
            f"drawing waited {waited:.0%} of the time for encoding and writing"
        )
