"""What a video device is: Linux gives the same kind of file to cameras, to codecs and to a camera's side channels."""

import fcntl
import os
import struct
from pathlib import Path
from typing import Any

_QUERYCAP = 0x80685600
"""VIDIOC_QUERYCAP: reads a `struct v4l2_capability` of 104 bytes (linux/videodev2.h)."""
_LAYOUT = struct.Struct("=16s32s32sIII12x")
"""driver, card, bus_info, version, capabilities, device_caps, reserved."""
_VIDEO_CAPTURE, _META_CAPTURE, _M2M = 0x1 | 0x1000, 0x00800000, 0x4000 | 0x8000
_DEVICE_CAPS = 0x80000000

RIBBON = ("unicam", "bcm2835-isp", "rp1-cfe", "pispbe", "bcm2835-codec", "rpi-hevc-dec", "rpivid")
"""Drivers of a Raspberry Pi's own parts: libcamera reads its ribbon cameras through these, OpenCV cannot."""


def describe(path: Path) -> dict[str, Any]:
    """The device's name and driver, and whether it gives pictures; `error` where it cannot be asked."""
    try:
        file = os.open(path, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        return {"path": str(path), "error": error.strerror}
    try:
        answer = fcntl.ioctl(file, _QUERYCAP, bytes(_LAYOUT.size))
    except OSError as error:
        return {"path": str(path), "error": error.strerror}
    finally:
        os.close(file)
    return {"path": str(path), **read(answer)}


def read(answer: bytes) -> dict[str, Any]:
    """What a driver's answer means."""
    driver, card, _, _, whole, own = _LAYOUT.unpack(answer)
    abilities = own if whole & _DEVICE_CAPS else whole  # of this file, or of the whole device in old drivers
    name = _text(driver)
    return {
        "driver": name,
        "card": _text(card),
        "camera": bool(abilities & _VIDEO_CAPTURE) and not abilities & _M2M and name not in RIBBON,
        "ribbon": name in RIBBON,
    }


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode(errors="replace")
