"""How long, wide and high each form of a vehicle is: the catalogue's sizes, spread by the form's number.

Mesh and simulator both take their numbers from here, so tyres roll without slip; nothing heavy is imported.
"""

from __future__ import annotations

from dataclasses import dataclass

from scenegen.errors import ScenarioError
from scenegen.models.catalogue import entry
from scenegen.models.mesh import ModelSpec
from scenegen.seeds import u01

Size = tuple[float, float, float]

_SPREAD: dict[str, Size] = {
    "hatchback": (0.085, 0.035, 0.04), "saloon": (0.05, 0.025, 0.025), "estate": (0.04, 0.025, 0.025),
    "suv": (0.07, 0.035, 0.05), "pickup": (0.035, 0.03, 0.035), "van": (0.08, 0.035, 0.07), "box_truck": (0.08, 0.02, 0.06),
    "semi_trailer": (0.02, 0.0, 0.03), "bus": (0.04, 0.0, 0.02), "ambulance": (0.03, 0.02, 0.03),
    "police_car": (0.02, 0.01, 0.015), "fire_engine": (0.04, 0.01, 0.03),
}  # fmt: skip
"""Largest deviation of length, width and height, as a share; about KITTI's spread of cars and vans (its label statistics)."""
_LEAST_SHARE, _MOST_SHARE = 0.7, 1.4
OPTIONS = ("length", "width", "height")


@dataclass(frozen=True)
class VehicleForm:
    """The numbers that a form of a vehicle is driven by, metres; two-wheelers' boxes are measured on their meshes."""

    size_m: Size
    wheelbase_m: float
    wheel_radius_m: float


def vehicle_form(spec: ModelSpec) -> VehicleForm:
    """Give the numbers of the form that a spec names; options `length`, `width`, `height` in metres take their place.

    Raises:
        ScenarioError: an option is not within 70 % to 140 % of the catalogue's value.
    """
    known = entry(spec.kind)
    size = [
        nominal * (1.0 + _SPREAD.get(spec.kind, (0.0, 0.0, 0.0))[axis] * _deviation(spec, OPTIONS[axis]))
        for axis, nominal in enumerate(known.size_m)
    ]
    for name, value in spec.options:
        if name in OPTIONS:
            axis = OPTIONS.index(name)
            nominal = known.size_m[axis]
            if not isinstance(value, (int, float)) or not _LEAST_SHARE * nominal <= value <= _MOST_SHARE * nominal:
                raise ScenarioError(f"{spec.kind}.{name}: {value!r} is not within 70 % to 140 % of {nominal} m")
            size[axis] = float(value)
    length, _, height = (new / nominal for new, nominal in zip(size, known.size_m, strict=True))
    radius = known.wheel_radius_m * (1.0 + 0.5 * (height - 1.0)) if spec.kind in _SPREAD else known.wheel_radius_m
    return VehicleForm((size[0], size[1], size[2]), known.wheelbase_m * length, radius)


def _deviation(spec: ModelSpec, name: str) -> float:
    """Draw a deviation from -1 to 1, small ones more often, by the form's number."""
    first, second = (u01(spec.seed, "vehicle-form", 0, f"{spec.kind}.{name}.{k}") for k in range(2))
    return first + second - 1.0
