"""Regions for scoring: where in an image an estimate of flow or depth is easy, hard or impossible, as bits of one mask."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from scenegen.classes import BY_NAME
from scenegen.geometry import BoolArray, ByteArray, IntArray
from scenegen.truth.frame import FLOW_HIDDEN, FLOW_OUT, View

SKY, STATIC, RIGID_MOVER, NON_RIGID_MOVER, HIDDEN_NEXT, OUT_NEXT, THIN = 1, 2, 4, 8, 16, 32, 64
"""Bits of the mask. Every pixel has exactly one of the first four; the others come on top.

Sky; what stands still in the world at this instant, things that could move among them; vehicles and loose things that move;
people and animals that move; hidden at the next frame by something nearer; out of the image at the next frame; thin structure.
"""

REGION_NAMES: dict[int, str] = {
    SKY: "sky",
    STATIC: "static",
    RIGID_MOVER: "rigid_mover",
    NON_RIGID_MOVER: "non_rigid_mover",
    HIDDEN_NEXT: "hidden_at_next_frame",
    OUT_NEXT: "out_of_frame_at_next_frame",
    THIN: "thin_structure",
}

THIN_PX = 3
"""Widest that a thin structure is, in pixels: `_BRUSH` fits nowhere into a region of this width, however it is turned."""

NON_RIGID_CLASSES = ("person", "rider", "animal")
THIN_CLASSES = (
    "pole", "traffic_light", "traffic_sign", "tree", "fence", "guard_rail", "street_furniture", "person", "rider", "bicycle",
    "motorcycle", "animal", "debris",
)  # fmt: skip
"""Classes of things with rods, posts, twigs and limbs; a strip of wall or road that shows in a gap is no thin structure."""

_LIMBS = ("arm_left", "arm_right", "leg_left", "leg_right")
_LIMB_OF = {"hand": "arm", "foot": "leg"}
# A square of 4 pixels without its corners, as (row, column): nearly as wide across a slant as along the axes.
_BRUSH = [(v, u) for v in range(4) for u in range(4) if not (v in (0, 3) and u in (0, 3))]


def region_mask(view: View) -> ByteArray:
    """Give the regions of a view, (H, W) uint8 bits named above."""
    state = view.passes.state[..., 0]
    mask = _motion_of_rows(view)[view.passes.row]
    mask |= np.where(state & FLOW_HIDDEN > 0, HIDDEN_NEXT, 0).astype(np.uint8)
    mask |= np.where(state & FLOW_OUT > 0, OUT_NEXT, 0).astype(np.uint8)
    mask |= np.where(_thin_structure(view), THIN, 0).astype(np.uint8)
    return mask


def _motion_of_rows(view: View) -> ByteArray:
    """Give SKY, STATIC or one of the movers for every row of the transform table."""
    moving = [label.track_id for label in view.labels.objects if label.moving]
    is_bending = np.isin(view.row_class, [BY_NAME[name].id for name in NON_RIGID_CLASSES])
    mover = np.where(is_bending, NON_RIGID_MOVER, RIGID_MOVER)
    motion = np.where(np.isin(view.row_object, moving), mover, STATIC).astype(np.uint8)
    motion[0] = SKY
    return motion


def _thin_structure(view: View) -> BoolArray:
    is_candidate = np.isin(view.row_class, [BY_NAME[name].id for name in THIN_CLASSES])[view.passes.row]
    thin: BoolArray = is_candidate & ~wide_regions(_bodies(view))
    return thin


def _bodies(view: View) -> IntArray:
    """Number every pixel by the body it belongs to: a track, a limb of a person, or one thing without a track."""
    rows = np.arange(len(view.row_object), dtype=np.int32)
    # A tracked thing counts as one, whatever rows its wheels have; odd and even keep the two kinds apart.
    numbers: IntArray = np.where(view.row_object > 0, 2 * view.row_object, 2 * rows + 1).astype(np.int32)
    body = (numbers * (len(_LIMBS) + 1))[view.passes.row]
    bending = np.isin(view.row_class, [BY_NAME[name].id for name in NON_RIGID_CLASSES])[view.passes.row]
    if bending.any():
        where = np.nonzero(bending)
        body[where] += _limb_tables(view)[view.object_id[where], view.passes.part[where]]
    return body


def _limb_tables(view: View) -> IntArray:
    """Give for every track id and part (tracks, 256) the number of a limb from 1, 0 for trunk, head and what they wear."""
    tables = np.zeros((int(view.row_object.max(initial=0)) + 1, 256), np.int32)
    for label in view.labels.objects:
        if label.track_id < len(tables):
            tables[label.track_id, : len(label.parts)] = limb_numbers(label.parts)
    return tables


def limb_numbers(parts: Sequence[str]) -> IntArray:
    """Number the limb that each part belongs to from 1, hands with arms and feet with legs; 0 is no limb."""
    numbers = np.zeros(len(parts), np.int32)
    for i, part in enumerate(parts):
        name, _, side = part.partition("_")
        limb = f"{_LIMB_OF.get(name, name)}_{side}"
        numbers[i] = _LIMBS.index(limb) + 1 if limb in _LIMBS else 0
    return numbers


def wide_regions(bodies: npt.NDArray[np.integer]) -> BoolArray:
    """Give the pixels (H, W) that a brush covers which lies wholly in one body: morphological opening of all bodies at once.

    A body that meets the border of the image is taken to go on beyond it.
    """
    height, width = bodies.shape
    padded = np.pad(bodies, 3, mode="edge")
    rows, columns = height + 3, width + 3  # places where the brush touches the image
    middle = padded[1 : 1 + rows, 1 : 1 + columns]
    fits = np.ones((rows, columns), np.bool_)
    for v, u in _BRUSH:
        fits &= padded[v : v + rows, u : u + columns] == middle
    wide = np.zeros((height, width), np.bool_)
    for v, u in _BRUSH:
        wide |= fits[3 - v : 3 - v + height, 3 - u : 3 - u + width]
    return wide
