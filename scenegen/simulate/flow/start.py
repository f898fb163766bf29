"""The flow when the warm-up begins: everyone in place, knowing its way, heeding nobody yet."""

from __future__ import annotations

import numpy as np

from scenegen.simulate.flow.routes import route_from
from scenegen.simulate.flow.state import EGO, NOBODY, ROUTE, SLOTS, Change, Flow, Ghosts, Setting, Slots


def no_ghosts() -> Ghosts:
    """Give no ghosts at all."""
    none, nobody = np.zeros(0), np.zeros(0, np.int64)
    return Ghosts(nobody, none, none, none, none, none, none, np.zeros(0, bool), nobody)


def first_flow(setting: Setting, step: int) -> Flow:
    """Give the flow at its first instant; the ego is not on the map yet."""
    fleet = setting.fleet
    count = len(fleet)
    zero, whole = np.zeros(count), np.zeros(count, np.int64)
    route = np.array([route_from(setting, v, int(path), 0) for v, path in enumerate(fleet.start_path)], np.int64)
    route = route.reshape(count, ROUTE)
    change = Change(fleet.offset_m, fleet.offset_m, np.full(count, -np.inf), zero + 1.0, whole - 1, zero, zero, whole)
    return Flow(
        step=step, path=fleet.start_path, came=whole - 1, s=fleet.start_m, lateral=fleet.offset_m,
        speed=fleet.start_speed, acceleration=zero, odometer=zero, wanted=fleet.start_speed,
        is_there=np.arange(count) != EGO, route=route, turns=whole, change=change, ghosts=no_ghosts(),
        slots=Slots(np.full((count, SLOTS), NOBODY), np.zeros((count, SLOTS))), waiting=zero + np.inf, blink=whole,
    )  # fmt: skip
