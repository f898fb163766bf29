"""What a camera's own JPEG compression leaves of a picture."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from scenegen.geometry import ByteArray

HALF_COLOUR_BELOW = 90
"""Quality below which cameras halve the resolution of colour (4:2:0), as libjpeg's own tools do."""


def compressed(rgb: ByteArray, quality: int) -> ByteArray:
    """Give a picture (H, W, 3) uint8 as it is after compression; quality 0 leaves it as it is, 1 to 100 is Pillow's scale."""
    if quality == 0:
        return rgb
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=quality, subsampling=2 if quality < HALF_COLOUR_BELOW else 0)
    return np.array(Image.open(buffer))
