"""The look `pyrender`: the same stage through pyrender's forward renderer, a simple picture and an independent check.

`pyrender_reference` gives colour, depth and object ids of a frame without any of this package's GL code. Guards against
pyrender 0.1.45: every visible thing is a listed node of the id pass (an unlisted one would stop hiding things), ids travel
as three bytes each below 256, the image centre is moved by half a pixel (pyrender counts from the pixel's edge), there is one
light (the fifth of a kind would be dropped silently), and `numpy.infty` is lent to it where numpy 2 has none.

What it leaves out: leaf cards are whole, not cut out (their ids say so); textures are their mean colours; the sky is one
colour; nothing mirrors or glows; shadows end 80 m before the camera. Its bytes are the same on the same driver and threads.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from scenegen.errors import RenderError
from scenegen.geometry import ByteArray, Float32Array, FloatArray, IntArray, rigid_inverse
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.render.context import GL
from scenegen.render.look import LookFrame, LookScene
from scenegen.render.sky import Sky, bake_sky
from scenegen.render.tone import expose, srgb_response
from scenegen.stage.stage import Stage

NEAR_M, FAR_M = 0.1, 6000.0
SLICES_M = (NEAR_M, 3.0, 60.0, FAR_M)
"""The id pass is drawn once per slice of depth: pyrender's depth buffer has 24 bits with 1/z spacing, so its error is about
z / near * 6e-8 of z; with these slices below 7 ppm everywhere (one pass from 0.1 m to 6 km would err by 60 ppm at 100 m)."""
SHADOW_HALF_M = 40.0
"""Half the side of the square before the camera that the shadow map covers; its texels are 4 cm wide."""
MAX_NODES = 256**3 - 2
UNKNOWN_ID = -1
"""Object id where a leaf card covers the pixel: pyrender's id pass does not cut cards out, so what is seen there is unknown."""
_GLCAM_FROM_CAM = np.diag([1.0, -1.0, -1.0, 1.0])
_CUT_OUT = np.array([material.alpha_tested for material in MATERIALS])


class Reference(NamedTuple):
    """`rgb` (H, W, 3) uint8 sRGB; `depth_m` (H, W) float32 along the axis, 0 = nothing; `object_id` (H, W) int32."""

    rgb: ByteArray
    depth_m: Float32Array
    object_id: IntArray


class _Part(NamedTuple):
    """A part of an instance as pyrender draws it: a node, its owner's object id, whether it is made of leaf cards."""

    node: Any
    object_id: int
    is_card: bool


