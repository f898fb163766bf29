"""The catalogue: every kind of thing by name, built once per process.

Generators are imported when first used, so asking for a size loads no mesh code.
"""

from __future__ import annotations

import difflib
import importlib
import multiprocessing
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from scenegen.errors import ScenarioError
from scenegen.models.imports.folders import card_of, is_own, own_spec
from scenegen.models.mesh import Model, ModelSpec
from scenegen.models.store import has_store, is_stored, load_model, save_model
from scenegen.signs import sign_kinds, sign_size_m

Category = Literal["vehicle", "person", "animal", "debris", "prop", "scenery"]


@dataclass(frozen=True)
class Entry:
    """One kind: what it is, its class, and `module:function`, called with a `ModelSpec`, that builds it."""

    category: Category
    class_name: str
    generator: str
    size_m: tuple[float, float, float]
    """Nominal (length, width, height): the middle of a vehicle's forms (`sizes.vehicle_form`); near for people, and for animals
    (antlers make the spread).
    """
    wheel_radius_m: float = 0.0
    wheelbase_m: float = 0.0
    """Of vehicles: nominal as the size; the simulator puts the axles symmetric about the body origin."""


_VEHICLE = "scenegen.models.vehicles:build_vehicle"
_TWO_WHEELER = "scenegen.models.vehicles:build_two_wheeler"
_PERSON = "scenegen.models.people:build_person"
_ANIMAL = "scenegen.models.animals:build_animal"
_ROADWORKS = "scenegen.models.roadworks:build_roadworks"
_WORK_ZONE = "scenegen.models.work_zone:build_work_zone"
_TREE = "scenegen.models.plants:build_tree"
_FURNITURE = "scenegen.models.street_furniture:build_furniture"
_SIGN = "scenegen.models.furniture:build_sign"
_DEBRIS = "scenegen.models.debris:build_debris"
_LYING = "scenegen.models.lying:build_lying"

