"""Unit quaternions of rotations, in either order of their parts."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray


def quaternion_wxyz(a_from_b: FloatArray) -> tuple[float, float, float, float]:
    """Give the unit quaternion (w, x, y, z), w >= 0, of the rotation in a pose (4, 4) or a rotation (3, 3).

    Source:
        Shepperd 1978: the largest of the four is computed first, so that no small number is divided by.
    """
    r = a_from_b[:3, :3]
    trace = float(np.trace(r))
    squares = np.array([1 + trace, *(1 + 2 * r[i, i] - trace for i in range(3))])
    largest = int(np.argmax(squares))
    x, y, z = r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]
    a, b, c = r[0, 1] + r[1, 0], r[0, 2] + r[2, 0], r[1, 2] + r[2, 1]
    rows = ((squares[0], x, y, z), (x, squares[1], a, b), (y, a, squares[2], c), (z, b, c, squares[3]))
    q = np.array(rows[largest], np.float64)
    q /= np.linalg.norm(q)
    q *= 1.0 if q[0] >= 0 else -1.0
    return float(q[0]), float(q[1]), float(q[2]), float(q[3])


def quaternion_xyzw(a_from_b: FloatArray) -> tuple[float, float, float, float]:
    """Give the same with the scalar last, (x, y, z, w)."""
    w, x, y, z = quaternion_wxyz(a_from_b)
    return x, y, z, w


def rotation_of_wxyz(q: tuple[float, float, float, float] | list[float]) -> FloatArray:
    """Give the rotation (3, 3) of a unit quaternion (w, x, y, z)."""
    w, x, y, z = q
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
