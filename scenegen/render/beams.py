"""Head, tail and brake lamps of vehicles as sources of light, found by the materials of their meshes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenegen.geometry import FloatArray, IntArray
from scenegen.models.materials import MATERIALS
from scenegen.models.mesh import Mesh
from scenegen.render.transform_table import FramePoses
from scenegen.simulate.clip import LAMP_BRAKE, LAMP_HEAD, LAMP_TAIL
from scenegen.stage.stage import Lamp, Stage

STREET, HEAD, TAIL = 0, 1, 2
"""Kinds of sources: a street lamp shines down, a dipped beam is a flat fan ahead, a tail lamp a wide cone behind."""
HEAD_CD, HEAD_REACH_M = 21_000.0, 55.0
"""Both hot spots of a dipped beam, at 10.5 kcd each (UN regulation 112), and how far its light is followed."""
TAIL_CD, BRAKE_CD, TAIL_REACH_M = 16.0, 150.0, 9.0
"""Two tail lamps and two brake lamps (UN regulation 7: 4 to 17 cd, 60 to 260 cd each)."""
HEAD_COLOUR, TAIL_COLOUR = (1.0, 0.93, 0.82), (1.0, 0.04, 0.02)


@dataclass(frozen=True, eq=False)
class Sources:
    """Sources of light in the world: `world_m` (n, 3), `reach_m` (n,), `candela` (n, 3), `axis` (n, 3) unit, `kind` (n,)."""

    world_m: FloatArray
    reach_m: FloatArray
    candela: FloatArray
    axis: FloatArray
    kind: IntArray

    def __len__(self) -> int:
        return len(self.kind)


NO_SOURCES = Sources(np.zeros((0, 3)), np.zeros(0), np.zeros((0, 3)), np.zeros((0, 3)), np.zeros(0, np.int32))


def street_sources(lamps: tuple[Lamp, ...]) -> Sources:
    """Give street lamps as sources."""
    if not lamps:
        return NO_SOURCES
    return Sources(
        np.array([lamp.world_m for lamp in lamps]), np.array([lamp.radius_m for lamp in lamps]),
        np.array([lamp.colour_linear for lamp in lamps]), np.tile([0.0, 0.0, -1.0], (len(lamps), 1)),
        np.full(len(lamps), STREET, np.int32),
    )  # fmt: skip


def joined(*parts: Sources) -> Sources:
    """Give all sources together."""
    columns = zip(*((part.world_m, part.reach_m, part.candela, part.axis, part.kind) for part in parts), strict=True)
    return Sources(*(np.concatenate(column) for column in columns))


class VehicleBeams:
    """Where the vehicles of a stage carry their lamps: one source ahead and one behind stands for each one's."""

    def __init__(self, stage: Stage) -> None:
        instances = stage.instances
        places = [{word: _middle(mesh, word) for word in ("head", "tail")} for mesh in stage.meshes]
        found = [
            (i, kind, places[mesh][word])
            for i, mesh in enumerate(instances.mesh)
            for kind, word in ((HEAD, "head"), (TAIL, "tail"))
        ]
        kept = [(i, kind, place) for i, kind, place in found if place is not None]
        self._row = np.array([instances.first_row[i] + joint for i, _, (_, joint) in kept], np.intp)
        self._kind = np.array([kind for _, kind, _ in kept], np.int32)
        self._place_m = np.array([place for _, _, (place, _) in kept]).reshape(-1, 3)

    def at(self, poses: FramePoses) -> Sources:
        """Give the lamps that burn at a frame, as if it were dark."""
        bits = poses.lamps[self._row]
        is_tail = self._kind == TAIL
        lit = poses.alive[self._row] & ((bits & np.where(is_tail, LAMP_TAIL | LAMP_BRAKE, LAMP_HEAD)) != 0)
        world_from_row = poses.world_from_row[0][self._row[lit]]
        if not len(world_from_row):
            return NO_SOURCES
        is_tail, bits = is_tail[lit], bits[lit]
        ahead = world_from_row[:, :3, 0] / np.linalg.norm(world_from_row[:, :3, 0], axis=1, keepdims=True)
        behind_cd = TAIL_CD * ((bits & LAMP_TAIL) != 0) + BRAKE_CD * ((bits & LAMP_BRAKE) != 0)
        return Sources(
            world_m=np.einsum("nij,nj->ni", world_from_row[:, :3, :3], self._place_m[lit]) + world_from_row[:, :3, 3],
            reach_m=np.where(is_tail, TAIL_REACH_M, HEAD_REACH_M),
            candela=np.where(is_tail[:, None], behind_cd[:, None] * np.array(TAIL_COLOUR), HEAD_CD * np.array(HEAD_COLOUR)),
            axis=np.where(is_tail[:, None], -ahead, ahead),
            kind=np.where(is_tail, TAIL, HEAD).astype(np.int32),
        )


def _middle(mesh: Mesh, word: str) -> tuple[FloatArray, int] | None:
    """Give the middle (3,) of what emits by a word, just before its glass, and its joint; None where a mesh has none."""
    rows = [row for row, material in enumerate(MATERIALS) if material.emits == word]
    glass = np.flatnonzero(np.isin(mesh.material, rows))
    if not len(glass):
        return None
    joint = int(np.bincount(mesh.joints[glass, 0]).argmax())
    points = mesh.positions_m[glass].astype(np.float64)
    low, high = points.min(0), points.max(0)
    middle = (low + high) / 2
    middle[0] = high[0] + 0.03 if word == "head" else low[0] - 0.03
    return middle, joint
