"""How a source is to be read."""

import math
from dataclasses import dataclass, field

from edge.capture.source import Size
from edge.capture.view import View
from edge.contract.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class CaptureSettings:
    """Plain values; each kind of source heeds those that it can.

    Attributes:
        size: width and height to ask a camera for, in pixels; None is the camera's own choice. Recordings, pictures
            and streams keep theirs.
        fps: frames a second to ask a camera for, and how far apart in time the pictures of a folder are (None: the
            camera's own rate; 1 a second). Recordings and streams keep theirs.
        max_fps: frames a second to take of a camera or stream at most; None takes all. Recordings are read whole.
        buffers: frames that libcamera keeps at once, at least 2. They lie in memory that is set aside for devices
            (CMA), of which a small board has 64 MB. Other sources have buffers of their own.
        stale: seconds without a usable frame after which a camera or stream counts as lost; never less than the time
            of two frames at `max_fps`.
        opening: seconds from the start of a reader process to its first frame: on a small board Python and OpenCV
            take several of them to load, and a network stream some more until its first whole picture.
        view: what is done to every frame.
    """

    size: Size | None = (640, 480)
    fps: float | None = None
    max_fps: float | None = 10.0
    buffers: int = 4
    stale: float = 10.0
    opening: float = 30.0
    view: View = field(default_factory=View)

    def __post_init__(self) -> None:
        """Raises ConfigurationError for a value out of range."""
        for name in ("fps", "max_fps", "stale", "opening"):
            value = getattr(self, name)
            if value is not None and not 0 < value < math.inf:
                raise ConfigurationError(f"{name}: {value:g} is not a positive number")
        if self.buffers < 2:
            raise ConfigurationError(f"buffers: {self.buffers} is less than 2")
        if self.size is not None and min(self.size) < 1:
            raise ConfigurationError(f"size: {self.size[0]}x{self.size[1]} is not a picture's")

    @property
    def lost_after(self) -> float:
        """Seconds without a frame after which a reader is given up."""
        return self.stale if self.max_fps is None else max(self.stale, 2 / self.max_fps)

    @property
    def open_within(self) -> float:
        """Seconds for OpenCV to open a stream: less than `opening`, so that the reader itself can still say why."""
        return self.opening / 2

    @property
    def frame_within(self) -> float:
        """Seconds for a reader to wait for a frame: less than `stale`, for the same reason."""
        return self.stale * 0.8
