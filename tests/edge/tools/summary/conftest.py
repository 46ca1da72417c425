"""Logs for summaries; the machine stands in Berlin."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def berlin(monkeypatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(*events: dict | str, name: str = "log.jsonl") -> Path:
        lines = [each if isinstance(each, str) else json.dumps(each, separators=(",", ":")) for each in events]
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
        return tmp_path / name

    return make
