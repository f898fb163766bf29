"""Signs and bins are objects: ids after the tracks', a box round what counts; posts, houses and plants are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.scenes import scene_of, stage_of
from scenegen.classes import BY_NAME
from scenegen.geometry import FloatArray, apply, box_corners, rigid_inverse
from scenegen.models import catalogue
from scenegen.models.mesh import ModelSpec
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage, StageThing
from scenegen.stage.surroundings import place_surroundings
from scenegen.stage.things import BOXED_CLASSES, PostSplitter, boxed_things
from tests.simulate.streets import network_of


@pytest.fixture(scope="module")
def staged() -> tuple[Clip, Stage]:
    return stage_of(scene_of("residential_street", size_px=(160, 48)))


def instances_of(stage: Stage, name: str) -> list[int]:
    return [i for i, other in enumerate(stage.instances.names) if other == name]


def world_points(stage: Stage, i: int) -> FloatArray:
    mesh = stage.meshes[stage.instances.mesh[i]]
    return apply(stage.rows_world(0)[stage.instances.first_row[i]], mesh.positions_m.astype(np.float64))


def test_ids_follow_those_of_the_tracks(staged: tuple[Clip, Stage]) -> None:
    clip, stage = staged
    first = 1 + max(track.track_id for track in clip.tracks)
    assert [thing.object_id for thing in stage.things] == list(range(first, first + len(stage.things)))
    assert {thing.class_name for thing in stage.things} == {"traffic_sign", "street_furniture", "bicycle"}
    assert any(thing.kind == "parking_sign" for thing in stage.things)


def test_every_thing_is_one_instance_of_its_class_and_nothing_else_that_stands_has_an_id(staged: tuple[Clip, Stage]) -> None:
    clip, stage = staged
    for thing in stage.things:
        found = np.flatnonzero(stage.instances.object_id == thing.object_id)
        assert len(found) == 1
        assert stage.instances.class_id[found[0]] == BY_NAME[thing.class_name].id
        assert not stage.instances.is_moving[found[0]]
    boxed = [BY_NAME[name].id for name in BOXED_CLASSES]
    with_id = stage.instances.object_id > 0
    tracks = np.isin(stage.instances.object_id, [track.track_id for track in clip.tracks])
    assert np.isin(stage.instances.class_id[with_id & ~tracks], boxed).all()
    assert with_id[np.isin(stage.instances.class_id, boxed)].all()


def test_the_box_is_tight_round_a_sign_without_its_post(staged: tuple[Clip, Stage]) -> None:
    _, stage = staged
    for thing in stage.things:
        i = int(np.flatnonzero(stage.instances.object_id == thing.object_id)[0])
        local = apply(rigid_inverse(thing.world_from_body), world_points(stage, i))
        corners = box_corners(thing.size_m)
        np.testing.assert_allclose(local.min(axis=0), corners.min(axis=0), atol=1e-4)
        np.testing.assert_allclose(local.max(axis=0), corners.max(axis=0), atol=1e-4)
        if thing.class_name == "traffic_sign":
            assert thing.size_m[1:] == pytest.approx((0.6, 0.6))
            assert thing.world_from_body[2, 3] > 1.5


def test_a_sign_is_a_post_and_a_face_that_together_are_the_model(staged: tuple[Clip, Stage]) -> None:
    _, stage = staged
    sign = next(thing for thing in stage.things if thing.class_name == "traffic_sign")
    post, face = instances_of(stage, sign.name)
    names = [BY_NAME[name].id for name in ("pole", "traffic_sign")]
    assert stage.instances.class_id[[post, face]].tolist() == names
    assert stage.instances.object_id[[post, face]].tolist() == [0, sign.object_id]
    whole = catalogue.build(ModelSpec("sign", 0, (("face", sign.kind.removesuffix("_sign")),))).meshes[0]
    parts = [stage.meshes[stage.instances.mesh[i]] for i in (post, face)]
    assert sum(len(part.faces) for part in parts) == len(whole.faces)
    assert world_points(stage, post)[:, 2].min() == pytest.approx(sign.world_from_body[2, 3] - 2.0, abs=0.3)


def test_equal_signs_share_their_pieces(staged: tuple[Clip, Stage]) -> None:
    _, stage = staged
    parking = [thing.name for thing in stage.things if thing.kind == "parking_sign"]
    assert len(parking) > 1
    levels = len(catalogue.build(ModelSpec("sign", 0, (("face", "parking"),))).meshes)
    assert len({tuple(stage.instances.mesh[instances_of(stage, name)]) for name in parking}) <= levels


def test_a_model_without_a_post_stays_whole() -> None:
    model = catalogue.build(ModelSpec("bin"))
    (piece,) = PostSplitter().pieces(model, model.meshes[0])
    assert piece == ("street_furniture", model.meshes[0], True)
    lamp = catalogue.build(ModelSpec("street_lamp"))  # a lamp's pole is all of it
    assert PostSplitter().pieces(lamp, lamp.meshes[0]) == (("pole", lamp.meshes[0], False),)


def test_the_order_of_actors_changes_no_thing() -> None:
    scene = scene_of("jaywalker_dart_out", size_px=(160, 48))
    network = network_of(scene)

    def listed(of: object) -> list[tuple[int, str, str]]:
        things: dict[str, StageThing] = boxed_things(place_surroundings(of, network), 50)  # type: ignore[arg-type]
        return [(thing.object_id, thing.name, thing.kind) for thing in things.values()]

    assert len(scene.actors) > 1
    assert listed(scene) == listed(replace(scene, actors=scene.actors[::-1]))
    assert listed(scene)[0][0] == 50
