"""Whether the clock can be trusted: the kernel, timesyncd, the hardware, and what is believed where none says."""

import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from edge.outputs import synchronization
from edge.outputs.synchronization import Evidence, is_synchronized

ROOT = Path(__file__).parents[3]
UNSET, REFUSED = 5, -1
NOW = 1_800_000_000.0


@pytest.fixture
def board(tmp_path, monkeypatch) -> Evidence:
    """A Raspberry Pi that has just started: the kernel says that its clock is not set, and nobody else says a word."""
    monkeypatch.setattr(synchronization, "_kernel_state", lambda: UNSET)
    monkeypatch.setattr(time, "time", lambda: NOW)
    (tmp_path / "device-tree").mkdir()
    return Evidence(tmp_path / "synchronized", tmp_path / "rtc", tmp_path / "device-tree")


def add_clock(evidence: Evidence, text: str) -> None:
    folder = evidence.hardware / "rtc0"
    folder.mkdir(parents=True)
    (folder / "since_epoch").write_text(text)


@pytest.mark.parametrize("answer", [UNSET, REFUSED])
def test_a_board_that_has_not_heard_the_time_is_not_believed(board, monkeypatch, answer):
    monkeypatch.setattr(synchronization, "_kernel_state", lambda: answer)
    assert is_synchronized(board) is False


@pytest.mark.parametrize("answer", [0, 1, 2, 3, 4])
def test_the_kernels_yes_is_enough(board, monkeypatch, answer):
    monkeypatch.setattr(synchronization, "_kernel_state", lambda: answer)
    assert is_synchronized(board) is True


def test_the_mark_of_timesyncd_is_enough(board):
    board.mark.touch()
    assert is_synchronized(board) is True


@pytest.mark.parametrize(
    ("shows", "trusted"),
    [(NOW + 100, True), (NOW - 100, True), (NOW - 3600, False), (90.0, False), ("?", False)],
)
def test_a_clock_of_the_hardware_counts_where_it_shows_the_same_time(board, shows, trusted):
    """A Raspberry Pi 5 has one that begins at 1970 after a power cut, unless it was given a battery."""
    add_clock(board, shows if isinstance(shows, str) else f"{round(shows)}\n")
    assert is_synchronized(board) is trusted


@pytest.mark.parametrize("answer", [UNSET, REFUSED])
def test_a_pc_whose_clock_nobody_sets_is_believed(board, monkeypatch, answer):
    monkeypatch.setattr(synchronization, "_kernel_state", lambda: answer)
    board.board.rmdir()
    assert is_synchronized(board) is True


def test_a_time_before_this_program_was_written_is_believed_of_nobody(board, monkeypatch):
    monkeypatch.setattr(time, "time", lambda: 3600.0)
    add_clock(board, "3600\n")
    board.board.rmdir()
    assert is_synchronized(board) is False


def test_a_container_on_a_board_is_still_a_board(board):
    board.board.rmdir()
    board.board.symlink_to("/nowhere/devicetree/base")
    assert is_synchronized(board) is False


def test_the_real_kernel_answers_and_is_told_nothing():
    assert synchronization._kernel_state() in range(6)


@pytest.mark.parametrize("library", [SimpleNamespace(), SimpleNamespace(adjtimex=lambda buffer: -1)])
def test_no_such_call_and_a_refused_one_are_no_answer(monkeypatch, library):
    monkeypatch.setattr(ctypes, "CDLL", lambda name: library)
    assert synchronization._kernel_state() == REFUSED


REFUSING = """
import ctypes, platform, struct, sys
numbers = {"x86_64": (159, 305), "aarch64": (171, 266)}  # adjtimex and clock_adjtime, by which newer libraries ask
if platform.machine() not in numbers:
    sys.exit("unknown machine")
# Load the system call's number; where it is one of these, answer EPERM; else allow: as seccomp(2) has it.
one, other = numbers[platform.machine()]
rules = [(0x20, 0, 0, 0), (0x15, 1, 0, one), (0x15, 0, 1, other), (0x06, 0, 0, 0x50001), (0x06, 0, 0, 0x7FFF0000)]
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *rule) for rule in rules))
program = struct.pack("HxxxxxxP", len(rules), ctypes.addressof(code))
libc = ctypes.CDLL(None)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.c_char_p(program), 0, 0):
    sys.exit("seccomp is refused")
from edge.outputs import synchronization
print(synchronization._kernel_state())
"""
"""prctl's PR_SET_NO_NEW_PRIVS and PR_SET_SECCOMP with a filter."""


def test_a_sandbox_that_refuses_the_question_gives_no_answer():
    """As with systemd's ProtectClock= or in a container, by the kernel's own filter."""
    done = subprocess.run(
        [sys.executable, "-c", REFUSING], cwd=ROOT, env={**os.environ}, capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(done.stderr.strip())
    assert done.stdout == f"{REFUSED}\n"
