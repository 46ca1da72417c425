"""Processes of their own, as these end."""

import subprocess
import sys
from pathlib import Path

import pytest

from edge.terminal.leaving import Leftover, leave

ROOT = Path(__file__).parents[3]

SEARCHING = """
import sys, threading
import numpy as np
from edge.terminal.leaving import Leftover, leave
from edge.vision.detector import HaarDetector

picture, begun = np.random.default_rng(1).integers(0, 255, (90, 90), np.uint8), threading.Event()

def search():
    detector = HaarDetector()
    while True:
        detector.detect(picture)
        begun.set()

Leftover(search, "search").start()
begun.wait()
print("the last word")
leave(7)
"""


def test_a_thread_inside_opencv_does_not_abort_the_process():
    ended = subprocess.run([sys.executable, "-c", SEARCHING], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "the last word\n", "")


def test_without_such_a_thread_python_ends_as_always():
    done = Leftover(int, "done")
    done.start()
    done.join()
    with pytest.raises(SystemExit) as ended:
        leave(3)
    assert ended.value.code == 3
