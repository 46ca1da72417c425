"""Standard output, where the results of all commands go."""

import io
import os
import sys
from pathlib import Path


def prepare() -> None:
    """Sees to it that there is one, and that letters that its encoding lacks, as those of a bar, become "?"."""
    if sys.stdout is None:  # whoever started this process has closed it
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  it stays open to the end
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.errors in ("strict", "surrogateescape"):
        sys.stdout.reconfigure(errors="replace")


def broken() -> bool:
    """Whether nothing can be written there, as on a full disk."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        return True
    return False
