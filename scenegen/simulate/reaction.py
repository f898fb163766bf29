"""The ego's driver: sees what is in the corridor, and brakes for it after the reaction time."""

from __future__ import annotations

from typing import NamedTuple

from scenegen.simulate.body import Body, State

CORRIDOR_MARGIN_M = 0.3  # a driver reacts to what comes this close to the vehicle's flank
SIGHT_S = 4.0  # how many seconds ahead a driver acts on something in the way
SIGHT_M = 5.0
STOP_SHORT_M = 1.5  # the free road wanted in front when standing before a person
STOP_SHORT_OF_DEBRIS_M = 5.0  # before a thing that lies on the road: nearer, the bonnet hides it


class Alarm(NamedTuple):
    """Memory of the ego's driver: how far from alarm at the last tick, and since when alarmed."""

    value: float | None = None
    seen_s: float | None = None


class Threat(NamedTuple):
    """A body ahead: clearance beside the corridor, free road before it, how much of that to keep when standing; metres."""

    beside_m: float
    gap_m: float
    keep_m: float = STOP_SHORT_M


def threat_of(me: Body, mine: State, other: Body, its: State, its_half: tuple[float, float], stretch: float) -> Threat | None:
    """Give the threat a body is, None when it is not ahead."""
    gap_m = me.direction * (its.s - mine.s) * stretch - me.size_m[0] / 2 - its_half[0]
    if gap_m < -1.0:
        return None
    keep_m = STOP_SHORT_M if other.may_cross else STOP_SHORT_OF_DEBRIS_M
    return Threat(abs(its.t - mine.t) - me.size_m[1] / 2 - its_half[1] - CORRIDOR_MARGIN_M, gap_m, keep_m)


def heed(alarm: Alarm, threats: list[Threat], speed: float, now_s: float, tick_s: float) -> Alarm:
    """Update the alarm: raised at the interpolated instant when something in the corridor is near, held until it left."""
    if alarm.seen_s is not None:
        held = any(threat.beside_m <= 0.1 for threat in threats)
        return alarm if held else Alarm()
    sight_m = SIGHT_S * speed + SIGHT_M
    value = min((max(threat.beside_m, (threat.gap_m - sight_m) / 10.0) for threat in threats), default=None)
    if value is None or value > 0.0:
        return Alarm(value)
    share = 0.0 if alarm.value is None or alarm.value <= 0.0 else -value / (alarm.value - value)
    return Alarm(value, now_s - share * tick_s)


def emergency_braking(threats: list[Threat], speed: float, hardest: float) -> float:
    """Give the steady braking that stops short of everything in the corridor, at most the hardest."""
    rooms = [threat.gap_m - threat.keep_m for threat in threats if threat.beside_m <= 0.1]
    if not rooms:
        return 0.0
    return min(hardest, speed**2 / (2.0 * max(min(rooms), 0.05)))
