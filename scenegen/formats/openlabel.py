"""ASAM OpenLABEL 1.0: one json a clip with coordinate systems, cameras, objects and road lines; pictures beside it.

Source: OpenLABEL 1.0.0 and its schema: a bbox is centre x, centre y, width, height; a cuboid is x y z qx qy qz qw and the
lengths along its own axes, x y z its middle; a transform takes points of `src` to `dst`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.channels import BODY, CAM, IMAGE, NOW, WORLD, Channel
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.openlabel_objects import EGO, WORLD_NAME, Elements
from scenegen.formats.png import picture_png
from scenegen.formats.quaternion import rotation_of_wxyz
from scenegen.geometry import FloatArray, pose, rigid_inverse
from scenegen.scenario.scene import BrownConradyScene, DistortionScene, KannalaBrandtScene
from scenegen.truth.frame import Frame, FrameLabels, ViewLabels

UNIT_SLACK = 1e-6

CHANNELS = {
    "*/CAMERA/*.png": Channel("sRGB 8 bit", "what the camera sees", NOW, IMAGE),
    "*/openlabel.json bbox": Channel("px", "centre x, centre y, width, height; edges lie half a pixel outside the outermost "
                                     "pixel centres", NOW, IMAGE),
    "*/openlabel.json cuboid": Channel("m", "middle, quaternion x y z w, lengths along x forward, y left, z up", NOW, WORLD),
    "*/openlabel.json poly2d": Channel("px", "points in driving order; `visible` 1 where nothing stands in front", NOW, IMAGE),
    "*/openlabel.json poly3d": Channel("m", "points in driving order", NOW, WORLD),
    "*/openlabel.json transforms": Channel("m", "matrix4x4 row by row, takes points of src to dst", NOW, f"{WORLD}; {BODY}"),
    "*/openlabel.json pose_wrt_parent": Channel("m", "matrix4x4 row by row, ego_from_camera", "constant", f"{BODY}; {CAM}"),
    "*/openlabel.json timestamp": Channel("s", "from the clip's start", NOW, "-"),
}  # fmt: skip


class OpenLabel:
    """Writes `<clip>/openlabel.json` and `<clip>/<camera>/<frame>.png`."""

    name = "openlabel"
    about = "ASAM OpenLABEL 1.0: a json a clip with cameras, boxes, cuboids, key points, road lines; pictures of all cameras"
    wants = Wants(labels="all", pictures="all", holds_distortion=True)
    largest_id: int | None = None
    channels = CHANNELS

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give the pictures of one frame."""
        for view in frame.views:
            if view.picture is not None:
                yield f"{slot.clip}/{picture_path(view.labels.camera, frame.labels.index)}", picture_png(view.picture)

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give the json of a clip."""
        document = {"openlabel": clip_record(labels, slot)}
        yield f"{slot.clip}/openlabel.json", (json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n").encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each clip's folder stands alone."""
        yield from ()


def picture_path(camera: str, index: int) -> str:
    """Give where a camera's picture lies in the clip's folder."""
    return f"{camera}/{index:06d}.png"


def clip_record(labels: Sequence[FrameLabels], slot: Slot) -> dict[str, Any]:
    """Give what a clip's json holds, as JSON data."""
    elements = Elements()
    frames = {}
    for frame in labels:
        frames[str(frame.index)] = {"frame_properties": _frame_properties(frame), "objects": elements.add_frame(frame)}
    first = labels[0]
    cameras = [view.camera for view in first.views]
    return {
        "metadata": {"schema_version": "1.0.0", "name": slot.clip, "annotator": "scenegen", "fps": slot.fps},
        "coordinate_systems": {
            WORLD_NAME: {"type": "scene_cs", "parent": "", "children": [EGO]},
            EGO: {"type": "local_cs", "parent": WORLD_NAME, "children": cameras},
            **{view.camera: _camera_system(first, view) for view in first.views},
        },
        "streams": {view.camera: _stream(view) for view in first.views},
        "objects": elements.objects(),
        "frames": frames,
        "frame_intervals": [{"frame_start": labels[0].index, "frame_end": labels[0].index + len(labels) - 1}],
    }


def _flat(matrix: FloatArray) -> list[float]:
    return [float(value) for value in matrix.ravel()]


def _camera_system(frame: FrameLabels, view: ViewLabels) -> dict[str, Any]:
    ego_from_cam = rigid_inverse(frame.ego.world_from_body.now) @ view.world_from_cam.now
    return {"type": "sensor_cs", "parent": EGO, "children": [], "pose_wrt_parent": {"matrix4x4": _flat(ego_from_cam)}}


def _stream(view: ViewLabels) -> dict[str, Any]:
    return {
        "type": "camera",
        "uri": f"{view.camera}/%06d.png",
        "description": f"camera {view.camera}; whole numbers are pixel centres",
        "stream_properties": intrinsics(view),
    }


