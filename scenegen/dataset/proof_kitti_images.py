"""Proofs on KITTI's images of numbers: instances of MOTS, semantics 2015 and depth."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import track_of
from scenegen.dataset.proof_reference import (
    Depth,
    check_picture,
    classes_beside,
    depth_beside,
    file_bytes,
    ids_beside,
    image_of,
    pair_of,
    shown,
    slot_of,
)
from scenegen.dataset.proof_surfaces import SIGMAS, SURFACE_M, check_other_depth, lidar_pose
from scenegen.errors import DatasetError
from scenegen.formats import kitti_depth, kitti_mots, kitti_semantics
from scenegen.formats.kitti_calib import read_velodyne
from scenegen.formats.kitti_disparity import LARGEST, STEPS, decode_steps
from scenegen.formats.kitti_raw import drive_folder, drive_name
from scenegen.geometry import BoolArray, FloatArray, apply, rigid_inverse

MOVERS_SHARE = 0.1  # of points in front of what is seen later: what moves drives away from before them
THIN_SHARE = 0.02  # of the scanner's points nearer than all pixels round them: rods and leaves thinner than a pixel
_MOTS_CLASS = {"car": 1, "person": 2}


def prove_kitti_mots(proof: Proof) -> None:
    """Check a sequence's instances: pictures against run lengths, both against the clip's tracks and other layouts' ids."""
    base, slot = proof.reader.root / "kitti_mots" / "training", slot_of(proof)
    stem = f"{slot.number:04d}"
    text = file_bytes(base / "instances_txt" / f"{stem}.txt")
    place = f"kitti_mots instances_txt/{stem}.txt"
    proof.expect("mots copies", file_bytes(base / "label_02" / f"{stem}.txt") == text, place, "is not what label_02 holds")
    try:
        instances = kitti_mots.read_instances(text.decode())
    except DatasetError as error:
        raise DatasetError(f"{place}: {error}") from None
    for frame in range(proof.clip.frames):
        path = base / "instances" / stem / f"{frame:06d}.png"
        image = image_of(proof, path)
        painted = np.zeros(image.shape, np.uint16)
        for instance in (instance for instance in instances if instance.frame == frame):
            if instance.mask.shape == image.shape:
                painted[instance.mask] = instance.instance_id
        off = int((painted != image).sum())
        proof.expect("mots masks", off == 0, f"{place} frame {frame}", f"{off} pixels differ from instances/{stem}/{path.name}")
        _prove_tracks(proof, frame, image, shown(proof, path))
        picture = base / "image_02" / stem / path.name
        if picture.exists():
            check_picture(proof, frame, picture, "kitti_mots")
        proof.on_frame()


def _prove_tracks(proof: Proof, frame: int, image: npt.NDArray[np.uint16], place: str) -> None:
    ids = ids_beside(proof, frame)
    for number in np.unique(image[(image > 0) & (image != kitti_mots.IGNORED)]).tolist():
        kind, track_id = divmod(number, kitti_mots.IDS_A_CLASS)
        track, where = track_of(proof, track_id, frame), f"{place} object {track_id}"
        wanted = _MOTS_CLASS.get(track.class_name, 0) if track is not None else 0
        # A dog without a track of its own, or a standing thing, is of none of both classes
        proof.expect("mots classes", kind == wanted, where, f"is of class {kind}, the clip's track of class {wanted}")
        if ids is not None:
            off = int(((image == number) != (ids == track_id)).sum())
            proof.expect("mots masks", off == 0, where, f"{off} pixels differ from the ids of another layout")
    if ids is not None:
        seen = [t.track_id for t in proof.tracks(frame) if t.class_name in _MOTS_CLASS]
        missed = int((np.isin(ids, seen) & (image == 0)).sum())
        proof.expect("mots masks", missed == 0, place, f"{missed} pixels of cars and people are background")


