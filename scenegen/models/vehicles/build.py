"""Build a vehicle: body, imprints, fittings and wheels at every level of detail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import pose
from scenegen.models.catalogue import entry
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec
from scenegen.models.vehicles.assembly import PARTS, Piece, fitted_to, mesh_of
from scenegen.models.vehicles.bed import bed, cut_bed
from scenegen.models.vehicles.body import Body, make_body
from scenegen.models.vehicles.bus import Bus
from scenegen.models.vehicles.coarse import coarsened
from scenegen.models.vehicles.detail import DETAILS, LOD_DISTANCE_M, Detail
from scenegen.models.vehicles.fittings import arch_lining, exhaust, floor, mirror, roof_rail, small_parts
from scenegen.models.vehicles.lamps import front_end, rear_end
from scenegen.models.vehicles.livery import BEACON_M, LIVERIES, repainted, service_pieces
from scenegen.models.vehicles.panels import GLAZING, clad_arches, cut_arches, gap_panels, glaze, trim_below
from scenegen.models.vehicles.plans import PLANS, REAR_FOOT, Z_CENTRE, BodyPlan
from scenegen.models.vehicles.plates import number_plate, plate_text
from scenegen.models.vehicles.semi import SemiTrailer
from scenegen.models.vehicles.skin import Skin, gather
from scenegen.models.vehicles.tidy import tidied
from scenegen.models.vehicles.truck import Truck
from scenegen.models.vehicles.wheels import car_wheel

_TYRE_HALF_WIDTH_M = 0.102
_WHEEL_INSET_M = 0.125
"""From the flank to the middle of the tyre."""
_CREASE = (1.0, 0.85, 1.15, 0.95)
"""Sharpness of the body's creases by seed."""
_PLATE_Z_M = {"hatchback": 0.74, "saloon": 0.76, "estate": 0.80, "van": 0.84, "suv": 0.90, "pickup": 0.58, "ambulance": 0.88}

_LARGE: dict[str, Callable[[tuple[float, float, float], int], Truck | SemiTrailer | Bus]] = {
    "box_truck": Truck, "semi_trailer": SemiTrailer, "bus": Bus, "fire_engine": partial(Truck, kind="fire_engine"),
}  # fmt: skip
"""Vehicles that are more than one smooth body."""


def build_vehicle(spec: ModelSpec) -> Model:
    """Build the vehicle that a spec names.

    Args:
        spec: a vehicle kind of the catalogue; `seed` picks one of four variants of rims, lamps and creases; options `length`,
            `width`, `height` in metres stretch it.
    Returns:
        A model that fills its box exactly, mirrors left out; joint 0 is the body, then one joint per wheel (per side for
        double wheels).
    Raises:
        ScenarioError: an option is not known or not sensible, or the kind has no plan.
    """
    size = wanted_size(spec)
    if entry(spec.kind).category != "vehicle":
        raise ScenarioError(f"{spec.kind!r} is no vehicle")
    seed = spec.seed % 4
    if spec.kind in _LARGE:
        large = _LARGE[spec.kind](size, seed)
        return _vehicle_model(spec, size, large.plan, large.wheels, tuple(large.mesh(detail) for detail in DETAILS))
    livery = LIVERIES.get(spec.kind)
    bar = BEACON_M if livery else 0.0
    body_kind = livery.body_kind if livery else spec.kind
    body = make_body(PLANS[body_kind], (size[0], size[1], size[2] - bar), crease=_CREASE[seed])
    wheels = _wheel_centres(body.plan)
    meshes = tuple(_car_mesh(spec.kind, body_kind, seed, body, wheels, size, detail) for detail in DETAILS)
    return _vehicle_model(spec, size, body.plan, wheels, meshes)


def wanted_size(spec: ModelSpec) -> tuple[float, float, float]:
    """Give length, width and height in metres: the catalogue's, or what the options say."""
    names = ("length", "width", "height")
    nominal = dict(zip(names, entry(spec.kind).size_m, strict=True))
    size = dict(nominal)
    for name, value in spec.options:
        if name not in nominal:
            raise ScenarioError(f"{spec.kind}: no option {name!r}; there are {', '.join(names)}")
        if not isinstance(value, (int, float)) or not 0.7 * nominal[name] <= value <= 1.4 * nominal[name]:
            raise ScenarioError(f"{spec.kind}.{name}: {value!r} is not within 70 % to 140 % of {nominal[name]} m")
        size[name] = float(value)
    return size["length"], size["width"], size["height"]


