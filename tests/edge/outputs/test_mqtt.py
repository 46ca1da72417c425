"""What other machines see on a real broker, which comes and goes."""

import json
import logging
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import paho.mqtt.client as paho
import pytest

from edge.contract.records import Analysis, Box, CameraEvent, Episode, Heartbeat, Observation, Scores, Start, Stop
from edge.outputs.events import events_of
from edge.outputs.mqtt import HomeAssistant, Mqtt
from edge.outputs.mqtt_connection import Broker
from edge.outputs.mqtt_topics import Topics
from tests.brokers import Ear, Mosquitto, free_port, needs_mosquitto, wait_until

ROOT = Path(__file__).parents[3]
LABELS = ("happy", "sad")
ROOM = "emotion-edge/pi/hall"
DISCOVERY = "homeassistant/device/emotion-edge_pi_hall/config"
NOBODY = '{"faces":0,"emotion":null,"emotions":[]}'
HAPPY = '{"faces":1,"emotion":"happy","emotions":["happy"]}'
START = Start(100.0, 0.0, "0", "none", "film", ())

pytestmark = needs_mosquitto


def seen(track: int, emotion: str, *, started: bool = False, changed: bool = False) -> Observation:
    scores = Scores(LABELS, (0.75, 0.25))
    return Observation(track, Box(0, 0, 9, 9), 1.0, scores, emotion, 0.75, started=started, changed=changed)


def frame(index: int, *faces: Observation, gone: tuple[int, ...] = ()) -> Analysis:
    scores = Scores(LABELS, (0.75, 0.25))
    ended = tuple(
        Episode(track, Box(0, 0, 9, 9), 1.0, 0.0, 1.0, 9, "happy", scores, (("happy", 1.0),)) for track in gone
    )
    return Analysis(index, 100.0 + index, float(index), faces, ended, 0)


def beat(index: int) -> Heartbeat:
    return Heartbeat(100.0 + index, float(index), 60.0, 600, 0, 0, 0, 1.0, None, None)


def mqtt(port: int, home: bool = True, **settings: object) -> Mqtt:
    return Mqtt(
        Broker("127.0.0.1", port, **settings),
        Topics("emotion-edge", "pi", "hall"),
        partial(events_of, camera="hall", boot="boot"),
        HomeAssistant("homeassistant", LABELS, "0") if home else None,
    )


@pytest.fixture
def broker(tmp_path):
    with Mosquitto(tmp_path) as broker:
        yield broker


@pytest.fixture
def ear(broker):
    with Ear(broker.port) as ear:
        yield ear


def test_it_says_that_it_is_there_and_who_is_in_sight(broker, ear):
    with mqtt(broker.port) as output:
        ear.wait_for(f"{ROOM}/state", NOBODY)
        output.handle(frame(1, seen(1, "happy", started=True, changed=True)))
        ear.wait_for(f"{ROOM}/state", HAPPY)
        with Ear(broker.port) as late:  # whoever comes later is told at once
            wait_until(lambda: len(late.messages) == 4, "four retained messages")
            assert all(message.retained for message in late.messages)
            assert late.of(f"{ROOM}/availability") == ["online"]
            assert late.of(f"{ROOM}/camera") == ["online"]
            assert late.of(f"{ROOM}/state") == [HAPPY]
            assert set(json.loads(late.of(DISCOVERY)[0])["components"]) == {"emotion", "presence", "faces"}
    ear.wait_for(f"{ROOM}/availability", "offline")


def test_the_state_is_said_when_it_changes_and_only_then(broker, ear):
    with mqtt(broker.port) as output:
        ear.wait_for(f"{ROOM}/state", NOBODY)
        output.handle(frame(1, seen(1, "happy", started=True, changed=True)))
        output.handle(frame(2, seen(1, "happy")))
        output.handle(frame(3))  # missed for a frame: it is still the same face
        output.handle(frame(4, seen(2, "sad", started=True, changed=True), seen(1, "happy")))
        output.handle(frame(5, seen(1, "happy"), gone=(2,)))
        output.handle(frame(6, seen(1, "sad", changed=True)))
        output.handle(frame(7, gone=(1,)))
        wait_until(lambda: len(ear.of(f"{ROOM}/state")) == 6, "six states")
    assert ear.of(f"{ROOM}/state") == [
        NOBODY,
        HAPPY,
        '{"faces":2,"emotion":"happy","emotions":["happy","sad"]}',
        HAPPY,
        '{"faces":1,"emotion":"sad","emotions":["sad"]}',
        NOBODY,
    ]


