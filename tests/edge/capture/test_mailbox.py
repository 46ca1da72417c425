import errno
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.capture.mailbox import SLOTS, Ends, Mailbox, Opening, Writer
from edge.contract.errors import ConfigurationError
from edge.contract.records import Frame


def frame(index, level=None, size=(4, 6)):
    return Frame(index, 1000.0 + index, 10.0 + index, np.full(size, index % 256 if level is None else level, np.uint8))


@pytest.fixture
def mailbox():
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def writer(mailbox):
    """A writer in this process: its descriptors are doubled as those of a child are."""
    return own_writer(mailbox)


def own_writer(box):
    ends = box.ends
    writer = Writer(Ends(tuple(map(os.dup, ends.slots)), os.dup(ends.full), os.dup(ends.post), os.dup(ends.spent)))
    box.handed_over()
    return writer


def test_a_frame_arrives_with_its_number_times_and_counts(mailbox, writer):
    grey = np.arange(24, dtype=np.uint8).reshape(4, 6)
    writer.post(Frame(7, 1234.5, 67.25, grey), skipped=3)
    letter = mailbox.take(0)
    assert np.array_equal(letter.frame.grey, grey)
    assert (letter.frame.index, letter.frame.time, letter.frame.mono) == (7, 1234.5, 67.25)
    assert (letter.skipped, letter.dropped) == (3, 0)
    assert mailbox.take(0) is None
    writer.close()


def test_the_newest_wins_and_the_others_are_counted(mailbox, writer):
    for index in range(10):
        writer.post(frame(index), 0)
    letter = mailbox.take(0)
    assert (letter.frame.index, letter.dropped) == (9, 9)
    assert mailbox.take(0) is None
    writer.close()


def test_that_the_source_is_opened_again_is_told_after_the_last_frame(mailbox, writer):
    writer.post(frame(1), 0)
    writer.tell_opening()
    assert mailbox.take(0).frame.index == 1
    assert mailbox.take(0) == Opening()
    assert mailbox.take(0) is None
    writer.close()


def test_the_next_frame_takes_back_what_was_told_and_costs_no_slot(mailbox, writer):
    for index in range(3 * SLOTS):
        writer.post(frame(index), 0)
        writer.tell_opening()
    writer.post(frame(99), 0)
    letter = mailbox.take(0)
    assert (letter.frame.index, letter.dropped) == (99, 3 * SLOTS)
    assert mailbox.take(0) is None
    writer.close()


def test_what_was_read_stays_as_it_is_when_its_slot_is_used_again(mailbox, writer):
    writer.post(frame(1), 0)
    first = mailbox.take(0).frame.grey
    for index in range(2, 9):
        writer.post(frame(index), 0)
    assert set(first.ravel()) == {1}
    writer.close()


def test_waiting_ends_after_its_time_or_with_the_frame(mailbox, writer):
    began = time.monotonic()
    assert mailbox.take(0.05) is None
    assert time.monotonic() - began >= 0.05
    timer = threading.Timer(0.05, writer.post, (frame(5), 0))
    timer.start()
    assert mailbox.take(20).frame.index == 5
    assert time.monotonic() - began < 15
    timer.join()
    writer.close()


def test_the_last_frame_is_still_read_after_the_writer_has_gone(mailbox, writer):
    writer.post(frame(1), 0)
    writer.close()
    assert mailbox.take(0).frame.index == 1
    with pytest.raises(EOFError):
        mailbox.take(0)


def test_a_writer_alone_never_waits_and_offers_its_newest(mailbox, writer):
    """As while the main process looks at a long frame: the pipes hold but a few numbers, and must not fill."""
    posts = 20_000  # more than any pipe holds
    writing = threading.Thread(target=lambda: [writer.post(frame(index), 0) for index in range(posts)], daemon=True)
    writing.start()
    writing.join(60)
    assert not writing.is_alive(), "it waits for a reader"
    letter = mailbox.take(0)
    assert (letter.frame.index, letter.dropped) == (posts - 1, posts - 1)
    writer.close()


