"""A service's way to its frames, as fast as it can: `capturing.py FRAMES EVERY`.

The stand-in for a Raspberry Pi's camera gives frames without a pause, through its reader process; each tenth time that
it is sampled the reader is killed. Prints [frames, MiB, files] of this process, and of the reader after "reader ".
"""

import json
import os
import signal
import sys

from edge.capture.backoff import Backoff
from edge.capture.settings import CaptureSettings
from edge.capture.watched import WatchedCamera
from edge.contract.records import Frame
from tests.edge.soak.use import sample


def main(frames: int, every: int) -> None:
    settings = CaptureSettings(size=(640, 480), max_fps=None)
    count = samples = 0
    with WatchedCamera("picamera", settings, backoff=Backoff(0.01, 0.1)) as camera:
        while count < frames:
            if not isinstance(camera.read(), Frame):
                continue
            count += 1
            if count % every == 0:
                samples += 1
                for name, pid in (("", "self"), ("reader ", camera._reader.pid)):
                    use = sample(count, pid)
                    print(name + json.dumps([use.frames, use.memory, use.files]), flush=True)
                if samples % 10 == 0:
                    os.kill(camera._reader.pid, signal.SIGKILL)
        print(f"restarts {camera.restarts}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
