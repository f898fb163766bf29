"""A rendered clip in nuScenes, OpenLABEL, WebDataset and loose files, as somebody else's readers see it, proved by use.

Boxes land round the pixels of their objects, points lie in the boxes of theirs, flow and disparity are the renderer's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenegen.formats.middlebury import Middlebury
from scenegen.formats.nuscenes import NuScenes
from scenegen.formats.openlabel import OpenLabel
from scenegen.formats.webdataset import WebDataset
from scenegen.truth.frame import FLOW_VALID, ObjectLabel, ViewLabels
from tests.formats.real_clip import BASE_M, FOCAL_PX, HEIGHT, WIDTH, RealClip
from tests.formats.written import write
from tests.readers.environment import foreign_read

EDGE_PX = 1.0
"""Boxes are whole pixels; the corners of a tight cuboid stand a little outside the mesh, never inside by more."""
LOOSE_SHARE = 0.35
"""A box around a cuboid is looser than the silhouette of what is in it: by less than this share of its width."""


def whole(view: ViewLabels) -> dict[int, ObjectLabel]:
    """Give the vehicles that lie wholly in the image and in front of the camera."""
    return {
        label.track_id: label
        for label in view.objects
        if label.truncation == 0.0 and label.box_amodal_px is not None and label.class_name in ("car", "van")
    }


def fits(corners_px: list[list[float]], label: ObjectLabel) -> bool:
    """Tell whether projected corners hold the silhouette's box, clipped to the image, and not much more."""
    if label.box_amodal_px is None:
        return False
    low = np.clip(np.min(corners_px, axis=0), 0, (WIDTH - 1, HEIGHT - 1))
    high = np.clip(np.max(corners_px, axis=0), 0, (WIDTH - 1, HEIGHT - 1))
    left, top, right, bottom = label.box_amodal_px
    holds = (low <= np.array([left, top]) + EDGE_PX).all() and (high >= np.array([right, bottom]) - EDGE_PX).all()
    slack = max(left - low[0], high[0] - right, top - low[1], high[1] - bottom)
    return bool(holds and slack <= LOOSE_SHARE * (right - left) + EDGE_PX)


@pytest.fixture(scope="module")
def roots(real_clip: RealClip, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("real")
    layouts = (NuScenes(), OpenLabel(), WebDataset(), Middlebury())
    return {layout.name: write(layout, real_clip.frames, real_clip.slot, folder) for layout in layouts}


def test_nuscenes_boxes_hold_their_pixels_and_points(real_clip: RealClip, roots: dict[str, Path]) -> None:
    samples = foreign_read("nuscenes", roots["nuscenes"])["scenes"][real_clip.slot.clip]
    checked = 0
    for frame, sample in zip(real_clip.frames, samples, strict=True):
        hit = {label.track_id for label in frame.main.labels.objects if (frame.sweeps[0].object_id == label.track_id).any()}
        inside = {label.track_id for view in frame.labels.views for label in view.objects if label.state != "outside"}
        tracks = [label.track_id for label in frame.labels.main.objects if label.track_id in hit | inside]
        assert len(sample["boxes"]) == len(tracks)
        for view in frame.labels.views:
            data = sample["channels"][f"CAM_{view.camera.upper()}"]
            for track_id, label in whole(view).items():
                assert fits(data["corners_px"][tracks.index(track_id)], label), (frame.labels.index, view.camera, label.name)
                checked += 1
        lidar = sample["channels"]["LIDAR_TOP"]
        for place, track_id in enumerate(tracks):
            told = sample["boxes"][place]["points"]
            assert told == (frame.sweeps[0].object_id == track_id).sum()
            if sample["boxes"][place]["name"].startswith("vehicle."):
                # The road below a car counts there too; mirrors reach out of the box, which is measured without them.
                assert lidar["points_in_boxes"][place] >= min(0.995 * told, told - 1)
    assert checked > 8


def test_openlabel_cuboids_hold_their_pixels(real_clip: RealClip, roots: dict[str, Path]) -> None:
    read = foreign_read("openlabel", roots["openlabel"] / real_clip.slot.clip / "openlabel.json")
    assert read["issues"] == []
    checked = 0
    for frame in real_clip.frames:
        objects = read["frames"][str(frame.labels.index)]["objects"]
        for view in frame.labels.views:
            for track_id, label in whole(view).items():
                assert fits(objects[str(track_id)]["cameras"][view.camera]["px"], label), (frame.labels.index, label.name)
                checked += 1
    assert checked > 8
    assert any("lines" in entry and entry["lines"] for entry in read["frames"]["0"]["objects"].values())


def test_loose_flow_is_the_renderers(real_clip: RealClip, roots: dict[str, Path]) -> None:
    read = foreign_read("middlebury", roots["middlebury"], f"{real_clip.slot.clip}/frame_0002", "flow", "flow_2")
    passes = real_clip.frames[1].main.passes
    known = passes.state[..., 0] & FLOW_VALID > 0
    theirs = np.array(read["flow_io"]["flow"], np.float32)
    assert np.array_equal(theirs[known], passes.flow_px[..., :2][known])
    assert np.isnan(theirs[~known]).all()
    two = np.array(read["flow_io"]["flow_2"], np.float32)
    known_two = passes.steps[2].state[..., 0] & FLOW_VALID > 0
    assert np.array_equal(two[known_two], passes.steps[2].flow_px[..., :2][known_two])
    assert np.median(np.abs(two[known & known_two]) - np.abs(theirs[known & known_two])) > 0  # two frames go farther than one
    depth, shift = (np.array(read["pfm"][kind], np.float32) for kind in ("depth", "disparity"))
    there = np.isfinite(depth)
    np.testing.assert_allclose(shift[there] * depth[there], FOCAL_PX * BASE_M, rtol=1e-6)


def test_shards_hold_what_was_drawn(real_clip: RealClip, roots: dict[str, Path]) -> None:
    samples = foreign_read("webdataset", roots["webdataset"], "ids.npy", "json")
    for frame, sample in zip(real_clip.frames, samples, strict=True):
        view = frame.main
        ids = np.array(sample["ids.npy"])
        assert np.array_equal(ids, view.object_id)
        for entry in sample["json"]["objects"]:
            assert entry["visible_px"] == (ids == entry["track_id"]).sum()
