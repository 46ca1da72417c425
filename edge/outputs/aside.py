"""An output that may take its time: it works in a thread of its own, so that no frame waits for a slow card."""

import logging
import queue
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from edge.contract.records import Moment, Stop
from edge.outputs.events import event_count
from edge.outputs.output import Output

QUEUE = 2000
"""Moments that wait at most: about three minutes of ten frames a second, and 2 MB."""
PATIENCE = 5.0
"""Seconds that the end of a run waits for an output in all, of the 15 that systemd gives."""

_log = logging.getLogger(__name__)


class Aside:
    """Hands moments to another output in order. What that raises, the next `handle` or `check` raises, or the end.

    Attributes:
        missed: events that were left out so far because the output was too slow; most frames have none.
    """

    def __init__(
        self,
        output: Output,
        name: str,
        tell: Callable[[int, Moment], None] = lambda *_: None,
        *,
        weigh: Callable[[Moment], int] = event_count,
        length: int = QUEUE,
        patience: float = PATIENCE,
    ):
        """Takes an output that is not open yet.

        Args:
            output: is entered and left by the caller's thread, and told moments by another one between the two.
            name: for messages.
            tell: called in that thread, before the next moment, with how many events were left out, and the moment of
                the first of them.
            weigh: how many events the output makes of a moment; called in any thread.
            length: moments that may wait; of more, the newest are left out.
            patience: seconds to wait at the end.
        """
        self.missed = 0
        self._output, self._name, self._tell = output, name, tell
        self._weigh = weigh
        self._patience = patience
        self._until: float | None = None
        self._waiting: queue.Queue[Moment | None] = queue.Queue(length)
        self._left_out: list[Moment] = []
        self._count = 0
        self._hand = threading.Lock()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._work, name=f"output-{name}", daemon=True)

    def handle(self, moment: Moment) -> None:
        """Returns at once; only the last moment of a run is waited for. Raises what the output raised."""
        self.check()
        try:
            if isinstance(moment, Stop):
                self._waiting.put(moment, timeout=self._remaining())
            else:
                self._waiting.put_nowait(moment)
        except queue.Full:
            self._leave_out(moment)

    def check(self) -> None:
        """Raises what the output raised, for times in which there is nothing to hand on."""
        failure = self._failure
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        """Opens the output. Raises what that raises."""
        self._output.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Waits until all is done, but not for ever, and closes the output."""
        try:
            self._waiting.put(None, timeout=self._remaining())
        except queue.Full:
            pass
        else:
            self._thread.join(self._remaining())
        if self._thread.is_alive():
            _log.warning("%s: does not end; what still waits for it is given up", self._name)
            return
        self._output.__exit__(kind, error, trace)
        if kind is None:
            self.check()

    def _remaining(self) -> float:
        """Seconds that are left of the patience, which begins with the first question."""
        self._until = time.monotonic() + self._patience if self._until is None else self._until
        return max(0.001, self._until - time.monotonic())

    def _leave_out(self, moment: Moment) -> None:
        events = self._weigh(moment)
        if not events:
            return
        with self._hand:
            if not self._left_out:
                _log.warning("%s: too slow; events are left out until it has caught up", self._name)
                self._left_out.append(moment)
            self._count += events
            self.missed += events

    def _work(self) -> None:
        moment: Moment | None = None
        try:
            while (moment := self._waiting.get()) is not None:
                if self._waiting.qsize() <= self._waiting.maxsize // 2:
                    self._tell_of_left_out()
                self._output.handle(moment)
            self._tell_of_left_out()
        except Exception as failure:  # for the run's own thread, as if that had called
            self._failure = failure
            while moment is not None:
                moment = self._waiting.get()

    def _tell_of_left_out(self) -> None:
        with self._hand:
            if not self._left_out:
                return
            first, count = self._left_out.pop(), self._count
            self._count = 0
        _log.warning("%s: has caught up; %d events were left out", self._name, count)
        self._tell(count, first)
