"""`Scene`: one sample of a scenario, numbers only. Everything right of sampling sees this and nothing else.

Units: metres, seconds, m/s, radians; degrees only where a field says `_deg`. Lanes: 1 is the lane next to the
centre line in the ego's direction, 2 the next one outwards; -1, -2 the oncoming ones. `s` runs along the road in the
ego's direction, `t` to the left. "left" and "right" are the ego's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scenegen.distortion import BrownConradyScene as BrownConradyScene
from scenegen.distortion import DistortionScene as DistortionScene
from scenegen.distortion import KannalaBrandtScene as KannalaBrandtScene

Side: TypeAlias = Literal["left", "right"]


@dataclass(frozen=True)
class StreetScene:
    """A street, two-way unless `oneway`. `curvature` in 1/m is positive to the left; `origin` is a map position."""

    lanes: int
    lane_width: float
    length: float
    sidewalk: float
    parking: float
    shoulder: float
    curvature: float
    speed_limit: float
    markings: Literal["vienna", "mutcd"]
    drive: Side
    oneway: bool
    surroundings: Literal["residential", "rural"]
    origin: tuple[float, float]
    heading_deg: float


@dataclass(frozen=True)
class LightScene:
    """Where the sun stands (degrees; azimuth clockwise from north) and whether street lamps and head lamps are lit."""

    sun_elevation_deg: float
    sun_azimuth_deg: float
    street_lamps: bool
    moonlight: float


@dataclass(frozen=True)
class WeatherScene:
    """Cloud cover 0..1, fog visibility in metres, rain in mm/h, road wetness 0..1."""

    cloud: float
    fog_visibility: float
    rain: float
    road_wetness: float


@dataclass(frozen=True)
class CameraScene:
    """Size and focal length in pixels; mount in the ego's body frame (x forward, z up, metres).

    Turns in degrees: yaw > 0 looks to the left, then pitch > 0 looks down, then roll > 0 lowers the right side.
    """

    width: int
    height: int
    focal: float
    mount_x: float
    mount_y: float
    mount_z: float
    pitch_deg: float
    name: str = "front"
    yaw_deg: float = 0.0
    roll_deg: float = 0.0
    distortion: DistortionScene | None = None


@dataclass(frozen=True)
class LidarScene:
    """A spinning scanner: one beam per elevation (degrees, from the top ring down), `columns` firings a turn.

    Mount in the ego's body frame, metres, axes x forward, y left, z up; ranges in metres. `noise` is the standard deviation of
    a range in metres, `drop_out` the share of returns that are lost.
    """

    name: str
    elevations_deg: tuple[float, ...]
    columns: int
    least_range: float
    most_range: float
    mount_x: float
    mount_y: float
    mount_z: float
    noise: float
    drop_out: float


@dataclass(frozen=True)
class OnLaneScene:
    lane: int
    s: float
    t: float


@dataclass(frozen=True)
class ParkedScene:
    side: Side
    s: float
    curb_gap: float


@dataclass(frozen=True)
class RoadsideScene:
    """`offset` metres outside the outermost paved edge (kerb or shoulder)."""

    side: Side
    s: float
    offset: float


@dataclass(frozen=True)
class SidewalkScene:
    """`t` is the share of the sidewalk's width, 0 at the kerb and 1 at the far edge."""

    side: Side
    s: float
    t: float


@dataclass(frozen=True)
class HiddenBehindScene:
    """Beyond the end of `actor` that the ego meets last, `gap` along the road, `setback` behind its kerb side flank.

    Who hides stays inside the shadow that the obstruction throws from the ego's first place: where `setback` reaches out of
    it, less is used, and an event of kind `place` at time 0 says how much.
    """

    actor: str
    gap: float
    setback: float


PlaceScene: TypeAlias = OnLaneScene | ParkedScene | RoadsideScene | SidewalkScene | HiddenBehindScene


@dataclass(frozen=True)
class AtTimeScene:
    t: float
    after: float


@dataclass(frozen=True)
class DistanceToScene:
    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class TimeToArrivalScene:
    """Fires when `actor`, at its present speed, is `below` seconds from this one's place along the road."""

    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class TimeToCollisionScene:
    actor: str
    below: float
    after: float


@dataclass(frozen=True)
class MeetScene:
    """Fires so that this actor reaches the other's path `margin` s before the other does.

    `impact` None: it enters the swept corridor then; else the per cent (0..100, from the near side) of the other's width
    at which the two would touch with margin 0.
    """

    actor: str
    margin: float
    impact: float | None
    after: float


TriggerScene: TypeAlias = AtTimeScene | DistanceToScene | TimeToArrivalScene | TimeToCollisionScene | MeetScene


@dataclass(frozen=True)
class WaitScene:
    """Stand (or for a vehicle: stay stopped) until the trigger fires or `for_` seconds have passed."""

    id: str
    until: TriggerScene | None
    for_: float | None


