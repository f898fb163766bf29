"""Proofs on `nuscenes`: chains of tables, poses and mounts, boxes against the clip's tracks, points against both."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from scenegen.classes import CLASSES
from scenegen.dataset.proof import Proof
from scenegen.dataset.proof_objects import check_place, in_box, last_track
from scenegen.dataset.proof_reference import (
    check_picture,
    depth_beside,
    file_bytes,
    ids_beside,
    json_of,
    slot_of,
    sweep_beside,
)
from scenegen.dataset.proof_surfaces import SIGMAS, check_scan, lidar_pose
from scenegen.errors import DatasetError
from scenegen.formats import nuscenes_tables
from scenegen.formats.layout import Slot
from scenegen.formats.nuscenes import decode_points, part_path
from scenegen.formats.nuscenes_names import CATEGORIES, class_category
from scenegen.formats.nuscenes_tables import LIDAR_FROM_NU, TABLES, lidarseg_path, sensor_path, time_us, token
from scenegen.formats.quaternion import rotation_of_wxyz
from scenegen.geometry import FloatArray, pose, rigid_inverse
from scenegen.simulate.clip import Track
from scenegen.stage.build import body_from_camera

NAME = "nuscenes"
UNIT = 1e-6  # of a quaternion's length
POSE = 1e-6  # metres and entries of rotations: quaternions have 16 digits
BOX_M = 0.1  # turned wheels and mirrors reach out of a vehicle's box
COUNT_SHARE = 0.05  # of a vehicle's points, for those that reach out farther and the ground's that reach in

Row = dict[str, Any]
Table = dict[str, Row]


@dataclass(frozen=True, eq=False)
class _Tables:
    """The rows of one clip by table and token; `channels` by sensor token, with ego_from_sensor (4, 4) in nuScenes' axes."""

    rows: dict[str, Table]
    folder: str

    def of(self, table: str, key: str, place: str) -> Row:
        """Give a row; a token that leads nowhere is refused with its place."""
        try:
            return self.rows[table][key]
        except KeyError:
            raise DatasetError(f"{NAME} {self.folder}/{place}: {table} has no row {key!r}") from None


def prove_nuscenes(proof: Proof) -> None:
    """Check the clip's rows of all tables, and the files that they name."""
    slot = slot_of(proof)
    tables = _read(proof, slot)
    mounts = _mounts(proof)
    try:
        samples = _chain(proof, tables, slot)
        _prove_mounts(proof, tables, mounts)
        _prove_data(proof, tables, slot, samples)
        _prove_annotations(proof, tables, slot, samples)
    except (KeyError, TypeError) as error:
        raise DatasetError(f"{NAME} {tables.folder}: {type(error).__name__}: {error}") from None
    for frame in range(proof.clip.frames):
        _prove_turns(proof, tables, slot, frame, mounts)
        proof.on_frame()


def _read(proof: Proof, slot: Slot) -> _Tables:
    base = proof.reader.root / NAME
    rows = {}
    for table in TABLES:
        found = json_of(base / part_path(slot.clip, table))
        place = f"{NAME} {part_path(slot.clip, table)}"
        tokens = [row["token"] for row in found]
        proof.expect("nuscenes tokens", len(set(tokens)) == len(tokens), place, "a token stands twice")
        rows[table] = dict(zip(tokens, found, strict=True))
    return _Tables(rows, f"parts/{slot.clip}")


def _mounts(proof: Proof) -> dict[str, FloatArray]:
    """Give ego_from_sensor of every channel by the clip's rig, in nuScenes' axes."""
    scene = proof.clip.scene
    cameras = {nuscenes_tables.camera_channel(eye.name): body_from_camera(eye) for eye in scene.cameras}
    channels = nuscenes_tables.lidar_channels(build.name for build in scene.lidars)
    scanners = {
        channels[build.name]: pose(build.mount_x, build.mount_y, build.mount_z) @ LIDAR_FROM_NU for build in scene.lidars
    }
    return {**cameras, **scanners}


def _placed(proof: Proof, row: Row, where: str) -> FloatArray:
    length = float(np.linalg.norm(row["rotation"]))
    proof.expect("nuscenes quaternions", abs(length - 1) < UNIT, where, f"rotation {row['rotation']} is of length {length:.6f}")
    placed = np.eye(4)
    placed[:3, :3] = rotation_of_wxyz(row["rotation"])
    placed[:3, 3] = row["translation"]
    return placed


