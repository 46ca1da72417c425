"""An output that cannot be opened yet: a service goes on without it, and opens it when it can be."""

import logging
import threading
from types import TracebackType
from typing import Self

from edge.capture.backoff import Backoff
from edge.contract.errors import OutputError
from edge.contract.records import Moment
from edge.outputs.output import Output

_log = logging.getLogger(__name__)

_PATIENCE = 2.0
"""Seconds that the end of a run waits for an attempt under way, of the 15 that systemd gives."""


class Retried:
    """Opens another output, now or later: at boot a page's address may not be there, or another program has its port.

    The other one is told every moment from the first on, open or not, so that it shows the whole run when it opens.
    Attempts are made in a thread of their own, because to ask for a name's address may take long.
    """

    def __init__(self, output: Output, backoff: Backoff | None = None):
        """Takes an output that is not open yet, and how long to wait between attempts (None: the defaults)."""
        self._output = output
        self._backoff = backoff or Backoff()
        self._open = False
        self._ending = threading.Event()
        self._thread: threading.Thread | None = None

    def handle(self, moment: Moment) -> None:
        """See `Output`."""
        self._output.handle(moment)

    def __enter__(self) -> Self:
        """Opens the output. Where it raises OutputError that is a warning, and tried again until it works."""
        try:
            self._output.__enter__()
            self._open = True
        except OutputError as error:
            _log.warning("%s; tried again until it works", error)
            self._thread = threading.Thread(target=self._try_again, args=(error,), name="opening", daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the output where it is open."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)
        if self._open:
            self._output.__exit__(kind, error, trace)

    def _try_again(self, first: OutputError) -> None:
        while not self._ending.wait(self._backoff.wait()):
            try:
                self._output.__enter__()
            except OutputError as error:
                _log.info("%s", error)
                continue
            self._open = True
            _log.warning("mended by itself: %s", first)
            return
