"""Every layout is read by somebody else's reader, or it is said here why none is."""

from __future__ import annotations

import re

from scenegen.formats.registry import LAYOUTS
from tests.readers.environment import HERE

OWN = {"arrays"}
"""Our own: plain .npz and JSON, which numpy and the standard library read."""

UNREAD = {"vkitti2"}
"""No package on PyPI reads it; its tests read it with OpenCV, as the published loaders do."""

SHARED = {"yolo_seg": "yolo"}
"""Layouts that another's reader reads."""


def test_every_layout_has_a_foreign_reader_that_a_test_uses() -> None:
    tests = "".join(path.read_text() for path in HERE.parent.rglob("test_*.py"))
    used = set(re.findall(r'foreign_\w+\(\s*"(\w+)"', tests))
    for name in set(LAYOUTS) - OWN - UNREAD:
        reader = SHARED.get(name, name)
        assert (HERE / f"read_{reader}.py").is_file(), name
        assert reader in used, name


def test_what_is_excused_is_a_layout() -> None:
    assert set(LAYOUTS) >= OWN | UNREAD | set(SHARED)
    assert not any((HERE / f"read_{name}.py").is_file() for name in OWN | UNREAD)
