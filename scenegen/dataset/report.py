"""What a set of clips covers: parameters, requirements, outcomes, catalogues, and classes and sizes beside KITTI's."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from scenegen.classes import BY_NAME
from scenegen.dataset import manifest
from scenegen.errors import DatasetError
from scenegen.scenario.scene import Draw
from scenegen.scenario.typology import NCAP_TESTS, NHTSA_TYPES, ncap_of, nhtsa_of
from scenegen.simulate.clip import Clip
from scenegen.simulate.sightings import PLAIN_PX, SEEN, box_px, outcomes_of, sightings_of
from scenegen.simulate.storage import clip_from_bytes

KITTI_COUNTS = {
    "Car": 28742, "Van": 2914, "Truck": 1094, "Pedestrian": 4487, "Person_sitting": 222, "Cyclist": 1627, "Tram": 511,
    "Misc": 973,
}  # fmt: skip
"""Boxes of the 7481 training pictures of KITTI's object benchmark (Geiger, Lenz and Urtasun 2012)."""
KITTI_SIZES_M = {
    "Car": (3.884, 1.629, 1.526), "Van": (5.068, 1.901, 2.205), "Truck": (10.136, 2.585, 3.252),
    "Pedestrian": (0.842, 0.660, 1.761), "Cyclist": (1.764, 0.597, 1.737), "Misc": (3.643, 1.543, 1.923),
}  # fmt: skip
"""Mean length, width and height of those, as monocular detectors use them."""
FRAMES_APART = 10  # of the frames whose classes are counted: neighbours show the same
LEAST_PX = 12.0  # longer side of a box that a person would have drawn
CELLS = 4  # quantile slices a side in which pairs of parameters are looked for


@dataclass(frozen=True)
class Spread:
    """Count, least, tenth, half, nine tenths and most of some numbers."""

    n: int
    values: tuple[float, ...]

    @classmethod
    def of(cls, numbers: list[float]) -> Spread:
        """Measure numbers; infinite ones are left out of the values but counted."""
        finite = [number for number in numbers if math.isfinite(number)]
        ends = np.quantile(finite, (0.0, 0.1, 0.5, 0.9, 1.0)).tolist() if finite else []
        return cls(len(numbers), tuple(round(float(end), 6) for end in ends))


@dataclass(frozen=True)
class Report:
    """What was found, ready to be printed or written as JSON."""

    clips: int
    frames: int
    parameters: list[dict[str, Any]]
    empty_pairs: dict[str, Any]
    rejected: dict[str, int]
    outcomes: dict[str, Spread]
    shares: dict[str, float]
    nhtsa: dict[int, int]
    ncap: dict[str, int]
    classes: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """Give the report as JSON values."""
        data = dict(vars(self))
        data["outcomes"] = {name: {"n": spread.n, "quantiles": list(spread.values)} for name, spread in self.outcomes.items()}
        return data

    def lines(self) -> Iterator[str]:
        """Give the report as text, a section after the other."""
        yield f"{self.clips} clips, {self.frames} frames"
        yield from self._parameter_lines()
        yield ""
        yield "requirements that refused a draw: " + (
            ", ".join(f"{label!r} {count}" for label, count in self.rejected.items()) or "none"
        )
        yield from self._outcome_lines()
        yield ""
        yield f"NHTSA pre-crash types: {len(self.nhtsa)} of {len(NHTSA_TYPES)}"
        yield from (f"  {number:>2} {NHTSA_TYPES[number]}: {count} clips" for number, count in self.nhtsa.items())
        yield f"Euro NCAP tests: {len(self.ncap)} of {len(NCAP_TESTS)}" + "".join(
            f", {test} {count}" for test, count in self.ncap.items()
        )
        yield from self._class_lines()

    def _parameter_lines(self) -> Iterator[str]:
        if not self.parameters:
            return
        yield ""
        yield "parameters: n, least, 10 %, median, 90 %, most, tenths of the law that were hit"
        width = max(len(row["path"]) for row in self.parameters)
        for row in self.parameters:
            numbers = "  ".join(f"{value:.4g}" for value in row["quantiles"])
            yield f"  {row['path']:<{width}}  {row['n']:>4}  {numbers}  {row['deciles']}/10  {row['unit']}  {row['law']}"
        pairs = self.empty_pairs
        yield f"pairs: {pairs['empty_share']:.0%} of {CELLS} x {CELLS} cells empty; worst {pairs['worst']}"

    def _outcome_lines(self) -> Iterator[str]:
        yield ""
        yield "outcomes: n, least, 10 %, median, 90 %, most"
        for name, spread in self.outcomes.items():
            yield f"  {name:<18}  {spread.n:>4}  " + "  ".join(f"{value:.3g}" for value in spread.values)
        yield from (f"  {name}: {share:.1%}" for name, share in self.shares.items())

    def _class_lines(self) -> Iterator[str]:
        yield ""
        yield "classes seen by the ego (one frame a second): share, KITTI's share; mean length x width x height, KITTI's"
        for row in self.classes:
            sizes = ["x".join(f"{edge:.2f}" for edge in size) if size else "-" for size in (row["size_m"], row["kitti_size_m"])]
            yield f"  {row['class']:<14} {row['share']:>6.1%} {row['kitti_share']:>6.1%}   {sizes[0]}  {sizes[1]}"


