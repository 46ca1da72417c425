"""The hardware under libcamera, as a test wants it to be."""

import threading


class Hardware:
    """What is there, and what goes wrong with it.

    Attributes:
        cameras: how many are connected.
        busy: whether another program has the camera.
        alignment: bytes that a row of YUV420 is padded to a multiple of: 64 on a Pi 4, 128 on a Pi 5.
        memory: bytes that there are for buffers.
        silent: whether no frame arrives any more, as when the ribbon cable has come loose.
        stuck: whether stopping never returns.
        startup: frames at the beginning that are marked as not to be used.
        period: seconds a frame.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """As new."""
        self.cameras = 1
        self.busy = self.silent = self.stuck = False
        self.alignment = 64
        self.memory = 256 << 20
        self.startup = 2
        self.period = 0.002
        self.calls: list[str] = []
        self.configuration = None
        self.controls: dict[str, object] = {}

    def did(self, call: str) -> None:
        """Keeps what was called, in order."""
        self.calls.append(call)

    def block(self) -> None:
        """Never returns."""
        threading.Event().wait()


hardware = Hardware()
