"""The whole edge as a process on the demo clip: what a user gets in the log."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EMOTIONS = {"angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"}


def command(log: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "edge", "run", "--source", "demo", "--log", str(log), *more]


@pytest.fixture(scope="module")
def events(tmp_path_factory) -> list[dict]:
    """The log of one run over the whole clip."""
    log = tmp_path_factory.mktemp("log") / "demo.jsonl"
    done = subprocess.run(command(log), cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in log.read_text().splitlines()]


def test_a_face_appears_with_an_emotion_goes_and_returns(events):
    kinds = [event["event"] for event in events]
    assert (kinds[0], kinds[-1]) == ("start", "stop")
    story = [kind for kind in kinds if kind in ("face", "gone")]
    assert story == ["face", "gone", "face", "gone"]
    first_gone = kinds.index("gone")
    assert "emotion" in kinds[:first_gone]
    assert "emotion" in kinds[first_gone:]


def test_every_event_says_when_and_where(events):
    assert all(event["v"] == 1 and event["camera"] == "demo" and event["ts"].endswith("Z") for event in events)
    monos = [event["mono"] for event in events]
    assert monos == sorted(monos)
    assert len({event["boot"] for event in events}) == 1


def test_probabilities_cover_the_seven_emotions(events):
    seen = [event for event in events if event["event"] in ("face", "emotion", "gone")]
    for event in seen:
        assert set(event["probabilities"]) == EMOTIONS
        assert sum(event["probabilities"].values()) == pytest.approx(1, abs=0.001)
        assert event["emotion"] in EMOTIONS | {"uncertain"}


def test_the_smiling_portrait_is_happy(events):
    for gone in (event for event in events if event["event"] == "gone"):
        assert gone["emotion"] == "happy"
        assert gone["seconds"]["happy"] > 0.8 * sum(gone["seconds"].values())


def test_times_add_up(events):
    for gone in (event for event in events if event["event"] == "gone"):
        assert sum(gone["seconds"].values()) == pytest.approx(gone["duration"], abs=0.25)
    start, stop = events[0], events[-1]
    assert stop["mono"] - start["mono"] == pytest.approx(20, abs=10)
    assert stop["reason"] == "end of source"
    assert stop["frames"] > 100


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_with_a_whole_log(tmp_path, number):
    log = tmp_path / "log.jsonl"
    process = subprocess.Popen(command(log), cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "appears" in line:
            break
    process.send_signal(number)
    _, errors = process.communicate(timeout=15)
    assert (process.returncode, errors) == (0, "")
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert events[-1]["event"] == "stop"
    assert events[-1]["reason"] == number.name
    assert [event["event"] for event in events].count("gone") == 1


def test_no_picture_is_written(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "edge", "run", "--source", "demo", "--log", "log.jsonl", "--max-frames", "60"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["log.jsonl"]
