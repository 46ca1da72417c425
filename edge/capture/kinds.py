"""Which of the live sources is meant. Light to import: it is asked before any library is loaded."""

from edge.capture.credentials import without_credentials
from edge.contract.errors import InputError

STREAMS = ("http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp")
"""URL schemes that are handed to FFmpeg."""

LIVE = ("picamera", "camera", "stream")
"""The kinds of source that are not recordings."""


def live_kind(spec: str) -> str | None:
    """One of `LIVE`; None for what is a recording, if it is there.

    Raises:
        InputError: it is nothing that could be opened.
    """
    if not spec.strip():
        raise InputError(
            "no source was named; --source takes picamera, demo, 0, /dev/video0, a URL, a file or a folder"
        )
    if spec == "picamera":
        return spec
    if (spec.isascii() and spec.isdecimal()) or spec.startswith("/dev/"):
        return "camera"
    scheme, separator, _ = spec.partition("://")
    if not separator:
        return None
    if scheme.lower() not in STREAMS:
        raise InputError(f"{without_credentials(spec)}: unknown kind of URL; known are {', '.join(STREAMS)}")
    return "stream"
