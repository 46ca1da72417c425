"""The plain values of libcamera, and what a configuration is made into by the pipeline handler."""

from enum import Enum

from .hardware import hardware

MODES = {"SBGGR10_CSI2P": ((640, 480), (1640, 1232), (1920, 1080), (3280, 2464))}
"""Of the imx219. The two that are neither 1640 nor 3280 wide see the middle of the picture only."""


class Size:
    def __init__(self, width=0, height=0):
        self.width, self.height = width, height

    def to_tuple(self):
        return self.width, self.height

    def __eq__(self, other):
        return isinstance(other, Size) and self.to_tuple() == other.to_tuple()

    __hash__ = object.__hash__


class Rectangle:
    def __init__(self, x=0, y=0, width=0, height=0):
        self.x, self.y, self.width, self.height = x, y, width, height

    def to_tuple(self):
        return self.x, self.y, self.width, self.height


class Transform:
    def __init__(self, other=None, hflip=0, vflip=0, transpose=0):
        if other is not None:
            hflip, vflip, transpose = other.hflip, other.vflip, other.transpose
        self.hflip, self.vflip, self.transpose = bool(hflip), bool(vflip), bool(transpose)

    def __str__(self):
        names = [name for name in ("hflip", "vflip", "transpose") if getattr(self, name)]
        return ",".join(names) or "identity"

    def __eq__(self, other):
        return (self.hflip, self.vflip, self.transpose) == (other.hflip, other.vflip, other.transpose)

    __hash__ = object.__hash__


Orientation = Enum(
    "Orientation",
    "Rotate0 Rotate0Mirror Rotate180 Rotate180Mirror Rotate90Mirror Rotate270 Rotate270Mirror Rotate90",
)
StreamRole = Enum("StreamRole", "Raw StillCapture VideoRecording Viewfinder")
ControlType = Enum("ControlType", "Null Bool Byte Integer32 Integer64 Float String Rectangle Size")


class ColorSpace:
    YcbcrEncoding = Enum("YcbcrEncoding", "Null Rec601 Rec709 Rec2020")
    Range = Enum("Range", "Full Limited")

    def __init__(self, primaries, transfer=None):
        if isinstance(primaries, ColorSpace):
            primaries, transfer = primaries.primaries, primaries.transferFunction
        self.primaries, self.transferFunction = primaries, transfer
        self.ycbcrEncoding, self.range = ColorSpace.YcbcrEncoding.Rec601, ColorSpace.Range.Full

    def __str__(self):
        return f"{self.primaries}/{self.transferFunction}/{self.ycbcrEncoding.name}/{self.range.name}"

    @staticmethod
    def Raw():  # noqa: N802
        return ColorSpace("Raw", "Linear")

    @staticmethod
    def Sycc():  # noqa: N802
        return ColorSpace("Rec709", "Srgb")

    @staticmethod
    def Smpte170m():  # noqa: N802
        return ColorSpace("Smpte170m", "Rec709")

    @staticmethod
    def Rec709():  # noqa: N802
        return ColorSpace("Rec709", "Rec709")


class PixelFormat:
    def __init__(self, name):
        self._name = name

    def __str__(self):
        return self._name


class ControlId:
    def __init__(self, name, type):
        self.name, self.type = name, type


class ControlInfo:
    def __init__(self, min, max, default):
        self.min, self.max, self.default = min, max, default


class SensorConfiguration:
    def __init__(self):
        self.bit_depth, self.output_size = 0, Size()


class StreamFormats:
    pixel_formats = tuple(PixelFormat(name) for name in MODES)

    def sizes(self, pixel_format):
        return [Size(*size) for size in MODES[str(pixel_format)]]


class Stream:
    def __init__(self, configuration):
        self.configuration = configuration


class StreamConfiguration:
    def __init__(self, role):
        self.role = role
        self.size, self.pixel_format, self.color_space = Size(640, 480), PixelFormat("XRGB8888"), None
        self.buffer_count, self.stride, self.frame_size = 4, 0, 0
        self.formats = StreamFormats()
        self.stream = Stream(self)


class CameraConfiguration:
    Status = Enum("Status", "Valid Adjusted Invalid")

    def __init__(self, roles):
        self._streams = [StreamConfiguration(role) for role in roles]
        self.orientation, self.sensor_config = Orientation.Rotate0, None

    def at(self, index):
        return self._streams[index]

    def __iter__(self):
        return iter(self._streams)

    def validate(self):
        """Fills in strides and sizes as the pipeline handler does; a raw stream has the size of the sensor's mode."""
        status = CameraConfiguration.Status.Valid
        for stream in self._streams:
            if stream.role is StreamRole.Raw:
                wanted, stream.size = stream.size, self.sensor_config.output_size
                if stream.size != wanted:
                    status = CameraConfiguration.Status.Adjusted
            width, height = stream.size.to_tuple()
            if not width or not height:
                return CameraConfiguration.Status.Invalid
            stream.stride, stream.frame_size = _room(str(stream.pixel_format), width, height)
        return status


def _room(pixel_format, width, height):
    """Bytes of a row and of a frame."""
    if pixel_format == "YUV420":
        stride = _up(width, hardware.alignment)
        return stride, stride * height * 3 // 2
    if pixel_format in MODES:
        stride = _up(width * 10 // 8, 32)
        return stride, stride * height
    assert pixel_format in ("XBGR8888", "XRGB8888"), pixel_format
    stride = _up(4 * width, 64)
    return stride, stride * height


def _up(number, step):
    return -(-number // step) * step
