import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from edge.capture.readers import BAD_IN_A_ROW, Captured, LiveReader, RecordedReader
from edge.contract.errors import SourceError

GOOD = np.full((4, 6), 7, np.uint8)
BAD = np.zeros((4, 6, 2), np.uint8)


class Recorded(RecordedReader):
    def __init__(self, images):
        super().__init__("a recording")
        self._images = iter(enumerate(images))
        self.begun = self._begin()

    def _capture(self):
        found = next(self._images, None)
        return None if found is None else Captured(found[1], 100.0 + found[0], 10.0 + found[0])


class Live(LiveReader):
    def __init__(self, images):
        super().__init__("a camera")
        self._images = iter(images)
        self.closed = False
        self.mono = self.step = 0.0

    def _capture(self):
        self.mono += self.step
        return Captured(next(self._images), 1.0, self.mono)

    def close(self):
        self.closed = True


def test_frames_are_counted_from_zero_and_keep_their_times():
    frames = list(Recorded([GOOD, None, BAD, GOOD]))
    assert [(f.index, f.time, f.mono) for f in frames] == [(0, 100.0, 10.0), (1, 103.0, 13.0)]


def test_what_is_left_out_is_counted_and_only_the_first_is_a_warning(caplog):
    caplog.set_level(logging.DEBUG)
    source = Recorded([None, BAD, GOOD])
    assert source.skipped == 2
    assert [record.levelname for record in caplog.records] == ["WARNING", "DEBUG"]
    assert caplog.messages[0] == "a recording: a frame is left out (it could not be decoded)"


def test_the_first_frame_is_not_lost_by_looking_at_it():
    source = Recorded([GOOD, GOOD])
    assert source.begun
    assert source.read().index == 0
    assert source.read().index == 1
    assert source.read() is None
    assert source.read() is None


def test_a_recording_without_a_frame_does_not_begin():
    assert not Recorded([None, BAD]).begun


def test_a_closed_recording_gives_no_frame_that_it_had_in_hand():
    with Recorded([GOOD]) as source:
        pass
    assert source.read() is None


def test_a_live_source_goes_on_after_bad_frames():
    source = Live([None, BAD, GOOD])
    assert source.read().index == 0
    assert source.skipped == 2


def test_a_live_source_that_gives_only_bad_frames_fails_instead_of_turning_forever():
    source = Live([None] * (BAD_IN_A_ROW + 1))
    with pytest.raises(SourceError, match=f"a camera: {BAD_IN_A_ROW} unusable frames in a row"):
        source.read()


def test_a_slow_source_that_gives_only_bad_frames_fails_after_as_many_seconds():
    source = Live([None] * BAD_IN_A_ROW)
    source.step = 0.1
    with pytest.raises(SourceError, match=r"31 unusable frames in a row \(at last: it could not be decoded\)"):
        source.read()


def test_bad_frames_count_from_the_last_good_one():
    source = Live([None] * 20 + [GOOD] + [None] * 20 + [GOOD])
    source.step = 0.1
    assert [source.read().index, source.read().index] == [0, 1]
    assert source.skipped == 40


def test_it_is_closed_when_the_block_fails():
    source = Live([])
    with pytest.raises(KeyError), source:
        raise KeyError
    assert source.closed


any_dtype = st.one_of(
    arrays.unsigned_integer_dtypes(), arrays.integer_dtypes(), arrays.floating_dtypes(), arrays.boolean_dtypes()
)
any_shape = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=7)
layouts = st.sampled_from([lambda a: a, lambda a: a.T, lambda a: a[::-1] if a.ndim else a, np.asfortranarray])


@given(arrays.arrays(any_dtype, any_shape), layouts)
def test_any_array_passes_or_is_counted(array, layout):
    image = layout(array)
    source = Live([image, GOOD])
    frame = source.read()
    if source.skipped:
        assert source.skipped == 1
        assert frame.grey is not image
        assert frame.grey.shape == GOOD.shape
    else:
        assert frame.grey.shape == image.shape[:2]
    assert frame.grey.dtype == np.uint8
    assert frame.grey.flags.c_contiguous


@given(arrays.arrays(np.dtype(np.uint8), arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9)))
def test_a_grey_picture_of_any_size_passes_unchanged(image):
    source = Live([image])
    assert np.array_equal(source.read().grey, image)
    assert source.skipped == 0
