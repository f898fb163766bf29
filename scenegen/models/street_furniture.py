"""What stands on sidewalks: benches, bollards, mail and parcel boxes, bicycle stands, columns, planters, bus stops.

Fronts face +x; everything stands on the origin. Sizes after common catalogues of street furniture.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import pose
from scenegen.models.foliage import Crown, dark_cores, leaf_cards
from scenegen.models.lettering import letters
from scenegen.models.mesh import Mesh, Model, ModelSpec, join, placed
from scenegen.models.shapes import Finish, beam, box, disc_fan, lathe, panel, quads, tube
from scenegen.models.sign_faces import sign_face
from scenegen.models.static import draws_of, refuse_unknown_options, static_model

_SALT = 81
_NEAR = 16  # corners of round sections
_STEEL, _GREY = (168, 172, 174), (92, 96, 98)
_POSTERS = ((196, 52, 40), (36, 92, 150), (232, 190, 60), (70, 130, 84), (226, 224, 214), (60, 60, 66), (214, 120, 150))

Draws = np.random.Generator


def build_furniture(spec: ModelSpec) -> Model:
    """Build a piece of street furniture; its kind says which, its seed varies colour, size and wear."""
    refuse_unknown_options(spec, ())
    if spec.kind not in _BUILDERS:
        raise ScenarioError(f"no street furniture {spec.kind!r}; there are {', '.join(_BUILDERS)}")
    parts, builder = _BUILDERS[spec.kind]
    # One level of detail: the box of a thing is that of its finest mesh, and round sections would not fill it when coarse
    return static_model(spec, parts=parts, meshes=[builder(draws_of(spec, salt=_SALT), _NEAR)])


def lettered(text: str, *, letter_m: float, at_m: tuple[float, float, float], finish: Finish, least_share: float = 0.2) -> Mesh:
    """Write a line of text on an upright face that looks along +x, its middle at a point."""
    corners = letters(text, letter_m=letter_m, pen_share=least_share)
    points = np.stack([np.zeros(corners.shape[:2]), corners[..., 0], corners[..., 1]], axis=-1)
    return quads(points + np.array(at_m), finish)


def _pick(rng: Draws, choices: tuple[tuple[int, int, int], ...]) -> tuple[int, int, int]:
    return choices[int(rng.integers(len(choices)))]


def _bench(rng: Draws, sides: int) -> Mesh:
    """Build a bench of 1.8 m: slats of wood on two cast frames, a leaning back."""
    wood = Finish("wood", 0, _pick(rng, ((236, 214, 190), (190, 178, 168), (150, 120, 96))), 235)
    iron = Finish("plastic", 1, (220, 224, 220))
    slats = [box((-0.17 + 0.115 * i, -0.9, 0.43), (-0.075 + 0.115 * i, 0.9, 0.465), wood) for i in range(4)]
    for i in range(3):
        z, x = 0.56 + 0.125 * i, -0.215 - 0.035 * i
        slats.append(box((x - 0.03, -0.9, z), (x, 0.9, z + 0.10), wood))
    frames = []
    for y in (-0.68, 0.68):
        for path in (
            [[0.24, y, 0.0], [0.20, y, 0.41]],
            [[-0.24, y, 0.0], [-0.16, y, 0.41]],
            [[-0.19, y, 0.41], [-0.31, y, 0.93]],
        ):
            frames.append(beam(path[0], path[1], (0.05, 0.05), iron, up=(1.0, 0.0, 0.0)))
        frames.append(box((-0.2, y - 0.025, 0.39), (0.24, y + 0.025, 0.43), iron))
    return join([*slats, *frames])


def _bollard(rng: Draws, sides: int) -> Mesh:
    """Build a bollard of 0.95 m with a reflecting ring, round or domed."""
    paint = Finish("canvas", 0, _pick(rng, ((58, 62, 62), (36, 44, 40), (120, 122, 120))))
    r = float(rng.uniform(0.045, 0.075))
    body = lathe([[r * 1.35, 0.0], [r * 1.35, 0.05], [r, 0.07], [r, 0.72], [r * 1.02, 0.72]], paint, sides=sides)
    ring = lathe([[r * 1.02, 0.72], [r * 1.02, 0.82]], Finish("canvas", 1, (236, 236, 230)), sides=sides)
    cap = lathe([[r, 0.82], [r, 0.90], [r * 0.7, 0.94], [0.0, 0.95]], paint, sides=sides)
    return join([body, ring, cap])


def _mailbox(rng: Draws, sides: int) -> Mesh:
    """Build a mailbox on a post: rounded body, slot under a hood, a plate with times."""
    paint = Finish("canvas", 0, _pick(rng, ((232, 186, 20), (176, 28, 30), (24, 60, 120))))
    post = tube([[0, 0, 0], [0, 0, 0.75]], 0.04, Finish("metal", 1, _GREY), sides=max(sides // 2, 6))
    foot = box((-0.15, -0.15, 0.0), (0.15, 0.15, 0.02), Finish("metal", 1, _GREY), without=("bottom",))
    body = box((-0.19, -0.25, 0.72), (0.19, 0.25, 1.30), paint)
    arc = np.linspace(0.0, np.pi, 7)
    outline = np.stack([0.19 * np.cos(arc), np.full(7, -0.25), 1.30 + 0.11 * np.sin(arc)], axis=1)
    from_low = np.concatenate([outline, outline + np.array([0.0, 0.5, 0.0])])
    roof = quads(
        np.array([[outline[i], outline[i + 1], outline[i + 1] + [0, 0.5, 0], outline[i] + [0, 0.5, 0]] for i in range(6)])[
            :, ::-1
        ],
        paint,
    )
    ends = [_fan(from_low[:7], paint, (0.0, -1.0, 0.0)), _fan(from_low[7:], paint, (0.0, 1.0, 0.0))]
    slot = panel((0.193, -0.17, 1.19), (0, 0.34, 0), (0, 0, 0.04), Finish("gap", 0))
    hood = box((0.19, -0.19, 1.24), (0.24, 0.19, 1.26), paint)
    plate = panel((0.193, -0.10, 0.92), (0, 0.20, 0), (0, 0, 0.14), Finish("plain", 0, (236, 236, 230)))
    return join([post, foot, body, roof, *ends, slot, hood, plate])


def _fan(points: np.ndarray[tuple[int, ...], np.dtype[np.float64]], finish: Finish, normal: tuple[float, float, float]) -> Mesh:
    """Fill a convex outline so that it looks along a direction."""
    turn = np.cross(points[1] - points[0], points[2] - points[1]) @ np.array(normal)
    return disc_fan(points if turn > 0 else points[::-1], finish)


def _parcel_box(rng: Draws, sides: int) -> Mesh:
    """Build a parcel station: a cabinet of 2.4 m with doors of three sizes, a screen, a roof edge and a name."""
    paint, door = (
        Finish("canvas", 0, _pick(rng, ((240, 196, 20), (40, 92, 60), (62, 66, 74)))),
        Finish("canvas", 0, (206, 206, 202)),
    )
    pieces = [
        box((-0.32, -1.2, 0.06), (0.30, 1.2, 2.0), paint),
        box((-0.34, -1.24, 2.0), (0.46, 1.24, 2.10), Finish("plain", 0, (70, 72, 74))),
    ]
    pieces.append(box((-0.30, -1.16, 0.0), (0.27, 1.16, 0.06), Finish("concrete", 1, (150, 150, 148)), without=("top",)))
    for column, y in enumerate(np.linspace(-1.16, 0.76, 5)):
        z = 0.12
        for height in ((0.6, 0.6, 0.6), (0.3, 0.3, 0.6, 0.6), (1.8,), (0.45, 0.45, 0.45, 0.45), (0.9, 0.9))[column]:
            if column != 2:
                pieces.append(
                    box((0.30, float(y) + 0.01, z + 0.01), (0.315, float(y) + 0.39, z + height - 0.01), door, without=("back",))
                )
            z += height
    pieces.append(panel((0.303, -0.12, 1.25), (0, 0.24, 0), (0, 0, 0.32), Finish("glass", 0)))
    pieces.append(lettered("PAKO", letter_m=0.22, at_m=(0.303, 0.0, 1.80), finish=Finish("plain", 0, (30, 30, 32))))
    return join(pieces)


def _bicycle_stand(rng: Draws, sides: int) -> Mesh:
    """Build a row of hoops of bent tube, 0.8 m high, along y."""
    steel = Finish("metal", 0, (190, 194, 196))
    arc = np.linspace(0.0, np.pi, 7)
    hoops = []
    for y in np.linspace(-1.2, 1.2, 3):
        bend = [[0.36 * np.cos(a) if 0 < a < np.pi else 0.36 * np.sign(np.cos(a)), y, 0.62 + 0.18 * np.sin(a)] for a in arc]
        hoops.append(tube([[0.36, y, 0.0], *bend, [-0.36, y, 0.0]], 0.024, steel, sides=max(sides // 2, 5)))
    return join(hoops)


def _advertising_column(rng: Draws, sides: int) -> Mesh:
    """Build an advertising column of 3.4 m: base, drum pasted with invented posters, roof."""
    sides = sides + 8
    concrete = Finish("concrete", 0, (196, 194, 188))
    pieces = [lathe([[0.66, 0.0], [0.66, 0.35], [0.60, 0.40]], concrete, sides=sides)]
    pieces.append(lathe([[0.60, 0.40], [0.60, 2.95]], Finish("cloth", 1, (206, 200, 186)), sides=sides))
    pieces.append(
        lathe(
            [[0.60, 2.95], [0.76, 2.98], [0.76, 3.10], [0.45, 3.30], [0.0, 3.42]],
            Finish("metal", 0, (90, 110, 100)),
            sides=sides,
        )
    )
    for turn in np.arange(5) * 2 * np.pi / 5 + rng.uniform(0, 1):
        z = 0.55
        while z < 2.2:
            height = float(rng.uniform(0.7, 1.15))
            pieces.append(_poster(turn, float(rng.uniform(0.45, 0.56)), z, min(height, 2.85 - z), rng, sides))
            z += height + 0.04
    return join(pieces)


def _poster(turn: float, half_rad: float, low: float, height: float, rng: Draws, sides: int) -> Mesh:
    """Paste a bent sheet with a band of other colour on a drum of 0.6 m."""
    field, band = _pick(rng, _POSTERS), _pick(rng, _POSTERS)
    angle = turn + np.linspace(-half_rad, half_rad, 5)
    pieces = []
    for a, b, colour in ((0.0, 0.62, field), (0.62, 0.82, band), (0.82, 1.0, field)):
        z0, z1 = low + a * height, low + b * height
        ring = 0.606 * np.stack([np.cos(angle), np.sin(angle)], 1)
        corners = [[[*ring[i], z0], [*ring[i + 1], z0], [*ring[i + 1], z1], [*ring[i], z1]] for i in range(4)]
        pieces.append(quads(np.array(corners), Finish("cloth", 1, colour)))
    return join(pieces)


def _planter(rng: Draws, sides: int) -> Mesh:
    """Build a tub of concrete or wood with earth and a low shrub."""
    finish = Finish("concrete", 0, (206, 202, 194)) if rng.random() < 0.6 else Finish("wood", 0, (190, 160, 132))
    pieces = [box((-0.45, -0.45, 0.0), (0.45, 0.45, 0.55), finish, without=("top",))]
    for low, high in (
        ((-0.45, -0.45), (0.45, -0.38)),
        ((-0.45, 0.38), (0.45, 0.45)),
        ((-0.45, -0.38), (-0.38, 0.38)),
        ((0.38, -0.38), (0.45, 0.38)),
    ):
        pieces.append(panel((*low, 0.55), (high[0] - low[0], 0, 0), (0, high[1] - low[1], 0), finish))
    pieces.append(panel((-0.38, -0.38, 0.50), (0.76, 0, 0), (0, 0.76, 0), Finish("bark", 1, (130, 118, 104), 150)))
    for x, y, normal in ((0.38, 0, (-1, 0)), (-0.38, 0, (1, 0)), (0, 0.38, (0, -1)), (0, -0.38, (0, 1))):
        across = np.array([-normal[1], normal[0], 0.0]) * 0.76
        start = np.array([x, y, 0.50]) - across / 2
        pieces.append(panel(start, across, (0, 0, 0.05), finish))
    centres = np.array([[0.12, 0.1, 0.72], [-0.14, 0.06, 0.70], [0.02, -0.15, 0.74]])
    crown = Crown(centres, np.array([0.26, 0.24, 0.27]), (225.0, 240.0, 190.0))
    pieces.append(dark_cores(crown, share=0.6, is_fine=False, part=1))
    pieces.append(leaf_cards(crown, rng, count=45, edge_m=0.26, part=1))
    return join(pieces)


def _bus_stop(rng: Draws, sides: int) -> Mesh:
    """Build a bus shelter of 4 by 1.6 m, open to +x: posts, panes with bands of paint, roof, bench, timetable,
    the stop's sign."""
    frame = Finish("metal", 0, _pick(rng, ((96, 102, 106), (150, 152, 150), (60, 76, 70))))
    band = Finish("plain", 1, (226, 228, 226))
    half, back, roof = 2.0, -0.8, 2.35
    pieces = [box((back - 0.1, -half - 0.1, roof), (0.95, half + 0.1, roof + 0.12), frame)]
    for x, y in ((back, -half), (back, 0.0), (back, half), (0.6, -half), (0.6, half)):
        pieces.append(box((x - 0.035, y - 0.035, 0.0), (x + 0.035, y + 0.035, roof), frame, without=("bottom", "top")))
    for y0, y1 in ((-half + 0.05, -0.05), (0.05, half - 0.05)):
        pieces += [box((back - 0.006, y0, z), (back + 0.006, y1, z + 0.05), band) for z in (1.02, 1.52)]
        pieces.append(box((back - 0.015, y0, 2.15), (back + 0.015, y1, 2.2), frame))
        pieces.append(box((back - 0.015, y0, 0.2), (back + 0.015, y1, 0.25), frame))
    pieces += [box((back + 0.06, half - 0.006, z), (0.5, half + 0.006, z + 0.05), band) for z in (1.02, 1.52)]
    advert = box((back + 0.06, -half - 0.05, 0.35), (0.5, -half + 0.05, 2.1), frame)
    pieces.append(advert)
    for side in (-1.0, 1.0):
        y = -half + side * 0.055
        low = np.array([[0.44, y, 0.45], [back + 0.12, y, 0.45], [back + 0.12, y, 2.0], [0.44, y, 2.0]])
        pieces.append(quads((low if side > 0 else low[::-1])[None], Finish("cloth", 1, _pick(rng, _POSTERS))))
    pieces.append(box((back + 0.1, -1.2, 0.42), (back + 0.48, 0.9, 0.47), Finish("wood", 1, (196, 160, 126))))
    for y in (-1.0, 0.7):
        pieces.append(box((back + 0.2, y - 0.03, 0.0), (back + 0.36, y + 0.03, 0.42), frame, without=("bottom", "top")))
    pieces.append(panel((back + 0.02, 1.2, 1.1), (0, 0.5, 0), (0, 0, 0.7), Finish("plain", 1, (236, 236, 230))))
    sign = sign_face("vienna/E15", part=1)
    pieces.append(placed(sign, pose(0.9, -half - 0.6, 0.3, yaw=np.pi / 2)))
    pieces.append(
        tube([[0.9, -half - 0.6, 0.0], [0.9, -half - 0.6, 2.95]], 0.03, Finish("metal", 0, _STEEL), sides=max(sides // 2, 6))
    )
    return join(pieces)


def _parked_bicycle(rng: Draws, sides: int) -> Mesh:
    """Build a bicycle that leans on its stand, along x: wheels with spokes, frame, saddle, bars, mudguards, rack."""
    paint = Finish(
        "canvas", 0, _pick(rng, ((30, 34, 40), (150, 30, 30), (40, 84, 130), (60, 110, 80), (200, 200, 200), (30, 30, 30)))
    )
    steel, rubber = Finish("metal", 0, (190, 190, 190)), Finish("rubber", 1)
    wheel_x, r = 0.53, 0.34
    pieces = []
    ring = np.linspace(0, 2 * np.pi, sides + 5)
    for x in (-wheel_x, wheel_x):
        circle = np.stack([x + (r - 0.017) * np.cos(ring), 0 * ring, r + (r - 0.017) * np.sin(ring)], 1)
        pieces.append(tube(circle, 0.017, rubber, sides=5, capped=False))
        for a in np.arange(0, np.pi, np.pi / 6):
            d = (r - 0.03) * np.array([np.cos(a), 0.0, np.sin(a)])
            pieces.append(tube([np.array([x, 0, r]) - d, np.array([x, 0, r]) + d], 0.0022, steel, sides=3, capped=False))
        guard = np.radians(np.linspace(20, 190, 7)) if x < 0 else np.radians(np.linspace(0, 150, 6))
        pieces.append(
            tube(
                np.stack([x + (r + 0.03) * np.cos(guard), 0 * guard, r + (r + 0.03) * np.sin(guard)], 1), 0.012, paint, sides=4
            )
        )
    crank, seat, head = [-0.08, 0.0, 0.28], [-0.22, 0.0, 0.78], [0.36, 0.0, 0.82]
    for a, b in (
        (crank, seat),
        (crank, head),
        (seat, [0.34, 0.0, 0.88]),
        (head, [0.53, 0.0, r]),
        (crank, [-wheel_x, 0.0, r]),
        (seat, [-wheel_x, 0.0, r]),
    ):
        pieces.append(tube([a, b], 0.016, paint, sides=6))
    pieces.append(tube([head, [0.33, 0.0, 1.0]], 0.015, steel, sides=6))
    pieces.append(tube([[0.22, -0.28, 1.0], [0.33, -0.16, 1.02], [0.33, 0.16, 1.02], [0.22, 0.28, 1.0]], 0.013, steel, sides=5))
    pieces.append(tube([seat, [-0.25, 0.0, 0.90]], 0.013, steel, sides=5))
    pieces.append(box((-0.40, -0.07, 0.90), (-0.13, 0.07, 0.95), rubber))
    pieces.append(box((-0.78, -0.07, 0.735), (-0.36, 0.07, 0.75), steel))
    pieces.append(tube([[-0.08, -0.05, 0.28], [-0.08, 0.05, 0.28]], 0.09, steel, sides=max(sides // 2, 8)))
    pieces.append(tube([[-0.1, 0.06, 0.28], [-0.16, 0.20, 0.0]], 0.008, steel, sides=4))
    leaned = placed(join(pieces), pose(0, 0, 0, roll=-0.07))
    low = float(leaned.positions_m[:, 2].min())
    return placed(leaned, pose(0, 0, -low))


_BUILDERS: dict[str, tuple[tuple[str, ...], Callable[[Draws, int], Mesh]]] = {
    "bench": (("slats", "frame"), _bench),
    "bollard": (("body", "ring"), _bollard),
    "mailbox": (("box", "post"), _mailbox),
    "parcel_box": (("cabinet", "foot"), _parcel_box),
    "bicycle_stand": (("hoops",), _bicycle_stand),
    "advertising_column": (("column", "posters"), _advertising_column),
    "planter": (("tub", "plants"), _planter),
    "bus_stop": (("frame", "panes"), _bus_stop),
    "parked_bicycle": (("frame", "tyres"), _parked_bicycle),
}
