"""Cameras and scanners of one sample: the drawn numbers in concrete records, and lenses refused that can not be."""

from __future__ import annotations

from collections.abc import Iterable

from scenegen.distortion import refuse_fold
from scenegen.geometry import Pinhole
from scenegen.scenario.camera_looks import picture_scene
from scenegen.scenario.records import Scenario
from scenegen.scenario.scene import BrownConradyScene, CameraScene, DistortionScene, KannalaBrandtScene, LidarScene
from scenegen.scenario.sensors import FRONT, BrownConrady, Camera, Distortion, Rig
from scenegen.scenario.values import Values


def cameras(scenario: Scenario, at: Values) -> tuple[CameraScene, ...]:
    """Give the cameras of a sample, in the rig's order.

    Args:
        scenario: gives the names and which lens each camera has.
        at: the values below `camera`.
    Raises:
        ScenarioError: a lens folds its picture over.
    """
    described = scenario.camera
    if isinstance(described, Rig):
        found = tuple(_camera(name, camera, at.below(name)) for name, camera in described.cameras)
    else:
        found = (_camera(FRONT, described, at),)
    refuse_folds(found, is_rig=isinstance(described, Rig))
    return found


def refuse_folds(found: Iterable[CameraScene], *, is_rig: bool) -> None:
    """Refuse cameras whose lens shows one direction twice, or none in some pixels.

    Raises:
        ScenarioError: a lens folds its picture over; names the camera and the focal length that serves.
    """
    for camera in found:
        lens = Pinhole.centred(width_px=camera.width, height_px=camera.height, focal_px=camera.focal)
        refuse_fold(lens, camera.distortion, place=f"camera.{camera.name}.distortion" if is_rig else "camera.distortion")


def lidars(scenario: Scenario, at: Values) -> tuple[LidarScene, ...]:
    """Give the scanner of a sample, or none.

    Args:
        scenario: tells whether there is one.
        at: the values below `lidar`.
    """
    if scenario.lidar is None:
        return ()
    return (
        LidarScene(
            name="lidar",
            elevations_deg=at.numbers("elevations"),
            columns=at.whole("columns"),
            least_range=at.real("least_range"),
            most_range=at.real("most_range"),
            mount_x=at.real("mount_x"),
            mount_y=at.real("mount_y"),
            mount_z=at.real("mount_z"),
            noise=at.real("noise"),
            drop_out=at.real("drop_out"),
        ),
    )


def _camera(name: str, camera: Camera, at: Values) -> CameraScene:
    return CameraScene(
        width=at.whole("width"),
        height=at.whole("height"),
        focal=at.real("focal"),
        mount_x=at.real("mount_x"),
        mount_y=at.real("mount_y"),
        mount_z=at.real("mount_z"),
        pitch_deg=at.real("pitch"),
        name=name,
        yaw_deg=at.real("yaw"),
        roll_deg=at.real("roll"),
        distortion=_distortion(camera.distortion, at.below("distortion")) if camera.distortion else None,
        picture=picture_scene(at),
    )


def _distortion(lens: Distortion, at: Values) -> DistortionScene:
    if isinstance(lens, BrownConrady):
        return BrownConradyScene(at.real("k1"), at.real("k2"), at.real("p1"), at.real("p2"), at.real("k3"))
    return KannalaBrandtScene(at.real("k1"), at.real("k2"), at.real("k3"), at.real("k4"))
