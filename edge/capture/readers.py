"""What the sources share: frames are counted and turned grey, and what is not a picture is left out."""

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, NamedTuple, Self

from numpy.typing import NDArray

from edge.capture.view import View
from edge.contract.errors import InputError, SourceError
from edge.contract.preprocessing import to_grey
from edge.contract.records import Frame

_log = logging.getLogger(__name__)

BAD_IN_A_ROW = 100
"""Unusable frames, one after another, from which a camera counts as broken: 3 s of them at 30 a second."""

BAD_FOR = 3.0
"""The same in seconds, for a camera of which fewer frames are taken."""


class Captured(NamedTuple):
    """What a device or file gave: an image as `to_grey` takes it, or None where it was corrupt, and its times."""

    image: NDArray[Any] | None
    time: float
    mono: float


class Reader(ABC):
    """Base of all sources.

    Attributes:
        live: see `Source`.
        description: see `Source`.
        skipped: see `Source`.
        dropped: see `Source`.
        restarts: see `Source`.
    """

    live: bool
    dropped = restarts = 0

    def __init__(self, description: str, view: View | None = None):
        self.description = description
        self.skipped = 0
        self._view = view or View()
        self._reason = ""
        self._index = 0

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.description}>"

    def __iter__(self) -> Iterator[Frame]:
        while (frame := self.read()) is not None:
            yield frame

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @abstractmethod
    def read(self) -> Frame | None:
        """See `Source`."""

    @abstractmethod
    def close(self) -> None:
        """See `Source`."""

    def _frame(self, captured: Captured) -> Frame | None:
        """The next frame as the view shows it, or None where the image is of no use: that is counted."""
        if captured.image is None:
            self._skip("it could not be decoded")
            return None
        try:
            grey = self._view.apply(to_grey(captured.image))
        except InputError as error:
            self._skip(str(error))
            return None
        frame = Frame(self._index, captured.time, captured.mono, grey)
        self._index += 1
        return frame

    def _skip(self, reason: str) -> None:
        """Counts a frame that is left out. Only the first is a warning: a bad cable would fill the log."""
        self.skipped += 1
        self._reason = reason
        level = logging.WARNING if self.skipped == 1 else logging.DEBUG
        _log.log(level, "%s: a frame is left out (%s)", self.description, reason)


class LiveReader(Reader):
    """Base of cameras and streams: reading blocks, and either gives a frame or fails.

    Attributes:
        before_opening: called when what is being read is to be opened again, which may take as long as the first time.
    """

    live = True

    def __init__(self, description: str, view: View | None = None):
        super().__init__(description, view)
        self.before_opening: Callable[[], None] = lambda: None

    def read(self) -> Frame:
        """See `Source`; never None.

        Raises:
            SourceError: no frame came in time, or nothing but unusable ones.
        """
        bad, since = 0, math.inf
        while True:
            captured = self._capture()
            frame = self._frame(captured)
            if frame is not None:
                return frame
            bad, since = bad + 1, min(since, captured.mono)
            if bad >= BAD_IN_A_ROW or captured.mono - since >= BAD_FOR:
                break
        raise SourceError(
            f"{self.description}: {bad} unusable frames in a row (at last: {self._reason}); "
            "check the cable or network, and the settings"
        )

    @abstractmethod
    def _capture(self) -> Captured:
        """Waits for the next image. Raises SourceError where none comes."""


class RecordedReader(Reader):
    """Base of files: the first frame is read when the file is opened, so that a useless one is refused at once."""

    live = False

    def __init__(self, description: str, view: View | None = None):
        super().__init__(description, view)
        self._first: Frame | None = None

    def read(self) -> Frame | None:
        """See `Source`."""
        if self._first is not None:
            frame, self._first = self._first, None
            return frame
        return self._next()

    def close(self) -> None:
        """See `Source`."""
        self._first = None

    def _begin(self) -> bool:
        """Reads the first frame; whether there is one."""
        self._first = self._next()
        return self._first is not None

    def _next(self) -> Frame | None:
        while (captured := self._capture()) is not None:
            frame = self._frame(captured)
            if frame is not None:
                return frame
        return None

    @abstractmethod
    def _capture(self) -> Captured | None:
        """The next image, or None at the end."""
