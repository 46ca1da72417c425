"""Answers whoever reads the metrics: a thread for each connection, and not for many of them at once."""

import ipaddress
import re
import socket
import sys
import threading
from collections.abc import Iterable
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 8
"""Connections at once; Prometheus has one, for the time of one answer. More are closed as they come."""
PATIENCE = 10.0
"""Seconds for which a connection may stand still. Each is an open file, which the camera and the log need too."""


class MetricsServer(ThreadingMixIn, WSGIServer):
    """Listens from the moment at which it is made until `server_close`; answers in `serve_forever`."""

    daemon_threads = True

    def __init__(self, address: str, port: int):
        """Takes a name or an address of either version, and a port; 0 is any free one.

        Raises:
            OSError: one cannot listen there.
            UnicodeError: the address is no name.
            OverflowError: the port is none.
        """
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        self.address_family, _, _, _, place = found[0]
        self._room = threading.BoundedSemaphore(MOST)
        super().__init__((str(place[0]), port), _Handler)
        self._private = ipaddress.ip_address(str(place[0])).is_loopback
        self._names = frozenset({"localhost", address.lower()})

    def set_app(self, application: "WSGIApplication") -> None:  # type: ignore[override]
        """Takes what answers those who ask for this machine."""

        def guarded(environment: "WSGIEnvironment", begin: "StartResponse") -> Iterable[bytes]:
            if self.is_asked_here(environment.get("HTTP_HOST", "")):
                return application(environment, begin)
            begin("421 Misdirected Request", [("Content-Type", "text/plain; charset=utf-8")])
            return [b"this name is none of this machine's; ask for localhost\n"]

        super().set_app(guarded)

    def is_asked_here(self, host: str) -> bool:
        """Whether a Host header, "" for none, is one with which this server is asked.

        Where only this machine is answered, a page of another site that is open in a browser here could ask by a name
        of its own that points here ("DNS rebinding"). Other addresses are asked by names that nobody here knows.
        """
        if not self._private or not host:
            return True
        name = re.sub(r":\d+$", "", host).strip("[]").rstrip(".").lower()
        try:
            return ipaddress.ip_address(name).is_loopback
        except ValueError:
            return name in self._names

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begins to answer where there is room for one more."""
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answers, in a thread of its own."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong; that somebody asked for nothing or went away is no news."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(WSGIRequestHandler):
    timeout = PATIENCE

    def log_message(self, *_: Any) -> None:
        """Nothing: a line for every answer would fill the journal."""
