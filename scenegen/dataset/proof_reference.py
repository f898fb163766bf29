"""What other layouts of a clip hold of the same pixels: the reference that a layout on trial is compared with."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from scenegen.dataset.proof import Proof
from scenegen.dataset.read_back import read_png
from scenegen.errors import DatasetError
from scenegen.formats import cityscapes, coco, kitti_disparity, kitti_raw, middlebury, openlabel, vkitti2
from scenegen.formats.coco_panoptic import joined_ids
from scenegen.formats.layout import Slot
from scenegen.geometry import ByteArray, FloatArray, IntArray
from scenegen.scenario.scene import CameraScene
from scenegen.stage.build import body_from_camera, camera_lens
from scenegen.truth.frame import Eye
from scenegen.truth.panoptic import FIRST_THING
from scenegen.truth.stereo import rectified_partner

PICTURE_MEAN = 6.0
"""Mean difference of two pictures of one view, in levels: JPEG at quality 95 stays below; swapped channels do not."""


@dataclass(frozen=True, eq=False)
class Depth:
    """Depth (H, W) in metres along the axis, inf where there is none, how far it may be off the truth, and how far it tells."""

    image_m: FloatArray
    slack_m: float
    farthest_m: float = np.inf


@dataclass(frozen=True)
class Pair:
    """The stereo partner of a camera: the camera itself and how far it lies to the right."""

    right: CameraScene
    base_m: float


def slot_of(proof: Proof) -> Slot:
    """Give where the clip's files lie."""
    record = proof.reader.record
    return Slot(record.clip, record.number, record.first_frame, record.frames, proof.clip.scene.fps)


def file_bytes(path: Path) -> bytes:
    """Read a file that a layout must have.

    Raises:
        DatasetError: it is not there.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise DatasetError(f"{path}: can not be read ({error.strerror})") from None


def image_of(proof: Proof, path: Path) -> npt.NDArray[Any]:
    """Read an image of numbers of the camera's size.

    Raises:
        DatasetError: it is not there, damaged or of another size.
    """
    if not path.exists():
        raise DatasetError(f"{path}: is missing")
    image = read_png(path)
    size, wanted = (image.shape[1], image.shape[0]), (proof.lens.width_px, proof.lens.height_px)
    if size != wanted:
        raise DatasetError(f"{path}: {size} pixels wide and high, camera {proof.eye.name!r} has {wanted}")
    return image


def json_of(path: Path) -> Any:
    """Read a JSON file that a layout must have."""
    try:
        return json.loads(file_bytes(path))
    except ValueError as error:
        raise DatasetError(f"{path}: {error}") from None


def pair_of(proof: Proof) -> Pair | None:
    """Find the stereo partner of the proof's camera."""
    eyes = [Eye(eye.name, camera_lens(eye), body_from_camera(eye), eye.distortion) for eye in proof.clip.scene.cameras]
    (left,) = (eye for eye in eyes if eye.name == proof.eye.name)
    partner = rectified_partner(left, eyes)
    if partner is None:
        return None
    (right,) = (eye for eye in proof.clip.scene.cameras if eye.name == partner.name)
    return Pair(right, partner.base_m)


def side_of(proof: Proof) -> int | None:
    """Give 0 for the first camera, 1 for its stereo partner, None for the others."""
    first = proof.clip.scene.camera
    if proof.eye.name == first.name:
        return 0
    pair = pair_of(proof.seen_by(first))
    return 1 if pair is not None and pair.right.name == proof.eye.name else None


def _arrays(proof: Proof, frame: int) -> dict[str, npt.NDArray[Any]]:
    is_first = proof.eye.name == proof.clip.scene.camera.name
    return proof.reader.arrays(frame, "" if is_first else proof.eye.name) or {}


def arrays_record(proof: Proof, frame: int) -> dict[int, dict[str, Any]]:
    """Give what `arrays` say of the objects of a frame, by track id; empty where they are not beside."""
    is_first = proof.eye.name == proof.clip.scene.camera.name
    path = proof.reader.root / "arrays" / proof.reader.record.clip / ("" if is_first else proof.eye.name) / "clip.json"
    return _objects_by_frame(path, path.stat().st_mtime_ns)[frame] if path.exists() else {}


@lru_cache(maxsize=2)
def _objects_by_frame(path: Path, changed_ns: int) -> list[dict[int, dict[str, Any]]]:
    return [{entry["track_id"]: entry for entry in frame["objects"]} for frame in json_of(path)["frames"]]


def depth_beside(proof: Proof, frame: int, layout: str) -> Depth | None:
    """Give the most exact depth of the proof's camera that a layout other than the one on trial holds."""
    return next((depth for name, depth in _depths(proof, frame, layout) if name != layout), None)


