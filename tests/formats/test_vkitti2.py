"""Virtual KITTI 2: encodings, tables, and the frame at each end of a clip."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats import vkitti2
from scenegen.formats.layout import Slot
from scenegen.formats.png import decode_png
from scenegen.formats.vkitti2_tables import read_table
from scenegen.geometry import BODY_FROM_CAM, pose, rigid_inverse
from scenegen.truth.frame import Frame, Poses, ViewLabels
from scenegen.truth.stereo import scene_flow
from tests.formats.conftest import LENS, car
from tests.formats.kitti_rigs import BASE_M, with_rig


def test_depth_is_centimetres_and_sky_is_full_scale() -> None:
    z = np.array([[0.0, 0.004, 7.004, 655.34, 700.0]], np.float32)
    assert vkitti2.encode_depth(z).tolist() == [[65535, 1, 700, 65534, 65535]]


def test_flow_known_numbers_and_round_trip() -> None:
    flow = np.random.default_rng(0).uniform(-300, 300, (376, 1243, 2)).astype(np.float32)
    flow[0, 0] = (1242.0, -375.0)
    is_valid = np.ones(flow.shape[:2], bool)
    is_valid[5, 5] = False
    packed = vkitti2.encode_flow(flow, is_valid)
    assert packed[0, 0].tolist() == [65535, 0, 65535]
    assert packed[5, 5].tolist() == [0, 0, 0]
    read, known = vkitti2.decode_flow(packed)
    assert (known == is_valid).all()
    step = np.array([1242, 375]) / 65535  # half of 2 (W - 1) / 65535
    assert (np.abs(read - flow)[is_valid].max(axis=0) <= step + 1e-3).all()


def test_scene_flow_of_nothing_is_half_scale() -> None:
    packed = vkitti2.encode_scene_flow(np.array([[[0.0, 10.0, -10.0]]], np.float32))
    assert packed[0, 0, 1:].tolist() == [65535, 0]
    assert abs(int(packed[0, 0, 0]) - 32767.5) <= 0.5


def test_the_ends_of_a_clip_have_one_flow_each(make_frame: Callable[..., Frame], slot: Slot) -> None:
    layout = vkitti2.VirtualKitti2()
    kinds = [{path.split("/")[3] for path, _ in layout.frame_files(make_frame(i), slot)} for i in range(3)]
    always = {"rgb", "depth", "classSegmentation", "instanceSegmentation"}
    forward, backward = {"forwardFlow", "forwardSceneFlow"}, {"backwardFlow", "backwardSceneFlow"}
    assert kinds == [always | forward, always | forward | backward, always | backward]


def test_pictures_of_classes_and_instances(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = make_frame(0)
    files = dict(vkitti2.VirtualKitti2().frame_files(frame, slot))
    base = "Scene05/clone/frames"
    classes = decode_png(files[f"{base}/classSegmentation/Camera_0/classgt_00000.png"])
    assert classes[0, 0].tolist() == [90, 200, 255]  # sky
    assert classes[13, 12].tolist() == [255, 127, 80]  # car
    assert classes[39, 0].tolist() == [100, 60, 100]  # road
    instances = decode_png(files[f"{base}/instanceSegmentation/Camera_0/instancegt_00000.png"])
    assert (instances == frame.main.object_id).all()


def test_tables(make_frame: Callable[..., Frame], slot: Slot) -> None:
    labels = [make_frame(i).labels for i in range(2)]
    files = {path: data.decode().splitlines() for path, data in vkitti2.VirtualKitti2().clip_files(labels, slot)}
    base = "Scene05/clone"
    bbox = files[f"{base}/bbox.txt"]
    assert bbox[0].startswith("frame cameraID trackID left right top bottom")
    fields = bbox[1].split()
    assert fields[:8] == ["0", "0", "2", "10", "20", "12", "25", "154"]  # left right top bottom, our id minus one
    assert float(fields[9]) == pytest.approx(154 / (10 * 13))
    assert fields[10] == "True"
    assert files[f"{base}/info.txt"][1] == "2 Car hatchback white"
    pose_row = [float(value) for value in files[f"{base}/pose.txt"][1].split()]
    assert pose_row[4:7] == pytest.approx([1.69, 1.49, 3.95])  # width height length
    assert pose_row[13:16] == pytest.approx([-2.0, 1.65, 12.0])
    assert pose_row[16] == pytest.approx(-np.pi / 2 - 0.3)
    assert pose_row[3] == pytest.approx(pose_row[16] - np.arctan2(-2.0, 12.0))


def test_extrinsics_take_the_tables_world_to_the_camera(make_frame: Callable[..., Frame], slot: Slot) -> None:
    camera = pose(100.0, -40.0, 1.65, yaw=0.8, pitch=0.02) @ BODY_FROM_CAM
    thing = car(world_from_body=Poses(*[pose(110.0, -30.0, 0.0, yaw=-0.4)] * 3))
    labels = replace(
        make_frame(0, (thing,)).labels, views=(ViewLabels("front", LENS, Poses(camera, camera, camera), (thing,)),)
    )
    files = {p: d.decode().splitlines() for p, d in vkitti2.VirtualKitti2().clip_files([labels], slot)}
    cam_from_world = np.array(files["Scene05/clone/extrinsic.txt"][1].split()[2:], float).reshape(4, 4)
    row = np.array(files["Scene05/clone/pose.txt"][1].split(), float)
    assert (cam_from_world @ np.append(row[7:10], 1))[:3] == pytest.approx(row[13:16], abs=1e-5)
    assert (rigid_inverse(camera) @ thing.world_from_body.now)[:3, 3] == pytest.approx(row[13:16], abs=1e-5)
    # The camera leans by 0.02 rad, so the car's turn has a little of x and z; together they are the whole rotation.
    y, x, z = row[16:19]
    turn = pose_rotation(y, x, z)
    heading = (rigid_inverse(camera) @ thing.world_from_body.now)[:3, 0]
    assert turn[:, 0] == pytest.approx(heading, abs=1e-6)


def pose_rotation(y: float, x: float, z: float) -> np.ndarray:
    ry = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    rx = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    rz = np.array([[np.cos(z), -np.sin(z), 0], [np.sin(z), np.cos(z), 0], [0, 0, 1]])
    return ry @ rx @ rz


def test_a_stereo_rig_has_both_cameras_in_pictures_and_tables(make_frame: Callable[..., Frame], slot: Slot) -> None:
    layout, frames = vkitti2.VirtualKitti2(), [with_rig(make_frame(index)) for index in range(3)]
    paths = [path for path, _ in layout.frame_files(frames[1], slot)]
    left = [path for path in paths if "/Camera_0/" in path]
    assert [path.replace("/Camera_0/", "/Camera_1/") for path in left] == [path for path in paths if "/Camera_1/" in path]
    assert len(left) == len(paths) / 2 == 8
    files = {p.split("/")[-1]: d.decode() for p, d in layout.clip_files([frame.labels for frame in frames], slot)}
    rows = {name: read_table(files[f"{name}.txt"], name) for name in ("intrinsic", "extrinsic", "bbox", "pose")}
    for name, table in rows.items():
        found = [(row["frame"], row["cameraID"]) for row in table]
        assert found == [(str(index), camera) for index in range(3) for camera in "01"], name
    poses = [[float(row[f"camera_space_{axis}"]) for axis in "XYZ"] for row in rows["pose"][:2]]
    assert poses[0] == pytest.approx([-2.0, 1.65, 12.0], abs=1e-5)
    assert poses[1] == pytest.approx([-2.0 - BASE_M, 1.65, 12.0], abs=1e-5)  # seen from further right
    for row, pose_row in zip(rows["extrinsic"], rows["pose"], strict=True):
        cam_from_world = np.array(list(row.values())[2:14], float).reshape(3, 4)
        world = [float(pose_row[f"world_space_{axis}"]) for axis in "XYZ"]
        in_cam = [float(pose_row[f"camera_space_{axis}"]) for axis in "XYZ"]
        assert cam_from_world @ (*world, 1) == pytest.approx(in_cam, abs=1e-5)


def test_images_read_back(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = with_rig(make_frame(1))
    files = dict(vkitti2.VirtualKitti2().frame_files(frame, slot))
    base, passes = "Scene05/clone/frames", frame.views[1].passes
    depth = vkitti2.decode_depth(decode_png(files[f"{base}/depth/Camera_1/depth_00001.png"]))
    assert (np.isfinite(depth) == (passes.z_m > 0)).all()
    assert np.abs(depth - passes.z_m)[passes.z_m > 0].max() <= 0.005 + 1e-5
    moved = vkitti2.decode_scene_flow(decode_png(files[f"{base}/backwardSceneFlow/Camera_1/backwardSceneFlow_00001.png"]))
    ours = np.clip(scene_flow(frame.views[1], 1), -10, 10)
    assert np.abs(moved - ours).max() <= 10 / 65535 + 1e-5  # half a step


@pytest.mark.parametrize("mistake", ["swapped names", "a field more", "kitti's order"])
def test_tables_of_another_shape_are_refused(mistake: str, make_frame: Callable[..., Frame], slot: Slot) -> None:
    files = dict(vkitti2.VirtualKitti2().clip_files([make_frame(0).labels], slot))
    text = files["Scene05/clone/bbox.txt"].decode()
    spoiled = {
        "swapped names": text.replace("left right top bottom", "left top right bottom"),
        "a field more": text.replace(" True", " True 1"),
        "kitti's order": text.replace("frame cameraID trackID", "frame trackID cameraID"),
    }[mistake]
    assert read_table(text, "bbox")
    with pytest.raises(DatasetError, match=r"bbox\.txt line"):
        read_table(spoiled, "bbox")


def test_depth_of_0_or_of_8_bits_is_refused() -> None:
    for image, why in ((np.zeros((2, 2), np.uint16), "depth of 0"), (np.ones((2, 2), np.uint8), "16-bit")):
        with pytest.raises(DatasetError, match=why):
            vkitti2.decode_depth(image)


def test_signs_and_bins_are_no_instances(make_frame: Callable[..., Frame], slot: Slot) -> None:
    frame = make_frame(objects=(car(300, is_scenery=True), car(7)))
    view = replace(frame.main, row_object=np.array([0, 300, 7], np.int32))
    image = vkitti2.instance_image(view)
    assert np.unique(image).tolist() == [0, 7]
    assert (image == 7).sum() == (view.passes.row == 2).sum()
    files = dict(vkitti2.VirtualKitti2().clip_files([frame.labels], slot))
    for name in ("bbox", "pose", "info"):
        rows = files[f"Scene05/clone/{name}.txt"].decode().splitlines()[1:]
        assert [row.split()[0 if name == "info" else 2] for row in rows] == ["6"]
