"""From what the user wrote after --source to an open source."""

from collections.abc import Callable
from pathlib import Path

from edge.capture.kinds import LIVE, live_kind
from edge.capture.settings import CaptureSettings
from edge.capture.source import Source, Stream
from edge.contract.errors import InputError


def open_source(spec: str, settings: CaptureSettings | None = None) -> Source:
    """Opens a source of frames in this process.

    Args:
        spec: `picamera`, `demo`, a camera's number (`0`), a device (`/dev/video0`), a URL (`rtsp://...`), a video
            file, a picture, or a folder of pictures. A file that is named like one of the words is written `./demo`.
        settings: how to read it; None takes the defaults.

    Raises:
        InputError: a file or folder is missing, unreadable or without a picture, or the URL is of an unknown kind.
        SourceError: a camera or stream is not to be had.
    """
    return _OPENERS[kind_of(spec)](spec, settings or CaptureSettings())


def open_stream(spec: str, settings: CaptureSettings | None = None, *, wait: bool = False) -> Stream:
    """Opens a source for a run: a recording in this process, anything live in one of its own that can be ended.

    Args:
        spec: as `open_source` takes it.
        settings: how to read it; None takes the defaults.
        wait: whether a camera that is not there is waited for, as a service does.

    Raises:
        InputError: as `open_source`.
        SourceError: as `open_source`, unless `wait`.
    """
    if kind_of(spec) not in LIVE:
        return open_source(spec, settings)
    from edge.capture.watched import WatchedCamera

    return WatchedCamera(spec, settings, wait=wait)


def kind_of(spec: str) -> str:
    """Which kind of source is meant, a key of the table below.

    Raises:
        InputError: it is nothing that could be opened.
    """
    return live_kind(spec) or ("demo" if spec == "demo" else _kind_of_path(_path(spec)))


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


def _picamera(_spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.picamera import PiCamera

    return PiCamera(
        settings.size,
        settings.fps,
        max_fps=settings.max_fps,
        buffers=settings.buffers,
        timeout=settings.frame_within,
        view=settings.view,
    )


def _camera(spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.camera import Camera

    return Camera(
        spec,
        settings.size,
        settings.fps,
        max_fps=settings.max_fps,
        opening=settings.open_within,
        timeout=settings.frame_within,
        view=settings.view,
    )


def _video(spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.video import VideoFile

    return VideoFile(_path(spec), view=settings.view)


def _folder(spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.folder import open_folder

    return open_folder(_path(spec), settings.fps, view=settings.view)


def _picture(spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.folder import Pictures

    return Pictures([_path(spec)], spec, settings.fps, view=settings.view)


def _demo(_spec: str, settings: CaptureSettings) -> Source:
    from edge.capture.demo import open_demo

    return open_demo(view=settings.view)


_OPENERS: dict[str, Callable[[str, CaptureSettings], Source]] = {
    "picamera": _picamera,
    "camera": _camera,
    "stream": _camera,
    "video": _video,
    "folder": _folder,
    "picture": _picture,
    "demo": _demo,
}
