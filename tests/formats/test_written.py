"""The small clip that the tests of layouts share holds what they need, and can be written in all of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenegen.formats.registry import LAYOUTS
from tests.formats.real_clip import FRAMES, RealClip
from tests.formats.written import write


def test_the_real_clip_shows_what_labels_are_about(real_clip: RealClip) -> None:
    assert [frame.labels.index for frame in real_clip.frames] == list(range(FRAMES))
    for frame in real_clip.frames:
        seen = {label.name: label for label in frame.main.labels.objects if label.visible_px}
        assert {"child", "adult", "van", "neighbour", "oncoming"} <= set(seen)
        assert seen["child"].moving
        assert seen["child"].visible_px > 60
        assert not seen["van"].moving
        assert 0.2 < seen["adult"].occlusion < 0.9
        assert 0.1 < seen["neighbour"].truncation < 0.95
        assert [view.labels.camera for view in frame.views] == ["left", "right"]
        assert len(frame.sweeps[0].points_m) > 10_000


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_takes_the_real_clip(name: str, real_clip: RealClip, tmp_path: Path) -> None:
    root = write(LAYOUTS[name], real_clip.frames, real_clip.slot, tmp_path)
    files = [path for path in root.rglob("*") if path.is_file()]
    assert files
    assert all(path.stat().st_size for path in files if path.suffix in {".png", ".jpg", ".bin", ".npz", ".json", ".tar"})