class PyrenderScene:
    """Draws frames of one stage with pyrender."""

    def __init__(self, stage: Stage, *, has_shadows: bool = True) -> None:
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
        try:
            import pyrender
        except ImportError as error:  # its viewer wants a screen's libraries even when no window is opened
            raise RenderError(f"pyrender can not be loaded ({error}); run: apt-get install libgl1 libglu1-mesa") from error

        self._pyrender, self._stage, self._has_shadows = pyrender, stage, has_shadows
        self._camera = stage.cameras[0]
        try:
            self._offscreen: Any = pyrender.OffscreenRenderer(stage.lens.width_px, stage.lens.height_px)
        except Exception as error:  # PyOpenGL raises whatever the driver answers
            raise RenderError(f"pyrender found no GL without a screen ({error}); use --look raster or none") from error
        self._texture_colour = _mean_colours(texture_layers(64))
        self.sky: Sky = bake_sky(stage.light, stage.weather)
        exposure = expose(self.sky, stage.light, stage.weather)
        self._gain, self._curve = exposure.gain, exposure.curve
        self._shared: dict[tuple[int, bytes, bool], Any] = {}

    def draw(self, frame: int, camera: int = 0) -> Reference:
        """Draw colour, depth and ids of a frame as one of the stage's cameras sees it."""
        self._camera = self._stage.cameras[camera]
        self._offscreen.viewport_width, self._offscreen.viewport_height = (
            self._camera.lens.width_px,
            self._camera.lens.height_px,
        )
        with _infty_for_numpy_2():
            scene, parts = self._scene(frame)
            rgb = self._colour(scene)
            depth, index = self._depth_and_index(scene, parts)
        ids = np.array([0, *(UNKNOWN_ID if part.is_card else part.object_id for part in parts)], np.int32)
        return Reference(rgb, depth, ids[index])

    def close(self) -> None:
        """Give the context back; pyrender's own `delete` would also end every other context on the display."""
        if self._offscreen is None:
            return
        platform = self._offscreen._platform
        platform.make_current()
        self._offscreen._renderer.delete()
        from OpenGL.EGL import eglDestroyContext

        eglDestroyContext(platform._egl_display, platform._egl_context)
        platform._egl_context = platform._egl_display = None
        self._offscreen._platform = self._offscreen._renderer = None
        self._offscreen = None

    def _scene(self, frame: int) -> tuple[Any, list[_Part]]:
        """Build the frame's scene in camera axes, so that pyrender's float32 never sees a world coordinate."""
        stage, instances = self._stage, self._stage.instances
        scene = _near_scene(self._pyrender)(bg_color=[0.0, 0.0, 0.0, 1.0], ambient_light=self._ambient())
        cam_from_row = rigid_inverse(np.asarray(self._camera.world(frame))) @ np.asarray(stage.rows_world(frame))
        alive = np.asarray(stage.row_alive(frame), np.bool_)
        parts: list[_Part] = []
        for i, mesh_index in enumerate(instances.mesh):
            first, count = int(instances.first_row[i]), int(instances.row_count[i])
            if not alive[first]:
                continue
            rows = _GLCAM_FROM_CAM @ cam_from_row[first : first + count]
            for is_card in (False, True):
                made = self._node(int(mesh_index), rows, instances.paint_linear[i], is_card=is_card)
                if made is not None:
                    scene.add_node(made)
                    parts.append(_Part(made, int(instances.object_id[i]), is_card))
        if len(parts) > MAX_NODES:
            raise RenderError(f"{len(parts)} things are more than the {MAX_NODES} ids that three bytes hold")
        scene.add(self._sun_light(), pose=self._sun_pose(np.asarray(self._camera.world(frame))))
        return scene, parts

    def _node(self, mesh_index: int, rows: FloatArray, paint: FloatArray, *, is_card: bool) -> Any | None:
        """Give a node for the solid or the cut-out faces of an instance, None when it has none."""
        mesh = self._stage.meshes[mesh_index]
        if len(rows) > 1:
            made = self._mesh(mesh, _posed(mesh, rows), paint, is_card=is_card)
            return None if made is None else self._pyrender.Node(mesh=made)
        key = (mesh_index, np.asarray(paint).tobytes(), is_card)
        if key not in self._shared:
            posed = (mesh.positions_m.astype(np.float64), mesh.normals.astype(np.float64))
            self._shared[key] = self._mesh(mesh, posed, paint, is_card=is_card)
        made = self._shared[key]
        return None if made is None else self._pyrender.Node(mesh=made, matrix=rows[0])

    def _mesh(self, mesh: Mesh, posed: tuple[FloatArray, FloatArray], paint: FloatArray, *, is_card: bool) -> Any | None:
        """Make a pyrender mesh of one primitive, coloured by vertex, unwelded and unsorted."""
        chosen = mesh.faces[_CUT_OUT[mesh.material[mesh.faces[:, 0]]] == is_card]
        if not len(chosen):
            return None
        material = self._pyrender.MetallicRoughnessMaterial(
            baseColorFactor=[1.0, 1.0, 1.0, 1.0], metallicFactor=0.0, roughnessFactor=0.85, doubleSided=is_card
        )
        primitive = self._pyrender.Primitive(
            positions=posed[0].astype(np.float32), normals=posed[1].astype(np.float32), indices=chosen.astype(np.uint32),
            color_0=self._vertex_colours(mesh, paint), material=material, mode=4,
        )  # fmt: skip
        return self._pyrender.Mesh([primitive])

    def _vertex_colours(self, mesh: Mesh, paint: FloatArray) -> Float32Array:
        """Give linear RGBA (n, 4): material, mean of its texture, tint, paint."""
        base = np.array([m.colour_linear for m in MATERIALS])[mesh.material]
        takes_paint = np.array([m.takes_paint for m in MATERIALS])[mesh.material]
        base[takes_paint] = paint
        layer = np.array([TEXTURES.index(m.texture) if m.texture else len(TEXTURES) for m in MATERIALS])[mesh.material]
        colours = np.ones((len(base), 4), np.float32)
        colours[:, :3] = base * self._texture_colour[layer] * (mesh.tint[:, :3] / 255.0) ** 2.2
        return colours

    def _ambient(self) -> FloatArray:
        """Give pyrender's ambient light: the even part of the sky, exposed."""
        return np.asarray(self.sky.ambient_sh[0] * 0.282095 * np.pi * self._gain)

    def _sun_light(self) -> Any:
        beam = self.sky.sun_klx * self._gain
        strength = max(float(beam.max()), 1e-6)
        return self._pyrender.DirectionalLight(color=beam / strength, intensity=strength * np.pi)

    def _sun_pose(self, world_from_cam: FloatArray) -> FloatArray:
        """Give the pose of a light that shines along its -z, in pyrender's camera axes."""
        back = _GLCAM_FROM_CAM[:3, :3] @ world_from_cam[:3, :3].T @ self.sky.towards_sun
        side = np.cross([0.0, 1.0, 0.0] if abs(back[1]) < 0.9 else [1.0, 0.0, 0.0], back)
        side /= np.linalg.norm(side)
        light = np.eye(4)
        light[:3, :3] = np.stack([side, np.cross(back, side), back], axis=1)
        return light

    def _with_camera(self, scene: Any, near_m: float, far_m: float) -> Any:
        """Put the only camera into the scene; pyrender counts its centre from the edge of the first pixel."""
        lens = self._camera.lens
        camera = self._pyrender.IntrinsicsCamera(
            lens.fx_px, lens.fy_px, lens.cx_px + 0.5, lens.cy_px + 0.5, znear=near_m, zfar=far_m
        )
        return scene.add(camera, pose=np.eye(4))

    def _colour(self, scene: Any) -> ByteArray:
        """Draw colour with sun and shadows, sky put behind, through the same camera response as the look `raster`."""
        flags = self._pyrender.RenderFlags.SHADOWS_DIRECTIONAL if self._has_shadows else self._pyrender.RenderFlags.NONE
        camera = self._with_camera(scene, NEAR_M, FAR_M)
        stored, depth = self._offscreen.render(scene, flags=flags)
        scene.remove_node(camera)
        light = (stored[..., :3].astype(np.float64) / 255.0) ** 2.2
        light[depth == 0] = self.sky.horizon[0] * np.pi * self._gain
        return np.asarray(np.round(srgb_response(light, self._curve) * 255), np.uint8)

    def _depth_and_index(self, scene: Any, parts: list[_Part]) -> tuple[Float32Array, IntArray]:
        """Draw the id pass slice by slice, near to far; the first slice that holds a surface wins."""
        colours = {part.node: (k & 255, (k >> 8) & 255, k >> 16) for k, part in enumerate(parts, start=1)}
        depth: Float32Array | None = None
        index: IntArray | None = None
        for near_m, far_m in pairwise(SLICES_M):
            camera = self._with_camera(scene, near_m, far_m)
            code, slice_depth = self._offscreen.render(scene, self._pyrender.RenderFlags.SEG, colours)
            scene.remove_node(camera)
            number = code.astype(np.int32) @ np.array([1, 256, 65536], np.int32)
            if depth is None or index is None:
                depth, index = np.array(slice_depth, np.float32), number
                continue
            is_new = (index == 0) & (number > 0)
            depth[is_new], index[is_new] = slice_depth[is_new], number[is_new]
        if depth is None or index is None:
            raise RenderError("no slice of depth was drawn")
        depth[index == 0] = 0.0
        return depth, index


