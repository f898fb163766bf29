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


def test_a_rig_and_a_scanner_stand_in_for_the_scenarios_own_and_move_no_draw() -> None:
    settings = Settings(
        ("arrays",),
        "none",
        "draft",
        rig="surround_6",
        lidar="vlp32",
        overrides=(("camera.back.width", "800"), ("lidar.noise", "2 cm")),
    )
    for scene, before in zip(plan(0, settings=settings).scenes, plan(0).scenes, strict=True):
        assert [camera.name for camera in scene.cameras][::3] == ["front", "back"]
        assert [camera.width for camera in scene.cameras] == [1600, 1600, 1600, 800, 1600, 1600]
        assert [(lidar.columns, lidar.noise) for lidar in scene.lidars] == [(1800, 0.02)]
        assert scene.draws == before.draws


def test_a_size_is_every_cameras_and_keeps_each_field_of_view() -> None:
    full = plan(0, settings=Settings(("arrays",), "none", "draft", rig="surround_6")).scenes[0].cameras
    small = plan(0, settings=Settings(("arrays",), "none", "draft", rig="surround_6", size=(400, 224))).scenes[0].cameras
    assert {(camera.width, camera.height) for camera in small} == {(400, 224)}
    assert [camera.focal * 4 for camera in small] == pytest.approx([camera.focal for camera in full])


def test_a_size_at_which_a_lens_folds_is_refused() -> None:
    """A tall picture reaches farther out than the lens does."""
    with pytest.raises(ScenarioError, match=r"camera\.front\.distortion: .* folds the picture over"):
        plan(0, settings=Settings(("arrays",), "none", "draft", rig="fisheye_4", size=(640, 4000)))


@pytest.mark.parametrize("steps", [(), (2,), (0, 1), (-1, 1), (2, 1), (1, 1)])
def test_flow_steps_rise_from_one(steps: tuple[int, ...]) -> None:
    with pytest.raises(ScenarioError, match=r"--flow-steps .*1,2,5"):
        plan(0, settings=Settings(("arrays",), "none", "draft", flow_steps=steps))


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
        (Settings(("kitti_object",), "none", "draft", frames=4, rig="mono"), "its rig is None, asked for is 'mono'"),
        (Settings(("kitti_object",), "none", "draft", frames=4, lidar="vlp32"), "its lidar is None, asked for is 'vlp32'"),
        (
            Settings(("kitti_object",), "none", "draft", frames=4, flow_steps=(1, 3)),
            r"its flow_steps is \[1\], asked for is \[1, 3\]",
        ),
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
