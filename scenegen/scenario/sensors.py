"""What the ego looks with: cameras, rigs of them, lenses that bend the image, and a spinning scanner."""

from __future__ import annotations

import re
from dataclasses import KW_ONLY, dataclass
from typing import Annotated, TypeAlias

from scenegen.errors import ScenarioError
from scenegen.scenario.camera_looks import CAMERA_LOOKS
from scenegen.scenario.dist import Flag, Int, Real, Text
from scenegen.scenario.fields import Falling, Options, Quantity, Whole, YesNo, nearest

FRONT = "front"
"""Name of a camera that is alone."""

_CAMERA_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")


@dataclass(frozen=True)
class BrownConrady:
    """A lens that bends straight lines, in the terms of OpenCV and of KITTI's calibration; k1 < 0 is a barrel."""

    _: KW_ONLY
    k1: Annotated[Real, Quantity("", -10.0, 10.0, "radial, of the radius squared")] = 0.0
    k2: Annotated[Real, Quantity("", -10.0, 10.0, "radial, of its fourth power")] = 0.0
    p1: Annotated[Real, Quantity("", -1.0, 1.0, "tangential, downwards")] = 0.0
    p2: Annotated[Real, Quantity("", -1.0, 1.0, "tangential, sideways")] = 0.0
    k3: Annotated[Real, Quantity("", -10.0, 10.0, "radial, of its sixth power")] = 0.0


@dataclass(frozen=True)
class KannalaBrandt:
    """A fisheye in the terms of OpenCV: radius = focal * (angle + k1 angle^3 + k2 angle^5 + k3 angle^7 + k4 angle^9)."""

    _: KW_ONLY
    k1: Annotated[Real, Quantity("", -2.0, 2.0, "of the angle cubed; all 0: equal angles, equal steps")] = 0.0
    k2: Annotated[Real, Quantity("", -2.0, 2.0, "of its fifth power")] = 0.0
    k3: Annotated[Real, Quantity("", -2.0, 2.0, "of its seventh power")] = 0.0
    k4: Annotated[Real, Quantity("", -2.0, 2.0, "of its ninth power")] = 0.0


Distortion: TypeAlias = BrownConrady | KannalaBrandt


@dataclass(frozen=True)
class Camera:
    """A camera on the ego; by default KITTI's. Frames per second belong to the scenario's clock."""

    _: KW_ONLY
    width: Annotated[Int, Whole(16, 8192, "width of the picture", unit="px")] = 1242
    height: Annotated[Int, Whole(16, 8192, "height of the picture", unit="px")] = 375
    focal: Annotated[Real, Quantity("px", 10.0, 20000.0, "focal length")] = 721.5
    mount_x: Annotated[Real, Quantity("m", -5.0, 5.0, "ahead of the ego's middle")] = 0.0
    mount_y: Annotated[Real, Quantity("m", -3.0, 3.0, "left of the ego's middle")] = 0.0
    mount_z: Annotated[Real, Quantity("m", 0.2, 10.0, "above the ground")] = 1.65
    pitch: Annotated[Real, Quantity("deg", -45.0, 45.0, "tilt, downwards positive")] = 0.0
    yaw: Annotated[Real, Quantity("deg", -180.0, 180.0, "turn of the view, to the left positive")] = 0.0
    roll: Annotated[Real, Quantity("deg", -180.0, 180.0, "lean, lowering the right side is positive")] = 0.0
    distortion: Distortion | None = None
    look: Annotated[Text, Options(tuple(CAMERA_LOOKS), "what the fields below are where they are not given")] = "default"
    exposure_time: Annotated[Real, Quantity("s", 1e-5, 1.0, "longest exposure")] | None = None
    auto_exposure: Annotated[Flag, YesNo("follows the light of the last second")] | None = None
    motion_blur: (
        Annotated[Flag, YesNo("what moves while it is exposed is blurred; by default only in the look kitti")] | None
    ) = None
    noise: Annotated[Real, Quantity("", 0.0, 20.0, "noise of the sensor, 1 as usual")] | None = None
    bloom: Annotated[Real, Quantity("", 0.0, 20.0, "light spread round what is bright, 1 as usual")] | None = None
    flare: Annotated[Real, Quantity("", 0.0, 20.0, "sun in the lens, 1 as usual")] | None = None
    vignette: Annotated[Real, Quantity("", 0.0, 0.95, "share of the light lost in the corners")] | None = None
    softness: Annotated[Real, Quantity("px", 0.0, 3.0, "blur of the lens, standard deviation")] | None = None
    fringe: Annotated[Real, Quantity("px", 0.0, 5.0, "how far red and blue part in the corners")] | None = None
    jpeg_quality: Annotated[Int, Whole(0, 100, "quality of the camera's own compression, 0 for none")] | None = None


