"""What is written beside a face: its emotion, and a bar for each probability."""

from edge.contract.records import Scores
from edge.tools.image.palette import FAINT, INK, PAPER, TRACK, Colour, colour_of
from edge.tools.image.sheet import Sheet, text_width

_COVER = 0.86
_PAD, _TITLE, _BELOW, _ROW, _BAR = 1.1, 1.3, 1.15, 1.75, 6.0
"""In heights of a capital: margin, capitals of the title, space below it, from bar to bar, length of a bar."""


def letters_of(height: float, labels: int) -> float:
    """The height of capitals with which a card for so many labels is as high as a face."""
    return height / (2 * _PAD + _TITLE + _BELOW + (labels - 1) * _ROW + 1)


def card(emotion: str, scores: Scores, letter: float) -> Sheet:
    """A card with bars; `letter` is the height of its capitals in pixels."""
    names = max(text_width(label, letter) for label in scores.labels)
    amounts = text_width("100%", letter)
    bar, gap = _BAR * letter, 0.7 * letter
    title = text_width(emotion, _TITLE * letter) + gap + text_width("100%", _TITLE * letter)
    inner = max(names + gap + bar + gap + amounts, title)
    rows = _PAD + _TITLE + _BELOW
    sheet = Sheet(inner + 2 * _PAD * letter, (rows + (len(scores.labels) - 1) * _ROW + 1 + _PAD) * letter)
    sheet.block(0, 0, sheet.width, sheet.height, PAPER, _COVER)
    left, right = _PAD * letter, _PAD * letter + inner
    line = (_PAD + _TITLE) * letter
    sheet.text(left, line, emotion, _TITLE * letter, colour_of(emotion, scores.labels))
    sheet.text(right, line, f"{scores.confidence:.0%}", _TITLE * letter, INK, right=True)
    start, length = left + names + gap, right - amounts - gap - (left + names + gap)
    for number, (label, value) in enumerate(scores):
        top = (rows + number * _ROW) * letter
        best = label == scores.best
        sheet.text(left, top + letter, label, letter, INK if best else FAINT)
        sheet.block(start, top + 0.1 * letter, length, 0.8 * letter, TRACK)
        if value >= 0.005:
            colour = colour_of(label, scores.labels)
            sheet.block(start, top + 0.1 * letter, length * value, 0.8 * letter, colour)
        sheet.text(right, top + letter, f"{value:.0%}", letter, INK if best else FAINT, right=True)
    return sheet


def label(text: str, colour: Colour, letter: float) -> Sheet:
    """A line of text alone."""
    pad = 0.7 * letter
    sheet = Sheet(text_width(text, letter) + 2 * pad, letter + 2 * pad)
    sheet.block(0, 0, sheet.width, sheet.height, PAPER, _COVER)
    sheet.text(pad, pad + letter, text, letter, colour)
    return sheet