@dataclass(frozen=True)
class FollowLaneScene:
    id: str
    speed: float | None
    until: TriggerScene | None


@dataclass(frozen=True)
class CrossScene:
    """Walk or run over the road to the far side. `angle_deg` 90 is straight across, below 90 leans with the ego's direction.

    `run_up` is the distance in metres over which `speed` is reached from standing.
    """

    id: str
    speed: float
    angle_deg: float
    run_up: float
    until: TriggerScene | None


@dataclass(frozen=True)
class WalkAlongScene:
    """Walk along the road; `direction` is with or against the ego's."""

    id: str
    speed: float
    direction: Literal["with", "against"]
    until: TriggerScene | None


@dataclass(frozen=True)
class BrakeScene:
    """Slow down at `deceleration` (m/s2, positive) to `to` m/s."""

    id: str
    deceleration: float
    to: float
    until: TriggerScene | None


@dataclass(frozen=True)
class StopScene:
    """Come to a halt at a comfortable rate and stay until the trigger."""

    id: str
    until: TriggerScene | None


@dataclass(frozen=True)
class FreezeScene:
    """Stand still where you are for `for_` seconds, in the pose you had."""

    id: str
    for_: float


StepScene: TypeAlias = WaitScene | FollowLaneScene | CrossScene | WalkAlongScene | BrakeScene | StopScene | FreezeScene


@dataclass(frozen=True)
class VehicleScene:
    """`kind` is a catalogue name (hatchback, saloon, estate, van, box_truck); `speed` None: parked or as its steps say.

    `stream` of any actor is the name its hashed draws go by, "" for its own.
    """

    name: str
    role: str
    kind: str
    colour: str
    at: PlaceScene
    speed: float | None
    hazard_lights: bool
    does: tuple[StepScene, ...]
    stream: str = ""


@dataclass(frozen=True)
class PedestrianScene:
    """`kind`: adult or child (man, woman and elderly are drawn or named); `clothing`: dark, mixed or bright."""

    name: str
    role: str
    kind: str
    clothing: str
    at: PlaceScene
    does: tuple[StepScene, ...]
    stream: str = ""


@dataclass(frozen=True)
class DebrisScene:
    name: str
    role: str
    kind: str
    at: PlaceScene
    yaw_deg: float
    stream: str = ""


@dataclass(frozen=True)
class AnimalScene:
    """`kind` is a catalogue name of a quadruped, such as roe_deer."""

    name: str
    role: str
    kind: str
    at: PlaceScene
    does: tuple[StepScene, ...]
    stream: str = ""


@dataclass(frozen=True)
class PropScene:
    """A thing put up on or beside the road; `state` is what a traffic light shows, and nothing to all else."""

    name: str
    role: str
    kind: str
    at: PlaceScene
    yaw_deg: float
    state: str
    stream: str = ""


ActorScene: TypeAlias = VehicleScene | PedestrianScene | AnimalScene | DebrisScene | PropScene


@dataclass(frozen=True)
class EgoScene:
    """`reacts`: brakes after `reaction_time` for what stands or walks into its corridor, at most `max_braking` m/s2."""

    lane: int
    s: float
    speed: float
    reacts: bool
    reaction_time: float
    max_braking: float


@dataclass(frozen=True)
class TrafficScene:
    """Vehicles per km and lane in the ego's direction (`density`) and oncoming (`oncoming`), parked share 0..1 of bays,
    people per 100 m of sidewalk, and the headway T of the driver model in seconds. Per-vehicle draws are hashed by
    (lane, k) from the sample's own seed.
    """

    density: float
    oncoming: float
    parked: float
    pedestrians: float
    headway: float
    trucks: float


@dataclass(frozen=True)
class Draw:
    """One drawn parameter: `u` is the quantile, `law` how it was drawn, e.g. `Uniform(low=30, high=50) * 0.277778`."""

    path: str
    value: float | int | str | bool
    unit: str
    law: str
    u: float


@dataclass(frozen=True)
class Scene:
    """One concrete scene: what the simulator runs."""

    scenario: str
    seed: int
    index: int
    attempt: int
    road: StreetScene
    light: LightScene
    weather: WeatherScene
    cameras: tuple[CameraScene, ...]
    lidars: tuple[LidarScene, ...]
    traffic: TrafficScene
    ego: EgoScene
    actors: tuple[ActorScene, ...]
    duration: float
    fps: int
    substeps: int
    draws: tuple[Draw, ...]

    @property
    def frames(self) -> int:
        """Number of frames: duration times fps, at least one."""
        return max(1, round(self.duration * self.fps))

    @property
    def camera(self) -> CameraScene:
        """The first camera, which layouts for one camera show."""
        return self.cameras[0]

    @property
    def name(self) -> str:
        """Name of the clip made from this scene: scenario, seed and index."""
        return f"{self.scenario}-{self.seed:04d}-{self.index:04d}"
