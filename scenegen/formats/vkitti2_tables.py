"""The text tables of Virtual KITTI 2: a row for each frame, camera and object, with a line of names above.

World axes are camera-like: x right, y down. Source: file descriptions of Virtual KITTI 2 (Cabon, Murray and Humenberger 2020).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.errors import DatasetError
from scenegen.formats.stereo_pair import stereo_labels
from scenegen.geometry import FloatArray, rigid_inverse, wrap_pi
from scenegen.truth.frame import FrameLabels, ObjectLabel, ViewLabels

VK_FROM_WORLD: FloatArray = np.array([[1.0, 0.0, 0.0, 0.0], [0.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]])
"""Our world (z up) to Virtual KITTI's (y down)."""
VK_FROM_WORLD.flags.writeable = False

Row = tuple[object, ...]

_HEADERS = {
    "colors": "Category r g b",
    "info": "trackID label model color",
    "intrinsic": "frame cameraID K[0,0] K[1,1] K[0,2] K[1,2]",
    "extrinsic": "frame cameraID r1,1 r1,2 r1,3 t1 r2,1 r2,2 r2,3 t2 r3,1 r3,2 r3,3 t3 0 0 0 1",
    "bbox": "frame cameraID trackID left right top bottom number_pixels truncation_ratio occupancy_ratio isMoving",
    "pose": "frame cameraID trackID alpha width height length world_space_X world_space_Y world_space_Z "
    "rotation_world_space_y rotation_world_space_x rotation_world_space_z camera_space_X camera_space_Y camera_space_Z "
    "rotation_camera_space_y rotation_camera_space_x rotation_camera_space_z",
}


def tables(labels: Sequence[FrameLabels], colours: dict[str, tuple[int, int, int]]) -> Iterator[tuple[str, str]]:
    """Give every table of a scene as (name, text); cameras are 0 left and 1 right."""
    yield "colors", _table("colors", [(name, *rgb) for name, rgb in colours.items()])
    yield "info", _table("info", _info_rows(labels))
    for name, row in {"intrinsic": _intrinsic, "extrinsic": _extrinsic}.items():
        yield name, _table(name, (row_of(frame, camera, row(view)) for frame, camera, view in _views(labels)))
    per_object: dict[str, Callable[[ViewLabels, ObjectLabel], Row]] = {"bbox": _bbox, "pose": _pose}
    for name, of_object in per_object.items():
        rows = (
            row_of(frame, camera, (label.track_id - 1, *of_object(view, label)))
            for frame, camera, view in _views(labels)
            for label in _tracks(view)
            if label.box_visible_px
        )
        yield name, _table(name, rows)


def row_of(frame: FrameLabels, camera: int, values: Row) -> Row:
    """Give a row with the two numbers that begin it."""
    return (frame.index, camera, *values)


def read_table(text: str, name: str) -> list[dict[str, str]]:
    """Read a table into its rows by column name; the last four of `extrinsic`, always 0 0 0 1, share two names.

    Raises:
        DatasetError: another header than Virtual KITTI's, or a row with a field too few or too many, with its line.
    """
    header, *lines = text.splitlines() or [""]
    if header != _HEADERS[name]:
        raise DatasetError(f"{name}.txt line 1: wanted the header {_HEADERS[name]!r}")
    names = header.split(" ")
    rows = []
    for number, line in enumerate(lines, 2):
        fields = line.split(" ")
        if len(fields) != len(names):
            raise DatasetError(f"{name}.txt line {number}: {len(fields)} fields, wanted {len(names)}")
        rows.append(dict(zip(names, fields, strict=True)))
    return rows


def _views(labels: Sequence[FrameLabels]) -> Iterator[tuple[FrameLabels, int, ViewLabels]]:
    return ((frame, camera, view) for frame in labels for camera, view in enumerate(stereo_labels(frame)))


def _table(name: str, rows: Iterable[Row]) -> str:
    lines = (" ".join(f"{v:.9g}" if isinstance(v, float) else str(v) for v in row) for row in rows)
    return "\n".join([_HEADERS[name], *lines]) + "\n"


def _tracks(view: ViewLabels) -> list[ObjectLabel]:
    """Objects that Virtual KITTI 2 lists: signs and bins are no instances there."""
    return [label for label in view.objects if not label.is_scenery]


def _info_rows(labels: Sequence[FrameLabels]) -> list[Row]:
    first_seen: dict[int, ObjectLabel] = {}
    for frame in labels:
        for label in _tracks(frame.main):
            first_seen.setdefault(label.track_id, label)
    return [
        (track_id - 1, BY_NAME[label.class_name].vkitti2, label.kind, label.colour or "None")
        for track_id, label in sorted(first_seen.items())
    ]


def _intrinsic(view: ViewLabels) -> Row:
    return view.lens.fx_px, view.lens.fy_px, view.lens.cx_px, view.lens.cy_px


def _extrinsic(view: ViewLabels) -> Row:
    cam_from_vk = rigid_inverse(VK_FROM_WORLD @ view.world_from_cam.now)
    return tuple(float(value) for value in cam_from_vk.ravel())


def _bbox(view: ViewLabels, label: ObjectLabel) -> Row:
    if label.box_visible_px is None:
        raise ValueError(f"track {label.track_id} is not visible from {view.camera}")
    left, top, right, bottom = label.box_visible_px
    area = max(right - left, 1) * max(bottom - top, 1)
    return left, right, top, bottom, label.visible_px, label.truncation, label.visible_px / area, label.moving


def _pose(view: ViewLabels, label: ObjectLabel) -> Row:
    vk_from_body = VK_FROM_WORLD @ label.world_from_body.now
    cam_from_body = rigid_inverse(view.world_from_cam.now) @ label.world_from_body.now
    x, _, z = cam_from_body[:3, 3]
    turn_cam = _rotation_yxz(cam_from_body)
    alpha = float(wrap_pi(np.array(turn_cam[0] - np.arctan2(x, z))))
    length, width, height = label.size_m
    place_vk = (float(v) for v in vk_from_body[:3, 3])
    place_cam = (float(v) for v in cam_from_body[:3, 3])
    return alpha, width, height, length, *place_vk, *_rotation_yxz(vk_from_body), *place_cam, *turn_cam


def _rotation_yxz(frame_from_body: FloatArray) -> tuple[float, float, float]:
    """Give the turns about y, x and z (R = Ry Rx Rz) of a body whose own axes are x forward, y down, z left."""
    body_from_turned = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    r = frame_from_body[:3, :3] @ body_from_turned
    return float(np.arctan2(r[0, 2], r[2, 2])), float(np.arcsin(np.clip(-r[1, 2], -1, 1))), float(np.arctan2(r[1, 0], r[1, 1]))
