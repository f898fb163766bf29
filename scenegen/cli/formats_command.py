"""`scenegen formats`: the layouts that `--formats` takes, each with what it holds."""

from __future__ import annotations

import json
from typing import Any

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs: one JSON object with units and axes of every channel.")
def formats(as_json: bool) -> None:
    """List the layouts that --formats takes, each with what it holds and what it makes use of.

    Those of third-party packages (entry points `scenegen.formats`) are listed after ours; one that can not be loaded is named
    with its fault.
    """
    from scenegen.formats.registry import listing

    rows = listing()
    if as_json:
        click.echo(json.dumps({row["name"]: row for row in rows}, indent=1))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        click.echo(f"{row['name']:<{width}}  {_told(row)}")


def _told(row: dict[str, Any]) -> str:
    if row["fault"]:
        return f"can not be used: {row['fault']} (package {row['package']})"
    uses = {"main": "one camera", "stereo": "stereo where the rig has it", "all": "all cameras"}
    seen = max((row["pictures"], row["labels"]), key=list(uses).index)
    extras = ["sweeps of scanners"] * row["sweeps"] + ["distorted lenses too"] * row["holds_distortion"]
    extras += [f"track ids up to {row['largest_id']}"] * (row["largest_id"] is not None)
    extras += [f"from package {row['package']}"] * bool(row["package"])
    return f"{row['about']} [{'; '.join([uses[seen], *extras])}]"