def _chain(proof: Proof, tables: _Tables, slot: Slot) -> list[str]:
    """Walk the samples of the clip's scene."""
    (scene,) = tables.rows["scene"].values()
    place, samples = f"{NAME} {tables.folder}/sample.json", [scene["first_sample_token"]]
    while len(samples) <= proof.clip.frames:
        row = tables.of("sample", samples[-1], "scene.json")
        frame, wanted = len(samples) - 1, time_us(slot, len(samples) - 1)
        before = samples[-2] if frame else ""
        proof.expect(
            "nuscenes chains", row["prev"] == before, f"{place} frame {frame}", f"prev is {row['prev']!r}, wanted {before!r}"
        )
        off = abs(row["timestamp"] - wanted)
        proof.expect("nuscenes times", off <= 1, f"{place} frame {frame}", f"timestamp {row['timestamp']} us, wanted {wanted}")
        if not row["next"]:
            break
        samples.append(row["next"])
    holds = len(samples) == proof.clip.frames == scene["nbr_samples"] and samples[-1] == scene["last_sample_token"]
    text = (
        f"the chain has {len(samples)} samples, the scene tells {scene['nbr_samples']}, the clip has {proof.clip.frames} frames"
    )
    proof.expect("nuscenes chains", holds, place, text)
    return samples[: proof.clip.frames]


def _prove_mounts(proof: Proof, tables: _Tables, mounts: dict[str, FloatArray]) -> None:
    for row in tables.rows["calibrated_sensor"].values():
        sensor = tables.of("sensor", row["sensor_token"], "calibrated_sensor.json")
        where = f"{NAME} {tables.folder}/calibrated_sensor.json {sensor['channel']}"
        known = sensor["channel"] in mounts
        proof.expect("nuscenes mounts", known, where, f"the rig has {sorted(mounts)}")
        if known:
            off = float(np.abs(_placed(proof, row, where) - mounts[sensor["channel"]]).max())
            proof.expect("nuscenes mounts", off < POSE, where, f"stands {off:.3g} off the rig's mount")
        for eye in proof.clip.scene.cameras:
            if nuscenes_tables.camera_channel(eye.name) == sensor["channel"]:
                off = float(np.abs(np.array(row["camera_intrinsic"]) - proof.seen_by(eye).lens.matrix).max())
                proof.expect("nuscenes lenses", off < POSE, where, f"camera_intrinsic is {off:.3g} px off the clip's lens")


def _prove_data(proof: Proof, tables: _Tables, slot: Slot, samples: list[str]) -> None:
    """Every sensor has data at every sample, with the ego's pose and a file."""
    place = f"{NAME} {tables.folder}/sample_data.json"
    frame_of = {sample: frame for frame, sample in enumerate(samples)}
    eyes = {nuscenes_tables.camera_channel(eye.name): eye for eye in proof.clip.scene.cameras}
    for row in tables.rows["sample_data"].values():
        calibrated = tables.of("calibrated_sensor", row["calibrated_sensor_token"], "sample_data.json")
        channel = tables.of("sensor", calibrated["sensor_token"], "calibrated_sensor.json")["channel"]
        frame = frame_of.get(row["sample_token"])
        where = f"{place} {channel} frame {frame}"
        proof.expect("nuscenes data", frame is not None, place, f"{row['token']} belongs to no sample of the clip")
        if frame is None:
            continue
        ego = tables.of("ego_pose", row["ego_pose_token"], "sample_data.json")
        wanted = proof.clip.ego.world_from_body[proof.clip.row_of(frame)]
        off = float(np.abs(_placed(proof, ego, f"{where} ego_pose") - wanted).max())
        proof.expect("nuscenes ego poses", off < POSE, f"{where} ego_pose", f"is {off:.3g} off the clip's pose")
        named = sensor_path(slot, channel, frame)
        path = proof.reader.root / NAME / row["filename"]
        proof.expect(
            "nuscenes files", row["filename"] == named and path.exists(), where, f"{row['filename']} is missing or misnamed"
        )
        if channel in eyes:
            eye = eyes[channel]
            told = (row["width"], row["height"])
            proof.expect(
                "nuscenes sizes", told == (eye.width, eye.height), where, f"{told} px, the camera {eye.width, eye.height}"
            )
            if path.exists():
                check_picture(proof.seen_by(eye), frame, path, NAME)
    channels = {row["channel"] for row in tables.rows["sensor"].values()}
    count = len(tables.rows["sample_data"])
    proof.expect("nuscenes data", count == len(channels) * len(samples), place, f"{count} rows of {len(channels)} sensors")


