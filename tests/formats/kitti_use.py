"""Proofs by use on written KITTI layouts: what one file says is held against what the others make of it.

Only files are read, by the project's own readers; each function gives the faults that it finds as text. They are for scenes
of planes and cuboids such as `kitti_street`, where disparity is an affine function of the pixel and a car fills its box.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from scenegen.errors import DatasetError
from scenegen.formats.kitti_calib import OBJECT_LINES, read_calib, read_velodyne
from scenegen.formats.kitti_disparity import decode_steps
from scenegen.formats.kitti_flow import decode_flow
from scenegen.formats.kitti_mots import read_instances
from scenegen.formats.kitti_object import KittiLabel, read_labels
from scenegen.formats.kitti_odometry import read_poses
from scenegen.formats.png import decode_png
from scenegen.geometry import apply, rigid_inverse

STEP_PX = 1 / 256
BOX_PX = 1.01  # a silhouette's last pixel centre lies up to one pixel inside the projected corner
TURN_RAD = 2e-3


def object_faults(root: Path) -> Iterator[str]:
    """Labels against calibration, points and the picture's size: cuboids fill their 2D boxes and hold points on their sides."""
    for path in sorted((root / "training/label_2").glob("*.txt")):
        try:
            labels = read_labels(path.read_text())
            matrices = read_calib((root / f"training/calib/{path.name}").read_text(), OBJECT_LINES)
            p2, tr = matrices["P2"], matrices["Tr_velo_to_cam"]
        except DatasetError as error:
            yield f"{path.name}: {error}"
            continue
        picture = decode_png((root / f"training/image_2/{path.stem}.png").read_bytes())
        points = read_velodyne((root / f"training/velodyne/{path.stem}.bin").read_bytes())
        cam = points[:, :3].astype(float) @ tr[:, :3].T + tr[:, 3]
        for number, label in enumerate(labels, 1):
            where = f"{path.name} line {number}"
            yield from (f"{where}: {fault}" for fault in _label_faults(label, p2, (picture.shape[1], picture.shape[0])))
            if not _holds_points(label, cam):
                yield f"{where}: the scanner's points are not inside the 3D box, or under its bottom"


def _label_faults(label: KittiLabel, p2: np.ndarray, size_px: tuple[int, int]) -> Iterator[str]:
    x, _, z = label.location_cam_m
    if abs(np.angle(np.exp(1j * (label.alpha_rad - label.rotation_y_rad + np.arctan2(x, z))))) > TURN_RAD:
        yield f"alpha {label.alpha_rad} is not rotation_y - atan2(x, z)"
    box, edge = np.array(label.box_px), np.array([*size_px, *size_px]) - 1
    if (box < 0).any() or (box > edge).any():
        yield f"box {label.box_px} leaves the picture"
    corners = p2 @ np.column_stack([_corners(label), np.ones(8)]).T
    if (corners[2] <= 0).any():
        return
    whole = np.array([*(corners[:2] / corners[2]).min(axis=1), *(corners[:2] / corners[2]).max(axis=1)])
    shown = np.clip(whole, 0, edge)
    off = np.abs(shown - box)
    # What one border cuts tells nothing of the other two edges: the corner that made them may be outside.
    off[[1, 3]] *= (shown == whole)[[0, 2]].all()
    off[[0, 2]] *= (shown == whole)[[1, 3]].all()
    if off.max() > BOX_PX:
        yield f"box {label.box_px}, the cuboid projects to {np.round(shown, 1)}"
    is_cut = bool((whole < -1).any() or (whole > edge + 1).any())
    if is_cut != (label.truncated > 0):
        yield f"truncated {label.truncated}, the cuboid is{'' if is_cut else ' not'} cut by the border"


def _corners(label: KittiLabel) -> np.ndarray:
    height, width, length = label.size_hwl_m
    along = np.array([1, 1, -1, -1, 1, 1, -1, -1]) * length / 2
    up = np.array([0, 0, 0, 0, -1, -1, -1, -1]) * height
    across = np.array([1, -1, -1, 1, 1, -1, -1, 1]) * width / 2
    return apply(_cam_from_box(label), np.stack([along, up, across], axis=1))


def _cam_from_box(label: KittiLabel) -> np.ndarray:
    c, s = np.cos(label.rotation_y_rad), np.sin(label.rotation_y_rad)
    x, y, z = label.location_cam_m
    return np.array([[c, 0, s, x], [0, 1, 0, y], [-s, 0, c, z], [0, 0, 0, 1.0]])


def _holds_points(label: KittiLabel, points_cam_m: np.ndarray) -> bool:
    """Points above the ground near a box are on its sides: inside it when it grows by a hand, never deep in it."""
    height, width, length = label.size_hwl_m
    local = apply(rigid_inverse(_cam_from_box(label)), points_cam_m)
    half = np.array([length, 0, width]) / 2
    beyond = np.maximum(np.abs(local) - half, 0)[:, [0, 2]].max(axis=1)
    around = (beyond < 0.6) & (local[:, 1] < -0.15) & (local[:, 1] > -height - 0.3)
    inside = around & (beyond < 0.06) & (local[:, 1] > -height - 0.06)
    deep = (np.abs(local[:, 0]) < length / 2 - 0.2) & (np.abs(local[:, 2]) < width / 2 - 0.2)
    deep &= (local[:, 1] < -0.2) & (local[:, 1] > -height + 0.2)
    return bool(inside.sum() > 0 and inside.sum() >= 0.9 * around.sum() and not deep.any())


