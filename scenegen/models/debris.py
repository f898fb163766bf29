"""Things that fall off lorries and lie in lanes; each fills the box that the catalogue states.

Sizes after road-safety reports on debris: torn treads, ladders, mattresses, boxes, timber, exhausts, buckets, cones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenegen.errors import ScenarioError
from scenegen.geometry import FloatArray, pose
from scenegen.models.catalogue import entry
from scenegen.models.mesh import Mesh, Model, ModelSpec, join, placed
from scenegen.models.shapes import Finish, beam, both_sides, box, lathe, prism, quads, tube
from scenegen.models.static import draws_of, refuse_unknown_options, static_model

_SALT = 51


def build_debris(spec: ModelSpec) -> Model:
    """Build a piece of debris; its kind says which, its seed varies dents, curls and colours."""
    refuse_unknown_options(spec, ())
    if spec.kind not in _BUILDERS:
        raise ScenarioError(f"no debris {spec.kind!r}; there are {', '.join(_BUILDERS)}")
    parts, builder = _BUILDERS[spec.kind]
    mesh = _filling(builder(draws_of(spec, salt=_SALT)), entry(spec.kind).size_m)
    return static_model(spec, parts=parts, meshes=[mesh])


def _filling(mesh: Mesh, size_m: tuple[float, float, float]) -> Mesh:
    """Stretch a mesh to fill a box of this size that stands on the origin."""
    low, high = mesh.positions_m.min(axis=0), mesh.positions_m.max(axis=0)
    scale = np.array(size_m) / (high - low)
    points = (mesh.positions_m - [*(low[:2] + high[:2]) / 2, low[2]]) * scale
    normals = mesh.normals / scale
    normals = normals / np.linalg.norm(normals, axis=1, keepdims=True)
    return replace(mesh, positions_m=points.astype(np.float32), normals=normals.astype(np.float32))


def _tyre_tread(rng: np.random.Generator) -> Mesh:
    """Peel a strip of tread off a lorry tyre: curled along its length, grooved blocks on the outside, frayed ends."""
    n = 22
    t = np.linspace(0, 1, n + 1)
    turn = np.cumsum(np.append(0.0, np.diff(t))) * rng.uniform(2.0, 2.6) - 0.5
    x = np.append(0.0, np.cumsum(np.cos(turn[:-1] - 0.35)))
    z = np.append(0.0, np.cumsum(np.sin(np.abs(turn[:-1]) * 0.45)))
    side = np.stack([-np.gradient(z), np.gradient(x)], axis=1)
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    fray = 0.06 * rng.normal(size=(n + 1, 2)) * (np.minimum(t, 1 - t) < 0.12)[:, None]
    rubber, cord = Finish("tyre", 0, (255, 255, 255)), Finish("tyre", 0, (190, 190, 190), 160)
    strips = []
    for k, (a, b) in enumerate(((-1.0, -0.56), (-0.48, -0.05), (0.05, 0.48), (0.56, 1.0), (-1.0, 1.0))):
        thick = 0.9 if k < 4 else 0.35
        y = np.stack([np.full(n + 1, a), np.full(n + 1, b)], axis=1) * 2.4 + fray
        outer = np.stack([x - side[:, 0] * thick, z - side[:, 1] * thick], axis=1)
        inner = np.stack([x, z], axis=1) + side * (0.35 if k == 4 else 0.0)
        strips.append(_strip(inner, outer, y, rubber if k < 4 else cord, has_gaps=k < 4))
    return join(strips)


def _strip(inner: FloatArray, outer: FloatArray, y: FloatArray, finish: Finish, *, has_gaps: bool) -> Mesh:
    """Join two curves in the xz plane into a slab of varying y; blocks with gaps between them if asked."""
    pieces = []
    for i in range(len(inner) - 1):
        if has_gaps and i % 2:
            continue
        ring = []
        for j in (i, i + 1):
            (xi, zi), (xo, zo), (ya, yb) = inner[j], outer[j], y[j]
            ring.append(np.array([[xi, ya, zi], [xi, yb, zi], [xo, yb, zo], [xo, ya, zo]]))
        near, far = ring
        walls = [[near[k], far[k], far[(k + 1) % 4], near[(k + 1) % 4]] for k in range(4)]
        walls += [[near[0], near[1], near[2], near[3]], [far[3], far[2], far[1], far[0]]]
        pieces.append(quads(np.array(walls)[:, ::-1], finish))
    return join(pieces)


def _ladder(rng: np.random.Generator) -> Mesh:
    """Build an aluminium ladder lying flat: two rails of box section, eleven rungs, rubber feet."""
    alu, foot = Finish("metal", 0, (225, 228, 232)), Finish("rubber", 1)
    half, y = 1.5, 0.18
    rails = [box((-half + 0.04, s * y - 0.02, 0.0), (half - 0.04, s * y + 0.02, 0.1), alu) for s in (-1.0, 1.0)]
    feet = [box((e, s * y - 0.02, 0.0), (e + 0.04, s * y + 0.02, 0.1), foot) for s in (-1.0, 1.0) for e in (-half, half - 0.04)]
    bent = rng.normal(0, 0.006, 11)
    rungs = [
        tube([[x, -y, 0.05], [x + b, 0.0, 0.05], [x, y, 0.05]], 0.017, alu, sides=6, capped=False)
        for x, b in zip(np.linspace(-1.3, 1.3, 11), bent, strict=True)
    ]
    return join([*rails, *feet, *rungs])


def _mattress(rng: np.random.Generator) -> Mesh:
    """Build a quilted mattress with rounded edges, a piped seam, and one corner that has come up."""
    nx, ny = 16, 12
    cloth = Finish("cloth", 0, ((226, 222, 212), (208, 214, 224), (222, 208, 190))[int(rng.integers(3))])
    band = Finish("cloth", 1, (120, 130, 150))
    u, v = np.meshgrid(np.linspace(-1, 1, nx + 1), np.linspace(-1, 1, ny + 1), indexing="ij")
    edge = np.minimum(1 - np.abs(u), (1 - np.abs(v)) * 0.7)
    swell = 0.035 * np.sqrt(np.clip(edge / 0.12, 0, 1)) + 0.010 * np.abs(np.sin(u * 4 * np.pi) * np.sin(v * 3 * np.pi))
    lift = 0.05 * np.clip(u + v - 1.1, 0, 1) ** 2
    top = np.stack([u, 0.7 * v, 0.13 + swell + lift], axis=-1)
    bottom = np.stack([u, 0.7 * v, 0.03 - 0.03 * np.sqrt(np.clip(edge / 0.12, 0, 1)) + lift], axis=-1)
    faces = [_cloth_face(top, cloth), _cloth_face(bottom[::-1], cloth)]
    rim = (
        [(i, 0) for i in range(nx)]
        + [(nx, j) for j in range(ny)]
        + [(i, ny) for i in range(nx, 0, -1)]
        + [(0, j) for j in range(ny, 0, -1)]
    )
    rows = [[bottom[a], bottom[b], top[b], top[a]] for a, b in zip(rim, rim[1:] + rim[:1], strict=True)]
    piping = tube(
        np.array([top[p] + [0, 0, 0.0] for p in [*rim, rim[0]]]) * [0.998, 0.998, 1], 0.012, band, sides=4, capped=False
    )
    label = box((0.985, -0.06, 0.06), (1.004, 0.10, 0.11), band)
    return _soiled(join([*faces, quads(np.array(rows), cloth), piping, label]), rng)


def _soiled(mesh: Mesh, rng: np.random.Generator) -> Mesh:
    """Darken the quilting's hollows and lay a few stains, so that the sheet does not look like paper."""
    x, y, z = (mesh.positions_m[:, i].astype(np.float64) for i in range(3))
    light = 1.0 - 0.28 * (np.abs(np.sin(x * 4 * np.pi) * np.sin(y / 0.7 * 3 * np.pi)) < 0.25)
    for _ in range(3):
        middle = rng.uniform(-0.8, 0.8, 2) * (1.0, 0.6)
        light -= 0.25 * np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / 0.03) * (z > 0.1)
    tint = mesh.tint.copy()
    tint[:, :3] = np.clip(mesh.tint[:, :3] * np.clip(light, 0.3, 1)[:, None] * (0.92, 0.90, 0.84), 0, 255).astype(np.uint8)
    return replace(mesh, tint=tint)


