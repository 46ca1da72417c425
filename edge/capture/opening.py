"""From what the user wrote after --source to an open source."""

from collections.abc import Callable
from pathlib import Path

from edge.capture.credentials import without_credentials
from edge.capture.source import Size, Source
from edge.contract.errors import InputError

STREAMS = ("http", "https", "rtmp", "rtmps", "rtp", "rtsp", "rtsps", "srt", "tcp", "udp")
"""URL schemes that are handed to FFmpeg."""


def open_source(spec: str, size: Size | None = (640, 480), fps: float | None = None) -> Source:
    """Opens a source of frames.

    Args:
        spec: `picamera`, `demo`, a camera's number (`0`), a device (`/dev/video0`), a URL (`rtsp://...`), a video
            file, a picture, or a folder of pictures. A file that is named like one of the words is written `./demo`.
        size: width and height to ask a camera for, in pixels; None is the camera's own choice. Recordings, pictures
            and streams keep theirs.
        fps: frames a second to ask a camera for, and how far apart in time the pictures of a folder are (None: the
            camera's own rate; 1 a second). Recordings and streams keep theirs.

    Raises:
        InputError: a file or folder is missing, unreadable or without a picture, or the URL is of an unknown kind.
        SourceError: a camera or stream is not to be had.
    """
    return _OPENERS[kind_of(spec)](spec, size, fps)


def kind_of(spec: str) -> str:
    """Which kind of source is meant, a key of the table below.

    Raises:
        InputError: it is nothing that could be opened.
    """
    if not spec.strip():
        raise InputError(
            "no source was named; --source takes picamera, demo, 0, /dev/video0, a URL, a file or a folder"
        )
    if spec in ("picamera", "demo"):
        return spec
    if (spec.isascii() and spec.isdecimal()) or spec.startswith("/dev/"):
        return "camera"
    scheme, separator, _ = spec.partition("://")
    if separator:
        if scheme.lower() not in STREAMS:
            raise InputError(f"{without_credentials(spec)}: unknown kind of URL; known are {', '.join(STREAMS)}")
        return "stream"
    return _kind_of_path(_path(spec))


def _path(spec: str) -> Path:
    try:
        return Path(spec).expanduser()
    except RuntimeError:
        raise InputError(f"{spec}: there is no user of this name") from None


def _kind_of_path(path: Path) -> str:
    from edge.contract.pictures import is_picture

    try:
        if path.is_dir():
            return "folder"
        if not path.exists():
            raise InputError(
                f"{path}: no such file or folder; --source takes picamera, demo, 0, /dev/video0, a URL too"
            )
        if not path.is_file():
            raise InputError(f"{path}: neither a file nor a folder")
    except (OSError, ValueError) as error:  # too long, not permitted, a null character
        raise InputError(f"{str(path)!r}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    return "picture" if is_picture(path) else "video"


def _picamera(_spec: str, size: Size | None, fps: float | None) -> Source:
    from edge.capture.picamera import PiCamera

    return PiCamera(size, fps)


def _camera(spec: str, size: Size | None, fps: float | None) -> Source:
    from edge.capture.video import Camera

    return Camera(spec, size, fps)


def _video(spec: str, _size: Size | None, _fps: float | None) -> Source:
    from edge.capture.video import VideoFile

    return VideoFile(_path(spec))


def _folder(spec: str, _size: Size | None, fps: float | None) -> Source:
    from edge.capture.folder import open_folder

    return open_folder(_path(spec), fps)


def _picture(spec: str, _size: Size | None, fps: float | None) -> Source:
    from edge.capture.folder import Pictures

    return Pictures([_path(spec)], spec, fps)


def _demo(_spec: str, _size: Size | None, _fps: float | None) -> Source:
    from edge.capture.demo import open_demo

    return open_demo()


_OPENERS: dict[str, Callable[[str, Size | None, float | None], Source]] = {
    "picamera": _picamera,
    "camera": _camera,
    "stream": _camera,
    "video": _video,
    "folder": _folder,
    "picture": _picture,
    "demo": _demo,
}
