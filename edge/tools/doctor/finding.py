"""What a check found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "problem", "skipped"]
"""All well; worth knowing, though it works; does not work; not looked at, for a reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer.

    Attributes:
        check: what was looked at, in a word or two.
        state: how it is.
        text: what was found, in a line for people.
        mend: commands to type, one after the other; for a note, what would make it better.
    """

    check: str
    state: State
    text: str
    mend: tuple[str, ...] = ()


def ok(check: str, text: str) -> Finding:
    """All is well."""
    return Finding(check, "ok", text)


def note(check: str, text: str, *mend: str) -> Finding:
    """It works, and there is something to know."""
    return Finding(check, "note", text, mend)


def problem(check: str, text: str, *mend: str) -> Finding:
    """It does not work."""
    return Finding(check, "problem", text, mend)


def skipped(check: str, text: str) -> Finding:
    """It was not looked at."""
    return Finding(check, "skipped", text)
