"""The label sets that models are trained on, and other words for them.

The edge itself takes its labels from a model's manifest only.
"""

EMOTIONS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
"""FER2013's seven classes in its own order, 0 to 6."""

GATE = ("other", "human")
"""What the face gate tells apart."""

HUMAN = "human"
"""The gate's label for a window that is let through to the emotion model."""

UNCERTAIN = "uncertain"
"""The state of a face whose best probability is under the model's threshold. A state, not a label."""

SYNONYMS = {
    "anger": "angry",
    "disgusted": "disgust",
    "afraid": "fear",
    "fearful": "fear",
    "scared": "fear",
    "happiness": "happy",
    "joy": "happy",
    "sadness": "sad",
    "sorrow": "sad",
    "surprised": "surprise",
    "neutrality": "neutral",
}
"""Other words for the emotions, lower case."""


def emotion_of(name: str) -> str | None:
    """The emotion that a class name (lower case) stands for, or None."""
    label = SYNONYMS.get(name, name)
    return label if label in EMOTIONS else None
