"""Outlines of the pieces of an image of ids, along pixel edges or through pixel centres, for layouts that hold polygons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Corners = npt.NDArray[np.int64]
"""Corners (n, 2) of a closed outline, x y."""


@dataclass(frozen=True, eq=False)
class Outline:
    """The outer outline of one piece: pixels of one id that touch along edges.

    `corners_px` lie on pixel edges, (0, 0) is the corner of the image, clockwise as seen; `area_px` counts the pixels inside,
    holes filled.
    """

    id: int
    corners_px: Corners
    area_px: int

    def centres_px(self) -> Corners:
        """Give the outline through the centres of its outermost pixels, whole numbers, with the corners where it turns.

        Drawing tools that fill polygons with their border give the piece again, holes filled.
        """
        corners = self.corners_px
        way = np.sign(np.roll(corners, -1, axis=0) - corners)
        before = np.roll(way, 1, axis=0)
        # The inside lies to the right of the way: step half a pixel off both edges that meet in a corner.
        inward = np.stack([-way[:, 1] - before[:, 1], way[:, 0] + before[:, 0]], axis=1)
        centres: Corners = (2 * corners + inward - 1) // 2
        return centres


def outlines(ids: npt.NDArray[np.integer]) -> list[Outline]:
    """Give the outer outline of every piece of every id other than 0.

    Args:
        ids: (H, W) whole numbers >= 0.
    Returns:
        Outlines by falling area, so that what lies in a hole of another comes after it: drawn in order they give the image.
    """
    found = [outline for outline in _rings(ids) if outline.area_px > 0]
    return sorted(found, key=lambda outline: (-outline.area_px, outline.id))


def joined(parts: Sequence[Corners]) -> Corners:
    """Join outlines to one, by lines there and back between nearest corners; the area inside stays that of the parts."""
    whole = parts[0]
    for part in parts[1:]:
        away = np.abs(whole[:, None] - part[None]).sum(axis=-1)
        i, j = np.unravel_index(int(away.argmin()), away.shape)
        turned = np.roll(part, -int(j), axis=0)
        whole = np.concatenate([whole[: i + 1], turned, turned[:1], whole[i:]])
    return whole


def _rings(ids: npt.NDArray[np.integer]) -> Iterator[Outline]:
    """Follow the edges between ids, each pixel's clockwise, so that holes come out with an area below 0."""
    width = ids.shape[1] + 2
    image = np.pad(ids, 1).astype(np.int64).ravel()
    outside = np.array([-width, 1, width, -1])  # the neighbour across the top, right, bottom and left edge
    ahead = np.array([1, width, -1, -width])  # where a clockwise walk along that edge goes
    edges = np.concatenate([
        np.flatnonzero((image != np.roll(image, -step)) & (image > 0)) * 4 + side for side, step in enumerate(outside.tolist())
    ])  # fmt: skip
    pixel, side = edges // 4, edges % 4
    straight, left = pixel + ahead[side], pixel + ahead[side] + outside[side]
    value = image[pixel]
    turns_right, turns_left = image[straight] != value, (image[straight] == value) & (image[left] == value)
    following = np.where(
        turns_right, pixel * 4 + (side + 1) % 4, np.where(turns_left, left * 4 + (side + 3) % 4, straight * 4 + side)
    )

    # Leave out the edges that go straight on: corners alone are followed.
    order = np.argsort(edges)
    edges, following = edges[order], np.searchsorted(edges[order], following[order])
    is_corner = (turns_right | turns_left)[order]
    target = np.where(is_corner, np.arange(len(edges)), following)
    while not is_corner[target].all():
        target = target[target]
    successor: list[int] = np.where(is_corner, target[following], -1).tolist()
    pixel, side = edges // 4, edges % 4
    x = pixel % width - 1 + np.isin(side, (0, 1))  # where an edge ends
    y = pixel // width - 1 + np.isin(side, (1, 2))
    for start in np.flatnonzero(is_corner).tolist():
        ring, at = [], start
        while successor[at] >= 0:
            ring.append(at)
            successor[at], at = -1, successor[at]
        if ring:
            u, v = x[ring], y[ring]
            area = (u * np.roll(v, -1) - np.roll(u, -1) * v).sum() // 2
            yield Outline(int(image[pixel[start]]), np.stack([u, v], axis=1), int(area))
