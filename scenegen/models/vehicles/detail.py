"""How much of a vehicle is built at each level of detail."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Detail:
    """One level: triangles of half the shell before imprinting, tolerance of imprinted outlines, segments of round parts."""

    shell_triangles: int
    outline_m: float
    wheel_segments: int
    blob_segments: int
    has_gaps: bool
    has_small_parts: bool


DETAILS = (
    Detail(shell_triangles=2600, outline_m=0.0008, wheel_segments=32, blob_segments=6, has_gaps=True, has_small_parts=True),
    Detail(shell_triangles=800, outline_m=0.003, wheel_segments=20, blob_segments=4, has_gaps=False, has_small_parts=True),
    Detail(shell_triangles=260, outline_m=0.012, wheel_segments=12, blob_segments=2, has_gaps=False, has_small_parts=False),
)
LOD_DISTANCE_M = (0.0, 12.0, 35.0)
