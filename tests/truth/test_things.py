"""Standing objects in a real view: labelled like tracks, and their boxes in space are round their pixels."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scenes import scene_of, stage_of
from scenegen.geometry import apply, box_corners, project, rigid_inverse
from scenegen.render.renderer import Renderer
from scenegen.truth.frame import ObjectLabel, View
from scenegen.truth.labeller import Labeller


@pytest.fixture(scope="module")
def view() -> View:
    clip, stage = stage_of(scene_of("residential_street", size_px=(640, 192)))
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        return Labeller(clip, stage).frame([renderer.render(20)]).main


def things(view: View) -> list[ObjectLabel]:
    return [label for label in view.labels.objects if label.is_scenery]


def test_every_id_in_the_picture_is_an_object(view: View) -> None:
    listed = [label.track_id for label in view.labels.objects]
    assert len(set(listed)) == len(listed)
    assert set(np.unique(view.object_id)) - {0} <= set(listed)
    assert sum(label.state == "visible" for label in things(view)) >= 3
    assert {label.state for label in things(view)} >= {"visible", "hidden"}


def test_labels_are_those_of_the_pixels(view: View) -> None:
    for label in things(view):
        mask = view.object_id == label.track_id
        assert label.visible_px == mask.sum()
        assert not label.moving
        assert (mask & view.amodal_mask(label.track_id)).sum() == mask.sum()
        assert label.occlusion == pytest.approx(1 - mask.sum() / max(view.amodal_mask(label.track_id).sum(), 1))


def test_a_box_in_space_lands_round_the_silhouette(view: View) -> None:
    checked = 0
    for label in things(view):
        corners = apply(label.world_from_body.now, box_corners(label.size_m))
        cam = apply(rigid_inverse(view.labels.world_from_cam.now), corners)
        if label.box_amodal_px is None or (cam[:, 2] < 1).any() or label.truncation > 0:
            continue
        pixels = project(cam, view.labels.lens)
        left, top, right, bottom = label.box_amodal_px
        low, high = pixels.min(axis=0), pixels.max(axis=0)
        assert (low <= (left + 0.6, top + 0.6)).all()
        assert (high >= (right - 0.6, bottom - 0.6)).all()
        if label.class_name == "traffic_sign":  # flat and upright: the box is the silhouette's
            np.testing.assert_allclose(np.concatenate([low, high]), (left, top, right, bottom), atol=1.0)
        checked += 1
    assert checked >= 5
