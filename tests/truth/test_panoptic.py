"""Panoptic segments on pictures drawn by hand."""

from __future__ import annotations

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.truth.panoptic import FIRST_STUFF, FIRST_THING, Segment, panoptic
from tests.truth.pixels import view_of_rows

OWNERS = [(0, "road"), (7, "car"), (7, "car"), (9, "person"), (0, "road"), (0, "pole"), (3, "traffic_sign"), (11, "car")]


def rows() -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    row = np.zeros((12, 20), int)
    row[6:] = 1
    row[4:8, 2:7], row[8, 3] = 2, 3  # a car and its wheel, each with a row of its own
    row[3:8, 10:12] = 4
    row[10:, 15:] = 5  # a second piece of road
    row[2:9, 17] = 6
    row[1:3, 16:19] = 7
    return row


def test_one_segment_a_thing_and_one_a_class_of_stuff() -> None:
    found = panoptic(view_of_rows(rows(), OWNERS))
    names = {(segment.class_name, segment.track_id): segment for segment in found.segments}
    assert set(names) == {("sky", 0), ("road", 0), ("pole", 0), ("car", 7), ("person", 9), ("traffic_sign", 3)}
    assert names["car", 7] == Segment(FIRST_THING + 7, "car", 7, True, 21, (2, 4, 6, 8))
    assert names["person", 9].box == (10, 3, 11, 7)
    assert names["traffic_sign", 3].is_thing
    assert not names["pole", 0].is_thing
    assert names["road", 0].id == FIRST_STUFF + BY_NAME["road"].id
    assert [segment.id for segment in found.segments] == sorted(segment.id for segment in found.segments)


def test_segments_cover_every_pixel_once() -> None:
    view = view_of_rows(rows(), OWNERS)
    found = panoptic(view)
    assert found.ids.dtype == np.int32
    assert (found.ids > 0).all()
    assert sum(segment.area_px for segment in found.segments) == rows().size
    for segment in found.segments:
        mask = found.ids == segment.id
        assert mask.sum() == segment.area_px
        assert (view.object_id[mask] == segment.track_id).all()
        assert (view.class_id[mask] == BY_NAME[segment.class_name].id).all()
    assert not (found.ids[rows() == 0] != FIRST_STUFF).any()


def test_stuff_and_things_never_share_an_id() -> None:
    assert max(entry.id for entry in BY_NAME.values()) + FIRST_STUFF < FIRST_THING
