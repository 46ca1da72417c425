"""How large and how old the log may become."""

from dataclasses import dataclass, fields

from edge.contract.errors import ConfigurationError

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What the log may take of a small card.

    A day with a face always in sight and its emotion changing every second is about 36 MB of lines, or
    5 MB compressed.
    """

    size: int = 8 * MB
    """Bytes at which a file is rotated; more than 0."""
    total: int = 200 * MB
    """Bytes that all files of the log may take together; at least `size`. The oldest rotated files are deleted."""
    free: int | None = None
    """Bytes of the file system that are left free; 0 for none, None for 32 MB or a twentieth of it, what is less.
    Rotated files are deleted to keep them, then events count as not written: a system whose card is full to the last
    byte does not come up again."""
    days: int | None = None
    """Days after which rotated files are deleted; 1 or more, None keeps them while there is room."""
    sync: float = 5.0
    """Seconds after which a line is on the card at the latest, while events are handled; 0 syncs each line."""

    def floor(self, whole: int) -> int:
        """Bytes that are left free on a file system of `whole` bytes."""
        return min(32 * MB, whole // 20) if self.free is None else self.free

    def __post_init__(self) -> None:
        """Raises ConfigurationError where a value is out of its range."""
        lowest = {"size": 1, "total": self.size, "free": 0, "days": 1, "sync": 0}
        for field in fields(self):
            value = getattr(self, field.name)
            if value is not None and value < lowest[field.name]:
                raise ConfigurationError(f"log: {field.name} = {value} is less than {lowest[field.name]}")
