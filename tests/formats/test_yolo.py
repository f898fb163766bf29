"""YOLO: boxes and outlines in shares that count pixel edges, as supervision reads them; each classic mistake is seen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image
from scipy import ndimage

from scenegen.errors import DatasetError
from scenegen.formats.layout import Slot
from scenegen.formats.yolo import NAMES, Yolo, read_labels
from scenegen.truth.frame import Frame, View
from tests.formats.crowded import HEIGHT, WIDTH, crowded_frames
from tests.formats.written import write
from tests.readers.environment import foreign_read


@pytest.fixture
def frames() -> list[Frame]:
    return crowded_frames(2)


@pytest.fixture
def boxes(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(Yolo(has_outlines=False), frames, slot, tmp_path)


@pytest.fixture
def outlines(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(Yolo(has_outlines=True), frames, slot, tmp_path)


def views(frames: list[Frame]) -> dict[str, View]:
    return {
        f"made_up-0000-0000_{frame.labels.index:06d}_{view.labels.camera}": view for frame in frames for view in frame.views
    }


def read(text: str) -> list[tuple[str, tuple[int, int, int, int]]]:
    return [(entry.name, entry.box_px) for entry in read_labels(text, width_px=WIDTH, height_px=HEIGHT)]


def wanted(view: View) -> list[tuple[str, tuple[int, int, int, int]]]:
    names = {"car": "car", "child": "person", "van": "car"}
    return [(names[label.name], label.box_visible_px) for label in view.labels.objects if label.box_visible_px]


def test_every_picture_has_its_labels_beside_it(boxes: Path) -> None:
    pictures = sorted(path.relative_to(boxes).as_posix() for path in boxes.rglob("*.jpg"))
    labels = sorted(path.relative_to(boxes).as_posix() for path in boxes.rglob("*.txt"))
    assert len(pictures) == 4
    assert labels == [path.replace("images/", "labels/").replace(".jpg", ".txt") for path in pictures]
    record = yaml.safe_load((boxes / "data.yaml").read_text())
    assert (boxes / record["train"]).is_dir()
    assert record["names"] == dict(enumerate(NAMES))
    with Image.open(boxes / pictures[0]) as picture:
        assert picture.size == (WIDTH, HEIGHT)


def test_what_is_written_is_read_back(frames: list[Frame], boxes: Path, outlines: Path) -> None:
    for stem, view in views(frames).items():
        assert read((boxes / f"labels/train/{stem}.txt").read_text()) == wanted(view)
        assert read((outlines / f"labels/train/{stem}.txt").read_text()) == wanted(view)


def test_the_whole_picture_is_half_half_one_one() -> None:
    assert read("0 0.5 0.5 1 1\n") == [(NAMES[0], (0, 0, WIDTH - 1, HEIGHT - 1))]


Spoil = Callable[[np.ndarray], np.ndarray]
EDGES = "do not fall on pixel edges"


def spoiled(boxes: Path, spoil: Spoil) -> str:
    text = ""
    for line in (boxes / "labels/train/made_up-0000-0000_000000_front.txt").read_text().splitlines():
        index, *values = line.split()
        text += " ".join([index, *(repr(float(value)) for value in spoil(np.array(values, float)))]) + "\n"
    return text


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda v: v - [0.5 / WIDTH, 0.5 / HEIGHT, 0, 0], EDGES),  # whole numbers are centres
        (lambda v: v * np.tile([WIDTH / (WIDTH - 1), HEIGHT / (HEIGHT - 1)], 2), EDGES),  # shares of W - 1
        (lambda v: v * np.tile([WIDTH, HEIGHT], 2), "reaches out"),  # pixels
        (lambda v: v - [*(v[2:] / 2), 0, 0], "reaches out"),  # the corner for the centre
    ],
)  # fmt: skip
def test_a_spoiled_copy_is_refused(boxes: Path, spoil: Spoil, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        read(spoiled(boxes, spoil))


def test_a_box_without_its_last_column_and_row_is_another_box(frames: list[Frame], boxes: Path) -> None:
    narrow = spoiled(boxes, lambda v: v - [0.5 / WIDTH, 0.5 / HEIGHT, 1 / WIDTH, 1 / HEIGHT])  # w = r - l
    assert read(narrow) != wanted(frames[0].main)


@pytest.mark.parametrize("line", ["99 0.5 0.5 1 1", "-1 0.5 0.5 1 1", "car 0.5 0.5 1 1", "0 0.5 0.5 1", "0 0.5 0.5 0 0", "0"])
def test_a_line_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(DatasetError, match="line 1"):
        read(line)


def test_supervision_sees_the_boxes(frames: list[Frame], boxes: Path) -> None:
    theirs = foreign_read("yolo", boxes, "boxes")
    assert set(theirs) == set(views(frames))
    for stem, view in views(frames).items():
        edges = [[left, top, right + 1, bottom + 1] for _, (left, top, right, bottom) in wanted(view)]
        assert theirs[stem]["names"] == [name for name, _ in wanted(view)]
        assert np.array(theirs[stem]["edges_px"]) == pytest.approx(np.array(edges), abs=1e-3)


def test_supervision_sees_the_masks(frames: list[Frame], outlines: Path) -> None:
    theirs = foreign_read("yolo", outlines, "masks")
    for stem, view in views(frames).items():
        seen = [label for label in view.labels.objects if label.box_visible_px]
        for label, mask in zip(seen, np.array(theirs[stem]["masks"], bool), strict=True):
            ours = view.object_id == label.track_id
            # Its brush also paints the edge of the outline that lies to the right and below, holes and the joining lines.
            reach = ndimage.binary_dilation(ndimage.binary_fill_holes(ours), np.ones((3, 3)))
            assert mask[ours].all()
            assert (mask & ~reach).sum() <= 14
