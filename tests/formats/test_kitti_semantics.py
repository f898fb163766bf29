"""Semantics: label ids, colours, instances, and the mistakes that make them another data set's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.errors import DatasetError
from scenegen.formats.kitti_semantics import COLOURS, KittiSemantics, instance_image, read_instances
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.truth.frame import Frame

MakeFrame = Callable[..., Frame]


def test_files_and_pixels(make_frame: MakeFrame, slot: Slot) -> None:
    frame = make_frame(2)
    files = dict(KittiSemantics().frame_files(frame, slot))
    images = {path.split("/")[1]: decode_png(data) for path, data in files.items()}
    assert {path.split("/")[2] for path in files} == {"000102_10.png"}
    assert set(images) == {"image_2", "semantic", "semantic_rgb", "instance"}
    car, road, sky = (frame.main.passes.row == row for row in (1, 2, 0))
    for where, label, colour, number in ((car, 26, (0, 0, 142), 1), (road, 7, (128, 64, 128), 0), (sky, 23, (70, 130, 180), 0)):
        assert (images["semantic"][where] == label).all()
        assert (images["semantic_rgb"][where] == colour).all()
        assert (images["instance"][where] == label * 256 + number).all()


def test_instances_are_numbered_by_track_and_only_where_seen(make_frame: MakeFrame) -> None:
    view = make_frame(0).main
    view = replace(
        view,
        row_object=np.array([0, 900, 0, 5, 7, 8], np.int32),
        row_class=np.array([0, *(BY_NAME[name].id for name in ("car", "road", "person", "person", "traffic_sign"))], np.uint8),
    )
    view.passes.row[0, 0], view.passes.row[0, 1] = 4, 5  # the person 7 and a sign; 5 is not seen
    labels, numbers = read_instances(instance_image(view))
    assert (labels[0, 0], numbers[0, 0]) == (24, 1)
    assert (labels[0, 1], numbers[0, 1]) == (20, 0)  # a sign has a track, but Cityscapes does not count signs
    assert set(numbers[labels == 26]) == {2}


def test_more_instances_than_the_file_holds_are_refused(make_frame: MakeFrame) -> None:
    view = make_frame(0).main
    many = 256
    view.passes.row.flat[:many] = np.arange(3, 3 + many)
    view = replace(
        view,
        row_object=np.concatenate([[0, 900, 0], np.arange(1, many + 1)]).astype(np.int32),
        row_class=np.concatenate([view.row_class, np.full(many, BY_NAME["person"].id)]).astype(np.uint8),
    )
    with pytest.raises(DatasetError, match="instances"):
        instance_image(view)


def test_an_instance_file_of_cityscapes_or_of_8_bits_is_refused(make_frame: MakeFrame) -> None:
    image = instance_image(make_frame(0).main)
    with pytest.raises(DatasetError, match="label id 101"):
        read_instances((image // 256 * 1000 + image % 256).astype(np.uint16))  # id * 1000 + n
    with pytest.raises(DatasetError, match="16-bit"):
        read_instances((image >> 8).astype(np.uint8))


def test_every_class_has_a_colour() -> None:
    assert len(COLOURS) == 34
    assert all(0 <= entry.cityscapes_id < 34 for entry in BY_NAME.values())