def prove_kitti_semantics(proof: Proof) -> None:
    """Check classes, colours and instances against each other, and against classes and ids of another layout."""
    base = proof.reader.root / "kitti_semantics" / "training"
    label_of = np.array([entry.cityscapes_id for entry in CLASSES], np.uint8)
    for frame in range(proof.clip.frames):
        name = f"{proof.reader.object_stem(frame)}_10.png"
        semantic = image_of(proof, base / "semantic" / name)
        place = f"kitti_semantics semantic/{name}"
        largest, last = int(semantic.max()), len(kitti_semantics.COLOURS) - 1
        known = semantic.dtype == np.uint8 and largest <= last
        proof.expect("label ids", known, place, f"holds {largest}; label ids end at {last}")
        if not known:
            continue
        colours = np.array(kitti_semantics.COLOURS, np.uint8)[semantic]
        rgb = image_of(proof, base / "semantic_rgb" / name)
        _expect_same(proof, "colours", rgb, colours, f"kitti_semantics semantic_rgb/{name}", place)
        labels, numbers = kitti_semantics.read_instances(image_of(proof, base / "instance" / name))
        instances = f"kitti_semantics instance/{name}"
        _expect_same(proof, "label ids", labels, semantic, instances, place)
        classes, ids = classes_beside(proof, frame), ids_beside(proof, frame)
        if classes is not None:
            _expect_same(proof, "label ids", semantic, label_of[classes], place, "the classes of another layout")
        if ids is not None:
            _prove_numbers(proof, labels, numbers, ids, instances)
        picture = base / "image_2" / name
        if picture.exists():
            check_picture(proof, frame, picture, "kitti_semantics")
        proof.on_frame()


def _prove_numbers(
    proof: Proof, labels: npt.NDArray[np.uint8], numbers: npt.NDArray[np.uint8], ids: npt.NDArray[np.int32], place: str
) -> None:
    """Every number is one object's and every object that counts has one."""
    counts = labels >= kitti_semantics.FIRST_INSTANCE_LABEL
    pairs = np.unique(np.stack([numbers[counts & (ids > 0)].astype(np.int64), ids[counts & (ids > 0)]], axis=1), axis=0)
    for number, track_id in pairs.tolist():
        one = int((pairs[:, 0] == number).sum()) == 1 and int((pairs[:, 1] == track_id).sum()) == 1 and number > 0
        proof.expect("instances", one, f"{place} object {track_id}", f"number {number} and the track are not one to one")
    stray = int(((numbers > 0) & ~(counts & (ids > 0))).sum())
    proof.expect("instances", stray == 0, place, f"{stray} pixels of what is no object have a number")


def _expect_same(
    proof: Proof, check: str, image: npt.NDArray[np.generic], wanted: npt.NDArray[np.generic], place: str, source: str
) -> None:
    differs = image[..., :3] != wanted if image.ndim == 3 else image != wanted
    differs = differs.any(axis=-1) if differs.ndim == 3 else differs
    count = int(differs.sum())
    text = ""
    if count:
        v, u = (int(way[0]) for way in np.nonzero(differs))
        text = f"pixel ({u}, {v}) is {image[v, u]}, {source} gives {wanted[v, u]}; {count} pixels differ"
    proof.expect(check, count == 0, place, text)


def prove_kitti_depth(proof: Proof) -> None:
    """Check depth of both cameras against another layout's or against each other and the next frame; points against depth."""
    pair = pair_of(proof)
    eyes = [(proof, "image_02")] + ([(proof.seen_by(pair.right), "image_03")] if pair is not None else [])
    before: Depth | None = None
    for frame in range(proof.clip.frames):
        found = []
        for eye, folder in eyes:
            path = _folder(proof, "groundtruth") / folder / f"{frame:010d}.png"
            depth_m, is_known = decode_steps(image_of(eye, path))
            depth = Depth(np.where(is_known, depth_m.astype(np.float64), np.inf), 0.5 / STEPS)
            _prove_depth(eye, frame, depth, is_known, shown(proof, path))
            _prove_points(eye, frame, depth, _folder(proof, "velodyne_raw") / folder / f"{frame:010d}.png")
            found.append(depth)
        place = f"kitti_depth groundtruth frame {frame}"
        if pair is not None:
            check_other_depth(proof, found[0], frame, eyes[1][0], found[1], frame, check="depth of both cameras", place=place)
        if before is not None:
            check_other_depth(
                proof, before, frame - 1, proof, found[0], frame,
                check="depth of two frames", place=place, front_share=MOVERS_SHARE,
            )  # fmt: skip
        before = found[0]
        proof.on_frame()


