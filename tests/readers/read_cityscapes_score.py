"""Cityscapes' own score of one label image against another."""

from __future__ import annotations

from cityscapesscripts.evaluation.evalPixelLevelSemanticLabeling import args, evaluateImgLists


def read(found: str, truth: str) -> float:
    """Give the mean IoU over the classes that are scored and there."""
    return score([found], [truth])


def score(found: list[str], truth: list[str]) -> float:
    args.quiet, args.JSONOutput, args.evalInstLevelScore = True, False, False
    return float(evaluateImgLists(found, truth, args)["averageScoreClasses"])
