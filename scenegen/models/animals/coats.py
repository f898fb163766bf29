"""Coats: linear colours by place on the body, in the manner of each kind, with variants by seed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from scenegen.geometry import Float32Array, FloatArray
from scenegen.models.animals.forms import Look
from scenegen.models.animals.skeleton import LEGS, Skeleton
from scenegen.models.people.looks import Rgb
from scenegen.models.people.pieces import linear

NOISE_CELLS = 32
FUR = ((0.26, 34.0), (0.16, 9.0))  # strength and frequency (per withers height) of the mottling

COATS: dict[str, tuple[Rgb, ...]] = {
    "roe_deer": ((150, 96, 58), (138, 104, 76), (160, 100, 58), (124, 102, 80)),
    "white_tailed_deer": ((144, 106, 72), (128, 104, 80), (158, 108, 66), (118, 98, 78)),
    "moose": ((74, 54, 40), (62, 46, 36), (86, 64, 48), (70, 54, 44)),
    "wild_boar": ((72, 62, 52), (58, 50, 44), (86, 74, 60), (64, 58, 54)),
    "fox": ((190, 100, 44), (178, 92, 42), (198, 112, 52), (170, 92, 48)),
    "dog": ((206, 168, 112), (38, 34, 32), (112, 70, 44), (168, 116, 64)),
    "cat": ((128, 114, 98), (42, 40, 40), (196, 128, 66), (150, 146, 140)),
    "cow": ((236, 230, 220), (152, 84, 48), (44, 38, 36), (206, 166, 118)),
    "horse": ((118, 66, 38), (142, 76, 40), (62, 44, 36), (196, 190, 182)),
}
"""Base colour of each kind's variants, sRGB, as in bright photographs."""
DULLED, DARKENED = 0.34, 0.74
"""Share of grey that fur scatters into a coat's colour, and what a photograph's exposure has added to it."""

_FITTING: dict[str, Rgb] = {"eye": (22, 16, 13), "nose": (34, 30, 30), "hoof": (46, 40, 36), "horn": (128, 110, 88)}


