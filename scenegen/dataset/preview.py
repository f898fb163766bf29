"""Contact sheets: rows are times, columns are channels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from scenegen.dataset.manifest import find_record, output_error
from scenegen.dataset.painters import PAINTERS
from scenegen.dataset.read_back import ClipReader
from scenegen.errors import DatasetError
from scenegen.geometry import ByteArray

COLUMN_PX = 620


def write_preview(root: Path, output: Path, *, clip: str | None, rows: int, channels: tuple[str, ...]) -> Path:
    """Write the contact sheet of one clip.

    Args:
        root: the data set's folder.
        output: picture to write.
        clip: name of the clip, None for the first.
        rows: number of times, spread evenly over the clip.
        channels: columns, of `painters.PAINTERS`; ones that no written layout holds are left out.
    Returns:
        `output`.
    Raises:
        DatasetError: no such clip, no such channel, or nothing to show.
    """
    unknown = [name for name in channels if name not in PAINTERS]
    if unknown:
        raise DatasetError(f"--channels: no channel {unknown[0]!r}; there are {', '.join(PAINTERS)}")
    reader = ClipReader(root, find_record(root, clip))
    frames = np.unique(np.linspace(0, max(reader.record.frames - 2, 0), rows).round().astype(int))
    painted = [[PAINTERS[name](reader, int(frame)) for name in channels] for frame in frames]
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
