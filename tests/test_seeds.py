"""Hashed draws: named, independent, uniform."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from scenegen.seeds import seed_of, u01


def test_every_part_of_the_key_matters() -> None:
    draws = {u01(0, "a", 0, "p"), u01(1, "a", 0, "p"), u01(0, "b", 0, "p"), u01(0, "a", 1, "p"), u01(0, "a", 0, "q")}
    assert len(draws) == 5


def test_a_draw_never_changes() -> None:
    # Written down once: a change here changes every data set ever made.
    assert u01(0, "jaywalker_dart_out", 0, "ego.speed") == 0.3682734555941207


def test_draws_are_uniform_and_uncorrelated() -> None:
    draws = np.array([u01(3, "s", i, "child.does.cross.speed") for i in range(20_000)])
    assert stats.kstest(draws, "uniform").pvalue > 0.001
    # Lag-1 correlation of 20,000 independent draws has a standard deviation of 0.007.
    assert abs(np.corrcoef(draws[1:], draws[:-1])[0, 1]) < 0.03


def test_parts_can_not_run_together() -> None:
    assert u01(1, "s", 23, "p") != u01(12, "s", 3, "p")
    with pytest.raises(ValueError, match=r"U\+001F"):
        u01(0, "a\x1fb", 0, "p")


def test_whole_number_seeds_follow_the_draw() -> None:
    assert seed_of(0, "s", 0, "p") == int(u01(0, "s", 0, "p") * 2**53)
