"""What runs along roads: guard rails on posts, wires between poles."""

from __future__ import annotations

import numpy as np

from scenegen.geometry import FloatArray
from scenegen.models.mesh import Mesh, Model, ModelSpec, join
from scenegen.models.shapes import Finish, box, quads, tube
from scenegen.models.static import number_option, refuse_unknown_options, static_model

_POST_SPACING_M = 2.0
_WAVE = np.array(
    [[0.00, 0.44], [0.03, 0.455], [0.08, 0.49], [0.08, 0.53], [0.03, 0.57], [0.00, 0.595], [0.03, 0.62], [0.08, 0.66],
     [0.08, 0.70], [0.03, 0.735], [0.00, 0.75]]
)  # fmt: skip
"""Section (y, z) of a W-beam rail, 310 mm high, its upper edge at 750 mm (EN 1317, AASHTO M180)."""
_SAG_SHARE = 0.018
WIRE_HEIGHT_M = 7.63
"""Height of the wires where they hang on a utility pole."""
WIRES_Y_M = (-0.72, -0.38, 0.38, 0.72)


def build_guard_rail(spec: ModelSpec) -> Model:
    """Build a guard rail along x whose wave faces +y, on posts every 2 m; option `length` (8 m)."""
    refuse_unknown_options(spec, ("length",))
    length = number_option(spec, "length", 8.0, low=2.0, high=200.0)
    meshes = [_rail(length, is_fine=is_fine) for is_fine in (True, False)]
    return static_model(spec, parts=("rail", "posts"), meshes=meshes, lod_distance_m=(0.0, 40.0))


def _rail(length: float, *, is_fine: bool) -> Mesh:
    zinc, post = Finish("metal", 0, (206, 208, 208)), Finish("metal", 1, (150, 150, 148))
    section = _WAVE if is_fine else _WAVE[[0, 2, 3, 5, 7, 8, 10]]
    half = length / 2
    corners = [
        [[half, *section[i]], [-half, *section[i]], [-half, *section[i + 1]], [half, *section[i + 1]]]
        for i in range(len(section) - 1)
    ]
    front = np.array(corners) + np.array([0.0, 0.06, 0.0])
    pieces = [quads(front, zinc), quads(front[:, ::-1] - [0.0, 0.004, 0.0], Finish("metal", 0, (150, 152, 152)))]
    count = max(1, round(length / _POST_SPACING_M))
    for x in (np.arange(count) + 0.5) * length / count - half:
        left_out = ("bottom",) if is_fine else ("bottom", "top", "back")
        pieces.append(box((float(x) - 0.04, -0.06, 0.0), (float(x) + 0.04, 0.05, 0.70), post, without=left_out))
    return join(pieces)


def build_wires(spec: ModelSpec) -> Model:
    """Build the four wires between two utility poles along x, sagging; option `length` is the way between the poles."""
    refuse_unknown_options(spec, ("length",))
    length = number_option(spec, "length", 41.0, low=5.0, high=120.0)
    return static_model(
        spec, parts=("wires",), meshes=[_wires(length, 12, 0.011), _wires(length, 6, 0.026)], lod_distance_m=(0.0, 25.0)
    )


def _wires(length: float, steps: int, radius_m: float) -> Mesh:
    """Hang four parabolas; far ones are thicker, else a pixel meets them or not by chance."""
    share = np.linspace(-1.0, 1.0, steps + 1)
    sag = _SAG_SHARE * length * (1.0 - share**2)
    black = Finish("plastic", 0, (150, 150, 150))
    lines: list[FloatArray] = [
        np.stack([share * length / 2, np.full(steps + 1, y), WIRE_HEIGHT_M - sag * (1.0 + 0.06 * i)], axis=1)
        for i, y in enumerate(WIRES_Y_M)
    ]
    return join([tube(line, radius_m, black, sides=3, capped=False) for line in lines])
