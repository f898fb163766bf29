"""From the recorded steps of a stream to tracks: each vehicle's way over all ticks, its rear axle on its path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenegen.geometry import BoolArray, FloatArray, frozen
from scenegen.simulate.body import Body
from scenegen.simulate.clip import Track
from scenegen.simulate.flow.following import moved
from scenegen.simulate.flow.lanes import Rows
from scenegen.simulate.flow.poses import on_path
from scenegen.simulate.flow.sideways import offset_at, offset_rate_at
from scenegen.simulate.flow.state import Flow
from scenegen.simulate.stream import Stream
from scenegen.simulate.trace import lamps_of

STEEPEST_RAD = 0.62  # most that front wheels turn
SIGHT_M = 420.0  # what stays farther from the ego covers no pixel worth a label


@dataclass(frozen=True, eq=False)
class StreamRecord:
    """The steps of a stream that cover the kept ticks: `steps`, and which of them holds at each tick, (ticks,)."""

    stream: Stream
    time_s: FloatArray
    steps: tuple[Flow, ...]
    step_of: Rows

    @cached_property
    def _table(self) -> dict[str, FloatArray]:
        """Columns (ticks, vehicles) of all ticks."""
        names = ("s", "speed", "acceleration", "odometer", "path", "came", "is_there", "blink")
        found = {name: np.stack([getattr(flow, name) for flow in self.steps])[self.step_of] for name in names}
        found["next"] = np.stack([flow.route[:, 1] for flow in self.steps])[self.step_of]
        since_s = (self.time_s - np.array([flow.time_s for flow in self.steps])[self.step_of])[:, None]
        way, speed = moved(found["speed"], found["acceleration"], since_s)
        found |= {"s": found["s"] + way, "speed": speed, "odometer": found["odometer"] + way}
        changes = [flow.change for flow in self.steps]
        found["lateral"], found["aside"] = (
            np.stack([at(changes[k], t) for k, t in zip(self.step_of.tolist(), self.time_s.tolist(), strict=True)])
            for at in (offset_at, offset_rate_at)
        )
        # Within a step one may pass on to the next path
        lengths = self.stream.setting.lanes.length_m
        over_m = found["s"] - lengths[found["path"]]
        passes = (over_m > 0.0) & (found["next"] >= 0)
        found["came"] = np.where(passes, found["path"], found["came"])
        found["path"] = np.where(passes, found["next"], found["path"])
        found["s"] = np.where(passes, over_m, found["s"])
        return found

    @cached_property
    def is_on_map(self) -> BoolArray:
        """Whether a vehicle is on the drawn road, (ticks, vehicles)."""
        table = self._table
        lengths = self.stream.setting.lanes.length_m[table["path"]]
        found: BoolArray = (table["is_there"] > 0.0) & (table["s"] >= 0.0) & (table["s"] <= lengths)
        return found

    def first_seen(self, kept: Sequence[int], ego: Track) -> dict[int, float | None]:
        """Give when each of the kept vehicles first is on the map within sight of the ego, None for never.

        Args:
            kept: numbers in the cast; those of others than the stream are left out.
            ego: the ego's track.
        """
        table = self._table
        at = on_path(self.stream.setting.lanes, table["path"].astype(np.int64), table["s"])
        ego_xy = ego.world_from_body[:, None, :2, 3]
        is_near = np.hypot(at[..., 0] - ego_xy[..., 0], at[..., 1] - ego_xy[..., 1]) < SIGHT_M
        is_seen = is_near & self.is_on_map
        when = self.time_s[is_seen.argmax(axis=0)]
        row = {i: i - self.stream.first_body + 1 for i in kept if i >= self.stream.first_body}
        return {i: float(when[k]) if is_seen[:, k].any() else None for i, k in row.items()}

    def track(self, body: Body, number: int, track_id: int) -> Track:
        """Give the track of a vehicle by its number in the cast."""
        row = number - self.stream.first_body + 1
        columns = {name: values[:, row] for name, values in self._table.items()}
        poses, steer = self._poses(body, columns)
        turn = columns["odometer"] / max(body.wheel_radius_m, 1e-3)
        shut = np.zeros_like(steer)  # doors
        motion = np.stack([steer, turn, columns["speed"], columns["acceleration"], shut, shut], axis=1)
        lamps = lamps_of(body, self.time_s, columns["speed"], columns["acceleration"], columns["blink"])
        return Track(
            track_id=track_id, name=body.name, role=body.role, rig="vehicle", class_name=body.class_name, model=body.model,
            size_m=body.size_m, paint_linear=body.paint_linear, world_from_body=frozen(poses), motion=frozen(motion),
            lamps=lamps, present=self.is_on_map[:, row],
        )  # fmt: skip

    def _poses(self, body: Body, columns: dict[str, FloatArray]) -> tuple[FloatArray, FloatArray]:
        """Poses (ticks, 4, 4) and steering angles (ticks,).

        Source:
            Kinematic bicycle: Rajamani 2012, section 2.2.
        """
        lanes, half = self.stream.setting.lanes, body.wheelbase_m / 2
        path, rear_s = columns["path"].astype(np.int64), columns["s"] - half
        came = columns["came"].astype(np.int64)
        is_behind = (rear_s < 0.0) & (came >= 0)
        rear_s = np.where(is_behind, rear_s + lanes.length_m[came], rear_s)
        rear = on_path(lanes, np.where(is_behind, came, path), rear_s)
        lateral = columns["lateral"]
        yaw = rear[:, 3] + np.arctan2(columns["aside"], np.maximum(columns["speed"], 1.0))
        x = rear[:, 0] - lateral * np.sin(rear[:, 3]) + half * np.cos(yaw)
        y = rear[:, 1] + lateral * np.cos(rear[:, 3]) + half * np.sin(yaw)
        z = rear[:, 2] + half * rear[:, 5]
        steer = np.clip(np.arctan(body.wheelbase_m * rear[:, 4]), -STEEPEST_RAD, STEEPEST_RAD)
        return _leaning(x, y, z, yaw, np.arctan(rear[:, 5])), steer


def record_of(stream: Stream, time_s: FloatArray, flows: Sequence[Flow]) -> StreamRecord:
    """Keep the steps of a stream that hold at each tick."""
    steps: list[Flow] = []
    step_of = np.zeros(len(flows), np.int64)
    for row, flow in enumerate(flows):
        if not steps or steps[-1] is not flow:
            steps.append(flow)
        step_of[row] = len(steps) - 1
    return StreamRecord(stream, time_s, tuple(steps), step_of)


def _leaning(x: FloatArray, y: FloatArray, z: FloatArray, yaw: FloatArray, climb: FloatArray) -> FloatArray:
    """Poses (n, 4, 4) of bodies that look along `yaw` and up by `climb`, upright otherwise."""
    poses = np.zeros((len(x), 4, 4))
    c, s, cc, sc = np.cos(yaw), np.sin(yaw), np.cos(climb), np.sin(climb)
    poses[:, 0, 0], poses[:, 0, 1], poses[:, 0, 2], poses[:, 0, 3] = c * cc, -s, -c * sc, x
    poses[:, 1, 0], poses[:, 1, 1], poses[:, 1, 2], poses[:, 1, 3] = s * cc, c, -s * sc, y
    poses[:, 2, 0], poses[:, 2, 2], poses[:, 2, 3], poses[:, 3, 3] = sc, cc, z, 1.0
    return poses
