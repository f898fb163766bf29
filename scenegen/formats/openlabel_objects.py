"""Objects and road lines of a clip in OpenLABEL's words, with the pointers that say in which frames their data is."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from scenegen.formats.quaternion import quaternion_xyzw
from scenegen.geometry import FloatArray, pose
from scenegen.truth.frame import Box, FrameLabels, LineLabel, ObjectLabel, ViewLabels

WORLD_NAME, EGO = "odom", "vehicle-iso8855"
"""The standard's names for the fixed frame and the vehicle's."""
LINE_UID = 1_000_000
"""Ids of kinds of road lines begin here, above all tracks."""
LINE_DIGITS = 4
"""Digits after the point of road lines: a tenth of a millimetre, a ten-thousandth of a pixel."""

Data = dict[str, list[dict[str, Any]]]


@dataclass
class _Element:
    """An object of the clip: what it is, the frames it is in, and by name the type, frames and attributes of its data."""

    facts: dict[str, Any]
    frames: list[int] = field(default_factory=list)
    pointers: dict[str, tuple[str, list[int], dict[str, str]]] = field(default_factory=dict)


class Elements:
    """Collects the objects of a clip frame by frame."""

    def __init__(self) -> None:
        self._elements: dict[str, _Element] = {}
        self._line_uids: dict[tuple[str, str, str], str] = {}

    def add_frame(self, frame: FrameLabels) -> dict[str, Any]:
        """Give the `objects` of a frame, by id."""
        found: dict[str, Data] = {}
        for label in frame.main.objects:
            found[str(label.track_id)] = {"cuboid": [_cuboid(label)], **_numbers(label)}
            facts = {"name": label.name, "type": label.class_name, "coordinate_system": WORLD_NAME}
            self._elements.setdefault(str(label.track_id), _Element(facts))
        for view in frame.views:
            for label in view.objects:
                for kind, entries in _seen(label, view).items():
                    found[str(label.track_id)].setdefault(kind, []).extend(entries)
            self._add_lines(view, found)
        for uid, data in found.items():
            self._note(uid, frame.index, data)
        return {uid: {"object_data": data} for uid, data in found.items()}

    def objects(self) -> dict[str, Any]:
        """Give the `objects` of the clip: what they are, and where their data is."""
        return {
            uid: {
                **element.facts,
                "frame_intervals": _intervals(element.frames),
                "object_data_pointers": {
                    name: {"type": kind, "frame_intervals": _intervals(frames), "attribute_pointers": attributes}
                    for name, (kind, frames, attributes) in element.pointers.items()
                },
            }
            for uid, element in self._elements.items()
        }

    def _add_lines(self, view: ViewLabels, found: dict[str, Data]) -> None:
        """Add the road lines of a view; all of one kind, type and colour are one object."""
        for line in view.lines:
            key = (line.kind, line.type, line.colour)
            uid = self._line_uids.setdefault(key, str(LINE_UID + len(self._line_uids)))
            name = " ".join(word for word in (line.colour, line.type, line.kind) if word)
            self._elements.setdefault(uid, _Element({"name": name, "type": line.kind, "coordinate_system": WORLD_NAME}))
            data = found.setdefault(uid, {"poly2d": [], "poly3d": []})
            _add_pieces(data, line, view.camera)

    def _note(self, uid: str, index: int, data: Data) -> None:
        element = self._elements[uid]
        element.frames.append(index)
        for kind, entries in data.items():
            for entry in entries:
                named = entry.get("attributes", {})
                attributes = {member["name"]: sort for sort, members in named.items() for member in members}
                element.pointers.setdefault(entry["name"], (kind, [], attributes))[1].append(index)


def _intervals(frames: list[int]) -> list[dict[str, int]]:
    """Give the runs of consecutive frames, ends included."""
    breaks = [i + 1 for i, (a, b) in enumerate(pairwise(frames)) if b != a + 1]
    return [{"frame_start": frames[a], "frame_end": frames[b - 1]} for a, b in pairwise([0, *breaks, len(frames)])]


def _cuboid(label: ObjectLabel) -> dict[str, Any]:
    world_from_middle = label.world_from_body.now @ pose(0.0, 0.0, label.size_m[2] / 2)
    place = [float(value) for value in world_from_middle[:3, 3]]
    values = [*place, *quaternion_xyzw(world_from_middle), *(float(side) for side in label.size_m)]
    return {
        "name": "cuboid",
        "val": values,
        "coordinate_system": WORLD_NAME,
        "attributes": {
            "boolean": [{"name": "moving", "val": label.moving}],
            "text": [_named(name, getattr(label, name)) for name in ("kind", "role", "colour")],
        },
    }


def _named(name: str, value: Any) -> dict[str, Any]:
    return {"name": name, "val": value}


def _numbers(label: ObjectLabel) -> Data:
    numbers = [_named(name, float(value)) for name, value in label.facts.items()]
    joints = [
        {"name": f"joint_{name}", "val": [float(value) for value in place], "coordinate_system": WORLD_NAME}
        for name, place in label.joints_world_m.items()
    ]
    return {**({"num": numbers} if numbers else {}), **({"point3d": joints} if joints else {})}


def _seen(label: ObjectLabel, view: ViewLabels) -> Data:
    """Give the boxes of an object in a view, visible and amodal, and a person's key points."""
    boxes = {"visible": label.box_visible_px, "amodal": label.box_amodal_px}
    bbox = [_bbox(f"{name}_{view.camera}", box, label, view) for name, box in boxes.items() if box is not None]
    data: Data = {"bbox": bbox} if bbox else {}
    if label.key_points is not None and bbox:
        rows = np.column_stack([label.key_points.pixels, label.key_points.visibility])
        rows[rows[:, 2] == 0] = 0.0  # as COCO has it: what is not in the image has no place
        data["vec"] = [
            {
                "name": f"key_points_{view.camera}",
                "val": [float(value) for value in rows.ravel()],
                "coordinate_system": view.camera,
            }
        ]
    return data


