"""The readers' harness: what is missing fails and names the cure, what a reader says comes through."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.readers import environment
from tests.readers.environment import REQUIREMENTS, foreign_read, foreign_refusal


@pytest.fixture
def made_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / ".venv-readers")
    return tmp_path / ".venv-readers"


def test_a_missing_environment_fails_with_the_cure(made_up: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match="missing; run `make readers`"):
        foreign_read("kitti_object", made_up, "000000")


def test_an_environment_older_than_its_requirements_fails_with_the_cure(made_up: Path) -> None:
    made_up.mkdir()
    (made_up / ".installed").write_bytes(REQUIREMENTS.read_bytes() + b"one-more==1.0\n")
    with pytest.raises(pytest.fail.Exception, match=r"older .* run `make readers`"):
        foreign_read("kitti_object", made_up, "000000")


def test_what_stops_a_reader_is_told(tmp_path: Path) -> None:
    with pytest.raises(pytest.fail.Exception, match=r"(?s)refuses.*FileNotFoundError"):
        foreign_read("kitti_object", tmp_path, "000000")
    assert "FileNotFoundError" in foreign_refusal("kitti_object", tmp_path, "000000")


def test_every_requirement_has_one_version() -> None:
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if line and not line.startswith("#")]
    assert all(line.count("==") == 1 for line in lines)
    names = [line.split("==")[0].lower() for line in lines]
    assert len(set(names)) == len(names)
