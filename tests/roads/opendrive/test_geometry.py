"""Reference lines: closed forms, quadrature as an independent oracle, and curves that agree with their own derivatives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad

from scenegen.roads.opendrive.geometry import Curve, cubic_at
from scenegen.roads.opendrive.records import Arc, Geometry, Line, ParamPoly3, Poly3, Shape, Spiral

STANDARD_M = 1e-6  # how closely lines, arcs, spirals and poly3 follow the standard


def curve(shape: Shape, length: float, *, x: float = 0.0, y: float = 0.0, heading: float = 0.0) -> Curve:
    return Curve(Geometry(0.0, x, y, heading, length, shape))


def at(of: Curve, ds: float) -> np.ndarray:
    return of.poses(np.array([ds]))[0]


def test_a_line_runs_along_its_heading() -> None:
    np.testing.assert_allclose(
        at(curve(Line(), 10.0, x=1.0, y=2.0, heading=math.pi / 2), 4.0), [1, 6, math.pi / 2, 0], atol=1e-12
    )


@pytest.mark.parametrize("sign", [1, -1])
def test_a_quarter_circle_ends_where_it_must(sign: int) -> None:
    quarter = curve(Arc(sign * 0.01), 50 * math.pi)
    np.testing.assert_allclose(at(quarter, 50 * math.pi), [100, sign * 100, sign * math.pi / 2, sign * 0.01], atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(
    start=st.floats(-0.2, 0.2),
    end=st.floats(-0.2, 0.2),
    length=st.floats(0.5, 300.0),
    share=st.floats(0.0, 1.0),
)
def test_a_spiral_is_the_integral_of_its_direction(start: float, end: float, length: float, share: float) -> None:
    ds = share * length
    sharpness = (end - start) / length
    angle = lambda s: start * s + 0.5 * sharpness * s * s  # noqa: E731
    x = quad(lambda s: math.cos(angle(s)), 0.0, ds, epsabs=1e-10, epsrel=1e-12, limit=2000)[0]
    y = quad(lambda s: math.sin(angle(s)), 0.0, ds, epsabs=1e-10, epsrel=1e-12, limit=2000)[0]
    np.testing.assert_allclose(
        at(curve(Spiral(start, end), length), ds), [x, y, angle(ds), start + sharpness * ds], atol=STANDARD_M
    )


@pytest.mark.parametrize("change", [0.0, 1e-18, 1e-13, 1e-9, 1e-7, 1.1e-7, 1e-5])
def test_a_spiral_that_hardly_changes_is_nearly_an_arc(change: float) -> None:
    ds = np.linspace(0.0, 200.0, 41)
    arc, spiral = (curve(shape, 200.0).poses(ds) for shape in (Arc(0.05), Spiral(0.05, 0.05 + change)))
    # Half a metre of arc per unit of turn: the end of 200 m moves by about change L²/6.
    np.testing.assert_allclose(spiral[:, :2], arc[:, :2], atol=1e-8 + 200.0**2 * change)


def test_the_two_ways_of_integrating_a_spiral_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    ds = np.linspace(0.0, 150.0, 31)
    spiral = curve(Spiral(0.03, 0.0300001), 150.0)
    by_fresnel_or_gauss = []
    for reach in (1e30, 0.0):
        monkeypatch.setattr("scenegen.roads.opendrive.geometry.FRESNEL_REACH_M", reach)
        by_fresnel_or_gauss.append(spiral.poses(ds))
    np.testing.assert_allclose(*by_fresnel_or_gauss, atol=STANDARD_M)


def test_poly3_is_measured_by_its_arc_length() -> None:
    cubic = Poly3(0.5, 0.1, 0.01, -0.0002)
    slope = lambda u: cubic.b + 2 * cubic.c * u + 3 * cubic.d * u * u  # noqa: E731
    for u in (3.0, 17.0, 40.0):
        length = quad(lambda w: math.hypot(1.0, slope(w)), 0.0, u, epsabs=1e-12)[0]
        v = cubic.a + u * (cubic.b + u * (cubic.c + u * cubic.d))
        np.testing.assert_allclose(at(curve(cubic, 60.0), length)[:3], [u, v, math.atan(slope(u))], atol=STANDARD_M)


def test_param_poly3_with_arc_length_takes_s_itself() -> None:
    cubic = ParamPoly3(0.0, 1.0, 0.001, 0.0, 0.0, 0.0, 0.01, -0.0001, "arcLength")
    u, v = 20.0 + 0.001 * 400, 0.01 * 400 - 0.0001 * 8000
    np.testing.assert_allclose(at(curve(cubic, 30.0), 20.0)[:2], [u, v], atol=1e-12)


def test_param_poly3_normalized_ends_at_one_and_is_measured_by_arc_length() -> None:
    cubic = ParamPoly3(0.0, 30.0, 0.0, -3.0, 0.0, 0.0, 12.0, -4.0, "normalized")
    speed = lambda p: math.hypot(30.0 - 9.0 * p * p, 24.0 * p - 12.0 * p * p)  # noqa: E731
    length = quad(speed, 0.0, 1.0, epsabs=1e-12)[0]
    np.testing.assert_allclose(at(curve(cubic, length), length)[:2], [27.0, 8.0], atol=1e-9)
    p = 0.3
    part = quad(speed, 0.0, p, epsabs=1e-12)[0]
    np.testing.assert_allclose(at(curve(cubic, length), part)[:2], [30 * p - 3 * p**3, 12 * p**2 - 4 * p**3], atol=1e-9)
    # A file that rounds the length still ends at p = 1.
    np.testing.assert_allclose(at(curve(cubic, length + 0.02), length + 0.02)[:2], [27.0, 8.0], atol=1e-9)


SHAPES = [
    Line(), Arc(0.02), Arc(-0.1), Spiral(0.0, 0.05), Spiral(0.04, -0.03), Spiral(-0.01, -0.0100000001),
    Poly3(0.0, 0.0, 0.01, -0.0002), ParamPoly3(0.0, 40.0, 0.0, -1.0, 0.0, 0.0, 6.0, -2.0, "normalized"),
]  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: type(shape).__name__)
def test_heading_and_curvature_are_the_derivatives_of_the_place(shape: Shape) -> None:
    step, s = 1e-4, np.linspace(1.0, 38.0, 25)
    of = curve(shape, 40.0, x=3.0, y=-2.0, heading=0.7)
    before, here, after = of.poses(s - step), of.poses(s), of.poses(s + step)
    direction = (after[:, :2] - before[:, :2]) / (2 * step)
    unit = direction / np.linalg.norm(direction, axis=1, keepdims=True)
    np.testing.assert_allclose(unit, np.stack([np.cos(here[:, 2]), np.sin(here[:, 2])], axis=1), atol=1e-6)
    np.testing.assert_allclose(
        (after[:, 2] - before[:, 2]) / (2 * step), here[:, 3] * np.linalg.norm(direction, axis=1), atol=1e-6
    )


def test_past_its_ends_a_curve_goes_on_straight() -> None:
    of = curve(Arc(0.1), 5 * math.pi)
    np.testing.assert_allclose(at(of, 5 * math.pi + 3.0), [10.0, 13.0, math.pi / 2, 0.0], atol=1e-9)
    np.testing.assert_allclose(at(of, -2.0), [-2.0, 0.0, 0.0, 0.0], atol=1e-12)


def test_cubics_hold_from_their_start_to_the_next() -> None:
    starts, rows = np.array([10.0, 20.0]), np.array([[1.0, 1.0, 0.0, 0.0], [5.0, 0.0, 1.0, 0.5]])
    np.testing.assert_allclose(cubic_at(starts, rows, np.array([0.0, 10.0, 15.0, 20.0, 22.0])), [1, 1, 6, 5, 13])
    assert cubic_at(np.zeros(0), np.zeros((0, 4)), np.array([3.0])).tolist() == [0.0]