def _folder(proof: Proof, kind: str) -> Path:
    slot = slot_of(proof)
    return proof.reader.root / "kitti_depth" / kitti_depth.split(slot) / drive_name(slot) / "proj_depth" / kind


def _prove_depth(proof: Proof, frame: int, depth: Depth, is_known: BoolArray, place: str) -> None:
    other = depth_beside(proof, frame, "kitti_depth")
    if other is None:
        return
    wanted = other.image_m
    held = np.isfinite(wanted) & (wanted < LARGEST / STEPS - other.slack_m)
    with np.errstate(invalid="ignore"):
        excess = np.abs(depth.image_m - wanted) - depth.slack_m - other.slack_m - 1e-5 * wanted
    off = np.where(is_known & np.isfinite(wanted), excess, 0.0)
    # Less than half a step is one step, which is not unknown
    off = np.where(is_known & (wanted < 1 / STEPS), 0.0, off)
    off = np.where((held & ~is_known) | (is_known & ~np.isfinite(wanted)), np.inf, off)
    proof.checks["kitti_depth pixels"] += off.size
    v, u = np.unravel_index(int(off.argmax()), off.shape)
    text = f"pixel ({u}, {v}): {depth.image_m[v, u]:.3f} m, another layout has {wanted[v, u]:.3f}; {(off > 0).sum()} are off"
    proof.expect("kitti_depth images", bool(off[v, u] <= 0), place, text)


def _prove_points(proof: Proof, frame: int, depth: Depth, path: Path) -> None:
    """Points in the picture are those of the turn that a layout beside holds; none lies before all that is seen round it."""
    if not proof.clip.scene.lidars:
        proof.expect("velodyne_raw", not path.exists(), shown(proof, path), "is there, and the clip has no scanner")
        return
    raw, has_point = decode_steps(image_of(proof, path))
    place, build = shown(proof, path), proof.clip.scene.lidars[0]
    turn = _turn(proof, frame)
    if turn is not None:
        cam_from_lidar = rigid_inverse(proof.camera(frame)) @ lidar_pose(proof, build, frame)
        wanted = kitti_depth.project_depth(apply(cam_from_lidar, turn), proof.lens)
        held = (wanted > 0) & (wanted < LARGEST / STEPS - 1 / STEPS)
        # A point on the border of two pixels may fall to either
        off = (held != has_point) | (held & (np.abs(raw - wanted) > 1 / STEPS))
        share = float(off.sum()) / max(int(held.sum()), 1)
        text = f"{int(off.sum())} of {int(held.sum())} pixels are not what the turn's points give"
        proof.expect("velodyne_raw turns", share <= 1e-3, place, text)
    near = _nearest_round(depth.image_m)
    before = has_point & (raw < near - SURFACE_M - SIGMAS * build.noise - 1 / STEPS)
    share = float(before.sum()) / max(int(has_point.sum()), 1)
    text = f"{int(before.sum())} of {int(has_point.sum())} points lie before all that is seen round them"
    proof.expect("velodyne_raw depth", share <= THIN_SHARE, place, text)


def _turn(proof: Proof, frame: int) -> FloatArray | None:
    """Give the first scanner's points from a layout beside."""
    root, slot = proof.reader.root, slot_of(proof)
    paths = (
        root / f"kitti_object/training/velodyne/{proof.reader.object_stem(frame)}.bin",
        root / f"kitti_raw/{drive_folder(slot)}/velodyne_points/data/{frame:010d}.bin",
        root / f"kitti_odometry/sequences/{slot.number:02d}/velodyne/{frame:06d}.bin",
        root / f"kitti_tracking/training/velodyne/{slot.number:04d}/{frame:06d}.bin",
    )
    found = next((path for path in paths if path.exists()), None)
    return None if found is None else read_velodyne(found.read_bytes())[:, :3].astype(np.float64)


def _nearest_round(depth_m: FloatArray) -> FloatArray:
    """Give the least depth of a pixel and its eight neighbours."""
    padded = np.pad(depth_m, 1, mode="edge")
    height, width = depth_m.shape
    around = [padded[v : v + height, u : u + width] for v in (0, 1, 2) for u in (0, 1, 2)]
    nearest: FloatArray = np.min(around, axis=0)
    return nearest
