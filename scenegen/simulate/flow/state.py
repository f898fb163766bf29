"""`Flow`: all vehicles on lane paths at one instant, and what each of them heeds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from scenegen.geometry import BoolArray, FloatArray
from scenegen.simulate.flow.following import Drivers
from scenegen.simulate.flow.lanes import LaneMap, Rows
from scenegen.simulate.flow.signals import SignalGroup

EGO = 0  # the first vehicle is the ego, which is driven elsewhere
ROUTE = 5  # paths that a vehicle knows ahead, its own included
FORESIGHT_M = 150.0  # what is further ahead does not change what a driver does
STEP_S = 0.05  # one step of the traffic, the same for every frame rate, so that frame rates share their traffic
STEPS_PER_LOOK = 2  # drivers look round every tenth of a second
LOOKS_PER_S = 10

NOBODY, STANDING = -1, -2  # rows of the odometers
LEADER, BESIDE, STOP, MERGE, OBSTACLE = range(5)
SLOTS = 5
"""What a vehicle heeds: who is ahead, who is ahead in the lane it leaves, a line to stop at, who goes first, a thing."""


@dataclass(frozen=True, eq=False)
class Fleet:
    """What does not change of the vehicles, columns (n,); the ego is the first.

    `axle_m` is how far the rear axle, which keeps to the path, is behind the middle; `top_speed` is what a cyclist can do, inf
    for a car; `offset_m` is where in its lane each keeps, to the left of the middle; `phase` is at which tenth of a second it
    thinks of changing lanes; `start_m` is where its middle is when the warm-up begins, below 0 for who is yet to enter.
    """

    names: tuple[str, ...]
    length_m: FloatArray
    width_m: FloatArray
    axle_m: FloatArray
    drivers: Drivers
    offset_m: FloatArray
    top_speed: FloatArray
    is_cyclist: BoolArray
    phase: Rows
    start_path: Rows
    start_m: FloatArray
    start_speed: FloatArray

    def __len__(self) -> int:
        return len(self.names)


@dataclass(frozen=True, eq=False)
class Setting:
    """What a run of the traffic does not change: lanes, signals, vehicles, the ego's way over the lanes, and the draws.

    `ego_route` are the ego's paths in order; `draw` gives the number in [0, 1) of a path of this sample; `drive` is the side
    on which one drives; `ego_obeys` says whether the ego waits for signals and others.
    """

    lanes: LaneMap
    signals: tuple[SignalGroup, ...]
    fleet: Fleet
    ego_route: tuple[int, ...]
    draw: Callable[[str], float]
    drive: str = "right"
    ego_obeys: bool = True


@dataclass(frozen=True, eq=False)
class Ghosts:
    """What is on paths besides the vehicles of the flow, columns (g,): path, station of the middle, offset to the left.

    `soon_m` is the offset it will have shortly; half extents along and across; speed along the path; `is_soft` marks a
    closed crosswalk, which who can not stop in comfort passes. `owner` is the vehicle that it is part of, -1 for none.
    """

    path: Rows
    s: FloatArray
    lateral: FloatArray
    soon_m: FloatArray
    half_along: FloatArray
    half_across: FloatArray
    speed: FloatArray
    is_soft: BoolArray
    owner: Rows


@dataclass(frozen=True, eq=False)
class Slots:
    """What every vehicle heeds, (n, SLOTS): a row of the odometers, and the gap plus its own odometer less the other's.

    The odometers are those of the vehicles, then of the ghosts, then one that stands at 0 (row -2) and one infinitely far
    ahead (row -1).
    """

    row: Rows
    base_m: FloatArray


@dataclass(frozen=True, eq=False)
class Change:
    """Moves sideways, columns (n,): offset from and to, when begun, how long they take; `count` of decided ones.

    `old_path` is the lane that a vehicle has not yet left, -1 for none, and `old_m` what its station there is above the one
    in its present lane; `old_side_m` is where the old lane's middle lies, to the left of the present one's.
    """

    from_m: FloatArray
    to_m: FloatArray
    began_s: FloatArray
    takes_s: FloatArray
    old_path: Rows
    old_m: FloatArray
    old_side_m: FloatArray
    count: Rows


class EgoSeen(NamedTuple):
    """Where the ego is, which is driven elsewhere: path (-1 off the lanes), station, offset, speed, way so far."""

    path: int
    s: float
    lateral: float
    speed: float
    odometer: float


@dataclass(frozen=True, eq=False)
class Seen:
    """What a look finds besides the flow: ghosts on paths, and emergency vehicles (k, 3) as world x, y and heading."""

    ghosts: Ghosts
    hurrying: FloatArray


class Claim(NamedTuple):
    """A vehicle's turn to drive over a path where others cross: `zero_m` is its odometer when its middle is at the begin."""

    vehicle: int
    path: int
    zero_m: float


@dataclass(frozen=True, eq=False)
class Flow:
    """All vehicles at one step, columns (n,); every one keeps its acceleration until the next step.

    `came` is the path that led to the present one, -1 for none; `route` (n, ROUTE) are the paths ahead, the present one
    first, -1 past the end; `turns` counts the ways chosen so far.
    `is_there` is False before a vehicle is on the map and after it left. `claims` are in the order of who goes first;
    `waiting` says since when a vehicle stands at a stop line, inf while it does not. `blink` is 1 for left, -1 for right.
    """

    step: int
    path: Rows
    came: Rows
    s: FloatArray
    lateral: FloatArray
    speed: FloatArray
    acceleration: FloatArray
    odometer: FloatArray
    wanted: FloatArray
    is_there: BoolArray
    route: Rows
    turns: Rows
    change: Change
    ghosts: Ghosts
    slots: Slots
    waiting: FloatArray
    blink: Rows
    claims: tuple[Claim, ...] = ()

    @property
    def time_s(self) -> float:
        """The instant of the step in seconds."""
        return self.step * STEP_S
