"""Chooses a model's golden pictures and notes its answers; `edge.contract.golden` asks again.

What the edge goes by beside the answers is held fixed by digests, for a small change of it moves no answer far.

A face from the demo clip comes first. Each label is held down by the picture that the model is surest of it on, the
face or a made one, so no two labels can change places unseen. A made picture that leaves the model in doubt where the
face does not would hold down nothing, and runtimes differ most where a model is in doubt.
"""

import hashlib
import json
from dataclasses import asdict
from typing import Any

from edge.contract.classifier import Classifier
from edge.contract.golden import golden_picture
from edge.contract.manifest import Manifest

CANDIDATES = 256
"""How many made pictures are looked at, beside the face, to find the surest of each label."""

_TOLERANCE = {"int8": 0.1, "dynamic": 0.1}
"""How far a probability may be off. Runtimes round int8 differently: tflite-runtime 2.14.0 and LiteRT 2.3.0 were up to
0.06 apart on the surest pictures of each label, the same model and the same processor, and 0.11 on one that left the
model in doubt."""
_TOLERANCE_OF_FLOATS = 0.02


def labels_digest(labels: tuple[str, ...]) -> str:
    """A sha256 of labels in their order."""
    return hashlib.sha256("\n".join(labels).encode()).hexdigest()


def settings_digest(manifest: Manifest) -> str:
    """A sha256 of what a manifest tells the edge to do: the outputs, which one is reported, temperature, threshold."""
    told = {
        "outputs": {name: asdict(output) for name, output in manifest.outputs.items()},
        "scores": manifest.scores,
        "temperature": manifest.temperature,
        "threshold": manifest.threshold,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def record(classifier: Classifier, kind: str) -> dict[str, Any]:
    """Chooses the pictures and notes what the model says of them, for its manifest."""
    manifest = classifier.manifest
    candidates = ["portrait", *(f"made {seed}" for seed in range(CANDIDATES))]
    asked = {name: classifier.probabilities(golden_picture(name, manifest.input.size)) for name in candidates}
    surest = {max(asked, key=lambda name: asked[name][index]) for index in range(len(manifest.labels))}
    chosen = [name for name in candidates if name == "portrait" or name in surest]
    return {
        "labels_sha256": labels_digest(manifest.labels),
        "settings_sha256": settings_digest(manifest),
        "tolerance": _TOLERANCE.get(kind, _TOLERANCE_OF_FLOATS),
        "pictures": {name: _answer(classifier, name) for name in chosen},
    }


def _answer(classifier: Classifier, name: str) -> dict[str, float]:
    scores = classifier.scores(golden_picture(name, classifier.manifest.input.size))
    return {label: round(value, 4) for label, value in scores}
