import cv2
import numpy as np
import pytest

from edge.contract.errors import InputError
from edge.contract.pictures import decode, is_picture, read_picture
from edge.contract.preprocessing import to_grey


def scene() -> np.ndarray:
    y, x = np.mgrid[0:120, 0:160]
    return ((x * 3 + y * 5 + (x * y) // 7) % 256).astype(np.uint8)


def test_names_that_are_pictures(tmp_path):
    assert is_picture(tmp_path / "A.JPG")
    assert not is_picture(tmp_path / "a.mp4")
    assert not is_picture(tmp_path / ".a.jpg")


def test_a_file_is_read_as_its_bytes_are(tmp_path):
    path = tmp_path / "a.png"
    assert cv2.imwrite(str(path), scene())
    np.testing.assert_array_equal(read_picture(path), scene())


@pytest.mark.parametrize("name", ["missing.png", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(InputError, match="cannot be read"):
        read_picture(tmp_path / name)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tiff", ".pgm"])
def test_lossless_files_keep_every_pixel(suffix):
    np.testing.assert_array_equal(decode(cv2.imencode(suffix, scene())[1].tobytes(), "photo"), scene())


@pytest.mark.parametrize("channels", [3, 4])
def test_colour_files_turn_grey_as_colour_frames_do(channels):
    image = np.random.default_rng(6).integers(0, 256, (20, 30, channels), np.uint8)
    np.testing.assert_array_equal(decode(cv2.imencode(".png", image)[1].tobytes(), "photo"), to_grey(image))


def test_a_sixteen_bit_file_is_brought_to_eight():
    deep = scene().astype(np.uint16) * 256 + 255
    np.testing.assert_array_equal(decode(cv2.imencode(".png", deep)[1].tobytes(), "photo"), scene())


@pytest.mark.parametrize("suffix", [".png", ".tiff"])
@pytest.mark.parametrize("shape", [(20, 30), (20, 30, 3), (20, 30, 4)])
def test_sixteen_bit_files_turn_grey_as_sixteen_bit_frames_do(suffix, shape):
    deep = np.random.default_rng(6).integers(0, 65536, shape, np.uint16)
    np.testing.assert_array_equal(decode(cv2.imencode(suffix, deep)[1].tobytes(), "photo"), to_grey(deep))


def test_a_photo_lying_on_its_side_is_turned_upright():
    upright = np.zeros((64, 32), np.uint8)
    upright[:32] = 200  # light above, dark below
    flat = cv2.imencode(".jpg", cv2.rotate(upright, cv2.ROTATE_90_COUNTERCLOCKWISE))[1].tobytes()
    tag = bytes.fromhex("4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000")  # orientation 6
    exif = b"\xff\xe1" + (len(tag) + 8).to_bytes(2, "big") + b"Exif\0\0" + tag
    grey = decode(flat[:2] + exif + flat[2:], "photo")
    assert grey.shape == (64, 32)
    np.testing.assert_allclose(grey, upright, atol=3)


@pytest.mark.parametrize("data", [b"", b"\0", b"not a picture" * 99, b"\x89PNG\r\n\x1a\n"])
def test_other_bytes_are_refused(data):
    with pytest.raises(InputError, match=r"^photo: not a picture that can be read$"):
        decode(data, "photo")


def test_a_picture_of_real_numbers_is_refused():
    colour = np.dstack([scene()] * 3).astype(np.float32)
    with pytest.raises(InputError, match="float32"):
        decode(cv2.imencode(".tiff", colour)[1].tobytes(), "photo")