def _cloth_face(points: FloatArray, finish: Finish) -> Mesh:
    """Skin a grid of points with smooth normals by quads."""
    corners = np.stack([points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]], axis=2)
    return quads(corners.reshape(-1, 4, 3), finish)


def _cardboard_box(rng: np.random.Generator) -> Mesh:
    """Build an open carton: four walls, a floor, four flaps at odd angles, a strip of tape."""
    card, inside, tape = Finish("cardboard"), Finish("cardboard", 0, (190, 185, 180), 120), Finish("plain", 0, (176, 150, 110))
    x, y, z = 0.25, 0.20, 0.36
    ring = np.array([[x, -y], [x, y], [-x, y], [-x, -y]])
    pieces = []
    for i in range(4):
        a, b = ring[i], ring[(i + 1) % 4]
        wall = np.array([[*a, 0.0], [*b, 0.0], [*b, z], [*a, z]])
        pieces += [quads(wall[None], card), quads(wall[None, ::-1] - np.array([*(a + b) / 2 * 0.03, -0.001]), inside)]
        out = (a + b) / np.linalg.norm(a + b)
        angle = rng.uniform(0.1, 1.1)
        reach = 0.17 * np.array([*(out * np.cos(angle)), np.sin(angle) * rng.choice([1.0, 1.0, -0.6])])
        flap = np.array([[*a, z], [*b, z], np.array([*b, z]) + reach * 0.97, np.array([*a, z]) + reach])
        pieces.append(both_sides(quads(flap[None], card)))
    floor = np.array([[[-x, -y, 0.01], [x, -y, 0.01], [x, y, 0.01], [-x, y, 0.01]]])
    pieces += [quads(floor, inside), quads(floor[:, ::-1] - [0, 0, 0.01], card)]
    strip = np.array([[[x + 0.002, -0.03, 0.0], [x + 0.002, 0.03, 0.0], [x + 0.002, 0.03, 0.12], [x + 0.002, -0.03, 0.12]]])
    return join([*pieces, quads(strip, tape)])


