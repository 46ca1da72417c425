"""A photo with its faces marked."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from edge.contract.records import Box, Face, Scores
from edge.tools.image.card import card, label, letters_of
from edge.tools.image.palette import OTHER, PAPER, Colour, colour_of
from edge.tools.image.placing import attached, place
from edge.tools.image.sheet import Sheet

Photo = NDArray[np.uint8]
"""BGR: uint8, shape (h, w, 3)."""

LEAST = 7.0
"""Pixels of a capital letter that can still be read."""
_FACE, _WHOLE, _SIDE = 128, 288, 1600
"""Small faces are enlarged with their photo to about this many pixels, and pictures that are a face; but no photo
beyond this side."""
_DASH = 5
"""Length of a dash, and of a gap, in thicknesses of its line."""


def draw(photo: Photo, faces: Sequence[Face], threshold: float, *, whole: bool = False) -> Photo:
    """A copy with boxes, emotions and bars. Small photos are enlarged, so that letters have room.

    Args:
        photo: the picture.
        faces: in its pixels.
        threshold: the least probability of an emotion that is not "uncertain".
        whole: whether the picture is a face as a whole: no box then, and the bars stand beside it.
    """
    factor = _enlargement(photo, faces, whole)
    drawn = np.ascontiguousarray(_enlarged(photo, factor))
    boxes = [_scaled(face.box, factor) for face in faces]
    if whole and faces:
        return _with_margin(drawn, faces[0], threshold)
    taken = list(boxes)
    waiting: list[tuple[Face, Box]] = []
    for face, box in zip(faces, boxes, strict=True):
        _mark(drawn, box, *_look(face, threshold))
    for face, box in zip(faces, boxes, strict=True):
        if face.scores is None or not _card_beside(drawn, box, face.scores, threshold, taken):
            waiting.append((face, box))
    if len(waiting) == len(faces) == 1 and faces[0].scores is not None:
        return _with_margin(drawn, faces[0], threshold)  # a portrait that leaves no room
    for face, box in waiting:
        _label_at(drawn, box, face, threshold, taken)
    return drawn


def _card_beside(photo: Photo, box: Box, scores: Scores, threshold: float, taken: list[Box]) -> bool:
    """Draws a card where there is room for one."""
    sheet = card(scores.label(threshold), scores, _letter(photo, box, len(scores.labels)))
    found = place(box, (sheet.width, sheet.height), (photo.shape[1], photo.shape[0]), taken, _line(photo, box) * 3)
    if found is None:
        return False
    sheet.lay(photo, found.x, found.y)
    taken.append(found)
    return True


def _label_at(photo: Photo, box: Box, face: Face, threshold: float, taken: list[Box]) -> None:
    text, colour = _words(face, threshold)
    sheet = label(text, colour, max(LEAST, min(box.width / 10, min(photo.shape[:2]) / 25)))
    if sheet.width > photo.shape[1]:  # a very narrow photo: rather small letters than half a word
        sheet = label(text, colour, LEAST * (photo.shape[1] - 1) / sheet.width)
    found = attached(box, (sheet.width, sheet.height), (photo.shape[1], photo.shape[0]), taken)
    sheet.lay(photo, found.x, found.y)
    taken.append(found)


def _with_margin(photo: Photo, face: Face, threshold: float) -> Photo:
    """The photo, and to its right a strip with the card."""
    rows, columns = photo.shape[:2]
    sheet = _side_card(face, threshold, rows)
    gap = max(4, rows // 40)
    height = max(rows, sheet.height + 2 * gap)
    made: Photo = np.full((height, columns + sheet.width + 2 * gap, 3), PAPER, np.uint8)
    top = (height - rows) // 2
    made[top : top + rows, :columns] = photo
    sheet.lay(made, columns + gap, (height - sheet.height) // 2)
    return made


def _side_card(face: Face, threshold: float, rows: int) -> Sheet:
    if face.scores is None:
        return label(*_words(face, threshold), max(LEAST, rows / 24))
    letter = max(LEAST, min(letters_of(0.9 * rows, len(face.scores.labels)), rows / 30))
    return card(face.scores.label(threshold), face.scores, letter)


def _words(face: Face, threshold: float) -> tuple[str, Colour]:
    colour = _look(face, threshold)[0]
    if face.scores is None:
        return f"rejected: {face.gate:.0%} human", colour
    return f"{face.scores.label(threshold)} {face.scores.confidence:.0%}", colour


def _look(face: Face, threshold: float) -> tuple[Colour, bool]:
    """The colour of a box, and whether it is drawn with dashes: of what is not certain to be what it says."""
    if face.scores is None:
        return OTHER, True
    emotion = face.scores.label(threshold)
    return colour_of(emotion, face.scores.labels), emotion not in face.scores.labels


def _mark(photo: Photo, box: Box, colour: Colour, dashed: bool) -> None:
    """A frame in colour with a dark edge on both sides, so that it shows on snow and at night."""
    line = _line(photo, box)
    for thickness, ink in ((line + 2 * max(1, line // 2), PAPER), (line, colour)):
        for start, end in _dashes(box, _DASH * line) if dashed else _sides(box):
            target: Any = photo
            cv2.line(target, start, end, ink, thickness, cv2.LINE_AA)


def _corners(box: Box) -> list[tuple[int, int]]:
    left, top, right, bottom = box.x, box.y, box.x + box.width - 1, box.y + box.height - 1
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _sides(box: Box) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    corners = _corners(box)
    return list(zip(corners, corners[1:] + corners[:1], strict=True))


def _dashes(box: Box, length: int) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Each side in equal dashes and gaps, with a dash at either end."""
    found = []
    for (x, y), (to_x, to_y) in _sides(box):
        dashes = max(2, round((abs(to_x - x) + abs(to_y - y)) / (2 * length)))
        steps = np.linspace((x, y), (to_x, to_y), 2 * dashes).round().astype(int).tolist()
        found += [(tuple(steps[i]), tuple(steps[i + 1])) for i in range(0, len(steps), 2)]
    return found


def _line(photo: Photo, box: Box) -> int:
    """Thickness of a box's line in pixels."""
    return max(2, round(min(box.width / 90, min(photo.shape[:2]) / 200)))


def _letter(photo: Photo, box: Box, labels: int) -> float:
    """Letters for a card as high as the face, neither too small nor too large for the photo as a whole."""
    side = min(photo.shape[:2])
    return max(LEAST, side / 130, min(letters_of(box.height, labels), side / 36))


def _enlargement(photo: Photo, faces: Sequence[Face], whole: bool) -> float:
    least = _WHOLE if whole else _FACE
    humans = [face for face in faces if face.scores is not None]
    sides = sorted(face.box.height for face in humans or faces) or [least]
    wanted = least / max(sides[len(sides) // 2], 1)
    return max(1.0, min(wanted, _SIDE / max(photo.shape[:2])))


def _enlarged(photo: Photo, factor: float) -> Photo:
    if factor == 1.0:
        return photo.copy()
    size = round(photo.shape[1] * factor), round(photo.shape[0] * factor)
    return cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)  # type: ignore[return-value]


def _scaled(box: Box, factor: float) -> Box:
    return Box(*(round(value * factor) for value in (box.x, box.y, box.width, box.height)))
