"""A made-up frame of two cameras with all that pictures can say: a car behind a person, a traffic sign, lines, key points."""

from __future__ import annotations

import dataclasses

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.geometry import BODY_FROM_CAM, Pinhole, pose
from scenegen.render.passes import FLOW_SKY, FLOW_VALID, Passes, Silhouette
from scenegen.truth.frame import (
    EgoState,
    Eye,
    Frame,
    FrameLabels,
    KeyPoints,
    LineLabel,
    ObjectLabel,
    Picture,
    Poses,
    View,
    ViewLabels,
)
from tests.formats.conftest import car, still

WIDTH, HEIGHT = 64, 40
LENS = Pinhole.centred(width_px=WIDTH, height_px=HEIGHT, focal_px=50.0)
NAMES = ("sky", "road", "car", "person", "building", "traffic_sign", "car")
SKY, ROAD, CAR, PERSON, BUILDING, SIGN, FAR_CAR = range(7)
TRACKS = (0, 0, 3, 7, 0, 0, 9)
"""Class and track id by row of the transform table."""


def crowded_frame(index: int = 0, *, has_rgb: bool = True) -> Frame:
    """Give a frame; the person moves right by a pixel a frame, so that frames differ."""
    views = tuple(_view(index, name, shift, has_rgb=has_rgb) for name, shift in (("front", 0), ("left", 3)))
    ego = EgoState(still(pose(0.0, 0.0, -1.65)), np.array([10.0, 0.0, 0.0]), np.zeros(3), np.zeros(3))
    attributes = {
        "sun_elevation_deg": 40.0, "street_lamps": False, "cloud": 0.2, "fog_visibility_m": 20000.0, "rain_mm_per_h": 0.0,
        "road_wetness": 0.0, "ego_speed_m_per_s": 10.0, "events": [],
    }  # fmt: skip
    eyes = tuple(Eye(view.labels.camera, LENS, view.labels.world_from_cam.now) for view in views)
    labels = FrameLabels(index, index / 10, ego, tuple(view.labels for view in views), attributes, eyes)
    return Frame(labels, views, {view.labels.camera: view.picture for view in views if view.picture is not None})


def crowded_frames(count: int = 3) -> list[Frame]:
    return [crowded_frame(index) for index in range(count)]


def _rows(index: int, shift: int) -> tuple[np.ndarray, dict[int, np.ndarray]]:
    """Give the row of each pixel and each object's whole silhouette: the person hides the car's middle, a hole in it too."""
    shapes = {row: np.zeros((HEIGHT, WIDTH), bool) for row in range(7)}
    shapes[ROAD][22:] = True
    shapes[BUILDING][8:22, :24] = True
    shapes[SIGN][6:9, 50:53] = True
    shapes[SIGN][12:14, 58:60] = True
    shapes[CAR][16:30, 10 + shift : 40 + shift] = True
    shapes[CAR][16:18, 10 + shift : 14 + shift] = False
    shapes[CAR][19:21, 32 + shift : 35 + shift] = False  # one sees through the windows
    shapes[FAR_CAR][20:24, 60:] = True
    shapes[PERSON][12:32, 20 + shift + index : 26 + shift + index] = True
    rows = np.zeros((HEIGHT, WIDTH), np.uint16)
    for row in (ROAD, BUILDING, SIGN, FAR_CAR, CAR, PERSON):
        rows[shapes[row]] = row
    return rows, shapes


