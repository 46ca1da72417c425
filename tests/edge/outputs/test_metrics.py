"""The page as Prometheus reads it, over HTTP."""

import socket
import sys
import urllib.error
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from edge.contract.errors import ConfigurationError, OutputError
from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Episode,
    Heartbeat,
    ModelInfo,
    Observation,
    Scores,
    Start,
    Stop,
)
from edge.outputs.metrics import Metrics, Readings

BOX, SCORES = Box(0, 0, 9, 9), Scores(("happy", "sad"), (0.75, 0.25))


def frame(index: int, *tracks: int, gone: tuple[int, ...] = (), rejected: int = 0) -> Analysis:
    faces = tuple(
        Observation(track, BOX, 1.0, SCORES, "happy", 0.75, started=index == track, changed=False) for track in tracks
    )
    seconds = (("happy", 2.0), ("uncertain", 0.5))
    ended = tuple(Episode(track, BOX, 1.0, 0.0, 2.5, 9, "happy", SCORES, seconds) for track in gone)
    return Analysis(index, 100.0 + index, float(index), faces, ended, rejected)


def page(metrics: Metrics) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{metrics.port}/metrics", timeout=10) as answer:
        assert answer.status == 200
        return answer.read().decode()


def read(metrics: Metrics) -> dict[str, float]:
    """Each sample by its name and labels, as Prometheus' own parser reads the page."""
    samples = [sample for family in text_string_to_metric_families(page(metrics)) for sample in family.samples]
    return {name + "".join(f"{{{k}={v}}}" for k, v in labels.items()): value for name, labels, value, *_ in samples}


@pytest.fixture
def metrics():
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        yield metrics


def test_what_was_seen(metrics):
    metrics.handle(frame(1, 1, rejected=2))
    metrics.handle(frame(2, 1, 2, rejected=1))
    metrics.handle(frame(3, 2))
    first = read(metrics)
    assert first["emotion_edge_frames_total"] == 3
    assert first["emotion_edge_windows_rejected_total"] == 3
    assert first["emotion_edge_faces_total"] == 2
    assert first["emotion_edge_faces_in_sight"] == 2, "a face that was missed for a frame is still there"
    assert first["emotion_edge_emotion_seconds_total{emotion=happy}"] == 2.0, "1 of each, while they are there"
    metrics.handle(frame(4, gone=(1, 2)))
    metrics.handle(frame(4))  # what ends with the stream carries the last frame's time, and is none
    last = read(metrics)
    assert last["emotion_edge_frames_total"] == 4
    assert last["emotion_edge_faces_in_sight"] == 0
    assert last["emotion_edge_emotion_seconds_total{emotion=happy}"] == 4.0
    assert last["emotion_edge_emotion_seconds_total{emotion=uncertain}"] == 1.0


def test_every_emotion_is_there_from_the_start():
    """Prometheus counts what was added between two visits: the first seconds of an emotion need a 0 before them."""
    with Metrics("127.0.0.1", 0, "hall", labels=("happy", "sad")) as metrics:
        found = {name: value for name, value in read(metrics).items() if "emotion_seconds_total" in name}
        assert found == {
            f"emotion_edge_emotion_seconds_total{{emotion={emotion}}}": 0 for emotion in ("happy", "sad", "uncertain")
        }
        metrics.handle(frame(1, 1))
        metrics.handle(frame(2, 1))
        assert read(metrics)["emotion_edge_emotion_seconds_total{emotion=happy}"] == 1


def test_the_camera(metrics):
    assert read(metrics)["emotion_edge_camera_up"] == 1
    metrics.handle(CameraEvent(100.0, 0.0, "lost", "unplugged"))
    assert read(metrics)["emotion_edge_camera_up"] == 0
    metrics.handle(CameraEvent(160.0, 60.0, "back"))
    assert read(metrics)["emotion_edge_camera_up"] == 1
    assert read(metrics)["emotion_edge_camera_losses_total"] == 1


