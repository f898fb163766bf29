"""A real data set in all layouts, and spoiled copies of its files that verify is to find."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.dataset import manifest
from scenegen.dataset.verify import Report, verify_dataset
from scenegen.formats.png import decode_png, encode_png
from scenegen.formats.registry import LAYOUTS

CLIP = "jaywalk_adult-0000-0000"
Change = Callable[[bytes], bytes]


def render_everything(out: Path) -> Path:
    """Render three small frames of two cameras and a scanner in every layout that scenegen has."""
    settings = Settings(
        tuple(LAYOUTS), "raster", "draft", frames=3, size=(320, 96), rig="kitti_stereo", lidar="hdl64",
        overrides=(("lidar.columns", "400"),), flow_steps=(1, 2),
    )  # fmt: skip
    run_plan(make_plan(("jaywalk_adult",), (0,), settings), out, Machine())
    return out


def spoiled(root: Path, path: str, change: Change) -> Report:
    """Verify with one file changed, and its record with it as a wrong writer would have written both; then put all back.

    Only the file's own layout is proved; the other layouts stay beside it for comparison.
    """
    record_path, asked_path = manifest.record_path(root, CLIP), manifest.dataset_path(root)
    kept = {place: place.read_bytes() for place in (root / path, record_path, asked_path)}
    data = change(kept[root / path])
    record, asked = json.loads(kept[record_path]), json.loads(kept[asked_path])
    for file in record["files"]:
        if file["path"] == path:
            file.update(size=len(data), sha256=hashlib.sha256(data).hexdigest())
    asked["asked"]["formats"] = [path.split("/")[0]]
    try:
        (root / path).write_bytes(data)
        record_path.write_bytes(manifest.json_bytes(record))
        asked_path.write_bytes(manifest.json_bytes(asked))
        return verify_dataset(root)
    finally:
        for place, before in kept.items():
            place.write_bytes(before)


def names(report: Report, *words: str) -> bool:
    """Tell whether one fault names all of these words in its place or text."""
    return any(all(word in f"{fault.place}: {fault.text}" for word in words) for fault in report.faults)


def image(change: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Change the pixels of a PNG."""
    return lambda data: encode_png(np.ascontiguousarray(change(decode_png(data).copy())))


def points(columns: int, change: Callable[[np.ndarray], np.ndarray]) -> Change:
    """Change the points of a scanner's file of float32 rows."""
    return lambda data: np.ascontiguousarray(change(np.frombuffer(data, "<f4").reshape(-1, columns).copy()), "<f4").tobytes()


def field(line: int, number: int, change: Callable[[str], object]) -> Change:
    """Change one field of one line of a text file."""

    def changed(data: bytes) -> bytes:
        lines = [text.split(" ") for text in data.decode().splitlines()]
        lines[line][number] = str(change(lines[line][number]))
        return ("\n".join(" ".join(fields) for fields in lines) + "\n").encode()

    return changed
