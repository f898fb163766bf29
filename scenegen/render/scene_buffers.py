"""`SceneBuffers`: all meshes of a stage in one vertex buffer, drawn by a handful of indirect calls.

Three pipelines: `opaque` (rigid), `leaf` (rigid, cut out by the leaf mask), `skinned`. Any program that reads the
attributes of `shaders/transform.glsl` can draw from the same buffers through `vertex_array` and `draw`.
"""

from __future__ import annotations

from typing import Any, Literal

import moderngl
import numpy as np

from scenegen.geometry import BoolArray, FloatArray, IntArray, Pinhole, rigid_inverse
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.render.bounds import PosedBounds
from scenegen.render.context import GL, NEAR_M
from scenegen.render.passes import U32Array
from scenegen.render.transform_table import FramePoses, vertex_table
from scenegen.stage.stage import Stage

Kind = Literal["opaque", "leaf", "skinned"]
KINDS: tuple[Kind, ...] = ("opaque", "leaf", "skinned")

ROW_TABLE, PAINTS, ROW_LAMPS, ROW_MOTION, MATERIAL_TABLE = 0, 1, 2, 3, 4
"""Bindings of the storage buffers that shaders read."""

GROUND_RADIUS_M, FAR_AWAY_M = 30.0, 1e4
"""What is wider than the first is ground or a row of houses: drawn after everything else."""

_ATTRIBUTES = (
    ("position_m", "3f", 12), ("normal", "3f", 12), ("uv", "2f", 8), ("tint", "4f1", 4),
    ("joints", "4u2", 8), ("weights", "4f", 16), ("surface", "2u1", 2), ("", "2x", 2),
)  # fmt: skip
_VERTEX = np.dtype(
    [("position_m", "f4", 3), ("normal", "f4", 3), ("uv", "f4", 2), ("tint", "u1", 4),
     ("joints", "u2", 4), ("weights", "f4", 4), ("surface", "u1", 2), ("pad", "u1", 2)]
)  # fmt: skip


