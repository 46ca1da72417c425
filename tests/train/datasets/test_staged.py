import numpy as np
import pytest

from train.datasets.staged import FRAME, Staged, stage

SCENES = [np.full((321, 481), 100, np.uint8), np.full((481, 321), 110, np.uint8)]


def chessmen(count: int = 12) -> np.ndarray:
    """Faces that cannot be overlooked: the left half black, the right half white."""
    face = np.zeros((48, 48), np.uint8)
    face[:, 24:] = 255
    return np.tile(face, (count, 1, 1))


@pytest.fixture(scope="module")
def staged() -> list[Staged]:
    return list(stage(chessmen(), SCENES, seed=1))


def test_frames_of_one_size(staged):
    assert len(staged) == 12
    assert all(one.frame.shape == (480, 640) and one.frame.dtype == np.uint8 for one in staged)
    assert FRAME == (640, 480)


def test_the_face_is_where_its_box_says(staged):
    for one in staged:
        box, frame = one.box, one.frame.astype(np.float32)
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= 640
        assert box.y + box.height <= 480
        middle, quarter = box.y + box.height // 2, box.width // 4
        rows = slice(middle - 5, middle + 5)
        left = frame[rows, box.x + quarter - 4 : box.x + quarter + 4].mean()
        right = frame[rows, box.x + 3 * quarter - 4 : box.x + 3 * quarter + 4].mean()
        assert right - left > 100
        outside = np.ones_like(frame, bool)
        reach = round(0.25 * box.width)  # a turned square reaches over its own box
        outside[
            max(0, box.y - reach) : box.y + box.height + reach, max(0, box.x - reach) : box.x + box.width + reach
        ] = 0
        assert frame[outside].std() < 15  # the noise alone


def test_conditions_are_within_their_ranges(staged):
    for one in staged:
        assert 60 <= one.how.side == one.box.width <= 200
        assert abs(one.how.tilt) <= 15
        assert 0 <= one.how.blur <= 1.5
        assert 0 <= one.how.noise <= 10
        assert 0.6 <= one.how.gain <= 1.3
    assert len({one.how.side for one in staged}) > 6


def test_a_tilt_turns_the_face():
    """The border of black and white leans as far as the record says."""
    for one in stage(chessmen(6), SCENES, seed=3):
        box = one.box
        rows = (box.y + box.height // 4, box.y + 3 * box.height // 4)
        border = []
        for row in rows:
            line = one.frame[row - 2 : row + 3, box.x : box.x + box.width].astype(float).mean(axis=0)
            inner = slice(box.width // 5, -box.width // 5)
            border.append(np.abs(np.diff(np.convolve(line, np.ones(5) / 5, "same")))[inner].argmax())
        lean = np.degrees(np.arctan2(border[1] - border[0], rows[1] - rows[0]))
        assert lean == pytest.approx(one.how.tilt, abs=3)


def test_a_staging_depends_on_the_seed_and_the_face_alone():
    first, again = list(stage(chessmen(3), SCENES, seed=1)), list(stage(chessmen(2), SCENES, seed=1))
    for one, other in zip(first[:2], again, strict=True):
        np.testing.assert_array_equal(one.frame, other.frame)
    assert (first[0].frame != next(stage(chessmen(1), SCENES, seed=2)).frame).any()
