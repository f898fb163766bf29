"""Layouts of third-party packages: found, loaded only when asked for, refused with their fault."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from scenegen.cli import main
from scenegen.errors import ScenarioError
from scenegen.formats.registry import LAYOUTS, layouts, listing

GOOD = """
from scenegen.formats.channels import Channel
from scenegen.formats.layout import Wants

class Points:
    name = "points"
    about = "points of a kind"
    wants = Wants(sweeps=True)
    largest_id = 9
    channels = {"*.xyz": Channel("m", "place", "t", "x y z")}
    def frame_files(self, frame, slot): yield from ()
    def clip_files(self, labels, slot): yield from ()
    def dataset_files(self, slots): yield "list.txt", b""

ready = Points()
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Give a function that lays out an installed package with entry points."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(package: str, points: dict[str, str], source: str) -> None:
        module = package.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(source)
        info = tmp_path / f"{module}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
        lines = "".join(f"{name} = {module}:{value}\n" for name, value in points.items())
        (info / "entry_points.txt").write_text(f"[scenegen.formats]\n{lines}")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return put


def test_a_package_adds_a_layout_as_a_class_or_made(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    kitti, points = layouts(("kitti_object", "points"))
    assert (kitti.name, points.name) == ("kitti_object", "points")
    install("more-points", {"made": "ready"}, GOOD.replace('"points"', '"made"'))
    assert layouts(("made",))[0].about == "points of a kind"


def test_what_is_not_asked_for_is_not_loaded(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    install("bomb", {"bomb": "Bomb"}, "raise SystemError('boom')")
    layouts(("kitti_object", "points"))
    assert "bomb" not in sys.modules


def test_a_broken_one_is_named_and_the_others_go_on(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    install("bomb", {"bomb": "Bomb", "lost": "Lost"}, "raise SystemError('boom')")
    with pytest.raises(ScenarioError, match=r"'bomb' of package 'bomb': bomb:Bomb can not be loaded \(SystemError: boom\)"):
        layouts(("points", "bomb"))
    rows = {row["name"]: row for row in listing()}
    assert set(rows) == {*LAYOUTS, "points", "bomb", "lost"}
    assert rows["points"]["sweeps"]
    assert not rows["points"]["fault"]
    assert "boom" in rows["bomb"]["fault"]
    assert "about" not in rows["bomb"]


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        (GOOD.replace("def clip_files", "def clip_fields"), "lacks clip_files"),
        (GOOD.replace("wants = Wants(sweeps=True)", "wants = None"), "lacks wants"),
        (GOOD.replace('name = "points"', 'name = "dots"'), "calls itself 'dots'"),
        (GOOD.replace("class Points", "class Dots").replace("Points()", "Dots()"), "AttributeError"),
    ],
    ids=["method missing", "wants of another kind", "another name", "no such class"],
)
def test_what_is_no_layout_is_refused(install, source: str, fault: str) -> None:
    install("points-of-mine", {"points": "Points"}, source)
    with pytest.raises(ScenarioError, match=fault):
        layouts(("points",))


def test_a_built_in_name_can_not_be_taken(install) -> None:
    install("thief", {"arrays": "Points"}, GOOD)
    assert layouts(("arrays",)) == (LAYOUTS["arrays"],)
    assert [row["fault"] for row in listing() if row["package"] == "thief"] == ["the name is taken by a built-in layout"]
    assert "thief" not in sys.modules


def test_two_packages_with_one_name_are_refused(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    install("points-of-yours", {"points": "Points"}, GOOD)
    with pytest.raises(ScenarioError, match=r"points-of-mine, points-of-yours.*two packages"):
        layouts(("points",))


def test_a_misspelt_one_is_told_of_third_party_names_too(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    with pytest.raises(ScenarioError, match="did you mean 'points'"):
        layouts(("pionts",))


def test_the_command_lists_all_with_faults(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    install("bomb", {"bomb": "Bomb"}, "raise SystemError('boom')")
    text = CliRunner().invoke(main, ["formats"]).output
    lines = {line.split()[0]: line for line in text.splitlines()}
    assert set(lines) == {*LAYOUTS, "points", "bomb"}
    assert all(layout.about in lines[name] for name, layout in LAYOUTS.items())
    assert "sweeps" in lines["points"]
    assert "points-of-mine" in lines["points"]
    assert "up to 9" in lines["points"]
    assert "can not be used" in lines["bomb"]
    assert "boom" in lines["bomb"]


def test_the_command_speaks_to_programs(install) -> None:
    install("points-of-mine", {"points": "Points"}, GOOD)
    result = CliRunner().invoke(main, ["formats", "--json"])
    rows = json.loads(result.output)
    assert result.exit_code == 0
    assert rows["points"]["channels"] == {"*.xyz": {"unit": "m", "sense": "place", "time": "t", "axes": "x y z"}}
    assert {name: row["largest_id"] for name, row in rows.items() if name in LAYOUTS} == {
        name: layout.largest_id for name, layout in LAYOUTS.items()
    }
    assert rows["kitti_object"]["fault"] == ""
    assert rows["kitti_object"]["pictures"] == LAYOUTS["kitti_object"].wants.pictures
