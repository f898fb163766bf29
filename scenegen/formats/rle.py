"""COCO run lengths: masks as the lengths of runs down the columns, plain or packed into a string.

Runs go down the first column, then the second; the first counts pixels outside the mask and may be 0.
Source: maskApi.c of the COCO API (Lin et al. 2014): from the fourth run on the string holds the difference to the run before
the last, in groups of five bits, the lowest first, 48 added; a group's sixth bit says that another follows.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scenegen.errors import DatasetError
from scenegen.geometry import BoolArray

Counts = npt.NDArray[np.int64]
"""Run lengths, alternately outside and inside the mask; their sum is the number of pixels."""

_GROUP_BITS = 5
_SIGN_BIT, _MORE_BIT = 0x10, 0x20
_FIRST_CHARACTER = 48
_MOST_GROUPS = 7  # 35 bits: more than any image has pixels


def mask_counts(mask: BoolArray, *, corner_px: tuple[int, int] = (0, 0), size_px: tuple[int, int] | None = None) -> Counts:
    """Give the runs of a mask, or of a cut-out of one.

    Args:
        mask: (h, w) bool.
        corner_px: (left, top) of the cut-out in its image.
        size_px: (width, height) of that image; None: the mask is the image.
    Returns:
        The runs of the whole image.
    Raises:
        ValueError: the cut-out reaches out of its image.
    """
    (left, top), (rows, columns) = corner_px, mask.shape
    width, height = size_px or (columns, rows)
    if left < 0 or top < 0 or left + columns > width or top + rows > height:
        raise ValueError(f"a cut-out {columns}x{rows} at ({left}, {top}) reaches out of an image {width}x{height}")
    edges = np.zeros((columns, rows + 1), np.int8)
    edges[:, :-1] = mask.T
    edges[:, 1:] -= mask.T
    column, row = np.nonzero(edges)
    changes = (left + column) * height + top + row
    if rows == height:  # a run that ends where the next column's begins is one run
        is_seam = np.zeros(len(changes), np.bool_)
        meets = np.flatnonzero(changes[1:] == changes[:-1])
        is_seam[meets] = is_seam[meets + 1] = True
        changes = changes[~is_seam]
    return _counts_of_changes(changes, width * height)


def id_counts(ids: npt.NDArray[np.integer]) -> dict[int, Counts]:
    """Give the runs of every number other than 0 in an image (H, W) of ids, in one pass over it."""
    flat = np.ascontiguousarray(ids.T).ravel()
    starts = np.concatenate([[0], np.flatnonzero(flat[1:] != flat[:-1]) + 1])
    ends = np.append(starts[1:], flat.size)
    values = flat[starts]
    order = np.argsort(values, kind="stable")
    order = order[values[order] != 0]
    found, first = np.unique(values[order], return_index=True)
    groups = np.split(order, first[1:]) if len(found) else []
    return {
        int(value): _counts_of_changes(np.stack([starts[group], ends[group]], axis=1).ravel(), flat.size)
        for value, group in zip(found, groups, strict=True)
    }


def _counts_of_changes(changes: npt.NDArray[np.int64], pixels: int) -> Counts:
    counts = np.diff(changes, prepend=0, append=pixels)
    return counts[:-1] if len(counts) > 1 and counts[-1] == 0 else counts


def counts_mask(counts: Counts, *, width_px: int, height_px: int) -> BoolArray:
    """Give the mask (height, width) of its runs.

    Raises:
        DatasetError: a run is negative or their sum is not the number of pixels.
    """
    counts = np.asarray(counts, np.int64)
    if (counts < 0).any() or int(counts.sum()) != width_px * height_px:
        raise DatasetError(
            f"runs add up to {int(counts.sum())} pixels, an image {width_px}x{height_px} has {width_px * height_px}"
        )
    inside = np.repeat(np.arange(len(counts)) % 2 == 1, counts)
    return np.ascontiguousarray(inside.reshape(width_px, height_px).T)


def counts_area(counts: Counts) -> int:
    """Give the number of pixels inside the mask."""
    return int(np.asarray(counts)[1::2].sum())


def pack_counts(counts: Counts) -> str:
    """Pack runs into COCO's string."""
    rest = np.asarray(counts, np.int64).copy()
    rest[3:] -= np.asarray(counts, np.int64)[1:-2]
    characters = np.zeros((len(rest), _MOST_GROUPS), np.uint8)
    is_open = np.ones(len(rest), np.bool_)
    for place in range(_MOST_GROUPS):
        group = rest & (_MORE_BIT - 1)
        rest = rest >> _GROUP_BITS
        goes_on = rest != np.where(group & _SIGN_BIT, -1, 0)
        characters[:, place] = np.where(is_open, group + _FIRST_CHARACTER + _MORE_BIT * goes_on, 0)
        is_open &= goes_on
    return characters[characters > 0].tobytes().decode("ascii")


def unpack_counts(text: str) -> Counts:
    """Read runs from COCO's string.

    Raises:
        DatasetError: a character that no writer uses, an end inside a number, or a negative run.
    """
    groups = np.frombuffer(text.encode("latin-1", "replace"), np.uint8).astype(np.int64) - _FIRST_CHARACTER
    if len(groups) == 0:
        return np.zeros(0, np.int64)
    if groups.min() < 0 or groups.max() >= 2 * _MORE_BIT or groups[-1] & _MORE_BIT:
        raise DatasetError(f"not a run-length string: {text[:40]!r}")
    last = np.flatnonzero(groups & _MORE_BIT == 0)
    first = np.concatenate([[0], last[:-1] + 1])
    length = last - first + 1
    if length.max() > _MOST_GROUPS:
        raise DatasetError(f"not a run-length string (a number of {int(length.max())} characters): {text[:40]!r}")
    place = np.arange(len(groups)) - np.repeat(first, length)
    numbers = np.add.reduceat((groups & (_MORE_BIT - 1)) << (_GROUP_BITS * place), first)
    numbers -= np.where(groups[last] & _SIGN_BIT, np.int64(1) << (_GROUP_BITS * length), 0)
    # Each run from the fourth on is told by its difference to the run before the last.
    if len(numbers) > 3:
        numbers[1::2], numbers[2::2] = np.cumsum(numbers[1::2]), np.cumsum(numbers[2::2])
    if (numbers < 0).any():
        raise DatasetError(f"not a run-length string (a negative run): {text[:40]!r}")
    return numbers
