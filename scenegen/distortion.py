"""What real lenses do beside the pinhole: Brown-Conrady distortion and the Kannala-Brandt fisheye, exact both ways.

Frames and pixels are those of `geometry`: `cam` x right, y down, z forward; whole numbers are pixel centres. A lens whose
picture folds over, so that one pixel would show two directions, is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import BoolArray, FloatArray, Pinhole

LEAST_SLOPE = 0.02
"""A lens may squeeze directions to this share of what its centre shows; beyond lies the fold, and no exact inverse."""

_WIDEST = 100.0  # tangent of the widest angle to the axis (89.4 degrees) that a lens which is no fisheye shows
_TABLE_SIZE = 4097
_NEWTON_STEPS = 20
_TOLERANCE = 1e-14  # of a coordinate divided by the focal length: 1e-11 px at a focal length of 1,000 px


@dataclass(frozen=True)
class BrownConradyScene:
    """Lens distortion by Brown and Conrady, OpenCV's order: radial k1 k2, tangential p1 p2, radial k3."""

    k1: float
    k2: float
    p1: float
    p2: float
    k3: float


@dataclass(frozen=True)
class KannalaBrandtScene:
    """A fisheye by Kannala and Brandt, OpenCV's fisheye model: r = theta (1 + k1 theta^2 + ... + k4 theta^8)."""

    k1: float
    k2: float
    k3: float
    k4: float


DistortionScene: TypeAlias = BrownConradyScene | KannalaBrandtScene


def project(points_cam_m: FloatArray, lens: Pinhole, distortion: DistortionScene | None) -> FloatArray:
    """Land camera-frame points on the image.

    Args:
        points_cam_m: (..., 3) float64, metres, frame `cam`.
        lens: focal lengths and centre in pixels.
        distortion: what bends the image, None for nothing.
    Returns:
        (..., 2) float64 pixels (u, v), also outside the image. NaN where a point has no image: behind a lens that is no
        fisheye, or so far outside that the formula would fold it back in.
    Raises:
        ValueError: the shape is wrong.
    Source:
        Brown 1966; Kannala and Brandt 2006, in the form of OpenCV's `projectPoints` and `fisheye::projectPoints`.
    """
    if points_cam_m.shape[-1:] != (3,):
        raise ValueError(f"points_cam_m has shape {points_cam_m.shape}, wanted (..., 3)")
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if isinstance(distortion, KannalaBrandtScene):
            bent = _bend_fisheye(points_cam_m, distortion)
        else:
            flat = np.where(points_cam_m[..., 2:] > 0, points_cam_m[..., :2] / points_cam_m[..., 2:], np.nan)
            bent = flat if distortion is None else _bend_brown(flat, distortion)
    pixels: FloatArray = bent * (lens.fx_px, lens.fy_px) + (lens.cx_px, lens.cy_px)
    return pixels


def ray_at(pixels_px: FloatArray, lens: Pinhole, distortion: DistortionScene | None) -> FloatArray:
    """Give the direction that a place of the image shows.

    Args:
        pixels_px: (..., 2) float64 (u, v), inside the image or on its border.
        lens: focal lengths and centre in pixels.
        distortion: what bends the image, None for nothing.
    Returns:
        (..., 3) float64 unit vectors, frame `cam`; `project` brings them back to the pixel within 1e-9.
    Raises:
        ScenarioError: the lens folds its picture over.
        ValueError: the shape is wrong, or a pixel lies outside the image where no direction is seen.
    """
    if pixels_px.shape[-1:] != (2,):
        raise ValueError(f"pixels_px has shape {pixels_px.shape}, wanted (..., 2)")
    refuse_fold(lens, distortion)
    bent = (pixels_px - (lens.cx_px, lens.cy_px)) / (lens.fx_px, lens.fy_px)
    if isinstance(distortion, KannalaBrandtScene):
        return _unbend_fisheye(bent, distortion)
    flat = bent if distortion is None else _unbend_brown(bent, distortion)
    rays_cam = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1)
    unit: FloatArray = rays_cam / np.linalg.norm(rays_cam, axis=-1, keepdims=True)
    return unit


def rays(lens: Pinhole, distortion: DistortionScene | None) -> FloatArray:
    """Give for every pixel centre the unit direction it shows, (H, W, 3) float64, frame `cam`.

    Raises:
        ScenarioError: the lens folds its picture over.
    """
    u, v = np.meshgrid(np.arange(lens.width_px, dtype=np.float64), np.arange(lens.height_px, dtype=np.float64))
    return ray_at(np.stack([u, v], axis=-1), lens, distortion)


