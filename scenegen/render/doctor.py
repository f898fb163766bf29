"""What renders here: device, version, what is missing, and its cure."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from scenegen.errors import RenderError
from scenegen.render.context import describe_device, open_context

_PACKAGES = ("scenegen", "numpy", "moderngl", "pyrender", "trimesh", "PyOpenGL", "Pillow", "isal")


def examine(device: int | None) -> tuple[list[str], bool]:
    """Give lines for a person, and whether rendering works."""
    lines = [f"python {platform.python_version()} on {platform.platform()}"]
    lines += [f"{name} {_version(name)}" for name in _PACKAGES]
    try:
        gl = open_context(device)
    except RenderError as error:
        return [*lines, f"GL: {error}"], False
    try:
        lines.append(f"GL: {describe_device(gl)}")
    finally:
        gl.release()
    return [*lines, "all is well"], True


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "missing; run: pip install scenegen"
