"""What every output offers."""

from types import TracebackType
from typing import Protocol, Self

from edge.contract.records import Analysis, Frame, Moment


class Output(Protocol):
    """Takes the moments of a run in order; leaving the context finishes what was begun."""

    def handle(self, moment: Moment) -> None:
        """Takes one moment. Raises OutputError where it cannot be written."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Viewer(Output, Protocol):
    """An output that also sees the pictures, such as a page with a live view. It must not keep the run waiting."""

    def watch(self, frame: Frame, analysis: Analysis) -> None:
        """Takes a frame that was looked at, with what was found in it; `handle` is told of the analysis after that."""
