"""`Clip`: where every part of everything is at every tick, with what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from scenegen.geometry import BoolArray, ByteArray, FloatArray
from scenegen.models.mesh import ModelSpec
from scenegen.scenario.scene import Scene

LAMP_HEAD, LAMP_TAIL, LAMP_BRAKE, LAMP_LEFT, LAMP_RIGHT, LAMP_BEACON, LAMP_REVERSE = 1, 2, 4, 8, 16, 32, 64

VEHICLE_MOTION = (
    "steer_rad", "wheel_turn_rad", "speed_m_per_s", "acceleration_m_per_s2", "door_left_rad", "door_right_rad",
)  # fmt: skip
PERSON_MOTION = ("phase", "stride_m", "speed_m_per_s", "stance", "run", "travelled_m", "look_rad")
ANIMAL_MOTION = ("phase", "stride_m", "speed_m_per_s", "stance", "gait")
"""Columns of `Track.motion` by rig. `door_left_rad` and `door_right_rad` open the front doors, 0 closed and about 1.1 wide
open, of models built with the option `doors` (`models.vehicles.doors`); others have no such joints. `phase` counts strides
(whole number = strike of the left foot, of an animal the left hind one), from travelled distance; `stance` 1 is standing at
ease, 0 the gait pose; `run` 0 walks, 1 runs; `travelled_m` since time 0 turns the wheels of what is pushed; `look_rad` turns
the head to the left; `gait` 0 walks, 1 trots, 2 gallops. `speed_m_per_s` of people and animals is that of the gait the legs
show: steady walking shows its own, starting and freezing that of the walk it leads to or came from."""


@dataclass(frozen=True, eq=False)
class Track:
    """One thing that can be labelled, through the whole clip.

    `track_id` is > 0 and unique in the clip; `world_from_body` (ticks, 4, 4) float64; `motion` (ticks, k) float64 with the
    columns of `VEHICLE_MOTION`, `PERSON_MOTION` or `ANIMAL_MOTION` (k = 0 for things that only stand); `lamps` (ticks,) bits
    `LAMP_*`; `present` (ticks,) is False where the thing is not in the scene. `paint_linear` is the instance's paint.
    """

    track_id: int
    name: str
    role: str
    rig: Literal["static", "vehicle", "person", "animal"]
    class_name: str
    model: ModelSpec
    size_m: tuple[float, float, float]
    paint_linear: tuple[float, float, float]
    world_from_body: FloatArray
    motion: FloatArray
    lamps: ByteArray
    present: BoolArray


@dataclass(frozen=True)
class Event:
    """Something that happened: `kind` such as trigger, contact, step, place; `what` names it, e.g. `child.does.wait.until`."""

    time_s: float
    kind: str
    actor: str
    what: str


@dataclass(frozen=True, eq=False)
class Clip:
    """All poses of one scene.

    Ticks run from `first_tick` (one frame before frame 0) to one frame after the last frame, both included; tick 0 is frame 0;
    arrays are indexed by `tick - first_tick`. `time_to_conflict_s` (frames,) is the time until ego and the rare actor's
    swept corridors meet at their present speeds, inf when they do not.
    """

    scene: Scene
    first_tick: int
    ego: Track
    tracks: tuple[Track, ...]
    events: tuple[Event, ...]
    metrics: dict[str, float]
    time_to_conflict_s: FloatArray

    @property
    def frames(self) -> int:
        """Number of frames to render; a clip may end before its scene's duration, at a contact."""
        return (len(self.ego.world_from_body) - 1) // self.scene.substeps - 1

    def tick_of(self, frame: int) -> int:
        """Tick of a frame; -1 and `frames` are allowed, for flow."""
        if not -1 <= frame <= self.frames:
            raise ValueError(f"frame {frame} is outside -1..{self.frames}")
        return frame * self.scene.substeps

    def row_of(self, frame: int) -> int:
        """Row of the per-tick arrays that belongs to a frame."""
        return self.tick_of(frame) - self.first_tick


def standing_motion(ticks: int) -> FloatArray:
    """Give the empty motion of things that only stand."""
    return np.zeros((ticks, 0))
