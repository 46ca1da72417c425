"""Serves an application in a thread of its own."""

import logging
import socket
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from edge.contract.errors import ConfigurationError, OutputError
from edge.web.door import Door

if TYPE_CHECKING:
    import uvicorn

_log = logging.getLogger(__name__)

_ACCEPTED = 8
"""Connections that are taken at one go, before those over the bound are closed."""
_START_WITHIN = 30.0
_STOP_WITHIN = 2
"""Seconds that answers under way are given at the end."""


def need_packages() -> None:
    """Raises ConfigurationError where a package is missing."""
    try:
        import starlette
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise ConfigurationError(
            f"the web page needs the package {error.name}: python -m pip install 'starlette>=1,<2' 'uvicorn>=0.30,<1'"
        ) from None
    del starlette


class Server:
    """Listens while it is open."""

    def __init__(self, app: Any, door: Door):
        """Takes an ASGI application and where it is to be had."""
        self._app = app
        self._door = door
        self._server: uvicorn.Server | None = None
        self._thread: threading.Thread | None = None
        self.port = door.port

    def __enter__(self) -> Self:
        """Begins to listen. Raises OutputError where that is not possible."""
        import uvicorn

        from edge.web.connection import Connection

        listening = _listen(self._door)
        self.port = listening.getsockname()[1]
        config = uvicorn.Config(
            self._app,
            http=Connection,
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="error",  # a stranger's broken request is no news
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=_ACCEPTED,
            timeout_graceful_shutdown=_STOP_WITHIN,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, args=([listening],), name="web", daemon=True)
        self._thread.start()
        self._await_start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(2 * _STOP_WITHIN)
            if self._thread.is_alive():
                _log.warning("the web page did not stop in time; it is left behind")

    def _await_start(self) -> None:
        end = time.monotonic() + _START_WITHIN
        while self._server is not None and not self._server.started:
            if self._thread is None or not self._thread.is_alive() or time.monotonic() > end:
                raise OutputError(f"web page: the server on {self._door} did not start")
            time.sleep(0.01)


def _listen(door: Door) -> socket.socket:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(door.host, door.port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError) as error:  # the latter for what can be no name
        reason = getattr(error, "strerror", None) or "not a host's name"
        raise OutputError(f"web page: cannot listen on {door} ({reason})") from None
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(64)
    except OSError as error:
        listening.close()
        raise OutputError(
            f"web page: cannot listen on {door} ({error.strerror}); is it in use? try another port"
        ) from None
    return listening
