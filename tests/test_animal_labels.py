"""A galloping deer, from scenario to pixels: ids, flow on its limbs against float64 skinning, and a box that keeps its size."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.scenes import largest_frame, scene_of, stage_of
from scenegen.classes import BY_NAME
from scenegen.models import catalogue
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage
from scenegen.truth.labels import row_tables
from tests.test_oracle import SIZE, Seen, flow_errors, seen_by_both


@pytest.fixture(scope="module")
def crossing() -> tuple[Clip, Stage]:
    return stage_of(scene_of("deer_crossing", size_px=SIZE))


@pytest.fixture(scope="module")
def seen(crossing: tuple[Clip, Stage]) -> Seen:
    """The frame in which the deer is largest; the oncoming car is not skinned."""
    _, stage = crossing
    return seen_by_both(stage, largest_frame(stage, is_skinned=True))


def test_the_deer_is_seen_where_the_oracle_sees_it(seen: Seen) -> None:
    row_object, row_class = row_tables(seen.stage)
    is_deer = seen.hits.object_id == 1
    assert is_deer.sum() > 150
    agree = row_object[seen.passes.row] == 1
    assert (agree == is_deer).mean() > 0.9995
    assert set(row_class[seen.passes.row[agree]]) == {BY_NAME["animal"].id}


def test_flow_on_limbs_is_exact(seen: Seen) -> None:
    limbs = seen.stage.instances.is_skinned[seen.hits.instance] & (seen.hits.instance >= 0)
    error = flow_errors(seen, limbs)
    assert len(error) > 100
    assert error.max() < 0.02  # as of people: the shader's interpolation of skinned motion in float32
    assert flow_errors(seen, limbs, spoil=0.5).min() > 0.5


def test_limbs_move_against_the_body(crossing: tuple[Clip, Stage], seen: Seen) -> None:
    """The bound on flow would be empty if the limbs did not bend."""
    _, stage = crossing
    rows = np.arange(int(stage.instances.row_count[list(stage.instances.object_id).index(1)]))
    rows += stage.instances.first_row[list(stage.instances.object_id).index(1)]
    now, later = (stage.rows_world(frame)[rows] for frame in (seen.passes.frame, seen.passes.frame + 1))
    turned = np.einsum("nji,njk->nik", now[:, :3, :3], later[:, :3, :3])
    assert np.ptp(np.arccos(np.clip((np.trace(turned, axis1=1, axis2=2) - 1) / 2, -1, 1))) > np.radians(20.0)


def test_the_box_is_that_of_standing_in_every_frame(crossing: tuple[Clip, Stage]) -> None:
    clip, stage = crossing
    deer = next(track for track in clip.tracks if track.name == "deer")
    model = catalogue.build(deer.model)
    assert stage.object_sizes_m[deer.track_id] == model.size_m
    assert model.size_m[2] == pytest.approx(float(model.meshes[0].positions_m[:, 2].max()), abs=1e-6)
    assert deer.world_from_body[:, 2, 3] == pytest.approx(deer.world_from_body[0, 2, 3], abs=0.25)
