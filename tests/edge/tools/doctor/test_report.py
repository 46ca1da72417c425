"""What a person sees, and what a program reads."""

import io
import json

import pytest

from edge.tools.doctor.finding import note, ok, problem, skipped
from edge.tools.doctor.host import Host
from edge.tools.doctor.report import as_json, lines

LONG = "pip install 'opencv-python-headless>=4.6,<4.12' " + "and " * 40 + "more"
FINDINGS = [
    ok("Python", "3.11.2"),
    problem("OpenCV", "5.0.0 has no CascadeClassifier: " + "word " * 30 + "end", "first", LONG),
    note("a check with a name that is too long", "text", "third"),
    skipped("broker", "mqtt.host is not set"),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def narrow(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def table(findings=FINDINGS, stream=None, **options) -> list[str]:
    return list(lines(Host(), findings, stream or io.StringIO(), **options))


def test_text_is_broken_and_commands_never_are(narrow):
    shown = table()
    assert f"$ {LONG}" in [line.strip() for line in shown]
    assert all(len(line) <= 80 for line in shown if "$" not in line)
    assert [line.split()[0] for line in shown if line[:1].strip()][1:5] == ["ok", "PROBLEM", "note", "-"]


def test_the_end_counts(narrow):
    assert table()[-1].startswith("1 problem, 1 note; ")
    assert table(FINDINGS[:1])[-1] == "all is well"


def test_brief_is_what_needs_doing_alone(narrow):
    shown = table(brief=True)
    assert shown[0].startswith("PROBLEM")
    assert not any("Python" in line or "broker" in line for line in shown)
    assert table(FINDINGS[:1], brief=True) == []


def test_a_terminal_sees_colours_and_a_file_none(narrow):
    assert "\033[31mPROBLEM" in "".join(table(stream=Terminal()))
    assert "\033" not in "".join(table())


def test_json():
    form = json.loads(as_json(Host(), FINDINGS))
    assert form["healthy"] is False
    assert [finding["state"] for finding in form["findings"]] == ["ok", "problem", "note", "skipped"]
    assert form["findings"][1]["mend"] == ["first", LONG]
    assert json.loads(as_json(Host(), FINDINGS[:1]))["healthy"] is True
