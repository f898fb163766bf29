"""Every channel can be painted from `arrays`, and the same pictures come from the layouts that hold the same labels."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from scenegen.cli.main import main
from scenegen.dataset.manifest import ClipRecord
from scenegen.dataset.painters import PAINTERS
from scenegen.dataset.read_back import ClipReader
from scenegen.formats.arrays import Arrays
from scenegen.formats.coco import Coco
from scenegen.formats.layout import Slot
from scenegen.formats.middlebury import Middlebury
from scenegen.geometry import BODY_FROM_CAM, pose
from scenegen.truth.frame import (
    EgoState,
    Eye,
    Frame,
    FrameLabels,
    KeyPoints,
    LineLabel,
    Picture,
    Poses,
    Sweep,
    View,
)
from tests.formats.written import write
from tests.truth.pixels import STILL, thing, view_of_rows

HEIGHT, WIDTH = 60, 100
SLOT = Slot("made_up-0000-0000", number=0, first_frame=0, frames=1, fps=10)
LIMB = (40.0, 20.0), (40.0, 40.0)


def person_points() -> KeyPoints:
    """A straight left shin that is seen, and a right one that is hidden; nothing else is in the image."""
    pixels, visibility = np.zeros((17, 2)), np.zeros(17, np.uint8)
    pixels[[13, 15]], visibility[[13, 15]] = LIMB, 2
    pixels[[14, 16]], visibility[[14, 16]] = np.array(LIMB) + np.array((20, 0)), (2, 1)
    return KeyPoints(pixels, visibility, np.zeros((17, 3)))


def seen_view() -> View:
    """Sky, road, a person and a car before them, and one line across."""
    row = np.zeros((HEIGHT, WIDTH), int)
    row[30:] = 1
    row[15:50, 30:50], row[25:45, 60:90] = 2, 3
    person = dataclasses.replace(
        thing(4, "person"), key_points=person_points(), box_visible_px=(30, 15, 49, 49), visible_px=700, box_amodal_px=None
    )
    car = dataclasses.replace(thing(7, "car"), box_visible_px=(60, 25, 89, 44), visible_px=600)
    view = view_of_rows(row, [(0, "road"), (4, "person"), (7, "car")], [person, car])
    line = LineLabel(
        "lane_marking", "solid", "white", np.zeros((2, 3)), (np.array([(5.0, 55.0), (25.0, 55.0)]),), (np.ones(2, bool),)
    )
    picture = Picture(np.full((HEIGHT, WIDTH, 3), 100, np.uint8))
    labels = dataclasses.replace(view.labels, lines=(line,))
    return dataclasses.replace(view, labels=labels, picture=picture, drivable_of=lambda of: (of.class_id == 1).astype(np.uint8))


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One frame in three layouts."""
    view = seen_view()
    beside = np.eye(4)
    beside[0, 3] = 0.5
    eyes = (
        Eye("front", view.labels.lens, BODY_FROM_CAM),
        Eye("right", view.labels.lens, BODY_FROM_CAM @ beside),
    )
    points = np.array([(20.0, 5.0, 1.0), (30.0, -5.0, 1.0)], np.float32)
    sweep = Sweep(
        "lidar", Poses(np.eye(4), np.eye(4), np.eye(4)), points, np.ones(2, np.float32), np.zeros(2, np.uint16),
        np.zeros(2, np.float32), np.zeros(2, np.int32), np.zeros(2, np.uint8), np.zeros((2, 3), np.float32),
    )  # fmt: skip
    ego = EgoState(STILL, np.zeros(3), np.zeros(3), np.zeros(3))
    labels = FrameLabels(0, 0.0, ego, (view.labels,), {"events": []}, eyes, {"lidar": pose(0, 0, 1.7)})
    assert view.picture is not None
    frame = Frame(labels, (view,), {"front": view.picture}, (sweep,))
    folder = tmp_path_factory.mktemp("painted")
    for layout in (Arrays(), Coco(), Middlebury()):
        write(layout, [frame], SLOT, folder)
    return folder


def reader(root: Path) -> ClipReader:
    return ClipReader(root, ClipRecord(SLOT.clip, 0, 0, 1, {"cameras": [{"name": "front"}]}, [], {}, ()))


@pytest.mark.parametrize("name", PAINTERS)
def test_every_channel_is_painted_from_arrays(name: str, root: Path) -> None:
    picture = PAINTERS[name](reader(root), 0)
    assert picture is not None
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert picture.dtype == np.uint8
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > (0 if name == "rgb" else 1)


@pytest.mark.parametrize("name", PAINTERS)
def test_what_no_layout_holds_is_not_painted(name: str, tmp_path: Path) -> None:
    assert PAINTERS[name](reader(tmp_path), 0) is None


@pytest.mark.parametrize(("name", "layout"), [("panoptic", "coco"), ("key_points", "coco"), ("disparity", "middlebury")])
def test_other_layouts_give_the_same_picture(name: str, layout: str, root: Path, tmp_path: Path) -> None:
    (tmp_path / layout).symlink_to(root / layout)
    backdrop = tmp_path / "kitti_object/training/image_2/000000.png"
    backdrop.parent.mkdir(parents=True)
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), 100, np.uint8)).save(backdrop)
    again = PAINTERS[name](reader(tmp_path), 0)
    assert again is not None
    np.testing.assert_array_equal(again, PAINTERS[name](reader(root), 0))


def test_seen_limbs_are_green_and_hidden_ones_orange(root: Path) -> None:
    picture = PAINTERS["key_points"](reader(root), 0)
    assert picture is not None
    seen, hidden = picture[30, 40].tolist(), picture[30, 60].tolist()
    assert seen[1] > seen[0] > 0
    assert hidden[0] > hidden[1] > hidden[2]
    assert picture[30, 20].tolist() == [100, 100, 100]


def test_what_is_ahead_to_the_left_is_right_and_up_seen_from_above(root: Path) -> None:
    picture = PAINTERS["lidar"](reader(root), 0)
    assert picture is not None
    rows, columns = np.nonzero(picture.sum(axis=-1) > 400)
    assert 2 <= len(rows) <= 8
    middle_row, middle_column = HEIGHT / 2, 0.3 * WIDTH
    assert (columns > middle_column + 10).all()
    assert columns[rows < middle_row].max() < columns[rows > middle_row].min()


def test_help_names_every_channel() -> None:
    text = CliRunner().invoke(main, ["preview", "--help"]).output
    words = {word.strip(",.") for word in text.split()}
    assert set(PAINTERS) <= words
