"""The main camera and its stereo partner, as layouts for two cameras want them: left first, right where the rig has one."""

from __future__ import annotations

from scenegen.truth.frame import Frame, FrameLabels, Picture, View, ViewLabels
from scenegen.truth.stereo import stereo_partner


def stereo_pictures(frame: Frame) -> tuple[Picture | None, Picture | None]:
    """Give the pictures of the main camera and of its partner, None for what is not there."""
    partner = stereo_partner(frame.labels)
    return frame.main.picture, frame.pictures.get(partner.name) if partner else None


def stereo_views(frame: Frame) -> tuple[View, ...]:
    """Give the labelled views of the main camera and of its partner."""
    names = {labels.camera for labels in stereo_labels(frame.labels)}
    return tuple(view for view in frame.views if view.labels.camera in names)


def stereo_labels(labels: FrameLabels) -> tuple[ViewLabels, ...]:
    """Give the labels of the main camera and of its partner."""
    partner = stereo_partner(labels)
    right = tuple(view for view in labels.views[1:] if partner is not None and view.camera == partner.name)
    return (labels.main, *right)
