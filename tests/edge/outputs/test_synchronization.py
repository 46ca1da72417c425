"""What the kernel and timesyncd say of the clock."""

import ctypes
from types import SimpleNamespace

import pytest

from edge.outputs import synchronization
from edge.outputs.synchronization import is_synchronized


@pytest.mark.parametrize(
    ("state", "mark", "answer"), [(5, False, False), (5, True, True), (0, False, True), (4, False, True)]
)
def test_the_kernel_or_the_mark_of_timesyncd_is_enough(tmp_path, monkeypatch, state, mark, answer):
    marker = tmp_path / "synchronized"
    if mark:
        marker.touch()
    monkeypatch.setattr(synchronization, "_kernel_state", lambda: state)
    assert is_synchronized(marker) is answer


def test_the_real_kernel_answers_and_is_told_nothing():
    assert synchronization._kernel_state() in range(6)


@pytest.mark.parametrize("library", [SimpleNamespace(), SimpleNamespace(adjtimex=lambda buffer: -1)])
def test_where_nobody_can_be_asked_the_clock_is_believed(tmp_path, monkeypatch, library):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    assert is_synchronized(tmp_path / "none") is True