def _prove_annotations(proof: Proof, tables: _Tables, slot: Slot, samples: list[str]) -> None:
    """Boxes stand where the clip's tracks stand; the boxes of each object are a chain in the order of time."""
    frame_of, stood = {sample: frame for frame, sample in enumerate(samples)}, dict[int, FloatArray]()
    tracks = _instances(proof, slot, tables.rows["instance"])
    chains: dict[str, list[tuple[int, Row]]] = {}
    for row in tables.rows["sample_annotation"].values():
        frame = frame_of.get(row["sample_token"])
        if frame is None:
            raise DatasetError(
                f"{NAME} {tables.folder}/sample_annotation.json: {row['token']} belongs to no sample of the clip"
            )
        track_id = tracks.get(row["instance_token"], 0)
        where = f"{NAME} {tables.folder}/sample_annotation.json frame {frame} object {track_id}"
        width, length, height = row["size"]
        body = _placed(proof, row, where) @ pose(0.0, 0.0, -height / 2)
        check_place(proof, frame, track_id, body, (length, width, height), stood, layout=NAME, where=where, tolerance_m=1e-5)
        chains.setdefault(row["instance_token"], []).append((frame, row))
    for key, instance in tables.rows["instance"].items():
        chain = sorted(chains.get(key, []), key=lambda entry: entry[0])
        _prove_chain(
            proof, instance, [row for _, row in chain], f"{NAME} {tables.folder}/instance.json object {tracks.get(key, 0)}"
        )
    _prove_categories(proof, tables, {track.track_id: track for track in proof.clip.tracks}, tracks)


def _instances(proof: Proof, slot: Slot, rows: Table) -> dict[str, int]:
    """Give track ids by token: those of the clip's tracks, and one above them for each thing beside the road."""
    named = {token(slot.clip, "instance", track.track_id): track.track_id for track in proof.clip.tracks}
    things = (key for key in rows if key not in named)
    return named | {key: number for number, key in enumerate(things, last_track(proof) + 1)}


def _prove_chain(proof: Proof, instance: Row, chain: list[Row], where: str) -> None:
    tokens = [row["token"] for row in chain]
    holds = bool(tokens) and [instance["first_annotation_token"], instance["last_annotation_token"]] == [tokens[0], tokens[-1]]
    holds &= instance["nbr_annotations"] == len(tokens)
    holds &= [row["prev"] for row in chain] == ["", *tokens[:-1]] and [row["next"] for row in chain] == [*tokens[1:], ""]
    proof.expect(
        "nuscenes chains", holds, where, f"its {len(tokens)} boxes are no chain, {instance['nbr_annotations']} are told"
    )


def _prove_categories(proof: Proof, tables: _Tables, clip_tracks: dict[int, Track], tracks: dict[str, int]) -> None:
    names = {token("category", name): name for name in CATEGORIES}
    for key, row in tables.rows["instance"].items():
        track = clip_tracks.get(tracks[key])
        where = f"{NAME} {tables.folder}/instance.json object {tracks[key]}"
        name = names.get(row["category_token"], "")
        proof.expect("nuscenes categories", bool(name), where, f"category {row['category_token']} is none of nuScenes'")
        if track is not None and track.class_name in ("car", "van", "truck", "bus", "person"):
            kind = (
                class_category(track.class_name).rsplit(".", 1)[0]
                if track.class_name == "person"
                else class_category(track.class_name)
            )
            proof.expect(
                "nuscenes categories", name.startswith(kind), where, f"is {name}, the clip's track a {track.class_name}"
            )