def test_events_come_by_kind_as_they_are_in_the_log(broker, ear):
    moments = [
        START,
        frame(1, seen(1, "happy", started=True, changed=True)),
        beat(2),
        frame(3, gone=(1,)),
        Stop(104.0, 4.0, "end", 3, 0, 1),
    ]
    with mqtt(broker.port) as output:
        ear.wait_for(f"{ROOM}/state", NOBODY)
        for moment in moments:
            output.handle(moment)
    ear.wait_for(f"{ROOM}/availability", "offline")
    for moment in moments:
        for event in events_of(moment, "hall", "boot"):
            assert event in [json.loads(payload) for payload in ear.of(f"{ROOM}/events/{event['event']}")]
    kinds = [m.topic.rpartition("/")[2] for m in ear.messages if "/events/" in m.topic]
    assert kinds == ["start", "face", "emotion", "heartbeat", "gone", "stop"]
    assert not any(message.retained for message in ear.messages)
    assert ear.messages[-1].topic == f"{ROOM}/availability", "offline is the last word"


def test_a_lost_camera_is_not_available(broker, ear):
    with mqtt(broker.port) as output:
        ear.wait_for(f"{ROOM}/camera", "online")
        output.handle(CameraEvent(101.0, 1.0, "lost", "no frame for 10 s"))
        output.handle(CameraEvent(160.0, 60.0, "back"))
        wait_until(lambda: ear.of(f"{ROOM}/camera") == ["online", "offline", "online"], "lost and back")


def test_a_broker_that_was_away_is_told_everything(broker, caplog):
    with mqtt(broker.port) as output:
        with Ear(broker.port) as before:
            before.wait_for(f"{ROOM}/state", NOBODY)
        broker.stop()
        output.handle(frame(1, seen(1, "happy", started=True, changed=True)))
        broker.start()
        with Ear(broker.port) as ear:
            ear.wait_for(f"{ROOM}/state", HAPPY)
            wait_until(lambda: ear.of(f"{ROOM}/events/face") and ear.of(f"{ROOM}/events/emotion"), "the events")
            assert ear.of(f"{ROOM}/availability")[-1] == "online"
            assert json.loads(ear.of(DISCOVERY)[-1])["origin"]["name"] == "emotion-edge"
    warnings = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 2, warnings
    assert warnings[0].startswith(f"MQTT: 127.0.0.1:{broker.port} is lost; trying on")
    assert warnings[1] == f"MQTT: connected to 127.0.0.1:{broker.port} again; events dropped so far: 0"


def test_home_assistant_is_told_again_when_it_has_started(broker, ear):
    with mqtt(broker.port):
        ear.wait_for(f"{ROOM}/state", NOBODY)
        ear.client.publish("homeassistant/status", "offline")
        ear.client.publish("homeassistant/status", "online")
        wait_until(lambda: len(ear.of(f"{ROOM}/state")) == 2, "the state again")
    ear.wait_for(f"{ROOM}/availability", "offline")
    assert len(ear.of(DISCOVERY)) == len(ear.of(f"{ROOM}/state")) == 2


def test_what_home_assistant_said_before_we_came_is_no_news(broker, ear):
    ear.client.publish("homeassistant/status", "online", retain=True)
    ear.wait_for("homeassistant/status", "online")
    with mqtt(broker.port) as output:
        ear.wait_for(f"{ROOM}/state", NOBODY)
        output.handle(START)  # its answer comes after what the broker had retained for us
    ear.wait_for(f"{ROOM}/availability", "offline")
    assert len(ear.of(DISCOVERY)) == 1


