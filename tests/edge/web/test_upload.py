import struct
import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import InputError
from edge.contract.pictures import decode
from edge.web.upload import MAX_MEMORY, MAX_PIXELS, check_picture, read_header
from tests.edge.web.asking import ROOT, encoded

FORMATS = [
    (".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 0),
    (".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    (".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    (".png", cv2.IMWRITE_PNG_COMPRESSION, 1),
    (".webp", cv2.IMWRITE_WEBP_QUALITY, 80),
    (".webp", cv2.IMWRITE_WEBP_QUALITY, 101),  # lossless
]


def picture_size(data: bytes) -> tuple[int, int] | None:
    header = read_header(data)
    return header and (header.width, header.height)


@pytest.mark.parametrize(("suffix", *["option", "value"]), FORMATS)
@given(width=st.integers(1, 300), height=st.integers(1, 300), channels=st.sampled_from([1, 3, 4]))
def test_the_size_is_what_the_decoder_makes_of_it(suffix, option, value, width, height, channels):
    if channels == 4 and suffix == ".jpg":
        channels = 3
    image = np.random.default_rng(1).integers(0, 255, (height, width, channels), np.uint8)
    data = encoded(image, suffix, option, value)
    assert picture_size(data) == (width, height)
    assert decode(data, "").shape == (height, width)


def test_what_stands_before_the_frame_is_passed_over():
    """EXIF data with a preview of another size, fill bytes, a comment."""
    data = encoded(np.zeros((30, 50), np.uint8), ".jpg")
    preview = b"Exif\0\0" + encoded(np.zeros((7, 9), np.uint8), ".jpg")
    more = (
        b"\xff\xe1" + struct.pack(">H", len(preview) + 2) + preview + b"\xff\xff\xff\xfe" + struct.pack(">H", 4) + b"hi"
    )
    assert picture_size(data[:2] + more + data[2:]) == (50, 30)


def test_an_extended_webp():
    header = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + (999).to_bytes(3, "little") + (70000).to_bytes(3, "little")
    assert picture_size(header) == (1000, 70001)
    assert picture_size(header[:-1]) is None


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_picture_cut_anywhere_never_raises(suffix):
    data = encoded(np.zeros((40, 60, 3), np.uint8), suffix)
    sizes = [picture_size(data[:length]) for length in range(len(data))]
    assert set(sizes) == {None, (60, 40)}
    assert sizes.index((60, 40)) < 800, "the size stands in front"


@given(st.sampled_from([b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF1234WEBP"]), st.binary(max_size=200))
def test_no_bytes_raise(magic, data):
    picture_size(magic + data)


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""
    return b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR" + struct.pack(">IIBBBBBI", width, height, 8, 2, 0, 0, 0, 0)


def test_too_many_pixels():
    check_picture(bomb(8000, 4000))
    with pytest.raises(InputError, match=r"a picture of 50000x50000 pixels; of its kind at most 32 million are taken"):
        check_picture(bomb(50000, 50000))
    with pytest.raises(InputError, match="without a size"):
        check_picture(bomb(0, 40))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"BM1234", b"II*\0", b"%PDF-1.4", b"\xff\xd8", b"ftypheic" * 9])
def test_other_files(data):
    with pytest.raises(InputError, match="not a JPEG, PNG or WebP picture"):
        check_picture(data)


DECODING = """
import sys
from pathlib import Path
from edge.contract.pictures import decode

def peak():
    return next(1024 * int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))

small, large = (Path(name).read_bytes() for name in sys.argv[1:])
decode(small, "")
before = peak()
decode(large, "")
print(peak() - before)
"""

KINDS = {
    "baseline": (".jpg", np.uint8, 3, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111),
    "progressive": (".jpg", np.uint8, 3, cv2.IMWRITE_JPEG_SAMPLING_FACTOR, 0x111111, cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "8 bits": (".png", np.uint8, 3),
    "16 bits": (".png", np.uint16, 3),
    "16 bits, see-through": (".png", np.uint16, 4),
    "lossy": (".webp", np.uint8, 3, cv2.IMWRITE_WEBP_QUALITY, 80),
    "lossless, see-through": (".webp", np.uint8, 4, cv2.IMWRITE_WEBP_QUALITY, 101),
}


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_takes_no_more_memory_than_it_may(kind, tmp_path):
    suffix, depth, channels, *options = KINDS[kind]
    shape = (1000, 2000, channels)
    image = np.arange(np.prod(shape), dtype=np.uint32).reshape(shape).astype(depth)
    (tmp_path / "small").write_bytes(encoded(image[:50, :50], suffix, *options))
    data = encoded(image, suffix, *options)
    (tmp_path / "large").write_bytes(data)
    command = [sys.executable, "-c", DECODING, tmp_path / "small", tmp_path / "large"]
    taken = int(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    header = read_header(data)
    assert header is not None
    room = 4_000_000  # what Python itself and rounding take; a copy of the colours is 6 MB
    assert taken <= header.cost * header.width * header.height + room


def test_what_takes_more_memory_may_have_fewer_pixels():
    image = np.zeros((40, 60, 3), np.uint8)
    jpeg, png, webp = (encoded(image, suffix) for suffix in (".jpg", ".png", ".webp"))
    scan = jpeg.index(b"\xff\xda\x00\x0c\x03") + 4
    one_colour_a_scan = jpeg[:scan] + b"\x01" + jpeg[scan + 1 :]
    animated = png[:33] + struct.pack(">I4sIII", 8, b"acTL", 2, 0, 0) + png[33:]
    moving = b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0" + (59).to_bytes(3, "little") + (39).to_bytes(3, "little")
    files = (jpeg, png, webp, one_colour_a_scan, animated, moving)
    headers = [header for header in map(read_header, files) if header]
    assert {(header.width, header.height) for header in headers} == {(60, 40)}
    assert [header.cost for header in headers] == [6, 6, 8, 11, 15, 11]
    assert MAX_MEMORY // max(header.cost for header in headers) == MAX_PIXELS
