"""What the channels of the KITTI layouts and of Virtual KITTI 2 mean; many of them share pictures, points and calibration."""

from __future__ import annotations

from scenegen.formats.channels import CAM, CAM_Z, IMAGE, NOW, Channel

NEXT = "t to t + 1"
_VELO = "scanner: x forward, y left, z up"

_PICTURE = Channel(
    "sRGB 8 bit", "what the left or only camera sees; the folder of the next number has the right one's", NOW, IMAGE
)
_POINTS = Channel("m, 0..1", "float32 x y z reflectance", NOW, _VELO)
_LABELS = Channel(
    "m, px, rad",
    "sizes height width length; place of the bottom's middle; rotation_y 0 along +x, -pi/2 away from the camera; box amodal, "
    "its ends inclusive; occluded 0 below 10 % hidden, 1 below 50 %, else 2",
    NOW,
    CAM,
)
_CALIB = Channel(
    "px, m", "P0..P3 project the rectified first camera's points; Tr_* take velo or imu points over", "constant", CAM
)
_OXTS = Channel(
    "deg, m, rad, m/s, m/s2, rad/s",
    "yaw 0 is east, counter-clockwise; accelerations hold gravity",
    NOW,
    "x forward, y left, z up",
)
_SEQMAP = Channel("frames", "name and frames of every sequence", "-", "-")

OBJECT = {
    "training/image_2/*.png": _PICTURE,
    "training/velodyne/*.bin": _POINTS,
    "training/label_2/*.txt": _LABELS,
    "training/calib/*.txt": _CALIB,
}
TRACKING = {
    "training/image_02/*/*.png": _PICTURE,
    "training/velodyne/*/*.bin": _POINTS,
    "training/label_02/*.txt": _LABELS,
    "training/calib/*.txt": _CALIB,
    "training/oxts/*.txt": _OXTS,
    "training/evaluate_tracking.seqmap.training": _SEQMAP,
}
MOTS = {
    "training/image_02/*/*.png": _PICTURE,
    "training/instances/*/*.png": Channel(
        "class * 1000 + track id", "class 1 car, 2 person; 10000 to be ignored, 0 none", NOW, IMAGE
    ),
    "training/instances_txt/*.txt": Channel(
        "COCO run lengths", "frame id class height width rle", NOW, "down the columns first"
    ),
    "training/label_02/*.txt": Channel("COCO run lengths", "the same under the scorer's name", NOW, "down the columns first"),
    "training/evaluate_mots.seqmap.training": _SEQMAP,
}
RAW = {
    "*/*_sync/image_02/data/*.png": _PICTURE,
    "*/*_sync/image_00/data/*.png": Channel("grey 8 bit", "the same picture in grey; image_01 is the right one", NOW, IMAGE),
    "*/*_sync/velodyne_points/data/*.bin": _POINTS,
    "*/*_sync/oxts/data/*.txt": _OXTS,
    "*/*_sync/*/timestamps*.txt": Channel("date and time, nine decimals", "the frame's instant, of whole turns too", NOW, "-"),
    "*/calib_*.txt": _CALIB,
}
ODOMETRY = {
    "sequences/*/image_2/*.png": _PICTURE,
    "sequences/*/image_0/*.png": Channel("grey 8 bit", "the same picture in grey; image_1 is the right one", NOW, IMAGE),
    "sequences/*/velodyne/*.bin": _POINTS,
    "sequences/*/calib.txt": _CALIB,
    "sequences/*/times.txt": Channel("s", "from the sequence's start", NOW, "-"),
    "poses/*.txt": Channel("m", "3x4 row by row, frame 0's first camera from the present one", NOW, CAM),
}
FLOW_2015 = {
    "training/image_2/*_10.png": _PICTURE,
    "training/image_2/*_11.png": Channel(
        "sRGB 8 bit", "the same camera a frame later; image_3 the right one's", "t + 1", IMAGE
    ),
    "training/flow_*/*.png": Channel(
        "px * 64 + 32768", "R u right, G v down, B 1 where known; occ all, noc what stays inside", NEXT, IMAGE
    ),
    "training/flow_*_k*/*.png": Channel("px * 64 + 32768", "the same, k frames apart", "t to t + k", IMAGE),
    "training/disp_*_0/*.png": Channel("px * 256", "left x = right x + d; 0 none", NOW, IMAGE),
    "training/disp_*_1/*.png": Channel("px * 256", "disparity at t + 1 of the point seen here at t; 0 none", NEXT, IMAGE),
    "training/obj_map/*.png": Channel("number", "1, 2, .. moving objects by track id, 0 the rest", NOW, IMAGE),
    "training/calib_cam_to_cam/*.txt": _CALIB,
}
DEPTH = {
    "*/*/proj_depth/groundtruth/*/*.png": Channel("m * 256", f"{CAM_Z}; 0 sky and from 256 m on", NOW, IMAGE),
    "*/*/proj_depth/velodyne_raw/*/*.png": Channel("m * 256", f"{CAM_Z}, of the nearest point; 0 none", NOW, IMAGE),
}
SEMANTICS = {
    "training/image_2/*.png": _PICTURE,
    "training/semantic/*.png": Channel("Cityscapes label id", "0 .. 33, no train ids", NOW, IMAGE),
    "training/semantic_rgb/*.png": Channel("sRGB 8 bit", "Cityscapes' colours of the ids", NOW, IMAGE),
    "training/instance/*.png": Channel("id * 256 + instance", "instance 0 where a class has none", NOW, IMAGE),
}

_VK_FLOW = Channel("(c * 2 / 65535 - 1) * (side - 1) px", "R u right, G v down, B 0 where unknown", NEXT, IMAGE)
_VK_MOVE = Channel("(c * 2 / 65535 - 1) * 10 m", "R G B = x y z of p_cam(then) - p_cam(now), each in its own camera", NEXT, CAM)
VKITTI2 = {
    "*/clone/frames/rgb/*/*.jpg": Channel("sRGB 8 bit", "what the camera sees; JPEG", NOW, IMAGE),
    "*/clone/frames/depth/*/*.png": Channel("cm", f"{CAM_Z}; 65535 is sky and beyond 655.34 m", NOW, IMAGE),
    "*/clone/frames/classSegmentation/*/*.png": Channel("sRGB 8 bit", "class by the colours of colors.txt", NOW, IMAGE),
    "*/clone/frames/instanceSegmentation/*/*.png": Channel("trackID + 1", "0 is background", NOW, IMAGE),
    "*/clone/frames/forwardFlow/*/*.png": _VK_FLOW,
    "*/clone/frames/backwardFlow/*/*.png": Channel(_VK_FLOW.unit, _VK_FLOW.sense, "t to t - 1", IMAGE),
    "*/clone/frames/forwardSceneFlow/*/*.png": _VK_MOVE,
    "*/clone/frames/backwardSceneFlow/*/*.png": Channel(_VK_MOVE.unit, _VK_MOVE.sense, "t to t - 1", CAM),
    "*/clone/intrinsic.txt": Channel("px", "K[0,0] K[1,1] K[0,2] K[1,2]", NOW, IMAGE),
    "*/clone/extrinsic.txt": Channel("m", "4x4 row by row, camera from world", NOW, f"{CAM}; world: y down"),
    "*/clone/bbox.txt": Channel("px", "left right top bottom, ends inclusive, of the visible pixels", NOW, IMAGE),
    "*/clone/pose.txt": Channel("m, rad", "width height length; place of the bottom's middle", NOW, f"{CAM}; world: y down"),
}
