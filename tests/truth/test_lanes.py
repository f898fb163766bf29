"""Lines of the road in a view: where their paint is drawn, visible where it is seen, whatever the lens does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.scenes import scene_of, stage_of
from scenegen import distortion as lens_distortion
from scenegen.classes import BY_NAME
from scenegen.distortion import BrownConradyScene, DistortionScene, KannalaBrandtScene
from scenegen.geometry import ByteArray, FloatArray, Pinhole, apply, pose, rigid_inverse
from scenegen.geometry import project as pinhole_project
from scenegen.render.renderer import Renderer
from scenegen.roads.build import build_network
from scenegen.roads.network import RoadNetwork
from scenegen.truth.frame import LineLabel, View
from scenegen.truth.labeller import Labeller
from scenegen.truth.lanes import STEP_PX, RoadLines, lines_in_view
from tests.truth.flat_road import HEIGHT_M, LENS, camera, ground_depth, on_lane, street

Check = Callable[..., list[bool]]

BARREL = BrownConradyScene(k1=-0.25, k2=0.05, p1=0.002, p2=-0.001, k3=0.0)
FISHEYE = KannalaBrandtScene(k1=-0.02, k2=0.002, k3=0.0, k4=0.0)
RURAL = {"surroundings": "rural", "sidewalk": 0.0, "parking": 0.0, "shoulder": 0.5}


def flat(labels: tuple[LineLabel, ...]) -> tuple[FloatArray, FloatArray, np.ndarray]:
    """All pixels, world points and visibilities of some lines."""
    return (
        np.concatenate([piece for line in labels for piece in line.pieces_px]),
        np.concatenate([line.points_world_m for line in labels]),
        np.concatenate([piece for line in labels for piece in line.pieces_visible]),
    )


# What a real clip shows


@pytest.fixture(scope="module")
def clip_views() -> tuple[list[View], RoadNetwork]:
    scene = scene_of("residential_street", overrides={"road.curvature": "0.002"})
    clip, stage = stage_of(scene)
    with Renderer(look="none") as renderer:
        renderer.load(stage)
        views = [Labeller(clip, stage).frame([renderer.render(index)]).main for index in range(0, stage.frames, 12)]
    return views, build_network(scene.road)


def seen_lines(view: View, network: RoadNetwork, *, aside_m: float = 0.0) -> tuple[LineLabel, ...]:
    """Lines of a view, as if its camera stood so far to the right of where it was."""
    moved = view.labels.world_from_cam.now @ pose(aside_m, 0.0, 0.0)
    return lines_in_view(RoadLines.of(network), view.labels.lens, None, moved, view.passes.z_m, view.object_id)


def classes_at(view: View, pixels: FloatArray, *, reach: int = 0) -> ByteArray:
    """Classes (n, k) of the pixels within some steps of places in the image."""
    at = np.rint(np.clip(pixels, 0, np.array(view.class_id.shape[::-1]) - 1)).astype(int)
    steps = range(-reach, reach + 1)
    columns = [np.clip(at[:, 0] + step, 0, view.class_id.shape[1] - 1) for step in steps]
    rows = [np.clip(at[:, 1] + step, 0, view.class_id.shape[0] - 1) for step in steps]
    return np.stack([view.class_id[row, column] for row in rows for column in columns], axis=1)


def on_paint(view: View, network: RoadNetwork, *, aside_m: float = 0.0) -> list[bool]:
    """Whether visible points of strokes, near enough to be three pixels wide, lie on painted pixels."""
    marking = next(line for line in RoadLines.of(network).lines if line.type == "broken")
    begin, end = (
        s_of(network, points[marking.is_painted]) for points in (marking.points_world_m[:-1], marking.points_world_m[1:])
    )
    broken = tuple(line for line in seen_lines(view, network, aside_m=aside_m) if line.type == "broken")
    pixels, points, is_visible = flat(broken)
    s = s_of(network, points)[:, None]
    z_m = apply(rigid_inverse(view.labels.world_from_cam.now), points)[:, 2]
    margin = (z_m**2 / (view.labels.lens.fy_px * HEIGHT_M))[:, None]  # a pixel's height on the ground: ends are no middles
    is_stroke = ((s > begin + margin) & (s < end - margin)).any(axis=1)
    chosen = is_stroke & is_visible & (z_m < 0.12 * view.labels.lens.fx_px / 3)
    found: list[bool] = (classes_at(view, pixels[chosen])[:, 0] == BY_NAME["lane_marking"].id).tolist()
    return found


def s_of(network: RoadNetwork, points: FloatArray) -> FloatArray:
    return network.locate(points[:, 0], points[:, 1])[0]


def at_kerb(view: View, network: RoadNetwork, *, aside_m: float = 0.0) -> list[bool]:
    """Whether visible points of road edges have both road and kerb within a pixel."""
    edges = tuple(line for line in seen_lines(view, network, aside_m=aside_m) if line.kind == "road_edge")
    pixels, points, is_visible = flat(edges)
    z_m = apply(rigid_inverse(view.labels.world_from_cam.now), points)[:, 2]
    near = classes_at(view, pixels[(z_m < 60.0) & is_visible], reach=1)
    paved, stone = (np.isin(near, [BY_NAME[name].id for name in names]) for names in (("road", "parking"), ("kerb",)))
    found: list[bool] = (paved.any(axis=1) & stone.any(axis=1)).tolist()
    return found


@pytest.mark.parametrize(("check", "least"), [(on_paint, 40), (at_kerb, 200)], ids=["paint", "kerb"])
def test_lines_lie_where_they_are_drawn(clip_views: tuple[list[View], RoadNetwork], check: Check, least: int) -> None:
    views, network = clip_views
    found = [hit for view in views for hit in check(view, network)]
    assert len(found) >= least
    assert np.mean(found) >= 0.98
    spoiled = [hit for view in views for hit in check(view, network, aside_m=0.15)]
    assert np.mean(spoiled) < 0.6


def test_points_are_visible_where_the_road_is_seen_and_hidden_behind_things(
    clip_views: tuple[list[View], RoadNetwork],
) -> None:
    views, network = clip_views
    ground = [BY_NAME[name].id for name in ("road", "lane_marking", "parking", "kerb", "sidewalk")]
    on_ground, hidden = [], []
    for view in views:
        pixels, _, is_visible = flat(seen_lines(view, network))
        on_ground.append(np.isin(classes_at(view, pixels)[:, 0], ground))
        hidden.append(~is_visible)
    is_ground, is_hidden = np.concatenate(on_ground), np.concatenate(hidden)
    assert min(is_hidden.sum(), (~is_hidden).sum()) > 500
    assert is_ground[~is_hidden].all()
    assert is_ground[is_hidden].mean() < 0.02  # a pixel at a tyre's rim


# Known answers on a bare road


def test_edges_of_a_straight_road_are_where_perspective_puts_them() -> None:
    network = street(**RURAL)
    world_from_cam = camera(on_lane(network, 50.0), pitch=0.0)
    labels = lines_in_view(RoadLines.of(network), LENS, None, world_from_cam, ground_depth(world_from_cam))
    edges = [line for line in labels if line.kind == "road_edge"]
    assert [(line.type, line.colour, len(line.pieces_px)) for line in edges] == [("pavement", "", 1)] * 2
    for line, t in zip(edges, (3.75, -3.75), strict=True):
        u, v = line.pieces_px[0].T
        np.testing.assert_allclose((u - LENS.cx_px) / (v - LENS.cy_px), -(t + 1.625) / HEIGHT_M, rtol=1e-9)
        assert line.points_world_m[-1, 0] == pytest.approx(200.0)  # 150 m from the camera
        assert max(abs(v[0] - 119.5), 0) < 1e-6 or min(abs(u[0] + 0.5), abs(u[0] - 319.5)) < 1e-6
        assert line.pieces_visible[0].all()


def test_what_stands_behind_a_wall_is_hidden() -> None:
    network = street()
    world_from_cam = camera(on_lane(network, 50.0), pitch=0.0)
    z_m = np.minimum(np.where(ground_depth(world_from_cam) > 0, ground_depth(world_from_cam), np.inf), 20.0).astype(np.float32)
    _, points, is_visible = flat(lines_in_view(RoadLines.of(network), LENS, None, world_from_cam, z_m))
    away = points[:, 0] - 50.0
    assert is_visible[away < 19.0].all()
    assert not is_visible[away > 21.0].any()
    assert (away > 21.0).sum() > 20


def test_a_plate_half_a_metre_above_the_road_hides_it_however_far_away() -> None:
    network = street()
    world_from_cam = camera(on_lane(network, 50.0), pitch=0.0)
    low = camera(on_lane(network, 50.0), pitch=0.0)
    low[2, 3] -= 0.5
    labels = lines_in_view(RoadLines.of(network), LENS, None, world_from_cam, ground_depth(low))
    assert not flat(labels)[2].any()


@pytest.mark.parametrize("bent", [None, BARREL, FISHEYE], ids=["pinhole", "barrel", "fisheye"])
@pytest.mark.parametrize("turn", [0.0, np.pi / 2, 2.7])
def test_pieces_follow_the_image_of_the_line(bent: DistortionScene | None, turn: float) -> None:
    network = street(curvature=0.004, origin=(5000.0, -3000.0), heading_deg=35.0)
    world_from_cam = camera(on_lane(network, 120.0, turn=turn))
    labels = lines_in_view(RoadLines.of(network), LENS, bent, world_from_cam, ground_depth(world_from_cam, LENS, bent))
    pixels, points, is_visible = flat(labels)
    assert {line.kind for line in labels} == {"lane_marking", "road_edge"}
    expected = lens_distortion.project(apply(rigid_inverse(world_from_cam), points), LENS, bent)
    np.testing.assert_allclose(pixels, expected, atol=1e-5)
    assert is_visible.mean() > 0.995
    for line in labels:
        s, _ = network.locate(line.points_world_m[:, 0], line.points_world_m[:, 1])
        if line.type != "parking bay":
            assert (np.diff(s) > 0).all()
        assert sum(len(piece) for piece in line.pieces_px) == len(line.points_world_m)
        for piece in line.pieces_px:
            assert np.abs(np.diff(piece, axis=0)).max() <= STEP_PX + 0.5
            assert ((piece >= -0.5) & (piece <= (319.5, 119.5))).all()


@pytest.mark.parametrize("bent", [None, BARREL, FISHEYE], ids=["pinhole", "barrel", "fisheye"])
def test_pieces_reach_the_border_and_bend_as_the_lens_does(bent: DistortionScene | None) -> None:
    network = street(**RURAL)
    world_from_cam = camera(on_lane(network, 60.0))
    z_m = ground_depth(world_from_cam, LENS, bent)
    for line in lines_in_view(RoadLines.of(network), LENS, bent, world_from_cam, z_m):
        piece = line.pieces_px[0]
        ends = np.minimum(piece[0] + 0.5, (319.5, 119.5) - piece[0])
        assert ends.min() < 0.1
        middles = 0.5 * (line.points_world_m[1:] + line.points_world_m[:-1])
        exact = lens_distortion.project(apply(rigid_inverse(world_from_cam), middles), LENS, bent)
        along = np.diff(piece, axis=0)
        along /= np.linalg.norm(along, axis=1, keepdims=True)
        off = exact - piece[:-1]
        assert np.abs(off[:, 0] * along[:, 1] - off[:, 1] * along[:, 0]).max() < 0.05


def test_a_camera_that_looks_up_sees_no_lines() -> None:
    network = street()
    world_from_cam = camera(on_lane(network, 50.0), pitch=-1.2)
    assert lines_in_view(RoadLines.of(network), LENS, None, world_from_cam, ground_depth(world_from_cam)) == ()


def test_a_line_that_leaves_the_image_and_comes_back_has_two_pieces() -> None:
    """From high above a bend the narrow image cuts off its middle."""
    network = street(**RURAL, curvature=0.02, length=100.0)
    lens = Pinhole.centred(width_px=400, height_px=60, focal_px=180.0)
    x, y, _, heading = network.frame(np.array([50.0]), np.array([12.0]))[0]
    world_from_cam = pose(x, y, 60.0, yaw=heading) @ np.diag([1.0, -1.0, -1.0, 1.0])  # looks straight down
    labels = lines_in_view(RoadLines.of(network), lens, None, world_from_cam, ground_depth(world_from_cam, lens))
    assert [len(line.pieces_px) for line in labels if line.type == "broken"] == [2]
    for line in labels:
        expected = pinhole_project(apply(rigid_inverse(world_from_cam), line.points_world_m), lens)
        np.testing.assert_allclose(np.concatenate(line.pieces_px), expected, atol=1e-6)
