"""What everybody on this machine can read of our command line (`ps`, /proc/PID/cmdline): no passwords."""

import os
from pathlib import Path

from edge.capture.credentials import without_credentials

_ARGUMENTS = (48, 49)
"""Fields of /proc/PID/stat, counted from 1, with the addresses at which the arguments begin and end (proc(5))."""


def hide_credentials() -> None:
    """Overwrites the passwords of URLs among this process's arguments with stars, where Linux keeps them.

    From the start of the program to here they could be read, and the shell's own history has them: the place for them
    is the configuration file. Nothing happens on other systems.
    """
    try:
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        begin, end = (int(fields[number - 3]) for number in _ARGUMENTS)
        command = Path("/proc/self/cmdline").read_bytes()
    except (OSError, ValueError, IndexError):
        return
    hidden = b"\0".join(_hidden(argument) for argument in command.split(b"\0"))
    if begin and len(command) <= end - begin and hidden != command:
        import ctypes  # takes a while to load

        ctypes.memmove(begin, hidden, len(hidden))


def _hidden(argument: bytes) -> bytes:
    """The same length, as it lies between its neighbours."""
    text = os.fsdecode(argument)
    shown = without_credentials(text)
    return argument if shown == text else os.fsencode(shown)[: len(argument)].ljust(len(argument), b"*")
