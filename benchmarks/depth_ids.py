"""Depth and ids against two independent renderers: float64 rays, and pyrender.

Proves: of the pixels off one-pixel silhouettes (eight neighbours of the same row and part) at least 99.9 % agree in object
id, row and part, and at least 99.9 % of their depths lie within 20 ppm.

Against the ray caster (`ray_caster.py`, leaves cut out by the same picture) every pixel counts too: rays are cast again 1/64 px
to each side; a pixel whose row and part one of them meets, and whose depth lies between theirs, is on an edge or a grazing
face within a few steps of the rasteriser's grid (llvmpipe snaps corners to 1/256 px), and what is left is off. The caster
itself is checked against trimesh's ray tests on rays drawn through the picture (`--trimesh-rays`, leaves left out, since
trimesh does not cut them out).

Against pyrender, pixels are left out where it or the ray caster shows a leaf card: its id pass neither cuts cards out nor draws
their backs.

    python benchmarks/depth_ids.py
    python benchmarks/depth_ids.py --size 621x187 --frames 1
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections.abc import Iterator

import numpy as np
import trimesh
from ray_caster import Hits, cast, posed_faces
from report import Figure, at_least, at_most, say, say_machine
from scenes import DAYLIGHT, scene_of, stage_of

from scenegen.geometry import BoolArray, FloatArray, IntArray, pixel_rays
from scenegen.render.look_pyrender import UNKNOWN_ID, pyrender_reference
from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer
from scenegen.stage.stage import Stage
from scenegen.truth.labels import row_tables
from scenegen.truth.proofs import is_inside

SCENARIOS: dict[str, dict[str, str]] = {"jaywalker_dart_out": DAYLIGHT, "residential_street": {}}
AGREE, DEPTH_PPM = 0.999, 20.0
GRID_PX = 1 / 64
OFF_SHARE = 1e-4


def depth_ppm(passes: Passes, depth_m: FloatArray) -> FloatArray:
    """Give how far the renderer's depth is from another's in parts per million; 0 where both are sky, inf where one is."""
    z_m = passes.z_m.astype(np.float64)
    is_surface, is_hit = z_m > 0, np.isfinite(depth_m)
    ppm = np.where(is_surface == is_hit, 0.0, np.inf)
    both = is_surface & is_hit
    ppm[both] = np.abs(z_m[both] / depth_m[both] - 1) * 1e6
    return ppm


def agrees(passes: Passes, hits: Hits) -> BoolArray:
    """Tell where row, part and depth are the same."""
    same: BoolArray = (passes.row == hits.row) & (passes.part == hits.part) & (depth_ppm(passes, hits.depth_m) <= DEPTH_PPM)
    return same


def shifted(stage: Stage, du_px: float, dv_px: float) -> Stage:
    """Give the stage as seen through pixels moved by part of a pixel."""
    lens = dataclasses.replace(stage.lens, cx_px=stage.lens.cx_px - du_px, cy_px=stage.lens.cy_px - dv_px)
    return dataclasses.replace(stage, lens=lens)


def against_rays(stage: Stage, passes: Passes) -> Iterator[Figure]:
    """Compare a frame with float64 rays."""
    hits = cast(stage, passes.frame)
    row_object, _ = row_tables(stage)
    surface = hits.row * 256 + hits.part
    inside = is_inside(surface.astype(np.int32))
    ids_agree = (row_object[passes.row] == hits.object_id) & (passes.row == hits.row) & (passes.part == hits.part)
    ppm = depth_ppm(passes, hits.depth_m)
    yield Figure("pixels off one-pixel silhouettes", f"{int(inside.sum()):,}")
    yield at_least("  object id, row and part agree", float(ids_agree[inside].mean()), AGREE, "", ".6f")
    yield at_least(f"  depth within {DEPTH_PPM:g} ppm", float((ppm <= DEPTH_PPM)[inside].mean()), AGREE, "", ".6f")
    yield Figure("  depth error, 99.9 %", f"{np.percentile(ppm[inside & np.isfinite(ppm)], 99.9):.2f} ppm")
    yield Figure("all pixels, silhouettes too: all agree", f"{float(agrees(passes, hits).mean()):.6f}")
    off = ~lies_between(stage, passes, hits)
    yield at_most(f"  off, also with rays {GRID_PX:g} px to each side", float(off.mean()), OFF_SHARE, "", ".1e")


def lies_between(stage: Stage, passes: Passes, hits: Hits) -> BoolArray:
    """Tell where the renderer's pixel lies between what rays through and close to its centre meet: same row and part, depth."""
    low, high = hits.depth_m.copy(), hits.depth_m.copy()
    is_met = np.zeros(low.shape, np.bool_)
    moves = ((-GRID_PX, -GRID_PX), (GRID_PX, -GRID_PX), (-GRID_PX, GRID_PX), (GRID_PX, GRID_PX))
    for near in (hits, *(cast(shifted(stage, du, dv), passes.frame) for du, dv in moves)):
        is_same = (passes.row == near.row) & (passes.part == near.part)
        is_met |= is_same
        low[is_same] = np.minimum(low, near.depth_m)[is_same]
        high[is_same] = np.maximum(high, near.depth_m)[is_same]
    z_m = np.where(passes.z_m > 0, passes.z_m.astype(np.float64), np.inf)
    slack = DEPTH_PPM * 1e-6
    lies: BoolArray = is_met & (z_m >= low * (1 - slack)) & (z_m <= high * (1 + slack))
    return lies


