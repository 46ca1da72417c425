"""Where on the broker a camera's messages are."""

import re
from dataclasses import dataclass

_NOT_A_LEVEL = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one camera of one machine: PREFIX/NODE/CAMERA/...

    Node and camera may be any names: what does not fit into a topic, or into Home Assistant's ids, becomes "-".
    """

    prefix: str
    node: str
    camera: str

    @property
    def root(self) -> str:
        """What every topic of this camera begins with."""
        return f"{self.prefix}/{level(self.node)}/{level(self.camera)}"

    @property
    def id(self) -> str:
        """What tells this camera from all others on the broker, in letters, digits, "_" and "-"."""
        return f"{level(self.prefix)}_{level(self.node)}_{level(self.camera)}"

    @property
    def availability(self) -> str:
        """Retained "online" or "offline"; the broker says "offline" when the connection is lost."""
        return f"{self.root}/availability"

    @property
    def capture(self) -> str:
        """Retained "online", or "offline" while the camera gives no frames."""
        return f"{self.root}/camera"

    @property
    def state(self) -> str:
        """Retained JSON: who is in sight now."""
        return f"{self.root}/state"

    def event(self, kind: str) -> str:
        """Events of one kind, as in the event log."""
        return f"{self.root}/events/{kind}"


def level(name: str) -> str:
    """A name as one level of a topic: "/dev/video0" is "dev-video0"."""
    return _NOT_A_LEVEL.sub("-", name).strip("-") or "unnamed"
