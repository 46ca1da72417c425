"""The stand-in below does what picamera2 0.3.12 to 0.3.38 do, as read in their sources.

A camera that is absent is IndexError (older) or RuntimeError; odd sizes are rounded down; `lores` may not be larger
than `main`; capture_array("lores") of YUV420 is (height * 3 / 2, stride) with the padding left in; a wait of so many
seconds ends in TimeoutError (from 0.3.21 on) and leaves the job queued; what is asked later waits behind queued jobs,
until cancel_all_and_flush() drops them.
"""

import logging
import sys
import types

import numpy as np
import pytest

from edge.capture.picamera import PiCamera
from edge.capture.readers import BAD_IN_A_ROW
from edge.contract.errors import SourceError

ALIGNMENT = 64


class Picamera2:
    cameras = 1
    busy = False
    last: "Picamera2"

    def __init__(self, camera_num=0):
        if self.cameras == 0:
            raise IndexError("list index out of range")
        if self.busy:
            logging.getLogger("picamera2").error("Camera __init__ sequence did not complete.")
            raise RuntimeError("Camera __init__ sequence did not complete.")
        Picamera2.last = self
        self.frames = 0
        self.queued = 0
        self.stalled = self.unplugged = self.garbled = self.started = self.closed = False
        self.waits: list[float] = []

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
        if self.unplugged:
            raise RuntimeError("Request failed")
        if self.stalled:
            self.queued += 1
            assert wait is not None, "the real one would hang here"
            raise TimeoutError
        stream = self._configuration[name]
        (width, height), stride = stream["size"], stream["stride"]
        if self.garbled:
            return np.zeros((0, stride), np.uint8)
        planes = np.full((height * 3 // 2, stride), 255, np.uint8)  # padding and colour: must not be seen
        planes[:height, :width] = self.frames
        planes[0, width - 1] = 200
        self.frames += 1
        return planes

    def cancel_all_and_flush(self):
        self.queued = 0

    def close(self):
        assert not self.queued, "the real one would hang here"
        self.closed = True


@pytest.fixture(autouse=True)
def picamera2(monkeypatch):
    module = types.ModuleType("picamera2")
    module.Picamera2 = Picamera2
    monkeypatch.setitem(sys.modules, "picamera2", module)
    monkeypatch.setattr(Picamera2, "cameras", 1)
    monkeypatch.setattr(Picamera2, "busy", False)
    return module


def test_frames_are_the_y_plane_without_padding(clock, stepping):
    with PiCamera((100, 60), clock=clock) as source:
        first = source.read()
        stepping.seconds = 0.5
        second = source.read()
    assert Picamera2.last.camera_configuration()["lores"]["stride"] == 128  # wider than the picture, as on a Pi
    assert first.grey.shape == (60, 100)
    assert first.grey[0, 99] == 200
    assert first.grey[1:].max() == 0
    assert second.grey[1:].min() == second.grey[1:].max() == 1
    assert first.grey.flags.c_contiguous
    assert (first.index, second.index) == (0, 1)
    assert second.mono - first.mono == second.time - first.time == 0.5
    assert Picamera2.last.closed


def test_the_main_stream_has_the_shape_of_the_frames_and_the_rate_is_asked_for():
    PiCamera((320, 240), fps=20).close()
    configuration = Picamera2.last.camera_configuration()
    assert configuration["main"]["size"] == (640, 480)
    assert configuration["lores"]["size"] == (320, 240)
    assert configuration["main"]["format"] == configuration["lores"]["format"] == "YUV420"
    assert configuration["controls"] == {"FrameDurationLimits": (50000, 50000)}


def test_without_wishes_it_is_640x480_at_the_librarys_rate():
    with PiCamera(None) as source:
        assert source.live
        assert source.description == "picamera"
        assert source.read().grey.shape == (480, 640)
    assert Picamera2.last.camera_configuration()["controls"] == {}


def test_the_size_is_the_one_that_was_configured_not_the_one_wished_for():
    with PiCamera((101, 61)) as source:
        assert source.read().grey.shape == (60, 100)


def test_a_camera_that_stalls_is_an_error_after_the_timeout_and_closes_without_hanging():
    with PiCamera((100, 60), timeout=2.5) as source:
        source.read()
        Picamera2.last.stalled = True
        with pytest.raises(SourceError, match=r"picamera: no frame within 2\.5 s; check the ribbon cable"):
            source.read()
        assert Picamera2.last.waits == [2.5, 2.5]
    assert Picamera2.last.closed


def test_an_old_picamera2_that_cannot_drop_its_jobs_still_gives_the_error(monkeypatch):
    source = PiCamera((100, 60))
    monkeypatch.delattr(Picamera2, "cancel_all_and_flush")
    Picamera2.last.stalled = True
    with pytest.raises(SourceError, match="no frame within 5 s"):
        source.read()


def test_a_camera_that_fails_is_an_error():
    source = PiCamera()
    Picamera2.last.unplugged = True
    with pytest.raises(SourceError, match=r"picamera: gives no frames any more \(Request failed\)"):
        source.read()


def test_nothing_but_empty_buffers_is_an_error():
    source = PiCamera()
    Picamera2.last.garbled = True
    with pytest.raises(SourceError, match="unusable frames in a row"):
        source.read()
    assert source.skipped == BAD_IN_A_ROW


@pytest.mark.parametrize(
    ("field", "value", "reason"), [("cameras", 0, "list index"), ("busy", True, "did not complete")]
)
def test_no_camera_or_one_in_use_is_one_line_with_advice(monkeypatch, caplog, field, value, reason):
    monkeypatch.setattr(Picamera2, field, value)
    with pytest.raises(SourceError, match=f"no camera to be had .*{reason}.*rpicam-hello --list-cameras"):
        PiCamera()
    assert not caplog.messages  # picamera2's own line about it would be the second


def test_a_configuration_that_is_refused_closes_the_camera():
    with pytest.raises(SourceError, match=r"cannot be started \(Failed to allocate buffers\)"):
        PiCamera((5000, 4000))
    assert Picamera2.last.closed


def test_without_picamera2_it_names_the_package_and_the_environment(monkeypatch):
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(SourceError, match=r"sudo apt install python3-picamera2.*--system-site-packages"):
        PiCamera()


def test_parts_built_for_another_numpy_are_the_same_kind_of_error(monkeypatch):
    class Broken(types.ModuleType):
        def __getattr__(self, name):
            raise ValueError("numpy.dtype size changed, may indicate binary incompatibility")

    monkeypatch.setitem(sys.modules, "picamera2", Broken("picamera2"))
    with pytest.raises(SourceError, match=r"numpy\.dtype size changed.*numpy<2"):
        PiCamera()
