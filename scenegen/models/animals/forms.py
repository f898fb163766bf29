"""How each kind of quadruped is built: one table of proportions, in shares of the height at the withers."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.models.mesh import ModelSpec

SIZE_SD = 0.03  # share; the catalogue's nominal box stays near
GIRTH_SD = 0.03


@dataclass(frozen=True)
class Form:
    """One animal; all but `withers_m` in shares of it, angles in degrees.

    Trunk: `length` from the point of the shoulder to the buttock, `chest` its depth behind the elbow, `flank` that before the
    thigh, `width`, heights of `croup` and `back`, `hump` above the withers. Neck: `neck` its length, `neck_rise` its angle over
    the horizon, `neck_radii` at chest and poll. Head: `head` its length, `head_fall` how far the nose points down, `skull`
    and `muzzle` half widths, `muzzle_depth` half height at the nose over half width. Legs: heights of `elbow`, `carpus`,
    `fetlock`, `hip`, `stifle`, `hock`, radii of forearm, carpus, cannon and hoof or paw, `stand` half the distance of left
    from right. `ear` (length, width), `tail` (length, radius), `tail_fall` its angle below the horizon, `tail_lift` how far it
    goes up at a run.
    """

    withers_m: float
    length: float
    chest: float
    flank: float
    width: float
    croup: float
    back: float
    hump: float
    neck: float
    neck_rise: float
    neck_radii: tuple[float, float]
    head: float
    head_fall: float
    skull: float
    muzzle: float
    muzzle_depth: float
    elbow: float
    carpus: float
    fetlock: float
    hip: float
    stifle: float
    hock: float
    leg_radii: tuple[float, float, float, float]
    stand: float
    ear: tuple[float, float]
    tail: tuple[float, float]
    tail_fall: float
    foot: str = "hoof"
    tail_lift: float = 0.0


_ROE = Form(
    withers_m=0.66, length=1.06, chest=0.44, flank=0.34, width=0.30, croup=1.04, back=0.97, hump=0.0,
    neck=0.50, neck_rise=58.0, neck_radii=(0.15, 0.082), head=0.33, head_fall=26.0, skull=0.082, muzzle=0.036,
    muzzle_depth=1.0, elbow=0.58, carpus=0.32, fetlock=0.105, hip=0.82, stifle=0.60, hock=0.37,
    leg_radii=(0.050, 0.029, 0.020, 0.026), stand=0.085, ear=(0.22, 0.085), tail=(0.05, 0.03), tail_fall=70.0,
)  # fmt: skip

FORMS: dict[str, Form] = {
    "roe_deer": _ROE,
    "white_tailed_deer": replace(
        _ROE, withers_m=0.98, length=1.04, croup=0.99, back=0.95, neck=0.50, neck_rise=54.0, neck_radii=(0.165, 0.088),
        head=0.315, ear=(0.17, 0.085), tail=(0.24, 0.042), tail_fall=76.0, tail_lift=135.0, width=0.29, chest=0.44, flank=0.35,
    ),
    "moose": Form(
        withers_m=1.90, length=0.98, chest=0.43, flank=0.34, width=0.28, croup=0.90, back=0.90, hump=0.045,
        neck=0.36, neck_rise=22.0, neck_radii=(0.20, 0.125), head=0.40, head_fall=32.0, skull=0.078, muzzle=0.058,
        muzzle_depth=1.25, elbow=0.60, carpus=0.34, fetlock=0.11, hip=0.74, stifle=0.57, hock=0.37,
        leg_radii=(0.060, 0.040, 0.027, 0.032), stand=0.085, ear=(0.14, 0.07), tail=(0.05, 0.025), tail_fall=75.0,
    ),
    "wild_boar": Form(
        withers_m=0.80, length=1.30, chest=0.62, flank=0.50, width=0.44, croup=0.86, back=0.97, hump=0.02,
        neck=0.24, neck_rise=-4.0, neck_radii=(0.27, 0.205), head=0.52, head_fall=26.0, skull=0.135, muzzle=0.066,
        muzzle_depth=1.0, elbow=0.42, carpus=0.23, fetlock=0.075, hip=0.66, stifle=0.45, hock=0.28,
        leg_radii=(0.078, 0.048, 0.033, 0.040), stand=0.115, ear=(0.15, 0.10), tail=(0.26, 0.022), tail_fall=80.0,
    ),
    "fox": Form(
        withers_m=0.40, length=1.28, chest=0.42, flank=0.33, width=0.32, croup=0.97, back=0.95, hump=0.0,
        neck=0.33, neck_rise=34.0, neck_radii=(0.165, 0.135), head=0.40, head_fall=12.0, skull=0.125, muzzle=0.038,
        muzzle_depth=0.95, elbow=0.55, carpus=0.24, fetlock=0.055, hip=0.78, stifle=0.53, hock=0.29,
        leg_radii=(0.062, 0.046, 0.038, 0.046), stand=0.10, ear=(0.23, 0.135), tail=(0.95, 0.12), tail_fall=32.0,
        foot="paw", tail_lift=22.0,
    ),
    "dog": Form(
        withers_m=0.58, length=1.08, chest=0.49, flank=0.34, width=0.34, croup=0.97, back=0.95, hump=0.0,
        neck=0.36, neck_rise=46.0, neck_radii=(0.165, 0.125), head=0.42, head_fall=12.0, skull=0.115, muzzle=0.064,
        muzzle_depth=1.0, elbow=0.52, carpus=0.22, fetlock=0.055, hip=0.78, stifle=0.52, hock=0.28,
        leg_radii=(0.068, 0.048, 0.041, 0.052), stand=0.115, ear=(0.17, 0.12), tail=(0.58, 0.042), tail_fall=8.0,
        foot="paw", tail_lift=20.0,
    ),
    "cat": Form(
        withers_m=0.26, length=1.35, chest=0.44, flank=0.38, width=0.38, croup=1.00, back=0.95, hump=0.0,
        neck=0.26, neck_rise=42.0, neck_radii=(0.17, 0.14), head=0.36, head_fall=8.0, skull=0.165, muzzle=0.085,
        muzzle_depth=0.75, elbow=0.52, carpus=0.20, fetlock=0.055, hip=0.78, stifle=0.52, hock=0.26,
        leg_radii=(0.072, 0.056, 0.048, 0.062), stand=0.12, ear=(0.19, 0.16), tail=(1.05, 0.050), tail_fall=30.0,
        foot="paw", tail_lift=15.0,
    ),
    "cow": Form(
        withers_m=1.40, length=1.16, chest=0.54, flank=0.52, width=0.44, croup=1.00, back=0.97, hump=0.0,
        neck=0.40, neck_rise=16.0, neck_radii=(0.21, 0.13), head=0.38, head_fall=40.0, skull=0.098, muzzle=0.088,
        muzzle_depth=0.82, elbow=0.49, carpus=0.28, fetlock=0.095, hip=0.80, stifle=0.53, hock=0.35,
        leg_radii=(0.076, 0.052, 0.037, 0.050), stand=0.115, ear=(0.15, 0.085), tail=(0.62, 0.022), tail_fall=86.0,
        tail_lift=20.0,
    ),
    "horse": Form(
        withers_m=1.56, length=1.02, chest=0.45, flank=0.42, width=0.345, croup=0.99, back=0.93, hump=0.0,
        neck=0.58, neck_rise=47.0, neck_radii=(0.205, 0.105), head=0.40, head_fall=46.0, skull=0.075, muzzle=0.052,
        muzzle_depth=1.0, elbow=0.56, carpus=0.31, fetlock=0.105, hip=0.80, stifle=0.58, hock=0.37,
        leg_radii=(0.064, 0.044, 0.029, 0.044), stand=0.095, ear=(0.12, 0.055), tail=(0.52, 0.050), tail_fall=80.0,
        tail_lift=40.0,
    ),
}  # fmt: skip
"""Roe and white-tailed deer, moose, boar and fox after field guides; dog, cat, cow and horse after common breeds."""

KINDS = tuple(FORMS)

_TOP_SPEED_M_PER_S = {
    "roe_deer": 16.0, "white_tailed_deer": 17.0, "moose": 15.0, "wild_boar": 13.0, "fox": 13.0, "dog": 14.0, "cat": 13.0,
    "cow": 7.0, "horse": 17.0,
}  # fmt: skip


def top_speed_m_per_s(kind: str) -> float:
    """Give the fastest gallop of a kind, as field guides have it."""
    return _TOP_SPEED_M_PER_S[kind]


def hip_height_m(kind: str) -> float:
    """Give the nominal height of the hip joints of a kind, the length that gaits are scaled by."""
    return FORMS[kind].hip * FORMS[kind].withers_m


@dataclass(frozen=True)
class Look:
    """One animal of a kind: its form, `girth` that scales radii, `seed` for coat and noise, `has_headgear` antlers or horns."""

    kind: str
    form: Form
    girth: float
    seed: int
    variant: int
    has_headgear: bool


def draw_look(spec: ModelSpec) -> Look:
    """Draw an animal from the seed of a spec.

    Raises:
        ScenarioError: a kind that is no quadruped, or an option, of which there are none.
    """
    if spec.kind not in FORMS:
        raise ScenarioError(f"no animal {spec.kind!r}; there are {', '.join(FORMS)}")
    if spec.options:
        raise ScenarioError(f"{spec.kind}: no option {spec.options[0][0]!r}; it has none")
    draws = np.random.default_rng((61, spec.seed, KINDS.index(spec.kind)))
    size, girth = (1.0 + sd * float(np.clip(draws.normal(), -2.0, 2.0)) for sd in (SIZE_SD, GIRTH_SD))
    form = FORMS[spec.kind]
    return Look(
        kind=spec.kind, form=replace(form, withers_m=form.withers_m * size), girth=girth, seed=int(draws.integers(2**31)),
        variant=spec.seed, has_headgear=spec.kind in ("roe_deer", "white_tailed_deer", "moose", "cow") and spec.seed % 2 == 0,
    )  # fmt: skip
