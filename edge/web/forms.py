"""What the page is told, as plain data ready for JSON."""

from typing import Any

from edge.contract.records import Box, Face, Observation, Scores
from edge.outputs.faces import face_form
from edge.web.live import Live, Scene
from edge.web.timeline import SPAN

Form = dict[str, Any]


def scene_form(scene: Scene, live: Live, since: int) -> Form:
    """A scene, and the seconds of the timeline from `since` on. Of a frame its size, as boxes are in its pixels."""
    form: Form = {
        "number": scene.number,
        "state": scene.state,
        "reason": scene.reason,
        "source": live.source,
        "timeline": {"span": SPAN, "seconds": live.timeline.since(since)},
    }
    if scene.frame is None or scene.analysis is None:
        return form
    height, width = scene.frame.grey.shape
    faces = sorted(scene.analysis.observations, key=lambda seen: seen.track)
    return form | {
        "width": width,
        "height": height,
        "fps": round(live.fps, 1),
        "now": round(scene.frame.mono, 2),
        "faces": [_observed(seen) for seen in faces],
    }


def photo_form(width: int, height: int, faces: list[Face], threshold: float) -> Form:
    """A photo's faces, as `python -m edge image` tells them."""
    return {"width": width, "height": height, "faces": [face_form(face, threshold) for face in faces]}


def _observed(seen: Observation) -> Form:
    return {
        "track": seen.track,
        "box": _corner_and_size(seen.box),
        "emotion": seen.emotion,
        "confidence": round(seen.confidence, 3),
        "probabilities": _rounded(seen.scores),
    }


def _corner_and_size(box: Box) -> list[int]:
    return [box.x, box.y, box.width, box.height]


def _rounded(scores: Scores) -> dict[str, float]:
    return {label: round(value, 3) for label, value in scores}
