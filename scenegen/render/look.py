"""What a look must offer to make colour from the same stage and pixel grid as the labels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from scenegen.geometry import BoolArray, ByteArray, FloatArray, Pinhole
from scenegen.render.context import GL
from scenegen.render.geometry_pass import GBuffer, LeafMask
from scenegen.render.scene_buffers import SceneBuffers
from scenegen.render.transform_table import FramePoses
from scenegen.stage.stage import Stage


@dataclass(frozen=True, eq=False)
class LookScene:
    """What a look may use of a loaded stage; buffers, mask and layers are shared with the label passes.

    `texture_layers` (layers, size, size, 4) uint8 sRGB are `models.textures.texture_layers()`.
    """

    gl: GL
    stage: Stage
    buffers: SceneBuffers
    leaf_mask: LeafMask
    texture_layers: ByteArray


@dataclass(frozen=True, eq=False)
class Sight:
    """Where the rig looks from: the first camera's world_from_cam (4, 4), and whether others look elsewhere than it does."""

    world_from_cam: FloatArray
    is_all_round: bool


@dataclass(frozen=True, eq=False)
class LookFrame:
    """One frame for a look: the label pass's targets (texel = pixel), the poses around the frame, what is in view.

    While `shade` runs, the tables of this frame are bound (`SceneBuffers.set_poses`), so own draws can follow.
    `cam_from_row` (3, rows, 4, 4) at now, next, previous. `camera` numbers the rig's cameras; shadows are laid round
    `sight`, which all of them share.
    """

    frame: int
    camera: int
    sight: Sight
    lens: Pinhole
    gbuffer: GBuffer
    poses: FramePoses
    cam_from_row: FloatArray
    visible: BoolArray


class Look(Protocol):
    """Makes colour. `surface_shader` names a shader file with `surface_albedo` when the look wants albedo in the G-buffer."""

    surface_shader: str | None

    def load(self, scene: LookScene) -> None:
        """Get ready for a stage; called again for every new one."""
        ...

    def bind_surfaces(self) -> None:
        """Bind the textures and tables that `surface_shader` reads, before a geometry pass."""
        ...

    def shade(self, frame: LookFrame) -> None:
        """Draw the frame's colour on the device."""
        ...

    def read(self) -> ByteArray:
        """Give the colour last drawn, (H, W, 3) uint8 sRGB, an array of its own."""
        ...

    def close(self) -> None:
        """Give device memory back."""
        ...