class PyrenderLook:
    """Fulfils `look.Look` with `PyrenderScene`; pyrender's context and the labels' own take turns."""

    surface_shader: str | None = None

    def __init__(self) -> None:
        self._scene: PyrenderScene | None = None
        self._gl: GL | None = None
        self._rgb: ByteArray | None = None

    def load(self, scene: LookScene) -> None:
        """Get ready for a stage."""
        self._gl = scene.gl
        with _own_context_after(scene.gl):
            if self._scene is not None:
                self._scene.close()
            self._scene = PyrenderScene(scene.stage)

    def bind_surfaces(self) -> None:
        """Bind nothing: pyrender keeps its own."""

    def shade(self, frame: LookFrame) -> None:
        """Draw a frame's colour."""
        if self._scene is None or self._gl is None:
            raise ValueError("load a stage before shading")
        with _own_context_after(self._gl):
            self._rgb = self._scene.draw(frame.frame, frame.camera).rgb

    def read(self) -> ByteArray:
        """Give the colour last drawn."""
        if self._rgb is None:
            raise ValueError("shade a frame before reading it")
        return self._rgb

    def close(self) -> None:
        """Give pyrender's context back."""
        if self._scene is not None and self._gl is not None:
            with _own_context_after(self._gl):
                self._scene.close()
            self._scene = None


