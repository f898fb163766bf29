"""How a form is dressed: face, lamps, wheels, trim; drawn by the form's number, so that no two forms look alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scenegen.models.vehicles.variation import Draws

Corners = tuple[tuple[float, float], ...]
GrilleKind = Literal["bars", "upright", "split", "slim", "single"]


@dataclass(frozen=True)
class Face:
    """The openings of a nose. Of the grille: how far it, its lowest bar and its badge lie below the bonnet's edge, number of
    bars, half widths above and below; then heights of intake and fog lamps, where the head lamps begin, how the grille is
    filled, half widths of the intake.
    """

    grille_drop_m: float = 0.085
    bar_drop_m: float = 0.06
    badge_drop_m: float = 0.03
    bars: int = 3
    grille_half: tuple[float, float] = (0.42, 0.36)
    bar_half: float = 0.40
    intake_m: tuple[float, float] = (0.27, 0.40)
    fog_m: tuple[float, float] = (0.29, 0.39)
    lamp_inner: float = 0.44
    kind: GrilleKind = "bars"
    intake_half: tuple[float, float] = (0.62, 0.52)
    has_chrome: bool = True


@dataclass(frozen=True)
class HeadLamp:
    """Outline of the left head lamp, y as a share of half the width from its inner end and z in metres over the bonnet's edge;
    y and radius of its two bulbs; whether a strip of light runs along its foot.
    """

    outline: Corners
    bulbs: tuple[tuple[float, float], ...]
    has_strip: bool


@dataclass(frozen=True)
class RearLamp:
    """Outline of the left rear lamp: y as a share of half the width, z in metres of the plan's table; its bands from below
    (from, to, material) as shares of height, or of breadth from outside when they stand side by side.
    """

    outline: Corners
    bands: tuple[tuple[float, float, str], ...]
    is_side_by_side: bool = False


@dataclass(frozen=True)
class Rim:
    """A wheel's face: number of spokes (0 a closed cover), their breadth, whether they come in pairs, material, size of the
    rim as a share of the tyre's radius."""

    spokes: int
    breadth: float = 1.0
    is_paired: bool = False
    material: str = "rim"
    share: float = 0.68


@dataclass(frozen=True)
class Style:
    """Everything about a form but its body's lines."""

    face: Face
    head: HeadLamp
    rear: RearLamp
    rim: Rim
    crease: float
    has_rub_strip: bool
    has_roof_rails: bool
    rails: str
    has_sunroof: bool
    has_chrome_line: bool
    has_dark_roof: bool
    has_spoiler: bool
    grip: str
    mirror: str
    lower_trim_m: float


REAR_OUTLINES: dict[str, Corners] = {
    "hatchback": ((0.66, 0.68), (1.06, 0.66), (1.06, 0.97), (0.74, 0.95)),
    "saloon": ((0.52, 0.70), (1.06, 0.68), (1.06, 0.87), (0.54, 0.87)),
    "estate": ((0.78, 0.70), (1.06, 0.70), (1.06, 1.26), (0.80, 1.22)),
    "suv": ((0.66, 0.84), (1.06, 0.80), (1.06, 1.08), (0.72, 1.06)),
    "pickup": ((0.84, 0.72), (1.06, 0.72), (1.06, 1.09), (0.84, 1.09)),
    "ambulance": ((0.78, 0.76), (1.06, 0.76), (1.06, 1.40), (0.80, 1.38)),
    "van": ((0.80, 0.72), (1.06, 0.72), (1.06, 1.16), (0.83, 1.13)),
}
_FACES = {
    "suv": Face(0.20, 0.175, 0.09, 6, (0.44, 0.38), 0.42, (0.36, 0.50), (0.38, 0.49), 0.46),
    "pickup": Face(0.30, 0.275, 0.14, 9, (0.52, 0.46), 0.50, (0.42, 0.54), (0.44, 0.53), 0.54),
    "ambulance": Face(0.16, 0.135, 0.07, 5, (0.46, 0.40), 0.44, (0.34, 0.48), (0.36, 0.47), 0.48),
}
_KINDS: tuple[GrilleKind, ...] = ("bars", "upright", "split", "slim", "single", "bars")
_HEADS: tuple[tuple[Corners, tuple[tuple[float, float], ...]], ...] = (
    (((0.0, -0.07), (0.26, -0.105), (0.60, -0.04), (0.60, 0.11), (0.36, 0.06), (0.0, 0.025)), ((0.12, 0.042), (0.27, 0.052))),
    (((0.0, -0.045), (0.30, -0.075), (0.60, 0.00), (0.60, 0.085), (0.34, 0.05), (0.02, 0.012)), ((0.13, 0.034), (0.28, 0.036))),
    (((0.06, -0.10), (0.36, -0.135), (0.60, -0.06), (0.60, 0.10), (0.34, 0.065), (0.08, 0.03)), ((0.20, 0.060), (0.38, 0.046))),
    (((0.03, -0.02), (0.22, -0.11), (0.48, -0.12), (0.60, 0.02), (0.60, 0.12), (0.30, 0.055)), ((0.20, 0.044), (0.35, 0.050))),
)
_RIMS = (
    Rim(5), Rim(7), Rim(10, 0.85), Rim(6), Rim(5, 0.62, is_paired=True), Rim(12, 0.7), Rim(0, material="rim"),
    Rim(5, 1.35, material="plastic"), Rim(9, 0.8), Rim(7, 0.55, is_paired=True, material="metal"), Rim(0, material="metal"),
)  # fmt: skip
_STACKED = ((0.0, 0.36, "brake_lamp"), (0.42, 0.56, "reverse_lamp"), (0.59, 0.76, "indicator"))
_TURNED = ((0.62, 1.0, "brake_lamp"), (0.22, 0.36, "reverse_lamp"), (0.02, 0.20, "indicator"))
_BESIDE = ((0.0, 0.34, "brake_lamp"), (0.38, 0.58, "indicator"), (0.62, 0.80, "reverse_lamp"))


