"""The events of the log: what a moment of a run says, as plain data ready for JSON."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from edge.contract.records import (
    Analysis,
    Box,
    CameraEvent,
    Episode,
    Heartbeat,
    ModelInfo,
    Moment,
    Observation,
    Pause,
    Scores,
    Start,
    Stop,
)

VERSION = 1
"""Version of the events' form, in every record as `v`."""

Event = dict[str, Any]


def events_of(moment: Moment, camera: str, boot: str, *, synced: bool = True, every: bool = False) -> Iterator[Event]:
    """The events of one moment, in the order in which they are logged; most frames have none.

    Args:
        moment: what happened.
        camera: the name that every record carries.
        boot: what tells one boot of the machine from another.
        synced: whether the moment's time comes from a clock that was set; where not, the records say so.
        every: whether each observation is an event, rather than changes alone.
    """
    for kind, body in _bodies(moment, every):
        yield event(kind, body, moment.time, moment.mono, camera, boot, synced)


def event_count(moment: Moment, *, every: bool = False) -> int:
    """How many events `events_of` has of a moment."""
    return sum(1 for _ in _bodies(moment, every))


def event(kind: str, body: Event, time: float, mono: float, camera: str, boot: str, synced: bool = True) -> Event:
    """One event: what every record carries, and its body."""
    head = {"v": VERSION, "event": kind, "ts": timestamp(time), "mono": round(mono, 3), "boot": boot, "camera": camera}
    return {**head, **({} if synced else {"synced": False}), **body}


def timestamp(seconds: float) -> str:
    """UTC seconds since 1970 as ISO 8601 with milliseconds, such as 2026-01-31T08:15:00.250Z."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _bodies(moment: Moment, every: bool) -> Iterator[tuple[str, Event]]:
    match moment:
        case Analysis():
            # Ends come first: where one face replaces another, a reader never holds more faces than there were.
            yield from (("gone", _gone(episode)) for episode in moment.episodes)
            for seen in moment.observations:
                if seen.started:
                    yield "face", _observed(seen)
                if seen.changed:
                    yield "emotion", _observed(seen)
                if every:
                    yield "observation", {**_observed(seen), "frame": moment.index}
        case Start():
            yield "start", _start(moment)
        case CameraEvent():
            yield "camera", _camera(moment)
        case Pause():
            yield "pause", {"state": moment.state}
        case Heartbeat():
            yield "heartbeat", _heartbeat(moment)
        case Stop():
            yield "stop", _stop(moment)


def _observed(seen: Observation) -> Event:
    return {
        "track": seen.track,
        "box": _box(seen.box),
        "emotion": seen.emotion,
        "confidence": round(seen.confidence, 4),
        "probabilities": _probabilities(seen.scores),
        "gate": round(seen.gate, 4),
    }


def _gone(episode: Episode) -> Event:
    return {
        "track": episode.track,
        "box": _box(episode.box),
        "emotion": episode.emotion,
        "confidence": round(_share(episode), 4),
        "probabilities": _probabilities(episode.scores),
        "gate": round(episode.gate, 4),
        "duration": round(episode.duration, 3),
        "frames": episode.frames,
        "seconds": {label: round(seconds, 3) for label, seconds in episode.seconds},
    }


def _share(episode: Episode) -> float:
    """The mean probability of the episode's emotion; of the best label where that is "uncertain"."""
    scores = episode.scores
    return scores[episode.emotion] if episode.emotion in scores.labels else scores.confidence


def _start(start: Start) -> Event:
    return {
        "version": start.version,
        "runtime": start.runtime,
        "source": start.source,
        "models": {model.task: _model(model) for model in start.models},
    }


def _model(model: ModelInfo) -> Event:
    form: Event = {"name": model.name, "sha256": model.sha256, "threshold": model.threshold}
    return {**form, **({"profile": model.profile} if model.profile else {})}


def _camera(event: CameraEvent) -> Event:
    return {"state": event.state, **({"reason": event.reason} if event.reason else {})}


def _heartbeat(beat: Heartbeat) -> Event:
    return {
        "seconds": round(beat.seconds, 3),
        "frames": beat.frames,
        "fps": round(beat.fps, 2),
        "skipped": beat.skipped,
        "dropped": beat.dropped,
        "faces": beat.faces,
        "rejected": beat.rejected,
        "latency_p95_ms": None if beat.latency_p95 is None else round(beat.latency_p95, 2),
        "temperature_c": beat.temperature,
        "throttled": beat.throttled,
        **({"warning": beat.warning} if beat.warning else {}),
    }


def _stop(stop: Stop) -> Event:
    return {
        "reason": stop.reason,
        "frames": stop.frames,
        "skipped": stop.skipped,
        "faces": stop.faces,
        "rejected": stop.rejected,
    }


def _box(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _probabilities(scores: Scores) -> dict[str, float]:
    return {label: round(value, 4) for label, value in scores}
