"""What the tests of proofs share: one rendered data set in all layouts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dataset.layouts import render_everything


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the data set; tests that change it put it back."""
    return render_everything(tmp_path_factory.mktemp("everything") / "set")
