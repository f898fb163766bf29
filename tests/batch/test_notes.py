"""What a layout notes of the pixels of each frame reaches the files of its clip, in the frames' order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from scenegen.batch.plan import Settings, make_plan
from scenegen.batch.run import Machine, run_plan
from scenegen.formats.layout import File, Slot, TakesNotes, Wants
from scenegen.formats.registry import LAYOUTS
from scenegen.truth.frame import Frame, FrameLabels


class SkyShares:
    """A layout whose clip file holds a number that only pixels tell."""

    name = "sky_shares"
    about = "pixels of sky"
    wants = Wants()
    largest_id: int | None = None

    def frame_files(self, frame: Frame, slot: Slot) -> Iterator[File]:
        yield f"{frame.labels.index}.txt", str(int((frame.main.passes.z_m == 0).sum())).encode()

    def frame_notes(self, frame: Frame, slot: Slot) -> Any:
        return frame.labels.index, int((frame.main.passes.z_m == 0).sum())

    def clip_files(self, labels: Sequence[FrameLabels], slot: Slot, notes: Sequence[Any] = ()) -> Iterator[File]:
        yield f"{slot.clip}.json", json.dumps(list(notes)).encode()

    def dataset_files(self, slots: Iterable[Slot]) -> Iterator[File]:
        yield from ()


def test_notes_of_the_frames_reach_the_files_of_the_clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = SkyShares()
    assert isinstance(layout, TakesNotes)
    assert not isinstance(LAYOUTS["kitti_object"], TakesNotes)
    monkeypatch.setitem(LAYOUTS, layout.name, layout)
    plan = make_plan(
        ("residential_street",), (0,), Settings((layout.name, "kitti_object"), "none", "draft", size=(96, 32), frames=5)
    )
    run_plan(plan, tmp_path, Machine())
    folder = tmp_path / layout.name
    kept = json.loads((folder / f"{plan.slots[0].clip}.json").read_text())
    assert kept == [[i, int((folder / f"{i}.txt").read_text())] for i in range(5)]
    assert kept[0][1] > 0
