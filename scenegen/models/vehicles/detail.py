"""How much of a vehicle is built at each level of detail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """One level: triangles of half the shell before imprinting, tolerance of imprinted outlines and of thinning afterwards,
    segments of round parts, the edge of the cells whose vertices become one (0: none), and the bend above which
    faces do not share a normal (None: normals of the smooth form).
    """

    shell_triangles: int
    outline_m: float
    form_m: float
    wheel_segments: int
    blob_segments: int
    has_gaps: bool
    has_small_parts: bool
    cell_m: float = 0.0
    crease_rad: float | None = None


DETAILS = (
    Detail(
        shell_triangles=1600, outline_m=0.0015, form_m=0.0014, wheel_segments=24,
        blob_segments=6, has_gaps=True, has_small_parts=True
    ),
    Detail(
        shell_triangles=700, outline_m=0.004, form_m=0.003, wheel_segments=16,
        blob_segments=4, has_gaps=False, has_small_parts=True, crease_rad=0.6
    ),
    Detail(
        shell_triangles=260, outline_m=0.022, form_m=0.01, wheel_segments=12,
        blob_segments=2, has_gaps=False, has_small_parts=False, crease_rad=0.6
    ),
    Detail(
        shell_triangles=260, outline_m=0.03, form_m=0.02, wheel_segments=8,
        blob_segments=2, has_gaps=False, has_small_parts=False, cell_m=0.16
    ),
)  # fmt: skip
"""From fine to coarse; no cabin at any level because the panes are opaque."""
LOD_DISTANCE_M = (0.0, 5.5, 16.0, 42.0)
"""The coarsest level is for cars whose details are smaller than a pixel of a 1242 px wide image."""
