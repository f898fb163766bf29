"""KITTI's oxts lines: 30 values of a GPS/IMU unit that stands in the ego's own frame and makes no errors.

Position: the world's origin lies at 49 degrees north, 8.4 east (Karlsruhe, where KITTI was recorded); metres become degrees
by the inverse of the Mercator projection that the development kit uses, whose scale is the cosine of a sequence's first
latitude, so that its readers get our metres back. Altitude is the world's z. Accelerations hold gravity, as a unit at rest
feels it. Accuracies are 0; there are no satellites, so their number and the three modes are 0 too; navstat 4 means locked.
Source: KITTI raw development kit (Geiger et al. 2013), dataformat.txt and convertOxtsToPose.m.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scenegen.errors import DatasetError
from scenegen.geometry import FloatArray
from scenegen.truth.frame import EgoState, FrameLabels

ORIGIN_LAT_DEG, ORIGIN_LON_DEG = 49.0, 8.4
EARTH_RADIUS_M = 6378137.0  # WGS 84 equatorial radius, as the development kit has it
GRAVITY_M_PER_S2 = 9.80665  # standard gravity, CGPM 1901
STATUS = (0, 0, 4, 0, 0, 0, 0)
FIELDS = {
    "lat": "latitude (deg)",
    "lon": "longitude (deg)",
    "alt": "altitude (m)",
    "roll": "roll angle (rad), 0 = level, positive = left side up",
    "pitch": "pitch angle (rad), 0 = level, positive = front down",
    "yaw": "heading (rad), 0 = east, positive = counter clockwise",
    "vn": "velocity towards north (m/s)",
    "ve": "velocity towards east (m/s)",
    "vf": "forward velocity, parallel to the earth's surface (m/s)",
    "vl": "leftward velocity, parallel to the earth's surface (m/s)",
    "vu": "upward velocity, perpendicular to the earth's surface (m/s)",
    "ax": "acceleration in x, in the direction of the vehicle's front, gravity included (m/s^2)",
    "ay": "acceleration in y, in the direction of the vehicle's left, gravity included (m/s^2)",
    "az": "acceleration in z, in the direction of the vehicle's top, gravity included (m/s^2)",
    "af": "forward acceleration, parallel to the earth's surface (m/s^2)",
    "al": "leftward acceleration, parallel to the earth's surface (m/s^2)",
    "au": "upward acceleration, gravity included (m/s^2)",
    "wx": "angular rate around x (rad/s)",
    "wy": "angular rate around y (rad/s)",
    "wz": "angular rate around z (rad/s)",
    "wf": "angular rate around the forward axis (rad/s)",
    "wl": "angular rate around the leftward axis (rad/s)",
    "wu": "angular rate around the upward axis (rad/s)",
    "pos_accuracy": "position accuracy (m)",
    "vel_accuracy": "velocity accuracy (m/s)",
    "navstat": "navigation status",
    "numsats": "number of satellites",
    "posmode": "position mode of the receiver",
    "velmode": "velocity mode of the receiver",
    "orimode": "orientation mode of the receiver",
}


def oxts_lines(labels: Sequence[FrameLabels]) -> list[str]:
    """Give one line of 30 values for every frame of a clip, in order, each with its line end."""
    world_m = np.array([frame.ego.world_from_body.now[:3, 3] for frame in labels])
    places = degrees_of_metres(world_m[:, :2])
    return [
        _line(frame.ego, (float(lat), float(lon), float(alt)))
        for frame, (lat, lon), alt in zip(labels, places, world_m[:, 2], strict=True)
    ]


def dataformat_text() -> str:
    """Give dataformat.txt: what each value means."""
    return "".join(f"{name + ':':14}{meaning}\n" for name, meaning in FIELDS.items())


def degrees_of_metres(world_m: FloatArray) -> FloatArray:
    """Give latitude and longitude (n, 2) in degrees of a sequence's places (n, 2) in metres east and north."""
    first = _unproject(world_m[:1], np.cos(np.radians(ORIGIN_LAT_DEG)), (ORIGIN_LAT_DEG, ORIGIN_LON_DEG))[0]
    # Readers scale by the first latitude: go on from there with that scale.
    return _unproject(world_m - world_m[0], np.cos(np.radians(first[0])), (float(first[0]), float(first[1])))


def metres_of_degrees(places_deg: FloatArray) -> FloatArray:
    """Give metres (n, 2) east and north of the first place from latitude and longitude (n, 2), as the development kit does."""
    scale = np.cos(np.radians(places_deg[0, 0]))
    east = scale * EARTH_RADIUS_M * np.radians(places_deg[:, 1])
    north = scale * EARTH_RADIUS_M * _mercator(places_deg[:, 0])
    metres: FloatArray = np.stack([east - east[0], north - north[0]], axis=1)
    return metres


def _mercator(lat_deg: FloatArray) -> FloatArray:
    projected: FloatArray = np.log(np.tan(np.radians(90 + lat_deg) / 2))
    return projected


def _unproject(metres: FloatArray, scale: float, origin_deg: tuple[float, float]) -> FloatArray:
    lat, lon = origin_deg
    north = _mercator(np.array(lat)) + metres[:, 1] / (scale * EARTH_RADIUS_M)
    places: FloatArray = np.stack(
        [np.degrees(2 * np.arctan(np.exp(north))) - 90, lon + np.degrees(metres[:, 0] / (scale * EARTH_RADIUS_M))], axis=1
    )
    return places


def _line(ego: EgoState, place: tuple[float, float, float]) -> str:
    turn = ego.world_from_body.now[:3, :3]
    roll, pitch = float(np.arctan2(turn[2, 1], turn[2, 2])), float(np.arcsin(np.clip(-turn[2, 0], -1, 1)))
    yaw = float(np.arctan2(turn[1, 0], turn[0, 0]))
    c, s = np.cos(yaw), np.sin(yaw)
    level_from_body = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]]) @ turn
    east, north, _ = turn @ ego.velocity_m_per_s
    gravity_body = turn.T @ (0.0, 0.0, GRAVITY_M_PER_S2)
    felt = ego.acceleration_m_per_s2 + gravity_body
    values = (
        *place, roll, pitch, yaw, north, east, *(level_from_body @ ego.velocity_m_per_s), *felt, *(level_from_body @ felt),
        *ego.turn_rate_rad_per_s, *(level_from_body @ ego.turn_rate_rad_per_s),
    )  # fmt: skip
    return " ".join([*(f"{value + 0.0:.14g}" for value in values), *(str(number) for number in STATUS)]) + "\n"


def read_oxts(text: str) -> list[dict[str, float]]:
    """Read oxts lines into their named values; a line that has not 30 is refused with its number."""
    packets = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split(" ")
        if len(words) != len(FIELDS):
            raise DatasetError(f"oxts line {number}: {len(words)} values, wanted {len(FIELDS)}")
        packets.append(dict(zip(FIELDS, (float(word) for word in words), strict=True)))
    return packets
