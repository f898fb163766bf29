"""Stage to glTF: what the camera sees at one frame, for any other renderer."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import trimesh
from PIL import Image
from trimesh.visual.material import PBRMaterial
from trimesh.visual.texture import TextureVisuals

from scenegen.errors import OutputError, ScenarioError
from scenegen.geometry import FloatArray
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.models.textures import TEXTURES, texture_layers
from scenegen.roads.build import build_network
from scenegen.scenario.loading import load_scenario
from scenegen.simulate.accepted import draw_scene
from scenegen.simulate.run import simulate
from scenegen.stage.build import build_stage
from scenegen.stage.stage import Stage

_TEXTURE_PX = 256
_GL_FROM_CV = np.diag([1.0, -1.0, -1.0, 1.0])  # glTF cameras look along -z with y up


def export_frame(source: str, seed: int, frame: int, output: Path, overrides: dict[str, str]) -> None:
    """Write one frame of a scenario's stage as binary glTF.

    Args:
        source: scenario file or library name.
        seed: seed of the sample.
        frame: frame whose poses to write.
        output: the .glb file.
        overrides: parameters to set, path to value.
    Raises:
        ScenarioError: the clip has no such frame.
        OutputError: the file can not be written.
    """
    if output.suffix != ".glb":
        raise OutputError(f"-o {output}: glTF binary files end in .glb; write {output.with_suffix('.glb').name}")
    scene = draw_scene(load_scenario(source), seed, overrides=overrides)
    network = build_network(scene.road)
    clip = simulate(scene, network)
    if not 0 <= frame < clip.frames:
        raise ScenarioError(f"--frame {frame}: the clip has frames 0 .. {clip.frames - 1}")
    stage = build_stage(clip, network)
    try:
        output.write_bytes(stage_glb(stage, frame))
    except OSError as error:
        raise OutputError(f"{output}: can not be written ({error.strerror})") from None


def stage_glb(stage: Stage, frame: int) -> bytes:
    """Give binary glTF of what the camera sees: world space (z up, metres), one node an object.

    A track's node carries its id as name, a static thing its own name; leaves are a second node `<name>.leaves` with a
    masked texture. Colours are per vertex and linear: material, tint and the mean of the texture.
    """
    scene = trimesh.Scene()
    rows = stage.rows_world(frame)
    seen = np.flatnonzero(is_in_view(stage, rows, frame))
    colours = _mean_colours()
    leaf_material = _leaf_material()
    for i in seen:
        mesh = stage.meshes[stage.instances.mesh[i]]
        first = int(stage.instances.first_row[i])
        points, normals = posed(mesh, rows[first : first + int(stage.instances.row_count[i])])
        object_id = int(stage.instances.object_id[i])
        name = str(object_id) if object_id else f"{stage.instances.names[i]}.{i}"
        is_leaf = np.array([material.alpha_tested for material in MATERIALS])[mesh.material][mesh.faces[:, 0]]
        paint = np.asarray(stage.instances.paint_linear[i])
        if not is_leaf.all():
            visual = trimesh.visual.ColorVisuals(vertex_colors=_vertex_colours(mesh, colours, paint))
            part = trimesh.Trimesh(points, mesh.faces[~is_leaf], vertex_normals=normals, visual=visual, process=False)
            part.remove_unreferenced_vertices()
            scene.add_geometry(part, node_name=name, geom_name=name)
        if is_leaf.any():
            visual = TextureVisuals(uv=mesh.uv, material=leaf_material)
            part = trimesh.Trimesh(points, mesh.faces[is_leaf], vertex_normals=normals, visual=visual, process=False)
            part.remove_unreferenced_vertices()
            scene.add_geometry(part, node_name=f"{name}.leaves", geom_name=f"{name}.leaves")
    _add_camera(scene, stage, frame)
    data: bytes = trimesh.exchange.gltf.export_glb(scene, include_normals=True)
    return data


def posed(mesh: Mesh, world_from_rest: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Give a mesh's points and normals in the world, (n, 3) float64, skinned by its rows (joints, 4, 4)."""
    blend = np.einsum(
        "nk,nkij->nij", mesh.weights.astype(float), world_from_rest[np.minimum(mesh.joints, len(world_from_rest) - 1)]
    )
    points = np.einsum("nij,nj->ni", blend[:, :3, :3], mesh.positions_m.astype(float)) + blend[:, :3, 3]
    normals = np.einsum("nij,nj->ni", blend[:, :3, :3], mesh.normals.astype(float))
    return points, normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)


