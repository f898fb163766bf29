"""What the chosen layouts want of a rig, together: of which cameras labels and pictures, and whether sweeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.formats.layout import Cameras, Layout
from scenegen.stage.stage import StageCamera
from scenegen.truth.labeller import eye_at
from scenegen.truth.stereo import rectified_partner


@dataclass(frozen=True)
class Wanted:
    """Names of the cameras to label and to take pictures with, in the rig's order, and whether scanners turn."""

    labels: tuple[str, ...]
    pictures: tuple[str, ...]
    sweeps: bool


def wanted_of(cameras: Sequence[StageCamera], chosen: Sequence[Layout]) -> Wanted:
    """Join the wants of layouts.

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
    )


def _named(cameras: Sequence[StageCamera], which: Cameras) -> set[str]:
    """Give the names of the cameras that a word stands for."""
    if which == "all":
        return {camera.name for camera in cameras}
    names = {cameras[0].name}
    if which == "stereo":
        eyes = [eye_at(camera, 0) for camera in cameras]
        partner = rectified_partner(eyes[0], eyes)
        names |= {partner.name} if partner else set()
    return names
