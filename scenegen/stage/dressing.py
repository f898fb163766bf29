"""What pictures show of vehicles beyond their meshes: who sits in them, their panel gaps from afar, dirt."""

from __future__ import annotations

from collections.abc import Iterator

from scenegen.models.mesh import Mesh, Model
from scenegen.scenario.scene import StreetScene
from scenegen.seeds import u01
from scenegen.simulate.clip import Clip, Track
from scenegen.stage.stage import Instances, VehicleLook

SECOND_SHARE, REAR_SHARE, BUS_SHARE = 0.32, 0.14, 0.4
"""Share of cars under way with somebody beside the driver, and of rear seats and a bus's seats that are taken."""


def vehicle_looks(
    clip: Clip, models: dict[int, Model], meshes: tuple[Mesh, ...], instances: Instances
) -> Iterator[VehicleLook]:
    """Give the looks of all vehicles of a clip that have panes or panel gaps.

    A vehicle that ever moves has a driver on the road's own side; everything else is drawn by its name.
    """
    # The seat is on the other side of the car than the kerb.
    road = clip.scene.road
    drivers_side = 1 if isinstance(road, StreetScene) and road.drive == "left" else 0
    instance_of = {int(object_id): i for i, object_id in enumerate(instances.object_id)}
    for track in clip.tracks:
        model = models[track.track_id]
        if track.rig != "vehicle" or (model.cabin is None and not model.seams):
            continue
        instance = instance_of[track.track_id]
        first, mesh = int(instances.first_row[instance]), meshes[instances.mesh[instance]]
        room = model.joint_index.get("tractor", 0)
        others = [index for name, index in model.joint_index.items() if name.startswith("door") or (room and index == 0)]
        yield VehicleLook(
            rows=(first + room, *(first + index for index in others)),
            cabin=model.cabin,
            seams={} if mesh is model.meshes[0] else model.seams,
            taken=_taken(clip, track, model, drivers_side),
            dirt=_u(clip, track, "dirt") ** 2,
            whim=_u(clip, track, "whim"),
        )


def _taken(clip: Clip, track: Track, model: Model, drivers_side: int) -> int:
    """Give the bits of the seats that are taken; a vehicle that stands all the time is empty."""
    if model.cabin is None or not track.motion[:, 2].any():
        return 0
    taken = 1 << drivers_side
    for row in range(min(model.cabin.rows, 8)):
        for side in range(2):
            share = BUS_SHARE if model.cabin.rows > 2 else REAR_SHARE if row else SECOND_SHARE
            if _u(clip, track, f"seat.{row}.{side}") < share:
                taken |= 1 << (2 * row + side)
    return taken


def _u(clip: Clip, track: Track, path: str) -> float:
    scene = clip.scene
    return u01(scene.seed, scene.scenario, scene.index, f"{track.name}.look.{path}")
