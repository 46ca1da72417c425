"""Writes what the tests on Arm found into a file that is kept with them: a part for each system."""

import datetime
import platform
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

HEAD = """# On Arm, the last time

Written by `sudo make test-arm64`: Debian for Arm under QEMU's emulation of a process, installed by systemd/install.sh
from a release, and compared with the host. Times are those of the emulation and say nothing about a board; what
several tests need is in the time of the first.
"""
MINE = "tests/arm64/"


class Results:
    """A plugin of pytest; tests say what they found with `record_property`. The other systems keep their part."""

    def __init__(self, file: Path):
        self._file = file
        self._reports: dict[str, list[pytest.TestReport]] = defaultdict(list)
        self._seconds: dict[str, float] = defaultdict(float)
        self._partly: set[str] = set()

    def pytest_deselected(self, items: Iterable[pytest.Item]) -> None:
        self._partly |= {_system(item.nodeid) for item in items}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid] += report.duration
        if MINE in report.nodeid and (report.when == "call" or not report.passed):
            self._reports[_system(report.nodeid)].append(report)

    def pytest_sessionfinish(self) -> None:
        """Replaces the parts of those systems that were gone through as a whole."""
        whole = {
            name: reports
            for name, reports in self._reports.items()
            if name not in self._partly and any(report.when == "call" for report in reports)
        }
        if whole:
            parts = self._kept() | {name: self._part(name, reports) for name, reports in whole.items()}
            self._file.write_text("\n".join([HEAD, *(text for _, text in sorted(parts.items()))]))

    def _kept(self) -> dict[str, str]:
        text = self._file.read_text() if self._file.exists() else ""
        parts = (f"{part.rstrip()}\n" for part in re.split(r"^(?=## )", text, flags=re.M)[1:])
        return {part.split("\n")[0].removeprefix("## "): part for part in parts}

    def _part(self, name: str, reports: Sequence[pytest.TestReport]) -> str:
        facts = [f"{key}: {value}" for report in reports for key, value in report.user_properties]
        lines = [f"## {name}", "", f"{datetime.date.today()}, {_commit()}, {_emulator()} on {platform.machine()}.", ""]
        lines += [f"- {fact}" for fact in facts]
        lines += ["", "| what | result | minutes |", "| --- | --- | --- |"]
        return "\n".join([*lines, *(_line(report, self._seconds[report.nodeid]) for report in reports), ""])


def _system(nodeid: str) -> str:
    return nodeid.rpartition("[")[2].removesuffix("]")


def _line(report: pytest.TestReport, seconds: float) -> str:
    what = report.nodeid.rpartition("::")[2].partition("[")[0].removeprefix("test_").replace("_", " ")
    result = f"skipped: {report.longrepr[2].removeprefix('Skipped: ')}" if report.skipped else report.outcome
    return f"| {what} | {result} | {seconds / 60:.1f} |"


def _commit() -> str:
    command = ["git", "describe", "--always", "--dirty"]
    done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True)
    return f"commit {done.stdout.strip()}" if done.returncode == 0 else "no commit"


def _emulator() -> str:
    done = subprocess.run(["qemu-aarch64-static", "--version"], capture_output=True, text=True)
    return " ".join(done.stdout.split()[:3]) or "an unknown emulator"
