"""The house rules that a machine can check: rooms import downwards, surfaces are declared, help is light."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "scenegen"
FLOORS = (
    ("errors", "units", "geometry", "distortion", "seeds", "classes", "signs"),
    ("scenario",),
    ("roads", "models"),
    ("simulate",),
    ("stage",),
    ("render", "rays"),
    ("truth",),
    ("formats",),
    ("dataset",),
    ("batch",),
    ("cli",),
)
FLOOR_OF = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FORBIDDEN_ROOMS = {"utils", "helpers", "common", "misc"}


def _imports(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text())):
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module] if node.module != "scenegen" else [f"scenegen.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        rooms |= {name.split(".")[1] for name in names if name.startswith("scenegen.")}
    return rooms


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.parent != PACKAGE or path.stem in FLOOR_OF)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_below_it(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    above = {name for name in _imports(path) if FLOOR_OF[name] > FLOOR_OF[room]}
    assert not above, f"{room} imports {above}"


def test_every_room_has_a_floor_and_none_is_a_box_room() -> None:
    rooms = {path.name.removesuffix(".py") for path in PACKAGE.iterdir() if not path.name.startswith(("_", "."))}
    rooms -= {"py.typed"}
    assert rooms <= set(FLOOR_OF), rooms - set(FLOOR_OF)
    assert not rooms & FORBIDDEN_ROOMS


def test_the_surface_of_the_language_is_declared() -> None:
    import scenegen

    assert len(scenegen.__all__) == len(set(scenegen.__all__))
    for name in scenegen.__all__:
        assert hasattr(scenegen, name), name


def test_help_and_the_language_load_no_gl_and_no_scipy() -> None:
    script = (
        "import sys, scenegen, scenegen.cli\n"
        "from click.testing import CliRunner\n"
        "assert CliRunner().invoke(scenegen.cli.main, ['render', '--help']).exit_code == 0\n"
        "heavy = {'moderngl', 'OpenGL', 'pyrender', 'scipy', 'trimesh', 'skimage'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_no_assert_statement_in_the_package() -> None:
    found = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assert)
    ]
    assert not found


def test_the_wheel_lists_every_room() -> None:
    text = (PACKAGE.parent / "pyproject.toml").read_text()
    listed = set(re.findall(r'"(scenegen[a-z_.]*)",', text.split("packages = [")[1].split("]")[0]))
    rooms = {".".join(path.parent.relative_to(PACKAGE.parent).parts) for path in PACKAGE.rglob("__init__.py")}
    assert listed == rooms | {"scenegen.library", "scenegen.assets"}
