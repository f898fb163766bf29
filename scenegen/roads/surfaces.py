"""The street as meshes: asphalt, gutters, kerbs, sidewalks, parking lanes, paint, covers and the ground around."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np

from scenegen.roads.map_surfaces import route_surfaces
from scenegen.roads.markings import GUTTER_M, marking_patches
from scenegen.roads.network import SIDES, RoadNetwork, Side, sign_of
from scenegen.roads.sweep import Patch, Profile, Surface, Tint, chunk_breaks, disc, ribbon, stations, surface_of
from scenegen.roads.terrain import far_ground, near_band_t, outer_t
from scenegen.roads.wear import lane_tone, wear_patches
from scenegen.seeds import u01

__all__ = ["Surface", "road_surfaces"]

KERB_TOP_M = 0.15  # width of the stone
KERB_BATTER_M = 0.008  # the face leans back by this much
KERB_BEVEL_M = 0.02
EDGING_M = 0.08  # row of stones at the far edge of a sidewalk
GRAVEL_M = 0.6  # beside a country road
COVER_HEIGHT_M = 0.004  # covers lie proud of the asphalt and its wear, and below the paint
COVER_RADIUS_M = 0.31  # 625 mm frame opening, EN 124
COVER_SPACING_M = 44.0
DRAIN_SPACING_M = 26.0
DRAIN_M = (0.5, 0.2)  # along and across: narrow gully grating of the gutter

GUTTER_TINTS: tuple[Tint, ...] = ((186, 185, 180), (168, 165, 158), (96, 90, 80))  # leaf dirt lies against the kerb
SLAB_TINTS: tuple[Tint, ...] = ((214, 210, 202), (238, 236, 232), (255, 255, 252), (236, 234, 228), (188, 182, 168))
GRASS_TINTS: tuple[Tint, ...] = ((196, 164, 138), (222, 206, 170), (248, 250, 240), (255, 255, 255))
PARKING_TINT: Tint = (236, 232, 226)
COVER_TINT: Tint = (70, 66, 62)

_Cut = tuple[str, Profile]


def road_surfaces(network: RoadNetwork) -> tuple[Surface, ...]:
    """Give the whole street and the ground around it, cut into chunks along the road and by class.

    Args:
        network: the street.
    Returns:
        Surfaces without gaps or overlaps; those of one chunk follow each other, the far ground comes last.
    """
    if network.map_route is not None:
        return route_surfaces(network)
    cuts = list(_cross_section(network))
    reach = max(abs(near_band_t(network, "left")), abs(near_band_t(network, "right")))
    surfaces = []
    for chunk in chunk_breaks(network):
        patches: dict[str, list[Patch]] = defaultdict(list)
        s = stations(network, *chunk, reach)
        for class_name, profile in cuts:
            patches[class_name].append(ribbon(s, profile))
        patches["road"].extend(wear_patches(network, chunk))
        patches["road"].extend(_covers(network, chunk))
        patches["lane_marking"].extend(marking_patches(network, chunk))
        for class_name, pieces in patches.items():
            if pieces:
                name = f"{class_name}.{round(chunk[0])}"
                surfaces.append(surface_of(network, name, class_name, pieces, chunk=chunk))
    return (*surfaces, far_ground(network))


def _cross_section(network: RoadNetwork) -> Iterator[_Cut]:
    """All profiles of the street with their class; together they cover it once from edge to edge."""
    left, right = _asphalt_t(network, "left"), _asphalt_t(network, "right")
    across, tints = lane_tone(network, right, left)
    yield "road", Profile(across, (0.0,) * len(across), "asphalt", tints=tints)
    for side in SIDES:
        yield from _beside_carriageway(network, side)


def _has_kerb(network: RoadNetwork, side: Side) -> bool:
    """A kerb stands where a sidewalk is."""
    return network.sidewalk_t(side) is not None


def _asphalt_t(network: RoadNetwork, side: Side) -> float:
    """Where the carriageway's asphalt ends: at the parking lane, the gutter or the open edge."""
    parking = network.parking_t(side)
    if parking is not None:
        return parking[0]
    edge = network.edge_t(side)
    return edge - sign_of(side) * GUTTER_M if _has_kerb(network, side) and edge != 0.0 else edge


