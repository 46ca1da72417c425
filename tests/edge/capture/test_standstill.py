"""When a picture counts as standing still, and how often that is looked into."""

import numpy as np
import pytest

from edge.capture.standstill import Standstill


def picture(edge: int, above: int = 0, shape: tuple[int, ...] = (12, 16, 3)) -> np.ndarray:
    image = np.full(shape, above, np.uint8)
    image[-2:] = edge
    return image


def noticed(pictures, patience: float = 20.0, longest: float = 100.0) -> list[int]:
    """The seconds at which it was said, of pictures a second apart."""
    standstill = Standstill(patience, longest)
    return [second for second, image in enumerate(pictures) if standstill.noticed(image, float(second))]


def test_a_camera_that_moves_is_left_alone():
    assert noticed(picture(second % 2) for second in range(1000)) == []


def test_one_pixel_of_noise_is_enough():
    pictures = [picture(7) for _ in range(60)]
    for second in range(0, 60, 15):
        pictures[second][-1, second % 16, 0] += 1
    assert noticed(pictures) == []


@pytest.mark.parametrize("moves_above", [False, True])
def test_a_picture_that_stands_still_at_its_lower_edge_is_noticed_in_time(moves_above):
    pictures = [picture(second % 2) for second in range(50)]
    pictures += [picture(1, above=second if moves_above else 0) for second in range(30)]
    assert noticed(pictures) == [49 + 20]


def test_what_always_stands_still_is_looked_into_ever_more_seldom():
    assert noticed(picture(0, above=second % 200) for second in range(700)) == [20, 60, 140, 240, 340, 440, 540, 640]


def test_after_a_movement_all_begins_anew():
    pictures = [*[picture(0)] * 65, *[picture(1)] * 25]
    assert noticed(pictures) == [20, 60, 85]


def test_another_shape_is_a_movement():
    assert noticed([*[picture(0)] * 15, *[picture(0, shape=(24, 16))] * 15, *[picture(0)] * 15]) == []
