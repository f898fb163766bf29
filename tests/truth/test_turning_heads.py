from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scenegen.truth.labels import posed_tracks

from .people import SUBSTEPS, person


def test_who_stands_and_turns_the_head_moves() -> None:
    still = person(1, "man", np.eye(4))
    motion = still.motion.copy()
    motion[:, -1] = np.linspace(0.0, 0.5, len(motion))
    looking = replace(still, track_id=2, motion=motion)
    scene = SimpleNamespace(substeps=SUBSTEPS, fps=10)
    clip: Any = SimpleNamespace(tracks=(still, looking), scene=scene, row_of=lambda frame: SUBSTEPS)
    stage: Any = SimpleNamespace(object_centres_m={})
    assert posed_tracks(clip, stage, 0).is_moving.tolist() == [False, True]
