"""COCO: masks, boxes and ids as the API reads them; each classic mistake is seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats import coco, rle
from scenegen.formats.coco_categories import CLASS_IDS, categories
from scenegen.formats.coco_panoptic import joined_ids, mask_box
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.truth.frame import Frame, View
from tests.formats.crowded import HEIGHT, WIDTH, crowded_frames
from tests.formats.written import write
from tests.readers.environment import foreign_read

INSTANCES, PEOPLE, PANOPTIC = (f"annotations/{task}_train.json" for task in coco.TASKS)


@pytest.fixture
def frames() -> list[Frame]:
    return crowded_frames(2)


@pytest.fixture
def root(frames: list[Frame], slot: Slot, tmp_path: Path) -> Path:
    return write(coco.Coco(), frames, slot, tmp_path)


def views(frames: list[Frame], slot: Slot) -> dict[str, View]:
    return {f"{coco.stem(slot, frame.labels.index, view.labels.camera)}.jpg": view for frame in frames for view in frame.views}


def test_categories_have_cocos_own_ids_and_ours_lie_above() -> None:
    named = {entry["name"]: entry["id"] for entry in categories()}
    known = {"person": 1, "bicycle": 2, "car": 3, "motorcycle": 4, "bus": 6, "truck": 8, "traffic light": 10, "stop sign": 13}
    assert {name: named[name] for name in known} == known
    assert len({entry["id"] for entry in categories()}) == len(named) == len(categories())
    assert all(number > 200 for name, number in CLASS_IDS.items() if name in ("road", "traffic_sign", "debris", "sky"))


def test_what_is_written_is_read_back(frames: list[Frame], slot: Slot, root: Path) -> None:
    read = coco.read_objects((root / INSTANCES).read_bytes())
    ours = views(frames, slot)
    assert len(read) == 2 * 2 * 3  # the hidden car has no annotation
    for entry in read:
        view = ours[entry.file_name]
        label = next(label for label in view.labels.objects if label.track_id == entry.track_id)
        assert (entry.mask == (view.object_id == label.track_id)).all()
        assert entry.amodal_mask is not None
        assert (entry.amodal_mask == view.amodal_mask(label.track_id)).all()
        assert (entry.box_px, entry.amodal_box_px) == (label.box_visible_px, label.box_amodal_px)
        assert (entry.occlusion, entry.truncation) == pytest.approx((label.occlusion, label.truncation), abs=1e-6)
    people = coco.read_objects((root / PEOPLE).read_bytes())
    assert [entry.category for entry in people] == ["person"] * 4
    for entry in people:
        label = ours[entry.file_name].labels.objects[1]
        assert label.key_points is not None
        assert entry.key_points is not None
        kept = label.key_points.visibility > 0
        assert entry.key_points[kept, :2] == pytest.approx(label.key_points.pixels[kept], abs=0.0051)  # two decimals
        assert (entry.key_points[:, 2] == label.key_points.visibility).all()
        assert (entry.key_points[~kept] == 0).all()


def test_segments_cover_every_pixel_and_agree_with_ids(frames: list[Frame], slot: Slot, root: Path) -> None:
    record = json.loads((root / PANOPTIC).read_bytes())
    assert len(record["annotations"]) == 4
    things = {entry["id"]: entry["isthing"] for entry in record["categories"]}
    for row in record["annotations"]:
        view = views(frames, slot)[row["file_name"].replace(".png", ".jpg")]
        image = joined_ids(decode_png((root / "annotations" / "panoptic_train" / row["file_name"]).read_bytes()))
        assert (image > 0).all()
        by_id = {entry["id"]: entry for entry in row["segments_info"]}
        assert set(by_id) == set(np.unique(image).tolist())
        for number, entry in by_id.items():
            mask = image == number
            assert entry["area"] == mask.sum()
            assert coco.inclusive_box(entry["bbox"]) == mask_box(mask)
            assert (view.object_id[mask] == entry["track_id"]).all()
        crowds = [entry for entry in by_id.values() if entry["iscrowd"]]
        assert [entry["category_id"] for entry in crowds] == [CLASS_IDS["traffic_sign"]]
        assert sorted(entry["track_id"] for entry in by_id.values() if things[entry["category_id"]]) == [0, 3, 7, 9]


def test_ids_are_unique_over_clips(frames: list[Frame], slot: Slot, tmp_path: Path) -> None:
    other = Slot("another-0001-0000", number=5, first_frame=102, frames=2, fps=10)
    layout = coco.Coco()
    for clip in (slot, other):
        labels, notes = [frame.labels for frame in frames], [layout.frame_notes(frame, clip) for frame in frames]
        for path, data in layout.clip_files(labels, clip, notes):
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_bytes(data)
    joined = dict(layout.join(tmp_path, [slot, other]))
    assert len(coco.read_objects(joined[INSTANCES])) == 24
    images = [image["id"] for image in json.loads(joined[INSTANCES])["images"]]
    assert len(set(images)) == 8
    assert min(images) > 0


def test_a_clip_without_its_notes_is_refused(frames: list[Frame], slot: Slot) -> None:
    with pytest.raises(ValueError, match="notes of 0"):
        list(coco.Coco().clip_files([frame.labels for frame in frames], slot))


def changed(path: Path, change: Any) -> bytes:
    record = json.loads(path.read_bytes())
    for row in record["annotations"]:
        change(row)
    return json.dumps(record).encode()


def row_major(row: dict[str, Any]) -> None:
    mask = rle.counts_mask(rle.unpack_counts(row["segmentation"]["counts"]), width_px=WIDTH, height_px=HEIGHT)
    row["segmentation"]["counts"] = rle.pack_counts(rle.mask_counts(mask.T))


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda row: row.update(bbox=[*row["bbox"][:2], row["bbox"][2] - 1, row["bbox"][3] - 1]), "its box is"),  # w = r - l
        (lambda row: row.update(bbox=[row["bbox"][0] + 1, *row["bbox"][1:]]), "its box is"),  # pixels from 1
        (lambda row: row.update(id=row["id"] - 10_101_001), "ids of annotations"),  # from 0
        (lambda row: row.update(id=1), "ids of annotations"),  # the same in every picture
        (row_major, "its mask has"),
        (lambda row: row.update(area=row["bbox"][2] * row["bbox"][3]), "its area"),  # of the box
        (lambda row: row["segmentation"].update(size=[WIDTH, HEIGHT]), "a mask of size"),
        (lambda row: row.update(image_id=row["image_id"] - 1), "KeyError"),
    ],
)  # fmt: skip
def test_a_spoiled_copy_is_refused(root: Path, spoil: Any, words: str) -> None:
    with pytest.raises(DatasetError, match=words):
        coco.read_objects(changed(root / INSTANCES, spoil))


class TestForeignReaders:
    def test_the_api_sees_our_masks_and_scores_them_perfect(self, frames: list[Frame], slot: Slot, root: Path) -> None:
        theirs = foreign_read("coco", root)
        ours = views(frames, slot)
        assert theirs["ap"] == pytest.approx({"bbox": 1.0, "segm": 1.0, "keypoints": 1.0})
        for row in theirs["instances"]:
            view = ours[row["file_name"]]
            label = next(label for label in view.labels.objects if label.track_id == row["track_id"])
            left, top, right, bottom = label.box_visible_px or (0, 0, 0, 0)
            cut = view.object_id[top : bottom + 1, left : right + 1] == label.track_id
            assert np.array_equal(np.array(row["mask_in_bbox"], bool), cut)
            assert row["bbox_of_mask"] == row["bbox"] == coco.edge_box(label.box_visible_px)  # type: ignore[arg-type]
        assert len(theirs["instances"]) == 12
        assert theirs["pq"] == {"pq": 1.0, "sq": 1.0, "rq": 1.0, "n": 5}  # sky, road, building, person, car
        assert sorted(theirs["datumaro"]) == sorted(name.removesuffix(".jpg") for name in ours)
        boxes = {row["id"]: row["bbox"] for row in json.loads((root / INSTANCES).read_bytes())["annotations"]}
        for found in theirs["datumaro"].values():
            assert found["size"] == [HEIGHT, WIDTH]
            assert [row["label"] for row in sorted(found["masks"], key=lambda row: row["id"])] == ["car", "person", "car"]
            assert all(row["bbox"] == boxes[row["id"]] for row in found["masks"])

    @pytest.mark.parametrize("spoil", [lambda row: row.update(id=row["id"] - 10_101_001), row_major])
    def test_the_api_does_not_score_a_spoiled_copy_perfect(self, root: Path, spoil: Any) -> None:
        (root / "spoiled.json").write_bytes(changed(root / INSTANCES, spoil))
        theirs = foreign_read("coco_score", root / "spoiled.json", root / INSTANCES)
        assert theirs["segm"] < 0.95
