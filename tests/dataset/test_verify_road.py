"""`verify` finds road lines and drivable areas that are not those of the clip's road."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.dataset.verify import verify_dataset
from scenegen.truth.drivable import ALTERNATIVE, BESIDE, DIRECT, ONCOMING
from tests.dataset.test_verify import Arrays, spoil_arrays


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("verify_road") / "set"
    run_plan(make_plan(("residential_street",), (0,), Settings(("arrays",), "none", "draft", frames=2, size=(320, 96))), out,
             Machine())  # fmt: skip
    return out


def test_what_was_written_passes_and_is_looked_at(good: Path) -> None:
    report = verify_dataset(good)
    assert not report.faults
    for check, least in (("line places", 5), ("line pixels", 2), ("visible line points", 50), ("drivable lanes", 500)):
        assert report.checks[check] >= least, check


def half_a_pixel(arrays: Arrays) -> None:
    arrays["line_px"] += 0.5


def seen_through_cars(arrays: Arrays) -> None:
    arrays["line_visible"][:] = True


def beside_the_paint(arrays: Arrays) -> None:
    arrays["line_world_m"][:, 1] += 0.1


def lanes_swapped(arrays: Arrays) -> None:
    arrays["drivable"] = np.array([0, ONCOMING, ALTERNATIVE, DIRECT, BESIDE], np.uint8)[arrays["drivable"]]


def under_cars_too(arrays: Arrays) -> None:
    arrays["drivable"][(arrays["object_id"] > 0) & (arrays["drivable"] == 0)] = DIRECT


def mirrored(arrays: Arrays) -> None:
    arrays["drivable"] = arrays["drivable"][:, ::-1].copy()


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (half_a_pixel, "line_px"), (seen_through_cars, "line_visible"), (beside_the_paint, "line"),
        (lanes_swapped, "drivable"), (under_cars_too, "drivable"), (mirrored, "drivable"),
    ],
)  # fmt: skip
def test_a_spoiled_copy_is_found(good: Path, tmp_path: Path, change: Callable[[Arrays], None], named: str) -> None:
    shutil.copytree(good, tmp_path / "set")
    report = spoil_arrays(tmp_path / "set", change)
    assert report.faults
    assert any(named in fault.place for fault in report.faults)
