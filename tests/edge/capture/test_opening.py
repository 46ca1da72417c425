import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from edge.capture.camera import Camera
from edge.capture.folder import Pictures
from edge.capture.opening import kind_of, open_source, open_stream
from edge.capture.settings import CaptureSettings
from edge.capture.video import VideoFile
from edge.capture.view import View
from edge.capture.watched import WatchedCamera
from edge.contract.errors import InputError, SourceError
from edge.contract.records import Box


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("picamera", "picamera"),
        ("demo", "demo"),
        ("0", "camera"),
        ("12", "camera"),
        ("/dev/video0", "camera"),
        ("/dev/v4l/by-id/usb-cam", "camera"),
        ("rtsp://cam/stream", "stream"),
        ("HTTPS://cam/stream", "stream"),
    ],
)
def test_words_numbers_devices_and_urls(spec, kind):
    assert kind_of(spec) == kind


def test_files_and_folders(tmp_path, make_video, monkeypatch):
    photo = tmp_path / "photo.jpg"
    cv2.imwrite(str(photo), np.zeros((8, 8), np.uint8))
    assert kind_of(str(tmp_path)) == "folder"
    assert kind_of(str(photo)) == "picture"
    assert kind_of(str(make_video([0]))) == "video"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert kind_of("~/photo.jpg") == "picture"


def test_a_file_named_like_a_word_is_reached_by_its_path(tmp_path, make_video, monkeypatch):
    make_video([0, 0]).rename(tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    with open_source("./demo") as source:
        assert len(list(source)) == 2


def test_each_kind_opens(tmp_path, make_video, serve_mjpeg):
    clip = make_video([10, 20])
    photo = tmp_path / "photo.png"
    cv2.imwrite(str(photo), np.full((8, 8), 33, np.uint8))
    server = serve_mjpeg([40] * 8)
    wanted = {
        "demo": VideoFile,
        str(clip): VideoFile,
        str(photo): Pictures,
        str(tmp_path): Pictures,
        f"http://127.0.0.1:{server.port}/": Camera,
    }
    for spec, kind in wanted.items():
        with open_source(spec) as source:
            assert type(source) is kind
            frame = source.read()
            assert frame.index == 0
            assert frame.grey.dtype == np.uint8
            assert source.live == (kind is Camera)


def test_the_pictures_of_a_folder_are_as_far_apart_as_asked(tmp_path):
    for name in "ab":
        cv2.imwrite(str(tmp_path / f"{name}.png"), np.zeros((8, 8), np.uint8))
    with open_source(str(tmp_path), CaptureSettings(fps=2.0)) as source:
        first, second = source
    assert second.mono - first.mono == pytest.approx(0.5)


def test_a_run_reads_recordings_itself_and_what_is_live_in_another_process(make_video, serve_mjpeg):
    with open_stream(str(make_video([10, 20]))) as recording:
        assert type(recording) is VideoFile
        assert [recording.read().index, recording.read().index, recording.read()] == [0, 1, None]
    url = f"http://127.0.0.1:{serve_mjpeg([40], again=True).port}/"
    settings = CaptureSettings(view=View(region=Box(0, 0, 10, 8)))
    with open_stream(url, settings) as camera:
        assert type(camera) is WatchedCamera
        assert camera.live
        assert camera.read().grey.shape == (8, 10)


@pytest.mark.parametrize("kind", ["video", "pictures", "demo"])
def test_recordings_are_seen_through_the_view_too(tmp_path, make_video, kind):
    cv2.imwrite(str(tmp_path / "a.png"), np.zeros((48, 64), np.uint8))
    spec = {"video": str(make_video([10])), "pictures": str(tmp_path), "demo": "demo"}[kind]
    with open_source(spec, CaptureSettings(view=View(rotate=90, region=Box(1, 2, 30, 40)))) as source:
        assert source.read().grey.shape == (40, 30)


def test_a_service_that_waits_for_cameras_does_not_wait_for_files(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        open_stream(str(tmp_path / "none.mp4"), wait=True)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("", "no source was named"),
        ("  ", "no source was named"),
        ("nowhere.mp4", r"nowhere\.mp4: no such file or folder; --source takes"),
        ("nul\0l", "cannot be read|no such file"),
        ("x" * 5000, "File name too long"),
        ("~nobody-of-this-name/x", "no user of this name"),
        ("ftp://joe:secret@host/clip.mp4", r"^ftp://\*\*\*@host/clip\.mp4: unknown kind of URL; known are http, https"),
        ("file:///etc/passwd", "unknown kind of URL"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_64(spec, message):
    with pytest.raises(InputError, match=message) as error:
        open_source(spec)
    assert error.value.exit_code == 64
    assert "\n" not in str(error.value)


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(InputError, match="neither a file nor a folder"):
        open_source(str(tmp_path / "pipe.mp4"))


def test_no_camera_is_exit_code_69():
    with pytest.raises(SourceError) as error:
        open_source("99")
    assert error.value.exit_code == 69


@given(st.text(max_size=40))
@example("²")
@example("٣")
@example("~nobody-of-this-name/x")
def test_no_text_makes_it_crash(spec):
    try:
        kind = kind_of(spec)
    except InputError:
        return
    assert kind in {"picamera", "demo", "camera", "stream", "folder", "picture", "video"}


def test_nothing_heavy_is_loaded_before_a_source_is_opened():
    script = "import sys, edge.capture.opening as o; o.kind_of('demo'); print('cv2' in sys.modules)"
    root = str(Path(__file__).resolve().parents[3])
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root}, check=True, timeout=60
    )
    assert done.stdout.strip() == "False"
