"""`Spool`: what grows with every frame of a clip waits on disk, so that a long clip holds the memory of a short one."""

from __future__ import annotations

import pickle
import tempfile
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from scenegen.dataset.manifest import output_error

T = TypeVar("T")


class Spool(Sequence[T], Generic[T]):
    """Values in an unnamed file, in the order of their keys; several threads may add.

    The file has no name in its folder, so that nothing is left there however the program ends.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._places: dict[int, tuple[int, int]] = {}
        self._end = 0
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._file: Any = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the spool
        except OSError as error:
            raise output_error(folder, error) from None

    def add(self, key: int, value: T) -> None:
        """Keep a value.

        Raises:
            OutputError: the disk is full.
        """
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        try:
            with self._lock:
                self._file.seek(self._end)
                self._file.write(data)
                self._file.flush()
                self._places[key] = (self._end, len(data))
                self._end += len(data)
        except OSError as error:
            raise output_error(self._folder, error) from None

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: int | slice) -> T | list[T]:
        keys = sorted(self._places)[index]
        return [self._read(key) for key in keys] if isinstance(keys, list) else self._read(keys)

    def __iter__(self) -> Iterator[T]:
        return (self._read(key) for key in sorted(self._places))

    def _read(self, key: int) -> T:
        begin, length = self._places[key]
        with self._lock:
            self._file.seek(begin)
            value: T = pickle.loads(self._file.read(length))
        return value

    def close(self) -> None:
        """Give the file's room back; nothing can be read after."""
        self._file.close()
