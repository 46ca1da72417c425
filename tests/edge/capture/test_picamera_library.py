"""picamera2's own code, on stand-ins for libcamera and the kernel's buffers: the sequence of calls is the library's."""

import contextlib
import gc
import importlib
import os
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from edge.capture.picamera import PiCamera
from edge.contract.errors import SourceError

# Its own: it names a thread's setting by an old name, and leaves a pipe open where it finds no camera.
pytestmark = [
    pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Exception ignored in. <_io.FileIO:pytest.PytestUnraisableExceptionWarning"),
]

BOUNDARY = Path(__file__).parent / "boundary"
PACKAGES = "picamera2 videodev2 piexif simplejpeg"
STANDINS = ("libcamera", "pykms", "prctl", "pidng")


class Heap:
    """In place of /dev/dma_heap: buffers of plain memory."""

    def __init__(self, hardware):
        self.hardware, self.used = hardware, 0

    def alloc(self, name, size):
        from picamera2.dma_heap import UniqueFD

        self.used += size
        if self.used > self.hardware.memory:
            raise OSError(12, "Cannot allocate memory")
        number = os.memfd_create(name)
        os.ftruncate(number, size)
        return UniqueFD(number)

    def close(self):
        self.used = 0


@pytest.fixture(scope="module")
def libcamera():
    """The stand-in, under a picamera2 that is imported here and forgotten afterwards."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BOUNDARY)
        before = set(sys.modules)
        try:
            importlib.import_module("picamera2")
        except ModuleNotFoundError as error:
            pytest.skip(f"{error.name} is not installed: pip install --no-deps {PACKAGES}")
        buffers = importlib.import_module("picamera2.allocators.dmaallocator")
        module = importlib.import_module("libcamera")
        patch.setattr(buffers, "DmaHeap", lambda: Heap(module.hardware))
        patch.setattr(buffers.fcntl, "ioctl", _ioctl(buffers.fcntl.ioctl, buffers.DMA_BUF_IOCTL_SYNC))
        yield module
        for name in set(sys.modules) - before:
            if name.partition(".")[0] in ("picamera2", *STANDINS):
                del sys.modules[name]


def _ioctl(own, synchronize):
    """The kernel's, but for what only its camera buffers know."""
    return lambda number, request, *rest: 0 if request == synchronize else own(number, request, *rest)


@pytest.fixture(autouse=True)
def hardware(libcamera):
    libcamera.hardware.reset()
    yield libcamera.hardware
    libcamera.hardware.reset()
    gc.collect()


@contextlib.contextmanager
def camera(*arguments, **settings):
    """One that is closed even if a test fails: picamera2 lets none be opened beside it."""
    source = PiCamera(*arguments, **settings)
    try:
        yield source
    finally:
        source.close()


@pytest.mark.parametrize("alignment", [64, 128])
@pytest.mark.parametrize("size", [(640, 480), (320, 240), (100, 60), (322, 242)])
def test_frames_are_the_y_plane_without_padding(hardware, alignment, size):
    hardware.alignment = alignment
    with camera(size) as source:
        frames = [source.read().grey for _ in range(3)]
        lores = source._camera.camera_configuration()["lores"]
    assert lores["stride"] % alignment == 0
    assert lores["stride"] >= size[0]
    for grey in frames:
        assert (grey.shape, grey.dtype) == ((size[1], size[0]), np.uint8)
        assert grey[0, -1] == 201
        assert np.unique(grey[1:]).size == 1
        assert grey[1, 0] < 200, "neither padding nor colour is in it"
    assert len({int(grey[1, 0]) for grey in frames}) == 3


def test_odd_sizes_are_rounded_down_by_the_library():
    with camera((101, 61)) as source:
        assert source.read().grey.shape == (60, 100)


def test_libcamera_is_asked_for_two_streams_and_a_sensor_mode_that_sees_the_whole_picture(hardware):
    with camera((640, 480)):
        main, lores, _raw = hardware.configuration
        assert (main.size.to_tuple(), str(main.pixel_format)) == ((1280, 960), "YUV420")
        assert (lores.size.to_tuple(), str(lores.pixel_format)) == ((640, 480), "YUV420")
        assert main.buffer_count == lores.buffer_count == 4
        # The imx219's mode of 640x480 sees a sixteenth of the picture.
        assert hardware.configuration.sensor_config.output_size.to_tuple() == (1640, 1232)


@pytest.mark.parametrize(("fps", "limits"), [(None, (33333, 33333)), (20, (50000, 50000))])
def test_the_rate_reaches_libcamera(hardware, fps, limits):
    with camera((320, 240), fps=fps):
        assert hardware.controls["FrameDurationLimits"] == limits
        assert not {"ExposureTime", "AnalogueGain"} & set(hardware.controls), "the camera exposes by itself"


def test_it_is_acquired_configured_started_stopped_and_released_in_this_order(hardware):
    with camera((320, 240)) as source:
        source.read()
    assert hardware.calls == ["acquire", "configure", "start", "stop", "release"]


def test_frames_at_the_start_that_libcamera_marks_are_not_seen(hardware):
    hardware.startup = 7
    with camera((100, 60)) as source:
        assert source.read().grey[1, 0] > 7


def test_a_camera_that_goes_silent_is_an_error_and_can_be_closed_and_opened_again(hardware):
    with camera((100, 60)) as source:
        source.read()
        source._timeout, hardware.silent = 0.2, True
        with contextlib.suppress(SourceError):
            source.read()  # a frame that was taken before may still be there
        with pytest.raises(SourceError, match=r"no frame within 0\.2 s; check the ribbon cable"):
            source.read()
        assert source._camera._job_list == []
    assert hardware.calls[-1] == "release"
    hardware.silent = False
    with camera((100, 60)) as source:
        assert source.read().grey.shape == (60, 100)


def test_every_frame_that_is_read_goes_back_to_be_filled_again(hardware):
    """There are four: a fifth read would wait for ever."""
    with camera((100, 60)) as source:
        for _ in range(40):
            assert source.read().grey.shape == (60, 100)


def test_no_file_stays_open_and_no_thread_alive():
    def held():
        gc.collect()
        return len(list(Path("/proc/self/fd").iterdir())), threading.active_count()

    with camera((100, 60)) as source:
        source.read()
    del source
    before = held()
    for _ in range(5):
        with camera((100, 60)) as source:
            source.read()
        del source
    assert held() == before


def test_no_camera_or_one_in_use_is_one_line_with_advice(hardware, caplog):
    hardware.cameras = 0
    with pytest.raises(SourceError, match=r"no camera to be had \(No camera number 0 found"):
        PiCamera()
    hardware.cameras, hardware.busy = 1, True
    with pytest.raises(SourceError, match=r"no camera to be had .*did not complete.*whether another program uses it"):
        PiCamera()
    assert not caplog.messages


def test_two_at_once_cannot_be_and_the_first_goes_on(hardware):
    with camera((100, 60)) as source:
        with pytest.raises(SourceError, match="no camera to be had"):
            PiCamera()
        assert source.read().grey.shape == (60, 100)


def test_too_little_memory_for_buffers_is_one_line_and_lets_the_camera_go(hardware):
    hardware.memory = 1 << 20
    with pytest.raises(SourceError, match=r"cannot be started \(.*Cannot allocate memory\); try another size"):
        PiCamera((1280, 960))
    assert hardware.calls[-1] == "release"
    hardware.memory = 256 << 20
    with camera((100, 60)) as source:
        assert source.read().grey.shape == (60, 100)
