"""COCO, Cityscapes, YOLO and Scalabel of a rendered clip: what is read back is what the frames say, in both cameras."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenegen.classes import CLASSES
from scenegen.formats import cityscapes, coco, scalabel, yolo
from scenegen.formats.coco_panoptic import joined_ids
from scenegen.formats.layout import Layout
from scenegen.formats.png import decode_png
from scenegen.geometry import apply, project
from scenegen.truth.frame import Frame, ObjectLabel, View
from scenegen.truth.stereo import disparity
from tests.formats.real_clip import BASE_M, RealClip
from tests.formats.written import write
from tests.readers.environment import foreign_read


@pytest.fixture(scope="module")
def frames(real_clip: RealClip) -> tuple[Frame, ...]:
    return real_clip.frames[1:3]


def written(layout: Layout, clip: RealClip, frames: tuple[Frame, ...], folder: Path) -> Path:
    return write(layout, frames, clip.slot, folder)


def views(clip: RealClip, frames: tuple[Frame, ...]) -> dict[str, View]:
    return {coco.stem(clip.slot, frame.labels.index, view.labels.camera): view for frame in frames for view in frame.views}


def seen(view: View) -> dict[int, ObjectLabel]:
    return {label.track_id: label for label in view.labels.objects if label.box_visible_px}


def test_coco_holds_every_mask_seen_and_whole(real_clip: RealClip, frames: tuple[Frame, ...], tmp_path: Path) -> None:
    root = written(coco.Coco(), real_clip, frames, tmp_path)
    read = coco.read_objects((root / "annotations" / "instances_train.json").read_bytes())
    people = coco.read_objects((root / "annotations" / "person_keypoints_train.json").read_bytes())
    for stem, view in views(real_clip, frames).items():
        labels = seen(view)
        found = {entry.track_id: entry for entry in read if entry.file_name == f"{stem}.jpg"}
        assert set(found) == set(labels)
        for track_id, entry in found.items():
            assert (entry.mask == (view.object_id == track_id)).all()
            assert entry.amodal_mask is not None
            assert (entry.amodal_mask == view.amodal_mask(track_id)).all()
            hidden = 1 - entry.mask.sum() / entry.amodal_mask.sum()
            assert entry.occlusion == pytest.approx(hidden, abs=1e-6)
        assert {entry.track_id for entry in people if entry.file_name == f"{stem}.jpg"} == {
            track_id for track_id, label in labels.items() if label.class_name == "person"
        }
        image = joined_ids(decode_png((root / f"annotations/panoptic_train/{stem}.png").read_bytes()))
        assert (image > 0).all()
    theirs = foreign_read("coco", root)
    assert theirs["ap"] == pytest.approx({"bbox": 1.0, "segm": 1.0, "keypoints": 1.0})
    assert (theirs["pq"]["pq"], len(theirs["instances"])) == (1.0, len(read))


def test_cityscapes_polygons_paint_every_label_image(real_clip: RealClip, frames: tuple[Frame, ...], tmp_path: Path) -> None:
    root = written(cityscapes.Cityscapes(), real_clip, frames, tmp_path)
    ids = np.array([entry.cityscapes_id for entry in CLASSES])
    for frame in frames:
        for view in frame.views:

            def file(kind: str, view: View = view, index: int = frame.labels.index) -> bytes:
                return (root / cityscapes.path_of(real_clip.slot, index, view.labels.camera, kind)).read_bytes()

            polygons, painted = cityscapes.read_polygons(file("gtFine_polygons.json"))
            assert (painted == ids[view.class_id]).all()
            assert {polygon.track_id for polygon in polygons} - {0} <= set(seen(view))
            labels = decode_png(file("gtFine_labelIds.png"))
            assert (cityscapes.read_label_ids(labels, decode_png(file("gtFine_instanceIds.png"))) == painted).all()
        packed = decode_png((root / cityscapes.path_of(real_clip.slot, frame.labels.index, "left", "disparity")).read_bytes())
        wanted = disparity(frame.main, BASE_M)
        read = cityscapes.decode_disparity(packed)
        assert read[wanted > 0] == pytest.approx(wanted[wanted > 0], abs=0.51 / 256)  # rounded to 1/256
        assert np.isnan(read[wanted == 0]).all()


@pytest.mark.parametrize("has_outlines", [False, True])
def test_yolo_holds_every_box(real_clip: RealClip, frames: tuple[Frame, ...], tmp_path: Path, has_outlines: bool) -> None:
    root = written(yolo.Yolo(has_outlines=has_outlines), real_clip, frames, tmp_path)
    for stem, view in views(real_clip, frames).items():
        lens = view.labels.lens
        text = (root / f"labels/train/{stem}.txt").read_text()
        read = yolo.read_labels(text, width_px=lens.width_px, height_px=lens.height_px)
        assert [entry.box_px for entry in read] == [label.box_visible_px for label in seen(view).values()]


def test_scalabels_cuboids_stand_on_their_masks(real_clip: RealClip, frames: tuple[Frame, ...], tmp_path: Path) -> None:
    root = written(scalabel.Scalabel(), real_clip, frames, tmp_path)
    read = scalabel.read_objects((root / f"labels/train/{real_clip.slot.clip}.json").read_bytes())
    checked = 0
    for stem, view in views(real_clip, frames).items():
        found = {entry.track_id: entry for entry in read if entry.frame_name == f"{stem}.jpg"}
        assert set(found) == set(seen(view))
        for track_id, entry in found.items():
            assert (entry.mask == (view.object_id == track_id)).all()
            length, width, height = entry.size_m
            signs = np.array([(x, y, z) for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]) / 2
            corners = apply(entry.cam_from_cuboid, signs * (length, height, width))
            if seen(view)[track_id].truncation == 0 and corners[:, 2].min() > 1:
                low, high = (edge(project(corners, view.labels.lens), axis=0) for edge in (np.min, np.max))
                left, top, right, bottom = entry.box_px
                # The cuboid is tight in its own frame at rest: legs and arms of walkers may leave it by some pixels.
                assert (low <= (left + 3, top + 3)).all()
                assert (high >= (right - 3, bottom - 3)).all()
                checked += 1
    assert checked > 4
