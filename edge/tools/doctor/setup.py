"""What the checks are told: the machine, the settings, and whom to ask."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from edge.service.configuration import Configuration
from edge.tools.doctor.asking import Answer, ask
from edge.tools.doctor.host import Host


@dataclass(frozen=True, slots=True)
class Setup:
    """One visit.

    Attributes:
        host: the machine.
        settings: those to check, or the defaults.
        file: where they come from; None for the defaults.
        named: whether the user named the source, by a file or an option.
        ask: asks a question in another process.
    """

    host: Host = field(default_factory=Host)
    settings: Configuration = field(default_factory=Configuration)
    file: Path | None = None
    named: bool = False
    ask: Callable[..., Answer] = ask


def cause(answer: Answer, what: str) -> str:
    """Why there is no answer, as it is told."""
    if answer.error == "SIGILL":
        return f"{what} ends Python with SIGILL: it is built for a newer processor than this one"
    if answer.fatal:
        return f"{what} ends Python with {answer.error}"
    if answer.error == "silence":
        return f"{what} gives {answer.reason}"
    return answer.reason or answer.error
