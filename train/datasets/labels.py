"""What other people's data sets call their classes, and which label that is."""

from collections.abc import Mapping

from edge.contract.labels import EMOTIONS, GATE, HUMAN, SYNONYMS, emotion_of

HUMANS = (HUMAN, "face", "person")
"""Names of the gate's human class, lower case."""

OTHER = "other"
"""The gate's label for everything else."""

_FELT = ("contempt",)
"""Emotions that other people's data sets have and the networks do not tell: to the gate, their faces are human."""


def label_of(task: str, name: str, by_hand: Mapping[str, str]) -> str | None:
    """A task's label for a class; None where it has none.

    To the gate, people and every emotion are human (contempt as well), and any other class is something else.

    Args:
        task: "emotion" or "gate".
        name: of the class, in lower case; empty for pictures that have none.
        by_hand: names to labels; these come before all else.
    """
    if name in by_hand:
        return by_hand[name]
    if task == "emotion":
        return emotion_of(name)
    if name in (*HUMANS, *_FELT) or emotion_of(name):
        return HUMAN
    return OTHER if name else None


def known_names(task: str, by_hand: Mapping[str, str]) -> set[str]:
    """Names that make a folder a class whatever lies inside it: `human/person7/1.png` is human."""
    extra = (*GATE, *HUMANS, *_FELT) if task == "gate" else ()
    return {*EMOTIONS, *SYNONYMS, *extra, *by_hand}