def test_latency_is_in_seconds(metrics):
    assert "emotion_edge_latency_p95_seconds" not in read(metrics)
    metrics.handle(Heartbeat(160.0, 60.0, 60.0, 600, 0, 0, 0, 12.5, None, None))
    assert read(metrics)["emotion_edge_latency_p95_seconds"] == 0.0125


def test_what_is_running(metrics):
    hostile = Start(0.0, 0.0, '1"\n', "litert", "film", (ModelInfo("emotion", "emotion", "ab12", 0.5),))
    metrics.handle(hostile)
    metrics.handle(Stop(1.0, 1.0, "end", 1, 0, 0))
    (info,) = (line for line in page(metrics).splitlines() if line.startswith("emotion_edge_info"))
    assert 'camera="hall"' in info
    assert 'emotion_model="ab12"' in info
    assert r'version="1\"\n"' in info


def test_the_process(metrics):
    found = read(metrics)
    assert found["process_resident_memory_bytes"] > 1e6
    assert found["process_open_fds"] > 2


def test_readings_are_taken_at_each_request():
    temperatures = iter([48.5, None, 51.0])
    readings = Readings(
        temperature=lambda: next(temperatures),
        throttled=lambda: True,
        restarts=lambda: 2,
        log_errors=lambda: 3,
        mqtt_dropped=lambda: 4,
        lost_frames=lambda: {"unusable": 5, "replaced": 6},
        stages=lambda: {"detect": 1.5},
    )
    with Metrics("127.0.0.1", 0, "hall", readings) as metrics:
        found = read(metrics)
        assert "emotion_edge_temperature_celsius" not in read(metrics)
        assert read(metrics)["emotion_edge_temperature_celsius"] == 51.0
    assert found["emotion_edge_temperature_celsius"] == 48.5
    assert found["emotion_edge_throttled"] == 1
    assert found["emotion_edge_camera_restarts_total"] == 2
    assert found["emotion_edge_log_errors_total"] == 3
    assert found["emotion_edge_mqtt_dropped_total"] == 4
    assert found["emotion_edge_frames_lost_total{reason=unusable}"] == 5
    assert found["emotion_edge_frames_lost_total{reason=replaced}"] == 6
    assert found["emotion_edge_stage_seconds_total{stage=detect}"] == 1.5


def test_what_nobody_reads_is_left_out(metrics):
    found = read(metrics)
    for name in ("temperature_celsius", "throttled", "camera_restarts_total", "log_errors_total", "mqtt_dropped_total"):
        assert f"emotion_edge_{name}" not in found
    assert not [name for name in found if "frames_lost" in name or "stage" in name]


def test_every_number_has_its_explanation(metrics):
    metrics.handle(frame(1, 1, gone=(1,)))
    for family in text_string_to_metric_families(page(metrics)):
        assert family.documentation
        assert family.name.startswith(("emotion_edge", "process_"))


def test_only_this_machine_is_answered(metrics):
    # Linux routes all of 127/8 to the loopback, so this reaches whoever listens on every address.
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", metrics.port), timeout=5)


def test_it_stops_listening():
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        page(metrics)
    with pytest.raises(urllib.error.URLError):
        page(metrics)


def test_a_client_that_does_not_read_keeps_nobody_from_leaving():
    with Metrics("127.0.0.1", 0, "hall") as metrics:
        lazy = socket.create_connection(("127.0.0.1", metrics.port))
        lazy.send(b"GET /metr")
        metrics.handle(frame(1, 1))
        assert read(metrics)["emotion_edge_frames_total"] == 1
    lazy.close()


def test_a_port_that_is_taken(metrics):
    with pytest.raises(OutputError, match=rf"127\.0\.0\.1:{metrics.port} \(Address already in use\)"):
        Metrics("127.0.0.1", metrics.port, "hall").__enter__()


def test_without_the_package(monkeypatch):
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(ConfigurationError, match="pip install 'prometheus-client"):
        Metrics("127.0.0.1", 0, "hall")
