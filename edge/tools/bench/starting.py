"""This program started anew, with arguments that nobody else sees: a source may hold a password."""

import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress

_PROGRAM = (
    "import os, sys; from edge.__main__ import main; sys.exit(main(os.fsdecode(sys.stdin.buffer.read()).split(chr(0))))"
)
"""What `python -m edge` does, but for where the arguments come from."""


def start(arguments: Sequence[str], stdout: int, stderr: int | None = None) -> "subprocess.Popen[bytes]":
    """Starts `python -m edge ARGUMENTS`. They go through a pipe: any user may read a command line.

    Args:
        arguments: of the command line, without the program's name.
        stdout: as for `subprocess.Popen`.
        stderr: the same.
    """
    command = [sys.executable, "-c", _PROGRAM]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=stdout, stderr=stderr)
    assert process.stdin is not None
    with suppress(BrokenPipeError), process.stdin as pipe:  # where it has died, its exit code tells
        pipe.write(os.fsencode("\0".join(arguments)))
    return process
