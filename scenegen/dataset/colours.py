"""Labels as colours: depth and disparity, ids, segments with outlines, regions, normals, flow on Middlebury's wheel."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.truth.regions import HIDDEN_NEXT, NON_RIGID_MOVER, OUT_NEXT, RIGID_MOVER, SKY, STATIC, THIN

_NEAR_M, _FAR_M = 3.0, 200.0
_SKY_COLOUR = (135, 165, 190)
_UNKNOWN = (60, 60, 60)
_OUTLINE = (255, 255, 255)

# Powers 0 to 6 of the share, for red, green and blue. Source: fit to matplotlib's magma (CC0) by Zucker 2019 (CC0).
_MAGMA = np.array([
    (-0.002136485053939582, -0.000749655052795221, -0.005386127855323933),
    (0.2516605407371642, 0.6775232436837668, 2.494026599312351),
    (8.353717279216625, -3.577719514958484, 0.3144679030132573),
    (-27.66873308576866, 14.26473078096533, -13.64921318813922),
    (52.17613981234068, -27.94360607168351, 12.94416944238394),
    (-50.76852536473588, 29.04658282127291, 4.23415299384598),
    (18.65570506591883, -11.48977351997711, -5.601961508734096),
])  # fmt: skip

_WHEEL_STEPS = {"red to yellow": 15, "yellow to green": 6, "green to cyan": 4, "cyan to blue": 11, "blue to magenta": 13,
                "magenta to red": 6}  # fmt: skip
"""Steps between the corners of the wheel that Middlebury paints flow with: Baker et al. 2011, section 4."""

REGION_COLOURS: dict[int, tuple[int, int, int]] = {
    SKY: (150, 180, 205), STATIC: (120, 120, 120), RIGID_MOVER: (60, 110, 220), NON_RIGID_MOVER: (220, 60, 70),
}  # fmt: skip
_LOST_SHADE = 0.45  # of the colour of what is hidden or out of the image at the next frame
_OUT_TINT, _THIN_COLOUR = (255, 200, 60), (90, 230, 120)


_RING = (45, 60, 75)
_LOW_M, _HIGH_M = -1.8, 2.5  # heights from the scanner between which points get brighter


def perceptual(share: npt.NDArray[np.floating]) -> ByteArray:
    """Paint shares 0 .. 1 from black over purple to pale yellow in even steps of lightness, (...) to (..., 3) uint8."""
    powers = np.clip(share, 0, 1)[..., None] ** np.arange(len(_MAGMA))
    painted: ByteArray = (255 * np.clip(powers @ _MAGMA, 0, 1) + 0.5).astype(np.uint8)
    return painted


def depth_colours(depth_m: npt.NDArray[np.floating]) -> ByteArray:
    """Paint depth on a logarithmic scale, bright near and dark far; sky is pale blue. (H, W) to (H, W, 3) uint8."""
    share = np.log(np.clip(depth_m, _NEAR_M, _FAR_M) / _NEAR_M) / np.log(_FAR_M / _NEAR_M)
    picture = perceptual(1 - share)
    picture[~np.isfinite(depth_m)] = _SKY_COLOUR
    return picture


def disparity_colours(disparity_px: npt.NDArray[np.floating]) -> ByteArray:
    """Paint disparity, bright for much, on a logarithmic scale from 1 px to the largest; 0, which is unknown, is pale blue."""
    largest = max(float(disparity_px.max(initial=0.0)), 2.0)
    picture = perceptual(np.log(np.clip(disparity_px, 1.0, largest)) / np.log(largest))
    picture[disparity_px <= 0] = _SKY_COLOUR
    return picture


def normal_colours(normal_cam: npt.NDArray[np.floating]) -> ByteArray:
    """Paint unit normals: red to the right, green up, blue towards the camera; (0, 0, 0), the sky, is pale blue."""
    picture: ByteArray = np.round(127.5 * (1 + normal_cam * (1, -1, -1))).astype(np.uint8)
    picture[(normal_cam == 0).all(axis=-1)] = _SKY_COLOUR
    return picture


def id_colours(ids: npt.NDArray[np.integer]) -> ByteArray:
    """Paint every id in a colour of its own, 0 in dark grey; neighbouring ids differ much (golden-angle hues)."""
    table: ByteArray = np.array(
        [_UNKNOWN] + [_hue_colour(0.381966 * i, 0.75, 0.95) for i in range(1, int(ids.max()) + 1)], np.uint8
    )
    painted: ByteArray = table[ids]
    return painted


def segment_colours(ids: npt.NDArray[np.integer], colour_of: dict[int, tuple[int, int, int]]) -> ByteArray:
    """Paint segments (H, W) by a table of colours, with a white line round every one that the table does not name.

    Those take a colour of their own, as ids do: give the table the stuff, and the things stand out.
    """
    found, index = np.unique(ids, return_inverse=True)
    table = [colour_of.get(int(segment)) or _hue_colour(0.381966 * int(segment), 0.65, 0.95) for segment in found]
    picture: ByteArray = np.array(table, np.uint8)[index.reshape(ids.shape)]
    is_own = ~np.isin(found, list(colour_of))[index.reshape(ids.shape)]
    picture[outlines(ids) & is_own] = _OUTLINE
    return picture


def outlines(ids: npt.NDArray[np.integer]) -> BoolArray:
    """Give the pixels (H, W) that have a neighbour with another id beside, above or below them."""
    edge = np.zeros(ids.shape, np.bool_)
    across, down = ids[:, 1:] != ids[:, :-1], ids[1:] != ids[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= down
    edge[:-1] |= down
    return edge


def region_colours(regions: ByteArray) -> ByteArray:
    """Paint regions for scoring: grey stands, blue moves, red walks; lost at the next frame is dark, tinted where it leaves
    the image; thin structure is green."""
    table = np.zeros((256, 3))
    for bits in range(256):
        motion = next((colour for bit, colour in REGION_COLOURS.items() if bits & bit), _UNKNOWN)
        colour = np.array(_THIN_COLOUR if bits & THIN else motion, float)
        if bits & OUT_NEXT:
            colour = 0.5 * colour + 0.5 * np.array(_OUT_TINT)
        table[bits] = colour * (_LOST_SHADE if bits & (HIDDEN_NEXT | OUT_NEXT) else 1.0)
    painted: ByteArray = table.astype(np.uint8)[regions]
    return painted


def flow_colours(flow_px: npt.NDArray[np.floating], is_known: BoolArray) -> ByteArray:
    """Paint flow on Middlebury's wheel: hue is direction, strength is length; unknown is dark grey.

    Flow as long as the 95th percentile has full strength, longer flow is darker, as Middlebury paints what is out of range.
    """
    length = np.hypot(flow_px[..., 0], flow_px[..., 1])
    longest = max(float(np.percentile(length[is_known], 95)) if is_known.any() else 1.0, 1.0)
    wheel = _wheel()
    place = (np.arctan2(-flow_px[..., 1], -flow_px[..., 0]) / np.pi + 1) / 2 * (len(wheel) - 1)
    place = np.where(is_known, place, 0.0)
    low = place.astype(np.intp)
    share = (place - low)[..., None]
    colour = wheel[low] * (1 - share) + wheel[(low + 1) % len(wheel)] * share
    strength = (length / longest)[..., None]
    picture = np.where(strength <= 1, 1 - strength * (1 - colour), 0.75 * colour)
    picture[~is_known] = np.array(_UNKNOWN) / 255
    painted: ByteArray = (255 * picture).astype(np.uint8)
    return painted


def points_from_above(
    points_m: npt.NDArray[np.floating], shape: tuple[int, int], *, width_m: float, behind: float
) -> ByteArray:
    """Paint a scanner's points seen from above, ahead to the right, brighter the higher they lie; rings every ten metres.

    Args:
        points_m: (n, 3) x forward, y left, z up from the scanner.
        shape: (height, width) of the picture.
        width_m: length of the stretch of world that the picture's width shows.
        behind: share of it that lies behind the scanner.
    Returns:
        (height, width, 3) uint8.
    """
    height, width = shape
    scale = width / width_m
    v, u = np.indices(shape)
    distance_m = np.hypot(u - behind * width, v - height / 2) / scale
    is_ring = (np.abs(distance_m - np.round(distance_m / 10) * 10) < 0.6 / scale) & (distance_m > 5)
    picture: ByteArray = np.where((is_ring | (distance_m < 0.5))[..., None], np.array(_RING, np.uint8), np.uint8(0))
    # Paint low points first, so that what stands on the road is on top of it.
    upward = points_m[np.argsort(points_m[:, 2], kind="stable")]
    column = np.round(behind * width + upward[:, 0] * scale).astype(np.int64)
    row = np.round(height / 2 - upward[:, 1] * scale).astype(np.int64)
    is_shown = (column >= 0) & (column < width - 1) & (row >= 0) & (row < height - 1)
    painted = perceptual(0.35 + 0.65 * (upward[is_shown, 2] - _LOW_M) / (_HIGH_M - _LOW_M))
    row, column = row[is_shown], column[is_shown]
    # Two pixels square: single ones fade when a sheet shrinks the picture.
    for down, right in ((1, 1), (1, 0), (0, 1), (0, 0)):
        picture[row + down, column + right] = painted
    return picture


def _wheel() -> FloatArray:
    """Give the colours (55, 3) 0..1 round Middlebury's wheel: between two corners one channel rises or falls."""
    corners = np.array([(1, 0, 0), (1, 1, 0), (0, 1, 0), (0, 1, 1), (0, 0, 1), (1, 0, 1), (1, 0, 0)], float)
    spans = [
        start + (end - start) * (np.arange(steps) / steps)[:, None]
        for start, end, steps in zip(corners[:-1], corners[1:], _WHEEL_STEPS.values(), strict=True)
    ]
    return np.concatenate(spans)


def _hue_colour(hue: float, saturation: float, value: float) -> tuple[int, int, int]:
    wheel = np.clip(np.abs((hue + np.array([0.0, 2 / 3, 1 / 3])) % 1.0 * 6 - 3) - 1, 0, 1)
    red, green, blue = (255 * value * (1 - saturation * (1 - wheel))).astype(int)
    return int(red), int(green), int(blue)
