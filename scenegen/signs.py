"""Road signs by code: the plate each is painted on, and which one a map's country, type and subtype mean.

Vienna codes after the Convention on Road Signs and Signals (1968, consolidated 2006), annex 1; MUTCD codes after the Manual on
Uniform Traffic Control Devices (FHWA 2009). A number after an underscore is the value on the plate.
"""

from __future__ import annotations

PLATES: dict[str, tuple[float, float]] = {
    "disc": (0.60, 0.60), "triangle": (0.90, 0.78), "yield": (0.90, 0.78), "octagon": (0.75, 0.75), "square": (0.60, 0.60),
    "diamond": (0.84, 0.84), "tall": (0.60, 0.75), "wide": (0.90, 0.45), "zone": (0.60, 0.75), "school": (0.75, 0.75),
    "big_diamond": (1.06, 1.06),
}  # fmt: skip
"""Width and height of every plate in metres."""

_TOPS_M = {"triangle": 0.52, "yield": 0.26}
"""How far plates reach over their middle that are not as high above it as below."""

_LIMITS_KMH = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 120, 130)
_LIMITS_MPH = (15, 20, 25, 30, 35, 40, 45, 50, 55, 65, 75)

SIGNS: dict[str, str] = {
    **dict.fromkeys(("vienna/A1a", "vienna/A1b", "vienna/A1c", "vienna/A2a", "vienna/A4a", "vienna/A7a"), "triangle"),
    **dict.fromkeys(("vienna/A9", "vienna/A12", "vienna/A13", "vienna/A14", "vienna/A15a", "vienna/A15b"), "triangle"),
    **dict.fromkeys(("vienna/A16", "vienna/A17", "vienna/A18a", "vienna/A23", "vienna/A32"), "triangle"),
    "vienna/B1": "yield", "vienna/B2": "octagon", "vienna/B3": "diamond", "vienna/B4": "diamond",
    **dict.fromkeys(("vienna/C1a", "vienna/C2", "vienna/C3e", "vienna/C3f", "vienna/C11a", "vienna/C11b", "vienna/C12"),
    "disc"),
    **dict.fromkeys(("vienna/C13aa", "vienna/C17a", "vienna/C18", "vienna/C19"), "disc"),
    **{f"vienna/C14_{limit}": "disc" for limit in _LIMITS_KMH},
    **dict.fromkeys(("vienna/D1a", "vienna/D1b", "vienna/D2", "vienna/D3", "vienna/D4", "vienna/D5"), "disc"),
    "vienna/E3a": "wide", "vienna/E12a": "square", "vienna/E14a": "square", "vienna/E15": "square",
    **{f"vienna/E9_{limit}": "zone" for limit in (20, 30)},
    "mutcd/R1-1": "octagon", "mutcd/R1-2": "yield", "mutcd/R3-1": "square", "mutcd/R3-2": "square", "mutcd/R5-1": "square",
    "mutcd/R6-1": "wide", "mutcd/R7-1": "tall", "mutcd/S1-1": "school",
    **{f"mutcd/R2-1_{limit}": "tall" for limit in _LIMITS_MPH},
    **dict.fromkeys(("mutcd/W1-1", "mutcd/W1-2", "mutcd/W2-1", "mutcd/W3-1", "mutcd/W3-3", "mutcd/W4-2"), "diamond"),
    **dict.fromkeys(("mutcd/W8-1", "mutcd/W8-5", "mutcd/W11-1", "mutcd/W11-2", "mutcd/W11-3", "mutcd/W14-1"), "diamond"),
    **dict.fromkeys(("mutcd/W20-1", "mutcd/W20-4", "mutcd/W20-7", "mutcd/W21-1"), "big_diamond"),
}  # fmt: skip
"""Plate of every sign by code."""

