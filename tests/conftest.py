"""Settings of all tests."""

import os
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

# A test of a commit must say the same twice: the examples are drawn alike each time. New ones are looked for with
# `make search`.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.register_profile("search", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_collection_modifyitems(config: pytest.Config, items: Iterable[pytest.Item]) -> None:
    """Where pytest-xdist is installed and asked for, tests that share fixtures run in one process."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        of_the_edge = Path(__file__).parent / "edge" in item.path.parents
        item.add_marker(pytest.mark.xdist_group("edge" if of_the_edge else "training and conversion"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Once tflite-runtime's 32-bit wheel has run a model, the processor takes the least numbers for 0."""
    drawn = is_hypothesis_test(getattr(item, "function", None))
    if drawn and sys.float_info.min / 2 == 0.0:
        pytest.skip("the 32-bit runtime has set subnormal numbers to zero, with which Hypothesis draws no floats")