def _beside_carriageway(network: RoadNetwork, side: Side) -> Iterator[_Cut]:
    """Parking lane, gutter, kerb, sidewalk and grass of one side."""
    sign = sign_of(side)
    edge, begin, ground = abs(network.edge_t(side)), abs(_asphalt_t(network, side)), abs(outer_t(network, side))
    parking, sidewalk = network.parking_t(side), network.sidewalk_t(side)
    channel = GUTTER_M if sidewalk is not None and edge > 0.0 else 0.0
    if parking is not None:
        yield "parking", _flat(sign, begin, edge - channel, 0.0, "asphalt", PARKING_TINT)
    if channel > 0.0:
        gutter = _dirty(sign, (edge - channel, edge - 0.4 * channel, edge), 0.0, "concrete", GUTTER_TINTS)
        yield "road" if parking is None else "parking", gutter
    if sidewalk is not None:
        top = float(network.height(np.array([sidewalk[1]]))[0])
        stone, edging = min(KERB_TOP_M, 0.4 * (ground - edge)), min(EDGING_M, 0.2 * (ground - edge))
        yield "kerb", _kerb(sign, edge, stone, top)
        near, far = edge + stone, ground - edging
        shares = (0.0, 0.08, 0.35, 0.85, 1.0)
        yield "sidewalk", _dirty(sign, tuple(near + x * (far - near) for x in shares), top, "slab", SLAB_TINTS)
        yield "sidewalk", _flat(sign, ground - edging, ground, top, "concrete")
        yield "terrain", _grass(sign, ground, abs(near_band_t(network, side)), top)
        return
    far = abs(near_band_t(network, side))
    gravel = min(ground + GRAVEL_M, 0.5 * (ground + far))
    yield "terrain", _flat(sign, ground, gravel, 0.0, "gravel")
    yield "terrain", _grass(sign, gravel, far, 0.0)


def _flat(sign: float, near: float, far: float, z: float, material: str, tint: Tint = (255, 255, 255)) -> Profile:
    """A level strip between two distances from the reference line."""
    low, high = sorted((sign * near, sign * far))
    return Profile((low, high), (z, z), material, tint)


def _dirty(sign: float, distances: tuple[float, ...], z: float, material: str, tints: tuple[Tint, ...]) -> Profile:
    """A level strip whose tint changes with the distance from the reference line."""
    if sign < 0:
        distances, tints = tuple(-d for d in reversed(distances)), tints[::-1]
    return Profile(distances, (z,) * len(distances), material, tints=tints)


def _grass(sign: float, near: float, far: float, z: float) -> Profile:
    """Ground from the paved edge outwards: bare and dusty beside it, then meadow."""
    shares = (0.0, min(0.25, 0.2 * (far - near)), min(0.9, 0.5 * (far - near)), far - near)
    tints = GRASS_TINTS if sign > 0 else GRASS_TINTS[::-1]
    distances = [sign * (near + share) for share in shares]
    return Profile(tuple(sorted(distances)), (z,) * 4, "grass", is_planar=True, tints=tints)


def _kerb(sign: float, edge: float, stone: float, top: float) -> Profile:
    """A kerb stone: leaning face, bevelled edge that shades round, level top."""
    distance = (edge, edge + KERB_BATTER_M, edge + KERB_BATTER_M + KERB_BEVEL_M, edge + stone)
    height = (0.0, top - KERB_BEVEL_M, top, top)
    slope = (0.997, 0.997, 0.0, 0.0)
    if sign > 0:
        return Profile(distance, height, "kerbstone", slope=slope)
    return Profile(tuple(-d for d in reversed(distance)), height[::-1], "kerbstone", slope=slope[::-1])


def _covers(network: RoadNetwork, chunk: tuple[float, float]) -> Iterator[Patch]:
    """Manhole covers in the lanes and gully gratings in the gutters of one chunk; country roads have none."""
    low, high = chunk
    if not any(_has_kerb(network, side) for side in SIDES):
        return
    for k in range(int(low // COVER_SPACING_M), int(high // COVER_SPACING_M) + 1):
        s = (k + 0.8 * u01(0, "roads", k, "cover.s")) * COVER_SPACING_M
        lanes = network.lane_ids
        lane = lanes[int(u01(0, "roads", k, "cover.lane") * len(lanes))]
        t = network.lane_centre_t(lane) + 0.5 * (u01(0, "roads", k, "cover.t") - 0.5)
        if low + COVER_RADIUS_M < s < high - COVER_RADIUS_M:
            yield disc(s, t, COVER_HEIGHT_M, COVER_RADIUS_M, material="metal", tint=COVER_TINT)
    for side in SIDES:
        edge = network.edge_t(side)
        if not _has_kerb(network, side) or edge == 0.0:
            continue
        middle = edge - sign_of(side) * 0.5 * GUTTER_M
        profile = Profile((middle - DRAIN_M[1] / 2, middle + DRAIN_M[1] / 2), (COVER_HEIGHT_M,) * 2, "metal", COVER_TINT)
        for k in range(int(low // DRAIN_SPACING_M), int(high // DRAIN_SPACING_M) + 1):
            s = (k + 0.5) * DRAIN_SPACING_M
            if low + DRAIN_M[0] < s < high - DRAIN_M[0]:
                yield ribbon(np.array([s - DRAIN_M[0] / 2, s + DRAIN_M[0] / 2]), profile)
