import sys
import types

import pytest

from edge.capture.picamera import PiCamera
from edge.capture.readers import BAD_IN_A_ROW
from edge.contract.errors import SourceError
from tests.edge.capture.standins.picamera2 import Picamera2, bad_planes


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
    PiCamera((320, 240), fps=20, buffers=2).close()
    configuration = Picamera2.last.camera_configuration()
    assert configuration["main"]["size"] == (640, 480)
    assert configuration["lores"]["size"] == (320, 240)
    assert configuration["main"]["format"] == configuration["lores"]["format"] == "YUV420"
    assert configuration["controls"] == {"FrameDurationLimits": (50000, 50000)}
    assert configuration["buffer_count"] == 2


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


@pytest.mark.parametrize("number", range(6))
def test_what_is_not_whole_is_left_out_and_counted(monkeypatch, number):
    source = PiCamera((100, 60))
    device = Picamera2.last
    sound = device.capture_array
    given = [bad_planes((90, 128))[number]]

    def capture_array(*what, **how):
        return given.pop() if given else sound(*what, **how)

    monkeypatch.setattr(device, "capture_array", capture_array)
    assert source.read().grey.shape == (60, 100)
    assert source.skipped == 1


def test_no_more_frames_are_asked_for_than_wanted(clock, stepping):
    def sleep(seconds):
        stepping.seconds += seconds

    source = PiCamera((100, 60), max_fps=10, clock=clock, sleep=sleep)
    frames = [source.read() for _ in range(31)]
    assert Picamera2.last.frames == 31
    assert frames[-1].mono - frames[0].mono == pytest.approx(3.0, abs=0.06)
