"""Cityscapes with cityscapesScripts (labels, polygons, instances, score) and datumaro (masks)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import datumaro
import numpy as np
from cityscapesscripts.evaluation.instance import Instance
from cityscapesscripts.helpers.annotation import Annotation
from cityscapesscripts.helpers.csHelpers import getCsFileInfo
from cityscapesscripts.helpers.labels import labels
from cityscapesscripts.preparation.json2labelImg import createLabelImage
from PIL import Image
from read_cityscapes_score import score


def read(root: str) -> dict[str, Any]:
    """Read every picture of gtFine/train below root; the score is that of the label images against themselves."""
    files = sorted((Path(root) / "gtFine").rglob("*_labelIds.png"))
    names = [str(file) for file in files]
    return {
        "labels": [
            {"name": label.name, "id": label.id, "color": list(label.color), "hasInstances": label.hasInstances}
            for label in labels
            if label.id >= 0
        ],
        "score": score(names, names),
        "pictures": {file.name: _picture(file) for file in files},
        "datumaro": _datumaro(root),
    }


def _picture(file: Path) -> dict[str, Any]:
    def sibling(ending: str) -> str:
        return str(file).replace("labelIds.png", ending)

    annotation = Annotation()
    annotation.fromJsonFile(sibling("polygons.json"))
    instances = np.array(Image.open(sibling("instanceIds.png")))
    return {
        "city": getCsFileInfo(str(file)).city,
        "from_polygons": np.array(createLabelImage(annotation, "ids")),
        "polygons_color_equal": bool(
            (np.array(createLabelImage(annotation, "color")) == np.array(Image.open(sibling("color.png")))).all()
        ),
        "instances": [Instance(instances, number).toDict() for number in np.unique(instances)],
    }


def _datumaro(root: str) -> dict[str, Any]:
    # It takes what has no instances alone: whole numbers of its list of labels.
    dataset = datumaro.Dataset.import_from(root, "cityscapes")
    names = [entry.name for entry in dataset.categories()[datumaro.AnnotationType.label]]
    return {item.id: {names[mask.label]: int(mask.image.sum()) for mask in item.annotations} for item in dataset}
