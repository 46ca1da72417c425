"""The loop: every frame analysed, every output told, a clean end whatever ends it."""

import os
import signal
import tracemalloc
from dataclasses import replace
from functools import partial

import pytest

from edge.contract.errors import SourceError
from edge.contract.records import Analysis, Heartbeat, Start, Stop
from edge.service import board
from edge.service import runner as runner_module
from edge.service.runner import Runner, heeding_signals
from tests.edge.service.runs import Film, Memory, OneFace, run, start


def test_starts_looks_and_stops_in_order():
    stop, moments = run(Film(3))
    assert [type(moment) for moment in moments] == [Start, Analysis, Analysis, Analysis, Analysis, Stop]
    assert moments[0].mono == 10.0, "the start carries the first frame's time"
    assert moments[-2].episodes, "faces still in the picture end before the stop"
    assert (stop.reason, stop.frames, stop.faces, stop.rejected, stop.mono) == ("end of source", 3, 1, 3, 12.0)


def test_stops_at_the_frame_limit():
    stop, _ = run(Film(100), max_frames=4)
    assert (stop.reason, stop.frames) == ("frame limit", 4)


def test_an_empty_source_still_starts_and_stops():
    stop, moments = run(Film(0))
    assert [type(moment) for moment in moments] == [Start, Stop]
    assert stop.frames == 0


def test_a_lost_camera_ends_the_log_before_it_ends_the_run():
    def unplug(index: int) -> None:
        if index == 2:
            raise SourceError("film: gives no frames (any more)")

    memory = Memory()
    with pytest.raises(SourceError, match="gives no frames"):
        run(Film(100, during=unplug), memory=memory)
    analysis, stop = memory.moments[-2:]
    assert analysis.episodes
    assert (stop.reason, stop.frames) == ("source lost", 2)


def test_a_heartbeat_a_minute_counts_what_was_in_it():
    film = Film(130)

    def spoil(index: int) -> None:
        film.skipped += index in (5, 70)

    film._during = spoil
    _, moments = run(film)
    beats = [moment for moment in moments if isinstance(moment, Heartbeat)]
    assert [(beat.frames, beat.seconds, beat.skipped) for beat in beats] == [(61, 60.0, 1), (60, 60.0, 1)]
    assert (beats[0].faces, beats[1].faces) == (1, 0)
    assert beats[0].rejected == 61
    assert beats[0].latency_p95 >= 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_after_the_frame_in_hand(number):
    film = Film(100, during=lambda index: os.kill(os.getpid(), number) if index == 2 else None)
    memory = Memory()
    runner = Runner(film, OneFace(), [memory])
    before = signal.getsignal(number)
    with heeding_signals(runner.stop):
        stop = runner.run(start)
    assert signal.getsignal(number) is before
    assert (stop.reason, stop.frames) == (number.name, 3)
    assert isinstance(memory.moments[-1], Stop)


@pytest.mark.parametrize(
    ("terminal", "ignored", "log", "expected"),
    [
        (False, False, True, "reopened"),  # a service
        (True, True, True, "reopened"),  # nohup, and `trap "" HUP` in a shell
        (True, False, True, "SIGHUP"),
        (True, False, False, "SIGHUP"),
        (False, False, False, "SIGHUP"),
        (True, True, False, "nothing"),
    ],
)
def test_sighup_is_the_end_but_of_what_has_no_terminal_or_is_to_outlive_it(
    monkeypatch, terminal, ignored, log, expected
):
    monkeypatch.setattr(runner_module, "_has_terminal", lambda: terminal)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN if ignored else signal.SIG_DFL)
    reopened = []
    film = Film(5, during=lambda index: os.kill(os.getpid(), signal.SIGHUP) if index == 2 else None)
    runner = Runner(film, OneFace(), [])
    try:
        with heeding_signals(runner.stop, (lambda: reopened.append(True)) if log else None):
            stop = runner.run(start)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert (stop.reason, stop.frames) == (("SIGHUP", 3) if expected == "SIGHUP" else ("end of source", 5))
    assert reopened == ([True] if expected == "reopened" else [])


def test_an_unwell_board_is_one_warning_and_in_every_heartbeat_while_it_lasts(tmp_path, monkeypatch, caplog):
    firmware = tmp_path / "sys/devices/platform/soc/soc:firmware/get_throttled"
    firmware.parent.mkdir(parents=True)
    firmware.write_text("0\n")
    for name in ("trouble", "throttled"):
        monkeypatch.setattr(runner_module, name, partial(getattr(board, name), tmp_path))
    answers = {70: "50005\n", 190: "50000\n"}
    _, moments = run(Film(300, during=lambda index: firmware.write_text(answers.get(index, firmware.read_text()))))
    beats = [moment for moment in moments if isinstance(moment, Heartbeat)]
    assert [beat.warning for beat in beats] == ["", "under-voltage, throttled", "under-voltage, throttled", ""]
    assert [beat.throttled for beat in beats] == [False, True, True, False]
    assert [record.getMessage().partition(";")[0] for record in caplog.records] == [
        "the board is unwell: under-voltage, throttled",
        "the board is well again",
    ]


class SlowFilm(Film):
    """Frames a minute apart: with each one a heartbeat."""

    def read(self):
        frame = super().read()
        return frame and replace(frame, mono=60.0 * frame.index)


def test_nothing_is_kept_of_the_heartbeats_that_were():
    """A thousand of them; a single float of each would be 24 kB."""
    held = []

    def measure(index: int) -> None:
        if index in (100, 1100):
            only = tracemalloc.Filter(True, runner_module.__file__)
            snapshot = tracemalloc.take_snapshot().filter_traces([only])
            held.append(sum(trace.size for trace in snapshot.traces))

    tracemalloc.start()
    try:
        Runner(SlowFilm(1101, during=measure), OneFace(), []).run(start)
    finally:
        tracemalloc.stop()
    assert held[1] - held[0] < 4000
