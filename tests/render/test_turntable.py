"""The turntable sheet: every model in its own row, seen from other sides."""

from __future__ import annotations

import numpy as np

from benchmarks.turntable import Show, sheet_of, specs_of, take_sheet, turntable_stage
from scenegen.models.catalogue import KINDS
from scenegen.render.renderer import Renderer

SHOW = Show(size_px=(80, 50), views=2)


def test_words_name_kinds_forms_and_categories() -> None:
    assert [(s.kind, s.seed) for s in specs_of(["bucket", "drum:3"], [0, 1])] == [("bucket", 0), ("bucket", 1), ("drum", 3)]
    assert {s.kind for s in specs_of(["animal"], [0])} == {kind for kind, entry in KINDS.items() if entry.category == "animal"}


def test_each_frame_shows_its_own_model_from_its_own_side(labels: Renderer) -> None:
    stage = turntable_stage(specs_of(["barrier", "drum"], [0]), SHOW)
    labels.load(stage)
    shown = []
    for frame in range(4):
        silhouettes = [s for s in labels.render(frame).silhouettes if s.inside_px]
        assert [s.object_id for s in silhouettes if s.object_id <= 2] == [1 + frame // 2]
        shown.append(next(s.inside_px for s in silhouettes if s.object_id == 1 + frame // 2))
    assert min(shown) > 100


def test_the_sheet_wraps_after_its_columns() -> None:
    specs = specs_of(["bucket"], [0, 1])
    with Renderer(quality="draft") as renderer:
        rows = take_sheet(specs, SHOW, renderer)
    sheet = np.asarray(sheet_of(specs, rows, 3))
    assert sheet.shape == (100, 240, 3)
    assert (sheet[50:, 80:] == 0).all()  # four tiles in rows of three
    assert (sheet[50:, :80] == rows[1][1]).all()
