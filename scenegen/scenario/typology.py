"""What a scenario may say it covers, as tags such as `nhtsa 12`, `ncap CPNCO`: pre-crash types and tests."""

from __future__ import annotations

from collections.abc import Iterable

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import nearest

NHTSA_TYPES: dict[int, str] = {
    1: "vehicle failure", 2: "control loss with prior action", 3: "control loss without prior action", 4: "running red light",
    5: "running stop sign", 6: "road edge departure with manoeuvre", 7: "road edge departure without manoeuvre",
    8: "road edge departure, backing", 9: "animal with manoeuvre", 10: "animal without manoeuvre",
    11: "pedestrian with manoeuvre", 12: "pedestrian without manoeuvre", 13: "cyclist with manoeuvre",
    14: "cyclist without manoeuvre", 15: "backing into a vehicle", 16: "turning, same direction", 17: "changing lanes",
    18: "drifting", 19: "parking", 20: "opposite direction with manoeuvre", 21: "opposite direction without manoeuvre",
    22: "following vehicle manoeuvres", 23: "lead vehicle accelerating", 24: "lead vehicle slower",
    25: "lead vehicle decelerating", 26: "lead vehicle stopped", 27: "left turn across path, signal",
    28: "right turn, signal", 29: "left turn across path, no signal", 30: "straight crossing paths, no signal",
    31: "turning, no signal", 32: "evasive action with manoeuvre", 33: "evasive action without manoeuvre",
    34: "non-collision", 35: "object with manoeuvre", 36: "object without manoeuvre", 37: "other",
}  # fmt: skip
"""Source: Najm, Smith and Yanagisawa 2007, DOT HS 810 767."""

NCAP_TESTS = (
    "CPNA", "CPFA", "CPNCO", "CPLA", "CPTA", "CPRA", "CBNA", "CBNAO", "CBFA", "CBLA", "CMRs", "CMRb", "CMFtap", "CMCscp",
    "CCRs", "CCRm", "CCRb", "CCFtap", "CCFhos", "CCCscp",
)  # fmt: skip
"""Source: Euro NCAP's collision avoidance protocols of 2026: pedestrians, bicyclists, motorcyclists, cars."""


def check_typology(tags: Iterable[str]) -> None:
    """Refuse a tag of a catalogue that has no such entry; other tags are free.

    Raises:
        ScenarioError: names the catalogue and the nearest entry.
    """
    known = {"nhtsa": tuple(map(str, NHTSA_TYPES)), "ncap": NCAP_TESTS}
    for tag in tags:
        catalogue, _, entry = tag.partition(" ")
        if catalogue in known and entry not in known[catalogue]:
            raise ScenarioError(f"tags: {entry!r} is none of {catalogue}'s{nearest(entry, known[catalogue])}")


def nhtsa_of(tags: Iterable[str]) -> set[int]:
    """Give the numbers of the NHTSA types among tags."""
    return {int(tag.removeprefix("nhtsa ")) for tag in tags if tag.startswith("nhtsa ")}


def ncap_of(tags: Iterable[str]) -> set[str]:
    """Give the Euro NCAP tests among tags."""
    return {tag.removeprefix("ncap ") for tag in tags if tag.startswith("ncap ")}
