"""Quantile functions of the laws: plain float arithmetic, so that a draw does not change with a library's version."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

_STANDARD = NormalDist()
_SMALLEST = 2.0**-54  # half a step of a hashed draw, so that the ends of unbounded laws stay finite
_SQRT_HALF = math.sqrt(0.5)
_CONTINUED_FRACTION_TERMS = 500
_EPSILON = 2.0**-53


def inside(u: float) -> float:
    """Move u off the ends 0 and 1, where unbounded laws have no value."""
    return min(max(u, _SMALLEST), 1.0 - _EPSILON)


def normal(u: float, mean: float, sd: float) -> float:
    """Give the quantile of a normal law.

    Source:
        Wichura 1988, algorithm AS 241, as in the standard library.
    """
    return mean + sd * _STANDARD.inv_cdf(inside(u))


def _lower_tail(z: float) -> float:
    return 0.5 * math.erfc(-z * _SQRT_HALF)


def trunc_normal(u: float, mean: float, sd: float, low: float, high: float) -> float:
    """Give the quantile of a normal law cut to [low, high], through the tail that keeps its digits."""
    a, b = (low - mean) / sd, (high - mean) / sd
    # Mirror a range on the right of the mean, where the lower tail would lose all digits to the 1
    if a > 0:
        return 2 * mean - trunc_normal(1.0 - u, mean, sd, 2 * mean - high, 2 * mean - low)
    p_low, p_high = _lower_tail(a), _lower_tail(b)
    p = p_low + u * (p_high - p_low)
    if p <= 0.0:
        return low if u < 0.5 else high
    # Above the median, invert the upper tail instead
    if p > 0.5:
        upper = _lower_tail(-b) + (1.0 - u) * (p_high - p_low)
        z = -_STANDARD.inv_cdf(min(max(upper, 5e-324), 0.5))
    else:
        z = _STANDARD.inv_cdf(p)
    return min(max(mean + sd * z, low), high)


def triangular(u: float, low: float, mode: float, high: float) -> float:
    """Give the quantile of the law whose density is a triangle."""
    width, left = high - low, mode - low
    if width == 0.0:
        return low
    if u * width <= left:
        return low + math.sqrt(u * width * left)
    return high - math.sqrt((1.0 - u) * width * (high - mode))


def exponential(u: float, mean: float) -> float:
    """Give the quantile of an exponential law."""
    return -mean * math.log1p(-inside(u))


def poisson(u: float, mean: float) -> int:
    """Give the quantile of a Poisson law: the smallest count whose cumulated probability reaches u."""
    u = min(u, 1.0 - 1e-15)
    count, term = 0, math.exp(-mean)
    total = term
    while total < u:
        count += 1
        term *= mean / count
        if term == 0.0 and count > mean:
            break
        total += term
    return count


def beta(u: float, a: float, b: float) -> float:
    """Give the quantile of a beta law on [0, 1]: Newton steps kept inside a shrinking bracket.

    Source:
        Incomplete beta by continued fraction: Abramowitz and Stegun 26.5.8.
    """
    if u <= 0.0:
        return 0.0
    if u >= 1.0:
        return 1.0
    # Solve on the side where the answer is small, so that it keeps its relative precision
    if beta_cdf(0.5, a, b) < u:
        return 1.0 - _bracketed_newton(1.0 - u, b, a)
    return _bracketed_newton(u, a, b)


def _bracketed_newton(u: float, a: float, b: float) -> float:
    log_norm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    low, high, x = 0.0, 0.5, 0.25
    for _ in range(200):
        gap = beta_cdf(x, a, b) - u
        low, high = (low, x) if gap > 0 else (x, high)
        density = math.exp(log_norm + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        step = gap / density if density > 0 else math.inf
        trial = x - step
        if not low < trial < high:
            trial = math.sqrt(low * high) if low > 0 else high / 4
        if abs(trial - x) <= 4 * _EPSILON * x or high <= 5e-324:
            return trial
        x = trial
    return x


def beta_cdf(x: float, a: float, b: float) -> float:
    """Give the regularised incomplete beta function I_x(a, b)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    # The fraction converges fast below the mean; above it use the mirrored law
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - beta_cdf(1.0 - x, b, a)
    log_front = a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) - math.log(a)

    def term(k: int) -> float:
        m = k // 2
        if k % 2 == 0:
            return m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        return -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))

    return math.exp(log_front) / _continued_fraction(term)


def _continued_fraction(term: Callable[[int], float]) -> float:
    """Sum 1 + d1/(1 + d2/(1 + ...)) by the modified Lentz method."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for k in range(1, _CONTINUED_FRACTION_TERMS):
        d = 1.0 + term(k) * d
        d = 1.0 / (d if d != 0.0 else tiny)
        c = 1.0 + term(k) / c
        c = c if c != 0.0 else tiny
        value *= c * d
        if abs(c * d - 1.0) < _EPSILON * 4:
            break
    return value
