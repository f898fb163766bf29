"""One GL context for all tests of the renderer."""

from __future__ import annotations

import pytest

from scenegen.render.context import GL, open_context
from scenegen.render.renderer import Renderer


@pytest.fixture(scope="session")
def gl() -> GL:
    return open_context()


@pytest.fixture(scope="session")
def labels() -> Renderer:
    """A renderer without colour."""
    return Renderer(look="none")
