"""What a camera makes of light, by name; every field that a person gives replaces that of the look."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from scenegen.scenario.scene import CameraLook, PictureScene
from scenegen.scenario.values import Values

CAMERA_LOOKS: dict[CameraLook, PictureScene] = {
    "default": PictureScene(),
    "kitti": PictureScene(look="kitti", exposure_time=0.002, motion_blur=True, vignette=0.25, softness=0.56, fringe=0.5),
    "clean": PictureScene(
        look="clean", auto_exposure=False, noise=0.0, bloom=0.0, flare=0.0, vignette=0.0, softness=0.0,
        fringe=0.0,
    ),
}  # fmt: skip
"""Presets. KITTI's shutter was never open for longer than 2 ms (Geiger et al. 2013, section II). Blur costs a fifth of a frame
in software, so the default look leaves it to who asks for it."""


def picture_scene(at: Values) -> PictureScene:
    """Give how a camera makes pictures, from the values below it."""
    look = CAMERA_LOOKS[cast(CameraLook, at.text("look"))]
    names = [field.name for field in dataclasses.fields(PictureScene) if field.name != "look"]
    given: dict[str, Any] = {name: at.like(name, getattr(look, name)) for name in names if at.is_given(name)}
    return dataclasses.replace(look, **given)
