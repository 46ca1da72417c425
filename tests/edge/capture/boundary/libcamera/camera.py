"""The camera, its requests and their buffers: a thread completes what is queued, in turn, at the camera's rate."""

import contextlib
import mmap
import os
import threading
import time
from collections import deque
from enum import Enum

import numpy as np

from . import controls, properties
from ._libcamera import CameraConfiguration
from .hardware import hardware

PADDING = 238
"""What lies in the padding and in the planes of the colours: must not be seen."""


class FrameMetadata:
    Status = Enum("Status", "Success Error Cancelled Startup")

    def __init__(self):
        self.status, self.planes = FrameMetadata.Status.Success, []


class FrameBuffer:
    class Plane:
        offset = length = 0
        _fd = -1

        @property
        def fd(self):
            return self._fd

        @fd.setter
        def fd(self, number):
            self._fd = os.dup(number)  # as SharedFD does

        def __del__(self):
            with contextlib.suppress(OSError):
                os.close(self._fd)

    def __init__(self, planes):
        self.planes, self.metadata = planes, FrameMetadata()


class Request:
    Status = Enum("Status", "Pending Complete Cancelled")

    def __init__(self, cookie):
        self.cookie, self.buffers, self.metadata, self.controls = cookie, {}, {}, {}
        self.status = Request.Status.Pending

    def add_buffer(self, stream, buffer):
        self.buffers[stream] = buffer

    def reuse(self):
        assert self.status is not Request.Status.Pending, "it is still queued"
        self.status, self.metadata, self.controls = Request.Status.Pending, {}, {}

    def set_control(self, control, value):
        self.controls[control.name] = value


class Camera:
    def __init__(self, manager, number):
        self.id = f"/base/soc/i2c0mux/i2c@{number}/imx219@10"
        self.controls, self.properties = controls.CONTROLS, properties.PROPERTIES
        self._manager, self._thread = manager, None
        self._queued, self._lock, self._acquired = deque(), threading.Lock(), False

    def acquire(self):
        if hardware.busy or self._acquired:
            raise RuntimeError("Failed to acquire camera: Device or resource busy")
        hardware.did("acquire")
        self._acquired = True

    def release(self):
        hardware.did("release")
        self._acquired = False

    def generate_configuration(self, roles):
        return CameraConfiguration(roles)

    def configure(self, configuration):
        assert self._acquired
        assert self._thread is None
        hardware.did("configure")
        hardware.configuration = configuration

    def create_request(self, cookie):
        return Request(cookie)

    def start(self, wanted):
        hardware.did("start")
        hardware.controls = {control.name: value for control, value in wanted.items()}
        self._running, self._frames = True, 0
        self._thread = threading.Thread(target=self._expose, daemon=True)
        self._thread.start()

    def queue_request(self, request):
        if self._thread is None:
            raise RuntimeError("Failed to queue request: Permission denied")
        assert request.status is Request.Status.Pending
        with self._lock:
            self._queued.append(request)

    def stop(self):
        hardware.did("stop")
        if hardware.stuck:
            hardware.block()
        self._running = False
        self._thread.join()
        self._thread = None
        while self._queued:
            self._complete(self._queued.popleft(), Request.Status.Cancelled, FrameMetadata.Status.Cancelled)

    def _expose(self):
        while self._running:
            time.sleep(hardware.period)
            if hardware.silent:
                continue
            with self._lock:
                request = self._queued.popleft() if self._queued else None
            self._frames += 1  # the sensor goes on, whether anybody asks or not
            if request is not None:
                early = self._frames <= hardware.startup
                status = FrameMetadata.Status.Startup if early else FrameMetadata.Status.Success
                for stream, buffer in request.buffers.items():
                    self._fill(stream.configuration, buffer)
                self._complete(request, Request.Status.Complete, status)

    def _fill(self, configuration, buffer):
        if str(configuration.pixel_format) != "YUV420":
            return
        (width, height), stride = configuration.size.to_tuple(), configuration.stride
        with mmap.mmap(buffer.planes[0].fd, configuration.frame_size) as memory:
            planes = np.full((height * 3 // 2, stride), PADDING, np.uint8)
            planes[:height, :width] = self._frames % 200
            planes[0, width - 1] = 201
            memory[:] = planes.tobytes()

    def _complete(self, request, status, each):
        request.status = status
        for buffer in request.buffers.values():
            buffer.metadata.status = each
        self._manager.add(request)


class CameraManager:
    _one = None

    @staticmethod
    def singleton():
        if CameraManager._one is None:
            CameraManager._one = CameraManager()
        return CameraManager._one

    def __init__(self):
        self.event_fd = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._ready, self._lock = [], threading.Lock()
        self._cameras = [Camera(self, number) for number in range(2)]

    @property
    def cameras(self):
        return self._cameras[: hardware.cameras]

    def add(self, request):
        with self._lock:
            self._ready.append(request)
        os.eventfd_write(self.event_fd, 1)

    def get_ready_requests(self):
        with contextlib.suppress(BlockingIOError):
            os.eventfd_read(self.event_fd)
        with self._lock:
            ready, self._ready = self._ready, []
        return ready
