import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.contract.errors import InputError
from edge.contract.pictures import decode
from edge.web.upload import MAX_PIXELS, check_picture, picture_size
from tests.edge.web.asking import encoded

FORMATS = [
    (".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 0),
    (".jpg", cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    (".jpg", cv2.IMWRITE_JPEG_RST_INTERVAL, 2),
    (".png", cv2.IMWRITE_PNG_COMPRESSION, 1),
    (".webp", cv2.IMWRITE_WEBP_QUALITY, 80),
    (".webp", cv2.IMWRITE_WEBP_QUALITY, 101),  # lossless
]


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
    check_picture(bomb(MAX_PIXELS // 4000, 4000))
    with pytest.raises(InputError, match=r"a picture of 50000x50000 pixels; at most 32 million are taken"):
        check_picture(bomb(50000, 50000))
    with pytest.raises(InputError, match="without a size"):
        check_picture(bomb(0, 40))


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"BM1234", b"II*\0", b"%PDF-1.4", b"\xff\xd8", b"ftypheic" * 9])
def test_other_files(data):
    with pytest.raises(InputError, match="not a JPEG, PNG or WebP picture"):
        check_picture(data)