def _timber(rng: np.random.Generator) -> Mesh:
    """Drop a bundle of sawn planks: a layer on the ground, some across it."""
    pieces = []
    for i in range(7):
        low = i < 4
        y = (-0.17 + 0.115 * i) if low else rng.uniform(-0.12, 0.12)
        turn = rng.normal(0, 0.02) if low else rng.normal(0, 0.09)
        length = rng.uniform(1.7, 2.2)
        z = 0.03 if low else 0.03 + 0.065 * (i - 3)
        tone = int(rng.integers(190, 255))
        half = np.array([np.cos(turn), np.sin(turn), rng.normal(0, 0.004)]) * length / 2
        middle = np.array([rng.normal(0, 0.05), y, z])
        pieces.append(beam(middle - half, middle + half, (0.10, 0.055), Finish("wood", 0, (tone, tone - 8, tone - 22))))
    return join(pieces)


def _exhaust(rng: np.random.Generator) -> Mesh:
    """Build a torn-off exhaust: bent pipe, oval silencer, tail pipe, flange, all rusty."""
    rust = Finish("metal", 0, (176, 130, 104))
    silencer = Finish("metal", 1, (190, 158, 138))
    oval = np.array([1.0, 1.33, 1.0], np.float32)
    kink = float(rng.uniform(0.03, 0.06))
    pipe = [[-0.5, -0.05, 0.045], [-0.36, -0.05, 0.05], [-0.22, 0.03, 0.05 + kink], [-0.06, 0.0, 0.075]]
    can = [[0.0, -0.22], [0.060, -0.22], [0.075, -0.20], [0.075, 0.20], [0.060, 0.22], [0.0, 0.22]]
    body = placed(lathe(can, silencer, sides=16), pose(0.12, 0, 0.075, pitch=np.pi / 2))
    body = replace(body, positions_m=(body.positions_m * oval))
    tail = [[0.32, 0.03, 0.07], [0.40, 0.03, 0.06], [0.5, 0.05, 0.045]]
    seams = [
        placed(lathe([[0.0785, -0.008], [0.0785, 0.008]], rust, sides=16), pose(0.12 + d, 0, 0.075, pitch=np.pi / 2))
        for d in (-0.14, 0.14)
    ]
    seams = [replace(s, positions_m=s.positions_m * oval) for s in seams]
    flange = box((-0.5, -0.10, 0.0), (-0.485, 0.0, 0.09), rust)
    return join([tube(pipe, 0.026, rust, sides=10), body, *seams, tube(tail, 0.024, rust, sides=10), flange])


def _bucket(rng: np.random.Generator) -> Mesh:
    """Build an open bucket standing up, with a rolled rim and its handle fallen to one side."""
    colour = ((20, 20, 22), (200, 205, 205), (30, 60, 150), (190, 40, 30))[int(rng.integers(4))]
    skin, inside = Finish("canvas", 0, colour), Finish("canvas", 0, tuple(int(c * 0.6) for c in colour), 120)  # type: ignore[arg-type]
    outer = lathe(
        [[0.0, 0.0], [0.105, 0.0], [0.138, 0.27], [0.148, 0.275], [0.148, 0.295], [0.138, 0.30], [0.132, 0.295]], skin, sides=24
    )
    inner = lathe([[0.132, 0.295], [0.100, 0.012], [0.0, 0.012]], inside, sides=24)
    swing = np.linspace(0, np.pi, 11)
    arc = np.stack([0.145 * np.cos(swing), 0.140 * np.sin(swing), 0.285 - 0.12 * np.sin(swing)], axis=1)
    return join([outer, inner, tube(arc, 0.004, Finish("metal", 1), sides=5)])


