"""What GL does not draw of a rig: sweeps of scanners, cast beside drawing on the threads that label."""

from __future__ import annotations

import threading

from scenegen.batch.wanted import Wanted
from scenegen.rays.scene import RayScene
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage
from scenegen.truth.frame import Sweep
from scenegen.truth.point_clouds import sweep


class Sensors:
    """Casts what is wanted of one clip; rays are cast by one thread at a time."""

    def __init__(self, clip: Clip, stage: Stage, wanted: Wanted) -> None:
        self._clip, self._lidars = clip, stage.lidars if wanted.sweeps else ()
        self._lock = threading.Lock()
        self._rays = RayScene(stage) if self._lidars else None

    def sweeps(self, frame: int) -> tuple[Sweep, ...]:
        """Give what every scanner sees at a frame."""
        if self._rays is None:
            return ()
        with self._lock:
            return tuple(sweep(self._rays, self._clip.scene, lidar, frame) for lidar in self._lidars)
