"""A photo's face as plain data ready for JSON: what `image` prints and the page is told."""

from typing import Any

from edge.contract.records import Face


def face_form(face: Face, threshold: float) -> dict[str, Any]:
    """A face; `threshold` is the least probability of an emotion that is not "uncertain"."""
    box = face.box
    form = {"box": [box.x, box.y, box.width, box.height], "gate": round(face.gate, 4), "human": not face.rejected}
    if face.scores is None:
        return {**form, "emotion": None, "confidence": None, "probabilities": None}
    return {
        **form,
        "emotion": face.scores.label(threshold),
        "confidence": round(face.scores.confidence, 4),
        "probabilities": {label: round(value, 4) for label, value in face.scores},
    }
