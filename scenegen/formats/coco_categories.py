"""COCO's categories: its own names and ids for what it knows, and ids above 200 for the rest of our classes."""

from __future__ import annotations

from typing import Any

from scenegen.classes import CLASSES
from scenegen.models.people.landmarks import COCO_LIMBS, COCO_NAMES
from scenegen.truth.frame import ObjectLabel

COCO_IDS: dict[str, tuple[int, str]] = {
    "person": (1, "person"),
    "bicycle": (2, "vehicle"),
    "car": (3, "vehicle"),
    "motorcycle": (4, "vehicle"),
    "bus": (6, "vehicle"),
    "truck": (8, "vehicle"),
    "traffic light": (10, "outdoor"),
    "fire hydrant": (11, "outdoor"),
    "stop sign": (13, "outdoor"),
    "bench": (15, "outdoor"),
    "cat": (17, "animal"),
    "dog": (18, "animal"),
    "horse": (19, "animal"),
    "sheep": (20, "animal"),
    "cow": (21, "animal"),
}
"""Id and supercategory by name, of the 80 categories of COCO 2017 that can stand on our roads."""

OWN_IDS = 201
"""Added to our class id where COCO has no such category: its own, stuff included, end at 200."""

KINDS = {"stop_sign": "stop sign", "fire_hydrant": "fire hydrant"} | {
    name: name for name in ("bench", "cat", "dog", "horse", "sheep", "cow")
}
"""Kinds that COCO names more closely than their class says."""

STUFF = frozenset({
    "sky", "road", "lane_marking", "sidewalk", "kerb", "parking", "terrain", "building", "wall", "fence", "pole", "tree",
    "vegetation", "guard_rail",
})  # fmt: skip
"""Classes whose pixels make one segment a picture."""


CLASS_IDS: dict[str, int] = {
    entry.name: COCO_IDS[entry.coco][0] if entry.coco in COCO_IDS else OWN_IDS + entry.id for entry in CLASSES
}
"""Category by the name of our class."""


def category_id(label: ObjectLabel) -> int:
    """Give the category of an object: that of its kind where COCO knows it, else that of its class."""
    return COCO_IDS[KINDS[label.kind]][0] if label.kind in KINDS else CLASS_IDS[label.class_name]


def categories() -> list[dict[str, Any]]:
    """Give all categories by rising id, with what panoptic files add: whether it is countable, and a colour."""
    named = {number: {"id": number, "name": name, "supercategory": above} for name, (number, above) in COCO_IDS.items()}
    for entry in CLASSES:
        number = CLASS_IDS[entry.name]
        named.setdefault(number, {"id": number, "name": entry.name.replace("_", " "), "supercategory": "street"})
        named[number].setdefault("isthing", int(entry.name not in STUFF))
        named[number].setdefault("color", list(entry.colour))
    for number, entry_of_kind in named.items():
        entry_of_kind.setdefault("isthing", 1)
        entry_of_kind.setdefault("color", [number * 67 % 256, number * 139 % 256, number * 211 % 256])
    return [named[number] for number in sorted(named)]


def person_category() -> dict[str, Any]:
    """Give the category of people with the names of their key points and the limbs between them, counted from 1."""
    limbs = [[a + 1, b + 1] for a, b in COCO_LIMBS]
    return {"id": 1, "name": "person", "supercategory": "person", "keypoints": list(COCO_NAMES), "skeleton": limbs}
