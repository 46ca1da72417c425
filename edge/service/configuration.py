"""The settings of a run, one structure for each part; `configuration_reading` fills and checks them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from edge.capture.credentials import without_credentials
from edge.vision.ranges import PROBABILITY, SEARCH_WIDTH, SMALLEST_FACE, THREADS, Range


@dataclass(frozen=True, slots=True)
class About:
    """What a setting means. Both ends of a range belong to it; for a list it holds for each of its numbers."""

    text: str
    unit: str = ""
    low: float | None = None
    high: float | None = None

    @property
    def range(self) -> str:
        """The range with its unit, such as "0.1 to 120 frames a second"; empty where there is none."""
        return self.unit if self.low is None or self.high is None else str(Range(self.unit, self.low, self.high))

    def admits(self, value: object) -> bool:
        """Whether a value is in the range; true of what is no number."""
        if self.low is None or self.high is None or not isinstance(value, int | float):
            return True
        return Range(self.unit, self.low, self.high).admits(value)


class Address(str):
    """A source; a URL's user and password stay out of its repr."""

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(without_credentials(self))


@dataclass(frozen=True, slots=True)
class Secret:
    """A password. What prints it prints ***."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


_FIRST_CAMERA = Address("0")


@dataclass(frozen=True, slots=True)
class Camera:
    """Where frames come from, and what is done to them before a face is looked for."""

    source: Annotated[
        Address,
        About(
            "picamera, a camera's number (0), a device (/dev/video0), a URL (rtsp, http), a video, a folder, or demo."
        ),
    ] = _FIRST_CAMERA
    name: Annotated[
        str | None, About("The camera's name in the log, in topics and metrics. Not set: as its source.")
    ] = None
    size: Annotated[
        tuple[int, int],
        About("Width and height to ask a camera for; recordings and network streams keep theirs.", "pixels", 64, 8192),
    ] = (640, 480)
    rotate: Annotated[Literal[0, 90, 180, 270], About("Turns the picture clockwise: 0, 90, 180 or 270.", "degrees")] = 0
    flip: Annotated[
        Literal["none", "horizontal", "vertical"],
        About("Mirrors the turned picture: none, horizontal (left and right change places) or vertical."),
    ] = "none"
    region: Annotated[
        tuple[int, int, int, int] | None,
        About(
            "The part to look at, of the turned picture: x, y, width, height. Not set: all of it.", "pixels", 0, 8192
        ),
    ] = None
    smallest_face: Annotated[
        int,
        About(
            "Side of the smallest face to find; never under the frame's width x 25 / vision.search_width: 50 of 640 at "
            "320.",
            *SMALLEST_FACE,
        ),
    ] = 60
    max_fps: Annotated[
        float,
        About(
            "No more frames than this are looked at; of a faster camera some are left out.", "frames a second", 0.1, 120
        ),
    ] = 10.0
    buffers: Annotated[
        int,
        About(
            "Frames that libcamera keeps at once (picamera alone): 2 take half of the memory of 4, and lose frames "
            "rather than wait for a busy board.",
            "frames",
            2,
            16,
        ),
    ] = 4
    stale_after: Annotated[
        float, About("A camera that gives no frame for this long is opened anew.", "seconds", 1, 600)
    ] = 10.0


@dataclass(frozen=True, slots=True)
class Vision:
    """How faces are found, judged and followed."""

    models: Annotated[
        Path | None, About("Folder with emotion.tflite, gate.tflite and their .json. Not set: those that came along.")
    ] = None
    cascade: Annotated[Path | None, About("The face detector's XML file. Not set: OpenCV's own.")] = None
    threads: Annotated[int, About("Processor cores to use.", *THREADS)] = 1
    search_width: Annotated[
        int, About("Wider frames are searched at this width: more finds smaller faces, slower.", *SEARCH_WIDTH)
    ] = 320
    gate_threshold: Annotated[
        float | None,
        About("Probability from which a window counts as a human face. Not set: the model's own.", *PROBABILITY),
    ] = None
    emotion_threshold: Annotated[
        float | None,
        About('Best probability under which a face is "uncertain". Not set: the model\'s own.', *PROBABILITY),
    ] = None
    patience: Annotated[
        float,
        About(
            "How long a face may be out of sight and still be the same one; for three frames where those take longer.",
            "seconds",
            0.1,
            60,
        ),
    ] = 1.0
    smoothing: Annotated[float, About("Time constant of the mean over a face's frames.", "seconds", 0.05, 60)] = 0.7
    profile: Annotated[
        Path | None, About("A person's profile, made by calibrate for this model. Not set: nobody's.")
    ] = None


@dataclass(frozen=True, slots=True)
class Log:
    """The event log: JSON Lines in rotated files. In MB of 1,000,000 bytes."""

    path: Annotated[
        Path | None,
        About("The file; - is standard output. Not set: events.jsonl in systemd's $LOGS_DIRECTORY, else no log."),
    ] = None
    mode: Annotated[
        Literal["changes", "frames", "totals"],
        About(
            "changes, frames (also every face of every frame) or totals (seconds of each emotion, all faces together)."
        ),
    ] = "changes"
    sync_seconds: Annotated[
        float, About("A power cut loses no more than this; 0 syncs every line.", "seconds", 0, 3600)
    ] = 5.0
    rotate_mb: Annotated[int, About("A new file is begun at this size, and with each day (UTC).", "MB", 1, 10000)] = 8
    total_mb: Annotated[
        int, About("All files together; the oldest are deleted first. At least rotate_mb.", "MB", 1, 1000000)
    ] = 200
    free_mb: Annotated[
        int | None,
        About(
            "Always left free on the card; the log is shortened, then stopped, for it. "
            "Not set: 32, or a twentieth of a smaller card.",
            "MB",
            0,
            1000000,
        ),
    ] = None
    keep_days: Annotated[
        int | None, About("Files older than this are deleted. Not set: kept while there is room.", "days", 1, 36500)
    ] = None


@dataclass(frozen=True, slots=True)
class Mqtt:
    """States and events for an MQTT broker."""

    host: Annotated[str | None, About("The broker's name or address. Not set: no MQTT.")] = None
    port: Annotated[int | None, About("The broker's TCP port. Not set: 1883, with TLS 8883.", "", 1, 65535)] = None
    prefix: Annotated[str, About("First part of every topic.")] = "emotion-edge"
    node: Annotated[
        str | None, About("This machine's name in topics, emotion-edge/NODE/CAMERA/... Not set: its host name.")
    ] = None
    username: Annotated[str | None, About("The user at the broker. Not set: no log-in.")] = None
    password: Annotated[
        Secret | None,
        About("Rather use password_file, or systemd's LoadCredential=mqtt-password ($CREDENTIALS_DIRECTORY)."),
    ] = None
    password_file: Annotated[Path | None, About("A file whose first line is the password.")] = None
    tls: Annotated[bool, About("Whether the connection is encrypted, and the broker's certificate checked.")] = False
    ca_file: Annotated[Path | None, About("PEM file with the authority to trust. Not set: the system's.")] = None
    certificate: Annotated[Path | None, About("PEM file with this client's certificate, where the broker asks.")] = None
    key: Annotated[Path | None, About("PEM file with the key of that certificate.")] = None
    keepalive: Annotated[
        int, About("A broker that is silent for twice this long counts as lost.", "seconds", 5, 3600)
    ] = 30
    queue: Annotated[
        int,
        About("Events kept while the broker is away; of more, the oldest are dropped and counted.", "events", 1, 65000),
    ] = 1000
    home_assistant: Annotated[bool, About("Whether to announce the camera to Home Assistant.")] = True
    discovery_prefix: Annotated[str, About("Home Assistant's discovery prefix.")] = "homeassistant"


@dataclass(frozen=True, slots=True)
class Metrics:
    """A page for Prometheus, http://ADDRESS:PORT/metrics."""

    port: Annotated[int | None, About("The page's TCP port. Not set: no page.", "", 1, 65535)] = None
    address: Annotated[
        str, About("Where to listen. 127.0.0.1 is this machine alone; 0.0.0.0 lets everybody in the network read it.")
    ] = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Web:
    """A page with a live view, http://LISTEN/."""

    listen: Annotated[
        str | None,
        About("Where the page is: PORT, or ADDRESS:PORT for other machines, which needs the token. Not set: no page."),
    ] = None
    token: Annotated[
        Secret | None,
        About(
            "What visitors of the page must know: 16 characters or more (openssl rand -hex 16). "
            "Not set: this machine alone."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Privacy:
    """Looking away on demand."""

    pause_file: Annotated[
        Path | None,
        About(
            "While this file exists, no frame is looked at. Not set: pause in systemd's $STATE_DIRECTORY, else none."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that can be set."""

    camera: Camera = field(default_factory=Camera)
    vision: Vision = field(default_factory=Vision)
    log: Log = field(default_factory=Log)
    mqtt: Mqtt = field(default_factory=Mqtt)
    metrics: Metrics = field(default_factory=Metrics)
    web: Web = field(default_factory=Web)
    privacy: Privacy = field(default_factory=Privacy)
