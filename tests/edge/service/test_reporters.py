"""From the settings to what other machines hear."""

import json
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from edge.contract.errors import ConfigurationError
from edge.contract.records import Stop
from edge.outputs.metrics import Readings
from edge.service.configuration import Configuration, Metrics, Mqtt, Secret
from edge.service.reporters import reporters
from tests.brokers import Ear, Mosquitto, free_port, needs_mosquitto, wait_until

ROOT = Path(__file__).parents[3]


def page(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return answer.read().decode()


def test_nothing_set_reports_nowhere():
    assert reporters(Configuration(), "hall", ("happy",), Readings()) == []


def test_a_certificate_that_is_missing_is_said_before_anything_runs(tmp_path):
    settings = Configuration(mqtt=Mqtt(host="h", tls=True, ca_file=tmp_path / "ca.pem"))
    with pytest.raises(ConfigurationError, match=r"ca\.pem"):
        reporters(settings, "hall", ("happy",), Readings())


def test_the_metrics_know_every_emotion():
    settings = Configuration(metrics=Metrics(port=free_port()))
    (metrics,) = reporters(settings, "hall", ("happy", "sad"), Readings())
    with metrics:
        assert re.findall(r'emotion="(\w+)"} 0.0', page(settings.metrics.port)) == ["happy", "sad", "uncertain"]


@needs_mosquitto
def test_a_run_with_mqtt_from_its_first_word_to_its_last(tmp_path):
    users = tmp_path / "users"
    subprocess.run(["mosquitto_passwd", "-b", "-c", users, "ann", "pine tree"], check=True, capture_output=True)
    (tmp_path / "mqtt-password").write_text("pine tree\n")
    config = tmp_path / "config.toml"
    access = tmp_path / "access"
    access.write_text("topic read #\nuser ann\ntopic readwrite #\n")  # the test may listen, ann may speak
    rules = ("allow_anonymous true", f"password_file {users}", f"acl_file {access}")
    with Mosquitto(tmp_path, *rules) as broker, Ear(broker.port, "house/#") as ear:
        config.write_text(f"""
            [camera]
            source = "demo"
            name = "front door"
            [mqtt]
            host = "127.0.0.1"
            port = {broker.port}
            prefix = "house"
            node = "pi3"
            username = "ann"
            home_assistant = false
        """)
        command = [sys.executable, "-m", "edge", "run", "--config", str(config), "--max-frames", "60"]
        environment = {"CREDENTIALS_DIRECTORY": str(tmp_path)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120)
        assert (done.returncode, done.stderr) == (0, "")
        ear.wait_for("house/pi3/front-door/availability", "offline")
    topics = [message.topic.removeprefix("house/pi3/front-door/") for message in ear.messages]
    assert topics[-1] == "availability"
    for kind in ("start", "face", "emotion", "gone", "stop"):
        assert f"events/{kind}" in topics
    (gone,) = ear.of("house/pi3/front-door/events/gone")
    assert json.loads(gone)["camera"] == "front door"
    states = [json.loads(state) for state in ear.of("house/pi3/front-door/state")]
    assert [state["faces"] for state in states][-2:] == [1, 0]


def test_metrics_count_what_mqtt_drops():
    settings = Configuration(mqtt=Mqtt(host="127.0.0.1", port=free_port(), queue=1), metrics=Metrics(port=free_port()))
    mqtt, metrics = reporters(settings, "hall", ("happy",), Readings(temperature=lambda: 48.5))
    for moment in (Stop(0.0, 0.0, "a", 0, 0, 0), Stop(0.0, 0.0, "b", 0, 0, 0)):
        mqtt.handle(moment)  # it was not started, so the queue keeps one of them
    with metrics:
        found = page(metrics.port)
    assert "emotion_edge_mqtt_dropped_total 1.0" in found
    assert "emotion_edge_temperature_celsius 48.5" in found


def test_a_run_shows_its_metrics(tmp_path):
    port = free_port()
    environment = {"EMOTION_EDGE_METRICS_PORT": str(port)}
    command = [sys.executable, "-m", "edge", "run", "--source", "demo"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if "appears" in line:
            break
    wait_until(lambda: "emotion_edge_faces_total 1.0" in page(port), "the face that was just printed")
    found = page(port)
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert 'emotion_edge_frames_lost_total{reason="unusable"} 0.0' in found
    assert 'emotion_edge_frames_lost_total{reason="replaced"} 0.0' in found
    assert "emotion_edge_camera_restarts_total 0.0" in found
    assert "emotion_edge_log_errors_total" not in found, "there is no log"
    assert re.search(r"emotion_edge_frames_total [1-9]", found)
    for stage in ("detect", "gate", "track", "emotion"):
        assert float(re.search(rf'emotion_edge_stage_seconds_total{{stage="{stage}"}} (\S+)', found)[1]) > 0


def test_secrets_do_not_reach_a_broken_output():
    settings = Configuration(mqtt=Mqtt(host="a..b", username="ann", password=Secret("pine tree")))
    with pytest.raises(ConfigurationError) as caught:
        reporters(settings, "hall", ("happy",), Readings())
    assert "pine" not in str(caught.value)
