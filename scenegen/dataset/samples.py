"""Samples from files: lines of `scenegen sample` and `scenegen sweep`, or the record of a clip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from scenegen.errors import DatasetError, ScenarioError
from scenegen.scenario.scene import Scene
from scenegen.scenario.scene_json import scene_from_dict


def read_samples(path: Path) -> tuple[Scene, ...]:
    """Read scenes as they were drawn.

    Args:
        path: one JSON scene a line, or one JSON clip record.
    Raises:
        DatasetError: the file can not be read, or a line is no scene; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path}: can not be read ({error})") from None
    whole = _json(text)
    if isinstance(whole, dict):
        return (_scene(whole, f"{path}"),)
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines:
        raise DatasetError(f"{path}: holds no samples; write some with scenegen sample -o {path.name}")
    return tuple(_scene(_json(line), f"{path}:{number}") for number, line in lines)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _scene(data: Any, where: str) -> Scene:
    if isinstance(data, dict) and isinstance(data.get("scene"), dict):
        data = data["scene"]
    if not isinstance(data, dict):
        raise DatasetError(f"{where}: is no sample; wanted a line of scenegen sample, or a clip's record")
    try:
        return scene_from_dict(data)
    except ScenarioError as error:
        raise DatasetError(f"{where}: {error}") from None
