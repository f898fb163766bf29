"""Read OpenDRIVE files: bytes to an immutable map and the warnings it gave rise to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from scenegen.roads.opendrive.checks import check_map
from scenegen.roads.opendrive.decode import decode
from scenegen.roads.opendrive.findings import Findings, MapWarning
from scenegen.roads.opendrive.joints import check_joints
from scenegen.roads.opendrive.records import RoadMap
from scenegen.roads.opendrive.xml_tree import Element, parse_xml, read_bytes


@dataclass(frozen=True)
class LoadedMap:
    """A map, and everything about its file that was odd."""

    road_map: RoadMap
    warnings: tuple[MapWarning, ...]


def read_map(path: Path) -> LoadedMap:
    """Read an OpenDRIVE 1.4 to 1.8 file.

    Args:
        path: an .xodr file; it is data, and nothing that stands in it is ever run or fetched.
    Returns:
        The map as immutable records, and warnings that name line and road.
    Raises:
        MapError: not XML, hostile, not OpenDRIVE, or broken; with the place.
    """
    return parse_map(read_bytes(path), name=path.name)


def parse_map(data: bytes, *, name: str) -> LoadedMap:
    """Read a map from the bytes of a file; errors and warnings call it by `name`."""
    findings = Findings(name)
    root, is_moved = parse_xml(data, name=name)
    if is_moved:
        findings.warn(1, "the XML declaration does not stand at the beginning")
    if root.name.rpartition(":")[2] != "OpenDRIVE":
        raise findings.error(root.line, f"the root element is <{root.name[:40]}>, not <OpenDRIVE>")
    if ":" in root.name:
        root = _without_prefix(root, root.name.partition(":")[0] + ":")
    road_map = decode(RoadMap, root, findings)
    check_map(road_map, findings)
    check_joints(road_map, findings)
    return LoadedMap(road_map, tuple(findings.warnings))


def _without_prefix(element: Element, prefix: str) -> Element:
    """Take the namespace prefix of the root off all names that have it."""
    inner = tuple(_without_prefix(item, prefix) for item in element.children)
    return replace(element, name=element.name.removeprefix(prefix), children=inner)
