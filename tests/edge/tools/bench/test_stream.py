"""The chain, measured on short recordings. Times are not asserted: they are the machine's."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.contract.errors import InputError, ModelError, SourceError
from edge.contract.records import CameraEvent, Frame
from edge.tools.bench.frames import open_frames
from edge.tools.bench.result import TOTAL
from edge.tools.bench.settings import Settings
from edge.tools.bench.stream import ANALYSIS, STAGES, measure_stream


@pytest.fixture(scope="module")
def measured():
    """Twelve frames of the demo clip."""
    return measure_stream(Settings(frames=12), "demo", starts=0)


def test_every_stage_is_told_in_order(measured):
    assert tuple(measured.stages) == ("capture", "decode", *STAGES, "output", ANALYSIS, TOTAL)
    for figures in measured.stages.values():
        assert 0 <= figures.p50 <= figures.p90 <= figures.p95 <= figures.p99 <= figures.max
        assert 0 <= figures.mean <= figures.max
    assert all(measured.stages[stage].max > 0 for stage in STAGES)


def test_the_whole_is_the_sum_of_its_parts(measured):
    means = {stage: figures.mean for stage, figures in measured.stages.items()}
    assert means[ANALYSIS] == pytest.approx(sum(means[stage] for stage in STAGES), abs=0.01)
    assert means[TOTAL] == pytest.approx(means["decode"] + means[ANALYSIS] + means["output"], abs=0.01)
    assert measured.numbers["fps"] == pytest.approx(1000 / (means[TOTAL] + means["capture"]), rel=0.01)


def test_counts_what_it_looked_at(measured):
    numbers = measured.numbers
    assert numbers["frames"] == 12
    assert numbers["faces_per_frame"] == 1.0, "the warm-up confirmed the face"
    assert 0 < numbers["swept"] < 0.5
    assert numbers["startup_s"] is None
    assert set(measured.models) == {"emotion", "gate"}
    assert measured.settings["frames"] == 12


def test_so_few_frames_are_not_valid(measured):
    assert any("12 frames" in objection for objection in measured.objections)
    assert not measured.valid


@pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="needs Linux")
def test_memory_and_processor_time(measured):
    assert 20 < measured.numbers["memory_mib"] <= measured.numbers["memory_peak_mib"] < 2000
    seconds = 12 / 15
    assert measured.numbers["cpu_s_per_minute"] == pytest.approx(measured.conditions.processor * 60 / seconds, rel=0.15)


def test_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    measure_stream(Settings(frames=1), starts=0)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def pictures(tmp_path) -> Path:
    for index in range(3):
        assert cv2.imwrite(str(tmp_path / f"{index}.png"), np.full((48, 64), 10 * index, np.uint8))
    return tmp_path


def test_recordings_are_played_again(pictures):
    with open_frames(str(pictures), None) as frames:
        seen = [frames.read() for _ in range(7)]
    assert [int(frame.grey[0, 0]) for frame, _ in seen] == [0, 10, 20, 0, 10, 20, 0]
    assert all(set(row) == {"capture", "decode"} and min(row.values()) >= 0 for _, row in seen)


class LostCamera:
    """A camera that gives one frame, then nothing for a moment, and is gone."""

    live = True

    def __init__(self, *_):
        self._come = [Frame(np.zeros((48, 64), np.uint8), 0, 0.0, 0.0), None, CameraEvent(1.0, 1.0, "lost", "no frame")]

    def read(self):
        return self._come.pop(0)

    def close(self):
        pass


def test_a_camera_is_only_waited_for_and_its_loss_ends_the_measurement(monkeypatch):
    monkeypatch.setattr("edge.tools.bench.frames.open_stream", LostCamera)
    with open_frames("0", None) as frames:
        assert set(frames.read()[1]) == set(frames.stages) == {"capture"}
        with pytest.raises(SourceError, match="no frame; a measurement needs it"):
            frames.read()


def test_a_recording_that_begins_again_does_not_count_as_time(pictures):
    result = measure_stream(Settings(source=str(pictures), frames=9), starts=0)
    assert result.conditions.processor is None or result.numbers["cpu_s_per_minute"] == pytest.approx(
        result.conditions.processor * 60 / 6, rel=0.01
    ), "pictures are 1 s apart, and a third of nine begin anew"


@pytest.mark.parametrize("away", [30.0, -30.0], ids=["slower than the clip", "faster than the clip"])
def test_no_time_passes_from_a_recording_s_end_to_its_beginning(monkeypatch, away):
    """Opened again, it begins at the clock's time: later than it ended, where looking at it took longer."""
    begun = iter(range(100))

    class Recording:
        live = False

        def __init__(self, *_):
            start = 1000.0 + next(begun) * (2.0 + away)
            self._come = [Frame(n, 0.0, start + n, np.zeros((48, 64), np.uint8)) for n in range(3)]

        def read(self):
            return self._come.pop(0) if self._come else None

        def close(self):
            pass

    monkeypatch.setattr("edge.tools.bench.frames.open_stream", Recording)
    with open_frames("clip.mp4", None) as frames:
        passed = [frames.read() and frames.passed for _ in range(7)]
    assert passed == [0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0]


def test_frames_are_brought_to_the_size_asked_for(pictures):
    with open_frames(str(pictures), (32, 16)) as frames:
        assert frames.read()[0].grey.shape == (16, 32)
    with open_frames(str(pictures), (64, 48)) as frames:
        assert frames.read()[0].grey.shape == (48, 64)


def test_what_cannot_be_measured_is_refused(tmp_path):
    with pytest.raises(InputError):
        measure_stream(Settings(source=str(tmp_path / "none.mp4")), starts=0)
    with pytest.raises(ModelError):
        measure_stream(Settings(models=tmp_path), starts=0)
