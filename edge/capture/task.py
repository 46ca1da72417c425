"""What the main process and its reader process tell each other beside frames."""

import json
from dataclasses import dataclass

from edge.capture.mailbox import Ends
from edge.capture.settings import CaptureSettings


@dataclass(frozen=True, slots=True)
class Task:
    """What the reader is to do. It is sent through a pipe: arguments and environment can be read by others.

    Attributes:
        parent: process id of the main process.
        spec: as `edge.capture.opening.open_source` takes it; may hold a password.
        settings: how to read it.
        ends: where the frames go.
        level: of the messages to log, as `logging` numbers them.
    """

    parent: int
    spec: str
    settings: CaptureSettings
    ends: Ends
    level: int


@dataclass(frozen=True, slots=True)
class LastWords:
    """Why the reader gives up, in one line without credentials, and how many frames it could not use."""

    reason: str
    skipped: int

    def to_bytes(self) -> bytes:
        """For a pipe."""
        return json.dumps([self.reason, self.skipped]).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> "LastWords | None":
        """None where the reader died without a word, or in the midst of them."""
        try:
            reason, skipped = json.loads(data)
        except ValueError:
            return None
        return cls(reason, skipped)
