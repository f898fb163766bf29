"""The curves of a reference line, evaluated to the standard: line, arc, spiral, poly3 and paramPoly3, vectorised over s."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import fresnel

from scenegen.geometry import FloatArray
from scenegen.roads.opendrive.records import Arc, Geometry, ParamPoly3, Poly3, Spiral

FRESNEL_REACH_M = 1e6  # beyond this curvature over sharpness the Fresnel integrals lose more than a nanometre
STEADY_RAD = 1e-14  # a clothoid that turns no more than this beyond its arc leaves it by less than rounding
TURN_PER_PIECE_RAD = 2.0  # of phase; 20 Gauss points integrate it to the last digit
NODES, WEIGHTS = np.polynomial.legendre.leggauss(20)
TABLE_STEPS = 64  # stretches of a polynomial whose arc lengths are tabulated; Newton's method does the rest
NEWTON_STEPS = 4  # from a table that good three reach rounding; one to spare


@dataclass(frozen=True, eq=False)
class Curve:
    """One planView record as a curve in the world."""

    geometry: Geometry

    def poses(self, ds: FloatArray) -> FloatArray:
        """Give world x, y, heading and curvature at distances along the curve.

        Args:
            ds: (n,) metres from the record's begin; outside [0, length] the curve goes on straight.
        Returns:
            (n, 4) float64: x, y in metres, heading in radians (not wrapped), curvature in 1/m, positive to the left.
        Source:
            ASAM OpenDRIVE 1.8, section 9.
        """
        geometry = self.geometry
        inside = np.clip(np.asarray(ds, np.float64), 0.0, geometry.length_m)
        u, v, turn, curvature = self._local(inside)
        beyond = ds - inside
        u, v = u + beyond * np.cos(turn), v + beyond * np.sin(turn)
        cos_h, sin_h = math.cos(geometry.heading_rad), math.sin(geometry.heading_rad)
        x = geometry.x_m + u * cos_h - v * sin_h
        y = geometry.y_m + u * sin_h + v * cos_h
        return np.stack([x, y, geometry.heading_rad + turn, np.where(beyond == 0.0, curvature, 0.0)], axis=-1)

    def _local(self, ds: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """u, v, turn and curvature in the record's own axes."""
        shape = self.geometry.shape
        if isinstance(shape, Arc):
            return _arc(shape.curvature_per_m, ds)
        if isinstance(shape, Spiral):
            return _spiral(shape.start_per_m, shape.end_per_m, self.geometry.length_m, ds)
        if isinstance(shape, Poly3 | ParamPoly3):
            return _cubic_pair(*_coefficients(shape), self._parameter(ds))
        zero = np.zeros_like(ds)
        return ds, zero, zero, zero

    def _parameter(self, ds: FloatArray) -> FloatArray:
        """The polynomial's parameter at distances along the curve.

        With arcLength it is the distance itself, as the standard says, whatever the polynomial's true speed.
        """
        shape, length = self.geometry.shape, self.geometry.length_m
        if isinstance(shape, ParamPoly3) and shape.p_range == "arcLength":
            return ds
        table = self._table
        # A normalized curve ends at p = 1: spread the little by which its length is off.
        scale = table.lengths[-1] / length if isinstance(shape, ParamPoly3) and length > 0.0 else 1.0
        return table.parameter(ds * scale)

    @cached_property
    def _table(self) -> _ArcLengths:
        """Arc lengths of a polynomial; poly3's u never runs further than the curve is long."""
        shape = self.geometry.shape
        if not isinstance(shape, Poly3 | ParamPoly3):
            raise TypeError(f"{type(shape).__name__} has its arc length in closed form")
        return _ArcLengths(*_coefficients(shape), last=1.0 if isinstance(shape, ParamPoly3) else self.geometry.length_m)


class _ArcLengths:
    """Arc length of a pair of cubics over their parameter, and its inverse."""

    def __init__(self, u: FloatArray, v: FloatArray, *, last: float) -> None:
        self._du, self._dv = _derivative(u), _derivative(v)
        self.parameters = np.linspace(0.0, last, TABLE_STEPS + 1)
        pieces = self._length(self.parameters[:-1], self.parameters[1:])
        self.lengths = np.concatenate([[0.0], np.cumsum(pieces)])

    def _speed(self, p: FloatArray) -> FloatArray:
        """Arc length per parameter, kept off zero so that a cusp divides nothing."""
        return np.maximum(np.hypot(_value(self._du, p), _value(self._dv, p)), 1e-12)

    def _length(self, low: FloatArray, high: FloatArray) -> FloatArray:
        """Arc length between parameters by Gauss's rule."""
        half = 0.5 * (high - low)
        return np.asarray(half * (self._speed(0.5 * (low + high)[:, None] + half[:, None] * NODES) @ WEIGHTS), np.float64)

    def parameter(self, length: FloatArray) -> FloatArray:
        """Invert the arc length: start from the table, finish with Newton's method."""
        flat = np.ravel(length)
        p = np.interp(flat, self.lengths, self.parameters)
        row = np.clip(np.searchsorted(self.lengths, flat, side="right") - 1, 0, TABLE_STEPS - 1)
        for _ in range(NEWTON_STEPS):
            miss = self.lengths[row] + self._length(self.parameters[row], p) - flat
            p = np.clip(p - miss / self._speed(p), self.parameters[row], self.parameters[row + 1])
        return p.reshape(np.shape(length))


