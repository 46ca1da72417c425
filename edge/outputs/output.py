"""What every output offers."""

from types import TracebackType
from typing import Protocol, Self

from edge.contract.records import Moment


class Output(Protocol):
    """Takes the moments of a run in order; leaving the context finishes what was begun."""

    def handle(self, moment: Moment) -> None:
        """Takes one moment. Raises OutputError where it cannot be written."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
