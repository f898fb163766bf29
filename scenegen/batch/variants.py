"""One scene under several skies: a data set for each in a folder of its own, whose files pair by their paths."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenegen.batch.plan import Plan, Settings, make_plan
from scenegen.batch.run import Machine, RunReport, run_plan
from scenegen.dataset import manifest
from scenegen.errors import OutputError
from scenegen.scenario.variants import check_variants


def plan_variants(
    sources: tuple[str, ...], seeds: tuple[int, ...] | None, settings: Settings, names: tuple[str, ...]
) -> dict[str, Plan]:
    """Plan every variant, by name in the order given; their clips have equal names and numbers.

    Raises:
        ScenarioError: as `make_plan`; also an unknown variant.
    """
    return {name: make_plan(sources, seeds, dataclasses.replace(settings, variant=name)) for name in check_variants(names)}


def run_variants(
    plans: dict[str, Plan],
    out: Path,
    machine: Machine,
    *,
    on_start: Callable[[int], None] = lambda frames: None,
    on_frame: Callable[[], None] = lambda: None,
) -> RunReport:
    """Make every clip of every variant that is not there yet, each variant in `out/<name>`.

    Returns:
        What was made, of all variants together.
    Raises:
        OutputError: the folder holds something else or can not be written; else as `run_plan`.
    """
    _open(out, plans)
    begun = 0

    def on_variant(frames: int) -> None:
        nonlocal begun
        begun += frames
        on_start(begun)

    reports = [run_plan(plan, out / name, machine, on_start=on_variant, on_frame=on_frame) for name, plan in plans.items()]
    return RunReport(*(sum(getattr(report, field.name) for report in reports) for field in dataclasses.fields(RunReport)))


def _open(out: Path, plans: dict[str, Plan]) -> None:
    """Write down which variants there are, or add new ones to those of the same clips."""
    path = manifest.variants_path(out)
    if out.exists() and not out.is_dir():
        raise OutputError(f"--out {out}: is a file; choose a folder")
    record: dict[str, Any] = {
        "format": manifest.FORMAT_VERSION,
        "variants": list(plans),
        "clips": [slot.clip for slot in next(iter(plans.values())).slots],
        "pairs": "files of one path below the variants' folders show one scene at one time; only pictures and words on light "
        "and weather differ",
    }
    if path.exists():
        held = manifest.read_json(path)
        if held.get("clips") != record["clips"]:
            raise OutputError(f"--out {out}: holds variants of other clips; choose another folder or remove it")
        record["variants"] = list(dict.fromkeys([*held["variants"], *plans]))
    elif out.exists() and any(out.iterdir()):
        raise OutputError(f"--out {out}: holds other files and no variants; choose an empty or new folder")
    manifest.write_atomically(path, manifest.json_bytes(record))
