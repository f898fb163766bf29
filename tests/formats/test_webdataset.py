"""Shards: keys, order, same bytes, numbers kept; spoilt shards are refused."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from scenegen.errors import DatasetError
from scenegen.formats.layout import Slot, TakesNotes
from scenegen.formats.png import decode_png
from scenegen.formats.webdataset import FRAMES_A_SHARD, WebDataset, decode_shard, encode_shard, sample_key
from scenegen.render.passes import FlowStep
from scenegen.truth.frame import Frame
from tests.formats.written import write
from tests.readers.environment import foreign_read, foreign_refusal

Make = Callable[..., Frame]


def shards_of(make_frame: Make, slot: Slot, frames: int) -> dict[str, bytes]:
    layout = WebDataset()
    made = [make_frame(index) for index in range(frames)]
    notes = [layout.frame_notes(frame, slot) for frame in made]
    return dict(layout.clip_files([frame.labels for frame in made], slot, notes))


def tar(members: Iterable[tuple[str, bytes]]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


def test_the_batch_asks_it_for_notes() -> None:
    assert isinstance(WebDataset(), TakesNotes)


def test_a_sample_holds_the_frames_numbers(make_frame: Make, slot: Slot) -> None:
    frame = make_frame(1)
    (data,) = shards_of(make_frame, slot, 3).values()
    key, sample = decode_shard(data)[1]
    assert key == "made_up-0000-0000-000004-000001"
    assert np.array_equal(decode_png(sample["rgb.png"]), frame.pictures["front"].rgb)
    for name, wanted in {
        "depth": frame.main.depth_m, "ids": frame.main.object_id, "class": frame.main.class_id,
        "flow_fwd": frame.main.passes.flow_px[..., :2], "flow_bwd": frame.main.passes.flow_px[..., 2:],
        "flow_fwd_state": frame.main.passes.state[..., 0], "flow_bwd_state": frame.main.passes.state[..., 1],
    }.items():  # fmt: skip
        assert np.array_equal(sample[f"{name}.npy"], wanted), name
        assert sample[f"{name}.npy"].dtype == wanted.dtype, name
    record = sample["json"]
    (label,) = record["objects"]
    assert (record["frame"], label["track_id"], label["box_visible_px"]) == (1, 3, [10, 12, 20, 25])
    assert record["camera"]["K"] == frame.labels.main.lens.matrix.tolist()
    assert label["cam_from_body"][2][3] == pytest.approx(12.0)  # the conftest's car stands 12 m ahead


def test_ids_above_a_byte_survive(make_frame: Make, slot: Slot) -> None:
    frame = make_frame(0)
    view = replace(frame.main, row_object=np.array([0, 70_000, 0], np.int32))
    _, fields = WebDataset().frame_notes(replace(frame, views=(view,)), slot)
    ids = np.load(io.BytesIO(fields["ids.npy"]))
    assert ids.max() == 70_000


def test_longer_steps_are_fields_of_their_own(make_frame: Make, slot: Slot) -> None:
    frame = make_frame(0)
    p = frame.main.passes
    view = replace(frame.main, passes=replace(p, steps={5: FlowStep(p.flow_px * 2, p.dz_m, p.state)}))
    _, fields = WebDataset().frame_notes(replace(frame, views=(view,)), slot)
    read = {name: np.load(io.BytesIO(fields[f"{name}.npy"])) for name in ("flow_fwd", "flow_fwd_k5", "flow_bwd_state_k5")}
    assert np.array_equal(read["flow_fwd_k5"], 2 * read["flow_fwd"])
    assert np.array_equal(read["flow_bwd_state_k5"], p.state[..., 1])


def test_shards_are_plain_whole_and_the_same_twice(make_frame: Make, slot: Slot) -> None:
    frames = FRAMES_A_SHARD + 2
    slot = replace(slot, frames=frames)
    shards = shards_of(make_frame, slot, frames)
    assert list(shards) == ["scenegen-000004-000.tar", "scenegen-000004-001.tar"]
    assert shards == shards_of(make_frame, slot, frames)
    samples = [decode_shard(data) for data in shards.values()]
    assert [len(shard) for shard in samples] == [FRAMES_A_SHARD, 2]
    keys = [key for shard in samples for key, _ in shard]
    assert keys == sorted(set(keys))
    assert len(keys) == frames
    with tarfile.open(fileobj=io.BytesIO(next(iter(shards.values())))) as archive:
        assert {(m.type, m.mtime, m.uid, m.gid, m.uname) for m in archive} == {(tarfile.REGTYPE, 0, 0, 0, "")}


def test_the_index_counts_what_is_there(make_frame: Make, slot: Slot) -> None:
    frames = FRAMES_A_SHARD + 2
    slot = replace(slot, frames=frames)
    ((path, data),) = WebDataset().dataset_files([slot])
    shards = shards_of(make_frame, slot, frames)
    listed = {shard["url"]: shard["nsamples"] for shard in json.loads(data)["shardlist"]}
    assert path == "index.json"
    assert listed == {name: len(decode_shard(shard)) for name, shard in shards.items()}


def test_keys_have_no_dot_and_clips_do_not_share_them(slot: Slot) -> None:
    dotted = replace(slot, clip="v1.5-0000-0000")
    assert "." not in sample_key(dotted, 0)
    assert sample_key(dotted, 0) != sample_key(replace(dotted, clip="v1_5-0000-0000", number=5), 0)


@pytest.mark.parametrize("keys", [["a.b"], ["a/b"], [""], ["a", "a"], ["x" * 100]])
def test_bad_keys_are_refused(keys: list[str]) -> None:
    encode_shard([("good", {"json": b"{}"})])
    with pytest.raises(DatasetError):
        encode_shard((key, {"json": b"{}"}) for key in keys)


@pytest.mark.parametrize(
    "members",
    [
        [("a.json", b"{}"), ("b.json", b"{}"), ("a.txt", b"")],
        [("a.json", b"{}"), ("a.json", b"{}")],
        [("a", b"")],
        [("a.json", b"{")],
        [("a.x.npy", b"no array")],
    ],
    ids=["a sample torn apart", "a field twice", "no extension", "broken json", "broken array"],
)
def test_spoilt_shards_are_refused(members: list[tuple[str, bytes]]) -> None:
    with pytest.raises(DatasetError):
        decode_shard(tar(members))


def test_a_dot_in_the_key_moves_the_fields() -> None:
    ((key, sample),) = decode_shard(tar([("clip.v2.json", b"{}")]))
    assert (key, list(sample)) == ("clip", ["v2.json"])


def test_a_cut_shard_is_refused(make_frame: Make, slot: Slot) -> None:
    (data,) = shards_of(make_frame, slot, 1).values()
    with pytest.raises(DatasetError):
        decode_shard(data[: len(data) // 2])
    with pytest.raises(DatasetError):
        decode_shard(b"no tar at all" * 100)


def test_webdataset_reads_what_we_know(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    frames = [make_frame(index) for index in range(3)]
    read = foreign_read("webdataset", write(WebDataset(), frames, slot, tmp_path))
    assert [sample["__key__"] for sample in read] == [sample_key(slot, index) for index in range(3)]
    for frame, sample in zip(frames, read, strict=True):
        assert np.array_equal(np.array(sample["rgb.png"]), frame.pictures["front"].rgb)
        assert np.array_equal(np.array(sample["ids.npy"]), frame.main.object_id)
        assert np.array_equal(np.array(sample["depth.npy"], np.float32), frame.main.depth_m)
        assert np.array_equal(np.array(sample["flow_bwd.npy"], np.float32), frame.main.passes.flow_px[..., 2:])
        assert sample["json"]["objects"][0]["track_id"] == 3


def test_its_reader_parts_samples_by_the_first_dot(make_frame: Make, slot: Slot, tmp_path: Path) -> None:
    root = write(WebDataset(), [make_frame(index) for index in range(3)], slot, tmp_path)
    (shard,) = root.glob("*.tar")
    with tarfile.open(shard) as archive:
        members = [(member.name, archive.extractfile(member).read()) for member in archive]
    keys = [sample["__key__"] for sample in foreign_read("webdataset", root)]
    shard.write_bytes(tar([(name.replace("-00000", ".00000"), data) for name, data in members]))
    dotted = foreign_read("webdataset", root)
    assert [sample["__key__"] for sample in dotted] != keys  # the key ends at the dot: three samples fall into one
    shard.write_bytes(tar(sorted(members, key=lambda member: member[0].split(".")[-1])))
    assert len(foreign_read("webdataset", root)) != len(keys)  # files of a sample do not follow each other
    same_key = [(name.replace("-000001.", "-000000."), data) for name, data in members]
    shard.write_bytes(tar(same_key))
    assert foreign_refusal("webdataset", root)
