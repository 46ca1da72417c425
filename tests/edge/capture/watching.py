"""Reads a camera as a run does, with limits that are short; what may take its time is generous."""

import time

from edge.capture.backoff import Backoff
from edge.capture.settings import CaptureSettings
from edge.capture.watched import WatchedCamera
from edge.contract.records import CameraEvent, Frame

ENOUGH = 60.0
PATIENCE = 0.2


class Watch:
    """Reads a camera as a run does: never blocked, with a note of what happened."""

    def __init__(self, camera):
        self.camera = camera
        self.events = []
        self.longest = 0.0

    def until(self, kind):
        """Reads on to the next "frame", "lost" or "back"."""
        end = time.monotonic() + ENOUGH
        while (began := time.monotonic()) < end:
            given = self.camera.read()
            self.longest = max(self.longest, time.monotonic() - began)
            if isinstance(given, CameraEvent):
                self.events.append(given.state)
            if kind == ("frame" if isinstance(given, Frame) else getattr(given, "state", None)):
                return given
        raise AssertionError(f"no {kind} within {ENOUGH} s, but {self.events}")

    def lost_and_back_once(self):
        """Whether that is all that has happened, and the loop was never held up."""
        for _ in range(3):
            self.until("frame")
        return self.events == ["lost", "back"] and self.longest < ENOUGH / 6


def watched(spec, stale=2.5, wait=False, backoff=None, **settings):
    settings = CaptureSettings(size=(100, 60), stale=stale, opening=ENOUGH / 2, **settings)
    return Watch(WatchedCamera(spec, settings, wait=wait, patience=PATIENCE, backoff=backoff or Backoff(0.1, 1.0)))
