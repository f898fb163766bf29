"""The list of layouts by name: ours, and those of third-party packages."""

from __future__ import annotations

import difflib
import fnmatch
from dataclasses import asdict
from typing import Any

from scenegen.errors import ScenarioError
from scenegen.formats.arrays import Arrays
from scenegen.formats.channels import channels_of
from scenegen.formats.cityscapes import Cityscapes
from scenegen.formats.coco import Coco
from scenegen.formats.kitti_depth import KittiDepth
from scenegen.formats.kitti_flow import KittiFlow
from scenegen.formats.kitti_mots import KittiMots
from scenegen.formats.kitti_object import KittiObject
from scenegen.formats.kitti_odometry import KittiOdometry
from scenegen.formats.kitti_raw import KittiRaw
from scenegen.formats.kitti_semantics import KittiSemantics
from scenegen.formats.kitti_tracking import KittiTracking
from scenegen.formats.layout import Layout
from scenegen.formats.middlebury import Middlebury
from scenegen.formats.nuscenes import NuScenes
from scenegen.formats.openlabel import OpenLabel
from scenegen.formats.plugins import Plugin, all_plugins, find_plugin, plugin_names
from scenegen.formats.scalabel import Scalabel
from scenegen.formats.vkitti2 import VirtualKitti2
from scenegen.formats.webdataset import WebDataset
from scenegen.formats.yolo import Yolo

_OURS: tuple[Layout, ...] = (
    KittiObject(),
    KittiTracking(),
    KittiMots(),
    KittiRaw(),
    KittiOdometry(),
    KittiFlow(),
    KittiDepth(),
    KittiSemantics(),
    VirtualKitti2(),
    Coco(),
    Cityscapes(),
    Yolo(has_outlines=False),
    Yolo(has_outlines=True),
    Scalabel(),
    NuScenes(),
    OpenLabel(),
    WebDataset(),
    Middlebury(),
    Arrays(),
)
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in _OURS}
DEFAULT = ("kitti_object", "kitti_flow", "vkitti2")


def expand(names: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names that patterns stand for: `kitti_*` for every layout whose name begins so, `*` for all of ours.

    Raises:
        ScenarioError: a pattern that no layout's name fits.
    """
    found: list[str] = []
    for name in names:
        matches = fnmatch.filter(LAYOUTS, name) if "*" in name else [name]
        if not matches:
            raise ScenarioError(f"--formats: no layout's name fits {name!r} (there are {', '.join(LAYOUTS)})")
        found += matches
    return tuple(dict.fromkeys(found))


def layouts(names: tuple[str, ...]) -> tuple[Layout, ...]:
    """Give the layouts of these names, each once.

    Raises:
        ScenarioError: an unknown name, refused with the nearest, or a third-party layout that can not be loaded.
    """
    return tuple(_layout(name) for name in dict.fromkeys(names))


def _layout(name: str) -> Layout:
    if name in LAYOUTS:
        return LAYOUTS[name]
    plugin = find_plugin(name, LAYOUTS)
    if plugin is None:
        known = [*LAYOUTS, *plugin_names()]
        near = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ScenarioError(f"--formats: no layout {name!r} (there are {', '.join(known)}){hint}")
    if plugin.layout is None:
        raise ScenarioError(f"--formats: layout {name!r} of package {plugin.package!r}: {plugin.fault}")
    return plugin.layout


def listing() -> list[dict[str, Any]]:
    """Give for every layout, ours first, as JSON data what it holds and wants; a broken one has its `fault` told."""
    ours = [Plugin(name, "", layout, "") for name, layout in LAYOUTS.items()]
    return [_row(entry) for entry in [*ours, *all_plugins(LAYOUTS)]]


def _row(entry: Plugin) -> dict[str, Any]:
    named = {"name": entry.name, "package": entry.package, "fault": entry.fault}
    if entry.layout is None:
        return named
    layout = entry.layout
    wanted = {**asdict(layout.wants), "largest_id": layout.largest_id}
    return {**named, "about": layout.about, **wanted, "channels": channels_of(layout)}
