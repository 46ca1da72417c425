"""A service's main process on a long recording, as fast as it can: `looking.py FOLDER FRAMES EVERY [LEAK]`.

The demo clip over and over with its real models, an hour later each time, so that days pass; camera lost and back, and
pauses, in between; the log (rotated and compressed all the time), metrics, an MQTT broker that is not there, systemd's
messages. Prints [frames, MiB, files] after every EVERY frames. LEAK keeps so many bytes a frame, and a file each
hundredth: to see that it would be found.
"""

import json
import os
import sys
import time
import urllib.request
from functools import partial
from pathlib import Path

from edge import __version__
from edge.assembly import load_pipeline
from edge.capture.opening import open_source
from edge.contract.records import CameraEvent, Frame, Start
from edge.outputs.aside import Aside
from edge.outputs.console import Console
from edge.outputs.event_log import EventLog
from edge.outputs.log.limits import Limits
from edge.outputs.metrics import Metrics, Readings
from edge.outputs.mqtt import HomeAssistant, Mqtt
from edge.outputs.mqtt_connection import Broker
from edge.outputs.mqtt_topics import Topics
from edge.outputs.scribe import Scribe
from edge.service.notify import Notifier, Supervision
from edge.service.runner import Runner
from edge.vision.timing import Stopwatch
from tests.brokers import free_port
from tests.edge.soak.use import sample

HOUR = 3600.0


class Days:
    """The clip again and again; after each time the camera is lost for the rest of the hour."""

    live = True
    description = "demo"
    skipped = dropped = restarts = 0

    def __init__(self, after):
        self._after = after
        self._clip = open_source("demo")
        self._origin: float | None = None
        self._hours = 0
        self._frames = 0
        self._back = False

    def read(self):
        frame = self._clip.read()
        if frame is None:
            self._clip.close()
            self._clip = open_source("demo")
            self._hours += 1
            self._origin, self._back = None, True
            now = self._hours * HOUR
            return CameraEvent(1.8e9 + now - 600, now - 600, "lost", "unplugged")
        self._origin = frame.mono if self._origin is None else self._origin
        now = self._hours * HOUR + frame.mono - self._origin
        if self._back:
            self._back = False
            return CameraEvent(1.8e9 + now, now, "back")
        self._frames += 1
        self._after(self._frames)
        return Frame(self._frames, 1.8e9 + now, now, frame.grey)


def main(folder: Path, frames: int, every: int, leak: int = 0) -> None:
    kept, port = [], free_port()

    def after(count: int) -> None:
        if leak:
            kept.append(bytes(leak))
            if count % 100 == 0:
                kept.append(os.open("/dev/null", os.O_RDONLY))
        if count % every == 0:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).close()
            use = sample(count)
            print(json.dumps([use.frames, use.memory, use.files]), flush=True)

    watch = Stopwatch()
    pipeline = load_pipeline(timing=watch)
    source = Days(after)
    scribe = partial(Scribe, "soak", "frames", synchronized=lambda: True)
    log = EventLog(folder / "log.jsonl", scribe(), Limits(size=100_000, total=1_000_000, free=0), strict=False)
    home = HomeAssistant("homeassistant", pipeline.labels, __version__)
    mqtt = Mqtt(Broker("127.0.0.1", free_port(), queue=200), Topics("soak", "soak", "soak"), scribe().events, home)
    readings = Readings(stages=lambda: watch.seconds, log_errors=lambda: log.lost)
    metrics = Metrics("127.0.0.1", port, "soak", readings)
    supervision = Supervision(Notifier(None), 60.0)
    nowhere = open(os.devnull, "w")  # noqa: PTH123, SIM115
    console, record = Aside(Console(nowhere), "console"), Aside(log, "log", log.missed, weigh=log.count)
    with nowhere, metrics, mqtt, supervision, console, record:
        outputs = [console, record, mqtt, metrics, supervision]
        paused = lambda: source._frames % 1000 >= 980  # noqa: E731
        runner = Runner(source, pipeline, outputs, idle=supervision.rest, paused=paused)
        start = partial(Start, version=__version__, runtime="LiteRT", source="demo", models=pipeline.models)
        runner.startup(start)
        while source._frames < frames:
            runner.tick()
            if record.missed:
                sys.exit(f"the log is too slow for this machine: {record.missed} events left out")
            while record._waiting.qsize() > 1000:  # no camera is this fast
                time.sleep(0.01)
        runner.stop("enough")
        runner.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
