"""Colours of what is drawn on photos: BGR, as OpenCV has them."""

from edge.contract.labels import EMOTIONS, UNCERTAIN

Colour = tuple[int, int, int]

PAPER: Colour = (30, 26, 24)
"""Behind text; dark enough for all the others."""
INK: Colour = (245, 245, 245)
FAINT: Colour = (168, 162, 158)
TRACK: Colour = (78, 70, 66)
OTHER: Colour = (190, 184, 180)
"""Of what is uncertain, or was rejected."""

_HUES: tuple[Colour, ...] = (
    (88, 82, 240),  # angry: red
    (72, 176, 130),  # disgust: green
    (240, 120, 168),  # fear: violet
    (60, 200, 255),  # happy: yellow
    (245, 160, 84),  # sad: blue
    (72, 148, 255),  # surprise: orange
    (208, 200, 150),  # neutral: pale cyan
)


def colour_of(emotion: str, labels: tuple[str, ...]) -> Colour:
    """The colour of an emotion; one that a foreign model knows gets one by its place among its labels."""
    if emotion == UNCERTAIN or emotion not in labels:
        return OTHER
    place = EMOTIONS.index(emotion) if emotion in EMOTIONS else labels.index(emotion)
    return _HUES[place % len(_HUES)]
