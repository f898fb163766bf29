"""Labels as colours: depth, ids, flow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenegen.geometry import BoolArray, ByteArray

_NEAR_M, _FAR_M = 3.0, 200.0
_DEPTH_STOPS = np.array([[250, 250, 160], [250, 170, 60], [215, 70, 70], [140, 40, 115], [70, 20, 110], [15, 10, 45]], float)
_SKY = (135, 165, 190)
_UNKNOWN = (60, 60, 60)


def depth_colours(depth_m: npt.NDArray[np.floating]) -> ByteArray:
    """Paint depth on a logarithmic scale, bright near and dark far; sky is pale blue. (H, W) to (H, W, 3) uint8."""
    share = np.log(np.clip(depth_m, _NEAR_M, _FAR_M) / _NEAR_M) / np.log(_FAR_M / _NEAR_M)
    stops = np.linspace(0, 1, len(_DEPTH_STOPS))
    picture = np.stack([np.interp(share, stops, _DEPTH_STOPS[:, i]) for i in range(3)], axis=-1)
    picture[~np.isfinite(depth_m)] = _SKY
    painted: ByteArray = picture.astype(np.uint8)
    return painted


def id_colours(ids: npt.NDArray[np.integer]) -> ByteArray:
    """Paint every id in a colour of its own, 0 in dark grey; neighbouring ids differ much (golden-angle hues)."""
    table: ByteArray = np.array(
        [_UNKNOWN] + [_hue_colour(0.381966 * i, 0.75, 0.95) for i in range(1, int(ids.max()) + 1)], np.uint8
    )
    painted: ByteArray = table[ids]
    return painted


def flow_colours(flow_px: npt.NDArray[np.floating], is_known: BoolArray) -> ByteArray:
    """Paint flow: hue is direction, strength is length up to the 95th percentile; unknown is dark grey."""
    length = np.hypot(flow_px[..., 0], flow_px[..., 1])
    longest = max(float(np.percentile(length[is_known], 95)) if is_known.any() else 1.0, 1.0)
    hue = np.arctan2(-flow_px[..., 1], -flow_px[..., 0]) / (2 * np.pi) + 0.5
    strength = np.clip(length / longest, 0, 1)
    offsets = np.array([0.0, 2 / 3, 1 / 3])
    wheel = np.clip(np.abs((hue[..., None] + offsets) % 1.0 * 6 - 3) - 1, 0, 1)
    picture = 255 * (1 - strength[..., None] * (1 - wheel))
    picture[~is_known] = _UNKNOWN
    painted: ByteArray = picture.astype(np.uint8)
    return painted


def _hue_colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    wheel = np.clip(np.abs((hue + np.array([0.0, 2 / 3, 1 / 3])) % 1.0 * 6 - 3) - 1, 0, 1)
    red, green, blue = (255 * value * (1 - saturation * (1 - wheel))).astype(int)
    return int(red), int(green), int(blue)
