"""Every layout states unit, sense, time base and axes of its channels, and the data set's record carries that."""

from __future__ import annotations

import json
from dataclasses import astuple
from pathlib import Path

import pytest

from scenegen.batch.plan import Settings, make_plan, open_dataset
from scenegen.dataset import manifest
from scenegen.formats.channels import channels_of
from scenegen.formats.registry import LAYOUTS


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_states_its_channels(name: str) -> None:
    stated = channels_of(LAYOUTS[name])
    assert stated
    for pattern, channel in stated.items():
        assert set(channel) == {"unit", "sense", "time", "axes"}, pattern
        assert all(channel.values()), pattern


def test_depth_and_flow_say_what_others_leave_open() -> None:
    for name, layout in LAYOUTS.items():
        told = [(pattern, *astuple(channel)) for pattern, channel in layout.channels.items()]
        for pattern, unit, sense, time, _ in told:
            if "depth" in pattern:
                assert "optical axis" in sense, (name, pattern)
            if "flow" in pattern.lower() and "px" in unit:
                assert "t to t" in time or "as its flow" in time or "from t" in time, (name, pattern)


def test_the_record_of_a_data_set_carries_them(tmp_path: Path) -> None:
    plan = make_plan(("jaywalk_adult",), (0,), Settings(("nuscenes", "arrays"), "none", "draft", frames=1))
    open_dataset(tmp_path / "set", plan, "a device")
    record = json.loads(manifest.dataset_path(tmp_path / "set").read_bytes())
    assert record["channels"] == {name: channels_of(LAYOUTS[name]) for name in ("nuscenes", "arrays")}
