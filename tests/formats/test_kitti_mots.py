"""MOTS: numbers in the pictures, run lengths in the text, and lines that scorers would misread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.errors import DatasetError
from scenegen.formats.kitti_mots import KittiMots, instance_image, read_instances
from scenegen.formats.layout import Slot, TakesNotes
from scenegen.formats.png import decode_png
from scenegen.truth.frame import Frame, View

MakeFrame = Callable[..., Frame]


def with_class(view: View, name: str, *, track_id: int = 3) -> View:
    """Give the view with its object of another class and id."""
    row_class = view.row_class.copy()
    row_class[1] = BY_NAME[name].id
    return replace(view, row_class=row_class, row_object=np.array([0, track_id, 0], np.int32))


@pytest.mark.parametrize(
    ("name", "number"), [("car", 1003), ("person", 2003), ("van", 10_000), ("rider", 10_000), ("truck", 0), ("debris", 0)]
)
def test_numbers_of_classes(make_frame: MakeFrame, name: str, number: int) -> None:
    view = with_class(make_frame(0).main, name)
    image = instance_image(view)
    assert image.dtype == np.uint16
    assert (image == np.where(view.object_id == 3, number, 0)).all()


def test_an_id_that_would_be_another_class_is_refused(make_frame: MakeFrame) -> None:
    view = with_class(make_frame(0).main, "car", track_id=1000)
    view.__dict__.pop("object_id", None)
    with pytest.raises(DatasetError, match="track id 1000"):
        instance_image(view)
    assert KittiMots().largest_id == 999


def test_text_and_pictures_say_the_same(make_frame: MakeFrame, slot: Slot) -> None:
    layout, frames = KittiMots(), [make_frame(index) for index in range(2)]
    assert isinstance(layout, TakesNotes)
    notes = [layout.frame_notes(frame, slot) for frame in frames]
    files = dict(layout.clip_files([frame.labels for frame in frames], slot, notes))
    found = read_instances(files["training/instances_txt/0004.txt"].decode())
    assert [(entry.frame, entry.instance_id, entry.class_id) for entry in found] == [(0, 1003, 1), (1, 1003, 1)]
    for frame, entry in zip(frames, found, strict=True):
        pictures = dict(layout.frame_files(frame, slot))
        stem = f"0004/{frame.labels.index:06d}.png"
        assert ((decode_png(pictures[f"training/instances/{stem}"]) == 1003) == entry.mask).all()
        assert f"training/image_02/{stem}" in pictures
    assert files["training/label_02/0004.txt"] == files["training/instances_txt/0004.txt"]
    seqmap = dict(layout.dataset_files([slot]))["training/evaluate_mots.seqmap.training"]
    assert seqmap == b"0004 empty 000000 000002\n"  # the last frame, where tracking has their number


GOOD = "0 1003 1 3 4 525"  # pixels (1, 1) of height 3, width 4, and more down the columns


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0 3 1 3 4 525", "id 3 of class 1"),  # the instance without its class
        ("0 1003 2 3 4 525", "of class 2"),
        (GOOD.replace("0 1003 1 3 4", "0 1003 1 4 4"), "add up to"),  # width and height swapped shows as a wrong sum
        (f"{GOOD}\n0 1004 1 3 4 525", "line 2: overlaps"),
        ("0 1003 1 3 4", "5 fields"),
    ],
)
def test_lines_that_scorers_would_misread_are_refused(text: str, why: str) -> None:
    assert len(read_instances(GOOD)) == 1
    with pytest.raises(DatasetError, match=why):
        read_instances(text)