KINDS: dict[str, Entry] = {
    "hatchback": Entry("vehicle", "car", _VEHICLE, (3.95, 1.69, 1.49), wheel_radius_m=0.30, wheelbase_m=2.50),
    "saloon": Entry("vehicle", "car", _VEHICLE, (4.55, 1.77, 1.44), wheel_radius_m=0.32, wheelbase_m=2.70),
    "estate": Entry("vehicle", "car", _VEHICLE, (4.60, 1.77, 1.47), wheel_radius_m=0.32, wheelbase_m=2.70),
    "suv": Entry("vehicle", "car", _VEHICLE, (4.50, 1.85, 1.67), wheel_radius_m=0.365, wheelbase_m=2.68),
    "pickup": Entry("vehicle", "truck", _VEHICLE, (5.30, 1.88, 1.80), wheel_radius_m=0.38, wheelbase_m=3.20),
    "van": Entry("vehicle", "van", _VEHICLE, (5.00, 1.90, 2.05), wheel_radius_m=0.34, wheelbase_m=3.10),
    "box_truck": Entry("vehicle", "truck", _VEHICLE, (7.60, 2.40, 3.25), wheel_radius_m=0.40, wheelbase_m=3.75),
    "semi_trailer": Entry("vehicle", "truck", _VEHICLE, (16.50, 2.55, 4.00), wheel_radius_m=0.50, wheelbase_m=10.90),
    "bus": Entry("vehicle", "bus", _VEHICLE, (12.00, 2.55, 3.15), wheel_radius_m=0.48, wheelbase_m=5.90),
    "police_car": Entry("vehicle", "car", _VEHICLE, (4.60, 1.77, 1.60), wheel_radius_m=0.32, wheelbase_m=2.70),
    "ambulance": Entry("vehicle", "van", _VEHICLE, (6.05, 2.02, 2.75), wheel_radius_m=0.35, wheelbase_m=3.78),
    "fire_engine": Entry("vehicle", "truck", _VEHICLE, (7.80, 2.50, 3.25), wheel_radius_m=0.42, wheelbase_m=3.85),
    "bicycle": Entry("vehicle", "rider", _TWO_WHEELER, (1.79, 0.69, 1.86), wheel_radius_m=0.34, wheelbase_m=1.06),
    "motorcycle": Entry("vehicle", "motorcycle", _TWO_WHEELER, (2.15, 0.85, 1.72), wheel_radius_m=0.31, wheelbase_m=1.42),
    "e_scooter": Entry("vehicle", "rider", _TWO_WHEELER, (1.16, 0.57, 1.85), wheel_radius_m=0.11, wheelbase_m=0.90),
    "overturned_car": Entry("vehicle", "car", _LYING, (4.55, 1.77, 1.44)),
    "overturned_van": Entry("vehicle", "van", _LYING, (5.00, 2.05, 1.90)),
    "overturned_truck": Entry("vehicle", "truck", _LYING, (7.60, 3.25, 2.40)),
    "fallen_bicycle": Entry("vehicle", "rider", _LYING, (1.79, 1.86, 0.62)),
    "fallen_motorcycle": Entry("vehicle", "motorcycle", _LYING, (2.15, 1.72, 0.80)),
    "man": Entry("person", "person", _PERSON, (0.32, 0.56, 1.77)),
    "woman": Entry("person", "person", _PERSON, (0.30, 0.50, 1.65)),
    "elderly": Entry("person", "person", _PERSON, (0.32, 0.54, 1.68)),
    "child": Entry("person", "person", _PERSON, (0.24, 0.40, 1.22)),
    "roe_deer": Entry("animal", "animal", _ANIMAL, (0.98, 0.26, 1.02)),
    "white_tailed_deer": Entry("animal", "animal", _ANIMAL, (1.45, 0.42, 1.48)),
    "moose": Entry("animal", "animal", _ANIMAL, (2.90, 1.00, 2.18)),
    "wild_boar": Entry("animal", "animal", _ANIMAL, (1.56, 0.41, 0.81)),
    "fox": Entry("animal", "animal", _ANIMAL, (1.07, 0.17, 0.54)),
    "dog": Entry("animal", "animal", _ANIMAL, (1.27, 0.26, 0.70)),
    "cat": Entry("animal", "animal", _ANIMAL, (0.69, 0.12, 0.33)),
    "cow": Entry("animal", "animal", _ANIMAL, (2.45, 0.72, 1.40)),
    "horse": Entry("animal", "animal", _ANIMAL, (2.59, 0.64, 2.13)),
    "tyre_tread": Entry("debris", "debris", _DEBRIS, (0.9, 0.2, 0.12)),
    "ladder": Entry("debris", "debris", _DEBRIS, (3.0, 0.4, 0.1)),
    "mattress": Entry("debris", "debris", _DEBRIS, (2.0, 1.4, 0.2)),
    "cardboard_box": Entry("debris", "debris", _DEBRIS, (0.6, 0.5, 0.45)),
    "timber": Entry("debris", "debris", _DEBRIS, (2.2, 0.5, 0.2)),
    "exhaust": Entry("debris", "debris", _DEBRIS, (1.0, 0.2, 0.15)),
    "bucket": Entry("debris", "debris", _DEBRIS, (0.3, 0.3, 0.3)),
    "cone_lying": Entry("debris", "debris", _DEBRIS, (0.7, 0.4, 0.4)),
    "warning_triangle": Entry("debris", "debris", _DEBRIS, (0.3, 0.45, 0.42)),
    "fallen_tree": Entry("debris", "debris", _LYING, (4.20, 9.00, 2.60)),
    "ball": Entry("debris", "debris", _DEBRIS, (0.22, 0.22, 0.22)),
    "traffic_cone": Entry("prop", "traffic_cone", _ROADWORKS, (0.42, 0.42, 0.75)),
    "drum": Entry("prop", "traffic_cone", _ROADWORKS, (0.66, 0.66, 1.02)),
    "barrier": Entry("prop", "barrier", _ROADWORKS, (0.80, 2.00, 1.30)),
    "beacon": Entry("prop", "barrier", _ROADWORKS, (0.80, 0.40, 1.34)),
    "traffic_light": Entry("prop", "traffic_light", "scenegen.models.signals:build_traffic_light", (0.40, 0.52, 3.38)),
    "pedestrian_light": Entry("prop", "traffic_light", "scenegen.models.signals:build_pedestrian_light", (0.24, 0.30, 2.75)),
    "steel_plate": Entry("prop", "street_furniture", _WORK_ZONE, (2.64, 1.74, 0.03)),
    "arrow_board": Entry("prop", "barrier", _WORK_ZONE, (2.40, 2.48, 3.00)),
    "works_fence": Entry("prop", "barrier", _WORK_ZONE, (0.72, 3.64, 2.02)),
    "water_barrier": Entry("prop", "barrier", _WORK_ZONE, (0.48, 1.58, 0.89)),
    "town_house": Entry("scenery", "building", "scenegen.models.town_houses:build_town_house", (11.0, 12.0, 18.0)),
    "forecourt": Entry("scenery", "sidewalk", "scenegen.models.undergrowth:build_forecourt", (8.0, 2.4, 0.02)),
    "guard_rail": Entry("scenery", "guard_rail", "scenegen.models.roadside:build_guard_rail", (8.0, 0.2, 0.75)),
    "wires": Entry("scenery", "pole", "scenegen.models.roadside:build_wires", (41.0, 1.5, 7.7)),
    "house": Entry("scenery", "building", "scenegen.models.buildings:build_house", (11.0, 9.0, 9.0)),
    "garden_wall": Entry("scenery", "wall", "scenegen.models.gardens:build_garden_wall", (8.0, 0.3, 1.1)),
    "hedge": Entry("scenery", "vegetation", "scenegen.models.gardens:build_hedge", (8.0, 0.8, 1.5)),
    "picket_fence": Entry("scenery", "fence", "scenegen.models.gardens:build_fence", (8.0, 0.1, 1.0)),
    "tree": Entry("scenery", "tree", "scenegen.models.plants:build_tree", (6.0, 6.0, 9.0)),
    "bush": Entry("scenery", "vegetation", "scenegen.models.plants:build_bush", (2.0, 2.0, 1.6)),
    "street_lamp": Entry("scenery", "pole", "scenegen.models.furniture:build_street_lamp", (1.6, 0.3, 6.5)),
    "sign": Entry("scenery", "traffic_sign", _SIGN, (0.1, 0.6, 2.6)),
    "bin": Entry("scenery", "street_furniture", "scenegen.models.furniture:build_bin", (0.7, 0.6, 1.1)),
    "utility_pole": Entry("scenery", "pole", "scenegen.models.furniture:build_utility_pole", (0.3, 1.6, 8.0)),
    "tree_line": Entry("scenery", "vegetation", "scenegen.models.plants:build_tree_line", (60.0, 8.0, 12.0)),
    "ridge": Entry("scenery", "vegetation", "scenegen.models.ridges:build_ridge", (700.0, 224.0, 50.0)),
    "street_tree": Entry("scenery", "tree", _TREE, (4.5, 4.5, 8.0)),
    "birch": Entry("scenery", "tree", _TREE, (4.0, 4.0, 9.5)),
    "poplar": Entry("scenery", "tree", _TREE, (4.8, 4.8, 14.0)),
    "conifer": Entry("scenery", "tree", "scenegen.models.conifers:build_conifer", (3.8, 3.8, 9.0)),
    "shrubs": Entry("scenery", "vegetation", "scenegen.models.undergrowth:build_shrubs", (8.0, 2.2, 2.3)),
    "grass_tufts": Entry("scenery", "vegetation", "scenegen.models.undergrowth:build_tufts", (4.0, 0.3, 0.2)),
    "leaf_litter": Entry("scenery", "terrain", "scenegen.models.undergrowth:build_leaf_litter", (4.0, 0.3, 0.05)),
    "tree_pit": Entry("scenery", "sidewalk", "scenegen.models.undergrowth:build_tree_pit", (1.5, 1.5, 0.1)),
    "bench": Entry("scenery", "street_furniture", _FURNITURE, (0.6, 1.8, 0.95)),
    "bollard": Entry("scenery", "pole", _FURNITURE, (0.16, 0.16, 0.95)),
    "mailbox": Entry("scenery", "street_furniture", _FURNITURE, (0.45, 0.5, 1.4)),
    "parcel_box": Entry("scenery", "street_furniture", _FURNITURE, (0.8, 2.5, 2.1)),
    "bicycle_stand": Entry("scenery", "street_furniture", _FURNITURE, (0.8, 2.5, 0.82)),
    "advertising_column": Entry("scenery", "street_furniture", _FURNITURE, (1.5, 1.5, 3.4)),
    "planter": Entry("scenery", "street_furniture", _FURNITURE, (1.0, 1.0, 1.0)),
    "bus_stop": Entry("scenery", "street_furniture", _FURNITURE, (1.9, 4.9, 3.0)),
    "parked_bicycle": Entry("scenery", "bicycle", _FURNITURE, (1.8, 0.6, 1.05)),
    **{code: Entry("prop", "traffic_sign", _SIGN, sign_size_m(code)) for code in sign_kinds()},
}

