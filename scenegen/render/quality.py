"""What each quality of the look `raster` costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
