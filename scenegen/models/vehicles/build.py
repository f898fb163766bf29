"""Build a vehicle: body, imprints, fittings and wheels at every level of detail."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray, pose
from scenegen.models.catalogue import entry
from scenegen.models.mesh import Joint, Mesh, Model, ModelSpec
from scenegen.models.sizes import OPTIONS, VehicleForm, vehicle_form
from scenegen.models.vehicles import doors
from scenegen.models.vehicles.assembly import PARTS, Piece, fitted_to, mesh_of
from scenegen.models.vehicles.bed import bed, cut_bed
from scenegen.models.vehicles.body import Body, Chassis, Flank, make_body
from scenegen.models.vehicles.bus import Bus
from scenegen.models.vehicles.coarse import coarsened
from scenegen.models.vehicles.detail import DETAILS, LOD_DISTANCE_M, Detail
from scenegen.models.vehicles.fittings import arch_lining, exhaust, fin, floor, handles, mirror, roof_rail, spoiler, wiper
from scenegen.models.vehicles.inside import cabin_of, seams_of
from scenegen.models.vehicles.lamps import front_end, rear_end
from scenegen.models.vehicles.livery import BEACON_M, LIVERIES, repainted, service_pieces
from scenegen.models.vehicles.panels import GLAZING, clad_arches, cut_arches, dress_roof, gap_panels, glaze, trim_below
from scenegen.models.vehicles.plans import PLANS, REAR_FOOT, Z_CENTRE, Z_SHOULDER, BodyPlan
from scenegen.models.vehicles.plates import number_plate, plate_text
from scenegen.models.vehicles.semi import SemiTrailer
from scenegen.models.vehicles.skin import Skin, gather
from scenegen.models.vehicles.style import Style, style_of
from scenegen.models.vehicles.tidy import tidied
from scenegen.models.vehicles.truck import Truck
from scenegen.models.vehicles.variation import Draws, varied
from scenegen.models.vehicles.wheels import car_wheel

_TYRE_HALF_WIDTH_M = 0.102
_WHEEL_INSET_M = 0.125
"""From the flank to the middle of the tyre."""
_PLATE_Z_M = {"hatchback": 0.74, "saloon": 0.76, "estate": 0.80, "van": 0.84, "suv": 0.90, "pickup": 0.58, "ambulance": 0.88}

_LARGE: dict[str, Callable[[VehicleForm, int], Truck | SemiTrailer | Bus]] = {
    "box_truck": Truck, "semi_trailer": SemiTrailer, "bus": Bus, "fire_engine": partial(Truck, kind="fire_engine"),
}  # fmt: skip
"""Vehicles that are more than one smooth body."""


@dataclass(frozen=True, eq=False)
class _Car:
    """One form of a car, van or pickup: `service` is its kind with livery, `kind` that of its body."""

    service: str
    kind: str
    seed: int
    body: Body
    style: Style
    wheels: dict[str, FloatArray]
    size_m: tuple[float, float, float]
    has_doors: bool

    @property
    def door_joints(self) -> dict[str, int]:
        """Joints of the doors that open, by side."""
        first = 1 + len(self.wheels)
        return {"left": first, "right": first + 1} if self.has_doors else {}


def build_vehicle(spec: ModelSpec) -> Model:
    """Build the vehicle that a spec names.

    Args:
        spec: a vehicle kind of the catalogue; every `seed` is a form of its own: size, lines, face, lamps, wheels, trim.
            Options `length`, `width`, `height` in metres stretch it, `doors` = 1 gives it front doors that open.
    Returns:
        A model that fills its box exactly, mirrors left out; joint 0 is the body, then one joint per wheel (per side for
        double wheels), then the doors' hinges.
    Raises:
        ScenarioError: an option is not known or not sensible, or the kind has no plan.
    """
    if entry(spec.kind).category != "vehicle":
        raise ScenarioError(f"{spec.kind!r} is no vehicle")
    has_doors = _has_doors(spec)
    form = vehicle_form(spec)
    if spec.kind in _LARGE:
        large = _LARGE[spec.kind](form, spec.seed % 4)
        model = _vehicle_model(spec, form, large.plan, large.wheels, tuple(large.mesh(detail) for detail in DETAILS))
        model = replace(model, cabin=large.cabin)
        return _coupled(model, large, form) if isinstance(large, SemiTrailer) else model
    livery = LIVERIES.get(spec.kind)
    bar = BEACON_M if livery else 0.0
    kind = livery.body_kind if livery else spec.kind
    style, draws, size = style_of(kind, spec.seed), Draws(kind, spec.seed), form.size_m
    body = make_body(
        varied(PLANS[kind], draws), (size[0], size[1], size[2] - bar), crease=style.crease, flank=_flank(draws),
        chassis=Chassis(form.wheel_radius_m, form.wheelbase_m),
    )  # fmt: skip
    car = _Car(spec.kind, kind, spec.seed, body, style, _wheel_centres(body.plan), size, has_doors)
    model = _vehicle_model(spec, form, body.plan, car.wheels, tuple(_car_mesh(car, detail) for detail in DETAILS))
    model = replace(model, cabin=cabin_of(body.plan, kind), seams={} if livery else seams_of(body.plan, kind))
    return _with_doors(model, car) if has_doors else model


def _has_doors(spec: ModelSpec) -> bool:
    """Tell whether doors are to open, and refuse what is no option of vehicles."""
    known = (*OPTIONS, "doors")
    for name, _ in spec.options:
        if name not in known:
            raise ScenarioError(f"{spec.kind}: no option {name!r}; there are {', '.join(known)}")
    wanted = dict(spec.options).get("doors", 0) == 1
    if wanted and spec.kind not in doors.DOOR_KINDS:
        raise ScenarioError(f"{spec.kind}.doors: only the doors of {', '.join(doors.DOOR_KINDS)} open")
    return wanted


def _flank(draws: Draws) -> Flank:
    """Draw the lines of a flank."""
    return Flank(
        drop_m=draws.between("crease.drop", 0.14, 0.26), step_m=draws.between("crease.step", 0.006, 0.022),
        rise_m=draws.between("crease.rise", 0.0, 0.07), hollow_m=draws.between("hollow", 0.008, 0.024),
    )  # fmt: skip


def _coupled(model: Model, semi: SemiTrailer, form: VehicleForm) -> Model:
    """Give the model with the joint of its tractor, and what bending at it needs."""
    joint = Joint("tractor", 0, pose(semi.kingpin_x_m, 0.0, 0.0))
    facts = {"kingpin_x_m": semi.kingpin_x_m, "path_wheelbase_m": form.wheelbase_m}
    return replace(model, joints=(*model.joints, joint), facts=model.facts | facts)


def _with_doors(model: Model, car: _Car) -> Model:
    """Give the model with the joints of its doors."""
    x, y = doors.hinge_x(car.body.plan, car.kind), car.body.plan.half_width_m - 0.09
    joints = [Joint(f"door_{side}", 0, pose(x, sign * y, 0.0)) for side, sign in (("left", 1), ("right", -1))]
    return replace(model, joints=(*model.joints, *joints))


def _vehicle_model(
    spec: ModelSpec, form: VehicleForm, plan: BodyPlan, wheels: dict[str, FloatArray], meshes: tuple[Mesh, ...]
) -> Model:
    """Put meshes and wheel positions into a model."""
    joints = [Joint("body", -1, np.eye(4))]
    joints += [Joint(name, 0, pose(*(float(v) for v in centre))) for name, centre in wheels.items()]
    front, rear = float(wheels["wheel_fl"][0]), float(wheels["wheel_rl"][0])
    track = 2 * float(wheels["wheel_fl"][1])
    return Model(
        spec=spec, class_name=entry(spec.kind).class_name, rig="vehicle", parts=PARTS, joints=tuple(joints), meshes=meshes,
        lod_distance_m=LOD_DISTANCE_M, size_m=form.size_m,
        facts={
            "wheel_radius_m": plan.wheel_radius_m, "wheelbase_m": front - rear, "track_m": track,
            "front_axle_x_m": front, "rear_axle_x_m": rear,
        },
    )  # fmt: skip


def _wheel_centres(plan: BodyPlan) -> dict[str, FloatArray]:
    y = plan.half_width_m - _WHEEL_INSET_M
    return {
        f"wheel_{end}{side}": np.array([x, sign * y, plan.wheel_radius_m])
        for end, x in zip("fr", plan.axles_m, strict=True)
        for side, sign in (("l", 1), ("r", -1))
    }


def _car_mesh(car: _Car, detail: Detail) -> Mesh:
    """Build one level of detail of a car or van."""
    livery, kind, body, style = LIVERIES.get(car.service), car.kind, car.body, car.style
    half, door = _imprinted_half(car, detail)
    axles = body.plan.axles_m
    left = [
        Piece(half), Piece(floor(body, detail, axles=axles), part="underbody"),
        Piece(arch_lining(half, body, detail, axles=axles), part="underbody"),
        Piece(_roof_parts(car, detail)),
    ]  # fmt: skip
    on_door = [Piece(mirror(body, detail, cap=style.mirror), part="mirror")]
    if detail.has_small_parts:
        front, rear = handles(body, detail, kind=kind, material=style.grip)
        left.append(Piece(rear))
        on_door.append(Piece(front))
    if not detail.cell_m:
        left.append(Piece(exhaust(body, detail)))
    if detail.has_gaps:
        left.append(Piece(wiper(body)))
    if kind == "pickup":
        left.append(Piece(bed(body.plan), part="cargo"))
    if door is not None:
        on_door.append(Piece(doors.lined(door)))
        left += [Piece(doors.jamb(door), part="body"), Piece(doors.cabin(body, kind, has_seats=detail.has_small_parts))]
    pieces = left + [_mirrored(piece) for piece in left]
    joints = car.door_joints
    pieces += [replace(piece, joint=joints.get("left", 0)) for piece in on_door]
    pieces += [replace(_mirrored(piece), joint=joints.get("right", 0)) for piece in on_door]
    pieces.append(Piece(_plates(kind, car.seed, body, detail), part="plate"))
    if door is not None and detail.has_small_parts:
        pieces.append(Piece(doors.steering_wheel(body), part="seat"))
    if livery:
        pieces = [replace(piece, skin=repainted(piece.skin, livery.base)) for piece in pieces]
        pieces += service_pieces(car.service, body, detail)
    pieces = fitted_to(pieces, car.size_m)
    wheel = car_wheel(body.plan.wheel_radius_m, _TYRE_HALF_WIDTH_M, style.rim, detail)
    for index, centre in enumerate(car.wheels.values(), start=1):
        side = wheel if centre[1] > 0 else wheel.mirrored()
        pieces.append(Piece(side.moved(*(float(v) for v in centre)), joint=index, part="wheel"))
    return mesh_of(pieces, height_m=car.size_m[2])


def _mirrored(piece: Piece) -> Piece:
    return Piece(piece.skin.mirrored(), part=piece.part)


def _roof_parts(car: _Car, detail: Detail) -> Skin:
    """Make the left halves of rails, spoiler and aerial."""
    parts = []
    if car.style.has_roof_rails and car.service == car.kind:
        parts.append(roof_rail(car.body, detail, material=car.style.rails))
    if car.style.has_spoiler and not detail.cell_m:
        parts.append(spoiler(car.body, detail))
    if detail.has_small_parts and not car.style.has_sunroof and car.kind not in ("van", "pickup", "ambulance"):
        parts.append(fin(car.body))
    empty = Skin(np.zeros((0, 3, 6)), np.zeros(0, np.uint8))
    return gather([empty, *parts])


def _imprinted_half(car: _Car, detail: Detail) -> tuple[Skin, Skin | None]:
    """Give the left half of the painted body with everything that is drawn on it, and its front door where that opens."""
    plan, kind, style, service = car.body.plan, car.kind, car.style, car.service
    skin = car.body.skin(detail.shell_triangles)
    cut_arches(skin, plan, detail, axles=plan.axles_m)
    glaze(skin, plan, GLAZING[kind], detail)
    dress_roof(skin, plan, detail, style)
    is_rubbed = detail.has_small_parts and service == kind and style.has_rub_strip
    trim_below(skin, plan, height_m=0.055 + style.lower_trim_m, has_rub_strip=is_rubbed)
    if service in LIVERIES:
        LIVERIES[service].bands(skin, plan)
    if kind in ("suv", "pickup"):
        clad_arches(skin, plan, detail)
    if kind == "pickup":
        cut_bed(skin, plan)
    if detail.has_gaps:
        gap_panels(skin, car.body, kind)
    front_end(skin, plan, detail, style)
    rear_end(skin, plan, detail, style.rear, belt_m=float(PLANS[kind].stations[REAR_FOOT, Z_SHOULDER]))
    door = doors.take_door(skin, plan, kind) if car.has_doors and not detail.cell_m else None
    skin = tidied(skin, tolerance_m=detail.form_m, crease_rad=detail.crease_rad)
    if door is not None:
        door = tidied(door, tolerance_m=detail.form_m, crease_rad=detail.crease_rad)
    return (coarsened(skin, cell_m=detail.cell_m) if detail.cell_m else skin), door


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
