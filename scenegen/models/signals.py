"""Traffic lights: a head with three lenses under visors on a post; they face +x."""

from __future__ import annotations

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, both_sides, box, disc_fan, finished_mesh, quads, tube
from scenegen.models.sign_pictures import picture
from scenegen.models.static import refuse_unknown_options, static_model

STATES = ("red", "amber", "green", "off")
"""What option `state` of a traffic light may be."""

_LENSES = (("red", 3.12, (70, 14, 12)), ("amber", 2.84, (74, 46, 8)), ("green", 2.56, (10, 58, 40)))
"""Name, height (m) and unlit colour, from the top."""
_LENS_M, _FACE_M = 0.10, 0.14  # radius of a lens (200 mm signals, EN 12368) and x of the housing's face


def build_traffic_light(spec: ModelSpec) -> Model:
    """Build a traffic light of 3.3 m; option `state` says which lens is lit, one of `STATES`."""
    refuse_unknown_options(spec, ("state",))
    state = dict(spec.options).get("state", "red")
    if state not in STATES:
        raise ScenarioError(f"traffic_light.state: {state!r} is not one of {', '.join(STATES)}")
    meshes = [_light(str(state), sides) for sides in (20, 8)]
    return static_model(spec, parts=("pole", "housing", "lenses"), meshes=meshes, lod_distance_m=(0.0, 40.0))


def build_pedestrian_light(spec: ModelSpec) -> Model:
    """Build a pedestrians' light of 2.75 m; option `state` is red, green or off; a standing and a walking figure show."""
    refuse_unknown_options(spec, ("state",))
    state = dict(spec.options).get("state", "red")
    if state not in STATES or state == "amber":
        raise ScenarioError(f"pedestrian_light.state: {state!r} is not one of red, green, off")
    meshes = [_pedestrian_light(str(state), sides) for sides in (16, 8)]
    return static_model(spec, parts=("pole", "housing", "lenses"), meshes=meshes, lod_distance_m=(0.0, 40.0))


def _pedestrian_light(state: str, sides: int) -> Mesh:
    """Stand two lenses with figures over each other; a lit figure glows on black."""
    face = _FACE_M - 0.03
    pieces = [
        tube([[0, 0, 0], [0, 0, 2.75]], 0.05, Finish("metal", 0, (120, 126, 124)), sides=sides // 2),
        box((0.03, -0.15, 2.12), (face, 0.15, 2.68), Finish("plastic", 1, (220, 220, 220))),
    ]
    for name, height, figure, unlit in (("red", 2.53, "stander", (70, 14, 12)), ("green", 2.26, "walker", (10, 58, 40))):
        finish = Finish(f"signal_{name}", 2) if name == state else Finish("leather", 2, unlit)
        angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
        disc = np.stack([np.full(sides, face + 0.003), _LENS_M * np.cos(angle), height + _LENS_M * np.sin(angle)], axis=1)
        pieces.append(disc_fan(disc, Finish("plain", 1, (12, 12, 12))))
        strokes, outlines = picture(figure, 0.085)
        lifted = [np.insert(outline + np.array([0.0, height]), 0, face + 0.006, axis=-1) for outline in (*outlines, strokes)]
        pieces += [*[disc_fan(outline, finish) for outline in lifted[:-1]], quads(lifted[-1], finish)]
        pieces.append(_hood(height, face, sides))
    return join(pieces)


def _hood(height: float, face: float, sides: int) -> Mesh:
    """Bend a short hood over a lens."""
    angle = np.linspace(np.radians(10.0), np.radians(170.0), max(sides // 2, 5))
    back = np.stack(
        [np.full(len(angle), face), (_LENS_M + 0.012) * np.cos(angle), height + (_LENS_M + 0.012) * np.sin(angle)], 1
    )
    front = back + np.array([0.10, 0.0, 0.0])
    corners = np.stack([back[:-1], front[:-1], front[1:], back[1:]], axis=1)
    return both_sides(quads(corners, Finish("plastic", 1, (200, 200, 200))))


def _light(state: str, sides: int) -> Mesh:
    dark = Finish("plastic", 1, (220, 220, 220))
    pieces = [
        tube([[0, 0, 0], [0, 0, 3.30]], 0.055, Finish("metal", 0, (120, 126, 124)), sides=max(sides // 2, 6)),
        box((0.03, -0.15, 2.40), (_FACE_M, 0.15, 3.28), dark),
        box((0.018, -0.26, 2.30), (0.032, 0.26, 3.38), Finish("plain", 1, (16, 16, 16))),
    ]
    for name, height, unlit in _LENSES:
        finish = Finish(f"signal_{name}", 2) if name == state else Finish("leather", 2, unlit)
        pieces += [_lens(height, finish, sides), _visor(height, sides)]
    return join(pieces)


def _lens(height: float, finish: Finish, sides: int) -> Mesh:
    """Build a disc that swells a little towards the viewer."""
    angle = np.linspace(0.0, 2 * np.pi, sides, endpoint=False)
    rim = np.stack([np.full(sides, _FACE_M + 0.004), _LENS_M * np.cos(angle), height + _LENS_M * np.sin(angle)], axis=1)
    points = np.concatenate([rim, [[_FACE_M + 0.022, 0.0, height]]])
    leaning = np.stack([np.full(sides, 0.9), 0.43 * np.cos(angle), 0.43 * np.sin(angle)], axis=1)
    normals = np.concatenate([leaning, [[1.0, 0.0, 0.0]]])
    i = np.arange(sides)
    faces = np.stack([i, (i + 1) % sides, np.full(sides, sides)], axis=1)
    return finished_mesh(points, normals / np.linalg.norm(normals, axis=1, keepdims=True), faces, finish)


def _visor(height: float, sides: int) -> Mesh:
    """Build a hood over the upper three fifths of a lens, open in front."""
    angle = np.linspace(np.radians(-20.0), np.radians(200.0), max(sides * 2 // 3, 6))
    radius = _LENS_M + 0.012
    y, z = radius * np.cos(angle), height + radius * np.sin(angle)
    reach = _FACE_M + 0.05 + 0.13 * np.clip(np.sin(angle) + 0.3, 0.0, 1.0)
    back, front = np.stack([np.full_like(y, _FACE_M), y, z], axis=1), np.stack([reach, y, z], axis=1)
    n = len(angle)
    points = np.concatenate([back, front])
    outward = np.stack([np.zeros(n), np.cos(angle), np.sin(angle)], axis=1)
    i = np.arange(n - 1)
    faces = np.concatenate([np.stack([i, i + n + 1, i + n], axis=1), np.stack([i, i + 1, i + n + 1], axis=1)])
    shell = finished_mesh(points, np.concatenate([outward, outward]), faces, Finish("plastic", 1, (200, 200, 200)))
    return both_sides(shell)