def test_without_home_assistant_nothing_is_said_to_it(broker, ear):
    with mqtt(broker.port, home=False):
        ear.wait_for(f"{ROOM}/state", NOBODY)
    assert not [message for message in ear.messages if message.topic.startswith("homeassistant")]


def test_the_queue_of_an_absent_broker_is_bounded_and_what_is_lost_is_counted(tmp_path, caplog):
    broker = Mosquitto(tmp_path)
    with mqtt(broker.port, queue=5) as output:
        for index in range(20):
            output.handle(beat(index))
        assert output.dropped == 15
        with broker, Ear(broker.port) as ear:
            wait_until(lambda: len(ear.of(f"{ROOM}/events/heartbeat")) >= 5, "what was kept")
            output.handle(beat(20))
            wait_until(lambda: len(ear.of(f"{ROOM}/events/heartbeat")) >= 6, "and what comes now")
            monos = {json.loads(payload)["mono"] for payload in ear.of(f"{ROOM}/events/heartbeat")}
            assert monos == {15.0, 16.0, 17.0, 18.0, 19.0, 20.0}
            output.stop()
    said = [record.message for record in caplog.records]
    assert len([line for line in said if "the oldest are dropped" in line]) == 1
    assert any(line.endswith("events dropped so far: 15") for line in said)


def test_all_that_waited_arrives_in_order(tmp_path):
    broker = Mosquitto(tmp_path)
    with mqtt(broker.port) as output:
        for index in range(500):  # many more than paho takes at a time
            output.handle(beat(index))
        with broker, Ear(broker.port) as ear:
            wait_until(lambda: len(ear.of(f"{ROOM}/events/heartbeat")) >= 400, "most of it")
            output.stop()  # which waits for the rest
            wait_until(lambda: "offline" in ear.of(f"{ROOM}/availability"), "the end")
    monos = [json.loads(payload)["mono"] for payload in ear.of(f"{ROOM}/events/heartbeat")]
    assert monos == list(range(500))
    assert output.dropped == 0


def test_no_event_overtakes_the_greeting(broker, ear, caplog, monkeypatch):
    greet = paho.Client._send_connect
    greeting = threading.Event()

    def late(*arguments):  # an unlucky switch of threads, between paho's new socket and what it says first
        greeting.set()
        time.sleep(0.3)
        return greet(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(paho.Client, "_send_connect", late)
        with mqtt(broker.port) as output:
            assert greeting.wait(10)
            output.handle(START)
            wait_until(lambda: ear.of(f"{ROOM}/events/start") != [], "the event")
    assert [record.message for record in caplog.records] == []


def test_a_broker_that_hangs_holds_up_nobody(broker):
    with mqtt(broker.port, queue=100) as output:
        with Ear(broker.port) as ear:
            ear.wait_for(f"{ROOM}/state", NOBODY)
        broker.freeze()
        began = time.monotonic()
        for index in range(3000):  # more than the system's buffers hold
            output.handle(frame(index, seen(index, "happy", started=True, changed=True), gone=(index - 1,)))
        assert time.monotonic() - began < 30  # 0.3 s where nothing else runs; a write that waits would wait for ever
        assert output.dropped > 8000
        began = time.monotonic()
        output.stop()
        assert time.monotonic() - began < 8
        broker.thaw()


def test_leaving_is_quick_where_there_is_no_broker():
    with mqtt(free_port()) as output:
        output.handle(START)
        began = time.monotonic()
    assert time.monotonic() - began < 4


def test_the_broker_says_offline_for_a_process_that_was_killed(broker, ear):
    code = (
        "import os, sys, time\n"
        "from tests.edge.outputs.test_mqtt import mqtt\n"
        "mqtt(int(sys.argv[1])).__enter__()\n"
        "sys.stdin.read()\n"
        "os._exit(9)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, str(broker.port)], cwd=ROOT, stdin=subprocess.PIPE)
    ear.wait_for(f"{ROOM}/availability", "online")
    process.kill()
    process.wait()
    ear.wait_for(f"{ROOM}/availability", "offline")
    process.stdin.close()
