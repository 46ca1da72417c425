"""The command line: exit codes and one clear line for every kind of bad input."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.capture.demo import CLIP
from edge.vision.detector import find_cascade

ROOT = Path(__file__).parents[2]


def edge(*arguments: object, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", *map(str, arguments)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120)


def refused(done: subprocess.CompletedProcess[str], code: int) -> str:
    """The one line on standard error of a command that ended with `code` and printed no result."""
    assert done.returncode == code, done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("emotion-edge: ")
    return line


@pytest.mark.parametrize("command", [[], ["walk"], ["run", "--max-frames", "0"], ["run", "--threads", "x"], ["image"]])
def test_wrong_usage_is_exit_2(command):
    done = edge(*command)
    assert done.returncode == 2
    assert "usage:" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unknown_option_is_answered_by_its_command():
    done = edge("run", "--sorce", "0")
    assert done.returncode == 2
    assert done.stderr.startswith("usage: emotion-edge run ")
    assert done.stderr.endswith("unrecognized arguments: --sorce 0; did you mean --source?\n")
    assert "did you mean" not in edge("run", "--qqqq").stderr


def test_a_missing_video(tmp_path):
    assert "nothing.mp4" in refused(edge("run", "--source", tmp_path / "nothing.mp4"), 64)


def test_a_video_that_is_none(tmp_path):
    video = tmp_path / "film.mp4"
    video.write_text("not a film")
    log = tmp_path / "log.jsonl"
    assert "film.mp4" in refused(edge("run", "--source", video, "--log", log), 64)
    assert not log.exists(), "nothing is written by a run that did not start"


def test_an_empty_video(tmp_path):
    video = tmp_path / "film.mp4"
    video.touch()
    assert "film.mp4" in refused(edge("run", "--source", video), 64)


def test_a_folder_without_pictures(tmp_path):
    (tmp_path / "notes.txt").write_text("no picture")
    assert str(tmp_path) in refused(edge("run", "--source", tmp_path), 64)
    assert str(tmp_path) in refused(edge("image", tmp_path), 64)


@pytest.mark.parametrize("what", ["source", "cascade"])
def test_a_name_that_opencv_cannot_be_given(tmp_path, what):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9"))
    shutil.copy(find_cascade() if what == "cascade" else CLIP, path)
    if what == "source":
        line = refused(edge("run", "--source", path), 64)
    else:
        line = refused(edge("run", "--source", "demo", EMOTION_EDGE_VISION_CASCADE=str(path)), 78)
    assert r"caf\udce9: OpenCV can only open names that are UTF-8" in line


FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.is_char_device(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    "command",
    [
        ["run", "--source", "demo", "--max-frames", "5"],
        ["run", "--source", "demo", "--max-frames", "5", "--log", "-"],
        ["run", "--check"],
        ["image", "nobody.png"],
        ["summary", "log.jsonl"],
        ["doctor", "--json"],
    ],
    ids=lambda command: " ".join(map(str, command[:1] + command[-1:])),
)
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_standard_output_that_cannot_be_written(tmp_path, command, unbuffered):
    (tmp_path / "log.jsonl").write_text('{"v":1,"event":"stop","ts":"2026-01-01T00:00:00.000Z","mono":1.0}\n')
    cv2.imwrite(str(tmp_path / "nobody.png"), np.zeros((80, 80), np.uint8))
    words = [sys.executable, "-m", "edge", *map(str, command)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": unbuffered}
    with FULL.open("w") as full:
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120
        )
    assert done.returncode == 74, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("emotion-edge: ")
    assert line.endswith("cannot be written (No space left on device)")


def without(closed: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs a command with some of its standard streams closed, such as ">&-"."""
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "edge", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_standard_output_that_is_closed():
    done = without(">&-", "run", "--source", "demo", "--max-frames", "5")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (["run", "--source", "demo", "--max-frames", "5"], 0),
        (["image", "edge/assets/portrait.png"], 0),
        (["summary", "{folder}/log.jsonl"], 0),
        (["summary", "{folder}/log.jsonl", "--csv", "{folder}/log.csv"], 0),
        (["summary", "{folder}/none.jsonl"], 64),
        (["walk"], 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else str(value),
)
@pytest.mark.parametrize("closed", ["2>&-", ">&- 2>&-", "<&- 2>&-"])
def test_standard_error_that_is_closed(tmp_path, command, code, closed):
    (tmp_path / "log.jsonl").write_text('{"v":1,"event":"stop","ts":"2026-01-01T00:00:00.000Z","mono":1.0}\n')
    done = without(closed, *(word.format(folder=tmp_path) for word in command))
    assert (done.returncode, done.stderr) == (code, "")
    assert bool(done.stdout) == (code == 0 and ">&- 2" not in closed)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="needs Linux")
