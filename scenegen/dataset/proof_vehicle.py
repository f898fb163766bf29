"""Proofs on Cityscapes' vehicle.json: heading, speed, turn rate and the way that positions give, against the ego's poses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_reference import json_of, shown
from scenegen.formats.kitti_oxts import metres_of_degrees

PLACE_M = 1e-4  # digits of degrees
WAY_SHARE = 1e-6  # of the way from the first frame
SPEED = 1e-3  # m/s, rad/s and degrees: digits, and differences of float64 poses


def prove_vehicle(proof: Proof, path_of: Callable[[int], Path]) -> None:
    """Check the files of all frames of a clip; `path_of` gives that of a frame."""
    records = {frame: json_of(path_of(frame)) for frame in range(proof.clip.frames)}
    degrees = np.array([[record["gpsLatitude"], record["gpsLongitude"]] for record in records.values()])
    metres = metres_of_degrees(degrees)
    start = proof.clip.ego.world_from_body[proof.clip.row_of(0), :2, 3]
    for frame, record in records.items():
        place, row = shown(proof, path_of(frame)), proof.clip.row_of(frame)
        way = proof.clip.ego.world_from_body[row, :2, 3] - start
        off = float(np.linalg.norm(metres[frame] - way))
        allowed = max(PLACE_M, WAY_SHARE * float(np.linalg.norm(way)))
        proof.expect("vehicles", off <= allowed, place, f"latitude and longitude lie {off:.3g} m off the ego's place")
        for name, wanted in _motion(proof, row).items():
            off = abs(record[name] - wanted)
            off = min(off, abs(off - 360)) if name == "gpsHeading" else off
            proof.expect("vehicles", off < SPEED, place, f"{name} is {record[name]:.4f}, the ego's poses give {wanted:.4f}")


def _motion(proof: Proof, row: int) -> dict[str, float]:
    """Give heading clockwise from north, speed ahead and turn rate to the left, by poses a tick before and after."""
    before, now, after = proof.clip.ego.world_from_body[row - 1 : row + 2]
    span_s = 2 / (proof.clip.scene.fps * proof.clip.scene.substeps)
    (x0, y0), (x1, y1) = before[:2, 0], after[:2, 0]
    return {
        "gpsHeading": float(np.degrees(np.arctan2(now[0, 0], now[1, 0])) % 360),
        "speed": float(now[:3, 0] @ (after[:3, 3] - before[:3, 3])) / span_s,
        "yawRate": float(np.arctan2(x0 * y1 - y0 * x1, x0 * x1 + y0 * y1)) / span_s,
    }