def cubic_at(starts: FloatArray, coefficients: FloatArray, s: FloatArray) -> FloatArray:
    """Evaluate a row of cubics, each from its start to the next; before the first one its first value holds.

    Args:
        starts: (m,) rising; coefficients: (m, 4) a, b, c, d; s: any shape.
    Returns:
        Values in the shape of s; zeros where there is no record.
    """
    if len(starts) == 0:
        return np.zeros(np.shape(s))
    row = np.clip(np.searchsorted(starts, s, side="right") - 1, 0, None)
    ds = np.maximum(s - starts[row], 0.0)
    a, b, c, d = np.moveaxis(coefficients[row], -1, 0)
    return np.asarray(a + ds * (b + ds * (c + ds * d)), np.float64)


def _arc(curvature: float, ds: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """A circle: a chord has length d sinc(kd/2) and leans by kd/2, which is exact for straight lines too."""
    turn = curvature * ds
    chord = ds * np.sinc(0.5 * turn / np.pi)
    return chord * np.cos(0.5 * turn), chord * np.sin(0.5 * turn), turn, np.full_like(ds, curvature)


def _spiral(start: float, end: float, length: float, ds: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """A clothoid: the direction is exp(i (k ds + c ds²/2)); completing the square leaves two Fresnel integrals."""
    sharpness = (end - start) / length if length > 0.0 else 0.0
    if abs(sharpness) * length**2 < STEADY_RAD:
        return _arc(start, ds)
    turn = ds * (start + 0.5 * sharpness * ds)
    curvature = start + sharpness * ds
    if max(abs(start), abs(end)) / abs(sharpness) > FRESNEL_REACH_M:
        chord = _integrated_direction(start, sharpness, ds)
    else:
        scale = math.sqrt(math.pi / abs(sharpness))
        shift = start / sharpness
        sines, cosines = fresnel(np.stack([(ds + shift) / scale, np.full_like(ds, shift / scale)]))
        along = scale * ((cosines[0] - cosines[1]) + 1j * math.copysign(1.0, sharpness) * (sines[0] - sines[1]))
        chord = along * np.exp(-0.5j * start * shift)
    return chord.real, chord.imag, turn, curvature


def _integrated_direction(
    start: float, sharpness: float, ds: FloatArray
) -> np.ndarray[tuple[int, ...], np.dtype[np.complex128]]:
    """The integral of exp(i (k x + c x²/2)) from 0 to each ds by Gauss's rule: for clothoids that are almost arcs."""
    most = float(np.max(np.abs(ds), initial=0.0))
    pieces = max(1, math.ceil(most * (abs(start) + abs(sharpness) * most) / TURN_PER_PIECE_RAD))
    half = 0.5 * ds / pieces
    total = np.zeros(np.shape(ds), np.complex128)
    for piece in range(pieces):
        x = half[..., None] * (2 * piece + 1 + NODES)
        total += half * (np.exp(1j * x * (start + 0.5 * sharpness * x)) @ WEIGHTS)
    return total


def _coefficients(shape: Poly3 | ParamPoly3) -> tuple[FloatArray, FloatArray]:
    """Coefficients of u(p) and v(p), lowest power first; poly3 has u = p."""
    if isinstance(shape, Poly3):
        return np.array([0.0, 1.0, 0.0, 0.0]), np.array([shape.a, shape.b, shape.c, shape.d])
    u = np.array([shape.a_u, shape.b_u, shape.c_u, shape.d_u])
    return u, np.array([shape.a_v, shape.b_v, shape.c_v, shape.d_v])


def _cubic_pair(u: FloatArray, v: FloatArray, p: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Position, direction and curvature of a pair of cubics."""
    du, dv = _value(_derivative(u), p), _value(_derivative(v), p)
    ddu, ddv = _value(_derivative(_derivative(u)), p), _value(_derivative(_derivative(v)), p)
    speed = np.maximum(np.hypot(du, dv), 1e-12)
    return _value(u, p), _value(v, p), np.arctan2(dv, du), (du * ddv - dv * ddu) / speed**3


def _value(cubic: FloatArray, p: FloatArray) -> FloatArray:
    """A polynomial's values."""
    return np.asarray(np.polynomial.polynomial.polyval(p, cubic), np.float64)


def _derivative(cubic: FloatArray) -> FloatArray:
    """A polynomial's derivative."""
    return np.asarray(np.polynomial.polynomial.polyder(cubic), np.float64)
