"""`Labeller`: knows a clip's people, lines and things once, and labels its frames; asked from any thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from scenegen.geometry import ByteArray, IntArray
from scenegen.render.passes import Passes
from scenegen.roads.network import RoadNetwork
from scenegen.simulate.clip import Clip
from scenegen.stage.stage import Stage, StageCamera
from scenegen.truth.drivable import drivable
from scenegen.truth.drivable_map import drivable_on_map
from scenegen.truth.frame import Eye, Frame, FrameLabels, KeyPoints, ObjectLabel, Picture, Poses, Sweep, View, ViewLabels
from scenegen.truth.key_points import PersonPoints, PosedPeople
from scenegen.truth.labels import (
    PosedTracks,
    ego_state,
    frame_attributes,
    posed_tracks,
    row_tables,
    thing_label,
    track_labels,
    visible_boxes,
)
from scenegen.truth.lanes import RoadLines, lines_in_view


@dataclass(frozen=True, eq=False)
class Labeller:
    """Gives frames of one clip. `people` and `network` None leave out key points, and lines with the drivable area."""

    clip: Clip
    stage: Stage
    people: PersonPoints | None = None
    network: RoadNetwork | None = None

    @classmethod
    def of(cls, clip: Clip, stage: Stage, network: RoadNetwork) -> Labeller:
        """Gather what holds for the whole clip."""
        return cls(clip, stage, PersonPoints(clip, stage), network)

    @cached_property
    def _row_tables(self) -> tuple[IntArray, ByteArray]:
        return row_tables(self.stage)

    @cached_property
    def _lines(self) -> RoadLines | None:
        return None if self.network is None else RoadLines.of(self.network)

    def frame(self, shots: Sequence[Passes], sweeps: tuple[Sweep, ...] = ()) -> Frame:
        """Give all labels of one instant.

        Args:
            shots: the passes of each camera at one frame, in the rig's order; those that only take pictures hold no labels.
            sweeps: what the scanners saw.
        """
        clip, stage, index = self.clip, self.stage, shots[0].frame
        pictures = {passes.camera: Picture(passes.rgb) for passes in shots if passes.rgb is not None}
        posed = None if self.people is None else self.people.at(index, np.asarray(stage.rows_world(index)))
        tracks = posed_tracks(clip, stage, index)
        views = tuple(self._view(passes, pictures.get(passes.camera), tracks, posed) for passes in shots if passes.has_labels)
        labels = FrameLabels(
            index=index,
            time_s=index / clip.scene.fps,
            ego=ego_state(clip, index),
            views=tuple(view.labels for view in views),
            attributes=frame_attributes(clip, index),
            eyes=tuple(eye_at(camera, index) for camera in stage.cameras),
            world_from_lidars={lidar.build.name: np.asarray(lidar.world(index)) for lidar in stage.lidars},
        )
        return Frame(labels=labels, views=views, pictures=pictures, sweeps=sweeps)

    def _view(self, passes: Passes, picture: Picture | None, tracks: PosedTracks, posed: PosedPeople | None) -> View:
        """Give all labels of one camera."""
        camera = next(camera for camera in self.stage.cameras if camera.name == passes.camera)
        row_object, row_class = self._row_tables
        pixels = np.take(row_object, passes.row)
        eye = eye_at(camera, passes.frame)
        lines = (
            ()
            if self._lines is None
            else lines_in_view(self._lines, eye.lens, eye.distortion, eye.world_from_cam, passes.z_m, pixels)
        )
        labels = ViewLabels(
            camera=camera.name,
            lens=camera.lens,
            world_from_cam=Poses(*(np.asarray(camera.world(passes.frame + step)) for step in (-1, 0, 1))),
            objects=self._objects(passes, pixels, eye, tracks, posed),
            lines=lines,
            distortion=camera.distortion,
        )
        view = View(
            labels=labels, passes=passes, row_object=row_object, row_class=row_class, picture=picture,
            drivable_of=None if self.network is None else self._drivable,
        )  # fmt: skip
        view.__dict__["object_id"] = pixels  # made already: fill the cached property
        return view

    def _objects(
        self, passes: Passes, pixels: IntArray, eye: Eye, tracks: PosedTracks, posed: PosedPeople | None
    ) -> tuple[ObjectLabel, ...]:
        """Give the tracks and things of one view, people with their key points and joints."""
        seen = visible_boxes(pixels)
        silhouettes = {silhouette.object_id: silhouette for silhouette in passes.silhouettes}
        key_points: dict[int, KeyPoints] = {}
        joints: dict[int, dict[str, tuple[float, float, float]]] = {}
        if posed is not None:
            inside = {object_id for object_id, silhouette in silhouettes.items() if silhouette.box_px is not None}
            key_points, joints = posed.key_points(eye, passes.z_m, pixels, inside=inside), posed.joints_world_m()
        labels = track_labels(tracks, self.stage, seen, silhouettes, key_points, joints)
        things = [
            thing_label(thing, seen.get(thing.object_id), silhouettes.get(thing.object_id)) for thing in self.stage.things
        ]
        return (*labels, *things)

    def _drivable(self, view: View) -> ByteArray:
        """Give the drivable area of a view of this clip."""
        if self.network is None:
            raise ValueError("the clip's road is not known")
        world_from_ego = self.clip.ego.world_from_body[self.clip.row_of(view.passes.frame)]
        if self.network.map_route is not None:
            return drivable_on_map(view, self.network, world_from_ego, self.stage.lane_of_row)
        return drivable(view, self.network, world_from_ego)


def eye_at(camera: StageCamera, frame: int) -> Eye:
    """Give a camera as it is at a frame."""
    return Eye(camera.name, camera.lens, np.asarray(camera.world(frame)), camera.distortion)
