"""What makes one form of a body family differ from the next: its stations, drawn within a few per cent by the form's number."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.vehicles.plans import (
    COWL,
    HOOD,
    MID_REAR,
    MID_SCREEN,
    NOSE_EDGE,
    RAIL_SHARE,
    REAR_FOOT,
    ROOF_FRONT,
    ROOF_MIDDLE,
    ROOF_REAR,
    TAIL_EDGE,
    X_CENTRE,
    X_SIDE,
    Z_CENTRE,
    Z_RAIL,
    Z_SHOULDER,
    BodyPlan,
)  # fmt: skip
from scenegen.seeds import u01


@dataclass(frozen=True)
class Draws:
    """The hashed draws of one form of a kind."""

    kind: str
    seed: int

    def u(self, path: str) -> float:
        """Draw a number in [0, 1)."""
        return u01(self.seed, "vehicle-form", 0, f"{self.kind}.{path}")

    def between(self, path: str, low: float, high: float) -> float:
        """Draw a number from low to high."""
        return low + (high - low) * self.u(path)

    def chance(self, path: str, share: float) -> bool:
        """Say yes in this share of the forms."""
        return self.u(path) < share

    def pick(self, path: str, count: int) -> int:
        """Draw a whole number below count."""
        return int(self.u(path) * count)


@dataclass(frozen=True)
class Reach:
    """How far a family's forms reach, metres: rake of both screens, heights of deck, bonnet and belt, lengths of nose and tail,
    rise of the roof.
    """

    front_rake: float = 0.11
    rear_rake: float = 0.10
    deck: float = 0.03
    bonnet: float = 0.035
    belt: float = 0.028
    nose: float = 0.06
    tail: float = 0.05
    roof: float = 0.018


REACHES = {
    "hatchback": Reach(rear_rake=0.14),
    "saloon": Reach(front_rake=0.12, rear_rake=0.16, tail=0.08),
    "estate": Reach(rear_rake=0.13),
    "suv": Reach(rear_rake=0.14, bonnet=0.045, belt=0.035),
    "van": Reach(front_rake=0.14, rear_rake=0.02, bonnet=0.05, nose=0.10, tail=0.01),
    "pickup": Reach(rear_rake=0.04, deck=0.0, tail=0.0),
    "ambulance": Reach(front_rake=0.06, rear_rake=0.0, deck=0.0, bonnet=0.02, belt=0.0, nose=0.03, tail=0.0, roof=0.0),
}
_NOISE_SHARE = 0.006
"""Of the heights, on top: no two forms share a line."""


def varied(plan: BodyPlan, draws: Draws) -> BodyPlan:
    """Give the plan of one form: every station moved smoothly within the reach of its family, in order as before."""
    reach = REACHES.get(draws.kind)
    if reach is None:
        return plan
    stations = plan.stations.copy()
    _shift_ends(stations, draws, reach)
    _lean_screens(stations, draws, reach)
    _raise_lines(stations, draws, reach)
    wave = _wave(draws, len(stations))
    stations[:, [Z_SHOULDER, Z_CENTRE, Z_RAIL]] *= 1.0 + _NOISE_SHARE * wave[:, None]
    stations[:, RAIL_SHARE] += draws.between("tumblehome", -0.018, 0.018)
    shift = draws.between("pillar.b", -0.04, 0.06)
    b, c = plan.pillars_m
    return replace(plan, stations=_in_order(stations, plan), pillars_m=(b + shift, c + draws.between("pillar.c", -0.03, 0.03)))


def _shift_ends(stations: FloatArray, draws: Draws, reach: Reach) -> None:
    """Make nose and tail longer or shorter, and more or less bowed in plan."""
    nose, tail = (draws.between(name, -size, size) for name, size in (("nose", reach.nose), ("tail", reach.tail)))
    for row, share in zip(range(NOSE_EDGE, COWL), (1.0, 0.8, 0.5, 0.25), strict=True):
        stations[row, [X_SIDE, X_CENTRE]] += nose * share
    for row, share in ((REAR_FOOT, 0.5), (TAIL_EDGE, 1.0)):
        stations[row, [X_SIDE, X_CENTRE]] -= tail * share
    bow = draws.between("bow", 0.75, 1.25)
    for row in (NOSE_EDGE, HOOD):
        stations[row, X_CENTRE] = stations[row, X_SIDE] + bow * (stations[row, X_CENTRE] - stations[row, X_SIDE])


def _lean_screens(stations: FloatArray, draws: Draws, reach: Reach) -> None:
    """Lay both screens flatter or set them more upright."""
    front, rear = draws.between("rake.front", -reach.front_rake, 0.5 * reach.front_rake), draws.between("rake.rear", -0.4, 1.0)
    rear *= reach.rear_rake
    for row, share, by in ((MID_SCREEN, 0.5, front), (ROOF_FRONT, 1.0, front), (ROOF_REAR, 1.0, rear), (MID_REAR, 0.5, rear)):
        stations[row, [X_SIDE, X_CENTRE]] += share * by
    stations[ROOF_MIDDLE, [X_SIDE, X_CENTRE]] += 0.5 * (front + rear)


def _raise_lines(stations: FloatArray, draws: Draws, reach: Reach) -> None:
    """Raise or lower bonnet, belt, roof and deck."""
    bonnet = draws.between("bonnet", -reach.bonnet, reach.bonnet)
    for row, share in zip(range(NOSE_EDGE, MID_SCREEN), (0.8, 1.0, 0.9, 0.6, 0.4), strict=True):
        stations[row, [Z_SHOULDER, Z_CENTRE, Z_RAIL]] += share * bonnet
    belt, wedge = draws.between("belt", -reach.belt, reach.belt), draws.between("wedge", -0.5, 1.0) * reach.belt
    rows = np.arange(MID_SCREEN, MID_REAR + 1)
    stations[rows, Z_SHOULDER] += belt + wedge * (rows - MID_SCREEN) / (MID_REAR - MID_SCREEN)
    tail = draws.between("roof.tail", -0.5, 1.0) * reach.roof
    for row, by in ((ROOF_FRONT, 0.3 * tail), (ROOF_REAR, tail)):
        stations[row, [Z_CENTRE, Z_RAIL]] += by
    deck = draws.between("deck", -reach.deck, reach.deck)
    for row, share in ((REAR_FOOT, 0.7), (TAIL_EDGE, 1.0)):
        stations[row, [Z_SHOULDER, Z_CENTRE, Z_RAIL]] += share * deck


def _wave(draws: Draws, count: int) -> FloatArray:
    """Give a smooth wave over the stations, within -1 and 1."""
    at = np.linspace(0.0, 2 * np.pi, count)
    phases = [2 * np.pi * draws.u(f"wave.{k}") for k in range(2)]
    return np.asarray(0.6 * np.sin(at + phases[0]) + 0.4 * np.sin(2 * at + phases[1]))


def _in_order(stations: FloatArray, plan: BodyPlan) -> FloatArray:
    """Keep stations from nose to tail at least half as far apart as the family's own."""
    for column in (X_SIDE, X_CENTRE):
        least = 0.5 * np.abs(np.diff(plan.stations[:, column]))
        for row in range(1, len(stations)):
            stations[row, column] = min(stations[row, column], stations[row - 1, column] - least[row - 1])
    return stations