def style_of(kind: str, seed: int) -> Style:
    """Draw the dress of a form of a car, van or pickup."""
    draws = Draws(kind, seed)
    is_tall, is_working = kind in ("suv", "pickup"), kind in ("van", "ambulance", "pickup")
    return Style(
        face=_face(kind, draws), head=_head_lamp(draws), rear=_rear_lamp(kind, draws), rim=_rim(draws, is_working=is_working),
        crease=draws.between("crease", 0.8, 1.22),
        has_rub_strip=draws.chance("rub strip", 0.8 if kind == "van" else 0.0 if kind == "ambulance" else 0.22),
        has_roof_rails=draws.chance("rails", {"estate": 0.8, "suv": 0.7}.get(kind, 0.0)),
        rails="metal" if draws.chance("rails.bright", 0.55) else "trim",
        has_sunroof=not is_working and draws.chance("sunroof", 0.25),
        has_chrome_line=not is_working and draws.chance("chrome", 0.35),
        has_dark_roof=kind in ("hatchback", "suv") and draws.chance("dark roof", 0.15),
        has_spoiler=kind in ("hatchback", "suv", "estate") and draws.chance("spoiler", 0.6),
        grip="trim" if draws.chance("grip", 0.6 if is_working else 0.25) else "paint",
        mirror="trim" if draws.chance("mirror", 0.6 if is_working else 0.25) else "paint",
        lower_trim_m=draws.between("sill", 0.0, 0.06) + (0.03 if is_tall else 0.0),
    )  # fmt: skip


def _face(kind: str, draws: Draws) -> Face:
    base = _FACES.get(kind, Face())
    grille = _KINDS[draws.pick("grille", len(_KINDS))]
    drop = base.grille_drop_m * draws.between("grille.drop", 0.85, 1.25)
    wide = base.grille_half[0] * draws.between("grille.half", 0.82, 1.06)
    narrow = wide * draws.between("grille.taper", 0.72, 1.0)
    low, high = base.intake_m
    if grille == "slim":
        drop, high = 0.55 * drop, high + 0.05
    elif grille == "single":
        drop, narrow = 1.9 * drop, 0.78 * wide
    half = (draws.between("intake.above", 0.46, 0.70), draws.between("intake.below", 0.40, 0.60))
    bars = max(2, round(base.bars * draws.between("bars", 0.7, 1.5)))
    return Face(
        drop, 0.78 * drop, 0.5 * drop if grille != "slim" else -0.02, bars, (wide, narrow), min(wide, narrow) * 0.97,
        base.intake_m if grille != "slim" else (low, high), base.fog_m, base.lamp_inner, grille, half,
        draws.chance("grille.chrome", 0.6),
    )  # fmt: skip


def _head_lamp(draws: Draws) -> HeadLamp:
    outline, bulbs = _HEADS[draws.pick("head", len(_HEADS))]
    taller, shift = draws.between("head.height", 0.85, 1.18), draws.between("head.shift", -0.012, 0.012)
    outer = draws.between("head.inner", -0.03, 0.05)
    points = tuple((y + outer * (1 - y / 0.6), z * taller + shift) for y, z in outline)
    return HeadLamp(points, tuple((y, r * taller) for y, r in bulbs), draws.chance("head.strip", 0.5))


def _rear_lamp(kind: str, draws: Draws) -> RearLamp:
    outline = REAR_OUTLINES[kind]
    low = min(z for _, z in outline)
    high = max(z for _, z in outline)
    is_flat = kind in ("hatchback", "saloon", "suv")
    inner = draws.between("tail.inner", -0.12, 0.05) if is_flat else draws.between("tail.inner", -0.03, 0.02)
    foot, slant = draws.between("tail.foot", -0.02, 0.10) * (high - low), draws.between("tail.slant", -0.05, 0.06)
    points = tuple(
        (y + (inner + slant * (z - low) / (high - low) if y < 1.0 else 0.0), z + (foot if z < (low + high) / 2 else 0.0))
        for y, z in outline
    )
    bands = draws.pick("tail.bands", 3 if is_flat else 2)
    return RearLamp(points, (_STACKED, _TURNED, _BESIDE)[bands], is_side_by_side=bands == 2)


def _rim(draws: Draws, *, is_working: bool) -> Rim:
    rim = _RIMS[draws.pick("rim", len(_RIMS))]
    if is_working and draws.chance("rim.steel", 0.6):
        rim = Rim(0, material="metal")
    return Rim(rim.spokes, rim.breadth, rim.is_paired, rim.material, draws.between("rim.share", 0.64, 0.75))
