"""From a field to triangles: marching cubes near the surface only, then fewer triangles level by level."""

from __future__ import annotations

import fast_simplification
import numpy as np
from scipy.spatial import cKDTree
from skimage.measure import marching_cubes

from scenegen.geometry import Float32Array, FloatArray, IntArray
from scenegen.models.mesh import Mesh
from scenegen.models.people.fields import Field

COARSE = 3  # cells of the first grid per cell of the second, which is exact only near the surface
SLOPE_STEP_M = 0.004  # step of the gradient; finer shows the voxels, coarser rounds cuffs away


def polygonise(field: Field, low_m: FloatArray, high_m: FloatArray, *, voxel_m: float) -> tuple[Float32Array, IntArray]:
    """Mesh the surface of a field inside a box.

    Args:
        field: negative inside; its surface must lie within the box.
        low_m: (3,) least corner of the box.
        high_m: (3,) greatest corner.
        voxel_m: edge of a grid cell.
    Returns:
        Vertices (n, 3) float32 and faces (m, 3) int32, counter-clockwise seen from outside.
    Source:
        Lorensen and Cline 1987, as scikit-image has it.
    """
    counts = np.ceil((high_m - low_m) / (voxel_m * COARSE)).astype(int) + 1
    axes = [(low_m[i] + voxel_m * COARSE * np.arange(counts[i])).astype(np.float32) for i in range(3)]
    corners = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")])
    coarse = field(corners).reshape(counts)

    # Fill the fine grid by interpolation, then put true distances where the surface can be.
    grid = coarse
    for axis in range(3):
        grid = _filled(grid, axis)
    near = np.nonzero(np.abs(grid) < voxel_m * COARSE * 1.3)
    points = np.stack([(low_m[i] + voxel_m * near[i]).astype(np.float32) for i in range(3)])
    grid[near] = field(points)
    vertices, faces, _, _ = marching_cubes(np.pad(grid, 1, constant_values=0.05), 0.0, gradient_direction="descent")
    return ((vertices - 1.0) * voxel_m + low_m).astype(np.float32), np.ascontiguousarray(faces, np.int32)


def _filled(grid: Float32Array, axis: int) -> Float32Array:
    """Put COARSE - 1 linear steps between the samples of a grid along one axis."""
    rows = np.moveaxis(grid, axis, 0)
    fine = np.empty(((len(rows) - 1) * COARSE + 1, *rows.shape[1:]), np.float32)
    for step in range(COARSE):
        share = np.float32(step / COARSE)
        fine[step:-1:COARSE] = rows[:-1] * (1 - share) + rows[1:] * share
    fine[-1] = rows[-1]
    return np.moveaxis(fine, 0, axis)


def simplify(vertices: Float32Array, faces: IntArray, triangles: int) -> tuple[Float32Array, IntArray]:
    """Bring a mesh down to about so many triangles by quadric edge collapse."""
    if len(faces) <= triangles:
        return vertices, faces
    fewer, kept = fast_simplification.simplify(vertices, faces, target_count=triangles, agg=4)
    return np.asarray(fewer, np.float32), np.asarray(kept, np.int32)


def thinned(mesh: Mesh, triangles: int, *, eagerness: int = 4) -> Mesh:
    """Give a mesh with about so many triangles; all but the form is copied from the nearest vertex."""
    points, faces = fast_simplification.simplify(
        mesh.positions_m.copy(), mesh.faces.copy(), target_count=triangles, agg=eagerness
    )  # fmt: skip
    nearest = np.asarray(cKDTree(mesh.positions_m).query(points)[1])
    kept = {name: getattr(mesh, name)[nearest] for name in ("normals", "uv", "tint", "material", "part", "joints", "weights")}
    return Mesh(positions_m=points.astype(np.float32), faces=faces.astype(np.int32), **kept)


def slopes(field: Field, vertices: Float32Array) -> Float32Array:
    """Give unit normals (n, 3) from the field's own gradient, smooth at any number of triangles.

    Source:
        Four samples on a tetrahedron: Quilez, "Normals for an SDF", 2015.
    """
    points = np.ascontiguousarray(vertices.T)
    normals = np.zeros_like(points)
    for corner in ((1, -1, -1), (-1, -1, 1), (-1, 1, -1), (1, 1, 1)):
        direction = np.array(corner, np.float32)[:, None]
        normals += direction * field(points + direction * np.float32(SLOPE_STEP_M))
    return np.ascontiguousarray((normals / (np.sqrt((normals * normals).sum(0)) + 1e-9)).T)
