"""Whatever happens in the other process, an answer comes back, in time."""

import time

import pytest

from edge.tools.doctor.asking import ask
from edge.tools.doctor.setup import cause


def test_an_answer():
    answer = ask("numpy")
    assert answer.good
    assert answer.found["sum"] == 529536, "the numbers 0 to 63 as an 8x8 matrix, times itself, summed"


@pytest.mark.parametrize(
    ("library_state", "error", "words"),
    [
        ("missing", "ModuleNotFoundError", "No module named 'numpy'"),
        ("other processor", "SIGILL", "newer processor"),
        ("crash", "SIGABRT", "ends Python with SIGABRT"),
        ("raise RuntimeError('two\\nlines')", "RuntimeError", "two lines"),
        ("import sys; sys.exit(3)", "exit", "ended with 3"),
        ("import os; os._exit(0)", "exit", "ended with 0"),
        ("print('{}'); raise ImportError('x')", "ImportError", "x"),
    ],
)
def test_a_library_that_breaks(library, library_state, error, words):
    library("numpy", library_state)
    answer = ask("numpy")
    assert (answer.good, answer.error) == (False, error)
    assert words in cause(answer, "importing it")


def test_a_library_that_hangs_is_given_up(library):
    library("numpy", "hang")
    began = time.monotonic()
    answer = ask("numpy", patience=1.5)
    assert time.monotonic() - began < 10
    assert answer.error == "silence"
    assert "no answer within 1.5 s" in cause(answer, "importing it")


def test_what_a_library_prints_is_no_answer(library):
    library("cv2", "import os; os.write(1, b'hello'); print('{\"found\": {}}'); raise ImportError('broken')")
    assert ask("opencv").reason == "broken"


def test_a_secret_is_in_no_command_line(library):
    """It would be seen by every user of the machine."""
    library("paho", "raise ImportError(open('/proc/self/cmdline').read().replace('\\0', ' '))")
    answer = ask("package", {"module": "paho", "package": "paho", "password": "pine"})
    assert "questions package" in answer.reason
    assert "pine" not in answer.reason
