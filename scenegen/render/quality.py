"""What each quality of the look `raster` costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scenegen.geometry import Pinhole

Quality = Literal["draft", "standard", "high"]


@dataclass(frozen=True)
class QualityPlan:
    """What each quality costs: samples per pixel side, shadow map side, cascades that hold what moves, the share of
    a cascade's half width by which it steps over the world, occlusion taps and stride, one-tap shadows."""

    samples: int
    shadow_px: int
    moving_cascades: int
    shadow_step: float
    ao_taps: int
    ao_stride: int
    is_draft: bool


PLANS: dict[Quality, QualityPlan] = {
    "draft": QualityPlan(1, shadow_px=512, moving_cascades=2, shadow_step=0.5, ao_taps=4, ao_stride=4, is_draft=True),
    "standard": QualityPlan(1, shadow_px=1024, moving_cascades=3, shadow_step=0.25, ao_taps=8, ao_stride=2, is_draft=False),
    "high": QualityPlan(2, shadow_px=2048, moving_cascades=3, shadow_step=0.25, ao_taps=12, ao_stride=2, is_draft=False),
}

SMALL_PX = 160_000
"""Pixels of a picture below which two samples a side cost no more than a whole picture of KITTI's at one."""


def samples_of(plan: QualityPlan, size_px: tuple[int, int]) -> int:
    """Give the colour samples per pixel side: small pictures get two, as their pixels span gaps and window rims whole."""
    is_small = size_px[0] * size_px[1] < SMALL_PX and not plan.is_draft
    return max(plan.samples, 2) if is_small else plan.samples


def doubled(lens: Pinhole) -> Pinhole:
    """Give the lens of the same view with twice the pixels along both sides: pixel centres lie on quarter pixels."""
    return Pinhole(
        2 * lens.width_px, 2 * lens.height_px, 2 * lens.fx_px, 2 * lens.fy_px, 2 * lens.cx_px + 0.5, 2 * lens.cy_px + 0.5
    )