def test_what_is_opened_takes_no_place_of_a_stream_that_is_closed():
    """And a process that is started says what it says nowhere, too."""
    code = "import os, subprocess, sys\nfrom edge.terminal.streams import prepare\nprepare()\n"
    code += "file = os.open(os.devnull, os.O_RDONLY)\nsubprocess.run(['sh', '-c', 'echo told >&2'], check=True)\n"
    code += "print(file > 2, os.readlink('/proc/self/fd/2'))"
    command = ["sh", "-c", 'exec "$@" 2>&-', "sh", sys.executable, "-c", code]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ["True", os.devnull]


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "latin-1"}, {"LC_ALL": "POSIX", "PYTHONUTF8": "0"}])
def test_an_encoding_without_bars(environment):
    done = edge("run", "--source", "demo", "--max-frames", "10", **environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"face 1 appears: happy +100%  \?{20}\n", done.stdout)


def test_no_camera():
    assert "9" in refused(edge("run", "--source", "9"), 69)


def test_a_log_that_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    assert "file" in refused(edge("run", "--source", "demo", "--log", tmp_path / "file" / "log.jsonl"), 74)


def test_a_missing_model(tmp_path):
    assert "model.tflite: no such file" in refused(edge("bench", "--model", tmp_path / "model.tflite"), 78)


def test_no_models(tmp_path):
    assert str(tmp_path) in refused(edge("run", "--source", "demo", "--models", tmp_path), 78)


@pytest.mark.parametrize("change", ["flipped", "cut", "swapped", "manifest", "labels"])
def test_a_manifest_that_does_not_fit_its_model(tmp_path, change):
    for file in (ROOT / "models").glob("*.*"):
        if file.suffix in (".tflite", ".json"):
            (tmp_path / file.name).write_bytes(file.read_bytes())
    model, manifest = tmp_path / "emotion.tflite", tmp_path / "emotion.json"
    if change == "cut":
        model.write_bytes(model.read_bytes()[:-1])
    elif change == "swapped":
        model.write_bytes((tmp_path / "gate.tflite").read_bytes())
    elif change == "flipped":
        data = bytearray(model.read_bytes())
        data[len(data) // 2] ^= 1
        model.write_bytes(data)
    elif change == "manifest":
        manifest.write_bytes((tmp_path / "gate.json").read_bytes())
    else:
        form = json.loads(manifest.read_text())
        form["labels"] = form["labels"][:6]
        manifest.write_text(json.dumps(form))
    log = tmp_path / "log.jsonl"
    line = refused(edge("run", "--source", "demo", "--models", tmp_path, "--log", log), 78)
    assert "emotion" in line
    if change in ("flipped", "cut", "swapped"):
        described = json.loads(manifest.read_text())["sha256"]
        assert f"{model} is not the file its manifest describes: " in line
        assert f"sha256 {sha256(model.read_bytes()).hexdigest()}, expected {described}" in line
    assert not log.exists()


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        ("deep.png", np.full((80, 80), 40000, np.uint16)),
        ("clear.png", np.full((80, 80, 4), 90, np.uint8)),
        ("dot.png", np.zeros((1, 1), np.uint8)),
        ("line.png", np.zeros((1, 500), np.uint8)),
    ],
)
def test_odd_pictures_are_looked_at(tmp_path, name, picture):
    assert cv2.imwrite(str(tmp_path / name), picture)
    for whole in ([], ["--whole"]):
        done = edge("image", tmp_path / name, *whole)
        assert (done.returncode, done.stderr) == (0, "")
        found = json.loads(done.stdout)
        assert (found["height"], found["width"]) == picture.shape[:2]


