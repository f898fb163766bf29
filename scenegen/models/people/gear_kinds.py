"""What people carry, push, lead or sit in: names and ground, without any mesh code."""

from __future__ import annotations

GEAR = ("none", "umbrella", "phone", "pushchair", "wheelchair", "dog")
GROUND_M: dict[str, tuple[float, float]] = {
    "umbrella": (1.04, 1.04), "pushchair": (1.62, 0.62), "wheelchair": (1.14, 0.74),
}  # fmt: skip
"""Length and width of a person with those that take more room than the body; the body's origin is their middle."""
SEATED_HEIGHT_M = 1.34
"""Height of an adult in a wheelchair."""
DOG_M = (0.95, 0.10)
"""Where a dog on a lead goes, ahead and to the left of the one who leads it: in line, so that others can pass."""
COLLAR_M = (0.36, 0.50)
"""Where its collar is: ahead of its middle, and height."""
