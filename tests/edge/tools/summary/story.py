"""Events to sum up."""

from datetime import datetime
from pathlib import Path

from edge.outputs.events import timestamp
from edge.outputs.log.reader import Entry
from edge.tools.summary.fields import Camera

LOG, OTHER = Path("log.jsonl"), Path("other.jsonl")
DOOR, DESK = Camera("door", LOG), Camera("desk", LOG)


def at(text: str) -> float:
    """A local time such as "2026-01-31 08:00:00" as UTC seconds."""
    return datetime.fromisoformat(text).timestamp()


def event(kind: str, time: float, camera: str = "door", **more) -> dict:
    """An event; its monotonic time is the time of the day on which the tests play."""
    body = {"v": 1, "event": kind, "ts": timestamp(time), "mono": round(time - at("2026-01-30"), 3), "boot": "b"}
    return {**body, "camera": camera, **more}


def episode(time: float, track: int, *shown: tuple[str, float], camera: str = "door") -> list[dict]:
    """A face that shows emotions one after the other, each for so many seconds, and goes."""
    seconds: dict[str, float] = {}
    events = [event("face", time, camera, track=track, emotion=shown[0][0])]
    for emotion, length in shown:
        events.append(event("emotion", time, camera, track=track, emotion=emotion))
        seconds[emotion] = seconds.get(emotion, 0.0) + length
        time += length
    length = sum(seconds.values())
    gone = event("gone", time, camera, track=track, emotion=shown[0][0], duration=length, frames=9, seconds=seconds)
    return [*events, gone]


def entries(*events: dict, synced: bool = True, log: Path = LOG) -> list[Entry]:
    return [Entry(datetime.fromisoformat(each["ts"]).timestamp(), synced, each, log) for each in events]