CAMERA_FIELDS = tuple(name for name in Camera.__dataclass_fields__ if name != "_")


@dataclass(frozen=True, init=False)
class Rig:
    """Any number of named cameras, `Rig(left=Camera(...), right=Camera(...))`; layouts for one camera show the first."""

    cameras: tuple[tuple[str, Camera], ...]

    def __init__(self, **cameras: Camera) -> None:
        """Take cameras by name.

        Raises:
            ScenarioError: none, no camera, or a name that can not be one.
        """
        if not cameras:
            raise ScenarioError("camera: a rig needs a camera, such as Rig(left=Camera(), right=Camera(mount_y=-0.54))")
        for name, camera in cameras.items():
            _check_camera(name, camera, list(cameras))
        object.__setattr__(self, "cameras", tuple(cameras.items()))

    @classmethod
    def mono(cls) -> Rig:
        """Give KITTI's camera alone."""
        return cls(front=Camera())

    @classmethod
    def kitti_stereo(cls) -> Rig:
        """Give KITTI's two colour cameras: the second 0.54 m to the right of the first, both rectified."""
        return cls(left=Camera(), right=Camera(mount_y=-_KITTI_BASE_M))

    @classmethod
    def surround_6(cls) -> Rig:
        """Give six cameras that see all round, as on nuScenes' cars.

        Source:
            Caesar et al. 2020: turns and fields of view (70 degrees, 110 to the back) as published; mounts as calibrated in
            its first scenes, to the centimetre, with our origin 1.4 m ahead of its own on the rear axle.
        """
        ahead, back = 1142.5, 560.2  # px: 70 and 110 degrees over 1600 px
        return cls(
            front=_surround(ahead, 0.0, (0.30, 0.0, 1.51)),
            front_right=_surround(ahead, -55.0, (0.15, -0.49, 1.50)),
            front_left=_surround(ahead, 55.0, (0.12, 0.49, 1.51)),
            back=_surround(back, 180.0, (-1.37, 0.0, 1.58)),
            back_left=_surround(ahead, 110.0, (-0.36, 0.48, 1.59)),
            back_right=_surround(ahead, -110.0, (-0.39, -0.48, 1.56)),
        )

    @classmethod
    def fisheye_4(cls) -> Rig:
        """Give four fisheyes of 190 degrees in both bumpers and under both mirrors; places and tilts are ours."""
        return cls(
            front=_fisheye(0.0, 20.0, (2.0, 0.0, 0.7)),
            left=_fisheye(90.0, 30.0, (0.6, 0.95, 1.0)),
            back=_fisheye(180.0, 20.0, (-2.0, 0.0, 0.9)),
            right=_fisheye(-90.0, 30.0, (0.6, -0.95, 1.0)),
        )


def _check_camera(name: str, camera: object, names: list[str]) -> None:
    if not isinstance(camera, Camera):
        raise ScenarioError(f"camera.{name}: {camera!r} is not a Camera{nearest(name, CAMERA_FIELDS)}")
    if not _CAMERA_NAME.match(name):
        raise ScenarioError(f"camera: {name!r} is not a name; use a letter, then letters, digits and _ (at most 32)")
    if name in CAMERA_FIELDS or name == "rig":
        raise ScenarioError(f"camera.{name}: this word has another meaning there; give the camera another name")
    if [other.lower() for other in names].count(name.lower()) > 1:
        raise ScenarioError(f"camera.{name}: two cameras have this name but for capitals; their folders would fall together")


_KITTI_BASE_M = 0.54
"""Geiger et al. 2012: cameras 2 and 3 stand 54 cm apart."""


def _surround(focal: float, yaw: float, mount: tuple[float, float, float]) -> Camera:
    x, y, z = mount
    return Camera(width=1600, height=900, focal=focal, yaw=yaw, mount_x=x, mount_y=y, mount_z=z)


def _fisheye(yaw: float, pitch: float, mount: tuple[float, float, float]) -> Camera:
    x, y, z = mount
    focal = 386.0  # px to the radian: 95 degrees at the sides of 1280 px
    return Camera(
        width=1280, height=960, focal=focal, yaw=yaw, pitch=pitch, mount_x=x, mount_y=y, mount_z=z, distortion=KannalaBrandt()
    )


