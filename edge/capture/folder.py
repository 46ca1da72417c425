"""Pictures from files, in the order of their names."""

import logging
from collections.abc import Sequence
from pathlib import Path

from edge.capture.readers import Captured, RecordedReader
from edge.capture.source import SYSTEM_CLOCK, Clock
from edge.capture.view import View
from edge.contract.errors import InputError
from edge.contract.pictures import SUFFIXES, is_picture, read_picture

_log = logging.getLogger(__name__)


class Pictures(RecordedReader):
    """Picture files as frames that lie 1/fps seconds apart."""

    def __init__(
        self,
        paths: Sequence[Path],
        description: str,
        fps: float | None = None,
        clock: Clock = SYSTEM_CLOCK,
        view: View | None = None,
    ):
        """Opens the first picture that can be read.

        Args:
            paths: of the files, in order.
            description: for messages.
            fps: pictures a second on the frames' time scale; None is 1. Nothing waits: they are read as fast as asked.
            clock: gives the time of the first picture.
            view: what is done to every picture.

        Raises:
            InputError: none of the pictures can be read.
        """
        super().__init__(description, view)
        self._paths = iter(paths)
        self._alone = len(paths) == 1
        self._period = 1.0 / (fps or 1.0)
        self._time, self._mono = clock.time(), clock.mono()
        if not self._begin():
            raise InputError(f"{description}: no picture can be read ({self.skipped} tried)")

    def close(self) -> None:
        """See `Source`."""
        super().close()
        self._paths = iter(())

    def _capture(self) -> Captured | None:
        for path in self._paths:
            position = self._index * self._period
            try:
                return Captured(read_picture(path), self._time + position, self._mono + position)
            except InputError as error:
                if self._alone:
                    raise  # it says already all that there is to say
                self.skipped += 1
                _log.warning("%s; it is left out", error)
        return None


def open_folder(
    folder: Path, fps: float | None = None, clock: Clock = SYSTEM_CLOCK, view: View | None = None
) -> Pictures:
    """The pictures that lie directly in a folder, by name.

    Raises:
        InputError: the folder cannot be read, or holds no readable picture.
    """
    try:
        paths = sorted(path for path in folder.iterdir() if is_picture(path))
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror})") from None
    if not paths:
        raise InputError(f"{folder}: holds no pictures ({' '.join(SUFFIXES)})")
    return Pictures(paths, str(folder), fps, clock, view)
