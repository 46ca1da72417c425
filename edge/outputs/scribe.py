"""What of a run is put on record, and by which clock."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, get_args

from edge.contract.errors import ConfigurationError
from edge.contract.records import Analysis, CameraEvent, Heartbeat, Moment, Pause, Stop
from edge.outputs.events import Event, event, event_count, events_of, timestamp
from edge.outputs.synchronization import is_synchronized
from edge.outputs.totals import Totals

Mode = Literal["changes", "frames", "totals"]
"""What is logged of faces.

"changes": a face appears, its emotion changes, it goes. "frames": that, and an `observation` for each face in each
frame, about 400 bytes each. "totals": no face at all: with each heartbeat one `totals` event says for how many seconds
each emotion was seen, all faces together.
"""

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_STEP = 1.0
"""Seconds by which setting the clock must change it for records to need a correction."""


class Scribe:
    """Turns moments into events. Until the clock is set they say `synced: false`; then one `clock` event mends them.

    Its `offset` is UTC minus `mono`, in seconds: the time of an earlier record of the same boot is `offset + mono`.
    """

    def __init__(
        self,
        camera: str,
        mode: Mode = "changes",
        synchronized: Callable[[], bool] = is_synchronized,
        offset: Callable[[], float] = lambda: time.time() - time.monotonic(),
    ):
        """Asks for the boot's name.

        Args:
            camera: the name that every record carries.
            mode: what is logged of faces.
            synchronized: whether the clock is set; not asked any more once it is.
            offset: UTC minus the monotonic clock, in seconds.

        Raises:
            ConfigurationError: there is no such mode.
        """
        if mode not in get_args(Mode):
            raise ConfigurationError(f"log: mode = {mode!r} is none of {', '.join(get_args(Mode))}")
        self._camera = camera
        self._mode = mode
        self._synchronized = synchronized
        self._offset = offset
        self._boot = boot_id()
        self._totals = Totals()
        self._synced = False
        self._unset: float | None = None
        """UTC minus monotonic time as it was, wrongly, before the clock was set."""

    def events(self, moment: Moment) -> Iterator[Event]:
        """The events of a moment, in order."""
        set_now = not self._synced and self._synchronized()
        before, offset = self._unset, moment.time - moment.mono
        self._synced = self._synced or set_now
        if not self._synced:
            self._unset = offset
        elif set_now and before is not None:
            yield self._clock(moment.mono)
        yield from self._of(moment, self._synced and not self._is_stale(offset))

    def count(self, moment: Moment) -> int:
        """How many events a moment has that depend on no other: neither totals nor the clock's. For any thread."""
        if self._mode == "totals" and isinstance(moment, Analysis):
            return 0
        return event_count(moment, every=self._mode == "frames")

    def dropped(self, moment: Moment, count: int, since: float, reason: str) -> Event:
        """The event that says how many could not be written, and since when (UTC)."""
        body = {"count": count, "since": timestamp(since), "reason": reason}
        return event("dropped", body, moment.time, moment.mono, self._camera, self._boot, self._synced)

    def _of(self, moment: Moment, synced: bool) -> Iterator[Event]:
        if self._mode == "totals":
            if isinstance(moment, Analysis):
                self._totals.add(moment)
                return
            if isinstance(moment, CameraEvent | Pause):
                self._totals.rest()
            sums = self._totals.take() if isinstance(moment, Heartbeat | Stop) else None
            if sums is not None:
                yield event("totals", sums, moment.time, moment.mono, self._camera, self._boot, synced)
        yield from events_of(moment, self._camera, self._boot, synced=synced, every=self._mode == "frames")

    def _clock(self, mono: float) -> Event:
        offset = self._offset()
        return event("clock", {"offset": round(offset, 3)}, mono + offset, mono, self._camera, self._boot)

    def _is_stale(self, offset: float) -> bool:
        """Whether a time was taken before the clock was set, as that of a frame in hand or of a recording is."""
        if self._unset is None:
            return False
        was, now = abs(offset - self._unset), abs(offset - self._offset())
        return was < now and abs(self._offset() - self._unset) > _STEP


def boot_id() -> str:
    """What tells this boot of the machine from every other; "unknown" where the system does not say."""
    try:
        return _BOOT.read_text().strip()
    except OSError:
        return "unknown"
