import math
import pickle

import pytest

from edge.capture.settings import CaptureSettings
from edge.capture.view import View
from edge.contract.errors import ConfigurationError
from edge.contract.records import Box


def test_the_defaults_are_acceptable_and_leave_the_reader_time_to_say_why():
    settings = CaptureSettings()
    assert (settings.max_fps, settings.stale) == (10.0, 10.0)
    assert settings.frame_within < settings.stale
    assert settings.open_within < settings.opening


@pytest.mark.parametrize(("max_fps", "seconds"), [(10.0, 10.0), (None, 10.0), (0.2, 10.0), (0.1, 20.0)])
def test_a_low_rate_is_no_loss(max_fps, seconds):
    assert CaptureSettings(max_fps=max_fps, stale=10.0).lost_after == seconds


@pytest.mark.parametrize("name", ["fps", "max_fps", "stale", "opening"])
@pytest.mark.parametrize("value", [0.0, -1.0, math.inf, math.nan])
def test_a_value_out_of_range_is_refused_by_its_name(name, value):
    with pytest.raises(ConfigurationError, match=f"^{name}: .* is not a positive number"):
        CaptureSettings(**{name: value})


def test_a_size_without_area_is_refused():
    with pytest.raises(ConfigurationError, match="size: 0x480"):
        CaptureSettings(size=(0, 480))


def test_they_reach_another_process_unchanged():
    settings = CaptureSettings(None, 5.0, None, 2, 3.0, 7.0, View(90, "vertical", Box(1, 2, 3, 4)))
    assert pickle.loads(pickle.dumps(settings)) == settings


def test_one_buffer_is_too_few():
    with pytest.raises(ConfigurationError, match="buffers: 1 is less than 2"):
        CaptureSettings(buffers=1)