OLD_NAMES: dict[str, str] = {
    "limit_30": "vienna/C14_30", "limit_50": "vienna/C14_50", "parking": "vienna/E14a", "give_way": "vienna/B1",
    "stop": "vienna/B2",
}  # fmt: skip
"""Short names that option `face` of a sign may have too."""

MIDDLE_M, ABOVE_M, DEPTH_M = 2.3, 0.03, 0.08
"""Height of a plate's middle, how far the post stands over the plate, and depth of post and plate."""

_GERMAN: dict[str, str] = {
    "101": "vienna/A32", "102": "vienna/A18a", "103": "vienna/A1a", "105": "vienna/A1c", "108": "vienna/A2a",
    "112": "vienna/A7a",
    "114": "vienna/A9", "120": "vienna/A4a", "121": "vienna/A4a", "123": "vienna/A16", "125": "vienna/A23", "131": "vienna/A17",
    "133": "vienna/A12", "136": "vienna/A13", "138": "vienna/A14", "142": "vienna/A15b", "205": "vienna/B1", "206": "vienna/B2",
    "209": "vienna/D1b", "211": "vienna/D1b", "215": "vienna/D3", "220": "vienna/E3a", "222": "vienna/D2", "237": "vienna/D4",
    "239": "vienna/D5", "250": "vienna/C2", "253": "vienna/C3e", "267": "vienna/C1a", "276": "vienna/C13aa",
    "282": "vienna/C17a",
    "283": "vienna/C18", "286": "vienna/C19", "306": "vienna/B3", "307": "vienna/B4", "314": "vienna/E14a",
    "350": "vienna/E12a",
}  # fmt: skip
"""Signs of the German road traffic regulations (StVO, annexes 1 to 3), which maps of CARLA and ASAM number."""

_LIMIT_TYPES = {"274": "vienna/C14", "274.1": "vienna/E9"}


def sign_kinds() -> tuple[str, ...]:
    """Give every code; each is a kind of the catalogue, on a post.

    >>> "vienna/C14_50" in sign_kinds(), "mutcd/R1-1" in sign_kinds()
    (True, True)
    """
    return tuple(SIGNS)


def sign_size_m(code: str) -> tuple[float, float, float]:
    """Give depth, width and height over the ground of a sign on its post."""
    width, height = PLATES[SIGNS[code]]
    return DEPTH_M, width, MIDDLE_M + _TOPS_M.get(SIGNS[code], height / 2) + ABOVE_M


def sign_for(country: str, type_code: str, subtype: str = "", value: float | None = None) -> str | None:
    """Name the sign that a map's signal is.

    Args:
        country: OpenDRIVE's code of two letters, "OpenDRIVE" or "" for maps without one; "US" and "CA" number by MUTCD.
        type_code: the country's number, such as "274" or "R1-1".
        subtype: OpenDRIVE's subtype; "-1" and "" mean none. Some maps write the speed here.
        value: the number on the plate, in the unit of the country.
    Returns:
        A code of `sign_kinds`, None for what is no sign or not drawn here.

    >>> sign_for("DE", "274", "50"), sign_for("US", "R2-1", value=25), sign_for("DE", "1000001")
    ('vienna/C14_50', 'mutcd/R2-1_25', None)
    """
    kind = type_code.strip()
    number = _number(value, subtype)
    if country.upper() in ("US", "USA", "CA", "CAN"):
        return _known(f"mutcd/{kind}", number)
    if kind in _LIMIT_TYPES:
        return _known(_LIMIT_TYPES[kind], number)
    return _GERMAN.get(kind) or _known(f"vienna/{kind}", number) or _known(kind, number)


def _number(value: float | None, subtype: str) -> str:
    """Give the number on a plate as text: the value, else the digits of the subtype."""
    if value is not None and value > 0:
        return f"{value:.0f}"
    return subtype if subtype.isdigit() else ""


def _known(code: str, number: str) -> str | None:
    """Give a code with or without its number, if there is such a sign."""
    return next((name for name in (f"{code}_{number}", code) if name in SIGNS), None)
