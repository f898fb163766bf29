"""What a body looks like: model, size, paint; drawn by the body's name where the scene leaves it open."""

from __future__ import annotations

import math

from scenegen import seeds
from scenegen.errors import ScenarioError
from scenegen.models import catalogue
from scenegen.models.animals.forms import hip_height_m, top_speed_m_per_s
from scenegen.models.imports.folders import is_own, own_spec
from scenegen.models.mesh import ModelSpec
from scenegen.models.paints import paint_colour, paints, shade
from scenegen.models.people.gear_kinds import GROUND_M, SEATED_HEIGHT_M
from scenegen.models.people.looks import CLOTHS
from scenegen.models.people.pieces import linear
from scenegen.models.sizes import vehicle_form
from scenegen.scenario.scene import PropScene, Scene

CARS = (("hatchback", 0.36), ("saloon", 0.20), ("estate", 0.16), ("suv", 0.18), ("van", 0.09), ("pickup", 0.01))
"""Shares of a European street; one van to ten cars as in KITTI's labels."""
TRUCKS = (("box_truck", 0.72), ("bus", 0.14), ("semi_trailer", 0.14))
"""Shares among lorries and buses."""
PEOPLE = (("man", 0.4), ("woman", 0.4), ("elderly", 0.1), ("child", 0.1))
ADULTS = PEOPLE[:3]
PASSERS_GEAR = (("none", 0.80), ("phone", 0.10), ("pushchair", 0.04), ("dog", 0.045), ("wheelchair", 0.015))
VEHICLE_FORMS = {"hatchback": 2, "saloon": 2, "suv": 2}  # of a kind in one clip, 1 of all others; each is built
FORM_NUMBERS = 24  # forms of a kind over all clips; the store on disk keeps each
THING_FORMS = 2
PERSON_FORMS = 4
ANIMAL_FORMS = 4
CHILD_BELOW_M = 1.40  # stature below which a person's own model steps as a child does
OWN_FROUDE = 30.0  # of the fastest gallop, v^2 / (g hip): horses reach 27, deer and cats more
CLOTHES = ("mixed", "dark", "bright", "mixed")  # of passers-by, by form


def draw(scene: Scene, path: str) -> float:
    """Draw the number in [0, 1) that belongs to a path of this sample."""
    return seeds.u01(scene.seed, scene.scenario, scene.index, path)


def pick(shares: tuple[tuple[str, float], ...], u: float) -> str:
    """Pick a name by its share at quantile u; shares need not sum to 1."""
    left = u * sum(share for _, share in shares)
    for name, share in shares:
        left -= share
        if left < 0.0:
            return name
    return shares[-1][0]


def vehicle_spec(scene: Scene, name: str, kind: str, *, opens_doors: bool = False) -> ModelSpec:
    """Give the model of a vehicle: by its name one of the few forms that its kind has in this clip.

    `opens_doors` gives it front doors that open, for kinds that have them (`models.vehicles.doors`).
    """
    if is_own(kind):
        return own_spec(kind)
    slot = int(draw(scene, f"{name}.form") * VEHICLE_FORMS.get(kind, 1))
    form = int(draw(scene, f"forms.{kind}.{slot}") * FORM_NUMBERS)
    return ModelSpec(kind, form, (("doors", 1.0),) if opens_doors else ())


def thing_spec(scene: Scene, name: str, kind: str) -> ModelSpec:
    """Give the model of debris; its form is drawn by its name."""
    return own_spec(kind) if is_own(kind) else ModelSpec(kind, int(draw(scene, f"{name}.form") * THING_FORMS))


def traffic_kind(scene: Scene, name: str, *, trucks: float) -> str:
    """Draw the kind of a vehicle of the traffic; `trucks` is the share of lorries and buses."""
    if draw(scene, f"{name}.truck") < trucks:
        return pick(TRUCKS, draw(scene, f"{name}.kind"))
    return pick(CARS, draw(scene, f"{name}.kind"))


