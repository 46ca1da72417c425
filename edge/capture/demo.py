"""The clip that ships with the package (edge/assets/CREDITS.md tells whose face it is)."""

from pathlib import Path

from edge.capture.source import SYSTEM_CLOCK, Clock
from edge.capture.video import VideoFile
from edge.capture.view import View
from edge.contract.errors import ConfigurationError

CLIP = Path(__file__).resolve().parent.parent / "assets" / "demo.mp4"


def open_demo(clock: Clock = SYSTEM_CLOCK, view: View | None = None) -> VideoFile:
    """Opens the clip: 22 s, 640x480, 15 frames a second, one face, none from 9.5 s to 13.5 s.

    Raises:
        ConfigurationError: the installation is without it.
    """
    if not CLIP.is_file():
        raise ConfigurationError(f"{CLIP}: the demo clip is missing; install the package again")
    source = VideoFile(CLIP, clock, view)
    source.description = "demo"
    return source
