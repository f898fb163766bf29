"""Every quantile function against scipy, and what a law may and may not hold."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from scenegen import (
    Bernoulli,
    Beta,
    Dist,
    Empirical,
    Exponential,
    IntRange,
    LogNormal,
    Mixture,
    Normal,
    P,
    Poisson,
    ScenarioError,
    Triangular,
    TruncNormal,
    Uniform,
    choice,
    kmh,
    mph,
)
from scenegen.scenario.quantiles import beta_cdf
from scenegen.seeds import u01

QUANTILES = (1e-9, 1e-4, 0.01, 0.1, 0.25, 0.5, 0.61, 0.9, 0.99, 0.9999)
TOLERANCE = 1e-12  # a few hundred steps of float64: two good algorithms differ by that much at most

CONTINUOUS = [
    (Uniform(-3.0, 5.0), stats.uniform(-3.0, 8.0)),
    (Normal(85.0, 8.0), stats.norm(85.0, 8.0)),
    (TruncNormal(2.6, 0.6, 1.2, 4.2), stats.truncnorm(-1.4 / 0.6, 1.6 / 0.6, 2.6, 0.6)),
    (TruncNormal(0.0, 1.0, 2.0, 3.0), stats.truncnorm(2.0, 3.0)),
    (TruncNormal(0.0, 1.0, -3.0, -2.0), stats.truncnorm(-3.0, -2.0)),
    (LogNormal(median=3000.0, sigma=0.8), stats.lognorm(0.8, scale=3000.0)),
    (Triangular(1.0, 2.0, 5.0), stats.triang(0.25, 1.0, 4.0)),
    (Exponential(2.5), stats.expon(scale=2.5)),
    (Beta(2.0, 5.0), stats.beta(2.0, 5.0)),
    (Beta(0.5, 0.7), stats.beta(0.5, 0.7)),
    (Beta(30.0, 4.0), stats.beta(30.0, 4.0)),
]
EVERY: list[Dist[Any]] = [
    *(law for law, _ in CONTINUOUS),
    Poisson(3.2), IntRange(0, 4), Bernoulli(0.4), Empirical((0.0, 1.0, 5.0)), kmh(Uniform(30, 50)), P("v", Normal(1.0, 0.1)),
]  # fmt: skip


@pytest.mark.parametrize(("law", "oracle"), CONTINUOUS, ids=lambda value: getattr(value, "describe", str)())
def test_quantiles_agree_with_scipy(law: Dist[float], oracle: Any) -> None:
    for u in QUANTILES:
        assert law.ppf(u) == pytest.approx(oracle.ppf(u), rel=TOLERANCE, abs=TOLERANCE)


@pytest.mark.parametrize(("low", "high"), [(6.0, 9.0), (-9.0, -6.0), (-1.0, 9.0), (-9.0, 1.0), (8.0, 30.0)])
def test_far_tails_keep_their_digits(low: float, high: float) -> None:
    law, normal = TruncNormal(0.0, 1.0, low, high), stats.norm
    below = normal.cdf(high) - normal.cdf(low)
    above = normal.sf(low) - normal.sf(high)
    # scipy's own truncnorm is off by 1e-7 out there, so take its normal law through the tail that keeps its digits
    for u in (2.0**-40, 0.5, 1.0 - 2.0**-40):
        p = normal.cdf(low) + u * below
        wanted = normal.ppf(p) if p < 0.5 else normal.isf(normal.sf(high) + (1.0 - u) * above)
        assert law.ppf(u) == pytest.approx(wanted, rel=TOLERANCE)


@pytest.mark.parametrize("mean", [0.3, 3.2, 40.0, 480.0])
def test_poisson_agrees_with_scipy(mean: float) -> None:
    for u in np.linspace(0.0005, 0.9995, 211):
        assert Poisson(mean).ppf(float(u)) == stats.poisson(mean).ppf(u)


def test_discrete_laws_have_their_shares() -> None:
    us = (np.arange(100_000) + 0.5) / 100_000
    letters = choice("a", "b", "c", p=(0.5, 0.35, 0.15))
    drawn = [letters.ppf(float(u)) for u in us]
    assert [drawn.count(letter) for letter in "abc"] == [50_000, 35_000, 15_000]
    assert sum(Bernoulli(0.4).ppf(float(u)) for u in us) == 40_000
    assert np.bincount([IntRange(2, 5).ppf(float(u)) for u in us]).tolist() == [0, 0, 25_000, 25_000, 25_000, 25_000]


def test_an_option_of_no_weight_is_never_drawn() -> None:
    law = choice("never", "always", "nor this", p=(0.0, 1.0, 0.0))
    assert {law.ppf(u) for u in (0.0, 0.5, 1.0)} == {"always"}
    assert {Bernoulli(0.0).ppf(u) for u in (0.0, 0.999)} == {False}
    assert {Bernoulli(1.0).ppf(u) for u in (0.0, 0.999)} == {True}


@pytest.mark.parametrize("law", EVERY, ids=lambda law: law.describe())
def test_laws_are_monotone_and_finite_at_the_ends(law: Dist[Any]) -> None:
    values = [law.ppf(u) for u in (0.0, *np.linspace(0.001, 0.999, 97).tolist(), 1.0)]
    assert all(math.isfinite(value) for value in values)
    assert values == sorted(values)


@pytest.mark.parametrize(
    ("law", "oracle"), [CONTINUOUS[0], CONTINUOUS[2], CONTINUOUS[5], CONTINUOUS[7]], ids=lambda v: getattr(v, "describe", str)()
)
def test_hashed_draws_follow_the_law(law: Dist[float], oracle: Any) -> None:
    draws = [law.ppf(u01(7, "ks", index, "x")) for index in range(100_000)]
    # One in ten thousand honest sets would fail, and the seed is fixed
    assert stats.kstest(draws, oracle.cdf).pvalue > 1e-4


def test_empirical_is_the_straight_line_quantile() -> None:
    values = (0.0, 1.0, 1.5, 4.0, 9.0)
    for u in np.linspace(0, 1, 41):
        assert Empirical(values).ppf(float(u)) == pytest.approx(np.quantile(values, u), abs=TOLERANCE)


def test_mixture_is_its_members_by_their_shares() -> None:
    law = Mixture((Uniform(0.0, 1.0), Uniform(0.0, 10.0)), (0.7, 0.3))
    draws = np.array([law.ppf((k + 0.5) / 10_000) for k in range(10_000)])
    for x in (0.3, 0.9, 4.0):
        wanted = 0.7 * min(x, 1.0) + 0.3 * x / 10.0
        assert (draws <= x).mean() == pytest.approx(wanted, abs=2e-4)  # two of the grid's steps


def test_arithmetic_scales_the_value_and_keeps_the_quantile() -> None:
    law = Uniform(30, 50)
    assert kmh(law).ppf(0.25) == pytest.approx(35 / 3.6, rel=1e-15)
    assert mph(law).ppf(0.0) == 30 * 0.44704
    assert kmh(50) == pytest.approx(13.888888888888889)
    assert (2 * law + 1 - 3).ppf(0.5) == 78.0
    assert (-law).ppf(0.0) == -30.0
    assert (100 - law).ppf(1.0) == 50.0
    assert kmh(law).describe() == "Uniform(low=30, high=50) * 0.277778"


def test_laws_are_equal_by_value() -> None:
    assert Uniform(30, 50) == Uniform(30.0, 50.0)
    assert choice("a", "b") == choice("a", "b", p=(0.5, 0.5))
    assert len({TruncNormal(1, 1, 0, 2), TruncNormal(1, 1, 0, 2)}) == 1
    assert Uniform(0, 1) != Uniform(0, 2)


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Uniform(5, 3), "Uniform: low must be below high, got 5 and 3"),
        (lambda: Uniform(0, math.nan), "Uniform: high is nan, wanted a finite number"),
        (lambda: Uniform("a", 3), "Uniform: low is 'a'"),
        (lambda: Normal(0, 0), "Normal: sd must be above 0"),
        (lambda: TruncNormal(0, 1, 2, 1), "TruncNormal: low must be below high"),
        (lambda: LogNormal(-1, 1), "LogNormal: median must be above 0"),
        (lambda: Triangular(0, 3, 2), "Triangular: wanted low <= mode <= high"),
        (lambda: Beta(0, 1), "Beta: a and b must be"),
        (lambda: Exponential(0), "Exponential: mean must be above 0"),
        (lambda: Poisson(1e6), "Poisson: mean must be above 0 and at most 500"),
        (lambda: IntRange(4, 2), "IntRange: low must not be above high"),
        (lambda: IntRange(0.5, 2), "IntRange: low and high must be whole numbers"),
        (lambda: Bernoulli(1.5), "Bernoulli: p must be from 0 to 1"),
        (lambda: choice("a", "b", "c", p=(0.5, 0.5)), "choice: 2 weights for 3 options"),
        (lambda: choice("a", "b", p=(0.5, 0.6)), "choice: weights must sum to 1, got 1.1"),
        (lambda: choice("a", 1), "choice: options must be all numbers"),
        (lambda: choice(), "choice: wanted at least one option"),
        (lambda: Empirical((2.0, 1.0)), "Empirical: values must be finite and ascending"),
        (lambda: Mixture((P("a", Uniform(0, 1)),), (1.0,)), "a member can not be shared"),
        (lambda: P("two words", Uniform(0, 1)), "P: the name must be a word"),
        (lambda: bool(Uniform(0, 1)), "is a law, not a value"),
    ],
)
def test_bad_arguments_are_named(make: Any, text: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        make()
    assert text in str(caught.value)


def test_incomplete_beta_agrees_with_scipy() -> None:
    for a, b in ((0.5, 0.5), (2, 5), (30, 4), (300, 700)):
        for x in (0.001, 0.1, 0.3, 0.5, 0.9, 0.999):
            assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), rel=1e-11, abs=1e-15)