def person_spec(scene: Scene, name: str, kind: str, clothing: str | None, gear: str = "none") -> ModelSpec:
    """Give the model of a person: `adult` is drawn among adults, clothing None goes with the form."""
    if is_own(kind):
        if gear != "none":
            raise ScenarioError(f"{name}.gear: {gear!r} is for people of the catalogue; {kind} brings its own in its file")
        return own_spec(kind)
    drawn = pick(ADULTS, draw(scene, f"{name}.kind")) if kind == "adult" else kind
    form = int(draw(scene, f"{name}.form") * PERSON_FORMS)
    options = (("clothing", clothing or CLOTHES[form]), ("dye", "instance"))
    return ModelSpec(drawn, form, options if gear == "none" else (*options, ("gear", gear)))


def person_size(spec: ModelSpec) -> tuple[float, float, float]:
    """Give (length, width, height) of a person with gear, as the simulation sees it."""
    length, width, height = catalogue.entry(spec.kind).size_m
    gear = dict(spec.options).get("gear", "none")
    length, width = GROUND_M.get(str(gear), (length, width))
    return length, width, SEATED_HEIGHT_M if gear == "wheelchair" else height


def walks_like(kind: str, stature_m: float) -> str:
    """Give the kind of person whose steps someone makes: their own, or by size that of a person's own model."""
    return kind if not is_own(kind) else "man" if stature_m > CHILD_BELOW_M else "child"


def leads_dog(spec: ModelSpec) -> bool:
    """Whether a person leads a dog."""
    return ("gear", "dog") in spec.options


def dye_of(scene: Scene, name: str, spec: ModelSpec) -> tuple[float, float, float]:
    """Give the colour of a person's top, linear RGB, drawn by the person's name: one of the clothing's, fresh or faded."""
    if is_own(spec.kind):
        return 1.0, 1.0, 1.0
    colours = CLOTHS[str(dict(spec.options)["clothing"])]
    light = 0.8 + 0.4 * draw(scene, f"{name}.faded")
    red, green, blue = (light * linear(colours[int(draw(scene, f"{name}.top") * len(colours))])).tolist()
    return red, green, blue


def animal_spec(scene: Scene, name: str, kind: str) -> ModelSpec:
    """Give the model of an animal; its size, coat and antlers are drawn by its name."""
    return own_spec(kind) if is_own(kind) else ModelSpec(kind, int(draw(scene, f"{name}.form") * ANIMAL_FORMS))


def animal_hip_m(spec: ModelSpec) -> float:
    """Give the height of an animal's hip joints, the length that gaits are scaled by."""
    if not is_own(spec.kind):
        return hip_height_m(spec.kind)
    model = catalogue.build(spec)
    return float(model.joints[model.joint_index["upper_hind_left"]].body_from_joint[2, 3])


def animal_top_speed(kind: str) -> float:
    """Give the fastest gallop of a kind, m/s; one of a person's own runs as others of its size do."""
    if not is_own(kind):
        return top_speed_m_per_s(kind)
    return math.sqrt(OWN_FROUDE * 9.81 * animal_hip_m(own_spec(kind)))


def prop_spec(actor: PropScene) -> ModelSpec:
    """Give the model of a prop; what a traffic light shows is part of it."""
    if is_own(actor.kind):
        return own_spec(actor.kind)
    return ModelSpec(actor.kind, 0, (("state", actor.state),) if actor.kind in ("traffic_light", "pedestrian_light") else ())


def paint_of(scene: Scene, name: str, colour: str = "any") -> tuple[float, float, float]:
    """Give the paint of a vehicle, linear RGB: a named colour, or a shade of a colour drawn by the vehicle's name."""
    named = paints()
    if colour in named:
        return named[colour]
    return shade(paint_colour(draw(scene, f"{name}.paint"))[0], *(draw(scene, f"{name}.shade.{k}") for k in range(2)))


def size_of(spec: ModelSpec) -> tuple[float, float, float]:
    """Give (length, width, height) of what a spec names, as the simulation sees it."""
    entry = catalogue.entry(spec.kind)
    if entry.category == "vehicle":
        return vehicle_form(spec).size_m
    return person_size(spec) if entry.category == "person" else entry.size_m