class SceneBuffers:
    """The vertex, index, instance and table buffers of the stage that is loaded; they only grow, so memory stays flat."""

    def __init__(self, gl: GL) -> None:
        self.gl = gl
        self._buffers: dict[str, Any] = {}
        self.generation = 0
        """Counts the stages loaded; vertex arrays of an older generation must be made anew."""

    def load(self, stage: Stage) -> None:
        """Bring the meshes and instances of a stage to the device."""
        instances = stage.instances
        last = instances.first_row + instances.row_count
        if len(last) and (instances.first_row.min() < 1 or last.max() > stage.rows):
            raise ValueError(f"instances must use rows 1..{stage.rows - 1}; row 0 is the world and the sky")
        faces, spans = _face_spans(stage.meshes)
        self._put("vertices", _vertices(stage.meshes))
        self._put("faces", faces)
        index = np.arange(len(instances.mesh), dtype=np.uint32)
        self._put("instances", np.stack([instances.first_row.astype(np.uint32), index], axis=1))
        paints = np.zeros((len(index), 4), np.float32)
        paints[:, :3] = instances.paint_linear
        self._put("paints", paints)
        self._commands = _draw_commands(spans, instances.mesh, np.asarray(instances.is_skinned))
        self.first_row = instances.first_row
        self.bounds = PosedBounds(stage.meshes, instances)
        self._distance_m: FloatArray = np.zeros(len(index))
        self.stage = stage
        self.generation += 1

    def _put(self, name: str, data: np.ndarray[Any, Any], *, is_read_late: bool = False) -> Any:
        """Write an array to the named buffer, growing it where it is too small.

        What fragment stages read is read late: llvmpipe may still be shading the frame before with what was written for it.
        """
        data = np.ascontiguousarray(data)
        buffer = self._buffers.get(name)
        if buffer is None or buffer.size < data.nbytes:
            if buffer is not None:
                buffer.release()
            buffer = self._buffers[name] = self.gl.ctx.buffer(reserve=max(64, data.nbytes * 5 // 4), dynamic=True)
        if data.nbytes:
            if is_read_late:
                buffer.orphan()
            buffer.write(data)
        return buffer

    def set_poses(self, poses: FramePoses, cam_from_row: FloatArray) -> None:
        """Write the tables of a frame and bind them for drawing; what is near is drawn first, so it hides the rest early."""
        centres_m, radii_m = self.spheres(poses.world_from_row[0])
        away_m = np.linalg.norm(centres_m - poses.world_from_cam[0][:3, 3], axis=1)
        self._distance_m = away_m + np.where(radii_m > GROUND_RADIUS_M, FAR_AWAY_M, 0.0)
        self._put("row_table", vertex_table(cam_from_row)).bind_to_storage_buffer(ROW_TABLE)
        self._put("row_lamps", poses.lamps.astype(np.uint32), is_read_late=True).bind_to_storage_buffer(ROW_LAMPS)
        self._buffers["paints"].bind_to_storage_buffer(PAINTS)

    def vertex_array(self, program: Any, kind: Kind) -> Any:
        """Connect a program to the buffers; attributes that it does not read are skipped."""
        used = [(name, form, size) for name, form, size in _ATTRIBUTES]
        form = " ".join(f if name and name in program else f"{size}x" for name, f, size in used)
        names = [name for name, _, _ in used if name and name in program]
        content = [(self._buffers["vertices"], form, *names)]
        if "instance" in program:
            content.append((self._buffers["instances"], "2u/i", "instance"))
        return self.gl.ctx.vertex_array(program, content, self._buffers["faces"])

    def draw(self, vertex_array: Any, kind: Kind, chosen: BoolArray) -> None:
        """Draw the chosen instances ((n,) bool) of one pipeline in one indirect call."""
        commands, owner = self._commands[kind]
        drawn = np.flatnonzero(chosen[owner])
        picked = commands[drawn[np.argsort(self._distance_m[owner[drawn]], kind="stable")]]
        if len(picked):
            buffer = self._put(f"commands_{kind}", picked)
            vertex_array.render_indirect(buffer, moderngl.TRIANGLES, count=len(picked))

    def has(self, kind: Kind) -> bool:
        """Tell whether any instance uses a pipeline."""
        return len(self._commands[kind][0]) > 0

    def spheres(self, world_from_row: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Give bounding spheres of all instances for poses (rows, 4, 4): world centres (n, 3) and radii (n,) in metres."""
        return self.bounds.spheres(world_from_row)

    def visible(self, poses: FramePoses, lens: Pinhole) -> BoolArray:
        """Choose the instances that are present and whose sphere meets the view of a camera, (n,) bool."""
        centres_m, radii_m = self.spheres(poses.world_from_row[0])
        alive = np.asarray(poses.alive[self.first_row], np.bool_)
        return alive & in_view(centres_m, radii_m, poses.world_from_cam[0], lens)


def in_view(centres_m: FloatArray, radii_m: FloatArray, world_from_cam: FloatArray, lens: Pinhole) -> BoolArray:
    """Tell which spheres (n, 3), (n,) in the world meet the viewing frustum of a camera."""
    cam_from_world = rigid_inverse(world_from_cam)
    cam = centres_m @ cam_from_world[:3, :3].T + cam_from_world[:3, 3]
    left, right = (lens.cx_px + 0.5) / lens.fx_px, (lens.width_px - 0.5 - lens.cx_px) / lens.fx_px
    top, bottom = (lens.cy_px + 0.5) / lens.fy_px, (lens.height_px - 0.5 - lens.cy_px) / lens.fy_px
    sides = np.array([[1.0, 0.0, left], [-1.0, 0.0, right], [0.0, 1.0, top], [0.0, -1.0, bottom]])
    sides /= np.linalg.norm(sides, axis=1, keepdims=True)
    return np.asarray((cam @ sides.T >= -radii_m[:, None]).all(axis=1) & (cam[:, 2] > NEAR_M - radii_m))


def _vertices(meshes: tuple[Mesh, ...]) -> np.ndarray[Any, Any]:
    """Give the vertices of all meshes in the device's format."""
    out = np.zeros(sum(len(m.positions_m) for m in meshes), _VERTEX)
    start = 0
    for mesh in meshes:
        part = out[start : start + len(mesh.positions_m)]
        for name in ("position_m", "normal", "uv", "tint", "joints", "weights"):
            source = {"position_m": "positions_m", "normal": "normals"}.get(name, name)
            part[name] = getattr(mesh, source)
        part["surface"][:, 0], part["surface"][:, 1] = mesh.material, mesh.part
        start += len(part)
    return out


def _face_spans(meshes: tuple[Mesh, ...]) -> tuple[U32Array, IntArray]:
    """Give all faces, each mesh's solid ones before its cut-out ones, and (meshes, 4): first, solid, cut-out indices, base."""
    cut_out = np.array([m.alpha_tested for m in MATERIALS])
    parts, spans, first, base = [], [], 0, 0
    for mesh in meshes:
        is_leaf = cut_out[mesh.material[mesh.faces[:, 0]]]
        parts += [mesh.faces[~is_leaf], mesh.faces[is_leaf]]
        leaves = 3 * int(is_leaf.sum())
        spans.append((first, 3 * len(mesh.faces) - leaves, leaves, base))
        first += 3 * len(mesh.faces)
        base += len(mesh.positions_m)
    faces = np.concatenate(parts) if parts else np.zeros((0, 3), np.int32)
    return faces.astype(np.uint32), np.array(spans, np.int32).reshape(-1, 4)


def _draw_commands(spans: IntArray, mesh: IntArray, is_skinned: BoolArray) -> dict[Kind, tuple[U32Array, IntArray]]:
    """Give for each pipeline the indirect commands (n, 5) and the instance that owns each."""
    first, solid, leaves, base = spans[mesh].T.astype(np.uint32) if len(mesh) else np.zeros((4, 0), np.uint32)
    index = np.arange(len(mesh), dtype=np.uint32)
    one = np.ones(len(mesh), np.uint32)
    layouts: dict[Kind, tuple[Any, Any, BoolArray]] = {
        "opaque": (solid, first, ~is_skinned & (solid > 0)),
        "leaf": (leaves, first + solid, ~is_skinned & (leaves > 0)),
        "skinned": (solid + leaves, first, is_skinned & (solid + leaves > 0)),
    }
    return {
        kind: (np.stack([count, one, start, base, index], axis=1)[own], index[own].astype(np.int32))
        for kind, (count, start, own) in layouts.items()
    }
