"""Turning many vectors by one rotation, and their dot products, plainly.

A matrix product would do, but wakes the threads of the linear algebra library, which cost a hundred times the work when the
machine is busy, and whose last bit may depend on where in the list a vector stands. Vectors (n, 3) whose axes lie apart in
memory, column by column, are turned three times as fast; results lie as their vectors do.
"""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

ScalarT = TypeVar("ScalarT", np.float32, np.float64)


def turned(vectors: npt.NDArray[ScalarT], rotation: npt.NDArray[np.float64]) -> npt.NDArray[ScalarT]:
    """Turn vectors (..., 3) by a_from_b (3, 3): vectors in b give vectors in a, of the same type."""
    out = np.empty_like(vectors)
    x, y, z = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    for axis in range(3):
        a, b, c = rotation[axis].astype(vectors.dtype)
        column = out[..., axis]
        np.multiply(x, a, out=column)
        column += y * b
        column += z * c
    return out


def picked(vectors: npt.NDArray[ScalarT], at: npt.NDArray[np.integer[Any]]) -> npt.NDArray[ScalarT]:
    """Give some of many vectors (n, 3) that lie column by column, (k, 3), which do so too."""
    some: npt.NDArray[ScalarT] = np.take(vectors.T, at, axis=1).T
    return some


def dotted(a: npt.NDArray[ScalarT], b: npt.NDArray[ScalarT]) -> npt.NDArray[ScalarT]:
    """Give the dot products (n,) of vectors (n, 3) with vectors (n, 3) or with one (3,)."""
    out = a[..., 0] * b[..., 0]
    out += a[..., 1] * b[..., 1]
    out += a[..., 2] * b[..., 2]
    return out