@dataclass(frozen=True, eq=False)
class Coat:
    """Colours of one animal."""

    look: Look
    skeleton: Skeleton

    @cached_property
    def base(self) -> FloatArray:
        """Linear colour of flank and back."""
        coats = COATS[self.look.kind]
        bright = linear(coats[self.look.variant % len(coats)])
        dulled: FloatArray = DARKENED * (bright + DULLED * (bright.mean() - bright))
        return dulled

    @cached_property
    def _noise(self) -> FloatArray:
        draws = np.random.default_rng(self.look.seed)
        return np.asarray(ndimage.gaussian_filter(draws.normal(size=(NOISE_CELLS,) * 3), 1.0, mode="wrap"), np.float64)

    def _blots(self, shares: FloatArray, frequency: float) -> FloatArray:
        """Smooth noise of about unit spread at points (n, 3) in withers heights."""
        values = ndimage.map_coordinates(self._noise, shares.T * frequency, order=1, mode="grid-wrap")
        return np.asarray(values, np.float64) / float(self._noise.std())

    def fitting(self, name: str, vertices: Float32Array, normals: Float32Array) -> FloatArray:
        """Give colours (n, 3) of a piece that is no skin, or of the coat where it is hair."""
        if name in _FITTING:
            colour = linear(_FITTING[name])
            if name == "nose" and self.look.kind in ("cat", "cow") and self.look.variant % 2 == 0:
                colour = linear((164, 112, 104))
            return np.tile(colour, (len(vertices), 1))
        kind, dark = self.look.kind, linear((26, 22, 20))
        shares = vertices.astype(np.float64) / self.look.form.withers_m
        if name == "mane":
            return self._furred(
                np.tile(dark if self.look.variant % 4 < 3 else linear((170, 165, 158)), (len(vertices), 1)), shares
            )
        if name == "tail":
            return self._furred(self._tail(vertices), shares)
        inner = np.clip((normals[:, 0] * 0.8 + np.abs(normals[:, 1]) * 0.3 - 0.45) * 4.0, 0.0, 1.0)[:, None]
        light = (
            linear((188, 164, 140))
            if kind not in ("horse", "wild_boar", "moose")
            else 0.6 * self.base + 0.1 * linear((160, 130, 110))
        )
        colours = self.base * (0.85 if kind != "fox" else 0.9)
        if kind == "fox":
            return self._furred(
                np.where(inner > 0.5, linear((210, 190, 170)), np.where(shares[:, 2:] > self._ear_top - 0.12, dark, colours)),
                shares,
            )
        if kind == "dog" or (kind == "cow" and self.look.variant % 4 == 0):
            return self._furred(np.tile(self.base * 0.55 if kind == "dog" else dark, (len(vertices), 1)), shares)
        return self._furred(colours * (1 - inner * 0.7) + light * inner * 0.7, shares)

    @cached_property
    def _ear_top(self) -> float:
        return float(self.skeleton.at["head"][2] / self.look.form.withers_m) + self.look.form.ear[0]

    def _tail(self, vertices: Float32Array) -> FloatArray:
        dock, tip = self.skeleton.at["tail"], self.skeleton.at["tail_tip"]
        along = ((vertices - dock) @ (tip - dock) / ((tip - dock) @ (tip - dock)))[:, None]
        base, dark, white = self.base, linear((26, 22, 20)), linear((232, 226, 216))
        kind = self.look.kind
        if kind == "fox":
            return np.where(along > 0.80, white, base * (1.0 - 0.25 * (along > 0.3)))
        if kind in ("horse", "wild_boar"):
            return np.tile(
                dark if self.look.variant % 4 < 3 or kind == "wild_boar" else linear((170, 165, 158)), (len(vertices), 1)
            )
        if kind == "white_tailed_deer":
            under = np.clip((dock[0] + 0.2 * (tip[0] - dock[0]) - vertices[:, :1]) * 0.0, 0, 1)
            edge = np.abs(vertices[:, 1:2]) > 0.62 * self.look.form.tail[1] * self.look.form.withers_m
            return np.where(edge | (along > 0.93), white, base * 0.8 + under)
        if kind == "roe_deer":
            return np.tile(white, (len(vertices), 1))
        if kind == "cat":
            rings = 0.62 + 0.38 * (np.sin(along * 55.0) > -0.2) if self.look.variant % 4 in (0, 2) else 1.0
            return base * rings
        if kind == "cow":
            return np.where(along > 0.70, white if self.look.variant % 4 == 0 else 0.5 * base, base)
        return np.tile(base, (len(vertices), 1))

    def _furred(self, colours: FloatArray, shares: FloatArray) -> FloatArray:
        """Mottle colours."""
        mottle = sum(strength * self._blots(shares, frequency) for strength, frequency in FUR)
        return np.clip(colours * np.clip(1.0 + 0.55 * np.asarray(mottle), 0.6, 1.45)[:, None], 0.0, 1.0)

    def skin(self, vertices: Float32Array, normals: Float32Array) -> FloatArray:
        """Give colours (n, 3) of the body's coat."""
        shares = vertices.astype(np.float64) / self.look.form.withers_m
        down: FloatArray = np.clip(-normals[:, 2:].astype(np.float64), 0.0, 1.0)
        colours = np.tile(self.base, (len(vertices), 1)) * (1.08 - 0.12 * np.clip(normals[:, 2:], 0, 1))
        painter = {
            "roe_deer": self._deer, "white_tailed_deer": self._deer, "moose": self._moose, "wild_boar": self._boar,
            "fox": self._fox, "dog": self._dog, "cat": self._cat, "cow": self._cow, "horse": self._horse,
        }[self.look.kind]  # fmt: skip
        return self._furred(painter(colours, shares, down), shares)

    def _along_head(self, shares: FloatArray) -> FloatArray:
        """Place along the head (n, 1): 0 at the poll, 1 at the nose; far below 0 elsewhere."""
        form = self.look.form
        poll = self.skeleton.at["head"] / form.withers_m
        along = (shares - poll) @ self.skeleton.ahead / form.head
        off = np.linalg.norm(shares - poll - along[:, None] * form.head * self.skeleton.ahead, axis=1)
        place: FloatArray = np.where((along > -0.2) & (off < 2.4 * form.skull), along, -9.0)[:, None]
        return place

    def _legs(self, shares: FloatArray, top: float, soft: float = 0.05) -> FloatArray:
        """Share (n, 1) of leg below a height, soft at its edge."""
        near = np.min(
            [np.hypot(*(shares[:, :2] - self.skeleton.at[f"foot_{leg}"][:2] / self.look.form.withers_m).T) for leg in LEGS],
            axis=0,
        )
        share: FloatArray = (np.clip((top - shares[:, 2]) / soft, 0.0, 1.0) * (near < 0.2))[:, None]
        return share

    def _blend(self, colours: FloatArray, colour: FloatArray, share: npt.NDArray[np.floating]) -> FloatArray:
        blended: FloatArray = colours + (colour - colours) * np.clip(share, 0.0, 1.0)
        return blended

    def _deer(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        form, white = self.look.form, linear((226, 218, 202))
        trunk = (np.abs(shares[:, :1]) < form.length / 2) & (shares[:, 2:] > 0.5)
        colours = self._blend(colours, linear((206, 188, 160)), 1.6 * (down - 0.35) * (shares[:, 2:] < 0.66))
        rump = np.array((-form.length / 2 - 0.01, 0.0, form.croup - 0.24))
        size = 0.20 if self.look.kind == "roe_deer" else 0.13
        patch = 1.0 - np.linalg.norm((shares - rump) * (1.2, 1.15, 0.8), axis=1, keepdims=True) / size
        colours = self._blend(colours, white, 9.0 * patch)
        colours = self._blend(colours, 0.62 * self.base, 0.5 * trunk * (shares[:, 2:] > form.back - 0.02))
        head = self._along_head(shares)
        colours = self._blend(colours, linear((40, 34, 30)), 6.0 * (head - 0.80))
        low = self.skeleton.at["nose"][2] / form.withers_m
        colours = self._blend(colours, white, (head > 0.62) * 9.0 * (low - 0.015 - shares[:, 2:] + 0.12 * (1.0 - head)))
        throat = (shares[:, :1] > form.length / 2 - 0.05) & (head < -1.0) & (down > 0.0)
        if self.look.kind == "white_tailed_deer":
            colours = self._blend(colours, white, 0.9 * throat * (shares[:, 2:] > 0.98))
        return self._blend(colours, 0.72 * self.base, 0.6 * self._legs(shares, 0.45, 0.15))

    def _moose(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        colours = self._blend(colours, linear((142, 124, 106)), self._legs(shares, 0.56, 0.10))
        colours = self._blend(colours, 0.72 * self.base, 0.7 * (shares[:, 2:] < 0.75) * (self._legs(shares, 0.56) < 0.01))
        return self._blend(colours, linear((108, 90, 74)), 1.5 * (self._along_head(shares) - 0.55))

    def _boar(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        bristle = self._blots(shares * (3.0, 9.0, 5.0), 12.0)[:, None]
        colours = colours * np.clip(1.0 + 0.22 * bristle, 0.6, 1.5)
        colours = self._blend(colours, linear((26, 22, 20)), self._legs(shares, 0.36, 0.12))
        colours = self._blend(colours, 1.5 * self.base, 0.6 * (np.abs(self._along_head(shares) - 0.62) < 0.16))
        return self._blend(colours, linear((30, 26, 24)), 3.0 * (self._along_head(shares) - 0.86))

    def _fox(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        white, dark = linear((230, 222, 208)), linear((30, 26, 24))
        form, head = self.look.form, self._along_head(shares)
        chest = (shares[:, :1] > form.length / 2 - 0.20) & (head < -1.0) & (shares[:, 2:] > 0.6)
        rise = self.skeleton.rise
        crest = np.array((-rise[2], 0.0, rise[0]))
        under = -((shares - self.skeleton.at["neck"] / form.withers_m) @ crest)[:, None]
        colours = self._blend(colours, white, chest * 14.0 * (under - 0.05))
        colours = self._blend(colours, linear((200, 176, 150)), 2.0 * (down - 0.45) * (shares[:, 2:] < 0.8))
        low = (self.skeleton.at["head"] / form.withers_m + 0.0)[2] - 0.04
        line = low - 0.09 * np.clip(head, 0.0, 1.0) - shares[:, 2:]
        colours = self._blend(colours, white, (head > 0.05) * 40.0 * line)
        return self._blend(colours, dark, self._legs(shares, 0.40, 0.10))

    def _dog(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        if self.look.variant % 4 == 3:
            # A shepherd's saddle over tan
            saddle = np.clip(12.0 * (shares[:, 2:] - 0.74 + 0.03 * self._blots(shares, 5.0)[:, None]), 0.0, 1.0)
            colours = self._blend(colours, linear((36, 32, 30)), saddle * (self._along_head(shares) < -1.0))
            return self._blend(colours, linear((36, 32, 30)), 4.0 * (self._along_head(shares) - 0.45))
        return self._blend(colours, 1.12 * self.base, 0.8 * down)

    def _cat(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        variant, white = self.look.variant % 4, linear((228, 222, 214))
        if variant in (0, 2):
            wave = shares[:, :1] * 42.0 + 1.1 * self._blots(shares, 6.0)[:, None] + 6.0 * np.abs(shares[:, 1:2])
            stripes = np.clip(2.0 * np.sin(wave) - 0.6, 0.0, 1.0) * (shares[:, 2:] > 0.45)
            colours = self._blend(colours, 0.38 * self.base, 0.75 * stripes)
            legs = np.clip(2.0 * np.sin(shares[:, 2:] * 70.0) - 0.7, 0.0, 1.0) * (shares[:, 2:] <= 0.45)
            colours = self._blend(colours, 0.5 * self.base, 0.5 * legs)
        if variant != 1:
            head = self._along_head(shares)
            colours = self._blend(colours, white, 1.5 * (down - 0.3))
            colours = self._blend(colours, white, (head > 0.55) * 2.0 * (head - 0.6))
            colours = self._blend(colours, white, self._legs(shares, 0.10, 0.04))
        return colours

    def _cow(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        if self.look.variant % 4 == 0:
            cells = self._blots(shares * (1.0, 0.8, 1.0) + 3.0, 4.6)[:, None]
            is_dark = np.clip(18.0 * (cells - 0.05), 0.0, 1.0)
            head = self._along_head(shares)
            is_dark = np.where(head > -1.0, np.clip(30.0 * (np.abs(shares[:, 1:2]) - 0.030), 0, 1) * (head < 0.8), is_dark)
            is_dark = is_dark * (1.0 - self._legs(shares, 0.42, 0.05))
            colours = self._blend(colours, linear((26, 24, 24)), is_dark)
            return self._blend(colours, linear((206, 164, 150)), 4.0 * (self._along_head(shares) - 0.86))
        colours = self._blend(colours, 1.2 * self.base, 0.8 * down)
        if self.look.variant % 4 == 1:
            colours = self._blend(colours, linear((228, 216, 200)), 3.0 * (self._along_head(shares) > 0.0))
        return self._blend(colours, linear((40, 34, 32)), 5.0 * (self._along_head(shares) - 0.84))

    def _horse(self, colours: FloatArray, shares: FloatArray, down: FloatArray) -> FloatArray:
        variant, dark, white = self.look.variant % 4, linear((28, 24, 22)), linear((226, 222, 216))
        if variant in (0, 2):
            colours = self._blend(colours, dark, self._legs(shares, 0.40, 0.10))
        head = self._along_head(shares)
        if variant == 1:
            colours = self._blend(colours, white, self._legs(shares, 0.24, 0.02))
        if variant in (0, 1):
            blaze = np.clip(30.0 * (0.022 - np.abs(shares[:, 1:2])), 0.0, 1.0) * (head > 0.12) * (head < 0.85) * (down < 0.2)
            colours = self._blend(colours, white, blaze)
        if variant == 3:
            dapple = np.clip(self._blots(shares, 9.0)[:, None], 0.0, 1.0)
            colours = self._blend(colours, linear((112, 110, 110)), 0.4 * dapple + self._legs(shares, 0.35, 0.15) * 0.7)
        return self._blend(colours, 0.4 * colours, 3.0 * (head - 0.82))
