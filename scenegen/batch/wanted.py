"""What the chosen layouts want of a rig, together: of which cameras labels and pictures, and whether sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.formats.layout import Cameras, Layout
from scenegen.scenario.scene import Scene
from scenegen.stage.build import body_from_camera, camera_lens
from scenegen.truth.frame import Eye
from scenegen.truth.stereo import rectified_partner


@dataclass(frozen=True)
class Wanted:
    """Names of the cameras to label and to take pictures with, in the rig's order; whether scanners turn; whether key points,
    joints, lines and drivable area are worked out."""

    labels: tuple[str, ...]
    pictures: tuple[str, ...]
    sweeps: bool
    details: bool


def rig_of(scene: Scene) -> tuple[Eye, ...]:
    """Give the cameras of a scene, in its order, as they are on the ego: poses in its body frame."""
    return tuple(Eye(camera.name, camera_lens(camera), body_from_camera(camera), camera.distortion) for camera in scene.cameras)


def wanted_of(cameras: Sequence[Eye], chosen: Sequence[Layout]) -> Wanted:
    """Join the wants of layouts for a rig.

    Raises:
        ScenarioError: a layout wants labels of a camera whose lens bends the image, and its files can not say so.
    """
    labels: set[str] = set()
    pictures: set[str] = set()
    for layout in chosen:
        seen = _named(cameras, layout.wants.labels) | _named(cameras, layout.wants.pictures)
        bent = [camera.name for camera in cameras if camera.name in seen and camera.distortion is not None]
        if bent and not layout.wants.holds_distortion:
            raise ScenarioError(
                f"--formats {layout.name}: its files hold pinhole cameras only, and the lens of {bent[0]!r} bends the image; "
                "leave the layout out, or the camera's distortion"
            )
        labels |= _named(cameras, layout.wants.labels)
        pictures |= _named(cameras, layout.wants.pictures)
    names = [camera.name for camera in cameras]
    return Wanted(
        tuple(name for name in names if name in labels),
        tuple(name for name in names if name in pictures),
        any(layout.wants.sweeps for layout in chosen),
        any(layout.wants.details for layout in chosen),
    )


def _named(cameras: Sequence[Eye], which: Cameras) -> set[str]:
    """Give the names of the cameras that a word stands for."""
    if which == "all":
        return {camera.name for camera in cameras}
    names = {cameras[0].name}
    if which == "stereo":
        partner = rectified_partner(cameras[0], cameras)
        names |= {partner.name} if partner else set()
    return names
