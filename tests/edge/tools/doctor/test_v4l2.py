"""What drivers answer, as captured from real ones by their fields."""

import struct

import pytest

from edge.tools.doctor.v4l2 import describe, read

META, OUTPUT, STREAMING, DEVICE_CAPS = 0x00800000, 0x2, 0x04000000, 0x80000000


def answer(driver: str, card: str, whole: int, own: int) -> bytes:
    return struct.pack("=16s32s32sIII3I", driver.encode(), card.encode(), b"usb-1", 0x60100, whole, own, 0, 0, 0)


@pytest.mark.parametrize(
    ("driver", "own", "camera", "ribbon"),
    [
        ("uvcvideo", 0x1 | STREAMING, True, False),
        ("uvcvideo", META | STREAMING, False, False),
        ("bcm2835-codec", 0x4000 | STREAMING, False, True),
        ("unicam", 0x1 | STREAMING, False, True),
        ("rp1-cfe", 0x1 | STREAMING, False, True),
        ("vicodec", 0x8000, False, False),
        ("v4l2 loopback", 0x1 | OUTPUT, True, False),
    ],
)
def test_only_what_gives_pictures_is_a_camera(driver, own, camera, ribbon):
    found = read(answer(driver, "HD Webcam", 0x1 | META | DEVICE_CAPS, own))
    assert found == {"driver": driver, "card": "HD Webcam", "camera": camera, "ribbon": ribbon}


def test_an_old_driver_speaks_for_the_whole_device():
    assert read(answer("gspca", "old", 0x1, 0))["camera"]


def test_what_is_no_video_device_is_said_to_be(tmp_path):
    (tmp_path / "video0").write_text("no device")
    assert describe(tmp_path / "video0")["error"] == "Inappropriate ioctl for device"
    assert describe(tmp_path / "video1")["error"] == "No such file or directory"
