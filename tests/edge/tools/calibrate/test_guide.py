"""The guided session: what is asked when, which frames count for it, and what a lost camera or short recording does."""

import io

import numpy as np
import pytest

from edge.capture.source import Clock
from edge.contract.errors import InputError, SourceError
from edge.contract.records import CameraEvent, Frame
from edge.tools.calibrate.eye import Take
from edge.tools.calibrate.guide import Guide, Plan, in_order
from edge.tools.calibrate.words import Words

LABELS = ("angry", "happy", "neutral")


class Film:
    """A stream of frames whose grey level is their second; live, its clock goes on where nothing comes."""

    skipped = dropped = 0
    description = "film"

    def __init__(self, seconds: float, fps: float = 5.0, live: bool = False, gone: tuple[float, float] = (1e9, 1e9)):
        self.live = live
        self.now = 100.0
        self._end, self._step, self._gone = 100.0 + seconds, 1 / fps, gone
        self._index = 0

    def read(self) -> Frame | CameraEvent | None:
        if self.now >= self._end:
            if self.live:
                self.now += 0.5
            return None
        frame = Frame(self._index, 0.0, self.now, np.full((4, 4), int(self.now - 100), np.uint8))
        self._index += 1
        self.now = round(self.now + self._step, 6)
        return frame

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.now, lambda: self.now)


class Looker:
    """Notes the second of every frame that it is shown; sees a face in all, or in none."""

    def __init__(self, blind: bool = False):
        self.blind = blind

    def look(self, grey: np.ndarray, time: float, take: Take) -> None:
        take.frames += 1
        if not self.blind:
            take.times.append(time)
            take.logits.append(np.zeros(3, np.float32))
            take.embeddings.append(np.zeros(2, np.float32))


def run(film, plan, eye=None, stream=None):
    return Guide(film, eye or Looker(), Words(LABELS, stream or io.StringIO()), film.clock).run(plan)


PLAN = Plan((2, 0, 1), seconds=2.0, countdown=3)


@pytest.mark.parametrize("live", [False, True])
def test_each_expression_is_looked_at_in_its_own_time_alone(live):
    takes = run(Film(60, live=live), PLAN)
    assert [(take.part, take.label) for take in takes] == [(part, label) for part in range(3) for label in (2, 0, 1)]
    for number, take in enumerate(takes):
        begin = 100 + 5 * number + 3
        late = 0.21 * 4 * (number + 1) if live else 0.41  # a live second ends with the frame that ends it
        assert begin - 0.01 <= min(take.times) <= begin + late
        assert max(take.times) - min(take.times) < 2
        assert 8 <= take.faces <= 11
    assert PLAN.duration == 45


def test_frames_that_say_the_same_are_left_out():
    (take,) = run(Film(20, fps=30), Plan((2,), seconds=4, rounds=1))
    assert 18 <= take.faces <= 27, "of 120"
    assert np.diff(take.times).min() > 0.14


def test_one_round_is_not_yet_divided():
    (take,) = run(Film(20), Plan((2,), seconds=4, rounds=1))
    assert take.part is None


def test_a_recording_that_is_too_short():
    with pytest.raises(InputError, match="film: ended before all expressions"):
        run(Film(20), PLAN)


def test_a_lost_camera_ends_it():
    film = Film(60, live=True)
    read = film.read
    film.read = lambda: CameraEvent(0, film.now, "lost", "unplugged") if film.now > 107 else read()
    with pytest.raises(SourceError, match=r"film: the camera was lost \(unplugged\)"):
        run(film, PLAN)


def test_a_camera_that_gives_nothing_does_not_stop_the_clock():
    takes = run(Film(0.1, live=True), Plan((0,), seconds=2.0))
    assert [take.frames for take in takes] == [0, 0, 0]


def test_a_take_without_a_face_is_asked_for_once_more_of_a_camera_alone():
    text = io.StringIO()
    run(Film(60, live=True), Plan((0,), seconds=2.0, rounds=1), Looker(blind=True), text)
    assert text.getvalue().count("angry:") == 2
    text = io.StringIO()
    run(Film(60), Plan((0,), seconds=2.0, rounds=1), Looker(blind=True), text)
    assert text.getvalue().count("angry:") == 1


def test_what_the_person_reads():
    text = io.StringIO()
    run(Film(9), Plan((2,), seconds=2.0, rounds=1), stream=text)
    assert text.getvalue() == "  1/1  neutral: your face at rest\n        3 2 1 hold ... one face in 9 of 9 frames\n"
    assert "\a" not in text.getvalue(), "the bell is for terminals"


def test_the_bell_rings_on_a_terminal():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    text = Terminal()
    run(Film(9), Plan((2,), seconds=2.0, rounds=1), stream=text)
    assert text.getvalue().count("\a") == 2


def test_the_face_at_rest_comes_first():
    assert in_order(LABELS, ("happy", "neutral", "angry")) == (2, 0, 1)
    assert in_order(("odd", "even"), ("even",)) == (1,)
