"""The looks by name; each is loaded when it is first asked for."""

from __future__ import annotations

from typing import Literal

from scenegen.errors import RenderError
from scenegen.render.look import Look
from scenegen.render.quality import Quality

LookName = Literal["raster", "pyrender", "none"]


def make_look(name: str, quality: Quality) -> Look | None:
    """Make the look of a name; labels only for "none".

    Raises:
        RenderError: there is no such look.
    """
    if name == "none":
        return None
    if name == "raster":
        from scenegen.render.look_raster import RasterLook

        return RasterLook(quality=quality)
    if name == "pyrender":
        from scenegen.render.look_pyrender import PyrenderLook

        return PyrenderLook()
    raise RenderError(f"no look {name!r}; there are raster, pyrender and none")
