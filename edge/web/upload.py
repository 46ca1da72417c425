"""How large a picture is, read from its first bytes: asked before anything is decoded."""

import struct
from collections.abc import Callable, Iterator

from edge.contract.errors import InputError

MAX_BYTES = 16 * 1024 * 1024
MAX_PIXELS = 32_000_000
"""Decoded, a picture takes four bytes a pixel for a moment: 128 MB, which a Pi Zero 2 W just has. The page makes larger
ones smaller before it sends them."""


def check_picture(data: bytes) -> None:
    """Makes sure that bytes are worth decoding.

    Raises:
        InputError: they are neither JPEG nor PNG nor WebP, or the picture has no size, or too many pixels.
    """
    size = picture_size(data)
    if size is None:
        raise InputError("not a JPEG, PNG or WebP picture")
    width, height = size
    if width < 1 or height < 1:
        raise InputError("a picture without a size")
    if width * height > MAX_PIXELS:
        raise InputError(f"a picture of {width}x{height} pixels; at most {MAX_PIXELS // 1_000_000} million are taken")


def picture_size(data: bytes) -> tuple[int, int] | None:
    """Width and height as the file says, in pixels and before it is turned upright; None for no known picture."""
    for magic, read in _READERS.items():
        if data.startswith(magic):
            try:
                return read(data)
            except (struct.error, IndexError):  # cut off
                return None
    return None


def _png(data: bytes) -> tuple[int, int] | None:
    """PNG 3rd edition, 11.2.1: the header is the first chunk."""
    return struct.unpack_from(">II", data, 16) if data[12:16] == b"IHDR" else None


def _jpeg(data: bytes) -> tuple[int, int] | None:
    """ITU-T T.81, B.2.2: the frame header stands before the first scan."""
    for marker, start in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", data, start + 3)
            return width, height
    return None


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers SOF0 to SOF15; the three others of this range are tables, and reserved."""


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Each marker up to the first scan, and where its segment's length stands."""
    at = 2
    while data[at] == 0xFF:
        while data[at] == 0xFF:  # any number of fill bytes may precede a marker
            at += 1
        marker = data[at]
        at += 1
        if marker == 0xDA:
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # these stand alone
            continue
        yield marker, at
        at += max(2, struct.unpack_from(">H", data, at)[0])


def _webp(data: bytes) -> tuple[int, int] | None:
    """RFC 9649: simple (VP8, RFC 6386 9.1), lossless (VP8L) or extended (VP8X)."""
    if data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8X":
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return (width, height) if len(data) >= 30 else None
    return None


_READERS: dict[bytes, Callable[[bytes], tuple[int, int] | None]] = {
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"RIFF": _webp,
}
