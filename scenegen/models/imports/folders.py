"""Where cards lie, and the kinds that they give: `own:NAME` is the card NAME.yaml of a folder of assets.

The folders are named by `SCENEGEN_ASSETS`, so processes that are started later know them too.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from scenegen.errors import AssetError
from scenegen.models.imports.accessors import BUFFER_SUFFIX, limited_bytes
from scenegen.models.imports.card import Card, read_card
from scenegen.models.imports.pieces import MAX_FILE_BYTES
from scenegen.models.mesh import ModelSpec

VARIABLE = "SCENEGEN_ASSETS"
PREFIX = "own:"
NEIGHBOUR = "assets"
"""Folder beside a scenario's file that is looked into without being named."""
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")


def is_own(kind: str) -> bool:
    """Tell whether a kind is a person's own."""
    return kind.startswith(PREFIX)


def add_folder(folder: Path) -> None:
    """Look for cards in a folder from now on, here and in processes started later.

    Raises:
        AssetError: there is no such folder.
    """
    if not folder.is_dir():
        raise AssetError(f"--assets {folder}: is no folder")
    known = os.environ.get(VARIABLE, "")
    place = str(folder.resolve())
    if place not in known.split(os.pathsep):
        os.environ[VARIABLE] = os.pathsep.join(filter(None, (known, place)))


def add_neighbour(scenario: Path) -> None:
    """Look for cards in the folder `assets` beside a scenario's file, when there is one with a card in it."""
    folder = scenario.resolve().parent / NEIGHBOUR
    if next(_cards_in(folder), None) is not None:
        add_folder(folder)


def folders() -> list[Path]:
    """Give the folders that are looked into."""
    return [Path(place) for place in os.environ.get(VARIABLE, "").split(os.pathsep) if place]


def names() -> list[str]:
    """List the kinds that there are."""
    return sorted({f"{PREFIX}{path.stem}" for folder in folders() for path in _cards_in(folder)})


def _cards_in(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*.yaml")) if folder.is_dir() else []:
        if _NAME.fullmatch(path.stem):
            yield path


def card_of(kind: str) -> Card:
    """Read the card of a kind `own:NAME`.

    Raises:
        AssetError: there is none, or two folders have one; or what is wrong with it.
    """
    name = kind.removeprefix(PREFIX)
    found = [path for folder in folders() for path in _cards_in(folder) if path.stem == name]
    if not found:
        near = difflib.get_close_matches(kind, names(), n=1)
        where = ", ".join(str(folder) for folder in folders()) or f"no folder; give one with --assets or {VARIABLE}"
        raise AssetError(f"no card {name}.yaml for {kind!r} in {where}" + (f"; did you mean {near[0]!r}?" if near else ""))
    if len(found) > 1:
        raise AssetError(f"{kind!r}: two cards have this name, in {found[0].parent} and {found[1].parent}; rename one")
    return _card(found[0], _stamp(found[0]))


def own_spec(kind: str) -> ModelSpec:
    """Give the spec of a kind: its digest is part of it, so a changed file is another model."""
    return ModelSpec(kind, 0, (("sha256", digest(kind)),))


def digest(kind: str) -> str:
    """Give the SHA-256 of the card, the model and the files that lie beside it under the model's name."""
    card = card_of(kind)
    files = (card.path, *_files(card))
    return _digest(files, tuple(_stamp(path) for path in files))


def _files(card: Card) -> list[Path]:
    """Give the model's file and, for glTF in several files, all that it may read: what is too large to be read is left out."""
    if card.file.suffix.lower() != ".gltf":
        return [card.file]
    found = card.file.parent.rglob(f"*{BUFFER_SUFFIX}")
    beside = sorted(path for path in found if path.is_file() and path.stat().st_size <= MAX_FILE_BYTES)
    return [card.file, *beside]


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError as problem:
        raise AssetError(f"{path.name}: {problem.strerror or problem}") from None
    return found.st_mtime_ns, found.st_size


@lru_cache(maxsize=256)
def _card(path: Path, stamp: tuple[int, int]) -> Card:
    return read_card(path)


@lru_cache(maxsize=256)
def _digest(files: tuple[Path, ...], stamps: tuple[tuple[int, int], ...]) -> str:
    found = hashlib.sha256()
    for path in files:
        data = limited_bytes(path)
        found.update(f"{path.name} {len(data)} ".encode() + data)
    return found.hexdigest()
