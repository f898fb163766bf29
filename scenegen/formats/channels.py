"""What a channel of a layout means: unit, sense, time base and order of axes, as `dataset.json` states them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from scenegen.formats.layout import Layout

NOW = "t"
"""Time base of what is measured at the frame's own instant."""
IMAGE = "rows from the top, columns from the left; whole numbers are pixel centres, (0, 0) the top left one"
CAM_Z = "z along the optical axis, not the length of the ray"
CAM = "cam: x right, y down, z forward"
BODY = "body: x forward, y left, z up"
WORLD = "world: x east, y north, z up"
FLOW = "u right, v down"
WLH = "width, length, height"


@dataclass(frozen=True)
class Channel:
    """One kind of file or field: in what unit, which way it counts and what its codes mean, at what time, along which axes."""

    unit: str
    sense: str
    time: str
    axes: str


def channels_of(layout: Layout) -> dict[str, dict[str, str]]:
    """Give the statement of a layout's channels as JSON data; empty for a third-party layout that makes none."""
    stated: Mapping[str, Channel] = getattr(layout, "channels", {})
    return {pattern: asdict(channel) for pattern, channel in stated.items()}
