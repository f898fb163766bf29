"""One camera's labels at one instant as JSON data, for layouts with room for all that is known."""

from __future__ import annotations

import dataclasses
from typing import Any

from scenegen.classes import CLASSES
from scenegen.distortion import DistortionScene
from scenegen.geometry import FloatArray, rigid_inverse
from scenegen.truth.frame import FrameLabels, LineLabel, ObjectLabel, ViewLabels


def view_record(frame: FrameLabels, view: ViewLabels) -> dict[str, Any]:
    """Give camera, poses, objects, lines and attributes; poses are row-major 4x4, named a_from_b."""
    return {
        "time_s": frame.time_s,
        "camera": camera_record(view),
        "world_from_cam": matrix(view.world_from_cam.now),
        "world_from_ego": matrix(frame.ego.world_from_body.now),
        "class_names": [entry.name for entry in CLASSES],
        "attributes": frame.attributes,
        "objects": [object_record(label, view) for label in view.objects],
        "lines": [line_record(line) for line in view.lines],
    }


def camera_record(view: ViewLabels) -> dict[str, Any]:
    """Give name, size, K and how the lens bends (null for a pinhole)."""
    return {
        "name": view.camera,
        "size_px": [view.lens.width_px, view.lens.height_px],
        "K": matrix(view.lens.matrix),
        "distortion": distortion_record(view.distortion),
    }


def distortion_record(bent: DistortionScene | None) -> dict[str, Any] | None:
    """Give the model's name and its coefficients; None for a pinhole."""
    return None if bent is None else {"model": type(bent).__name__.removesuffix("Scene"), **dataclasses.asdict(bent)}


def object_record(label: ObjectLabel, view: ViewLabels) -> dict[str, Any]:
    """Give one object: ids, boxes (left, top, right, bottom, inclusive), size (length, width, height) and poses."""
    points = label.key_points
    return {
        "track_id": label.track_id,
        "name": label.name,
        "class": label.class_name,
        "kind": label.kind,
        "role": label.role,
        "colour": label.colour,
        "state": label.state,
        "moving": label.moving,
        "size_m": [float(side) for side in label.size_m],
        "world_from_body": matrix(label.world_from_body.now),
        "cam_from_body": matrix(rigid_inverse(view.world_from_cam.now) @ label.world_from_body.now),
        "box_visible_px": _box(label.box_visible_px),
        "box_amodal_px": _box(label.box_amodal_px),
        "truncation": label.truncation,
        "occlusion": label.occlusion,
        "visible_px": label.visible_px,
        "facts": label.facts,
        "key_points_px": None if points is None else matrix(points.pixels),
        "key_points_visibility": None if points is None else [int(value) for value in points.visibility],
        "joints_world_m": {name: list(place) for name, place in label.joints_world_m.items()},
    }


def line_record(line: LineLabel) -> dict[str, Any]:
    """Give one line of the road in 3D and its pieces in the image."""
    return {
        "kind": line.kind,
        "type": line.type,
        "colour": line.colour,
        "points_world_m": matrix(line.points_world_m),
        "pieces_px": [matrix(piece) for piece in line.pieces_px],
        "pieces_visible": [[bool(value) for value in piece] for piece in line.pieces_visible],
    }


def matrix(array: FloatArray) -> list[list[float]]:
    """Give the rows of an array."""
    return [[float(value) for value in row] for row in array]


def _box(box: tuple[int, int, int, int] | None) -> list[int] | None:
    return None if box is None else list(box)
