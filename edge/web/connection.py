"""A visitor's connection, and how long it may be there without asking for anything."""

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST = 48
"""At once; a browser opens up to six. More are closed as they come, before they can send anything."""
PATIENCE = 10.0
"""Seconds in which a request's head must be there: after the connection was made, and after each answer."""


class Connection(H11Protocol):
    """Uvicorn's, counted from the moment at which it is made, and not kept for whoever says nothing.

    Each connection is an open file of this process, which the camera and the log need too. Uvicorn itself counts them
    when a request comes, and waits for the first one for ever.
    """

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A visitor is there."""
        super().connection_made(transport)
        self._await_request()
        if len(self.connections) > MOST:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        """The visitor is gone."""
        self._deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """An answer is given; the next request may come."""
        self._deadline.cancel()
        self._await_request()
        super().on_response_complete()

    def _await_request(self) -> None:
        self._deadline = self.loop.call_later(PATIENCE, self._hang_up)

    def _hang_up(self) -> None:
        if self.cycle is None or self.cycle.response_complete:  # else the end of that answer sets the next deadline
            self.transport.abort()
