"""Key points lie where the drawn body has them, and are seen where nothing stands before them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import trimesh

from scenegen import distortion
from scenegen.distortion import BrownConradyScene
from scenegen.geometry import FloatArray, apply, pose, project, rigid_inverse
from scenegen.models.catalogue import build
from scenegen.models.mesh import Mesh, Model, ModelSpec
from scenegen.models.people.build import posed_vertices
from scenegen.models.people.landmarks import COCO_LIMBS, COCO_NAMES, find_landmarks
from scenegen.render.passes import Passes
from scenegen.render.renderer import Renderer
from scenegen.simulate.clip import Track
from scenegen.simulate.parts import part_poses
from scenegen.truth.frame import Eye, KeyPoints
from scenegen.truth.key_points import PersonPoints, judge
from scenegen.truth.labeller import Labeller
from scenegen.truth.labels import row_tables
from tests.truth.people import FRAMES, LENS, clip_of, person, slab, stage_of

KINDS = ("man", "woman", "elderly", "child")
ROW = {name: i for i, name in enumerate(COCO_NAMES)}
FACE = ("nose", "left_eye", "right_eye")
TOWARDS, AWAY, TO_THE_LEFT = np.pi, 0.0, np.pi / 2


@pytest.fixture(scope="module")
def renderer() -> Iterator[Renderer]:
    with Renderer(look="none") as labels:
        yield labels


@pytest.fixture(scope="module", params=KINDS)
def model(request: pytest.FixtureRequest) -> Model:
    return build(ModelSpec(request.param, 3))


def seen(
    renderer: Renderer, people: Sequence[Track], *boards: Mesh, frame: int = 1, level: int = 0
) -> tuple[dict[int, KeyPoints], Passes, Eye]:
    """Draw people and give their key points."""
    clip = clip_of(people)
    stage = stage_of(clip, *boards, level=level)
    renderer.load(stage)
    passes = renderer.render(frame)
    eye = Eye("front", LENS, stage.camera_world(frame))
    posed = PersonPoints(clip, stage).at(frame, stage.rows_world(frame))
    return posed.key_points(eye, passes.z_m, row_tables(stage)[0][passes.row]), passes, eye


def states(points: KeyPoints, *names: str) -> list[int]:
    return [int(points.visibility[ROW[name]]) for name in names]


def world_vertices(track: Track, row: int, level: int = 0) -> tuple[Model, FloatArray]:
    model = build(track.model)
    posed = posed_vertices(model.meshes[level], part_poses(track, model, np.array([row]))[0])
    return model, apply(track.world_from_body[row], posed)


def skin_distance_m(mesh: Mesh, vertices: FloatArray, point: FloatArray) -> float:
    """How far a point lies from a mesh with moved vertices."""
    body = trimesh.Trimesh(vertices, mesh.faces, process=False)
    return float(trimesh.proximity.closest_point(body, point[None])[1][0])


def test_features_lie_on_the_head_of_that_very_person(model: Model) -> None:
    marks = find_landmarks(model)
    mesh = model.meshes[0]
    head = mesh.positions_m[mesh.part == model.parts.index("head")].astype(float)
    at = {name: marks.rest_m[ROW[name]] for name in COCO_NAMES}
    face = head[np.abs(head[:, 2] - at["nose"][2]) < 0.03]
    assert at["nose"][0] > face[:, 0].max() - 0.005
    assert abs(at["nose"][1]) < 0.006
    for left, right in (("left_eye", "right_eye"), ("left_ear", "right_ear")):
        np.testing.assert_allclose(at[left], at[right] * (1, -1, 1), atol=0.012)  # vertices lie up to a centimetre apart
    scale = np.ptp(head[:, 1]) / 0.17
    assert 0.045 * scale < at["left_eye"][1] - at["right_eye"][1] < 0.075 * scale
    assert 0.13 * scale < at["left_ear"][1] - at["right_ear"][1] < 0.20 * scale
    assert 0.015 < at["left_eye"][2] - at["nose"][2] < 0.05
    assert at["left_eye"][0] - at["left_ear"][0] > 0.05
    for name in (*FACE, "left_ear", "right_ear"):
        assert skin_distance_m(mesh, mesh.positions_m.astype(float), at[name]) < 0.004  # points are means over 2 mm
        assert marks.beneath_m[ROW[name]] == 0


def test_joints_lie_beneath_skin_of_a_believable_thickness(model: Model) -> None:
    marks = find_landmarks(model)
    scale = model.facts["stature_m"] / 1.77
    for point, (low, high) in {
        "shoulder": (0.04, 0.11), "elbow": (0.03, 0.13), "wrist": (0.025, 0.08), "hip": (0.10, 0.21), "knee": (0.04, 0.13),
        "ankle": (0.03, 0.11),
    }.items():  # fmt: skip
        for side in ("left", "right"):
            assert low * scale < marks.beneath_m[ROW[f"{side}_{point}"]] < high * scale, (point, side)


def test_names_are_cocos_own() -> None:
    assert COCO_NAMES[0] == "nose"
    assert COCO_NAMES[9:11] == ("left_wrist", "right_wrist")
    assert len(COCO_NAMES) == 17
    assert len(COCO_LIMBS) == 19  # COCO's own list counts from 1: [16, 14], [14, 12], ...
    assert (15, 13) in COCO_LIMBS


@pytest.mark.parametrize("kind", KINDS)
def test_points_move_with_the_posed_skin(kind: str) -> None:
    walker = person(7, kind, pose(30.0, -4.0, 0.2, yaw=2.0), speed=1.4, phase=0.3)
    clip = clip_of([walker])
    stage = stage_of(clip)
    posed = PersonPoints(clip, stage).at(2, stage.rows_world(2))
    at = dict(zip(COCO_NAMES, posed.points_world_m[0], strict=True))
    model, vertices = world_vertices(walker, clip.row_of(2))
    mesh = model.meshes[0]
    for name in (*FACE, "left_ear", "right_ear"):
        assert skin_distance_m(mesh, vertices, at[name]) < 0.004
    for side in ("left", "right"):
        # The end of the forearm's skin, a sleeve or bare, is round the wrist.
        forearm = vertices[mesh.joints[:, 0] == model.joint_index[f"fore_{side}"]]
        away = (forearm - at[f"{side}_elbow"]) @ (at[f"{side}_wrist"] - at[f"{side}_elbow"])
        end = forearm[away > np.quantile(away, 0.93)].mean(axis=0)
        assert np.linalg.norm(end - at[f"{side}_wrist"]) < 0.03
        assert 0.02 < skin_distance_m(mesh, vertices, at[f"{side}_knee"]) < 0.09


def test_joints_keep_their_bones_lengths_and_names() -> None:
    walker = person(7, "man", pose(8.0, 1.0, 0.0, yaw=1.0), speed=1.4)
    clip = clip_of([walker, person(9, "child", pose(9.0, 0.0, 0.0))])
    stage = stage_of(clip)
    source = PersonPoints(clip, stage)
    frames = [source.at(frame, stage.rows_world(frame)).joints_world_m() for frame in range(FRAMES)]
    assert list(frames[0]) == [7, 9]
    for a, b in (("thigh_left", "shin_left"), ("arm_right", "fore_right"), ("neck", "head")):
        lengths = [np.linalg.norm(np.subtract(joints[7][a], joints[7][b])) for joints in frames]
        assert max(lengths) - min(lengths) < 1e-9
    assert frames[0][7]["foot_left"] != frames[1][7]["foot_left"]
    posed = source.at(1, stage.rows_world(1))
    np.testing.assert_allclose(frames[1][7]["shin_left"], posed.points_world_m[0, ROW["left_knee"]], atol=1e-9)


def test_absent_people_have_no_points() -> None:
    here, gone = person(1, "man", pose(6.0, 0.0, 0.0)), person(2, "child", pose(6.0, 1.0, 0.0))
    gone.present[:] = False
    clip = clip_of([here, gone])
    stage = stage_of(clip)
    assert PersonPoints(clip, stage).at(0, stage.rows_world(0)).track_ids == (1,)
    nobody = clip_of([])
    board = slab((0, 1, 1), (5.0, 0.0, 1.0))
    empty = PersonPoints(nobody, stage_of(nobody, board)).at(0, np.eye(4)[None])
    depth, ids = np.zeros((240, 320), np.float32), np.zeros((240, 320), np.int32)
    assert empty.key_points(Eye("front", LENS, np.eye(4)), depth, ids) == {}
    assert empty.joints_world_m() == {}


@pytest.mark.parametrize("kind", KINDS)
def test_pixels_are_where_the_posed_body_projects(renderer: Renderer, kind: str) -> None:
    walker = person(3, kind, pose(4.0, 0.4, 0.0, yaw=TOWARDS + 0.4), speed=1.3, phase=0.1)
    points, passes, eye = seen(renderer, [walker])
    _, vertices = world_vertices(walker, clip_of([walker]).row_of(1))
    skin_px = project(apply(rigid_inverse(eye.world_from_cam), vertices), LENS)
    for name in (*FACE, "left_shoulder", "right_wrist", "left_knee", "right_ankle"):
        off_px = np.linalg.norm(skin_px - points[3].pixels[ROW[name]], axis=1).min()
        assert off_px < 3.5, name  # vertices lie up to 3 cm apart, 3 px here
    u, v = (np.round(points[3].pixels).astype(int)[i] for i in (ROW["nose"], ROW["left_shoulder"]))
    assert (passes.row[[u[1], v[1]], [u[0], v[0]]] > 0).all()


def test_the_side_that_faces_the_camera_is_seen(renderer: Renderer) -> None:
    far = ("right_shoulder", "right_hip", "right_eye", "right_ear")
    near = ("left_shoulder", "left_hip", "left_elbow", "left_ear", "left_knee", "nose")
    for kind in ("man", "child"):
        # A man without hat or bag, a child with a backpack: neither hides a shoulder from in front.
        points, _, _ = seen(renderer, [person(1, kind, pose(5.5, 0.0, 0.0, yaw=TOWARDS))])
        assert states(points[1], *FACE, "left_shoulder", "right_shoulder", "left_hip", "right_knee", "left_ankle") == [2] * 8
        points, _, _ = seen(renderer, [person(1, kind, pose(5.5, 0.0, 0.0, yaw=AWAY))])
        assert states(points[1], *FACE) == [1] * 3
        assert states(points[1], "left_knee", "right_ankle") == [2] * 2
        points, _, _ = seen(renderer, [person(1, kind, pose(5.5, 0.0, 0.0, yaw=TO_THE_LEFT))])
        assert states(points[1], *far) == [1] * 4, kind
        assert states(points[1], *near) == [2] * 6, kind


@pytest.mark.parametrize(("distance_m", "level"), [(5.5, 0), (14.0, 1), (30.0, 2)])
def test_coarser_meshes_of_distant_people_show_the_same_points(renderer: Renderer, distance_m: float, level: int) -> None:
    points, _, _ = seen(renderer, [person(1, "man", pose(distance_m, 0.0, 0.0, yaw=TOWARDS))], level=level)
    assert states(points[1], *FACE, "left_shoulder", "right_hip", "left_knee", "right_ankle") == [2] * 7


def test_what_stands_in_front_hides(renderer: Renderer) -> None:
    standing = person(1, "man", pose(6.0, 0.0, 0.0, yaw=TOWARDS))
    board = slab((0.0, 2.0, 1.2), (5.5, 0.0, 0.6))
    points, _, _ = seen(renderer, [standing], board)
    assert states(points[1], *FACE, "left_shoulder", "right_shoulder") == [2] * 5
    assert states(points[1], "left_hip", "right_knee", "left_ankle") == [1] * 3
    behind = slab((0.0, 2.0, 1.2), (6.5, 0.0, 0.6))
    points, _, _ = seen(renderer, [standing], behind)
    assert states(points[1], "left_hip", "right_knee", "left_ankle") == [2] * 3


def test_a_child_hides_the_legs_of_the_man_behind_it_and_not_its_own(renderer: Renderer) -> None:
    people = [person(1, "man", pose(6.0, 0.0, 0.0, yaw=TOWARDS)), person(2, "child", pose(5.5, 0.0, 0.0, yaw=TOWARDS))]
    points, _, _ = seen(renderer, people)
    assert states(points[2], "nose", "left_hip", "right_knee") == [2] * 3
    assert states(points[1], "left_knee", "right_knee", "left_ankle") == [1] * 3
    assert states(points[1], "nose", "left_elbow") == [2] * 2


def test_rays_through_the_posed_bodies_agree(renderer: Renderer) -> None:
    """The same question asked of another engine: what does a ray to each point meet first?"""
    turns = (2.6, -2.0, 1.2, 0.3, -2.8)
    people = [
        person(i + 1, KINDS[i % 4], pose(4.5 + 0.7 * i, 0.9 - 0.45 * i, 0.0, yaw=turn), speed=1.2, phase=0.23 * i)
        for i, turn in enumerate(turns)
    ]
    points, _, eye = seen(renderer, people)
    row = clip_of(people).row_of(1)
    camera = eye.world_from_cam[:3, 3]
    bodies = [world_vertices(track, row) for track in people]
    scene = trimesh.util.concatenate([trimesh.Trimesh(posed, model.meshes[0].faces, process=False) for model, posed in bodies])
    owner_of_face = np.repeat([track.track_id for track in people], [len(model.meshes[0].faces) for model, _ in bodies])
    agreed, judged = 0, 0
    for (model, _), track in zip(bodies, people, strict=True):
        beneath, mine = find_landmarks(model).beneath_m, points[track.track_id]
        inside = mine.visibility > 0
        rays = mine.points_world_m[inside] - camera
        length = np.linalg.norm(rays, axis=1)
        unit = rays / length[:, None]
        places, ray, face = scene.ray.intersects_location(np.tile(camera, (len(rays), 1)), unit, multiple_hits=False)
        hit_m, owner = np.full(len(rays), np.inf), np.zeros(len(rays), int)
        hit_m[ray], owner[ray] = np.linalg.norm(places - camera, axis=1), owner_of_face[face]
        slack = np.where(owner == track.track_id, beneath[inside] + 0.03 + length / LENS.fx_px, 0.0)
        agreed += int(((hit_m < length - slack) == (mine.visibility[inside] == 1)).sum())
        judged += len(rays)
    assert judged > 50
    assert agreed >= 0.95 * judged  # points on silhouettes fall to either side


def test_points_beyond_the_border_and_behind_the_camera_are_outside(renderer: Renderer) -> None:
    beside = person(1, "man", pose(2.0, 0.0, 0.0, yaw=TOWARDS))
    behind = person(2, "man", pose(-3.0, 0.0, 0.0))
    points, _, _ = seen(renderer, [beside, behind])
    assert states(points[1], "left_ankle", "right_ankle", "nose") == [0, 0, 2]
    assert points[1].pixels[ROW["left_ankle"], 1] > LENS.height_px
    assert (points[2].visibility == 0).all()
    assert (points[2].pixels == 0).all()
    assert (points[2].points_world_m[:, 0] < -2).all()


def test_only_those_inside_are_given(renderer: Renderer) -> None:
    people = [person(1, "man", pose(6.0, 0.5, 0.0)), person(2, "man", pose(-6.0, 0.0, 0.0))]
    clip = clip_of(people)
    stage = stage_of(clip)
    depth, ids = np.zeros((240, 320), np.float32), np.zeros((240, 320), np.int32)
    posed = PersonPoints(clip, stage).at(0, stage.rows_world(0))
    given = posed.key_points(Eye("front", LENS, stage.camera_world(0)), depth, ids, inside={1})
    assert list(given) == [1]
    assert set(np.unique(given[1].visibility)) <= {0, 1}  # it shows nowhere, so nothing of it is seen


def test_a_bent_image_has_bent_points() -> None:
    clip = clip_of([person(1, "woman", pose(3.0, 0.9, 0.0))])
    stage = stage_of(clip)
    bend = BrownConradyScene(-0.2, 0.03, 0.001, -0.001, 0.0)
    eye = Eye("front", LENS, stage.camera_world(0), bend)
    depth, ids = np.zeros((240, 320), np.float32), np.zeros((240, 320), np.int32)
    posed = PersonPoints(clip, stage).at(0, stage.rows_world(0))
    points = posed.key_points(eye, depth, ids)[1]
    in_cam = apply(rigid_inverse(eye.world_from_cam), points.points_world_m)
    np.testing.assert_allclose(points.pixels, distortion.project(in_cam, LENS, bend), atol=1e-9)
    assert np.abs(points.pixels - project(in_cam, LENS)).max() > 2


def test_a_walking_persons_box_keeps_its_size_and_turns_with_it(renderer: Renderer) -> None:
    clip = clip_of([person(1, "man", pose(6.0, 0.5, 0.0, yaw=1.0), speed=1.4, phase=0.1)])
    stage = stage_of(clip)
    renderer.load(stage)
    labels = [Labeller(clip, stage).frame([renderer.render(frame)]).labels.main.objects[0] for frame in range(FRAMES)]
    assert len({label.size_m for label in labels}) == 1
    assert labels[0].world_from_body.now[0, 3] != labels[2].world_from_body.now[0, 3]
    np.testing.assert_array_equal(labels[0].world_from_body.now[:3, :3], labels[2].world_from_body.now[:3, :3])


def test_the_rule_by_numbers() -> None:
    depth, ids = np.full((5, 9), 4.0, np.float32), np.zeros((5, 9), np.int32)
    ids[:, 3:6] = 8
    depth[:, 3:6] = 3.0
    pixels = np.array([[[4.0, 2.0], [4.4, 2.0], [1.0, 2.0], [2.4, 2.0], [-0.6, 2.0], [8.6, 2.0], [np.nan, 2.0], [4.0, 4.49]]])
    near, deep = np.full((1, 8), 3.1), np.full((1, 8), 3.3)
    slack, owners = np.full((1, 8), 0.15), np.array([8], np.int32)
    # Near column 1 the person does not show; at 2.4 it shows in the next pixel.
    assert judge(pixels, near, slack, owners, depth, ids).tolist() == [[2, 2, 1, 2, 0, 0, 0, 2]]
    assert judge(pixels, deep, slack, owners, depth, ids).tolist() == [[1, 1, 1, 2, 0, 0, 0, 1]]
    depth[:, :3] = 3.05  # something else, nearer than the points
    assert judge(pixels, near, slack, owners, depth, ids).tolist() == [[2, 2, 1, 1, 0, 0, 0, 2]]
    depth[:, :3] = 0  # sky
    assert judge(pixels, near, slack, owners, depth, ids).tolist() == [[2, 2, 1, 2, 0, 0, 0, 2]]
