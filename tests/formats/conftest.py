"""A made-up frame with all that writers need."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from scenegen.classes import BY_NAME
from scenegen.formats.layout import Slot
from scenegen.geometry import BODY_FROM_CAM, FloatArray, Pinhole, pose
from scenegen.render.passes import FLOW_HIDDEN, FLOW_OUT, FLOW_SKY, FLOW_VALID, Passes
from scenegen.truth.frame import EgoState, Frame, FrameLabels, ObjectLabel, Picture, Poses, View, ViewLabels
from tests.formats.real_clip import RealClip, real_scene, render_real_clip

HEIGHT, WIDTH = 40, 60
LENS = Pinhole.centred(width_px=WIDTH, height_px=HEIGHT, focal_px=50.0)


def still(world_from_body: FloatArray) -> Poses:
    return Poses(world_from_body, world_from_body, world_from_body)


def car(track_id: int = 3, *, yaw: float = 0.3, **changes: object) -> ObjectLabel:
    """A car 12 m ahead of a camera at the origin that looks along +x, 2 m to the left, turned by yaw."""
    then = pose(12.5, 2.0, -1.65, yaw=yaw)
    facts: dict[str, object] = {
        "track_id": track_id, "name": "car", "role": "", "class_name": "car", "kind": "hatchback", "moving": True,
        "world_from_body": Poses(pose(11.5, 2.0, -1.65, yaw=yaw), pose(12.0, 2.0, -1.65, yaw=yaw), then),
        "size_m": (3.95, 1.69, 1.49), "box_visible_px": (10, 12, 20, 25), "box_amodal_px": (8, 12, 22, 25),
        "truncation": 0.0, "occlusion": 0.25, "visible_px": 154, "state": "visible", "colour": "white",
        "parts": ("body", "wheel"), "facts": {},
    }  # fmt: skip
    return ObjectLabel(**{**facts, **changes})  # type: ignore[arg-type]


@pytest.fixture
def make_frame() -> Callable[..., Frame]:
    """Give frames with a car (row 1), a road (row 2) below and sky above; flow is a ramp with every state in it."""

    def make(index: int = 0, objects: tuple[ObjectLabel, ...] = (car(),), *, has_rgb: bool = True) -> Frame:
        rng = np.random.default_rng(index)
        row = np.zeros((HEIGHT, WIDTH), np.uint16)
        row[20:] = 2
        row[12:26, 10:21] = 1
        z = np.where(row > 0, rng.uniform(3, 80, row.shape), 0).astype(np.float32)
        flow = rng.uniform(-30, 30, (HEIGHT, WIDTH, 4)).astype(np.float32)
        state = np.full((HEIGHT, WIDTH, 2), FLOW_VALID, np.uint8)
        state[row == 0] |= FLOW_SKY
        state[30, :10] |= FLOW_HIDDEN
        state[31, :10] |= FLOW_OUT
        state[32, :10] = FLOW_OUT
        passes = Passes(
            frame=index, z_m=z, normal_oct=rng.integers(0, 65535, (HEIGHT, WIDTH, 2)).astype(np.uint16), row=row,
            part=np.zeros(row.shape, np.uint8), flow_px=flow, dz_m=rng.uniform(-1, 1, (HEIGHT, WIDTH, 2)).astype(np.float32),
            state=state, rgb=rng.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8) if has_rgb else None, silhouettes=(),
        )  # fmt: skip
        labels = ViewLabels("front", LENS, still(BODY_FROM_CAM), objects)
        row_class = np.array([0, BY_NAME["car"].id, BY_NAME["road"].id], np.uint8)
        picture = None if passes.rgb is None else Picture(passes.rgb)
        view = View(labels, passes, np.array([0, 3, 0], np.int32), row_class, picture)
        ego = EgoState(still(np.eye(4)), np.array([10.0, 0.0, 0.0]), np.zeros(3), np.zeros(3))
        pictures = {} if picture is None else {"front": picture}
        return Frame(FrameLabels(index, index / 10, ego, (labels,), {"events": []}), (view,), pictures)

    return make


@pytest.fixture
def slot() -> Slot:
    return Slot("made_up-0000-0000", number=4, first_frame=100, frames=3, fps=10)


@pytest.fixture(scope="session")
def real_clip() -> RealClip:
    """Give a rendered clip of four frames: stereo rig, scanner, people, cars moving, parked, hidden and cut off."""
    return render_real_clip(real_scene())
