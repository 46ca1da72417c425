"""The terminal that a run is watched in, which may be closed under it."""

import errno
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from edge.contract.quiet import discard_results
from edge.contract.records import Moment
from edge.outputs.output import Output


def hang_up() -> None:
    """Does what a closed terminal does to most of its processes; a shell's job in the background may not hear of it.

    To be called while signals are heeded. Standard output goes nowhere from here on.
    """
    discard_results()
    signal.raise_signal(signal.SIGHUP)


class Window:
    """Hands moments to an output that writes to a terminal, for as long as that is there.

    That it has been closed is no failure: the other outputs are to be told how the run ends.
    """

    def __init__(self, output: Output, gone: Callable[[], None] = hang_up):
        """Takes an output that is not open yet, and what is called, once, when the terminal turns out to be gone."""
        self._output = output
        self._gone = gone
        self._closed = False

    def handle(self, moment: Moment) -> None:
        """See `Output`. Nothing more is handed on once the terminal is gone."""
        if not self._closed:
            with self._minding_its_end():
                self._output.handle(moment)

    def __enter__(self) -> Self:
        self._output.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._minding_its_end():
            self._output.__exit__(kind, error, trace)

    @contextmanager
    def _minding_its_end(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            if failure.errno != errno.EIO:
                raise
            if not self._closed:
                self._closed = True
                self._gone()
