"""Prove a data set: every file's bytes, then every label by use."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from scenegen.dataset import manifest
from scenegen.dataset.manifest import ClipRecord
from scenegen.dataset.pairs import listed_variants, prove_pairs
from scenegen.dataset.proof import Fault, Proof
from scenegen.dataset.proof_arrays import prove_arrays
from scenegen.dataset.proof_cityscapes import prove_cityscapes
from scenegen.dataset.proof_coco import prove_coco, prove_yolo, prove_yolo_seg
from scenegen.dataset.proof_kitti import prove_kitti_object
from scenegen.dataset.proof_kitti_flow import prove_kitti_flow
from scenegen.dataset.proof_kitti_images import prove_kitti_depth, prove_kitti_mots, prove_kitti_semantics
from scenegen.dataset.proof_kitti_motion import prove_kitti_odometry, prove_kitti_raw, prove_kitti_tracking
from scenegen.dataset.proof_middlebury import prove_middlebury
from scenegen.dataset.proof_nuscenes import prove_nuscenes
from scenegen.dataset.proof_openlabel import prove_openlabel
from scenegen.dataset.proof_scalabel import prove_scalabel
from scenegen.dataset.proof_vkitti2 import prove_vkitti2
from scenegen.dataset.proof_webdataset import prove_webdataset
from scenegen.dataset.read_back import ClipReader
from scenegen.errors import DatasetError, ScenegenError
from scenegen.formats.layout import Joins, Slot
from scenegen.formats.registry import layouts

SHOWN_FAULTS = 40

_PROVERS: dict[str, Callable[[Proof], None]] = {
    "arrays": prove_arrays,
    "vkitti2": prove_vkitti2,
    "kitti_object": prove_kitti_object,
    "kitti_tracking": prove_kitti_tracking,
    "kitti_mots": prove_kitti_mots,
    "kitti_raw": prove_kitti_raw,
    "kitti_odometry": prove_kitti_odometry,
    "kitti_flow": prove_kitti_flow,
    "kitti_depth": prove_kitti_depth,
    "kitti_semantics": prove_kitti_semantics,
    "coco": prove_coco,
    "cityscapes": prove_cityscapes,
    "yolo": prove_yolo,
    "yolo_seg": prove_yolo_seg,
    "scalabel": prove_scalabel,
    "nuscenes": prove_nuscenes,
    "openlabel": prove_openlabel,
    "webdataset": prove_webdataset,
    "middlebury": prove_middlebury,
}


@dataclass
class Report:
    """What was checked and what was off; of the layouts `bytes_only`, such as third-party ones, only the files' bytes."""

    clips: int = 0
    files: int = 0
    bytes_only: tuple[str, ...] = ()
    checks: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def lines(self) -> Iterator[str]:
        """Give the report for a person: faults with their places, then what was proved."""
        for fault in self.faults[:SHOWN_FAULTS]:
            yield f"WRONG {fault.place}: {fault.text}"
        if len(self.faults) > SHOWN_FAULTS:
            yield f"... and {len(self.faults) - SHOWN_FAULTS} more"
        yield f"{self.clips} clips, {self.files} files re-hashed"
        for name, count in sorted(self.checks.items()):
            yield f"  {name}: {count:,}"
        for name in self.bytes_only:
            yield f"  {name}: bytes only, scenegen has no proof for this layout"
        yield f"{len(self.faults)} faults" if self.faults else "every check holds"


def verify_dataset(
    root: Path,
    *,
    on_start: Callable[[int], None] = lambda frames: None,
    on_frame: Callable[[], None] = lambda: None,
) -> Report:
    """Check every finished clip of a data set; of a folder of variants, every variant and that they pair.

    Args:
        root: the data set's folder.
        on_start: told how many frames there are, counted once for each layout.
        on_frame: called when one layout's frame is through.
    Returns:
        Counts of what was checked, and every fault with its file, frame, object and number.
    Raises:
        DatasetError: the folder is no data set of scenegen, or holds no finished clip.
    """
    if manifest.variants_path(root).exists():
        return _verify_variants(root, on_start, on_frame)
    if not manifest.dataset_path(root).exists():
        raise DatasetError(f"{root}: no scenegen data set here ({manifest.ROOM}/dataset.json is missing)")
    asked = manifest.read_json(manifest.dataset_path(root)).get("asked", {})
    report = Report()
    records = manifest.read_records(root)
    named = {clip["clip"] for clip in asked.get("clips", [])}
    for name in sorted(named - {record.clip for record in records}):
        report.faults.append(Fault(str(manifest.record_path(root, name)), "the clip was asked for and is not finished"))
    formats = tuple(name for name in asked.get("formats", ()) if name in _PROVERS)
    report.bytes_only = tuple(name for name in asked.get("formats", ()) if name not in _PROVERS)
    on_start(len(formats) * sum(record.frames for record in records))
    if named == {record.clip for record in records}:  # else they wait for the rest
        _verify_lists(root, records, tuple(asked.get("formats", ())), report)
    for record in records:
        report.clips += 1
        report.files += len(record.files)
        _verify_clip(root, record, formats, report, on_frame)
    return report


def _verify_variants(root: Path, on_start: Callable[[int], None], on_frame: Callable[[], None]) -> Report:
    """Check the data set of every variant, then that they pair."""
    whole = Report()
    names = listed_variants(root)
    for name in names:
        report = verify_dataset(root / name, on_start=on_start, on_frame=on_frame)
        whole.clips += report.clips
        whole.files += report.files
        whole.bytes_only = tuple(dict.fromkeys((*whole.bytes_only, *report.bytes_only)))
        whole.checks += report.checks
        whole.faults += [Fault(f"{name}: {fault.place}", fault.text) for fault in report.faults]
    prove_pairs(root, names, whole.checks, whole.faults)
    return whole


def _verify_lists(root: Path, records: list[ClipRecord], formats: tuple[str, ...], report: Report) -> None:
    """Check that the files over all clips, such as image sets and joined tables, are what the clips give."""
    slots = [Slot(r.clip, r.number, r.first_frame, r.frames, int(r.scene["fps"])) for r in records]
    for name in formats:
        try:
            (layout,) = layouts((name,))
            files = itertools.chain(
                layout.dataset_files(slots), layout.join(root / name, slots) if isinstance(layout, Joins) else ()
            )
            for path, data in files:
                place = root / name / path
                report.checks["files over all clips"] += 1
                if not place.exists() or place.read_bytes() != data:
                    report.faults.append(Fault(f"{name} {path}", "is missing or not what the clips give"))
        except ScenegenError as error:
            report.faults.append(Fault(name, str(error)))


def _verify_clip(
    root: Path, record: ClipRecord, formats: tuple[str, ...], report: Report, on_frame: Callable[[], None]
) -> None:
    damaged = manifest.damaged_files(root, record.files)
    report.faults.extend(Fault(path, "is missing or its bytes differ from the clip record") for path in damaged)
    if damaged:
        return  # what follows would only say it again
    proof = Proof.of(ClipReader(root, record), report.checks, report.faults, on_frame)
    for name in formats:
        try:
            _PROVERS[name](proof)
        except DatasetError as error:
            report.faults.append(Fault(name, str(error)))
        except (ValueError, LookupError, TypeError, OSError) as error:
            report.faults.append(Fault(name, f"can not be read as this layout ({type(error).__name__}: {error})"))