def pyrender_reference(stage: Stage, frame: int) -> Reference:
    """Draw one frame with pyrender alone: colour, depth, object ids.

    Args:
        stage: any stage; its lens says the picture's size.
        frame: -1 .. frames.
    Returns:
        Depth is exact to about 7 ppm; ids are `UNKNOWN_ID` where a leaf card covers the pixel.
    Raises:
        RenderError: no GL for pyrender.
    """
    scene = PyrenderScene(stage)
    try:
        return scene.draw(frame)
    finally:
        scene.close()


def _near_scene(pyrender: Any) -> Any:
    """Give a kind of `pyrender.Scene` whose shadow map covers the street before the camera.

    pyrender stretches its one map over everything there is, where a car's shadow is smaller than a texel.
    """

    class NearScene(pyrender.Scene):  # type: ignore[misc]
        @property
        def centroid(self) -> FloatArray:
            """Middle of the shadow map, in pyrender's camera axes."""
            return np.array([0.0, 0.0, -SHADOW_HALF_M])

        @property
        def scale(self) -> float:
            """Half the side of the shadow map, metres."""
            return SHADOW_HALF_M

    return NearScene


@contextmanager
def _own_context_after(gl: GL) -> Iterator[None]:
    """Make the labels' context current again when pyrender is done."""
    try:
        yield
    finally:
        gl.make_current()


@contextmanager
def _infty_for_numpy_2() -> Iterator[None]:
    """Lend numpy the name `infty`, which pyrender's bounds use and numpy 2 dropped; take it back after."""
    if hasattr(np, "infty"):
        yield
        return
    np.infty = np.inf  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del np.infty  # type: ignore[attr-defined]


def _posed(mesh: Mesh, rows: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give positions and normals moved by their joints' poses (joints, 4, 4), in float64."""
    points = np.zeros((len(mesh.positions_m), 3))
    normals = np.zeros_like(points)
    for k in range(4):
        weight = mesh.weights[:, k, None].astype(np.float64)
        if not weight.any():
            continue
        pose = rows[np.minimum(mesh.joints[:, k], len(rows) - 1)]
        points += weight * (np.einsum("nij,nj->ni", pose[:, :3, :3], mesh.positions_m.astype(np.float64)) + pose[:, :3, 3])
        normals += weight * np.einsum("nij,nj->ni", pose[:, :3, :3], mesh.normals.astype(np.float64))
    length = np.linalg.norm(normals, axis=1, keepdims=True)
    return points, normals / np.maximum(length, 1e-12)


def _mean_colours(layers: ByteArray) -> FloatArray:
    """Give the mean linear colour of each texture layer where it is opaque, and white for none, (layers + 1, 3)."""
    opaque = (layers[..., 3:] > 114).astype(np.float64)
    linear = (layers[..., :3] / 255.0) ** 2.2
    mean = (linear * opaque).sum((1, 2)) / np.maximum(opaque.sum((1, 2)), 1.0)
    return np.concatenate([mean, np.ones((1, 3))])