def _cone_lying(rng: np.random.Generator) -> Mesh:
    """Tip a traffic cone over: orange with two white bands, on the edge of its square foot."""
    orange, white, black = (
        Finish("plain", 0, (232, 84, 22)),
        Finish("plain", 0, (240, 240, 238)),
        Finish("rubber", 1, (255, 255, 255)),
    )
    edges = np.array([0.03, 0.20, 0.32, 0.42, 0.53, 0.70])
    radius = 0.15 - 0.125 * (edges - 0.03) / 0.67
    bands = [
        lathe([[radius[i], edges[i]], [radius[i + 1], edges[i + 1]]], white if i in (1, 3) else orange, sides=20)
        for i in range(len(edges) - 1)
    ]
    tip = lathe([[radius[-1], 0.70], [0.0, 0.70]], orange, sides=20)
    foot = box((-0.2, -0.2, 0.0), (0.2, 0.2, 0.03), black)
    cone = join([*bands, tip, foot])

    # Lay it down: axis along x, resting on the foot's edge and the tip
    lean = np.arctan2(0.2 - radius[-1], 0.67)
    return placed(cone, pose(0, 0, 0, yaw=float(rng.normal(0, 1e-3)), pitch=np.pi / 2 + float(lean)))


def _warning_triangle(rng: np.random.Generator) -> Mesh:
    """Stand a warning triangle up: red reflecting bars with a paler core, crossed metal feet; it faces along x."""
    red, core, steel = Finish("plain", 0, (214, 24, 30)), Finish("plain", 0, (255, 96, 70)), Finish("metal", 1)
    corners = np.array([[0.0, -0.22, 0.04], [0.0, 0.22, 0.04], [0.0, 0.0, 0.42]])
    middle, out = corners.mean(axis=0), np.array([0.009, 0.0, 0.0])
    inner = middle + (corners - middle) * 0.62
    pieces = []
    for i in range(3):
        a, b = corners[i], corners[(i + 1) % 3]
        c, d = inner[(i + 1) % 3], inner[i]
        pieces.append(prism(np.array([a, b, c, d]) - [0.006, 0, 0], (0.012, 0.0, 0.0), red))
        strip = np.array([a + (d - a) * 0.38, b + (c - b) * 0.38, b + (c - b) * 0.68, a + (d - a) * 0.68])
        pieces += [quads((strip + out)[None], core), quads((strip[::-1] - out)[None], core)]
    turn = float(rng.uniform(-0.05, 0.05))
    for y in (-0.13, 0.13):
        pieces.append(box((-0.15, y - 0.008 + turn * 0.1, 0.0), (0.15, y + 0.008 + turn * 0.1, 0.012), steel))
        pieces.append(box((-0.008, y - 0.008, 0.0), (0.008, y + 0.008, 0.06), steel))
    return join(pieces)


def _ball(rng: np.random.Generator) -> Mesh:
    """Round a rubber ball: two halves of one colour, a band of another between."""
    colours = ((214, 30, 34), (30, 90, 190), (245, 200, 40), (40, 150, 70))
    first = int(rng.integers(len(colours)))
    half, band = (Finish("rubber", 0, colours[(first + k) % len(colours)]) for k in (0, 2))
    rise = np.linspace(-np.pi / 2, np.pi / 2, 19)
    profile = np.stack([np.cos(rise), np.sin(rise) + 1.0], axis=1) * 0.11
    profile[[0, -1], 0] = 0.0
    return join([lathe(profile[a:b], finish, sides=28) for a, b, finish in ((0, 8, half), (7, 12, band), (11, 19, half))])


_BUILDERS: dict[str, tuple[tuple[str, ...], Callable[[np.random.Generator], Mesh]]] = {
    "tyre_tread": (("tread",), _tyre_tread),
    "ladder": (("frame", "feet"), _ladder),
    "mattress": (("cloth", "piping"), _mattress),
    "cardboard_box": (("box",), _cardboard_box),
    "timber": (("planks",), _timber),
    "exhaust": (("pipe", "silencer"), _exhaust),
    "bucket": (("bucket", "handle"), _bucket),
    "cone_lying": (("cone", "foot"), _cone_lying),
    "warning_triangle": (("triangle", "feet"), _warning_triangle),
    "ball": (("ball",), _ball),
}
