"""What a source of frames is to the rest of the program."""

from collections.abc import Callable, Iterator
from time import monotonic
from time import time as utc
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from edge.contract.records import CameraEvent, Frame

Size = tuple[int, int]
"""Width and height in pixels."""


class Clock(NamedTuple):
    """Where time comes from: `time` is UTC since 1970, `mono` never runs backwards, both in seconds."""

    time: Callable[[], float] = utc
    mono: Callable[[], float] = monotonic


SYSTEM_CLOCK = Clock()


class Feed(Protocol):
    """What sources and streams have in common: they hold a device or file until they are closed."""

    @property
    def live(self) -> bool:
        """Whether frames come as they happen, rather than from a recording that waits for its reader."""

    @property
    def description(self) -> str:
        """What is being read, for people; a URL's credentials are shown as ***."""

    @property
    def skipped(self) -> int:
        """How many frames could not be used so far: corrupt, empty or of an unknown type."""

    @property
    def dropped(self) -> int:
        """How many frames so far were replaced by a newer one before they were read: none, where reading waits."""

    @property
    def restarts(self) -> int:
        """How often what reads was started anew so far: never, where that is this process itself."""

    def close(self) -> None:
        """Releases the device or file; closing twice does no harm."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Source(Feed, Protocol):
    """Frames, one after the other, read in this process."""

    def read(self) -> Frame | None:
        """The next usable frame, or None when a recording has ended.

        Raises:
            SourceError: a camera or stream gives no more frames.
        """

    def __iter__(self) -> Iterator[Frame]: ...


class Stream(Feed, Protocol):
    """What a run reads: a recording in this process, or a camera in a process of its own, which may come and go."""

    def read(self) -> Frame | CameraEvent | None:
        """What comes next. None is the end of a recording; of a live stream, that nothing came for a moment.

        Raises:
            SourceError: a source that is read in this process gives no more frames.
        """