def _view(index: int, camera: str, shift: int, *, has_rgb: bool) -> View:
    rng = np.random.default_rng(index * 10 + shift)
    rows, shapes = _rows(index, shift)
    z = np.array([0, 15, 12, 8, 30, 20, 40], np.float32)[rows]
    state = np.full((HEIGHT, WIDTH, 2), FLOW_VALID, np.uint8)
    state[rows == SKY] |= FLOW_SKY
    silhouettes = tuple(_silhouette(TRACKS[row], shapes[row], 1.5 if row == FAR_CAR else 1.0) for row in (CAR, PERSON, FAR_CAR))
    rgb = rng.integers(0, 255, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    passes = Passes(
        frame=index, z_m=z, normal_oct=np.full((HEIGHT, WIDTH, 2), 32768, np.uint16), row=rows,
        part=np.zeros(rows.shape, np.uint8), flow_px=np.zeros((HEIGHT, WIDTH, 4), np.float32),
        dz_m=np.zeros((HEIGHT, WIDTH, 2), np.float32), state=state, rgb=rgb if has_rgb else None, silhouettes=silhouettes,
        camera=camera,
    )  # fmt: skip
    objects = (
        _object(CAR, rows, shapes, car(3, yaw=0.7, colour="white")),
        _object(PERSON, rows, shapes, _person(index, shift)),
        _object(FAR_CAR, rows, shapes, car(9, name="van", kind="van", world_from_body=still(pose(38, -9, -1.65, yaw=-2.1)))),
        car(11, name="hidden", state="hidden", box_visible_px=None, visible_px=0, occlusion=1.0),
    )  # fmt: skip
    line = LineLabel(
        kind="lane_marking", type="broken", colour="white", points_world_m=np.array([[5.0, 0.0, -1.65], [9.0, 0.5, -1.65]]),
        pieces_px=(np.array([[30.0, 39.0], [31.5, 30.25], [32.0, 24.0]]),), pieces_visible=(np.array([True, True, False]),),
    )  # fmt: skip
    edge = dataclasses.replace(
        line, kind="road_edge", type="kerb", colour="", pieces_px=(np.array([[60.0, 39.0], [50.0, 25.0]]),),
        pieces_visible=(np.array([True, True]),),
    )  # fmt: skip
    world_from_cam = BODY_FROM_CAM.copy()
    world_from_cam[1, 3] = 0.1 * shift
    labels = ViewLabels(camera, LENS, still(world_from_cam), objects, (line, edge))
    row_class = np.array([BY_NAME[name].id for name in NAMES], np.uint8)
    picture = None if passes.rgb is None else Picture(passes.rgb)
    return View(labels, passes, np.array(TRACKS, np.int32), row_class, picture)


def _silhouette(track_id: int, mask: np.ndarray, beyond: float) -> Silhouette:
    box = _box(mask)
    cut = mask[box[1] : box[3] + 1, box[0] : box[2] + 1]
    return Silhouette(track_id, int(mask.sum()), float(mask.sum()) * beyond, box, np.packbits(cut))


def _box(mask: np.ndarray) -> tuple[int, int, int, int]:
    ys, xs = np.nonzero(mask)
    return int(xs.min()), int(ys.min()), int(xs.max()), int(ys.max())


def _object(row: int, rows: np.ndarray, shapes: dict[int, np.ndarray], label: ObjectLabel) -> ObjectLabel:
    seen, inside = int((rows == row).sum()), int(shapes[row].sum())
    return dataclasses.replace(
        label, box_visible_px=_box(rows == row), box_amodal_px=_box(shapes[row]), visible_px=seen, occlusion=1 - seen / inside,
        truncation=1 / 3 if row == FAR_CAR else 0.0,
    )  # fmt: skip


def _person(index: int, shift: int) -> ObjectLabel:
    pixels = np.stack([np.linspace(20.25, 25.75, 17) + shift + index, np.linspace(12, 31, 17)], axis=1)
    visibility = np.array([0, 1, 2] * 5 + [2, 2], np.uint8)
    points = KeyPoints(pixels, visibility, np.zeros((17, 3)))
    here = pose(8.0, 0.6, -1.65, yaw=1.2)
    return car(
        7, name="child", kind="child", class_name="person", colour="", size_m=(0.3, 0.5, 1.2), parts=("body",),
        world_from_body=Poses(here, here, here), key_points=points,
    )  # fmt: skip
