"""Sources as they may be shown: user names and passwords never reach a message, a log or the event file."""

import re
from pathlib import PurePosixPath

_USER = re.compile(r"://.*@", re.DOTALL)
_PARAMETER = re.compile(r"(?i)([?&;][^=&;]*(?:user|usr|login|pass|pw|token|key|auth|secret)[^=&;]*=)[^&;#\s]*")
_IN_PATH = re.compile(
    r"(?i)((?:/|_)(?:user(?:name)?|login|pass(?:word|wd)?|pwd?)=)"
    r"(?:(?!_(?:user(?:name)?|login|pass(?:word|wd)?|pwd?|channel|stream)=)[^&;#\s])*"
)
"""As many recorders want it: rtsp://recorder:554/user=joe_password=secret_channel=1_stream=0.sdp?real_stream"""


def without_credentials(text: str) -> str:
    """A URL with *** for the user and password: in front of the host, among its parameters, and in its path.

    A password may hold any of `/?#:@` although it should not, so everything up to the last @ is hidden: rather a part
    of the path too many than a part of the password too few.
    """
    shown = _PARAMETER.sub(r"\1***", _USER.sub("://***@", text))
    return _IN_PATH.sub(r"\1***", shown) if "://" in shown else shown


def description_of(spec: str) -> str:
    """A source for people: its address without credentials; a camera's mere number is "camera 0"."""
    return f"camera {spec}" if spec.isascii() and spec.isdecimal() else without_credentials(spec)


def name_of(spec: str) -> str:
    """What a camera is called in logs and topics, and by Home Assistant, where nobody has given it a name.

    "camera 0", "video0" for /dev/video0, "hall.local/stream1" for a URL, and of a file or folder its own name.
    """
    scheme, separator, rest = without_credentials(spec).partition("://")
    if separator:
        return re.split(r"[?#;]", rest.removeprefix("***@"))[0].strip("/") or scheme
    shown = description_of(spec)
    return PurePosixPath(shown).name or shown