def _prove_turns(proof: Proof, tables: _Tables, slot: Slot, frame: int, mounts: dict[str, FloatArray]) -> None:
    """Check the points of every scanner, their categories, and how many each box is told to have."""
    base, counted, sure = proof.reader.root / NAME, dict[int, int](), True
    channels = nuscenes_tables.lidar_channels(build.name for build in proof.clip.scene.lidars)
    for build in proof.clip.scene.lidars:
        name = sensor_path(slot, channels[build.name], frame)
        points = decode_points(file_bytes(base / name)).astype(np.float64)
        categories = np.frombuffer(file_bytes(base / lidarseg_path(slot, channels[build.name], frame)), np.uint8)
        place = f"{NAME} {name}"
        fits = len(categories) == len(points) and int(categories.max(initial=0)) < len(CATEGORIES)
        proof.expect("nuscenes lidarseg", fits, place, f"{len(categories)} categories of {len(points)} points")
        rings = points[:, 4]
        legal = bool((rings < len(build.elevations_deg)).all())
        proof.expect("nuscenes rings", legal, place, f"ring {rings.max(initial=0):.0f} of {len(build.elevations_deg)}")
        world_from_lidar = lidar_pose(proof, build, frame)
        cam_from_lidar = rigid_inverse(proof.camera(frame)) @ world_from_lidar
        depth, ids = depth_beside(proof, frame, NAME), ids_beside(proof, frame)
        check_scan(proof, frame, points[:, :3], build, cam_from_lidar, depth, ids, layout=NAME, place=place)
        beside = sweep_beside(proof, frame, build.name)
        if beside is not None and len(beside["object_id"]) == len(points) and fits:
            wanted = _categories(tables, slot, beside)
            off = int((wanted != categories).sum())
            proof.expect(
                "nuscenes lidarseg", off == 0, place, f"{off} points are of another category than their object or class"
            )
            for track_id, count in zip(*np.unique(beside["object_id"], return_counts=True), strict=True):
                counted[int(track_id)] = counted.get(int(track_id), 0) + int(count)
        else:
            sure = False
            world = points[:, :3] @ world_from_lidar[:3, :3].T + world_from_lidar[:3, 3]
            for track in proof.tracks(frame):
                margin = BOX_M + SIGMAS * build.noise
                inside = in_box(world, proof.body(track, frame), track.size_m, margin) & (points[:, 2] + build.mount_z > BOX_M)
                counted[track.track_id] = counted.get(track.track_id, 0) + int(inside.sum())
    _prove_counts(proof, tables, slot, frame, counted, is_sure=sure)


def _categories(tables: _Tables, slot: Slot, sweep: dict[str, npt.NDArray[Any]]) -> npt.NDArray[np.int64]:
    """Give the category of every point of a turn: that of its object's boxes, else that of its class."""
    of_class = np.array([CATEGORIES.index(class_category(entry.name)) for entry in CLASSES], np.int64)
    numbers: npt.NDArray[np.int64] = of_class[sweep["class_id"]]
    index_of = {token("category", name): number for number, name in enumerate(CATEGORIES)}
    for track_id in np.unique(sweep["object_id"][sweep["object_id"] > 0]).tolist():
        instance = tables.rows["instance"].get(token(slot.clip, "instance", track_id))
        if instance is not None:
            numbers[sweep["object_id"] == track_id] = index_of.get(instance["category_token"], -1)
    return numbers


def _prove_counts(proof: Proof, tables: _Tables, slot: Slot, frame: int, counted: dict[int, int], *, is_sure: bool) -> None:
    by_token = {row["token"]: row for row in tables.rows["sample_annotation"].values()}
    vehicles: Iterable[Track] = (track for track in proof.tracks(frame) if is_sure or track.rig == "vehicle")
    for track in vehicles:
        row = by_token.get(token(slot.clip, "annotation", track.track_id, frame))
        wanted = counted.get(track.track_id, 0)
        where = f"{NAME} {tables.folder}/sample_annotation.json frame {frame} object {track.track_id}"
        if row is None:
            proof.expect("nuscenes points", wanted == 0 or not is_sure, where, f"is missing, and {wanted} points fall on it")
            continue
        told = row["num_lidar_pts"]
        if not proof.clip.scene.lidars:
            wanted = -1
        slack = 0 if is_sure or wanted < 0 else 5 + COUNT_SHARE * wanted
        proof.expect("nuscenes points", abs(told - wanted) <= slack, where, f"num_lidar_pts {told}, {wanted} points fall on it")
