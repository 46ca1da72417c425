"""How large a picture is, read from its first bytes: asked before anything is decoded."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from edge.contract.errors import InputError
from edge.contract.pictures import PNG

MAX_BYTES = 16 * 1024 * 1024
MAX_MEMORY = 192_000_000
"""Bytes that the decoding of a picture may take for a moment, which a Pi Zero 2 W just has."""

_PLAIN, _WEBP, _ANIMATED_WEBP, _MANY_SCANS, _ANIMATED_PNG = 6, 8, 11, 11, 15
"""Bytes a pixel that OpenCV 4.6 to 4.14 take at most for each kind, measured: three for the colours, three for a copy
of them, and what the decoder keeps besides. For a JPEG of many scans that are two for each of up to four colours."""

MAX_PIXELS = MAX_MEMORY // _ANIMATED_PNG
"""Pixels that are taken of every kind. The page makes larger pictures smaller before it sends them."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of its picture: width and height in pixels, before it is turned upright.

    Attributes:
        width: in pixels.
        height: in pixels.
        cost: bytes of memory for each pixel while it is decoded.
    """

    width: int
    height: int
    cost: int


def check_picture(data: bytes) -> None:
    """Makes sure that bytes are worth decoding.

    Raises:
        InputError: they are neither JPEG nor PNG nor WebP, or the picture has no size, or too many pixels.
    """
    header = read_header(data)
    if header is None:
        raise InputError("not a JPEG, PNG or WebP picture")
    if header.width < 1 or header.height < 1:
        raise InputError("a picture without a size")
    most = MAX_MEMORY // header.cost
    if header.width * header.height > most:
        size = f"{header.width}x{header.height}"
        raise InputError(f"a picture of {size} pixels; of its kind at most {most // 1_000_000} million are taken")


def read_header(data: bytes) -> Header | None:
    """What the file says of its picture; None for no known picture."""
    for magic, read in _READERS.items():
        if data.startswith(magic):
            try:
                return read(data)
            except (struct.error, IndexError):  # cut off
                return None
    return None


def _png(data: bytes) -> Header | None:
    """PNG 3rd edition, 11.2.1: the header is the first chunk."""
    if data[12:16] != b"IHDR":
        return None
    animated = b"acTL" in data  # where these bytes stand by chance, a picture is only held to the lower bound
    width, height = struct.unpack_from(">II", data, 16)
    return Header(width, height, _ANIMATED_PNG if animated else _PLAIN)


def _jpeg(data: bytes) -> Header | None:
    """ITU-T T.81, B.2.2: the frame header stands before the first scan. Of many scans all are kept until the last."""
    width = height = colours = 0
    progressive = False
    for marker, start in _segments(data):
        if marker in _FRAMES:
            height, width, colours = struct.unpack_from(">HHB", data, start + 3)
            progressive = marker & 3 == 2
        elif marker == _SCAN and colours:
            return Header(width, height, _MANY_SCANS if progressive or data[start + 2] < colours else _PLAIN)
    return None


_SCAN = 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Markers SOF0 to SOF15; the three others of this range are tables, and reserved."""


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Each marker up to the first scan's, and where its segment's length stands."""
    at = 2
    while data[at] == 0xFF:
        while data[at] == 0xFF:  # any number of fill bytes may precede a marker
            at += 1
        marker = data[at]
        at += 1
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # these stand alone
            continue
        yield marker, at
        if marker == _SCAN:
            return
        at += max(2, struct.unpack_from(">H", data, at)[0])


def _webp(data: bytes) -> Header | None:
    """RFC 9649: simple (VP8, RFC 6386 9.1), lossless (VP8L) or extended (VP8X)."""
    if data[8:12] != b"WEBP":
        return None
    kind = data[12:16]
    if kind == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", data, 26)
        return Header(width & 0x3FFF, height & 0x3FFF, _WEBP)
    if kind == b"VP8L" and data[20] == 0x2F:
        (bits,) = struct.unpack_from("<I", data, 21)
        return Header((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, _WEBP)
    if kind == b"VP8X" and len(data) >= 30:
        width, height = (int.from_bytes(data[at : at + 3], "little") + 1 for at in (24, 27))
        return Header(width, height, _ANIMATED_WEBP if data[20] & 2 else _WEBP)
    return None


_READERS: dict[bytes, Callable[[bytes], Header | None]] = {
    PNG: _png,
    b"\xff\xd8\xff": _jpeg,
    b"RIFF": _webp,
}
