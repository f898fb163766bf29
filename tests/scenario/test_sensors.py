"""Cameras, rigs, lenses and scanners in the language: presets' geometry, paths of draws, YAML, and what is refused."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegen import BrownConrady, Camera, KannalaBrandt, Lidar, Rig, Scenario, ScenarioError, Uniform, choice
from scenegen.distortion import BrownConradyScene, KannalaBrandtScene
from scenegen.geometry import BODY_FROM_CAM, FloatArray, pose, rigid_inverse
from scenegen.scenario.parameters import params
from scenegen.scenario.sampling import sample
from scenegen.scenario.scene import CameraScene, Scene
from scenegen.scenario.scene_json import scene_from_dict, scene_to_dict
from scenegen.scenario.sensors import HDL_64, LIDARS, RIGS, VLP_32C
from scenegen.scenario.yaml_reader import read_yaml
from scenegen.scenario.yaml_writer import write_yaml
from scenegen.stage.build import body_from_camera, camera_lens

HEAD = "scenegen: 1\nname: x\n"
WRONG: Any = 3
NO_TABLE: Any = Uniform(0, 1)


def scene_of(seed: int = 0, overrides: dict[str, object] | None = None, **described: Any) -> Scene:
    return sample(Scenario(name="x", **described), seed, overrides=overrides)


def looks_along(camera: CameraScene) -> FloatArray:
    """Give the body-frame direction of the optical axis."""
    return body_from_camera(camera)[:3, 2]


def test_a_single_camera_is_called_front_and_keeps_its_paths() -> None:
    scenario = Scenario(name="x", camera=Camera(focal=Uniform(700, 800), yaw=Uniform(-5, 5)))
    scene = sample(scenario, 3)
    assert [camera.name for camera in scene.cameras] == ["front"]
    assert {draw.path for draw in scene.draws} == {"camera.focal", "camera.yaw", "traffic.headway"}
    assert scene.camera.yaw_deg == next(draw.value for draw in scene.draws if draw.path == "camera.yaw")
    assert scene.lidars == ()


def test_kitti_stereo_has_its_second_camera_54_cm_along_the_first_ones_x() -> None:
    left, right = scene_of(camera=Rig.kitti_stereo()).cameras
    assert (left.name, right.name) == ("left", "right")
    left_from_right = rigid_inverse(body_from_camera(left)) @ body_from_camera(right)
    expected = np.eye(4)
    expected[0, 3] = 0.54
    assert np.abs(left_from_right - expected).max() < 1e-15
    assert (left.width, left.height, left.focal) == (right.width, right.height, right.focal) == (1242, 375, 721.5)


def test_surround_6_looks_where_nuscenes_looks() -> None:
    scene = scene_of(camera=Rig.surround_6())
    names = ["front", "front_right", "front_left", "back", "back_left", "back_right"]
    assert [camera.name for camera in scene.cameras] == names
    for camera, yaw in zip(scene.cameras, (0, -55, 55, 180, 110, -110), strict=True):
        along = looks_along(camera)
        assert np.allclose(along, [np.cos(np.radians(yaw)), np.sin(np.radians(yaw)), 0.0], atol=1e-12), camera.name
        half = np.degrees(np.arctan(camera_lens(camera).width_px / 2 / camera.focal))
        assert abs(2 * half - (110 if camera.name == "back" else 70)) < 0.05  # focal lengths are given to 0.1 px
        assert (camera.width, camera.height) == (1600, 900)
        # It looks outwards from where it stands, to its own side
        assert camera.mount_y * along[1] >= 0


def test_mono_is_the_plain_camera() -> None:
    assert scene_of(camera=Rig.mono()).cameras == scene_of().cameras


def test_a_fisheye_of_the_rig_sees_95_degrees_to_its_side() -> None:
    from scenegen.distortion import ray_at

    for camera in scene_of(camera=Rig.fisheye_4()).cameras:
        lens = camera_lens(camera)
        side = ray_at(np.array([lens.width_px - 0.5, lens.cy_px]), lens, camera.distortion)
        assert abs(np.degrees(np.arctan2(side[0], side[2])) - 95.0) < 0.1  # the focal length is given to a pixel


def test_hdl64_hangs_where_kittis_calibration_says() -> None:
    scene = scene_of(lidar=Lidar.hdl64(noise=0.02, drop_out=0.05))
    (lidar,) = scene.lidars
    body_from_lidar = pose(lidar.mount_x, lidar.mount_y, lidar.mount_z)
    cam_from_lidar = rigid_inverse(body_from_camera(scene.camera)) @ body_from_lidar
    kittis = rigid_inverse(BODY_FROM_CAM)
    kittis[:3, 3] = (0.0, -0.08, -0.27)  # 8 cm above the camera and 27 cm behind it
    assert np.abs(cam_from_lidar - kittis).max() < 1e-12
    assert (lidar.noise, lidar.drop_out, lidar.columns, lidar.name) == (0.02, 0.05, 2083, "lidar")


def test_the_beams_are_the_makers() -> None:
    assert (len(HDL_64), HDL_64[0], HDL_64[31], HDL_64[32], HDL_64[-1]) == (64, 2.0, -8.33, -8.83, -24.33)
    steps = -np.diff(HDL_64)
    assert np.allclose(steps[:31], 1 / 3, atol=2e-4)
    assert np.allclose(steps[31:], 0.5)
    assert (len(VLP_32C), VLP_32C[0], VLP_32C[-1]) == (32, 15.0, -25.0)
    assert sum(-4.0 <= beam <= 1.667 for beam in VLP_32C) == 18  # a third of a degree apart round the horizon
    assert scene_of(lidar=Lidar.vlp32()).lidars[0].elevations_deg == VLP_32C


def test_draws_of_a_rig_go_by_the_cameras_name() -> None:
    rig = Rig(a=Camera(pitch=Uniform(-1, 1), distortion=BrownConrady(k1=Uniform(-0.1, 0.0))), b=Camera(pitch=Uniform(-1, 1)))
    scene = scene_of(camera=rig, lidar=Lidar(noise=Uniform(0, 0.1)))
    drawn = {draw.path: draw.value for draw in scene.draws}
    assert drawn.keys() == {"camera.a.pitch", "camera.a.distortion.k1", "camera.b.pitch", "lidar.noise", "traffic.headway"}
    lens = scene.cameras[0].distortion
    assert isinstance(lens, BrownConradyScene)
    assert lens.k1 == drawn["camera.a.distortion.k1"]
    assert scene.cameras[0].pitch_deg != scene.cameras[1].pitch_deg
    # A camera more, or another order, moves no draw
    other = scene_of(camera=Rig(b=rig.cameras[1][1], c=Camera(pitch=Uniform(-1, 1)), a=rig.cameras[0][1]))
    assert {draw.path: draw.value for draw in other.draws}.items() >= {
        p: v for p, v in drawn.items() if p != "lidar.noise"
    }.items()


def test_every_field_of_a_camera_and_a_scanner_reaches_the_scene() -> None:
    """Each field, set apart from its default, changes its own number of the scene and no other."""
    scenario = Scenario(name="x", camera=Rig(front=Camera(distortion=BrownConrady())), lidar=Lidar())
    values: dict[str, object] = {"width": 800, "height": 300, "focal": 800.0, "mount_z": 2.0, "columns": 90}
    values |= {"most_range": 90.0, "elevations": "3,2,1"}
    paths = [row.path for row in params(scenario) if row.path.startswith(("camera", "lidar"))]
    values |= {"look": "kitti", "exposure_time": 0.001, "auto_exposure": False, "motion_blur": True, "jpeg_quality": 50}
    assert len(paths) == 20 + 5 + 9
    plain = scene_to_dict(sample(scenario, 0))
    for path in paths:
        word = path.split(".")[-1]
        after = scene_to_dict(sample(scenario, 0, overrides={path: values.get(word, 0.04)}))
        room = "cameras" if path.startswith("camera") else "lidars"
        before_record, record = plain[room][0], after[room][0]
        if ".distortion." in path:
            before_record, record = before_record["distortion"], record["distortion"]
        if word in before_record.get("picture", {}):
            before_record, record = before_record["picture"], record["picture"]
        changed = [name for name in record if record[name] != before_record[name]]
        if word == "look":  # which sets the other fields too
            assert {"look", "exposure_time", "vignette"} <= set(changed)
            continue
        assert changed in ([word], [f"{word}_deg"]), path


def test_values_are_set_by_path() -> None:
    overrides: dict[str, object] = {"camera.left.width": "640", "camera.right.mount_y": "-60 cm"}
    scene = scene_of(camera=Rig.kitti_stereo(), overrides=overrides)
    assert (scene.cameras[0].width, scene.cameras[1].mount_y) == (640, -0.6)
    with pytest.raises(
        ScenarioError, match=r"camera\.lefft\.width: there is no such parameter in x; did you mean 'camera\.left\.width'"
    ):
        scene_of(camera=Rig.kitti_stereo(), overrides={"camera.lefft.width": 1})


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Rig(), "a rig needs a camera"),
        (lambda: Rig(**{"a b": Camera()}), "'a b' is not a name"),
        (lambda: Rig(**{"": Camera()}), "'' is not a name"),
        (lambda: Rig(**{"x" * 33: Camera()}), "is not a name"),
        (lambda: Rig(width=Camera()), "camera.width: this word has another meaning there"),
        (lambda: Rig(rig=Camera()), "camera.rig: this word has another meaning there"),
        (lambda: Rig(left=Camera(), Left=Camera()), "two cameras have this name but for capitals"),
        (lambda: Rig(width=WRONG), r"camera\.width: 3 is not a Camera; did you mean 'width'\?"),
        (lambda: Scenario(name="x", camera=Rig(left=Camera(focal=1.0))), r"camera\.left\.focal: 1 px is below the limit of 10"),
        (lambda: Scenario(name="x", camera=Camera(yaw=270.0)), r"camera\.yaw: 270 deg is above the limit of 180"),
        (lambda: Scenario(name="x", camera=Camera(distortion=WRONG)), "3 is not one of BrownConrady, KannalaBrandt"),
        (lambda: Scenario(name="x", camera=WRONG), "camera: .* is not one of Camera, Rig"),
        (lambda: Scenario(name="x", lidar=Lidar(elevations=(1.0, 2.0))), "2 follows 1, and each must be below"),
        (lambda: Scenario(name="x", lidar=Lidar(elevations=())), r"lidar\.elevations: \(\) is not some numbers"),
        (lambda: Scenario(name="x", lidar=Lidar(elevations=(91.0,))), r"lidar\.elevations: 91 deg is above the limit of 90"),
        (lambda: Scenario(name="x", lidar=Lidar(elevations=NO_TABLE)), "elevations: wanted a plain value"),
        (lambda: Scenario(name="x", lidar=Lidar(drop_out=5.0)), r"drop_out: 5 is above the limit of 1 .*did you mean 0\.5"),
    ],
)  # fmt: skip
def test_what_can_not_be_a_sensor_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ScenarioError, match=message):
        make()


def test_a_lens_that_folds_is_refused_by_its_path() -> None:
    strong = Camera(focal=500.0, distortion=BrownConrady(k1=-0.4))
    with pytest.raises(ScenarioError, match=r"^camera\.distortion: k1=-0\.4 folds the picture over"):
        scene_of(camera=strong)
    with pytest.raises(ScenarioError, match=r"^camera\.right\.distortion: k1=-0\.4 folds the picture over"):
        scene_of(camera=Rig(left=Camera(), right=strong))
    assert isinstance(scene_of(camera=replace(strong, focal=1200.0)).camera.distortion, BrownConradyScene)


laws = st.sampled_from([0.0, 0.01, Uniform(0.0, 0.02), choice(0.01, 0.02)])
lenses = st.one_of(
    st.none(), st.builds(BrownConrady, k1=laws, k2=laws, p1=laws, p2=laws, k3=laws), st.builds(KannalaBrandt, k1=laws, k4=laws)
)
cameras = st.builds(Camera, width=st.integers(64, 2000), mount_y=laws, yaw=st.floats(-180, 180), roll=laws, distortion=lenses)
rigs = st.dictionaries(st.from_regex(r"[a-z][a-z0-9]{0,4}_[a-z]", fullmatch=True), cameras, min_size=1, max_size=4)
scanners = (
    st.none() | st.builds(Lidar, noise=laws, drop_out=laws, columns=st.integers(1, 3000)) | st.builds(Lidar.vlp32, noise=laws)
)


@settings(max_examples=60, deadline=None)
@given(
    cameras | rigs.filter(lambda rig: not rig.keys() & {"mount_x", "mount_y", "mount_z"}).map(lambda rig: Rig(**rig)), scanners
)
def test_what_is_written_reads_back_equal_with_equal_draws(camera: Camera | Rig, lidar: Lidar | None) -> None:
    scenario = Scenario(name="x", camera=camera, lidar=lidar)
    back = read_yaml(write_yaml(scenario), "written")
    assert back == scenario
    scene = sample(back, 1)
    assert scene == sample(scenario, 1)
    assert scene_from_dict(json.loads(json.dumps(scene_to_dict(scene)))) == scene


@pytest.mark.parametrize("name", RIGS)
def test_a_rig_by_its_name_in_yaml(name: str) -> None:
    scenario = read_yaml(f"{HEAD}camera: {{rig: {name}}}", "f")
    assert scenario.camera == RIGS[name]()
    assert f"rig: {name}" in write_yaml(scenario)


@pytest.mark.parametrize("name", LIDARS)
def test_a_scanner_by_its_name_in_yaml(name: str) -> None:
    scenario = read_yaml(f"{HEAD}lidar: {{preset: {name}, noise: 2 cm, drop_out: {{uniform: [0, 0.1]}}}}", "f")
    assert scenario.lidar == LIDARS[name](noise=0.02, drop_out=Uniform(0, 0.1))
    assert f"preset: {name}" in write_yaml(scenario)
    assert len(write_yaml(scenario)) < 200


def test_cameras_by_name_in_yaml() -> None:
    text = (
        HEAD + "camera:\n  left: {}\n  right: {mount_y: -54 cm, distortion: {brown_conrady: {k1: {uniform: [-0.3, -0.2]}}}}\n"
    )
    right = Camera(mount_y=-0.54, distortion=BrownConrady(k1=Uniform(-0.3, -0.2)))
    assert read_yaml(text, "f").camera == Rig(left=Camera(), right=right)
    assert read_yaml(HEAD + "lidar: {elevations: [3, 2 deg, -1/2], columns: 7}", "f").lidar == Lidar(
        elevations=(3.0, 2.0, -0.5), columns=7
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("camera: {rig: kiti_stereo}", "f:3:15: camera.rig: there is no rig 'kiti_stereo' (there are mono, kitti_stereo, "
         "surround_6, fisheye_4); did you mean 'kitti_stereo'?"),
        ("camera: {rig: mono, width: 640}", "f:3:21: camera: `rig` stands alone; set values by --set camera.NAME.FIELD=..., "
         "or name each camera"),
        ("camera: {widht: 640}", "f:3:10: camera has no 'widht'; did you mean 'width'?"),
        ("camera: {widht: {uniform: [1, 2]}}", "f:3:10: camera has no 'widht'; did you mean 'width'?"),
        ("camera: {left: {focl: 9}}", "f:3:17: camera.left has no 'focl'; did you mean 'focal'?"),
        ("camera: {left: {}, right: 3}", "f:3:27: camera.right: expected a mapping {field: value}"),
        ("camera: {left: {}, Left: {}}", "f:3:9: camera.left: two cameras have this name but for capitals; their folders would "
         "fall together"),
        ("camera: {distortion: {brown: {k1: 1}}}", "f:3:23: expected one of brown_conrady, kannala_brandt, got 'brown'; "
         "did you mean 'brown_conrady'?"),
        ("camera: {left: {distortion: {kannala_brandt: {k5: 1}}}}",
         "f:3:47: camera.left.distortion has no 'k5'; did you mean 'k4'?"),
        ("lidar: {preset: hdl}",
         "f:3:17: lidar.preset: there is no lidar 'hdl' (there are hdl64, vlp32); did you mean 'hdl64'?"),
        ("lidar: {preset: hdl64, nois: 1}", "f:3:24: lidar has no 'nois'; did you mean 'noise'?"),
        ("lidar: {elevations: [1, 2]}",
         "f:3:21: lidar.elevations: 2 follows 1, and each must be below the one before; sort them"),
        ("lidar: {elevations: 3}", "f:3:21: lidar.elevations: expected a list [a, b, ...]"),
    ],
)  # fmt: skip
def test_mistakes_in_yaml_name_line_and_nearest(text: str, message: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_yaml(HEAD + text, "f")
    assert str(caught.value) == message


def test_a_scene_with_lenses_and_a_scanner_goes_through_json() -> None:
    fisheye = Camera(distortion=KannalaBrandt(k1=0.01))
    scene = scene_of(camera=Rig(a=fisheye, b=Camera(distortion=BrownConrady(k3=0.1)), c=Camera()), lidar=Lidar.vlp32())
    back = scene_from_dict(json.loads(json.dumps(scene_to_dict(scene))))
    assert back == scene
    assert [type(camera.distortion) for camera in back.cameras] == [KannalaBrandtScene, BrownConradyScene, type(None)]
    assert [field.name for field in fields(KannalaBrandtScene)] == ["k1", "k2", "k3", "k4"]
