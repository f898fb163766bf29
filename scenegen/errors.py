"""Every error a person can meet, by name.

A person's mistake is a `ScenegenError`: the command line prints its text without a traceback and exits with
code 2. A program's mistake stays a `ValueError` or `TypeError`.
"""

from __future__ import annotations


class ScenegenError(Exception):
    """Base of all errors that say what was wrong with a value, where, and what to do."""

    exit_code = 2


class ScenarioError(ScenegenError):
    """A scenario, or a value set in it, can not be read or is out of range."""


class RequirementError(ScenegenError):
    """The requirements of a scenario reject every draw; the text counts rejections by label."""


class MapError(ScenegenError):
    """A road map can not be read as OpenDRIVE, or a road in it is broken; the text names file, line and road."""


class AssetError(ScenegenError):
    """A model that a person brought along can not be taken: broken, too large, or reaching out of its folder."""


class RenderError(ScenegenError):
    """No GL, no such device, or a picture size that can not be drawn."""


class OutputError(ScenegenError):
    """The output folder can not be written, is full, or holds another data set."""


class DatasetError(ScenegenError):
    """A data set on disk can not be read as what it says it is."""
