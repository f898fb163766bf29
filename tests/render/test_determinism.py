"""The same bytes alone or in sequence, twice, after another stage, and with any number of drawing threads."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from little_stages import SMALL, StageMaker, box_mesh, still
from moving_scene import MovingScene

from scenegen.geometry import pose
from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer

HERE = Path(__file__).parent
_PRINT_DIGESTS = """
import test_determinism as t
from moving_scene import MovingScene
from scenegen.render.renderer import Renderer
with Renderer(look="none") as renderer:
    renderer.load(MovingScene((5000.0, -5000.0)).maker.stage())
    print(*[t.digest(p) for p in renderer.render_sequence(range(3))])
"""


def digest(passes: Passes) -> str:
    """One hash of every label buffer and silhouette."""
    total = hashlib.sha256()
    for name in ("z_m", "normal_oct", "row", "part", "flow_px", "dz_m", "state"):
        total.update(np.ascontiguousarray(getattr(passes, name)).tobytes())
    total.update(repr(passes.silhouettes).encode())
    return total.hexdigest()[:16]


def test_alone_in_sequence_shuffled_and_twice(labels: Renderer) -> None:
    stage = MovingScene().maker.stage()
    labels.load(stage)
    sequence = [digest(p) for p in labels.render_sequence(range(3))]
    assert len(set(sequence)) == 3
    assert [digest(p) for p in labels.render_sequence(range(3))] == sequence
    assert [digest(p) for p in labels.render_sequence([2, 0, 1])] == [sequence[t] for t in (2, 0, 1)]
    assert [digest(labels.render(t)) for t in (2, 0, 1)] == [sequence[t] for t in (2, 0, 1)]
    with Renderer(look="none") as alone:
        alone.load(stage)
        assert digest(alone.render(1)) == sequence[1]


def test_another_stage_between_leaves_no_trace(labels: Renderer) -> None:
    stage = MovingScene().maker.stage()
    labels.load(stage)
    before = digest(labels.render(1))
    other = StageMaker(lens=SMALL)
    other.add(box_mesh((1, 1, 1)), still(pose(5, 0, 1)), object_id=1)
    labels.load(other.stage())
    labels.render(1)
    labels.load(stage)
    assert digest(labels.render(1)) == before


def test_passes_stay_as_they_are_while_later_frames_are_drawn(labels: Renderer) -> None:
    labels.load(MovingScene().maker.stage())
    kept, digests = [], []
    for passes in labels.render_sequence(range(3)):
        kept.append(passes)
        digests.append(digest(passes))
    assert [digest(passes) for passes in kept] == digests


def test_begin_ahead_of_finish_needs_a_frame(labels: Renderer) -> None:
    labels.load(MovingScene(cars=1).maker.stage())
    with pytest.raises(ValueError, match=r"outside 0\.\.2"):
        labels.begin(3)
    with pytest.raises(ValueError, match="begin a frame"):
        labels.finish()


def test_drawing_threads_do_not_show() -> None:
    results = []
    for threads in ("1", "2"):
        environment = os.environ | {"LP_NUM_THREADS": threads}
        done = subprocess.run(
            [sys.executable, "-c", _PRINT_DIGESTS], cwd=HERE, env=environment, capture_output=True, text=True, check=True
        )
        results.append(done.stdout.split())
    assert results[0] == results[1]
    assert len(set(results[0])) == 3


def test_colour_changes_no_label(labels: Renderer) -> None:
    stage = MovingScene().maker.stage()
    labels.load(stage)
    plain = labels.render(1)
    with Renderer(look="raster", quality="draft") as coloured:
        coloured.load(stage)
        shaded = coloured.render(1)
    assert plain.rgb is None
    assert shaded.rgb is not None
    assert shaded.rgb.shape == (375, 1242, 3)
    assert digest(shaded) == digest(plain)