def _vehicle_model(
    spec: ModelSpec, size: tuple[float, float, float], plan: BodyPlan, wheels: dict[str, np.ndarray], meshes: tuple[Mesh, ...]
) -> Model:
    """Put meshes and wheel positions into a model."""
    joints = [Joint("body", -1, np.eye(4))]
    joints += [Joint(name, 0, pose(*(float(v) for v in centre))) for name, centre in wheels.items()]
    front, rear = float(wheels["wheel_fl"][0]), float(wheels["wheel_rl"][0])
    track = 2 * float(wheels["wheel_fl"][1])
    return Model(
        spec=spec, class_name=entry(spec.kind).class_name, rig="vehicle", parts=PARTS, joints=tuple(joints), meshes=meshes,
        lod_distance_m=LOD_DISTANCE_M, size_m=size,
        facts={
            "wheel_radius_m": plan.wheel_radius_m, "wheelbase_m": front - rear, "track_m": track,
            "front_axle_x_m": front, "rear_axle_x_m": rear,
        },
    )  # fmt: skip


def _wheel_centres(plan: BodyPlan) -> dict[str, np.ndarray]:
    y = plan.half_width_m - _WHEEL_INSET_M
    return {
        f"wheel_{end}{side}": np.array([x, sign * y, plan.wheel_radius_m])
        for end, x in zip("fr", plan.axles_m, strict=True)
        for side, sign in (("l", 1), ("r", -1))
    }


def _car_mesh(
    service: str,
    kind: str,
    seed: int,
    body: Body,
    wheels: dict[str, np.ndarray],
    size: tuple[float, float, float],
    detail: Detail,
) -> Mesh:
    """Build one level of detail of a car or van; `service` is its kind with livery, `kind` that of its body."""
    livery = LIVERIES.get(service)
    half = _imprinted_half(service, kind, seed, body, detail)
    axles = body.plan.axles_m
    left = [
        Piece(half), Piece(exhaust(body, detail)), Piece(floor(body, detail, axles=axles), part="underbody"),
        Piece(arch_lining(half, body, detail, axles=axles), part="underbody"),
        Piece(mirror(body, detail, seed=seed), part="mirror"),
    ]  # fmt: skip
    if detail.has_small_parts:
        left.append(Piece(small_parts(body, detail, kind=kind, seed=seed)))
    if kind == "pickup":
        left.append(Piece(bed(body.plan), part="cargo"))
    if kind in ("estate", "suv") and not livery:
        left.append(Piece(roof_rail(body, detail)))
    pieces = left + [Piece(piece.skin.mirrored(), part=piece.part) for piece in left]
    pieces.append(Piece(_plates(kind, seed, body, detail), part="plate"))
    wheel = car_wheel(body.plan.wheel_radius_m, _TYRE_HALF_WIDTH_M, seed, detail)
    if livery:
        pieces = [replace(piece, skin=repainted(piece.skin, livery.base)) for piece in pieces]
        pieces += service_pieces(service, body, detail)
    pieces = fitted_to(pieces, size)
    for index, centre in enumerate(wheels.values(), start=1):
        side = wheel if centre[1] > 0 else wheel.mirrored()
        pieces.append(Piece(side.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
    return mesh_of(pieces, height_m=size[2])


def _imprinted_half(service: str, kind: str, seed: int, body: Body, detail: Detail) -> Skin:
    """Give the left half of the painted body with everything that is drawn on it."""
    plan = body.plan
    skin = body.skin(detail.shell_triangles)
    cut_arches(skin, plan, detail, axles=plan.axles_m)
    glaze(skin, plan, GLAZING[kind], detail)
    has_rub_strip = kind == "van" or (seed % 2 == 1 and kind not in ("pickup", "ambulance"))
    trim_below(skin, plan, has_rub_strip=detail.has_small_parts and service == kind and has_rub_strip)
    if service in LIVERIES:
        LIVERIES[service].bands(skin, plan)
    if kind in ("suv", "pickup"):
        clad_arches(skin, plan, detail)
    if kind == "pickup":
        cut_bed(skin, plan)
    if detail.has_gaps:
        gap_panels(skin, body, kind)
    front_end(skin, plan, detail, kind=kind, seed=seed)
    rear_end(skin, plan, detail, kind)
    skin = tidied(skin, tolerance_m=detail.form_m, crease_rad=detail.crease_rad)
    return coarsened(skin, cell_m=detail.cell_m) if detail.cell_m else skin


def _plates(kind: str, seed: int, body: Body, detail: Detail) -> Skin:
    """Fix a plate to nose and tail."""
    text = plate_text(kind, seed)
    front_z = 0.47
    rear_z = _PLATE_Z_M[kind] * float(body.plan.stations[REAR_FOOT, Z_CENTRE] / PLANS[kind].stations[REAR_FOOT, Z_CENTRE])
    return gather(
        [
            number_plate(body.end_x(z, face=face) + face * 0.004, z, face=face, text=text, detail=detail)
            for z, face in ((front_z, 1), (rear_z, -1))
        ]
    )
