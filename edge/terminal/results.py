"""Standard output, where the results of all commands go."""

import sys


def broken() -> bool:
    """Whether nothing can be written there, as on a full disk."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except OSError:
        return True
    return False