def _depths(proof: Proof, frame: int, layout: str) -> Iterator[tuple[str, Depth]]:
    root, side = proof.reader.root, side_of(proof)
    if layout != "arrays" and (images := _arrays(proof, frame)):
        yield "arrays", Depth(images["depth_m"].astype(np.float64), 0.0)
    path = root / f"middlebury/training/depth/{proof.reader.record.clip}/frame_{frame + 1:04d}.pfm"
    if layout != "middlebury" and side == 0 and path.exists():
        yield "middlebury", Depth(middlebury.decode_pfm(path.read_bytes()).astype(np.float64), 0.0)
    path = proof.reader.vkitti2_scene / f"frames/depth/Camera_{side}/depth_{frame:05d}.png"
    if layout != "vkitti2" and path.exists():
        yield "vkitti2", Depth(vkitti2.decode_depth(read_png(path)), 0.005, (vkitti2.SKY_CM - 1) / 100)
    base = f"kitti_depth/*/{kitti_raw.drive_name(slot_of(proof))}/proj_depth/groundtruth/image_0{2 + (side or 0)}"
    for path in () if layout == "kitti_depth" or side is None else root.glob(f"{base}/{frame:010d}.png"):
        depth, is_known = kitti_disparity.decode_steps(read_png(path))
        steps = kitti_disparity.STEPS
        yield "kitti_depth", Depth(np.where(is_known, depth, np.inf), 0.5 / steps, kitti_disparity.LARGEST / steps)


def ids_beside(proof: Proof, frame: int) -> IntArray | None:
    """Give the ids (H, W) of all objects, standing things too, that `arrays` hold, or else COCO's panoptic images."""
    ids = _arrays(proof, frame).get("object_id")
    path = proof.reader.root / f"coco/annotations/panoptic_{coco.SPLIT}/{coco.stem(slot_of(proof), frame, proof.eye.name)}.png"
    if ids is not None or not path.exists():
        return ids
    segments = joined_ids(read_png(path).astype(np.uint8))
    return np.maximum(segments - FIRST_THING, 0).astype(np.int32)


def classes_beside(proof: Proof, frame: int) -> ByteArray | None:
    """Give the classes (H, W) that `arrays` hold."""
    return _arrays(proof, frame).get("class_id")


def sweep_beside(proof: Proof, frame: int, scanner: str) -> dict[str, npt.NDArray[Any]] | None:
    """Give the points of a scanner that `arrays` hold."""
    return proof.reader.arrays(frame, scanner)


def check_picture(proof: Proof, frame: int, path: Path, layout: str) -> None:
    """Compare a picture's size with its camera, and its colours with the same picture in another layout."""
    place = shown(proof, path)
    rgb = np.asarray(Image.open(io.BytesIO(file_bytes(path))).convert("RGB"))
    size, wanted = (rgb.shape[1], rgb.shape[0]), (proof.lens.width_px, proof.lens.height_px)
    proof.expect("picture sizes", size == wanted, place, f"is {size} pixels wide and high, its camera {wanted}")
    other = _picture_beside(proof, frame, layout)
    if other is not None and other.shape == rgb.shape:
        off = float(np.abs(rgb.astype(np.int16) - other).mean())
        text = f"differs by {off:.1f} levels from the same picture in another layout"
        proof.expect("pictures", off < PICTURE_MEAN, place, text)


def _picture_beside(proof: Proof, frame: int, layout: str) -> ByteArray | None:
    root, slot, side = proof.reader.root, slot_of(proof), side_of(proof)
    if layout != "arrays" and "rgb" in (images := _arrays(proof, frame)):
        return np.asarray(images["rgb"], np.uint8)
    sources: dict[str, Callable[[], str | None]] = {
        "openlabel": lambda: f"{slot.clip}/{openlabel.picture_path(proof.eye.name, frame)}",
        "cityscapes": lambda: cityscapes.path_of(slot, frame, proof.eye.name, "leftImg8bit"),
        "kitti_object": lambda: None if side is None else f"training/image_{2 + side}/{proof.reader.object_stem(frame)}.png",
        "kitti_raw": lambda: (
            None if side is None else f"{kitti_raw.drive_folder(slot)}/image_0{2 + side}/data/{frame:010d}.png"
        ),
    }
    for name, path_of in sources.items():
        path = path_of()
        if name != layout and path is not None and (root / name / path).exists():
            return np.asarray(Image.open(root / name / path).convert("RGB"))
    return None


def shown(proof: Proof, path: Path) -> str:
    """Give a path as reports show it: the layout, then the path inside it."""
    layout, *parts = path.relative_to(proof.reader.root).parts
    return f"{layout} {'/'.join(parts)}"