def intrinsics(view: ViewLabels) -> dict[str, Any]:
    """Give the lens of a view in OpenLABEL's words: pinhole with k1 k2 p1 p2 k3, or fisheye with 1 k1 k2 k3 k4."""
    lens, bent = view.lens, view.distortion
    size = {"width_px": lens.width_px, "height_px": lens.height_px}
    if isinstance(bent, KannalaBrandtScene):
        centre = {"center_x": lens.cx_px, "center_y": lens.cy_px}
        focal = {"focal_length_x": lens.fx_px, "focal_length_y": lens.fy_px}
        coefficients = [1.0, bent.k1, bent.k2, bent.k3, bent.k4]
        return {"intrinsics_fisheye": {**size, **centre, **focal, "lens_coeffs_1xN": coefficients, "model": "kannala"}}
    k = [bent.k1, bent.k2, bent.p1, bent.p2, bent.k3] if isinstance(bent, BrownConradyScene) else [0.0] * 5
    matrix = np.hstack([lens.matrix, np.zeros((3, 1))])
    return {"intrinsics_pinhole": {**size, "camera_matrix_3x4": _flat(matrix), "distortion_coeffs_1xN": k}}


def _frame_properties(frame: FrameLabels) -> dict[str, Any]:
    ego_from_world = {"matrix4x4": _flat(rigid_inverse(frame.ego.world_from_body.now))}
    transform = {"src": WORLD_NAME, "dst": EGO, "transform_src_to_dst": ego_from_world}
    return {
        "timestamp": frame.time_s,
        "streams": {view.camera: {"uri": picture_path(view.camera, frame.index)} for view in frame.views},
        "transforms": {f"{WORLD_NAME}_to_{EGO}": transform},
        "attributes": frame.attributes,
    }


@dataclass(frozen=True, eq=False)
class OpenObject:
    """One object in one frame as read back: `world_from_body` (4, 4) on the ground under its middle, sizes length width height;
    boxes by name, (left, top, right, bottom) inclusive pixels."""

    uid: str
    name: str
    type: str
    world_from_body: FloatArray
    size_m: tuple[float, float, float]
    boxes_px: dict[str, tuple[float, float, float, float]]


def read_openlabel(data: bytes) -> dict[int, list[OpenObject]]:
    """Read the cuboids and boxes of every frame of a clip.

    Raises:
        DatasetError: not such a file, a box without extent, a quaternion not of unit length.
    """
    try:
        record = json.loads(data)["openlabel"]
        if record["metadata"]["schema_version"] != "1.0.0":
            raise DatasetError(f"OpenLABEL {record['metadata']['schema_version']}, this version reads 1.0.0")
        return {
            int(index): [
                _read_object(f"frame {index}, object {uid}", uid, record["objects"][uid], entry["object_data"])
                for uid, entry in frame["objects"].items()
                if "cuboid" in entry["object_data"]
            ]
            for index, frame in record["frames"].items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DatasetError(f"not an OpenLABEL clip ({type(error).__name__}: {error})") from None


def _read_object(place: str, uid: str, element: dict[str, Any], data: dict[str, Any]) -> OpenObject:
    (cuboid,) = data["cuboid"]
    x, y, z, qx, qy, qz, qw, length, width, height = cuboid["val"]
    if abs(qx**2 + qy**2 + qz**2 + qw**2 - 1) > UNIT_SLACK:
        raise DatasetError(f"{place}: {[qx, qy, qz, qw]} is no unit quaternion")
    world_from_middle = np.eye(4)
    world_from_middle[:3, :3] = rotation_of_wxyz([qw, qx, qy, qz])
    world_from_middle[:3, 3] = x, y, z
    boxes = {}
    for box in data.get("bbox", ()):
        u, v, wide, high = box["val"]
        if wide < 1 or high < 1:
            raise DatasetError(f"{place}: bbox {box['name']} is {wide} x {high} pixels")
        boxes[box["name"]] = (u - (wide - 1) / 2, v - (high - 1) / 2, u + (wide - 1) / 2, v + (high - 1) / 2)
    return OpenObject(
        uid=uid,
        name=element["name"],
        type=element["type"],
        world_from_body=world_from_middle @ pose(0.0, 0.0, -height / 2),
        size_m=(length, width, height),
        boxes_px=boxes,
    )


def read_distortion(properties: dict[str, Any]) -> DistortionScene | None:
    """Read how a stream's lens bends, from its properties; None for a pinhole."""
    if "intrinsics_fisheye" in properties:
        _, k1, k2, k3, k4 = properties["intrinsics_fisheye"]["lens_coeffs_1xN"]
        return KannalaBrandtScene(k1, k2, k3, k4)
    k1, k2, p1, p2, k3 = properties["intrinsics_pinhole"]["distortion_coeffs_1xN"]
    return BrownConradyScene(k1, k2, p1, p2, k3) if any((k1, k2, p1, p2, k3)) else None
