"""OpenLABEL with vcd (schema, scene of coordinate systems, cameras) and openlabel-checker."""

from __future__ import annotations

from typing import Any

import numpy as np
from openlabel_checker import check_file
from vcd import core, scl, utils


def read(path: str) -> dict[str, Any]:
    """Load a clip with the schema checked; land the corners of every cuboid on every camera by vcd's own chain and lenses."""
    report = check_file(path)
    issues = [f"{issue.severity.name}: {issue.message}" for outcome in report.outcomes for issue in outcome.issues]
    document = core.OpenLABEL()
    document.load_from_file(path, validation=True)
    scene = scl.Scene(document)
    root = document.get_root()
    cameras = {name: scene.get_camera(name, 0) for name in root["streams"]}
    return {
        "issues": issues,
        "names": {uid: [element["name"], element["type"]] for uid, element in root["objects"].items()},
        "frames": {str(index): _frame(scene, cameras, root, int(index)) for index in root["frames"]},
    }


def _frame(scene: Any, cameras: dict[str, Any], root: dict[str, Any], index: int) -> dict[str, Any]:
    frame = root["frames"][index]
    read: dict[str, Any] = {"timestamp": frame["frame_properties"]["timestamp"], "objects": {}}
    for uid, entry in frame["objects"].items():
        data = entry["object_data"]
        found: dict[str, Any] = {
            "edges": {box["name"]: _edges(box["val"]) for box in data.get("bbox", [])},
            "lines": {line["name"]: line for line in data.get("poly2d", [])},
        }
        for cuboid in data.get("cuboid", []):
            world = utils.generate_cuboid_points_ref_4x8(cuboid["val"])
            found["corners_world_m"] = world[:3].T
            found["cameras"] = {name: _landed(scene, camera, world, name, index) for name, camera in cameras.items()}
        read["objects"][uid] = found
    return read


def _edges(val: list[float]) -> list[float]:
    """Left, top, right, bottom of a box as OpenLABEL says: centre and extent."""
    x, y, w, h = val
    return [x - w / 2, y - h / 2, x + w / 2, y + h / 2]


def _landed(scene: Any, camera: Any, world: Any, name: str, index: int) -> dict[str, Any]:
    in_cam = scene.transform_points3d_4xN(world, "odom", name, index)
    pixels, _ = camera.project_points3d(in_cam, remove_outside=False)
    return {"cam_m": in_cam[:3].T, "px": np.asarray(pixels)[:2].T}