def _bbox(name: str, box: Box, label: ObjectLabel, view: ViewLabels) -> dict[str, Any]:
    left, top, right, bottom = box
    numbers = {"truncation": label.truncation, "occlusion": label.occlusion, "visible_px": float(label.visible_px)}
    return {
        "name": name,
        "val": [(left + right) / 2, (top + bottom) / 2, right - left + 1, bottom - top + 1],
        "coordinate_system": view.camera,
        "attributes": {
            "num": [_named(key, value) for key, value in numbers.items()],
            "text": [_named("state", label.state)],
        },
    }


def _add_pieces(data: Data, line: LineLabel, camera: str) -> None:
    """Add each piece of a line twice, with as many points: on the image and in the world."""
    if sum(map(len, line.pieces_px)) != len(line.points_world_m):
        raise ValueError(
            f"{line.kind}: {sum(map(len, line.pieces_px))} points on the image, {len(line.points_world_m)} in the world"
        )
    begin = 0
    for pixels, is_visible in zip(line.pieces_px, line.pieces_visible, strict=True):
        points_m = line.points_world_m[begin : begin + len(pixels)]
        begin += len(pixels)
        number = sum(entry["coordinate_system"] == camera for entry in data["poly2d"])
        data["poly2d"].append(
            {
                "name": f"image_{camera}_{number}",
                "val": _rounded(pixels),
                "mode": "MODE_POLY2D_ABSOLUTE",
                "closed": False,
                "coordinate_system": camera,
                "attributes": {"vec": [_named("visible", [int(value) for value in is_visible])]},
            }
        )
        data["poly3d"].append(
            {"name": f"road_{camera}_{number}", "val": _rounded(points_m), "closed": False, "coordinate_system": WORLD_NAME}
        )


def _rounded(points: FloatArray) -> list[float]:
    return [round(float(value), LINE_DIGITS) for value in points.ravel()]
