"""In place of picamera2: does what 0.3.12 to 0.3.38 do, as read in their sources.

A camera that is absent is IndexError (older) or RuntimeError; odd sizes are rounded down; `lores` may not be larger
than `main`; capture_array("lores") of YUV420 is (height * 3 / 2, stride) with the padding left in; a wait of so many
seconds ends in TimeoutError (from 0.3.21 on) and leaves the job queued; what is asked later waits behind queued jobs,
until cancel_all_and_flush() drops them.

In another process than the test's, the file named by STANDIN_PICAMERA2 says at every call what has gone wrong: words of
`FAULTS`, none for a sound camera.
"""

import logging
import os
import threading
import time
from pathlib import Path

import numpy as np

FAULTS = {
    "absent": "there is no camera",
    "hang-open": "opening it never returns",
    "hang": "asking for a frame never returns, as in versions that do not heed `wait`",
    "stall": "no frame within the wait",
    "unplugged": "the request fails",
    "stuck-stop": "closing never returns",
    "bad": "two of three frames are no pictures: empty, short, narrow, of no or three dimensions, of another type",
    "crash": "the library takes the process with it",
}

ALIGNMENT = 64


def fault(name):
    assert name in FAULTS
    script = os.environ.get("STANDIN_PICAMERA2")
    return script is not None and name in Path(script).read_text().split()


def for_ever():
    """As a thread that waits for one that will never answer: signals are handled, and it goes on waiting."""
    threading.Event().wait()


def bad_planes(shape):
    return [
        np.zeros((0, shape[1]), np.uint8),
        np.zeros((shape[0] // 3, shape[1]), np.uint8),
        np.zeros((shape[0], shape[1] // 4), np.uint8),
        np.zeros((*shape, 2), np.uint8),
        np.zeros(shape, np.float32),
        np.zeros((), np.uint8),
    ]


class Picamera2:
    cameras = 1
    period = float(os.environ.get("STANDIN_PERIOD", 1 / 30)) if "STANDIN_PICAMERA2" in os.environ else 0
    busy = False
    last: "Picamera2"

    def __init__(self, camera_num=0):
        if fault("hang-open"):
            for_ever()
        if self.cameras == 0 or fault("absent"):
            raise IndexError("list index out of range")
        if self.busy:
            logging.getLogger("picamera2").error("Camera __init__ sequence did not complete.")
            raise RuntimeError("Camera __init__ sequence did not complete.")
        Picamera2.last = self
        self.frames = self.asked = 0
        self.queued = 0
        self.stalled = self.unplugged = self.garbled = self.started = self.closed = False
        self.waits: list[float] = []

    @staticmethod
    def global_camera_info():
        """As libcamera lists them, without opening one."""
        if fault("absent"):
            return []
        return [
            {"Model": "imx708", "Location": 2, "Rotation": 180, "Id": "/base/soc/i2c0mux/i2c@1/imx708@1a", "Num": 0}
        ]

    def create_video_configuration(self, main, lores, controls, buffer_count, display="main", encode="main"):
        for stream in (main, lores):
            assert set(stream) <= {"size", "format"}
            stream["size"] = tuple(side - side % 2 for side in stream["size"])
        return {"main": main, "lores": lores, "controls": controls, "buffer_count": buffer_count}

    def configure(self, configuration):
        main, lores = configuration["main"]["size"], configuration["lores"]["size"]
        if lores[0] > main[0] or lores[1] > main[1]:
            raise RuntimeError("lores stream dimensions may not exceed main stream")
        if lores[0] > 4000:
            raise RuntimeError("Failed to allocate\n buffers")
        configuration["lores"]["stride"] = -(-lores[0] // ALIGNMENT) * ALIGNMENT
        self._configuration = configuration

    def camera_configuration(self):
        return self._configuration

    def start(self):
        self.started = True

    def capture_array(self, name="main", wait=None, signal_function=None):
        assert self.started
        assert name == "lores"
        self.waits.append(wait)
        time.sleep(self.period)
        self.asked += 1
        if fault("crash"):
            os.abort()
        if fault("hang"):
            for_ever()
        if self.unplugged or fault("unplugged"):
            raise RuntimeError("Request failed")
        if fault("stall"):
            time.sleep(wait)
            self.queued += 1
            raise TimeoutError
        if self.stalled:
            self.queued += 1
            assert wait is not None, "the real one would hang here"
            raise TimeoutError
        stream = self._configuration[name]
        (width, height), stride = stream["size"], stream["stride"]
        if self.garbled:
            return np.zeros((0, stride), np.uint8)
        if fault("bad") and self.asked % 3:
            shape = (height * 3 // 2, stride)
            return bad_planes(shape)[(self.asked - self.asked // 3) % len(bad_planes(shape))]
        planes = np.full((height * 3 // 2, stride), 255, np.uint8)  # padding and colour: must not be seen
        planes[:height, :width] = self.frames % 200
        planes[0, width - 1] = 200
        self.frames += 1
        return planes

    def cancel_all_and_flush(self):
        self.queued = 0

    def close(self):
        if fault("stuck-stop"):
            for_ever()
        assert not self.queued, "the real one would hang here"
        self.closed = True
