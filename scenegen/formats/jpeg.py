"""JPEG files of pictures, for layouts whose loaders expect them; PNG keeps every bit."""

from __future__ import annotations

import io

from PIL import Image

from scenegen.geometry import ByteArray
from scenegen.truth.frame import Picture

QUALITY = 95
"""Pillow's scale; with full colour resolution (4:4:4) the error stays below what a camera's own JPEG shows."""


def picture_jpeg(picture: Picture) -> bytes:
    """Encode a picture once, however many layouts want it."""
    if "jpg" not in picture.files:
        picture.files["jpg"] = jpeg_bytes(picture.rgb)
    return picture.files["jpg"]


def jpeg_bytes(rgb: ByteArray) -> bytes:
    """Encode (H, W, 3) uint8 sRGB."""
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "JPEG", quality=QUALITY, subsampling=0)
    return buffer.getvalue()
