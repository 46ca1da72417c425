"""In place of libcamera's Python module, which comes with Raspberry Pi OS alone: as much as picamera2 uses of it.

Written after libcamera's own (src/py/libcamera) and its pipeline handler for the Raspberry Pi. What the camera does is
said by `libcamera.hardware`, which the real one does not have.
"""

from . import _libcamera, controls, properties
from ._libcamera import (
    CameraConfiguration,
    ColorSpace,
    ControlType,
    Orientation,
    PixelFormat,
    Rectangle,
    SensorConfiguration,
    Size,
    StreamRole,
    Transform,
)
from .camera import Camera, CameraManager, FrameBuffer, FrameMetadata, Request
from .hardware import hardware

__all__ = [
    "Camera",
    "CameraConfiguration",
    "CameraManager",
    "ColorSpace",
    "ControlType",
    "FrameBuffer",
    "FrameMetadata",
    "Orientation",
    "PixelFormat",
    "Rectangle",
    "Request",
    "SensorConfiguration",
    "Size",
    "StreamRole",
    "Transform",
    "_libcamera",
    "controls",
    "hardware",
    "properties",
]
