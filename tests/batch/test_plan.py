"""Plans: numbers are known before rendering, and a data set knows what it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scenegen.batch.plan import Plan, Settings, make_plan, open_dataset
from scenegen.dataset import manifest
from scenegen.dataset.manifest import ClipRecord, FileRecord
from scenegen.errors import DatasetError, OutputError, ScenarioError

LABELS = Settings(("kitti_object",), "none", "draft", frames=4)


def plan(*seeds: int, settings: Settings = LABELS) -> Plan:
    return make_plan(("residential_street", "jaywalk_adult"), seeds, settings)


def test_clips_are_numbered_by_scenario_then_seed() -> None:
    slots = plan(3, 1).slots
    assert [slot.clip for slot in slots] == [
        "residential_street-0003-0000", "residential_street-0001-0000",
        "jaywalk_adult-0003-0000", "jaywalk_adult-0001-0000",
    ]  # fmt: skip
    assert [slot.first_frame for slot in slots] == [0, 4, 8, 12]


def test_a_smaller_picture_keeps_the_field_of_view() -> None:
    full = plan(0).scenes[0].camera
    small = plan(0, settings=Settings(("arrays",), "none", "draft", size=(621, 188))).scenes[0].camera
    assert (small.width, small.height) == (621, 188)
    assert small.focal / small.width == pytest.approx(full.focal / full.width)


def test_length_and_size_move_no_draw() -> None:
    assert plan(0).scenes[0].draws == plan(0, settings=Settings(("arrays",), "none", "draft", size=(64, 64))).scenes[0].draws


def test_the_record_holds_settings_sources_and_device(tmp_path: Path) -> None:
    open_dataset(tmp_path / "set", plan(0), "a device")
    record = json.loads(manifest.dataset_path(tmp_path / "set").read_bytes())
    assert record["device"] == "a device"
    assert "scenario = Scenario(" in record["sources"]["jaywalk_adult"]["text"]
    assert record["asked"]["clips"][0]["seed"] == 0


@pytest.mark.parametrize(
    ("other", "word"),
    [
        (Settings(("kitti_object",), "raster", "draft", frames=4), "look"),
        (Settings(("arrays",), "none", "draft", frames=4), "formats"),
        (Settings(("kitti_object",), "none", "draft", frames=5), "frames"),
    ],
)
def test_another_data_set_is_refused_by_what_differs(other: Settings, word: str, tmp_path: Path) -> None:
    open_dataset(tmp_path / "set", plan(0), "a device")
    with pytest.raises(OutputError, match=f"holds another data set .*{word}"):
        open_dataset(tmp_path / "set", plan(0, settings=other), "a device")
    open_dataset(tmp_path / "set", plan(0), "another device")  # the device makes no other data set


def test_no_frames_and_no_pixels_are_refused() -> None:
    with pytest.raises(ScenarioError, match="--frames 0"):
        plan(0, settings=Settings(("arrays",), "none", "draft", frames=0))
    with pytest.raises(ScenarioError, match="--size 15x15"):
        plan(0, settings=Settings(("arrays",), "none", "draft", size=(15, 15)))


def test_a_clip_record_reads_back(tmp_path: Path) -> None:
    record = ClipRecord("c", 1, 8, 4, {"scene": 1}, [{"kind": "contact"}], {"gap_m": None}, (FileRecord("a/b", 3, "00"),))
    place = manifest.record_path(tmp_path, "c")
    manifest.write_atomically(place, manifest.json_bytes(record.to_json()))
    assert manifest.read_records(tmp_path) == [record]
    place.write_text("{")
    with pytest.raises(DatasetError, match="can not be read"):
        manifest.read_records(tmp_path)


def test_changed_and_missing_files_are_named(tmp_path: Path) -> None:
    kept, changed, lost = (manifest.write_file(tmp_path, f"x/{name}", b"abc") for name in ("kept", "changed", "lost"))
    (tmp_path / "x/changed").write_bytes(b"abd")
    (tmp_path / "x/lost").unlink()
    assert manifest.damaged_files(tmp_path, [kept, changed, lost]) == ["x/changed", "x/lost"]
