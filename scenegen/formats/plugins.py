"""Layouts of third-party packages, found by their entry points and loaded only when asked for.

A package adds one with `[project.entry-points."scenegen.formats"]` and a line `its_name = "package.module:LayoutClass"`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points

from scenegen.errors import DatasetError
from scenegen.formats.layout import Layout, Wants

GROUP = "scenegen.formats"
NEEDED = ("frame_files", "clip_files", "dataset_files")


@dataclass(frozen=True)
class Plugin:
    """One entry point: its name, the package that it comes from, and the layout, or else what is wrong with it."""

    name: str
    package: str
    layout: Layout | None
    fault: str


def plugin_names() -> list[str]:
    """Give the names of all third-party layouts, without loading any."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def find_plugin(name: str, taken: Collection[str]) -> Plugin | None:
    """Load the third-party layout of a name; a broken one comes with what is wrong, None when nobody offers the name.

    Args:
        name: what the entry point is called.
        taken: names of built-in layouts, which no package can take.
    """
    points = tuple(entry_points(group=GROUP, name=name))
    if not points:
        return None
    packages = sorted({_package(point) for point in points})
    if name in taken:
        return Plugin(name, ", ".join(packages), None, "the name is taken by a built-in layout")
    if len(packages) > 1:
        return Plugin(name, ", ".join(packages), None, "two packages offer this name; remove one of them")
    try:
        return Plugin(name, packages[0], _load(points[0]), "")
    except DatasetError as error:
        return Plugin(name, packages[0], None, str(error))


def all_plugins(taken: Collection[str]) -> list[Plugin]:
    """Load all third-party layouts, in the order of their names; a broken one hinders no other."""
    found = (find_plugin(name, taken) for name in plugin_names())
    return [plugin for plugin in found if plugin is not None]


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else "an unnamed package"


def _load(point: EntryPoint) -> Layout:
    """Load an entry point: a layout, or a class that makes one without arguments; anything it raises is its fault."""
    try:
        loaded = point.load()
        layout = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:  # a foreign package may raise anything
        raise DatasetError(f"{point.value} can not be loaded ({type(error).__name__}: {error})") from None
    missing = [method for method in NEEDED if not callable(getattr(layout, method, None))]
    missing += [name for name in ("about", "largest_id") if not hasattr(layout, name)]
    missing += [] if isinstance(getattr(layout, "wants", None), Wants) else ["wants"]
    if missing:
        raise DatasetError(f"{point.value} is no layout: it lacks {', '.join(missing)}")
    if getattr(layout, "name", None) != point.name:
        raise DatasetError(f"{point.value} calls itself {getattr(layout, 'name', None)!r}, its entry point {point.name!r}")
    checked: Layout = layout
    return checked
