"""The class list: one table maps a class to the names and numbers that KITTI, Cityscapes, COCO and VKITTI2 use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ObjectClass:
    """One class and what each data set calls it.

    `kitti` is the label_2 type ("" where KITTI has no box of it), `cityscapes_id` a label id, `coco` a category name
    ("" for none), `vkitti2` a row of its colors.txt, `colour` our own picture colour (sRGB).
    """

    id: int
    name: str
    kitti: str
    cityscapes_id: int
    coco: str
    vkitti2: str
    colour: tuple[int, int, int]


CLASSES: tuple[ObjectClass, ...] = (
    ObjectClass(0, "sky", "", 23, "", "Sky", (70, 130, 180)),
    ObjectClass(1, "road", "", 7, "", "Road", (128, 64, 128)),
    ObjectClass(2, "lane_marking", "", 7, "", "Road", (230, 230, 230)),
    ObjectClass(3, "sidewalk", "", 8, "", "Road", (244, 35, 232)),
    ObjectClass(4, "kerb", "", 8, "", "Road", (196, 120, 196)),
    ObjectClass(5, "parking", "", 9, "", "Road", (250, 170, 160)),
    ObjectClass(6, "terrain", "", 22, "", "Terrain", (152, 251, 152)),
    ObjectClass(7, "building", "", 11, "", "Building", (70, 70, 70)),
    ObjectClass(8, "wall", "", 12, "", "Building", (102, 102, 156)),
    ObjectClass(9, "fence", "", 13, "", "Misc", (190, 153, 153)),
    ObjectClass(10, "pole", "", 17, "", "Pole", (153, 153, 153)),
    ObjectClass(11, "traffic_light", "", 19, "traffic light", "TrafficLight", (250, 170, 30)),
    ObjectClass(12, "traffic_sign", "", 20, "", "TrafficSign", (220, 220, 0)),
    ObjectClass(13, "tree", "", 21, "", "Tree", (107, 142, 35)),
    ObjectClass(14, "vegetation", "", 21, "", "Vegetation", (90, 160, 60)),
    ObjectClass(15, "guard_rail", "", 14, "", "GuardRail", (180, 165, 180)),
    ObjectClass(16, "car", "Car", 26, "car", "Car", (0, 0, 142)),
    ObjectClass(17, "van", "Van", 26, "car", "Van", (0, 60, 160)),
    ObjectClass(18, "truck", "Truck", 27, "truck", "Truck", (0, 0, 70)),
    ObjectClass(19, "bus", "Misc", 28, "bus", "Misc", (0, 60, 100)),
    ObjectClass(20, "person", "Pedestrian", 24, "person", "Misc", (220, 20, 60)),
    ObjectClass(21, "rider", "Cyclist", 25, "person", "Misc", (255, 0, 0)),
    ObjectClass(22, "bicycle", "Misc", 33, "bicycle", "Misc", (119, 11, 32)),
    ObjectClass(23, "motorcycle", "Misc", 32, "motorcycle", "Misc", (0, 0, 230)),
    ObjectClass(24, "animal", "Misc", 5, "", "Misc", (180, 120, 40)),
    ObjectClass(25, "debris", "Misc", 5, "", "Misc", (111, 74, 0)),
    ObjectClass(26, "street_furniture", "", 4, "", "Misc", (140, 140, 110)),
    ObjectClass(27, "traffic_cone", "Misc", 4, "", "Misc", (255, 110, 20)),
    ObjectClass(28, "barrier", "Misc", 4, "", "Misc", (190, 60, 50)),
)

BY_NAME: dict[str, ObjectClass] = {entry.name: entry for entry in CLASSES}
