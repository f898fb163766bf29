"""What waits on disk comes back in order of its keys, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenegen.batch.spool import Spool
from scenegen.errors import OutputError


def test_values_come_back_in_order_of_keys_however_they_came(tmp_path: Path) -> None:
    spool: Spool[dict[str, int]] = Spool(tmp_path)
    for key in (2, 0, 1):
        spool.add(key, {"key": key})
    assert [value["key"] for value in spool] == [0, 1, 2]
    assert (spool[0], spool[-1], len(spool)) == ({"key": 0}, {"key": 2}, 3)
    assert spool[1:] == [{"key": 1}, {"key": 2}]


def test_nothing_has_a_name_in_the_folder(tmp_path: Path) -> None:
    spool: Spool[bytes] = Spool(tmp_path)
    spool.add(0, b"x" * 100_000)
    assert list(tmp_path.iterdir()) == []
    spool.close()


def test_a_folder_that_can_not_be_made_is_the_persons_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="can not be written"):
        Spool(tmp_path / "file" / "folder")
