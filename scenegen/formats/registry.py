"""The list of layouts by name."""

from __future__ import annotations

import difflib

from scenegen.errors import ScenarioError
from scenegen.formats.arrays import Arrays
from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.layout import Layout
from scenegen.formats.vkitti2 import VirtualKitti2

LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (KittiObject(), KittiFlow(), VirtualKitti2(), Arrays())}
DEFAULT = ("kitti_object", "kitti_flow", "vkitti2")


def layouts(names: tuple[str, ...]) -> tuple[Layout, ...]:
    """Give the layouts of these names; an unknown one is refused with the nearest."""
    for name in names:
        if name not in LAYOUTS:
            near = difflib.get_close_matches(name, LAYOUTS, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise ScenarioError(f"--formats: no layout {name!r} (there are {', '.join(LAYOUTS)}){hint}")
    return tuple(LAYOUTS[name] for name in dict.fromkeys(names))
