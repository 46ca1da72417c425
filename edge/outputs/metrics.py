"""Numbers for Prometheus: how the camera, the models and the machine are doing."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Self

from edge.contract.errors import ConfigurationError, OutputError
from edge.contract.labels import UNCERTAIN
from edge.contract.records import Analysis, CameraEvent, Heartbeat, Moment, Start
from edge.outputs.metrics_server import MetricsServer
from edge.outputs.presence import Presence, Shown

if TYPE_CHECKING:
    from prometheus_client.core import Metric

Reading = Callable[[], float | None]


def _unknown() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Readings:
    """What is read each time the page is asked for, in the server's thread; what is None or empty is left out.

    `temperature` is the processor's in degrees Celsius and `throttled` true while it is slowed down. Counts since the
    start are `lost_frames` by reason, `restarts` of the camera's process, `log_errors` (events that could not be
    written) and `mqtt_dropped` (events that could not be kept); `stages` are the seconds that each stage took so far.
    """

    temperature: Reading = _unknown
    throttled: Reading = _unknown
    restarts: Reading = _unknown
    log_errors: Reading = _unknown
    mqtt_dropped: Reading = _unknown
    lost_frames: Callable[[], Mapping[str, float]] = dict
    stages: Callable[[], Mapping[str, float]] = dict


class Metrics:
    """Serves http://ADDRESS:PORT/metrics while it is open."""

    def __init__(
        self, address: str, port: int, camera: str, readings: Readings | None = None, labels: Iterable[str] = ()
    ):
        """Listens to nobody yet.

        Args:
            address: where to listen, a name or an address.
            port: 0 is any free one.
            camera: its name.
            readings: what is read when somebody asks; None for nothing.
            labels: the emotions that may be seen, which are counted from 0 on.

        Raises:
            ConfigurationError: prometheus-client is missing.
        """
        try:
            import prometheus_client  # noqa: F401
        except ImportError:
            raise ConfigurationError(
                f"metrics need the package prometheus-client: {sys.executable} -m pip install "
                "'prometheus-client>=0.20,<1'"
            ) from None
        self._address, self._port = address, port
        self._counts = _Counts(camera, seconds=dict.fromkeys((*labels, UNCERTAIN), 0.0))
        self._readings = readings or Readings()
        self._lock = threading.Lock()
        self._server: MetricsServer | None = None

    @property
    def port(self) -> int:
        """The port that is listened on, once it is open."""
        return self._port

    def handle(self, moment: Moment) -> None:
        """Counts what the moment says."""
        with self._lock:
            self._counts.add(moment)

    def collect(self) -> "Iterator[Metric]":
        """Everything as it is now, in the form that prometheus_client asks its collectors for."""
        with self._lock:
            families = list(_of_counts(self._counts))
        yield from families
        yield from _of_readings(self._readings)

    def __enter__(self) -> Self:
        """Begins to listen. Raises OutputError where that is not possible."""
        from prometheus_client import CollectorRegistry, ProcessCollector, make_wsgi_app

        registry = CollectorRegistry()
        ProcessCollector(registry=registry)  # memory, processor time, open files
        registry.register(self)
        try:
            self._server = MetricsServer(self._address, self._port)
        except (OSError, OverflowError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise OutputError(f"metrics: cannot listen on {self._address}:{self._port} ({reason})") from None
        self._port = self._server.server_port
        self._server.set_app(make_wsgi_app(registry))
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@dataclass(slots=True)
class _Counts:
    """What was seen since the start."""

    camera: str
    up: bool = True
    losses: int = 0
    frames: int = 0
    rejected: int = 0
    faces: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    shown: Shown = field(default_factory=Shown)
    latency: float | None = None
    start: Start | None = None
    mono: float = float("-inf")

    def add(self, moment: Moment) -> None:
        match moment:
            case Start():
                self.start = moment
            case Analysis():
                self._look(moment)
            case CameraEvent():
                self.up = moment.state != "lost"
                self.losses += moment.state == "lost"
            case Heartbeat():
                self.latency = None if moment.latency_p95 is None else moment.latency_p95 / 1000

    def _look(self, analysis: Analysis) -> None:
        self.presence.update(analysis)
        self.frames += analysis.mono > self.mono  # tracks that end with the stream come with the last frame's time
        self.mono = analysis.mono
        self.rejected += analysis.rejected
        self.faces += sum(seen.started for seen in analysis.observations)
        for emotion, seconds in self.shown.passed(analysis):
            self.seconds[emotion] = self.seconds.get(emotion, 0.0) + seconds


def _of_counts(counts: _Counts) -> "Iterator[Metric]":
    from prometheus_client.core import InfoMetricFamily

    info = {"camera": counts.camera}
    if counts.start is not None:
        info |= {"version": counts.start.version, "runtime": counts.start.runtime}
        info |= {f"{model.task}_model": model.sha256 for model in counts.start.models}
    yield InfoMetricFamily("emotion_edge", "What is running.", info)
    yield from _counter("frames", "Frames looked at.", counts.frames)
    yield from _counter("windows_rejected", "Windows that the gate did not take for a human face.", counts.rejected)
    yield from _counter("faces", "Faces that came into sight.", counts.faces)
    yield from _gauge("faces_in_sight", "Faces in sight now.", len(counts.presence.faces))
    yield from _counters("emotion_seconds", "Seconds for which faces showed each emotion.", "emotion", counts.seconds)
    yield from _gauge("camera_up", "1 while the camera gives frames.", counts.up)
    yield from _counter("camera_losses", "How often the camera was lost.", counts.losses)
    yield from _gauge("latency_p95_seconds", "95 % of the last minute's frames took no longer.", counts.latency)


def _of_readings(readings: Readings) -> "Iterator[Metric]":
    yield from _gauge("temperature_celsius", "The processor's temperature.", readings.temperature())
    yield from _gauge("throttled", "1 while the board is slowed down.", readings.throttled())
    yield from _counter("camera_restarts", "How often the camera's process was started again.", readings.restarts())
    yield from _counter("log_errors", "Events that could not be written to the log.", readings.log_errors())
    yield from _counter("mqtt_dropped", "Events that a full MQTT queue could not take.", readings.mqtt_dropped())
    yield from _counters("frames_lost", "Frames that were not looked at.", "reason", readings.lost_frames())
    yield from _counters("stage_seconds", "Seconds spent in each stage.", "stage", readings.stages())


def _gauge(name: str, text: str, value: float | None) -> "Iterator[Metric]":
    from prometheus_client.core import GaugeMetricFamily

    if value is not None:
        yield GaugeMetricFamily(f"emotion_edge_{name}", text, value)


def _counter(name: str, text: str, value: float | None) -> "Iterator[Metric]":
    from prometheus_client.core import CounterMetricFamily

    if value is not None:
        yield CounterMetricFamily(f"emotion_edge_{name}", text, value)


def _counters(name: str, text: str, label: str, values: Mapping[str, float]) -> "Iterator[Metric]":
    from prometheus_client.core import CounterMetricFamily

    family = CounterMetricFamily(f"emotion_edge_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    if family.samples:
        yield family