def is_in_view(stage: Stage, rows: FloatArray, frame: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell for every instance whether its bounding sphere meets the camera's pyramid, and it is in the scene."""
    cam_from_world = np.linalg.inv(stage.camera_world(frame))
    centres, radii = [], []
    for mesh in stage.meshes:
        low, high = mesh.positions_m.min(axis=0), mesh.positions_m.max(axis=0)
        centres.append((low + high) / 2)
        radii.append(np.linalg.norm(high - low) / 2)
    mesh_of = stage.instances.mesh
    centre = np.array(centres)[mesh_of]
    radius = np.array(radii)[mesh_of] * np.where(stage.instances.is_skinned, 1.5, 1.0)
    poses = cam_from_world @ rows[stage.instances.first_row]
    c = np.einsum("nij,nj->ni", poses[:, :3, :3], centre) + poses[:, :3, 3]
    lens = stage.lens
    half_u = max(lens.cx_px + 0.5, lens.width_px - 0.5 - lens.cx_px) / lens.fx_px
    half_v = max(lens.cy_px + 0.5, lens.height_px - 0.5 - lens.cy_px) / lens.fy_px
    meets = c[:, 2] > -radius
    for axis, half in ((0, half_u), (1, half_v)):
        meets &= np.abs(c[:, axis]) - half * c[:, 2] < radius * np.hypot(1, half)
    alive = np.asarray(stage.row_alive(frame), bool)[stage.instances.first_row]
    return np.asarray(meets & alive, bool)


def _mean_colours() -> FloatArray:
    """Give every material's linear colour times the mean of its texture, (materials, 3)."""
    layers = texture_layers(_TEXTURE_PX)
    means = {name: ((layers[i, ..., :3] / 255.0) ** 2.2).mean(axis=(0, 1)) for i, name in enumerate(TEXTURES)}
    return np.array([np.asarray(m.colour_linear) * means.get(m.texture, 1.0) for m in MATERIALS])


def _vertex_colours(mesh: Mesh, colours: FloatArray, paint: FloatArray) -> FloatArray:
    takes_paint = np.array([material.takes_paint for material in MATERIALS])[mesh.material]
    linear = colours[mesh.material] * (mesh.tint[:, :3] / 255.0) ** 2.2
    linear = np.where(takes_paint[:, None], linear * paint, linear)
    rgba = np.ones((len(linear), 4))
    rgba[:, :3] = linear
    return np.round(np.clip(rgba, 0, 1) * 255).astype(np.uint8)


def _leaf_material() -> PBRMaterial:
    layer = texture_layers(_TEXTURE_PX)[TEXTURES.index("leaf")]
    return PBRMaterial(
        name="leaf",
        baseColorTexture=Image.fromarray(layer),
        alphaMode="MASK",
        alphaCutoff=0.45,
        doubleSided=True,
        metallicFactor=0.0,
        roughnessFactor=0.8,
    )


def _add_camera(scene: trimesh.Scene, stage: Stage, frame: int) -> None:
    lens = stage.lens
    scene.camera = trimesh.scene.Camera(
        name="camera", resolution=(lens.width_px, lens.height_px), focal=(lens.fx_px, lens.fy_px)
    )
    scene.camera_transform = stage.camera_world(frame) @ _GL_FROM_CV