DOOR_KINDS = ("hatchback", "saloon", "estate", "suv", "van", "pickup")
"""Vehicles whose front doors can open (`models.vehicles.doors`)."""

EMERGENCY_KINDS = ("police_car", "ambulance", "fire_engine")
"""Vehicles with beacons, which flash with their hazard lights."""


def entry(kind: str) -> Entry:
    """Look up a kind; an unknown one is refused with the nearest name."""
    if is_own(kind):
        return _own_entry(own_spec(kind))
    try:
        return KINDS[kind]
    except KeyError:
        near = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ScenarioError(f"no kind {kind!r} in the catalogue{hint}") from None


@lru_cache(maxsize=256)
def _own_entry(spec: ModelSpec) -> Entry:
    """Give the entry of a person's own model, measured on the model itself."""
    model, category = build(spec), card_of(spec.kind).category
    radius, base = (model.facts.get(name, 0.0) for name in ("wheel_radius_m", "wheelbase_m"))
    return Entry(category, model.class_name, "", model.size_m, wheel_radius_m=radius, wheelbase_m=base)


@lru_cache(maxsize=256)
def build(spec: ModelSpec) -> Model:
    """Build the model that a spec names; the same spec gives the same bytes in every process."""
    stored = load_model(spec)
    if stored is not None:
        return stored
    if is_own(spec.kind):
        from scenegen.models.imports.assemble import build_asset  # after this file: bones come from the generators

        model = build_asset(card_of(spec.kind), spec)
        save_model(model)
        return model
    module, function = entry(spec.kind).generator.split(":")
    model = getattr(importlib.import_module(module), function)(spec)
    if not isinstance(model, Model):
        raise TypeError(f"{module}:{function} gave {type(model).__name__}, wanted Model")
    save_model(model)
    return model


def prepare(specs: Iterable[ModelSpec], *, processes: int) -> None:
    """Build what the store lacks in several processes, so that a first run on a machine starts sooner.

    Spawned processes import the caller's main module: call this only where that is safe, as under the command line.
    """
    missing = [spec for spec in dict.fromkeys(specs) if is_costly(spec) and not is_stored(spec)]
    missing.sort(key=lambda spec: entry(spec.kind).category == "person")  # the dearest first, so that all end together
    workers = min(processes, len(missing) // 2)
    if workers < 2 or not has_store():
        return
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        list(pool.map(_build_and_forget, missing))


def is_costly(spec: ModelSpec) -> bool:
    """Tell whether a model takes so long to make that another process is worth starting."""
    return not is_own(spec.kind) and entry(spec.kind).category in ("vehicle", "person", "animal")


def _build_and_forget(spec: ModelSpec) -> None:
    build(spec)