def test_one_bad_photo_does_not_keep_the_others_from_being_looked_at(tmp_path):
    cv2.imwrite(str(tmp_path / "good.png"), np.zeros((80, 80), np.uint8))
    (tmp_path / "bad.png").write_text("not a picture")
    done = edge("image", tmp_path / "bad.png", tmp_path / "missing.png", tmp_path / "good.png")
    assert done.returncode == 64
    assert [json.loads(line)["photo"] for line in done.stdout.splitlines()] == [str(tmp_path / "good.png")]
    bad, missing = done.stderr.splitlines()
    assert "bad.png" in bad
    assert "missing.png" in missing


def test_check_prints_what_is_in_effect(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text('[camera]\nsource = "rtsp://ann:pine@camera/1"\n[vision]\nthreads = 2\n')
    done = edge("run", "--check", "--config", config, "--threads", "3", "--log", tmp_path / "log.jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    shown = tomllib.loads(done.stdout)
    assert shown["camera"]["source"] == "rtsp://***@camera/1"
    assert shown["vision"]["threads"] == 3
    assert shown["log"]["path"] == str(tmp_path / "log.jsonl")
    assert not (tmp_path / "log.jsonl").exists(), "it only checks"


def test_settings_that_are_not_acceptable(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text("[camera]\nmax_fps = 500\n[visio]\n")
    for check in ([], ["--check"]):
        done = edge("run", "--config", config, *check)
        assert (done.returncode, done.stdout) == (78, "")
        assert done.stderr.splitlines() == [
            f"emotion-edge: {config}: camera.max_fps: 500 is out of range: 0.1 to 120 frames a second",
            f"emotion-edge: {config}: [visio]: unknown section; did you mean vision?",
        ]


def test_a_file_of_settings_does_what_options_do(tmp_path):
    config = tmp_path / "config.toml"
    config.write_text(f'[camera]\nsource = "demo"\nname = "hall"\n[log]\npath = "{tmp_path}/log.jsonl"\n')
    done = edge("run", "--config", config, "--max-frames", "5")
    assert (done.returncode, done.stderr) == (0, "")
    events = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert {event["camera"] for event in events} == {"hall"}


@pytest.mark.parametrize("words", [["--quiet", "run"], ["run", "--quiet"]])
def test_a_quiet_run_says_nothing(tmp_path, words):
    log = tmp_path / "log.jsonl"
    done = edge(*words, "--source", "demo", "--max-frames", 5, "--log", log)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert log.exists()


def test_a_quiet_command_still_says_what_went_wrong(tmp_path):
    assert "nothing.mp4" in refused(edge("--quiet", "run", "--source", tmp_path / "nothing.mp4"), 64)


@pytest.mark.parametrize("command", [["run", "--source", "demo"], ["image", "a.png"], ["summary", "log.jsonl"]])
def test_a_library_that_cannot_be_loaded(tmp_path, command):
    for name in ("numpy", "cv2", "cattrs"):
        (tmp_path / f"{name}.py").write_text("raise ImportError('libGL.so.1: cannot open\\nshared object file')")
    done = edge(*command, PYTHONPATH=str(tmp_path))
    line = refused(done, 78)
    assert "libGL.so.1: cannot open shared object file" in line
    assert line.endswith("python -m edge doctor")


@pytest.mark.parametrize("command", [["run", "--source", "demo"], ["image", "a.png"]])
def test_an_opencv_that_has_no_cascades_any_more(tmp_path, command):
    """As in OpenCV 5: everything else is there."""
    real = "import sys\nsys.path.remove(__file__.rpartition('/')[0])\ndel sys.modules['cv2']\nimport cv2\n"
    (tmp_path / "cv2.py").write_text(f"{real}del cv2.CascadeClassifier\ncv2.__version__ = '5.0.0'\n")
    line = refused(edge(*command, PYTHONPATH=str(tmp_path)), 78)
    assert "OpenCV 5.0.0 has no Haar cascades" in line
