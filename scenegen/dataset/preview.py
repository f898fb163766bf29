"""Contact sheets: rows are times, columns are channels."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from scenegen.dataset.colours import depth_colours, flow_colours, id_colours
from scenegen.dataset.manifest import find_record, output_error
from scenegen.dataset.read_back import ClipReader
from scenegen.errors import DatasetError
from scenegen.formats.kitti_object import read_labels
from scenegen.geometry import ByteArray

COLUMN_PX = 620
_BOX_COLOURS = {"Car": (80, 200, 255), "Van": (80, 200, 255), "Truck": (80, 200, 255), "Pedestrian": (255, 220, 60)}
_OTHER_BOX = (255, 120, 120)


def write_preview(root: Path, output: Path, *, clip: str | None, rows: int, channels: tuple[str, ...]) -> Path:
    """Write the contact sheet of one clip.

    Args:
        root: the data set's folder.
        output: picture to write.
        clip: name of the clip, None for the first.
        rows: number of times, spread evenly over the clip.
        channels: columns, of `rgb`, `depth`, `ids`, `flow`, `boxes`; ones that no written layout holds are left out.
    Returns:
        `output`.
    Raises:
        DatasetError: no such clip, no such channel, or nothing to show.
    """
    unknown = [name for name in channels if name not in _PAINTERS]
    if unknown:
        raise DatasetError(f"--channels: no channel {unknown[0]!r}; there are {', '.join(_PAINTERS)}")
    reader = ClipReader(root, find_record(root, clip))
    frames = np.unique(np.linspace(0, max(reader.record.frames - 2, 0), rows).round().astype(int))
    painted = [[_PAINTERS[name](reader, int(frame)) for name in channels] for frame in frames]
    kept = [i for i in range(len(channels)) if any(row[i] is not None for row in painted)]
    if not kept:
        raise DatasetError(f"{root}: no layout in it holds {', '.join(channels)}")
    sheet = _sheet([[row[i] for i in kept] for row in painted])
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        sheet.save(output)
    except OSError as error:
        raise output_error(output, error) from None
    return output


def _sheet(painted: list[list[ByteArray | None]]) -> Image.Image:
    first = next(picture for row in painted for picture in row if picture is not None)
    height = max(1, round(COLUMN_PX * first.shape[0] / first.shape[1]))
    sheet = Image.new("RGB", (COLUMN_PX * len(painted[0]), height * len(painted)))
    for i, row in enumerate(painted):
        for j, picture in enumerate(row):
            if picture is not None:
                sheet.paste(
                    Image.fromarray(picture).resize((COLUMN_PX, height), Image.Resampling.BOX), (j * COLUMN_PX, i * height)
                )
    return sheet


def _depth(reader: ClipReader, frame: int) -> ByteArray | None:
    depth = reader.depth_m(frame)
    return None if depth is None else depth_colours(depth)


def _ids(reader: ClipReader, frame: int) -> ByteArray | None:
    ids = reader.object_id(frame)
    return None if ids is None else id_colours(ids)


def _flow(reader: ClipReader, frame: int) -> ByteArray | None:
    flow = reader.flow(frame)
    return None if flow is None else flow_colours(*flow)


def _boxes(reader: ClipReader, frame: int) -> ByteArray | None:
    backdrop = reader.rgb(frame)
    if backdrop is None:
        backdrop = _ids(reader, frame)
    if backdrop is None:
        return None
    picture = Image.fromarray(backdrop)
    pen = ImageDraw.Draw(picture)
    for kind, box in _labelled_boxes(reader, frame):
        pen.rectangle(box, outline=_BOX_COLOURS.get(kind, _OTHER_BOX), width=2)
    return np.asarray(picture)


def _labelled_boxes(reader: ClipReader, frame: int) -> list[tuple[str, tuple[float, float, float, float]]]:
    labels = reader.root / f"kitti_object/training/label_2/{reader.object_stem(frame)}.txt"
    if labels.exists():
        return [(label.type, label.box_px) for label in read_labels(labels.read_text())]
    index = reader.arrays_index
    objects = index["frames"][frame]["objects"] if index else []
    return [("", tuple(entry["box_visible_px"])) for entry in objects if entry["box_visible_px"]]


_PAINTERS: dict[str, Callable[[ClipReader, int], ByteArray | None]] = {
    "rgb": lambda reader, frame: reader.rgb(frame),
    "depth": _depth,
    "ids": _ids,
    "flow": _flow,
    "boxes": _boxes,
}