def clips_of(folder: Path) -> Iterator[Clip]:
    """Give the clips of a data set.

    Raises:
        DatasetError: the folder holds no data set, or a clip can not be read.
    """
    paths = sorted((folder / manifest.ROOM / "clips").glob("*.npz"))
    if not paths:
        raise DatasetError(f"{folder}: holds no clips of a data set; make one with scenegen render")
    for path in paths:
        try:
            yield clip_from_bytes(path.read_bytes())
        except OSError as error:
            raise DatasetError(f"{path}: can not be read ({error.strerror})") from None


def report_on(clips: Iterable[Clip]) -> Report:
    """Measure a set of clips; one at a time is held."""
    draws: dict[str, list[Draw]] = {}
    rejected: Counter[str] = Counter()
    nhtsa: Counter[int] = Counter()
    ncap: Counter[str] = Counter()
    outcomes: dict[str, list[float]] = {}
    seen: list[tuple[str, tuple[float, float, float]]] = []
    count = frames = contacts = plain = rare_frames = 0
    for clip in clips:
        count, frames = count + 1, frames + clip.frames
        for draw in clip.scene.draws:
            draws.setdefault(f"{clip.scene.scenario}: {draw.path}", []).append(draw)
        rejected.update(dict(clip.scene.rejected))
        nhtsa.update(nhtsa_of(clip.scene.tags))
        ncap.update(ncap_of(clip.scene.tags))
        contacts += clip.metrics.get("contact", 0.0) == 1.0
        for name, value in _measured(clip).items():
            outcomes.setdefault(name, []).append(value)
        for track in (track for track in clip.tracks if track.role == "rare"):
            large = box_px(clip, track, range(clip.frames)) >= PLAIN_PX
            plain, rare_frames = plain + int(large.sum()), rare_frames + len(large)
        seen.extend(_seen(clip))
    shares = {"clips that end in a contact": contacts / max(count, 1)}
    if rare_frames:
        shares[f"frames with the rare actor at least {PLAIN_PX:.0f} px"] = plain / rare_frames
    return Report(
        clips=count, frames=frames, parameters=[_parameter(path, rows) for path, rows in draws.items()],
        empty_pairs=_empty_pairs(draws), rejected=dict(rejected.most_common()),
        outcomes={name: Spread.of(values) for name, values in outcomes.items()}, shares=shares,
        nhtsa=dict(sorted(nhtsa.items())), ncap=dict(sorted(ncap.items())), classes=_classes(seen),
    )  # fmt: skip


def _measured(clip: Clip) -> dict[str, float]:
    """Metrics of a clip and, of its first rare actor, how it was seen."""
    found = {name: value for name, value in clip.metrics.items() if name != "contact"}
    rare = next((track for track in clip.tracks if track.role == "rare"), None)
    return found if rare is None else found | outcomes_of(clip, rare)


def _parameter(path: str, rows: list[Draw]) -> dict[str, Any]:
    numbers = [float(row.value) for row in rows if isinstance(row.value, (int, float))]
    deciles = len({min(int(row.u * 10), 9) for row in rows})
    spread = Spread.of(numbers)
    return {
        "path": path, "n": len(rows), "quantiles": list(spread.values), "deciles": deciles, "unit": rows[0].unit,
        "law": rows[0].law,
    }  # fmt: skip


def _empty_pairs(draws: dict[str, list[Draw]]) -> dict[str, Any]:
    """How many cells of the quantile planes of all pairs of one scenario's parameters no sample hit."""
    empty = cells = 0
    worst = (-1, "none")
    for (path_a, a), (path_b, b) in itertools.combinations(draws.items(), 2):
        if len(a) != len(b) or path_a.split(":")[0] != path_b.split(":")[0]:
            continue
        hit = len({(int(x.u * CELLS), int(y.u * CELLS)) for x, y in zip(a, b, strict=True)})
        empty, cells = empty + CELLS**2 - hit, cells + CELLS**2
        worst = max(worst, (CELLS**2 - hit, f"{path_a} with {path_b.split(': ')[1]}"))
    return {"empty_share": empty / max(cells, 1), "worst": worst[1], "worst_empty": max(worst[0], 0)}


def _seen(clip: Clip) -> Iterator[tuple[str, tuple[float, float, float]]]:
    """KITTI class and size of everything that a person would have labelled, about once a second."""
    frames = range(0, clip.frames, FRAMES_APART)
    named = tuple(track for track in clip.tracks if BY_NAME[track.class_name].kitti)
    for sighting in sightings_of(clip, named, frames, least_px=LEAST_PX):
        count = int((sighting.share >= SEEN).sum())
        yield from [(BY_NAME[sighting.track.class_name].kitti, sighting.track.size_m)] * count


def _classes(seen: list[tuple[str, tuple[float, float, float]]]) -> list[dict[str, Any]]:
    all_kitti = sum(KITTI_COUNTS.values())
    rows = []
    for name, known in KITTI_COUNTS.items():
        sizes = [size for kitti, size in seen if kitti == name]
        rows.append(
            {
                "class": name, "share": len(sizes) / max(len(seen), 1), "kitti_share": known / all_kitti,
                "size_m": [round(float(edge), 3) for edge in np.mean(sizes, axis=0)] if sizes else None,
                "kitti_size_m": list(KITTI_SIZES_M[name]) if name in KITTI_SIZES_M else None,
            }
        )  # fmt: skip
    return rows
