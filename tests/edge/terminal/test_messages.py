"""What reaches standard error, from a process of its own: on a terminal and elsewhere, at each level."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SPEAK = """
import logging, sys
from edge.terminal.messages import complain, set_level, tell
set_level(int(sys.argv[1]))
log = logging.getLogger("edge.part")
log.debug("debug"); log.info("info"); log.warning("warning"); tell("told"); complain("one\\ntwo")
"""


def said(level: str) -> list[str]:
    done = subprocess.run([sys.executable, "-c", SPEAK, level], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr.splitlines()


@pytest.mark.parametrize(
    ("level", "expected"),
    [
        ("40", []),
        ("30", ["emotion-edge: warning", "told"]),
        ("20", ["emotion-edge: info", "emotion-edge: warning", "told"]),
        ("10", ["emotion-edge: debug", "emotion-edge: info", "emotion-edge: warning", "told"]),
    ],
)
def test_each_level_says_no_more_than_it_should(level, expected):
    assert said(level) == [*expected, "emotion-edge: one", "emotion-edge: two"]


def test_a_terminal_sees_errors_in_red_and_warnings_in_yellow():
    ours, theirs = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "NO_COLOR"} | {"TERM": "xterm"}
    subprocess.run([sys.executable, "-c", SPEAK, "30"], cwd=ROOT, env=environment, stderr=theirs, check=True)
    os.close(theirs)
    seen = os.read(ours, 4096).decode()
    os.close(ours)
    assert "emotion-edge: \033[33mwarning\033[0m" in seen
    assert "emotion-edge: \033[31mone\033[0m\r\nemotion-edge: \033[31mtwo\033[0m" in seen
