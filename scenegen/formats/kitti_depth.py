"""KITTI depth: dense depth of both cameras and the scanner's points in their pictures, in drives as `kitti_raw` has them.

KITTI gathers its ground truth from eleven turns of the scanner, so it has holes and leaves out the first and last five frames;
here every pixel of every frame that is not sky has its depth, up to what 16 bits hold (256 m). velodyne_raw has the nearest
point of one turn for each pixel that one falls on; points that only the scanner sees, past an edge, are in it as in KITTI's.
Every fifth clip is for validation. Pictures are those of `kitti_raw`, drive by drive.
Source: KITTI depth development kit (Uhrig et al. 2017): metres * 256, 0 = none; depth along the optical axis.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from scenegen.formats import kitti_channels
from scenegen.formats.kitti_disparity import encode_steps
from scenegen.formats.kitti_raw import drive_name
from scenegen.formats.layout import File, Slot, Wants
from scenegen.formats.png import encode_png
from scenegen.formats.stereo_pair import stereo_views
from scenegen.geometry import Float32Array, FloatArray, Pinhole, apply, rigid_inverse
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Frame, FrameLabels, Sweep, View

NEAREST_M = 0.1  # nearer to the camera's plane nothing is projected


class KittiDepth:
    """Writes `{train,val}/DRIVE/proj_depth/{groundtruth,velodyne_raw}/image_{02,03}`."""

    name = "kitti_depth"
    about = "KITTI depth: dense ground truth and velodyne_raw of image_02 and image_03, 16 bits, metres * 256"
    wants = Wants(labels="stereo", sweeps=True)
    largest_id: int | None = None
    channels = kitti_channels.DEPTH

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        """Give depth of one frame, of both cameras where the rig has a stereo partner."""
        base, stem = f"{split(slot)}/{drive_name(slot)}/proj_depth", f"{frame.labels.index:010d}"
        for folder, view in zip(("image_02", "image_03"), stereo_views(frame), strict=False):
            yield f"{base}/groundtruth/{folder}/{stem}.png", encode_png(depth_image(view))
            if frame.sweeps:
                yield f"{base}/velodyne_raw/{folder}/{stem}.png", encode_png(sweep_image(frame.sweeps[0], view))

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot) -> Iterator[File]:
        """Give nothing: every file belongs to a frame."""
        yield from ()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        """Give nothing: each drive stands alone."""
        yield from ()


def split(slot: Slot) -> str:
    """Give the split of a clip: every fifth is for validation, as in `kitti_object`."""
    return "val" if slot.number % 5 == 4 else "train"


def depth_image(view: View) -> U16Array:
    """Give metres * 256 of every pixel; 0 for sky and from 256 m on."""
    return encode_steps(view.passes.z_m, view.passes.z_m > 0)


def sweep_image(sweep: Sweep, view: View) -> U16Array:
    """Give metres * 256 of the nearest point of a turn in every pixel, 0 where there is none."""
    cam_from_lidar = rigid_inverse(view.labels.world_from_cam.now) @ sweep.world_from_lidar.now
    depth = project_depth(apply(cam_from_lidar, sweep.points_m.astype(np.float64)), view.labels.lens)
    return encode_steps(depth, depth > 0)


def project_depth(points_cam_m: FloatArray, lens: Pinhole) -> Float32Array:
    """Give the depth of the nearest of points (n, 3) in every pixel, (H, W) float32 metres along the axis; 0 for none."""
    x, y, z = np.ascontiguousarray(points_cam_m.T)
    with np.errstate(divide="ignore", invalid="ignore"):  # what is beside or behind the camera is left out below
        u = np.rint(x / z * lens.fx_px + lens.cx_px)
        v = np.rint(y / z * lens.fy_px + lens.cy_px)
        is_inside = (z > NEAREST_M) & (u >= 0) & (u < lens.width_px) & (v >= 0) & (v < lens.height_px)
    inside = np.flatnonzero(is_inside)
    far_first = inside[np.argsort(-z[inside], kind="stable")]
    depth = np.zeros((lens.height_px, lens.width_px), np.float32)
    depth[v[far_first].astype(np.intp), u[far_first].astype(np.intp)] = z[far_first]  # the last one written stays
    return depth
