"""What every command's help says, and that asking for it loads nothing that takes time."""

import argparse
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from edge.__main__ import parser

ROOT = Path(__file__).parents[2]
SLOW = {"asyncio", "ctypes", "email", "http", "multiprocessing", "sqlite3", "ssl", "tomllib", "unittest", "xml"}
"""Parts of the standard library that take 10 to 50 ms of a small board each."""

LOADED = """
import json, sys
before = set(sys.modules)
from edge.__main__ import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print(json.dumps([end.code, sorted(set(sys.modules) - before)]))
"""


def commands() -> dict[str, argparse.ArgumentParser]:
    (action,) = (action for action in parser()._actions if isinstance(action, argparse._SubParsersAction))
    return action.choices


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in commands())])
def test_help_loads_nothing_heavy(words):
    done = subprocess.run([sys.executable, "-c", LOADED, *words], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0
    parts = {name.partition(".")[0] for name in modules}
    assert parts - set(sys.stdlib_module_names) == {"edge"}
    assert not parts & SLOW
    assert sum(name.startswith("edge") for name in modules) < 40, "each is a file to find and read on a slow card"


@pytest.mark.parametrize("name", commands())
def test_every_command_shows_an_example_of_itself(name):
    shown = commands()[name].format_help()
    assert f"  python -m edge {name}" in shown
    assert "--quiet" in shown
    assert "--verbose" in shown


@pytest.mark.parametrize("name", commands())
def test_every_example_can_be_parsed(name):
    lines = commands()[name].format_help().splitlines()
    prefix = "  python -m edge "
    for line in lines:
        if line.startswith(prefix):
            parser().parse_args(line.removeprefix(prefix).split())


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("summary x", logging.WARNING),
        ("--quiet summary x", logging.ERROR),
        ("summary -q x", logging.ERROR),
        ("summary x --quiet", logging.ERROR),
        ("-v summary x", logging.INFO),
        ("summary x --verbose", logging.INFO),
        ("-vv summary x", logging.DEBUG),
        ("summary -v x -v", logging.DEBUG),
        ("--quiet summary x --verbose", logging.INFO),
    ],
)
def test_how_much_is_said_may_be_asked_before_and_after_the_command(words, level):
    assert parser().parse_args(words.split()).level == level
