"""Addresses as they may be shown: user names and passwords never reach a message, a log or the event file."""

import re

_USER = re.compile(r"://.*@", re.DOTALL)
_PARAMETER = re.compile(r"(?i)([?&;][^=&;]*(?:user|usr|login|pass|pwd|token|key|auth|secret)[^=&;]*=)[^&;#\s]*")


def without_credentials(text: str) -> str:
    """A URL with *** for the user and password, both in front of the host and among its parameters.

    A password may hold any of `/?#:@` although it should not, so everything up to the last @ is hidden: rather a part
    of the path too many than a part of the password too few.
    """
    return _PARAMETER.sub(r"\1***", _USER.sub("://***@", text))
