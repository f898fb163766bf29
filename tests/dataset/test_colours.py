"""Labels as colours: what is near is bright, what is unknown is grey, directions differ."""

from __future__ import annotations

import numpy as np

from scenegen.dataset.colours import depth_colours, flow_colours, id_colours


def test_depth_gets_darker_with_distance_and_sky_is_blue() -> None:
    painted = depth_colours(np.array([[4.0, 20.0, 150.0, np.inf]])).astype(int)
    brightness = painted[0].sum(axis=-1)
    assert brightness[0] > brightness[1] > brightness[2]
    assert painted[0, 3, 2] > painted[0, 3, 0]


def test_every_id_has_a_colour_of_its_own() -> None:
    painted = id_colours(np.arange(60)[None])
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) == 60
    assert painted[0, 0].tolist() == [60, 60, 60]


def test_flow_directions_differ_and_stillness_is_white() -> None:
    flow = np.array([[[10.0, 0], [-10.0, 0], [0, 10.0], [0, -10.0], [0, 0], [10.0, 0]]])
    known = np.array([[True] * 5 + [False]])
    painted = flow_colours(flow, known)[0].tolist()
    assert len({tuple(colour) for colour in painted[:4]}) == 4
    assert painted[4] == [255, 255, 255]
    assert painted[5] == [60, 60, 60]