HDL_64: tuple[float, ...] = (
    *(round(2.0 - 10.33 * k / 31, 4) for k in range(32)),
    *(round(-8.83 - 0.5 * k, 4) for k in range(32)),
)
"""Elevations of Velodyne's HDL-64E in degrees: 32 a third of a degree apart from 2 to -8.33, then 32 half a degree apart from
-8.83 to -24.33 (data sheet of the S2, which rounds the whole field out to 2 .. -24.8)."""

VLP_32C: tuple[float, ...] = (
    15.0, 10.333, 7.0, 4.667, 3.333, 2.333, 1.667, 1.333, 1.0, 0.667, 0.333, 0.0, -0.333, -0.667, -1.0, -1.333,
    -1.667, -2.0, -2.333, -2.667, -3.0, -3.333, -3.667, -4.0, -4.667, -5.333, -6.148, -7.254, -8.843, -11.31, -15.639, -25.0,
)  # fmt: skip
"""Elevations of Velodyne's VLP-32C in degrees (its user manual, table of laser channels), from the top down."""

_BEHIND_CAMERA_M, _SCANNER_HEIGHT_M = -0.27, 1.73
"""KITTI's scanner stands 27 cm behind its camera and 8 cm above it (Geiger et al. 2012)."""


@dataclass(frozen=True)
class Lidar:
    """A spinning scanner on the ego; by default KITTI's."""

    _: KW_ONLY
    elevations: Annotated[tuple[float, ...], Falling("deg", -90.0, 90.0, "one beam each, from the top down")] = HDL_64
    columns: Annotated[Int, Whole(1, 20000, "firings of each beam in a turn")] = 2083
    least_range: Annotated[Real, Quantity("m", 0.0, 10.0, "nearer things give no point")] = 0.9
    most_range: Annotated[Real, Quantity("m", 1.0, 1000.0, "farther things give no point")] = 120.0
    mount_x: Annotated[Real, Quantity("m", -5.0, 5.0, "ahead of the ego's middle")] = _BEHIND_CAMERA_M
    mount_y: Annotated[Real, Quantity("m", -3.0, 3.0, "left of the ego's middle")] = 0.0
    mount_z: Annotated[Real, Quantity("m", 0.2, 10.0, "above the ground")] = _SCANNER_HEIGHT_M
    noise: Annotated[Real, Quantity("m", 0.0, 1.0, "standard deviation of a range")] = 0.0
    drop_out: Annotated[Real, Quantity("", 0.0, 1.0, "share of the points that are lost")] = 0.0

    @classmethod
    def hdl64(cls, *, noise: Real = 0.0, drop_out: Real = 0.0) -> Lidar:
        """Give KITTI's scanner, Velodyne's HDL-64E at 10 turns a second: 64 beams, 2083 firings a turn, 0.9 to 120 m."""
        return cls(noise=noise, drop_out=drop_out)

    @classmethod
    def vlp32(cls, *, noise: Real = 0.0, drop_out: Real = 0.0) -> Lidar:
        """Give Velodyne's VLP-32C at 10 turns a second: 32 beams, a firing every 0.2 degrees, 1 to 200 m."""
        return cls(elevations=VLP_32C, columns=1800, least_range=1.0, most_range=200.0, noise=noise, drop_out=drop_out)


RIGS = {"mono": Rig.mono, "kitti_stereo": Rig.kitti_stereo, "surround_6": Rig.surround_6, "fisheye_4": Rig.fisheye_4}
LIDARS = {"hdl64": Lidar.hdl64, "vlp32": Lidar.vlp32}


def rig_preset(name: str, place: str) -> Rig:
    """Give a rig by its name in files and on the command line.

    Raises:
        ScenarioError: there is none of this name; names the nearest.
    """
    if name not in RIGS:
        raise ScenarioError(f"{place}: there is no rig {name!r} (there are {', '.join(RIGS)}){nearest(name, RIGS)}")
    return RIGS[name]()


def lidar_preset(name: str, place: str) -> Lidar:
    """Give a scanner by its name in files and on the command line.

    Raises:
        ScenarioError: there is none of this name; names the nearest.
    """
    if name not in LIDARS:
        raise ScenarioError(f"{place}: there is no lidar {name!r} (there are {', '.join(LIDARS)}){nearest(name, LIDARS)}")
    return LIDARS[name]()