@pytest.mark.parametrize("taken", [0, 1])
def test_a_reader_that_is_gone_neither_stops_the_writer_nor_costs_it_a_slot(taken):
    """The writer has both ends of the pipe that it offers frames in, so that it does not break under it."""
    box = Mailbox()
    ends = box.ends
    writer = Writer(Ends(tuple(map(os.dup, ends.slots)), os.dup(ends.full), os.dup(ends.post), os.dup(ends.spent)))
    for index in range(taken):
        writer.post(frame(index), 0)
        assert box.take(0).frame.index == index
    box.close()
    for index in range(3 * SLOTS):
        writer.post(frame(index), 0)
    assert writer._dropped == 3 * SLOTS - 1, "it takes back what nobody reads, over and over"
    assert sorted(writer._mine) == sorted(set(writer._mine)), "and never holds a slot twice"
    assert len(writer._mine) == SLOTS - 1
    writer.close()


shapes = st.tuples(st.integers(1, 40), st.integers(1, 40))
actions = st.lists(st.one_of(shapes, st.just("take")), max_size=60)


@given(actions)
def test_any_order_of_posting_and_taking(steps):
    """Frames grow, shrink and change shape; whatever is taken is the last that was posted, whole."""
    box = Mailbox()
    writer = own_writer(box)
    posted = taken = 0
    waiting = None
    for step in steps:
        if step == "take":
            letter = box.take(0)
            assert (letter is None) == (waiting is None)
            if letter is not None:
                taken += 1
                assert letter.frame.grey.shape == waiting.grey.shape
                assert np.array_equal(letter.frame.grey, waiting.grey)
                assert letter.dropped == posted - taken
            waiting = None
        else:
            posted += 1
            waiting = frame(posted, size=step)
            writer.post(waiting, 0)
    writer.close()
    box.close()


def test_a_part_of_a_larger_picture_arrives_as_it_looks(mailbox, writer):
    grey = np.arange(100, dtype=np.uint8).reshape(10, 10)
    writer.post(Frame(0, 0.0, 0.0, grey[2:5, 3:9]), 0)
    assert np.array_equal(mailbox.take(0).frame.grey, grey[2:5, 3:9])
    writer.close()


BUSY = """
import sys
import numpy as np
from edge.capture.mailbox import Ends, Writer
from edge.contract.records import Frame
numbers = [int(text) for text in sys.argv[1:]]
writer = Writer(Ends(tuple(numbers[:3]), *numbers[3:]))
index = 0
while True:
    side = 200 + index % 7 * 40
    writer.post(Frame(index, 0.0, float(index), np.full((side, side + 1), index % 251, np.uint8)), 0)
    index += 1
"""


def test_no_frame_is_torn_however_fast_another_process_writes_nor_when_it_is_killed(mailbox):
    process = subprocess.Popen(
        [sys.executable, "-c", BUSY, *map(str, mailbox.ends.all)],
        pass_fds=mailbox.ends.all,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    mailbox.handed_over()
    last = -1
    for _ in range(300):
        letter = mailbox.take(30)
        index = letter.frame.index
        side = 200 + index % 7 * 40
        assert letter.frame.grey.shape == (side, side + 1)
        assert (letter.frame.grey == index % 251).all()
        assert index > last, "never an older one after a newer one"
        last = index
    assert letter.dropped > 0
    process.kill()
    process.wait()
    with pytest.raises(EOFError):
        use_up(mailbox)


def use_up(mailbox):
    """Whatever was still waiting: one frame, unless the writer was killed as it took that back."""
    while True:
        assert np.ptp(mailbox.take(5).frame.grey) == 0


def test_a_system_without_memfd_is_told_what_still_works(monkeypatch):
    monkeypatch.delattr(os, "memfd_create")
    with pytest.raises(ConfigurationError, match="need Linux"):
        Mailbox()


@pytest.mark.parametrize(("name", "room"), [("memfd_create", 2), ("pipe", 0), ("pipe", 1)])
def test_one_that_cannot_be_made_leaves_no_descriptor_open(monkeypatch, name, room):
    """A camera is tried again and again, which must not use up what descriptors are left."""
    make, made = getattr(os, name), []

    def run_out(*arguments):
        if len(made) == room:
            raise OSError(errno.EMFILE, "Too many open files")
        made.append(make(*arguments))
        return made[-1]

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(os, name, run_out)
    with pytest.raises(OSError, match="Too many open files"):
        Mailbox()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_it_leaves_no_descriptor_open():
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        box = Mailbox()
        own_writer(box).close()
        box.close()
        box.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before
