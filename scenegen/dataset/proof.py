"""What every proof shares: the clip as read back, its poses from the record, and the list of faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from scenegen.dataset import manifest
from scenegen.dataset.read_back import ClipReader
from scenegen.geometry import BoolArray, FloatArray, Pinhole, rigid_inverse
from scenegen.scenario.scene import CameraScene
from scenegen.simulate.clip import Clip, Track
from scenegen.simulate.storage import clip_from_bytes
from scenegen.stage.build import camera_lens, camera_poses
from scenegen.truth.proofs import rigid_flow_at


@dataclass(frozen=True)
class Fault:
    """Something off: where (file, frame, object) and what, with the number."""

    place: str
    text: str


@dataclass(frozen=True)
class Proof:
    """One clip under proof, as one of its cameras, `eye`, sees it.

    `cameras` (frames + 2, 4, 4) are world_from_cam at frames -1 .. frames; `on_frame` is called whenever one layout's frame is
    through.
    """

    reader: ClipReader
    clip: Clip
    eye: CameraScene
    lens: Pinhole
    cameras: FloatArray
    checks: Counter[str]
    faults: list[Fault]
    on_frame: Callable[[], None]

    @classmethod
    def of(cls, reader: ClipReader, checks: Counter[str], faults: list[Fault], on_frame: Callable[[], None]) -> Proof:
        """Read the clip's poses and begin."""
        path = reader.root / manifest.poses_path(reader.record.clip)
        clip = clip_from_bytes(path.read_bytes())
        eye = clip.scene.camera
        return cls(reader, clip, eye, camera_lens(eye), camera_poses(clip), checks, faults, on_frame)

    def seen_by(self, eye: CameraScene) -> Proof:
        """Give the same proof for another camera of the rig."""
        return replace(self, eye=eye, lens=camera_lens(eye), cameras=camera_poses(self.clip, eye))

    def expect(self, check: str, holds: bool, place: str, text: str) -> None:
        """Count a check, and note a fault when it does not hold."""
        self.checks[check] += 1
        if not holds:
            self.faults.append(Fault(place, text))

    def camera(self, frame: int) -> FloatArray:
        """Give world_from_cam (4, 4) at a frame."""
        pose: FloatArray = self.cameras[frame + 1]
        return pose

    def body(self, track: Track, frame: int) -> FloatArray:
        """Give world_from_body (4, 4) of a track at a frame."""
        pose: FloatArray = track.world_from_body[self.clip.row_of(frame)]
        return pose

    def tracks(self, frame: int) -> Iterator[Track]:
        """Give the tracks that are in the scene at a frame."""
        row = self.clip.row_of(frame)
        return (track for track in self.clip.tracks if track.present[row])

    def is_moving(self, track: Track, frame: int) -> bool:
        """Tell whether a track's pose, or that of its limbs or doors, differs from the frame before or after."""
        return any(self.differs(track, frame, frame + step) for step in (-1, 1))

    def differs(self, track: Track, frame: int, then: int) -> bool:
        """Tell whether a track's pose, or that of its limbs or doors, differs between two frames."""
        rows = [self.clip.row_of(frame), self.clip.row_of(then)]
        moved, turned = track.world_from_body[rows], track.motion[rows]
        return bool((moved[0] != moved[1]).any() or (turned[0] != turned[1]).any())

    def check_flow(
        self,
        flow_px: FloatArray,
        is_known: BoolArray,
        depth_m: FloatArray,
        motion: FloatArray,
        frame: int,
        then: int,
        *,
        tolerance_px: FloatArray | float,
        check: str,
        place: str,
    ) -> None:
        """Compare flow with what depth and poses say, at the known pixels; `motion` moves world points from now to then."""
        v, u = np.nonzero(is_known)
        pixels = np.stack([u, v], axis=1)
        expected = rigid_flow_at(
            pixels, depth_m[v, u], self.lens, self.camera(frame), self.camera(then), motion, self.eye.distortion
        )
        error = np.abs(flow_px[v, u] - expected).max(axis=1, initial=0.0)
        allowed = tolerance_px[v, u] if isinstance(tolerance_px, np.ndarray) else tolerance_px
        excess = np.nan_to_num(error - allowed, nan=-np.inf)  # nan: behind the camera then
        self.checks[check] += len(excess)
        if len(excess) and excess.max() > 0:
            i = int(excess.argmax())
            self.faults.append(
                Fault(
                    place,
                    f"pixel ({u[i]}, {v[i]}): flow {_pair(flow_px[v[i], u[i]])}, depth and poses give "
                    f"{_pair(expected[i])} px; {int((excess > 0).sum())} pixels are off",
                )
            )

    def motion(self, track: Track, frame: int, then: int) -> FloatArray:
        """Give the world motion (4, 4) of a rigid track between two frames."""
        motion: FloatArray = self.body(track, then) @ rigid_inverse(self.body(track, frame))
        return motion


def _pair(values: FloatArray) -> str:
    return f"({values[0]:.3f}, {values[1]:.3f})"
