"""What the gate says of the windows of a stream: of what it judges alike again and again, it is asked less often."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from edge.contract.records import Box, Grey

_SAME = 0.5
"""Overlap (intersection over union) from which windows of two frames show the same thing."""


class Judge(Protocol):
    """The gate, or what stands in for it."""

    def human(self, grey: Grey, box: Box) -> float:
        """The probability, 0 to 1, that a window shows a human face."""

    def passes(self, human: float) -> bool:
        """Whether a window with this probability is let through."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Of a window, with when it was judged, in monotonic seconds, and how often in a row the same came out."""

    box: Box
    human: float
    judged: float
    alike: int


class Verdicts:
    """Asks the gate about each window until it has said the same three times, and then a few times a second.

    What is at one place is a face or none for much longer than a frame, and on a small board the gate costs as much as
    looking for the face. A new window is judged in each of its first frames, so that a track never begins on one
    verdict that was taken for several.
    """

    def __init__(self, gate: Judge, lasting: float = 0.25, sure: int = 3):
        """Sets how often the gate is asked.

        Args:
            gate: is asked.
            lasting: seconds for which a verdict holds that is sure.
            sure: after so many verdicts in a row that were alike it is.
        """
        self._gate = gate
        self._lasting = lasting
        self._sure = sure
        self._known: list[_Verdict] = []

    def forget(self) -> None:
        """Begins a new stream."""
        self._known = []

    def judge(self, grey: Grey, boxes: Sequence[Box], mono: float) -> list[float]:
        """The probability of a human, 0 to 1, for each window of the next frame, taken at `mono`.

        Args:
            grey: uint8, shape (h, w).
            boxes: the windows, in its pixels. Those that were in the last frame and are not now are forgotten.
            mono: monotonic seconds.
        """
        self._known = [self._verdict(grey, box, mono) for box in boxes]
        return [verdict.human for verdict in self._known]

    def _verdict(self, grey: Grey, box: Box, mono: float) -> _Verdict:
        before = max(self._known, key=lambda verdict: verdict.box.iou(box), default=None)
        if before is None or before.box.iou(box) < _SAME:
            return _Verdict(box, self._gate.human(grey, box), mono, 1)
        if before.alike >= self._sure and mono - before.judged < self._lasting:
            return _Verdict(box, before.human, before.judged, before.alike)
        human = self._gate.human(grey, box)
        alike = self._gate.passes(human) == self._gate.passes(before.human)
        return _Verdict(box, human, mono, before.alike + 1 if alike else 1)
