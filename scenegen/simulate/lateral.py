"""How a vehicle moves sideways while it drives on: a smooth curve by travelled distance, and the heading of it."""

from __future__ import annotations

import math
from typing import NamedTuple

from scenegen.roads.network import RoadNetwork
from scenegen.scenario.scene_behaviour import ChangeLaneScene, PullOutScene, StepScene, WeaveScene
from scenegen.simulate.body import State

TIGHTEST = 0.12  # 1/m, curvature of a curve that a car drives with ease
PULLING_OUT = 0.35  # mean speed while pulling out, as a share of the speed afterwards
LEAST_WAVE = 16.0  # a wave is at least this many amplitudes long, so that it stays below half a right angle
STRAIGHTEN_M, STRAIGHTEN_S = 6.0, 1.2  # way in which a vehicle gets straight again when its curve is broken off
STEEPEST = 0.9


class Begun(NamedTuple):
    """Where a step began: offset t, way travelled, speed, and t gained per metre then."""

    t: float
    way_m: float
    speed: float
    slope: float


def curve_m(step: ChangeLaneScene | PullOutScene, begun: Begun, network: RoadNetwork) -> float:
    """Give the length of a lane change: as long as it takes at speed, but no tighter than a car drives."""
    if isinstance(step, PullOutScene):
        wanted_m = PULLING_OUT * step.speed * step.over
    else:
        wanted_m = (begun.speed if step.speed is None else step.speed) * step.over
    # The largest second derivative of the quintic is 5.77 at unit length and height
    return max(wanted_m, math.sqrt(5.77 * abs(sideways_m(step, begun, network)) / TIGHTEST), 1.0)


def sideways_m(step: ChangeLaneScene | PullOutScene, begun: Begun, network: RoadNetwork) -> float:
    """Give how far a lane change goes to the left."""
    offset = step.t if isinstance(step, ChangeLaneScene) else 0.0
    return network.lane_centre_t(step.lane) + offset - begun.t


def steered(before: State, after: State, step: StepScene | None, begun: Begun, network: RoadNetwork, direction: int) -> State:
    """Bend a straight advance along the lane into the curve of a step.

    Args:
        before: state at the piece's beginning.
        after: the same, driven on along the lane.
        step: what the vehicle does, None after its last step.
        begun: where the step began.
        network: the road.
        direction: +1 with the road, -1 against it.
    Returns:
        The state with t, heading and s of the curve; `after` itself where the way is straight.
    """
    from_m, to_m = before.travelled - begun.way_m, after.travelled - begun.way_m
    rise_m = _curve(step, begun, network, to_m)[0] - _curve(step, begun, network, from_m)[0]
    slope = max(-STEEPEST, min(STEEPEST, _curve(step, begun, network, to_m)[1]))
    if rise_m == 0.0 and slope == 0.0:
        straight = 0.0 if direction > 0 else math.pi
        return after if math.sin(after.heading) ** 2 < 1e-12 else after._replace(heading=straight)
    way_m = to_m - from_m
    along = math.sqrt(max(way_m**2 - rise_m**2, 0.0)) / way_m if way_m > 0.0 else 1.0
    return after._replace(
        s=before.s + (after.s - before.s) * along,
        t=before.t + rise_m,
        heading=math.atan2(slope, direction * math.sqrt(1.0 - slope**2)),
    )


def _curve(step: StepScene | None, begun: Begun, network: RoadNetwork, at_m: float) -> tuple[float, float]:
    """Offset gained since the step began and its slope per metre travelled."""
    offset, slope = _straightening(begun, at_m)
    if isinstance(step, (ChangeLaneScene, PullOutScene)):
        wide_m, long_m = sideways_m(step, begun, network), curve_m(step, begun, network)
        x = min(max(at_m / long_m, 0.0), 1.0)
        offset += wide_m * x**3 * (10.0 + x * (6.0 * x - 15.0))
        slope += wide_m / long_m * 30.0 * (x * (1.0 - x)) ** 2
    elif isinstance(step, WeaveScene):
        speed = begun.speed if step.speed is None else step.speed
        wave_m = max(speed * step.period, LEAST_WAVE * step.amplitude, 1.0)
        turn = 2.0 * math.pi / wave_m
        # The first wave swells, so that the way stays smooth
        x = min(max(at_m / wave_m, 0.0), 1.0)
        swell, swelling = x * x * (3.0 - 2.0 * x), 6.0 * x * (1.0 - x) / wave_m
        offset += step.amplitude * swell * math.sin(turn * at_m)
        slope += step.amplitude * (swelling * math.sin(turn * at_m) + swell * turn * math.cos(turn * at_m))
    return offset, slope


def _straightening(begun: Begun, at_m: float) -> tuple[float, float]:
    """Getting straight from the slope that the step began with."""
    if begun.slope == 0.0:
        return 0.0, 0.0
    long_m = max(STRAIGHTEN_M, STRAIGHTEN_S * begun.speed)
    x = min(max(at_m / long_m, 0.0), 1.0)
    return begun.slope * long_m * x * (1.0 - x) ** 2, begun.slope * (1.0 - x) * (1.0 - 3.0 * x)
