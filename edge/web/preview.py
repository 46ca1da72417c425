"""The page of a run: an output that also sees the frames."""

from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from edge import __version__
from edge.contract.records import Analysis, Frame, Moment
from edge.web.door import Door
from edge.web.live import Live
from edge.web.photos import Photos
from edge.web.server import Server, need_packages


class Preview:
    """Shows what a run looks at while it is open. The run only leaves each frame here: it never waits for a browser."""

    def __init__(self, door: Door, photos: Photos, announce: Callable[[str], None]):
        """Takes where the page is to be had, what looks at photos, and whom to tell the page's address when it is open.

        Raises:
            ConfigurationError: a package is missing.
        """
        need_packages()
        self._door = door
        self._photos = photos
        self._live = Live()
        self._announce = announce
        self._open = ExitStack()

    def watch(self, frame: Frame, analysis: Analysis) -> None:
        """Takes a frame that was looked at, with what was found."""
        self._live.watch(frame, analysis)

    def handle(self, moment: Moment) -> None:
        """Takes what else happens."""
        self._live.handle(moment)

    def __enter__(self) -> Self:
        """Begins to listen. Raises OutputError where that is not possible."""
        from edge.web.app import build_app

        app = build_app(self._door, self._photos, self._live, __version__)
        server = self._open.enter_context(Server(app, self._door))
        self._announce(self._door.url(server.port))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.end()
        self._open.close()
