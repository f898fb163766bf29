"""Who a person is: stature, build, colours and clothes, drawn from the model's seed."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

import numpy as np

from scenegen.models.mesh import ModelSpec
from scenegen.models.people.gear_kinds import GEAR

Rgb: TypeAlias = tuple[int, int, int]
T = TypeVar("T")

SKIN: tuple[Rgb, ...] = (
    (208, 166, 144), (198, 152, 126), (178, 130, 102), (148, 101, 74), (106, 71, 52), (76, 51, 39),
)  # fmt: skip
HAIR: tuple[Rgb, ...] = ((28, 22, 18), (52, 36, 24), (88, 60, 36), (140, 104, 60))
GREY_HAIR: tuple[Rgb, ...] = ((120, 118, 116), (200, 198, 194))
DARK_CLOTH: tuple[Rgb, ...] = (
    (30, 32, 38), (36, 40, 48), (24, 34, 60), (48, 52, 60), (58, 60, 64), (52, 30, 32), (40, 46, 36), (56, 46, 38),
)  # fmt: skip
DULL_CLOTH: tuple[Rgb, ...] = (
    (92, 96, 100), (112, 34, 36), (60, 68, 50), (92, 74, 56), (70, 96, 128), (80, 112, 98), (150, 146, 138),
)  # fmt: skip
BRIGHT_CLOTH: tuple[Rgb, ...] = (
    (226, 224, 218), (196, 62, 50), (214, 176, 60), (74, 138, 196), (232, 126, 60), (206, 206, 120), (196, 120, 150),
)  # fmt: skip
JEANS: tuple[Rgb, ...] = ((44, 58, 86), (30, 36, 50), (70, 90, 124), (38, 38, 42))
LIGHT_TROUSERS: tuple[Rgb, ...] = ((120, 108, 88), (84, 80, 76), (168, 158, 138))
SHOES: tuple[Rgb, ...] = ((36, 34, 34), (70, 48, 34), (220, 218, 214), (110, 110, 112))
SOLES: tuple[Rgb, ...] = ((25, 24, 24), (212, 208, 200))

CLOTHS: dict[str, tuple[Rgb, ...]] = {
    "dark": DARK_CLOTH, "mixed": (DARK_CLOTH + DULL_CLOTH) * 2 + BRIGHT_CLOTH, "bright": BRIGHT_CLOTH, "hi_vis": DARK_CLOTH,
}  # fmt: skip
"""Colours of tops by clothing."""

STATURE_M = {"man": 1.77, "woman": 1.65, "elderly": 1.68, "child": 1.22}
STATURE_SD = 0.025  # share of the mean within one catalogue kind; the catalogue's nominal box stays near
BUILD_SD = 0.07
STOOP_RAD = {"man": 0.0, "woman": 0.0, "elderly": float(np.radians(9.0)), "child": 0.0}
CLOTHING = ("dark", "mixed", "bright", "hi_vis")
OPTIONS = ("clothing", "dye", "gear", "stature")
STATURE_LIMITS_M = (0.8, 2.2)


@dataclass(frozen=True)
class Look:
    """Everything that the fields and colours of one person read.

    `build` scales girths; `hairdo` short, long or bun; `hat` none, flat or beanie; `bag` none, backpack or shoulder; `top`
    jacket, coat, shirt or tshirt; `bottom` trousers, leggings, shorts or skirt; `pattern` plain or print; `beard`
    0..1 is the share of hair colour on the jaw; `seed` drives folds and noise; `gear` is one of `GEAR`; `has_vest` wears a
    high-visibility vest; `is_dyed` leaves the colour of the top to the instance's paint.
    """

    kind: str
    stature_m: float
    build: float
    seed: int
    skin: Rgb
    hair: Rgb
    hairdo: str
    hat: str
    hat_colour: Rgb
    bag: str
    bag_colour: Rgb
    top: str
    top_colour: Rgb
    under_colour: Rgb
    bottom: str
    bottom_colour: Rgb
    shoe_colour: Rgb
    sole_colour: Rgb
    pattern: str
    beard: float
    stoop_rad: float
    gear: str = "none"
    has_vest: bool = False
    is_dyed: bool = False

    @property
    def scale(self) -> float:
        """Stature against the 1.77 m that the radii are written for."""
        return self.stature_m / 1.77

    @property
    def girth(self) -> float:
        """Scale of radii: stature and build."""
        return self.scale * self.build


WARDROBE: dict[str, dict[str, tuple[str, ...]]] = {
    "man": {"top": ("jacket", "shirt", "tshirt"), "bottom": ("trousers",), "hairdo": ("short",),
            "hat": ("none",) * 5 + ("flat",), "bag": ("none", "none", "backpack")},
    "woman": {"top": ("coat", "jacket", "tshirt"), "bottom": ("leggings", "skirt", "trousers"),
              "hairdo": ("long", "bun", "long"), "hat": ("none",) * 5 + ("beanie",), "bag": ("shoulder", "none")},
    "elderly": {"top": ("coat", "jacket"), "bottom": ("trousers",), "hairdo": ("short",), "hat": ("flat", "none"),
                "bag": ("none", "shoulder")},
    "child": {"top": ("tshirt", "jacket"), "bottom": ("shorts", "trousers"), "hairdo": ("short", "short", "long"),
              "hat": ("none", "beanie", "flat"), "bag": ("backpack", "none")},
}  # fmt: skip


def draw_look(spec: ModelSpec) -> Look:
    """Draw a person from the seed of a spec; `clothing` and `stature` come from its options.

    Raises:
        ValueError: a kind or an option that is not a person's, or a value out of range.
    """
    if spec.kind not in STATURE_M:
        raise ValueError(f"{spec.kind!r} is no kind of person; wanted one of {', '.join(STATURE_M)}")
    options = _read_options(spec)
    clothing, stature_m, gear = options.clothing, options.stature_m, options.gear
    draws = np.random.default_rng((spec.seed, list(STATURE_M).index(spec.kind)))
    drawn_m = STATURE_M[spec.kind] * (1.0 + STATURE_SD * float(np.clip(draws.normal(), -2.0, 2.0)))
    build = 1.0 + BUILD_SD * float(np.clip(draws.normal(), -2.0, 2.5))
    cloths = CLOTHS[clothing]
    trousers = {"dark": JEANS, "mixed": JEANS * 2 + LIGHT_TROUSERS, "bright": JEANS[2:3] + LIGHT_TROUSERS, "hi_vis": JEANS}[
        clothing
    ]
    wardrobe = WARDROBE[spec.kind]
    look = Look(
        kind=spec.kind,
        stature_m=drawn_m if stature_m is None else stature_m,
        build=build,
        seed=int(draws.integers(2**31)),
        skin=_choose(draws, SKIN),
        hair=_choose(draws, GREY_HAIR if spec.kind == "elderly" else HAIR),
        hairdo=_choose(draws, wardrobe["hairdo"]),
        hat=_choose(draws, wardrobe["hat"]),
        hat_colour=_choose(draws, cloths),
        bag=_choose(draws, wardrobe["bag"]),
        bag_colour=_choose(draws, cloths),
        top=_choose(draws, wardrobe["top"]),
        top_colour=_choose(draws, cloths),
        under_colour=_choose(draws, DARK_CLOTH if clothing == "dark" else DARK_CLOTH + BRIGHT_CLOTH),
        bottom=_choose(draws, wardrobe["bottom"]),
        bottom_colour=_choose(draws, trousers),
        shoe_colour=_choose(draws, SHOES[:2] if clothing == "dark" else SHOES),
        sole_colour=_choose(draws, SOLES),
        pattern=_choose(draws, ("plain", "plain", "print")),
        beard=_choose(draws, (0.0, 0.3, 0.6)) if spec.kind == "man" else 0.0,
        stoop_rad=STOOP_RAD[spec.kind],
        gear=gear,
        has_vest=clothing == "hi_vis",
        is_dyed=options.is_dyed and clothing != "hi_vis",
    )
    return _fit_for(look)


def _fit_for(look: Look) -> Look:
    """Leave at home what does not go with the gear: who sits wears trousers, and full hands carry no bag."""
    if look.gear == "wheelchair":
        bottom, top = ("trousers", "jacket" if look.top == "coat" else look.top)
        return replace(look, bag="none", bottom=bottom, top=top, stoop_rad=0.0)
    return replace(look, bag="none") if look.bag == "shoulder" and look.gear not in ("none", "phone") else look


def _choose(draws: np.random.Generator, values: Sequence[T]) -> T:
    """Draw one of several values."""
    return values[int(draws.integers(len(values)))]


@dataclass(frozen=True)
class _Options:
    clothing: str = "mixed"
    stature_m: float | None = None
    gear: str = "none"
    is_dyed: bool = False


def _read_options(spec: ModelSpec) -> _Options:
    """Read a spec's options; one that nobody reads is refused."""
    said = dict(spec.options)
    for name in said:
        if name not in OPTIONS:
            near = difflib.get_close_matches(name, OPTIONS, n=1)
            raise ValueError(f"{spec.kind} has no option {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    stature_m = float(said["stature"]) if "stature" in said else None
    options = _Options(
        str(said.get("clothing", "mixed")), stature_m, str(said.get("gear", "none")), said.get("dye") == "instance"
    )
    for name, value, allowed in (("clothing", options.clothing, CLOTHING), ("gear", options.gear, GEAR)):
        if value not in allowed:
            raise ValueError(f"{name} {value!r} is not one of {', '.join(allowed)}")
    if stature_m is not None and not STATURE_LIMITS_M[0] <= stature_m <= STATURE_LIMITS_M[1]:
        raise ValueError(f"stature {stature_m} m is outside {STATURE_LIMITS_M[0]}..{STATURE_LIMITS_M[1]} m")
    return options
