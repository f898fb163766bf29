"""The words of nuScenes: categories with their lidarseg numbers, attributes, visibility; and which of ours go by which.

Source: nuScenes schema and lidarseg category list (Caesar et al. 2020, Fong et al. 2022).
"""

from __future__ import annotations

from scenegen.truth.frame import ObjectLabel

CATEGORIES = (
    "noise", "animal", "human.pedestrian.adult", "human.pedestrian.child", "human.pedestrian.construction_worker",
    "human.pedestrian.personal_mobility", "human.pedestrian.police_officer", "human.pedestrian.stroller",
    "human.pedestrian.wheelchair", "movable_object.barrier", "movable_object.debris", "movable_object.pushable_pullable",
    "movable_object.trafficcone", "static_object.bicycle_rack", "vehicle.bicycle", "vehicle.bus.bendy", "vehicle.bus.rigid",
    "vehicle.car", "vehicle.construction", "vehicle.emergency.ambulance", "vehicle.emergency.police", "vehicle.motorcycle",
    "vehicle.trailer", "vehicle.truck", "flat.driveable_surface", "flat.other", "flat.sidewalk", "flat.terrain",
    "static.manmade", "static.other", "static.vegetation", "vehicle.ego",
)  # fmt: skip
"""In the order of their lidarseg numbers, which its readers want from 0 without a gap and without names of one's own."""

ATTRIBUTES = (
    "vehicle.moving", "vehicle.stopped", "vehicle.parked", "cycle.with_rider", "cycle.without_rider",
    "pedestrian.sitting_lying_down", "pedestrian.standing", "pedestrian.moving",
)  # fmt: skip

VISIBILITIES = ((0.4, "v0-40"), (0.6, "v40-60"), (0.8, "v60-80"), (1.0, "v80-100"))
"""Upper ends of the visible share, and names; the tokens are "1" to "4"."""

_CATEGORY_OF = {
    "sky": "noise", "road": "flat.driveable_surface", "lane_marking": "flat.driveable_surface", "sidewalk": "flat.sidewalk",
    "kerb": "flat.sidewalk", "parking": "flat.driveable_surface", "terrain": "flat.terrain", "building": "static.manmade",
    "wall": "static.manmade", "fence": "static.manmade", "pole": "static.manmade", "traffic_light": "static.manmade",
    "traffic_sign": "static.manmade", "tree": "static.vegetation", "vegetation": "static.vegetation",
    "guard_rail": "static.manmade", "car": "vehicle.car", "van": "vehicle.car", "truck": "vehicle.truck",
    "bus": "vehicle.bus.rigid", "person": "human.pedestrian.adult", "rider": "vehicle.bicycle", "bicycle": "vehicle.bicycle",
    "motorcycle": "vehicle.motorcycle", "animal": "animal", "debris": "movable_object.debris",
    "street_furniture": "static.manmade", "traffic_cone": "movable_object.trafficcone", "barrier": "movable_object.barrier",
}  # fmt: skip
"""nuScenes counts vans as cars, and has no boxes of signs, lights and posts: theirs carry the name of their points."""

_CATEGORY_OF_KIND = {
    "child": "human.pedestrian.child",
    "cone_lying": "movable_object.trafficcone",
    "bin": "movable_object.pushable_pullable",
}
"""Where nuScenes parts what we hold in one class."""


def class_category(class_name: str) -> str:
    """Give the category of a class; what nuScenes has no word for is static.other."""
    return _CATEGORY_OF.get(class_name, "static.other")


def object_category(label: ObjectLabel) -> str:
    """Give the category of an object."""
    return _CATEGORY_OF_KIND.get(label.kind, class_category(label.class_name))


def attribute_of(label: ObjectLabel, category: str, *, is_parked: bool) -> str:
    """Give the attribute of an object at one instant, "" where nuScenes has none for its category.

    Args:
        label: the object now.
        category: its category.
        is_parked: it stands still through the whole clip.
    """
    if category in ("vehicle.bicycle", "vehicle.motorcycle"):
        return "cycle.with_rider" if label.class_name == "rider" or label.moving else "cycle.without_rider"
    if category.startswith("vehicle."):
        return "vehicle.moving" if label.moving else "vehicle.parked" if is_parked else "vehicle.stopped"
    if category in ("human.pedestrian.adult", "human.pedestrian.child"):
        return "pedestrian.moving" if label.moving else "pedestrian.standing"
    return ""


def visibility_token(share: float) -> str:
    """Give the token "1" to "4" of a visible share 0 .. 1."""
    return str(1 + sum(share > end for end, _ in VISIBILITIES[:-1]))
