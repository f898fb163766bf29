"""Read a clip back from disk, whatever layouts it was written in: for pictures and for proofs."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from scenegen.dataset.manifest import ClipRecord
from scenegen.errors import DatasetError
from scenegen.formats import kitti_flow, vkitti2
from scenegen.formats.png import decode_png
from scenegen.geometry import BoolArray, ByteArray


@dataclass(frozen=True)
class ClipReader:
    """One clip of a data set; every channel is None where no layout that was written holds it."""

    root: Path
    record: ClipRecord

    @cached_property
    def arrays_index(self) -> dict[str, Any] | None:
        """clip.json of `arrays`, of the first camera."""
        return self.arrays_index_of()

    def arrays_index_of(self, folder: str = "") -> dict[str, Any] | None:
        """clip.json of `arrays`, of the camera whose folder below the clip's is named; the first has none."""
        path = self.root / "arrays" / self.record.clip / folder / "clip.json"
        return json.loads(path.read_bytes()) if path.exists() else None

    @property
    def vkitti2_scene(self) -> Path:
        """Folder of the clip in `vkitti2`."""
        return self.root / "vkitti2" / f"Scene{self.record.number + 1:02d}" / "clone"

    def object_stem(self, frame: int) -> str:
        """File stem of a frame in `kitti_object` and of its pair in `kitti_flow`."""
        return f"{self.record.first_frame + frame:06d}"

    def arrays(self, frame: int, folder: str = "") -> dict[str, npt.NDArray[Any]] | None:
        """All images of a frame of `arrays`, of the first camera unless the folder of another, or of a scanner, is named."""
        path = self.root / "arrays" / self.record.clip / folder / f"{frame:06d}.npz"
        return _read_npz(path, path.stat().st_mtime_ns) if path.exists() else None

    def rgb(self, frame: int) -> ByteArray | None:
        """(H, W, 3) uint8."""
        paths = (
            self.root / f"kitti_object/training/image_2/{self.object_stem(frame)}.png",
            self.root / f"kitti_flow/training/image_2/{self.object_stem(frame)}_10.png",
            self.vkitti2_scene / f"frames/rgb/Camera_0/rgb_{frame:05d}.jpg",
        )
        for path in paths:
            if path.exists():
                return np.asarray(Image.open(path).convert("RGB"))
        arrays = self.arrays(frame)
        return arrays.get("rgb") if arrays else None

    def depth_m(self, frame: int) -> npt.NDArray[np.float64] | None:
        """(H, W) metres, inf for sky."""
        arrays = self.arrays(frame)
        if arrays:
            return arrays["depth_m"].astype(np.float64)
        cm = self._vkitti2_image(f"depth/Camera_0/depth_{frame:05d}.png")
        return None if cm is None else np.where(cm == vkitti2.SKY_CM, np.inf, cm / 100.0)

    def object_id(self, frame: int) -> npt.NDArray[np.int32] | None:
        """(H, W) track ids."""
        arrays = self.arrays(frame)
        if arrays:
            return arrays["object_id"]
        ids = self._vkitti2_image(f"instanceSegmentation/Camera_0/instancegt_{frame:05d}.png")
        return None if ids is None else ids.astype(np.int32)

    def flow(self, frame: int, *, is_backward: bool = False) -> tuple[npt.NDArray[np.float64], BoolArray] | None:
        """Flow (H, W, 2) in pixels and where it is known, from the most exact layout that has it."""
        arrays = self.arrays(frame)
        if arrays:
            side = "bwd" if is_backward else "fwd"
            return arrays[f"flow_{side}_px"].astype(np.float64), arrays[f"flow_{side}_state"] & 9 == 1
        sources: list[tuple[Path, Callable[..., Any]]] = []
        if is_backward:
            name = f"frames/backwardFlow/Camera_0/backwardFlow_{frame:05d}.png"
            sources.append((self.vkitti2_scene / name, vkitti2.decode_flow))
        else:
            name = f"kitti_flow/training/flow_occ/{self.object_stem(frame)}_10.png"
            sources.append((self.root / name, kitti_flow.decode_flow))
            name = f"frames/forwardFlow/Camera_0/flow_{frame:05d}.png"
            sources.append((self.vkitti2_scene / name, vkitti2.decode_flow))
        for path, decode in sources:
            if path.exists():
                flow, is_known = decode(read_png(path))
                return flow.astype(np.float64), is_known
        return None

    def _vkitti2_image(self, name: str) -> npt.NDArray[Any] | None:
        path = self.vkitti2_scene / "frames" / name
        return read_png(path) if path.exists() else None


@lru_cache(maxsize=2)
def _read_npz(path: Path, changed_ns: int) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(path, allow_pickle=False) as archive:
            return dict(archive)
    except (ValueError, OSError, KeyError) as error:
        raise DatasetError(f"{path}: damaged ({error})") from None


def read_png(path: Path) -> npt.NDArray[Any]:
    """Read a PNG of the data set; a damaged one is refused with its place."""
    try:
        return decode_png(path.read_bytes())
    except DatasetError as error:
        raise DatasetError(f"{path}: {error}") from None
