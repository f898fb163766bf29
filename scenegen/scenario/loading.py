"""Find and read scenarios: by library name, from a Python script or from YAML. Every mistake is a `ScenarioError`."""

from __future__ import annotations

import ast
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from scenegen.errors import ScenarioError
from scenegen.scenario.fields import nearest
from scenegen.scenario.parameters import Parameter, params
from scenegen.scenario.records import Scenario
from scenegen.scenario.surroundings import FromFile
from scenegen.scenario.sweep import Sweep
from scenegen.scenario.yaml_nodes import MAX_BYTES
from scenegen.scenario.yaml_reader import Document, read_document

__all__ = ["Parameter", "find_scenario", "library", "library_folder", "load_scenario", "params", "sweep_of"]

_SUFFIXES = (".py", ".yaml", ".yml")


def library_folder() -> Path:
    """Give the folder of the scenario library: inside the installed package, or beside it in a checkout.

    Raises:
        ScenarioError: the installation has no library.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "library", package.parent / "scenarios"):
        if any(folder.glob("*.py")):
            return folder
    raise ScenarioError("this installation has no scenario library; install scenegen again")


def library() -> list[tuple[str, str]]:
    """List the scenarios of the library: name and first line of the docstring, by name."""
    return [(name, _summary(path)) for name, path in _library_files().items()]


def _library_files() -> dict[str, Path]:
    files = sorted(library_folder().glob("*.py"))
    return {path.stem: path for path in files if not path.name.startswith("_")}


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario.

    Args:
        name_or_path: a name of the library, or a .py, .yaml or .yml file. A script holds `scenario` or `build()`.
    Raises:
        ScenarioError: no such scenario (names the nearest), or what is wrong in the file, with its line.
    """
    path = find_scenario(name_or_path)
    text = _read_text(path)
    scenario = _run_script(path, text) if path.suffix == ".py" else _document(path, text).scenario
    return _with_map(scenario, path)


def _with_map(scenario: Scenario, path: Path) -> Scenario:
    """Find the road map that a scenario names, beside or below the scenario's own file and nowhere else."""
    road = scenario.road
    if not isinstance(road, FromFile):
        return scenario
    folder = path.resolve().parent
    found = (folder / road.file).resolve()
    if folder not in found.parents:
        raise ScenarioError(f"{path.name}: road.file: {road.file!r} leads out of the scenario's folder; put the map into it")
    if not found.is_file():
        raise ScenarioError(f"{path.name}: road.file: there is no {road.file!r} beside the scenario")
    return replace(scenario, road=replace(road, file=str(found)))


def sweep_of(name_or_path: str | Path) -> Sweep | None:
    """Give the `sweep` of a YAML file, which is read and checked but is no part of the scenario; None where there is none."""
    path = find_scenario(name_or_path)
    return None if path.suffix == ".py" else _document(path, _read_text(path)).sweep


def _document(path: Path, text: str) -> Document:
    """Read a YAML file, which may extend another one below its own folder."""
    folder = path.parent.resolve()

    def beside(name: str) -> str:
        other = (folder / name).resolve()
        if Path(name).is_absolute() or not other.is_relative_to(folder):
            raise ScenarioError(f"{name} is not below the folder of {path.name}")
        if other.suffix not in _SUFFIXES[1:] or not other.is_file():
            raise ScenarioError(f"{name}: no such .yaml file beside {path.name}")
        return _read_text(other)

    return read_document(text, path.name, beside)


def find_scenario(name_or_path: str | Path) -> Path:
    """Give the file of a scenario by library name or path.

    Raises:
        ScenarioError: there is none; names the nearest of the library.
    """
    text = str(name_or_path)
    if not text.strip() or "\x00" in text:
        raise ScenarioError(f"{text!r} is not the name of a scenario; `scenegen list` shows the library")
    names = _library_files()
    if text in names:
        return names[text]
    path = Path(text)
    try:
        is_folder, is_file = path.is_dir(), path.is_file()
    except (OSError, ValueError) as problem:
        raise ScenarioError(f"{text[:80]}: {getattr(problem, 'strerror', None) or problem}") from None
    if is_folder:
        raise ScenarioError(f"{text} is a folder; name a scenario file in it, or a scenario of the library")
    if path.suffix in _SUFFIXES and is_file:
        return path
    if path.exists():
        raise ScenarioError(f"{text}: a scenario file ends in .py, .yaml or .yml")
    looks_like_path = path.suffix in _SUFFIXES or len(path.parts) > 1
    what = "no such file" if looks_like_path else "no scenario of this name in the library"
    hint = nearest(path.stem, names) or "; `scenegen list` shows the library"
    raise ScenarioError(f"{text[:80]}: {what}{hint}")


def _read_text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ScenarioError(f"{path.name}: {path.stat().st_size} bytes; a scenario has at most {MAX_BYTES}")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        raise ScenarioError(f"{path}: can not be read: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise ScenarioError(f"{path.name}: not a UTF-8 text (byte {problem.start})") from None
    if not text.strip():
        raise ScenarioError(f"{path.name}: the file is empty")
    return text


def _run_script(path: Path, text: str) -> Scenario:
    """Run a script in a namespace of its own and take its scenario; any exception gets file and line."""
    namespace: dict[str, Any] = {"__name__": path.stem, "__file__": str(path)}
    try:
        exec(compile(text, str(path), "exec", dont_inherit=True), namespace)
        found = namespace["scenario"] if "scenario" in namespace else _build(namespace)
    except SyntaxError as problem:
        raise ScenarioError(f"{path.name}:{problem.lineno}: {problem.msg}") from None
    except (Exception, SystemExit) as problem:
        raise ScenarioError(f"{path.name}:{_line_of(problem, path)}: {_explained(problem)}") from None
    if not isinstance(found, Scenario):
        got = "none" if found is None else type(found).__name__
        raise ScenarioError(f"{path.name}: wanted a Scenario named `scenario`, or `build()` that gives one; got {got}")
    return found


def _build(namespace: dict[str, Any]) -> object:
    build = namespace.get("build")
    return build() if callable(build) else None


def _line_of(problem: BaseException, path: Path) -> int:
    lines = [frame.lineno for frame in traceback.extract_tb(problem.__traceback__) if frame.filename == str(path)]
    return (lines[-1] or 1) if lines else 1


def _explained(problem: BaseException) -> str:
    """Give the text of an exception; for a misspelt field add the nearest right one."""
    text = str(problem) or type(problem).__name__
    if isinstance(problem, ScenarioError):
        return text
    if isinstance(problem, TypeError) and "unexpected keyword argument" in text:
        record, word = text.split(".__init__")[0].split("(")[0], text.rsplit("'", 2)[1]
        return f"{record} has no {word!r}{nearest(word, _fields_named(record))}"
    if isinstance(problem, ImportError) and "cannot import name" in text:
        import scenegen

        word = text.split("'")[1]
        return f"scenegen has no {word!r}{nearest(word, scenegen.__all__)}"
    if isinstance(problem, TypeError) and "missing" in text and "__init__" in text:
        return text.replace(".__init__()", "").replace("keyword-only argument", "field").replace("positional argument", "field")
    return f"{type(problem).__name__}: {text}"


def _fields_named(record: str) -> list[str]:
    import scenegen

    fields = getattr(getattr(scenegen, record, None), "__dataclass_fields__", {})
    return [name for name in fields if name != "_"]


def _summary(path: Path) -> str:
    """Give the first line of a script's docstring without running it."""
    try:
        doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    except (OSError, SyntaxError, ValueError):
        return ""
    return doc.splitlines()[0] if doc else ""