def against_trimesh(stage: Stage, frame: int, rays: int) -> Iterator[Figure]:
    """Check the caster by trimesh's own ray tests on rays through the picture, leaves left out."""
    hits = cast(stage, frame, has_leaves=False)
    height, width = hits.depth_m.shape
    at = np.unique(np.linspace(0, height * width - 1, rays).round().astype(np.int64))
    directions = pixel_rays(stage.lens).reshape(-1, 3)[at]
    triangles = posed_faces(stage, frame)
    mesh = trimesh.Trimesh(triangles.reshape(-1, 3), np.arange(3 * len(triangles)).reshape(-1, 3), process=False)
    places, ray, face = mesh.ray.intersects_location(np.zeros_like(directions), directions, multiple_hits=True)
    away = np.einsum("ni,ni->n", mesh.face_normals[face], directions[ray]) < 0  # back faces are not drawn
    nearest = np.full(len(at), np.inf)
    np.minimum.at(nearest, ray[away & (places[:, 2] > 0.1)], places[away & (places[:, 2] > 0.1), 2])
    mine = hits.depth_m.ravel()[at]
    with np.errstate(invalid="ignore"):
        same = (np.abs(nearest - mine) <= 1e-6 * mine) | (np.isinf(nearest) & np.isinf(mine))
    yield at_least(f"caster and trimesh agree within 1 ppm, {len(at)} rays", float(same.mean()), AGREE, "", ".5f")


def against_pyrender(stage: Stage, passes: Passes) -> Iterator[Figure]:
    """Compare a frame with pyrender's depth and ids, where it shows no leaf card and neither does the renderer."""
    reference = pyrender_reference(stage, passes.frame)
    row_object, _ = row_tables(stage)
    ids = row_object[passes.row]
    depth_m = np.where(reference.depth_m > 0, reference.depth_m.astype(np.float64), np.inf)
    known = (reference.object_id != UNKNOWN_ID) & ~cast(stage, passes.frame).is_leaf
    inside = known & off_edges(passes, ids, known)
    ppm = depth_ppm(passes, depth_m)
    yield Figure("pixels off one-pixel silhouettes, no leaf card near", f"{int(inside.sum()):,}")
    yield at_least("  object id agrees", float((ids == reference.object_id)[inside].mean()), AGREE, "", ".6f")
    yield at_least(f"  depth within {DEPTH_PPM:g} ppm", float((ppm <= DEPTH_PPM)[inside].mean()), AGREE, "", ".6f")
    yield Figure("  depth error, 99.9 %", f"{np.percentile(ppm[inside & np.isfinite(ppm)], 99.9):.2f} ppm")


def off_edges(passes: Passes, ids: IntArray, known: BoolArray) -> BoolArray:
    """Give pixels whose eight neighbours show the same row, part and object, and no unknown id."""
    surface = (passes.row.astype(np.int64) * 256 + passes.part) * 2 + known
    return is_inside(surface.astype(np.int32)) & is_inside(ids)


def main() -> int:
    """Measure and print; exit code 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--size", default="1242x375")
    parser.add_argument("--frames", type=int, default=2, help="frames of each scenario")
    parser.add_argument("--trimesh-rays", type=int, default=2000, help="rays that check the caster; 0 leaves it out")
    options = parser.parse_args()
    width, height = (int(side) for side in options.size.split("x"))
    holds = True
    with Renderer(look="none") as renderer:
        say_machine(renderer.device)
        for name, overrides in SCENARIOS.items():
            _, stage = stage_of(scene_of(name, size_px=(width, height), overrides=overrides))
            for frame in np.linspace(0, stage.frames - 1, options.frames + 1)[1:].round().astype(int).tolist():
                renderer.load(stage)
                passes = renderer.render(frame)
                holds &= say(against_rays(stage, passes), f"{name} frame {frame}: float64 rays")
                holds &= say(against_pyrender(stage, passes), f"{name} frame {frame}: pyrender")
            if options.trimesh_rays:
                holds &= say(against_trimesh(stage, frame, options.trimesh_rays), f"{name} frame {frame}: trimesh")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
