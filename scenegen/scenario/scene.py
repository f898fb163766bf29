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
from scenegen.scenario.scene_behaviour import AtTimeScene as AtTimeScene
from scenegen.scenario.scene_behaviour import BrakeScene as BrakeScene
from scenegen.scenario.scene_behaviour import CrossScene as CrossScene
from scenegen.scenario.scene_behaviour import DistanceToScene as DistanceToScene
from scenegen.scenario.scene_behaviour import FollowLaneScene as FollowLaneScene
from scenegen.scenario.scene_behaviour import FreezeScene as FreezeScene
from scenegen.scenario.scene_behaviour import HiddenBehindScene as HiddenBehindScene
from scenegen.scenario.scene_behaviour import MeetScene as MeetScene
from scenegen.scenario.scene_behaviour import OnLaneScene as OnLaneScene
from scenegen.scenario.scene_behaviour import ParkedScene as ParkedScene
from scenegen.scenario.scene_behaviour import PlaceScene as PlaceScene
from scenegen.scenario.scene_behaviour import RoadsideScene as RoadsideScene
from scenegen.scenario.scene_behaviour import Side as Side
from scenegen.scenario.scene_behaviour import SidewalkScene as SidewalkScene
from scenegen.scenario.scene_behaviour import StepScene as StepScene
from scenegen.scenario.scene_behaviour import StopScene as StopScene
from scenegen.scenario.scene_behaviour import TimeToArrivalScene as TimeToArrivalScene
from scenegen.scenario.scene_behaviour import TimeToCollisionScene as TimeToCollisionScene
from scenegen.scenario.scene_behaviour import TriggerScene as TriggerScene
from scenegen.scenario.scene_behaviour import WaitScene as WaitScene
from scenegen.scenario.scene_behaviour import WalkAlongScene as WalkAlongScene


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
    surroundings: Literal["residential", "urban", "rural"]
    origin: tuple[float, float]
    heading_deg: float


@dataclass(frozen=True)
class MapScene:
    """A route over an OpenDRIVE map: from near `start` (world x, y) on, turning as `turn` says where junctions allow it.

    `speed_limit` holds where the map names none.
    """

    file: str
    start: tuple[float, float]
    turn: Literal["straight", "left", "right"]
    length: float
    speed_limit: float
    surroundings: Literal["residential", "rural"]


@dataclass(frozen=True)
class IntersectionScene:
    """Arms that meet at the world's origin, `length` each up to the junction; `lanes` counts both directions of an arm.

    The first arm lies to the west, the others follow counter-clockwise, `angle_deg` from the first to the second. The ego comes
    from arm `ego_arm`, counted from 1.
    """

    arms: int
    lanes: int
    lane_width: float
    sidewalk: float
    control: Literal["signals", "stop", "give_way", "right_before_left"]
    crosswalks: bool
    angle_deg: float
    corner_radius: float
    ego_arm: int
    turn: Literal["straight", "left", "right"]
    length: float
    speed_limit: float
    markings: Literal["vienna", "mutcd"]
    surroundings: Literal["residential", "rural"]


@dataclass(frozen=True)
class RuralRoadScene:
    """A country road that begins at the world's origin, eastwards; `form` picks one of many courses of bends and hills.

    `bend_radius` is that of a middling bend, 0 for a straight road; `hill_height` that of the highest hills, 0 for none.
    """

    length: float
    lane_width: float
    shoulder: float
    bend_radius: float
    hill_height: float
    form: int
    speed_limit: float
    markings: Literal["vienna", "mutcd"]
    surroundings: Literal["residential", "rural"]


RoadScene: TypeAlias = StreetScene | MapScene | IntersectionScene | RuralRoadScene


@dataclass(frozen=True)
class LightScene:
    """Where the sun stands (degrees; azimuth clockwise from north) and whether street lamps and head lamps are lit."""

    sun_elevation_deg: float
    sun_azimuth_deg: float
    street_lamps: bool
    moonlight: float


@dataclass(frozen=True)
class WeatherScene:
    """Cloud cover 0..1, fog visibility in metres, rain and snowfall in mm/h, road wetness and snow cover 0..1."""

    cloud: float
    fog_visibility: float
    rain: float
    road_wetness: float
    snow: float = 0.0
    snow_cover: float = 0.0


CameraLook: TypeAlias = Literal["default", "kitti", "clean"]


@dataclass(frozen=True)
class PictureScene:
    """How a camera makes a picture of the light; labels know nothing of it. Zero or False leaves a thing out.

    `look` names the response; `exposure_time` is the longest the automatic exposure takes, in seconds. `noise`, `bloom` and
    `flare` count in what is usual; `vignette` is the share of light lost in the corners; `softness` (standard deviation of
    the lens's blur) and `fringe` (how far red and blue part in the corners) are in pixels; `jpeg_quality` is Pillow's scale.
    """

    look: CameraLook = "default"
    exposure_time: float = 0.008
    auto_exposure: bool = True
    motion_blur: bool = False
    noise: float = 1.0
    bloom: float = 1.0
    flare: float = 1.0
    vignette: float = 0.10
    softness: float = 0.3
    fringe: float = 0.2
    jpeg_quality: int = 0


@dataclass(frozen=True)
class ChangeScene:
    """A field of the record `light` or `weather` that follows straight lines between points (seconds, value)."""

    record: Literal["light", "weather"]
    field: str
    points: tuple[tuple[float, float], ...]


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
    picture: PictureScene = PictureScene()


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
    yaw_deg: float = 0.0


@dataclass(frozen=True)
class PedestrianScene:
    """`kind`: adult or child (man, woman and elderly are drawn or named); `clothing`: dark, mixed, bright or hi_vis."""

    name: str
    role: str
    kind: str
    clothing: str
    at: PlaceScene
    does: tuple[StepScene, ...]
    stream: str = ""
    gear: str = "none"


@dataclass(frozen=True)
class DebrisScene:
    name: str
    role: str
    kind: str
    at: PlaceScene
    yaw_deg: float
    stream: str = ""
    does: tuple[StepScene, ...] = ()


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
    people per 100 m of sidewalk, the headway T of the driver model in seconds and its hardest braking in m/s2, riders per km of
    the outermost lanes, and the share of passers-by who cross. Per-vehicle draws are hashed by (lane, k) from the sample's
    own seed.
    """

    density: float
    oncoming: float
    parked: float
    pedestrians: float
    headway: float
    trucks: float
    max_braking: float = 8.0
    cyclists: float = 0.0
    crossing: float = 0.0


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
    """One concrete scene: what the simulator runs.

    `light` and `weather` are those at its start, `changes` how they go on. `cell` is its number in a sweep's grid, whose cells
    share seeds; `tags` say what the scenario covers; `rejected` counts how often each requirement refused a draw before this.
    """

    scenario: str
    seed: int
    index: int
    attempt: int
    road: RoadScene
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
    cell: int | None = None
    tags: tuple[str, ...] = ()
    rejected: tuple[tuple[str, int], ...] = ()
    changes: tuple[ChangeScene, ...] = ()

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
        """Name of the clip made from this scene: scenario, seed and index, and the cell of a sweep's grid."""
        cell = "" if self.cell is None else f"-c{self.cell:04d}"
        return f"{self.scenario}-{self.seed:04d}-{self.index:04d}{cell}"
