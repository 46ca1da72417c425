"""Events as a table for spreadsheets and statistics."""

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from edge.contract.labels import EMOTIONS, UNCERTAIN
from edge.contract.storage import whole_file
from edge.outputs.events import timestamp
from edge.outputs.log.reader import Entry

_PLAIN = (
    *("track", "emotion", "confidence", "gate", "duration", "frames", "fps", "skipped", "faces", "rejected"),
    *("latency_p95_ms", "temperature_c", "throttled", "state", "reason", "count"),
)
_BOX = ("x", "y", "width", "height")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

COLUMNS = (
    *("time", "local", "synced", "event", "camera", "mono", "boot", *_PLAIN, *_BOX),
    *(f"p_{emotion}" for emotion in EMOTIONS),
    *(f"s_{emotion}" for emotion in (*EMOTIONS, UNCERTAIN)),
    "other",
)
"""The columns: `time` is UTC, corrected; `p_` are probabilities, `s_` seconds; `other` is all else, as JSON."""


def exported(entries: Iterable[Entry], path: Path, begin: float, end: float) -> Iterator[Entry]:
    """Passes events through, and writes a CSV file of those between two times, which appears when all have passed.

    Args:
        entries: the events.
        path: the file.
        begin: UTC in seconds.
        end: the same, left out itself.

    Raises:
        OutputError: it cannot be written.
    """
    with whole_file(path) as file:
        text = TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        writer = csv.DictWriter(text, COLUMNS, restval="")
        writer.writeheader()
        for entry in entries:
            if begin <= entry.time < end:
                writer.writerow(_row(entry))
            yield entry
        text.detach()  # flushes, and leaves the file open for its syncing


def _row(entry: Entry) -> dict[str, Any]:
    event = entry.event
    row: dict[str, Any] = {
        "time": timestamp(entry.time),
        "local": datetime.fromtimestamp(entry.time).isoformat(timespec="milliseconds"),
        "synced": entry.synced,
    }
    other: dict[str, Any] = {}
    for name, value in event.items():
        columns = _columns(name, value)
        if columns is None:
            other[name] = value
        else:
            row.update(columns)
    if other:
        row["other"] = json.dumps(other, separators=(",", ":"))
    return {name: _safe(value) for name, value in row.items()}


def _columns(name: str, value: Any) -> dict[str, Any] | None:
    """A field of an event as columns; None where there is none for it."""
    if name in ("v", "ts", "synced"):
        return {}
    if name in ("event", "camera", "mono", "boot") or name in _PLAIN:
        return {name: "" if value is None else value}
    if name == "box" and isinstance(value, list) and len(value) == len(_BOX):
        return dict(zip(_BOX, value, strict=True))
    if name in ("probabilities", "seconds") and isinstance(value, dict):
        columns = {f"{name[0]}_{emotion}": number for emotion, number in value.items()}
        return columns if columns.keys() <= set(COLUMNS) else None
    return None


def _safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
