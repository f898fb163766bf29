"""What is odd about a map, with its place: gathered while the map is read, so that nothing odd is lost or stops the reading."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from scenegen.errors import MapError


@dataclass(frozen=True)
class MapWarning:
    """Something odd but readable: `where` names the road or junction, or is empty; line 0 is the whole file."""

    file: str
    line: int
    where: str
    text: str

    def __str__(self) -> str:
        place = [self.file, *([f"line {self.line}"] if self.line else []), *([self.where] if self.where else [])]
        return f"{', '.join(place)}: {self.text}"


class Findings:
    """Warnings of one file in the making, and the place that errors are given."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.warnings: list[MapWarning] = []
        self._where = ""
        self._once: set[str] = set()

    @contextmanager
    def at(self, where: str) -> Iterator[None]:
        """Name the road or junction that is being read."""
        before, self._where = self._where, where
        try:
            yield
        finally:
            self._where = before

    def warn(self, line: int, text: str) -> None:
        """Note something odd."""
        self.warnings.append(MapWarning(self.file, line, self._where, text))

    def warn_once(self, line: int, text: str) -> None:
        """Note something odd that the file repeats: its first place only."""
        if text not in self._once:
            self._once.add(text)
            self.warn(line, f"{text} (first place; later ones are not listed)")

    def error(self, line: int, text: str) -> MapError:
        """Give the error for something that can not be read."""
        return MapError(str(MapWarning(self.file, line, self._where, text)))
