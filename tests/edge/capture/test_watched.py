"""What is made of a reader's life, with readers that follow a script and a clock that goes on only while waiting."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.backoff import Backoff
from edge.capture.mailbox import Letter, Opening
from edge.capture.process import ReaderError
from edge.capture.settings import CaptureSettings
from edge.capture.source import Clock
from edge.capture.standstill import Standstill
from edge.capture.watched import WatchedCamera
from edge.contract.errors import SourceError
from edge.contract.records import CameraEvent, Frame

SETTINGS = CaptureSettings(stale=10.0, opening=30.0)
HANGS = "hangs"
DIES = ReaderError("0: gives no frames (any more)", 7)
FRAME = "frame"
OPENS = "opens again"


class World:
    """A clock, and readers of which each does what the next script says; after its last word a reader hangs."""

    def __init__(self, *scripts, gap=0.1, dying=0.0):
        self.seconds = 0.0
        self.scripts = list(scripts)
        self.readers = []
        self.launched = []
        self.gap, self.dying = gap, dying
        self.refuses = None

    @property
    def clock(self):
        return Clock(lambda: 1e9 + self.seconds, lambda: self.seconds)

    def sleep(self, seconds):
        assert 0 < seconds <= 0.5, "read never waits longer than its patience"
        self.seconds += seconds

    def launch(self, spec, settings):
        if self.refuses is not None:
            raise self.refuses
        assert all(reader.closed or reader.gone for reader in self.readers), "two never hold the camera at once"
        self.launched.append(self.seconds)
        script = self.scripts.pop(0) if self.scripts else [HANGS]
        self.readers.append(Scripted(self, script))
        return self.readers[-1]

    def camera(self, **kwargs):
        kwargs.setdefault("wait", True)
        backoff = Backoff(1.0, 60.0, chance=lambda: 1.0)
        return WatchedCamera(
            "rtsp://joe:pw@cam/s",
            SETTINGS,
            clock=self.clock,
            sleep=self.sleep,
            launch=self.launch,
            backoff=backoff,
            **kwargs,
        )

    def watch(self, camera, seconds):
        """What comes within so many seconds, frames as FRAME, with the time of each."""
        end = self.seconds + seconds
        seen = []
        while self.seconds < end:
            given = camera.read()
            if given is not None:
                seen.append((FRAME if isinstance(given, Frame) else given.state, self.seconds))
        return seen


class Scripted:
    def __init__(self, world, script):
        self.world, self.script = world, list(script)
        self.ended_at = None
        self.index = 0
        self.gone = self.closed = False

    def take(self, timeout):
        step = self.script[0] if self.script else HANGS
        if step == HANGS:
            self.world.seconds += timeout
            return None
        self.script.pop(0)
        if isinstance(step, BaseException):
            raise step
        if step == OPENS:
            return Opening()
        self.world.seconds += self.world.gap
        self.index += 1
        frame = Frame(self.index, 1e9 + self.world.seconds, self.world.seconds, np.zeros((2, 2), np.uint8))
        return Letter(frame, skipped=self.index, dropped=2 * self.index)

    def end(self):
        self.ended_at = self.world.seconds

    def ended(self):
        self.gone = self.world.seconds >= self.ended_at + self.world.dying
        return self.gone

    def close(self):
        self.closed = True


class Still:
    """A reader of a stream whose picture stands still: from time to time it is opened again, which takes so long."""

    def __init__(self, world, opening):
        self.world, self.opening = world, opening
        self.coming = self.life(world.seconds)
        self.next = next(self.coming)

    def life(self, now):
        """When it says what."""
        standstill = Standstill()
        grey = np.zeros((2, 2), np.uint8)
        while True:
            now += self.world.gap
            if standstill.noticed(grey, now):
                yield now, Opening()
                now += self.opening
            else:
                yield now, Letter(Frame(0, 1e9 + now, now, grey), skipped=0, dropped=0)

    def take(self, timeout):
        at, said = self.next
        if at > self.world.seconds + timeout:
            self.world.seconds += timeout
            return None
        self.world.seconds = max(self.world.seconds, at)
        self.next = next(self.coming)
        return said

    def end(self):
        pass

    def ended(self):
        return True

    def close(self):
        pass


def kinds(seen):
    """Without repeats."""
    return [kind for number, (kind, _) in enumerate(seen) if number == 0 or seen[number - 1][0] != kind]


def test_frames_are_counted_through_however_many_readers_they_take():
    world = World([FRAME] * 3 + [DIES], [FRAME] * 2)
    camera = world.camera()
    frames = [given for given in (camera.read() for _ in range(20)) if isinstance(given, Frame)]
    assert [frame.index for frame in frames] == [0, 1, 2, 3, 4]
    assert camera.skipped == 7 + 2, "the first reader said 7 with its last words"
    assert camera.dropped == 6 + 4


def test_lost_once_and_back_once_with_the_frame_that_shows_it():
    world = World([FRAME, DIES], [DIES], [DIES], [FRAME, FRAME])
    camera = world.camera()
    given = [one for one in (camera.read() for _ in range(60)) if one is not None][:5]
    assert [type(one) for one in given] == [Frame, CameraEvent, CameraEvent, Frame, Frame]
    lost, back = given[1:3]
    assert (lost.state, lost.reason) == ("lost", "0: gives no frames (any more)")
    assert lost.time == pytest.approx(1e9 + lost.mono)
    assert (back.state, back.reason) == ("back", "")
    assert (back.time, back.mono) == (given[3].time, given[3].mono)


def test_one_that_hangs_is_given_up_at_the_stale_limit():
    world = World([FRAME])
    camera = world.camera()
    seen = world.watch(camera, 20)
    assert kinds(seen) == [FRAME, "lost"]
    assert seen[1][1] - seen[0][1] == pytest.approx(10, abs=0.5)
    assert world.readers[0].ended_at is not None


def test_the_reason_says_how_long_there_was_nothing_and_no_password():
    world = World([FRAME])
    camera = world.camera()
    lost = next(given for given in iter(camera.read, 0) if isinstance(given, CameraEvent))
    assert lost.reason == "rtsp://***@cam/s: no frame for 10 s; check the cable or network"


def test_slow_frames_are_no_stall():
    world = World([FRAME] * 50, gap=9.0)
    assert kinds(world.watch(world.camera(), 400)) == [FRAME]


@pytest.mark.parametrize("jump", [86400.0, -86400.0, -1e9])
def test_a_clock_that_is_set_is_neither_a_stall_nor_hides_one(jump):
    """The wall clock, by which frames are dated; how long there was none is told by the one that nobody sets."""
    world = World([FRAME] * 100)
    wall = [1e9]
    camera = WatchedCamera(
        "0",
        SETTINGS,
        clock=Clock(lambda: wall[0], lambda: world.seconds),
        sleep=world.sleep,
        launch=world.launch,
        wait=True,
    )
    assert kinds(world.watch(camera, 5)) == [FRAME]
    wall[0] += jump
    seen = world.watch(camera, 25)
    assert kinds(seen) == [FRAME, "lost"]
    lost = seen[-1][1]
    assert lost - max(at for kind, at in seen if kind == FRAME) == pytest.approx(10, abs=0.6)


def test_opening_may_take_longer_than_a_stall_but_not_for_ever():
    world = World([HANGS])
    seen = world.watch(world.camera(), 31)
    assert seen[0][0] == "lost"
    assert seen[0][1] == pytest.approx(30, abs=0.5)


def test_a_stream_that_is_opened_again_may_take_as_long_as_at_first():
    """Opening takes longer than a stall may: were it lost for that, a stream that stands still would be lost for ever
    again, for each new reader is as impatient with it as the first."""
    world = World()
    launched = []

    def launch(*_):
        launched.append(Still(world, opening=SETTINGS.stale + 1))
        return launched[-1]

    world.launch = launch
    seen = world.watch(world.camera(), 1200)
    assert kinds(seen) == [FRAME]
    assert len(launched) == 1
    pauses = [later - earlier for (_, earlier), (_, later) in pairwise(seen) if later - earlier > 5]
    assert pauses == pytest.approx([11, 11, 11, 11, 11], abs=0.3), "after 20, 40, 80, 160 and 320 s"


def test_one_that_does_not_come_back_from_being_opened_again_is_given_up_at_that_limit():
    world = World([FRAME, OPENS])
    camera = world.camera()
    seen = world.watch(camera, 35)
    assert kinds(seen) == [FRAME, "lost"]
    assert seen[1][1] - seen[0][1] == pytest.approx(30, abs=0.6)


def test_after_it_was_opened_again_a_stall_is_one_as_before():
    world = World([FRAME, OPENS, FRAME])
    seen = world.watch(world.camera(), 15)
    assert [kind for kind, _ in seen] == [FRAME, FRAME, "lost"]
    assert seen[2][1] - seen[1][1] == pytest.approx(10, abs=0.6)


def test_attempts_back_off_to_a_minute_and_a_return_is_seen_within_it():
    world = World(*[[DIES]] * 12, [FRAME] * 5)
    camera = world.camera()
    seen = world.watch(camera, 500)
    assert kinds(seen)[:3] == ["lost", "back", FRAME]
    waits = np.diff(world.launched)[:12]
    assert waits == pytest.approx([0.9 * wait for wait in (1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60)], abs=0.6)
    assert max(waits) < 60


def test_a_long_attempt_that_gave_nothing_is_a_part_of_the_wait():
    """A camera that comes back while an attempt hangs is read within a minute, not after the attempt and a minute."""
    world = World(*[[HANGS]] * 12)
    world.watch(world.camera(), 600)
    assert np.diff(world.launched)[6:] == pytest.approx(54, abs=1.0), "a hanging attempt takes 30 s of it"


def test_each_start_but_the_first_is_counted():
    world = World([DIES], [FRAME, DIES], [FRAME])
    camera = world.camera()
    assert camera.restarts == 0
    world.watch(camera, 10)
    assert camera.restarts == len(world.launched) - 1 == 2


def test_a_good_while_makes_the_next_failure_the_first_again():
    well = [FRAME] * 700  # 70 s
    world = World(*[[DIES]] * 6, [*well, DIES], [FRAME])
    world.watch(world.camera(), 200)
    assert world.launched[7] - world.launched[6] == pytest.approx(70 + 0.9, abs=1)


def test_a_camera_that_keeps_failing_at_once_is_not_asked_in_haste():
    world = World(*[[FRAME, DIES]] * 20)
    seen = world.watch(world.camera(), 240)
    assert len(world.launched) <= 10
    assert kinds(seen)[:4] == [FRAME, "lost", "back", FRAME]


def test_no_reader_starts_beside_one_that_does_not_die():
    world = World([FRAME, DIES], [FRAME], dying=100.0)  # launch asserts it
    seen = world.watch(world.camera(), 150)
    assert kinds(seen) == [FRAME, "lost", "back", FRAME, "lost"]
    assert world.launched[1] > 100


def test_a_process_that_cannot_be_started_is_tried_again():
    world = World([FRAME])
    world.refuses = BlockingIOError(11, "Resource temporarily unavailable")
    camera = world.camera()
    lost = camera.read()
    assert lost.reason.endswith("no process can be started to read it (Resource temporarily unavailable)")
    world.refuses = None
    assert kinds(world.watch(camera, 5)) == ["back", FRAME]


def test_a_camera_absent_at_start_is_a_lost_one_for_a_service():
    world = World([DIES], [FRAME])
    camera = world.camera(wait=True)
    assert kinds(world.watch(camera, 5)) == ["lost", "back", FRAME]


def test_for_a_person_it_is_an_error_at_once():
    world = World([DIES])
    with pytest.raises(SourceError, match=r"^0: gives no frames \(any more\)$"):
        world.camera(wait=False)
    assert len(world.launched) == 1
    assert world.readers[0].closed


def test_for_a_person_one_that_hangs_on_opening_is_an_error_at_the_limit():
    world = World([HANGS])
    with pytest.raises(SourceError, match="no frame for 30 s"):
        world.camera(wait=False)
    assert world.readers[0].closed


def test_for_a_person_too_one_that_was_there_is_waited_for():
    world = World([FRAME, FRAME, DIES], [FRAME])
    camera = world.camera(wait=False)
    seen = world.watch(camera, 5)
    assert [kind for kind, _ in seen] == [FRAME, FRAME, "lost", "back", FRAME]


def test_an_interrupted_opening_leaves_no_reader():
    class Interrupting(World):
        def launch(self, spec, settings):
            reader = super().launch(spec, settings)
            reader.script = [KeyboardInterrupt()]
            return reader

    world = Interrupting()
    with pytest.raises(KeyboardInterrupt):
        world.camera(wait=False)
    assert world.readers[0].closed


def test_closing_ends_what_reads_and_what_is_dying_and_starts_nothing_more():
    world = World([FRAME, DIES], dying=1e9)
    with world.camera() as camera:
        world.watch(camera, 5)
    assert all(reader.closed for reader in world.readers)
    camera.close()
    launched = len(world.launched)
    assert camera.read() is None
    assert len(world.launched) == launched


scripts = st.lists(st.sampled_from([FRAME, HANGS, OPENS, DIES]), max_size=6)


@given(st.lists(scripts, max_size=8), st.floats(0.01, 20), st.floats(0, 30))
def test_whatever_happens_lost_and_back_take_turns(lives, gap, dying):
    world = World(*lives, gap=gap, dying=dying)
    camera = world.camera()
    seen = world.watch(camera, 600)
    changes = [kind for kind, _ in seen if kind != FRAME]
    assert changes == ["lost", "back"] * (len(changes) // 2) + ["lost"] * (len(changes) % 2)
    away = False
    for kind, _ in seen:
        assert not (away and kind == FRAME), "no frames while it is lost"
        away = {"lost": True, "back": False}.get(kind, away)