def refuse_fold(lens: Pinhole, distortion: DistortionScene | None, *, place: str = "distortion") -> None:
    """Refuse a lens that shows one direction in two pixels, or none in some.

    Args:
        lens: focal lengths, centre and size in pixels.
        distortion: what bends the image, None for nothing.
        place: name of the distortion in the scenario, for the message.
    Raises:
        ScenarioError: the picture folds over inside the image; says where, and from which focal length on it does not.
    """
    if distortion is None:
        return
    corner, reach = _corner(lens), _reach(distortion)
    if corner < reach:
        return
    focal = max(lens.fx_px, lens.fy_px)
    numbers = ", ".join(f"{name}={value:g}" for name, value in vars(distortion).items() if value)
    raise ScenarioError(
        f"{place}: {numbers or 'this fisheye'} folds the picture over {reach * focal:.0f} px from its centre, and its corner "
        f"lies {corner * focal:.0f} px away; take weaker coefficients, a smaller picture, or a focal length above "
        f"{math.ceil(focal * corner / reach)} px"
    )


def _corner(lens: Pinhole) -> float:
    """Give the distance of the farthest corner (outer edge of its pixel) from the centre, divided by the focal length."""
    x = max(lens.cx_px + 0.5, lens.width_px - 0.5 - lens.cx_px) / lens.fx_px
    y = max(lens.cy_px + 0.5, lens.height_px - 0.5 - lens.cy_px) / lens.fy_px
    return math.hypot(x, y)


def _reach(distortion: DistortionScene) -> float:
    """Give the radius on the image, divided by the focal length, within which every place shows exactly one direction.

    The matrix of a Brown-Conrady lens' derivatives is symmetric, with smallest eigenvalue no less than its radial part
    minus 6 |p| r. Where that is positive on a disc, which is convex, no two points of the disc share an image.
    """
    limit = _fold(distortion)
    if isinstance(distortion, KannalaBrandtScene):
        return float(_fisheye_radius(np.float64(limit), distortion))
    squared = limit * limit
    slant = 3 * math.hypot(distortion.p1, distortion.p2) * squared
    return float(limit * _brown_factor(np.float64(squared), distortion)) - slant


def _fold(distortion: DistortionScene) -> float:
    """Give where a lens comes to its fold: an angle to the axis for a fisheye, else the tangent of one."""
    if isinstance(distortion, KannalaBrandtScene):
        k1, k2, k3, k4 = distortion.k1, distortion.k2, distortion.k3, distortion.k4
        return _first_root([9 * k4, 0, 7 * k3, 0, 5 * k2, 0, 3 * k1, 0, 1 - LEAST_SLOPE], math.pi)
    k1, k2, k3 = distortion.k1, distortion.k2, distortion.k3
    bend = -6 * math.hypot(distortion.p1, distortion.p2)
    along = _first_root([7 * k3, 0, 5 * k2, 0, 3 * k1, bend, 1 - LEAST_SLOPE], _WIDEST)
    across = _first_root([k3, 0, k2, 0, k1, bend, 1 - LEAST_SLOPE], _WIDEST)
    return min(along, across)


def _first_root(coefficients: list[float], limit: float) -> float:
    """Give the smallest root of a polynomial, highest power first, between 0 and a limit, or the limit."""
    # In shares of the limit, where a coefficient too small to matter can not upset the roots
    scaled = np.array(coefficients) * limit ** np.arange(len(coefficients) - 1, -1, -1.0)
    roots = np.roots(np.where(np.abs(scaled) < 1e-9, 0.0, scaled))
    real = roots.real[(np.abs(roots.imag) < 1e-7 * np.abs(roots)) & (roots.real > 0)]
    return limit * float(real.min(initial=1.0))


def _brown_factor(squared: FloatArray | np.float64, lens: BrownConradyScene) -> FloatArray:
    """Give image radius over pinhole radius without the tangential part."""
    factor: FloatArray = 1.0 + np.asarray(squared) * (lens.k1 + squared * (lens.k2 + squared * lens.k3))
    return factor


def _brown(flat: FloatArray, lens: BrownConradyScene) -> FloatArray:
    """Bend pinhole coordinates (..., 2) divided by the focal length, wherever they lie."""
    x, y = flat[..., 0], flat[..., 1]
    squared = x * x + y * y
    factor = _brown_factor(squared, lens)
    slant = 2 * (lens.p2 * x + lens.p1 * y)
    return np.stack([x * (factor + slant) + lens.p2 * squared, y * (factor + slant) + lens.p1 * squared], axis=-1)


def _bend_brown(flat: FloatArray, lens: BrownConradyScene) -> FloatArray:
    """Bend pinhole coordinates, NaN beyond the fold."""
    is_seen: BoolArray = (flat**2).sum(axis=-1, keepdims=True) < _fold(lens) ** 2
    return np.where(is_seen, _brown(flat, lens), np.nan)


