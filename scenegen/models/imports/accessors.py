"""Numbers of a glTF file: buffers, views and accessors, each looked at before a byte of it is read.

Source: glTF 2.0 specification (Khronos 2021), sections 3.6 and 5.
"""

from __future__ import annotations

import base64
import binascii
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import numpy.typing as npt

from scenegen.errors import AssetError
from scenegen.models.imports.card import inside
from scenegen.models.imports.pieces import MAX_FILE_BYTES, MAX_TRIANGLES

_TYPES: dict[int, np.dtype[Any]] = {
    5120: np.dtype("<i1"), 5121: np.dtype("<u1"), 5122: np.dtype("<i2"), 5123: np.dtype("<u2"), 5125: np.dtype("<u4"),
    5126: np.dtype("<f4"),
}  # fmt: skip
_COMPONENTS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_MOST_COUNT = 3 * MAX_TRIANGLES
_LARGEST_STRIDE = 252
BUFFER_SUFFIX = ".bin"
"""Ending of the files that a glTF file may read its numbers from; the digest of a model counts them all."""


class Document:
    """The JSON of a glTF file with ways to ask it that refuse what is not as the specification says."""

    def __init__(self, data: Any, name: str) -> None:
        self.name = name
        self.data: dict[str, Any] = self.mapping(data, "the file")

    def fail(self, what: str) -> AssetError:
        """Give the error that names the file."""
        return AssetError(f"{self.name}: {what}")

    def mapping(self, value: Any, where: str) -> dict[str, Any]:
        """Give an object."""
        if not isinstance(value, dict):
            raise self.fail(f"{where} is no JSON object")
        return value

    def items(self, name: str, most: int) -> list[dict[str, Any]]:
        """Give a list of objects at the top, at most so many; an absent one is empty."""
        value = self.data.get(name, [])
        if not isinstance(value, list):
            raise self.fail(f"{name} is no list")
        if len(value) > most:
            raise self.fail(f"{len(value):,} {name}, and at most {most:,} are read")
        return [self.mapping(entry, f"{name}[{i}]") for i, entry in enumerate(value)]

    def index(self, value: Any, count: int, where: str) -> int:
        """Give a number of something that there is."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < count:
            raise self.fail(f"{where} is {str(value)[:20]}, and there are {count}")
        return value

    def whole(self, value: Any, where: str, *, most: int) -> int:
        """Give a whole number from 0."""
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            raise self.fail(f"{where} is {str(value)[:20]}, wanted a whole number up to {most:,}")
        return value

    def numbers(self, value: Any, count: int, where: str) -> npt.NDArray[np.float64]:
        """Give so many finite numbers."""
        is_list = isinstance(value, list) and len(value) == count
        if not is_list or not all(isinstance(x, (int, float)) and not isinstance(x, bool) for x in value):
            raise self.fail(f"{where}: wanted {count} numbers")
        try:
            found = np.array([float(x) for x in value])
        except OverflowError:
            raise self.fail(f"{where}: a number is too large") from None
        if not np.isfinite(found).all():
            raise self.fail(f"{where}: a number is not finite")
        return found

    def text(self, value: Any) -> str:
        """Give a name, cut to a decent length; nothing for what is none."""
        return value[:200] if isinstance(value, str) else ""


class Accessors:
    """The accessors of a document; every one is within its view, and every view within its buffer."""

    def __init__(self, document: Document, folder: Path, chunk: bytes | None) -> None:
        self._document = document
        self._buffers = [self._buffer(i, entry, folder, chunk) for i, entry in enumerate(document.items("buffers", 16))]
        self._views, self._accessors = document.items("bufferViews", 10_000), document.items("accessors", 10_000)

    def _buffer(self, i: int, entry: dict[str, Any], folder: Path, chunk: bytes | None) -> bytes:
        document, where = self._document, f"buffers[{i}]"
        length = document.whole(entry.get("byteLength"), f"{where}.byteLength", most=MAX_FILE_BYTES)
        uri = entry.get("uri")
        if uri is None:
            if chunk is None or i > 0:
                raise document.fail(f"{where} has no uri, and the file holds no bytes for it")
            data = chunk
        elif isinstance(uri, str) and uri.startswith("data:"):
            data = self._inline(uri, where)
        elif isinstance(uri, str):
            path = inside(folder, unquote(uri), where=f"{document.name}: {where}.uri")
            if path.suffix != BUFFER_SUFFIX:
                raise document.fail(f"{where}.uri: {path.name[:80]!r} does not end in {BUFFER_SUFFIX}")
            data = limited_bytes(path)
        else:
            raise document.fail(f"{where}.uri is no text")
        if len(data) < length:
            raise document.fail(f"{where} says {length:,} bytes, and there are {len(data):,}")
        return data[:length]

    def _inline(self, uri: str, where: str) -> bytes:
        head, comma, body = uri.partition(",")
        if not comma or not head.endswith(";base64") or len(body) > 2 * MAX_FILE_BYTES:
            raise self._document.fail(f"{where}.uri is no base64 data of a fair size")
        try:
            return base64.b64decode(body, validate=True)
        except (binascii.Error, ValueError):
            raise self._document.fail(f"{where}.uri is broken base64") from None

    def read(self, number: Any, kind: str, where: str, *, is_whole: bool = False) -> npt.NDArray[Any]:
        """Give the values of an accessor, (count,) or (count, components), as float64 or int64.

        Raises:
            AssetError: it is not of the kind, reaches out of its buffer, or holds what is not finite.
        """
        document = self._document
        entry = self._accessors[document.index(number, len(self._accessors), where)]
        where = f"accessors[{number}] ({where})"
        dtype = _TYPES.get(entry.get("componentType", -1) if isinstance(entry.get("componentType"), int) else -1)
        if entry.get("type") != kind or dtype is None:
            raise document.fail(
                f"{where}: type {str(entry.get('type'))[:20]} of {str(entry.get('componentType'))[:20]}, not {kind}"
            )
        if is_whole and dtype.kind != "u":
            raise document.fail(f"{where}: wanted whole numbers from 0")
        if "sparse" in entry:
            raise document.fail(f"{where}: sparse accessors are not read; export without them")
        count = document.whole(entry.get("count"), f"{where}.count", most=_MOST_COUNT)
        values = self._span(entry, count, dtype, _COMPONENTS[kind], where)
        if is_whole:
            return values.astype(np.int64)
        if dtype.kind != "f":
            return self._scaled(values, normalized=entry.get("normalized") is True)
        if not np.isfinite(values).all():
            raise document.fail(f"{where}: a number is not finite")
        return values.astype(np.float64)

    def _span(self, entry: dict[str, Any], count: int, dtype: np.dtype[Any], columns: int, where: str) -> npt.NDArray[Any]:
        """Give the numbers of an accessor as they lie, after proving that all of them lie in its view."""
        document = self._document
        view = self._views[document.index(entry.get("bufferView"), len(self._views), f"{where}.bufferView")]
        data = self._buffers[document.index(view.get("buffer"), len(self._buffers), f"{where}.buffer")]
        begin = document.whole(view.get("byteOffset", 0), f"{where}.byteOffset", most=MAX_FILE_BYTES)
        length = document.whole(view.get("byteLength"), f"{where}.byteLength", most=MAX_FILE_BYTES)
        skip = document.whole(entry.get("byteOffset", 0), f"{where}.byteOffset", most=MAX_FILE_BYTES)
        size = columns * dtype.itemsize
        stride = document.whole(view.get("byteStride", size), f"{where}.byteStride", most=_LARGEST_STRIDE)
        if begin + length > len(data):
            raise document.fail(f"{where}: its view ends at byte {begin + length:,}, the buffer at {len(data):,}")
        if stride < size or (count and skip + (count - 1) * stride + size > length):
            raise document.fail(f"{where}: {count:,} values of {size} bytes do not fit into its view of {length:,} bytes")
        window = np.frombuffer(data, np.uint8, length - skip if count else 0, begin + skip if count else 0)
        rows = np.lib.stride_tricks.as_strided(window, (count, size), (stride, 1), writeable=False)
        values = np.ascontiguousarray(rows).view(dtype)
        return values[:, 0] if columns == 1 else values

    @staticmethod
    def _scaled(values: npt.NDArray[Any], *, normalized: bool) -> npt.NDArray[Any]:
        if not normalized:
            return values.astype(np.float64)
        return np.maximum(values / float(np.iinfo(values.dtype).max), -1.0)


def limited_bytes(path: Path) -> bytes:
    """Read a file of a fair size.

    Raises:
        AssetError: it is too large or can not be read.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_FILE_BYTES + 1)
    except OSError as problem:
        raise AssetError(f"{path.name}: {problem.strerror or problem}") from None
    if len(data) > MAX_FILE_BYTES:
        raise AssetError(f"{path.name}: above {MAX_FILE_BYTES // 2**20} MiB; simplify the model")
    return data