def missing_faults(object_root: Path, mots_root: Path) -> Iterator[str]:
    """Instances against labels: every mask lies inside the box of a line of its own."""
    for entry in read_instances((mots_root / "training/instances_txt/0000.txt").read_text()):
        labels = read_labels((object_root / f"training/label_2/{entry.frame:06d}.txt").read_text())
        v, u = np.nonzero(entry.mask)
        holders = [
            label
            for label in labels
            if label.box_px[0] <= u.min()
            and label.box_px[1] <= v.min()
            and label.box_px[2] >= u.max()
            and label.box_px[3] >= v.max()
        ]
        if not holders:
            yield f"frame {entry.frame}: instance {entry.instance_id} has no label round it"


def stereo_faults(flow_root: Path, object_root: Path, odometry_root: Path, depth_root: Path) -> Iterator[str]:
    """Disparity against points, depth and poses; flow and disp_1 against disparity and poses, on what does not move."""
    poses = read_poses((odometry_root / "poses/00.txt").read_text())
    for path in sorted((flow_root / "training/disp_occ_0").glob("*.png")):
        index, training = int(path.stem[:6]), flow_root / "training"
        try:
            images = {
                kind: decode_steps(decode_png((training / kind / path.name).read_bytes()))
                for kind in ("disp_occ_0", "disp_occ_1")
            }
            flow, has_flow = decode_flow(decode_png((training / "flow_occ" / path.name).read_bytes()))
            depth, has_depth = decode_steps(
                decode_png(next(depth_root.glob(f"*/*/proj_depth/groundtruth/image_02/{index:010d}.png")).read_bytes())
            )
        except DatasetError as error:
            yield f"{path.name}: {error}"
            continue
        raw = read_calib((training / f"calib_cam_to_cam/{path.stem[:6]}.txt").read_text())
        p2, focal_base = raw["P_rect_02"], raw["P_rect_02"][0, 3] - raw["P_rect_03"][0, 3]
        disparity, is_known = images["disp_occ_0"]
        sky = ~has_depth
        if (is_known & sky).any() or (~is_known & ~sky).any():
            yield f"{path.name}: disparity is not where depth is"
            continue
        error = np.abs(disparity - focal_base / np.where(sky, np.inf, depth))[~sky]
        if np.quantile(error, 0.999) > 2 * STEP_PX + 0.02:
            yield f"{path.name}: disparity is {error.max():.3f} px off the depth file"
        yield from _point_faults(path.stem, disparity, is_known, object_root, focal_base)
        static = is_known & (decode_png((training / "obj_map" / path.name).read_bytes()) == 0) & (disparity > 2)
        v, u = np.nonzero(static)
        z = focal_base / disparity[v, u]
        points = np.stack([(u - p2[0, 2]) / p2[0, 0] * z, (v - p2[1, 2]) / p2[1, 1] * z, z], axis=1)
        then = apply(rigid_inverse(poses[index + 1]) @ poses[index], points)
        expected = then[:, :2] / then[:, 2:] * (p2[0, 0], p2[1, 1]) + (p2[0, 2], p2[1, 2]) - np.stack([u, v], axis=1)
        stays = (then[:, 2] > 0.5) & (np.abs(expected) < 500).all(axis=1) & has_flow[v, u]
        off = np.abs(flow[v, u] - expected)[stays]
        if not len(off) or np.quantile(off, 0.99) > 0.15:
            yield f"{path.name}: flow is {off.max(initial=np.inf):.2f} px off disparity and poses"
        later, moves = images["disp_occ_1"]
        both = stays & moves[v, u]
        off = np.abs(later[v, u] - focal_base / then[:, 2])[both]
        if not len(off) or np.quantile(off, 0.99) > 0.05:
            yield f"{path.name}: disp_1 is {off.max(initial=np.inf):.2f} px off disparity and poses"


def _point_faults(
    stem: str, disparity: np.ndarray, is_known: np.ndarray, object_root: Path, focal_base: float
) -> Iterator[str]:
    """Hold the scanner's points against disparity between the four pixels round each, which is exact on planes."""
    name = stem[:6]
    matrices = read_calib((object_root / f"training/calib/{name}.txt").read_text())
    points = read_velodyne((object_root / f"training/velodyne/{name}.bin").read_bytes())[:, :3].astype(float)
    cam = points @ matrices["Tr_velo_to_cam"][:, :3].T + matrices["Tr_velo_to_cam"][:, 3]
    cam = cam[cam[:, 2] > 1]
    image = np.column_stack([cam, np.ones(len(cam))]) @ matrices["P2"].T
    u, v = (image[:, :2] / image[:, 2:]).T
    height, width = disparity.shape
    inside = (u >= 0) & (v >= 0) & (u < width - 1) & (v < height - 1)
    u, v, z = u[inside], v[inside], cam[inside, 2]
    left, top = u.astype(int), v.astype(int)
    four = np.stack([disparity[top + j, left + i] for j in (0, 1) for i in (0, 1)])
    known = np.stack([is_known[top + j, left + i] for j in (0, 1) for i in (0, 1)]).all(axis=0)
    a, b = u - left, v - top
    between = four[0] * (1 - a) * (1 - b) + four[1] * a * (1 - b) + four[2] * (1 - a) * b + four[3] * a * b
    flat = known & (np.ptp(four, axis=0) < 0.5)  # on one surface
    off = np.abs(between - focal_base / z)[flat]
    if not len(off) or np.quantile(off, 0.9) > 4 * STEP_PX:
        yield f"{stem}: 9 of 10 points lie within {np.quantile(off, 0.9):.3f} px of disparity"