def _unbend_brown(bent: FloatArray, lens: BrownConradyScene) -> FloatArray:
    """Find the pinhole coordinates whose image is `bent`: a table for the radius, then Newton's method in the plane."""
    radius = np.linalg.norm(bent, axis=-1, keepdims=True)
    # Most of the table near the axis, where pictures are
    table = _fold(lens) * np.linspace(0.0, 1.0, _TABLE_SIZE) ** 3
    start = np.interp(radius, table * _brown_factor(table**2, lens), table)
    flat: FloatArray = bent * np.divide(start, radius, out=np.ones_like(radius), where=radius > 0)
    for _ in range(_NEWTON_STEPS):
        miss = _brown(flat, lens) - bent
        if not (np.abs(miss) > _TOLERANCE * np.maximum(1.0, radius)).any():
            return flat
        flat = flat - _brown_step(flat, miss, lens)
    return _settled(flat, _brown(flat, lens) - bent, bent)


def _brown_step(flat: FloatArray, miss: FloatArray, lens: BrownConradyScene) -> FloatArray:
    """Solve the 2x2 system of the derivatives for a step that takes back `miss`."""
    x, y = flat[..., 0], flat[..., 1]
    squared = x * x + y * y
    factor = _brown_factor(squared, lens)
    steep = 2 * (lens.k1 + squared * (2 * lens.k2 + 3 * squared * lens.k3))
    xx = factor + steep * x * x + 2 * lens.p1 * y + 6 * lens.p2 * x
    yy = factor + steep * y * y + 6 * lens.p1 * y + 2 * lens.p2 * x
    xy = steep * x * y + 2 * lens.p1 * x + 2 * lens.p2 * y
    det = xx * yy - xy * xy
    return np.stack([(yy * miss[..., 0] - xy * miss[..., 1]) / det, (xx * miss[..., 1] - xy * miss[..., 0]) / det], axis=-1)


def _fisheye_radius(theta: FloatArray | np.float64, lens: KannalaBrandtScene) -> FloatArray:
    """Give the radius on the image, divided by the focal length, of directions at angle theta to the axis."""
    theta = np.asarray(theta)
    squared = theta * theta
    radius: FloatArray = theta * (1 + squared * (lens.k1 + squared * (lens.k2 + squared * (lens.k3 + squared * lens.k4))))
    return radius


def _bend_fisheye(points_cam_m: FloatArray, lens: KannalaBrandtScene) -> FloatArray:
    """Give image coordinates divided by the focal length, NaN beyond the fold and straight behind."""
    aside = np.linalg.norm(points_cam_m[..., :2], axis=-1, keepdims=True)
    ahead = points_cam_m[..., 2:]
    theta = np.arctan2(aside, ahead)
    scale = np.where(aside > 0, _fisheye_radius(theta, lens) / aside, np.where(ahead > 0, 0.0, np.nan))
    return np.where(theta < _fold(lens), points_cam_m[..., :2] * scale, np.nan)


def _unbend_fisheye(bent: FloatArray, lens: KannalaBrandtScene) -> FloatArray:
    """Give unit directions (..., 3) whose image is `bent`."""
    radius = np.linalg.norm(bent, axis=-1, keepdims=True)
    table = np.linspace(0.0, _fold(lens), _TABLE_SIZE)
    theta: FloatArray = np.interp(radius, _fisheye_radius(table, lens), table)
    for _ in range(_NEWTON_STEPS):
        miss = _fisheye_radius(theta, lens) - radius
        if not (np.abs(miss) > _TOLERANCE * np.maximum(1.0, radius)).any():
            break
        squared = theta * theta
        slope = 1 + squared * (3 * lens.k1 + squared * (5 * lens.k2 + squared * (7 * lens.k3 + squared * 9 * lens.k4)))
        theta = theta - miss / slope
    theta = _settled(theta, _fisheye_radius(theta, lens) - radius, bent)
    sideways = np.divide(np.sin(theta), radius, out=np.ones_like(radius), where=radius > 0)
    return np.concatenate([bent * sideways, np.cos(theta)], axis=-1)


def _settled(found: FloatArray, miss: FloatArray, bent: FloatArray) -> FloatArray:
    """Give what Newton's method found where it came close; the rest is a pixel outside the image, past the fold."""
    is_off = ~(np.abs(miss).max(axis=-1) <= 1e-12 * np.maximum(1.0, np.abs(bent).max(axis=-1)))
    if is_off.any():
        raise ValueError(f"{int(is_off.sum())} of {is_off.size} pixels lie outside the image, where this lens shows nothing")
    return found
