"""PNG files, fast: row filter in numpy, deflate by ISA-L, which releases the interpreter lock while it works."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any

import numpy as np
from isal import igzip_lib, isal_zlib

from scenegen.errors import DatasetError
from scenegen.geometry import ByteArray
from scenegen.render.passes import U16Array
from scenegen.truth.frame import Picture

_COLOUR_TYPE = {1: 0, 3: 2, 4: 6}
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def encode_png(
    image: np.ndarray[tuple[int, ...], np.dtype[np.uint8]] | np.ndarray[tuple[int, ...], np.dtype[np.uint16]],
    *,
    palette: ByteArray | None = None,
    is_photo: bool = False,
) -> bytes:
    """Encode an image as PNG.

    Args:
        image: (H, W) or (H, W, 3 | 4), uint8 or uint16; channels in the order R G B.
        palette: (256, 3) uint8 makes an indexed file of an (H, W) uint8 image.
        is_photo: filter each row by its left neighbour (pictures, flow); else by the row above (labels).
    Returns:
        The file's bytes; equal input gives equal bytes.
    Raises:
        ValueError: a shape or type that PNG can not hold.
    Source:
        PNG specification, W3C 2003, sections 9 and 11; level 1 deflate by ISA-L.
    """
    if image.dtype not in (np.uint8, np.uint16) or image.ndim not in (2, 3):
        raise ValueError(f"PNG can not hold {image.dtype} of shape {image.shape}")
    height, width = image.shape[:2]
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels not in _COLOUR_TYPE or (palette is not None and (channels != 1 or image.dtype != np.uint8)):
        raise ValueError(f"PNG can not hold {channels} channels of {image.dtype}")
    samples = image.astype(">u2") if image.dtype == np.uint16 else image
    rows = np.ascontiguousarray(samples).view(np.uint8).reshape(height, -1)
    pixel_bytes = channels * image.dtype.itemsize
    header = struct.pack(
        ">IIBBBBB", width, height, 8 * image.dtype.itemsize, 3 if palette is not None else _COLOUR_TYPE[channels], 0, 0, 0
    )
    chunks = [_SIGNATURE, _chunk(b"IHDR", header)]
    if palette is not None:
        chunks.append(_chunk(b"PLTE", np.ascontiguousarray(palette, np.uint8).tobytes()))
    filtered = _filter_left(rows, pixel_bytes) if is_photo else _filter_up(rows)
    chunks += [_chunk(b"IDAT", isal_zlib.compress(filtered, 1)), _chunk(b"IEND", b"")]
    return b"".join(chunks)


def interleaved(planes: Sequence[np.ndarray[Any, np.dtype[Any]]]) -> U16Array:
    """Put channels (H, W) side by side, (H, W, channels) uint16."""
    image = np.empty((*planes[0].shape, len(planes)), np.uint16)
    for channel, plane in enumerate(planes):
        image[..., channel] = plane
    return image


def picture_png(picture: Picture) -> bytes:
    """Encode a picture once, however many layouts want it."""
    if "png" not in picture.files:
        picture.files["png"] = encode_png(picture.rgb, is_photo=True)
    return picture.files["png"]


def _filter_left(rows: ByteArray, pixel_bytes: int) -> ByteArray:
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    out[:, 0] = 1
    out[:, 1 : 1 + pixel_bytes] = rows[:, :pixel_bytes]
    np.subtract(rows[:, pixel_bytes:], rows[:, :-pixel_bytes], out=out[:, 1 + pixel_bytes :])
    return out


def _filter_up(rows: ByteArray) -> ByteArray:
    out = np.empty((rows.shape[0], rows.shape[1] + 1), np.uint8)
    out[:, 0] = 2
    out[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=out[1:, 1:])
    return out


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", isal_zlib.crc32(kind + data))


def decode_png(data: bytes) -> ByteArray | U16Array:
    """Read a PNG of the kinds that `encode_png` writes; 16-bit colour too, which Pillow would cut to 8 bits.

    Returns:
        (H, W) or (H, W, channels), uint8 or uint16; an indexed file gives its indices.
    Raises:
        DatasetError: not a PNG, damaged, or written with row filters that `encode_png` does not use.
    """
    if not data.startswith(_SIGNATURE):
        raise DatasetError("not a PNG file")
    chunks: dict[bytes, bytes] = {}
    place = len(_SIGNATURE)
    try:
        while place < len(data):
            (size,) = struct.unpack_from(">I", data, place)
            kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + size]
            (checksum,) = struct.unpack_from(">I", data, place + 8 + size)
            if isal_zlib.crc32(kind + body) != checksum:
                raise DatasetError(f"damaged PNG (checksum of {kind!r})")
            chunks[kind] = chunks.get(kind, b"") + body
            place += size + 12
        if b"IEND" not in chunks:
            raise DatasetError("damaged PNG (cut short)")
        width, height, bits, colour_type = struct.unpack_from(">IIBB", chunks[b"IHDR"])
        channels = {0: 1, 2: 3, 3: 1, 6: 4}[colour_type]
        pixel_bytes = channels * bits // 8
        rows = np.frombuffer(isal_zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, 1 + width * pixel_bytes)
    except (KeyError, struct.error, ValueError, igzip_lib.IsalError) as error:  # type: ignore[misc]
        raise DatasetError(f"damaged PNG ({error})") from None
    body_rows = rows[:, 1:].reshape(height, width, pixel_bytes)
    if (rows[:, 0] == 1).all():
        body_rows = np.cumsum(body_rows, axis=1, dtype=np.uint8)
    elif (rows[:, 0] == 2).all():
        body_rows = np.cumsum(body_rows, axis=0, dtype=np.uint8)
    elif rows[:, 0].any():
        raise DatasetError("a PNG with mixed row filters was not written by scenegen")
    samples = body_rows if bits == 8 else np.ascontiguousarray(body_rows).view(">u2").astype(np.uint16)
    image = samples.reshape(height, width, channels)
    return image[..., 0] if channels == 1 else image
