"""Leads a person through the expressions, in front of a camera, by words and a countdown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from edge.capture.source import SYSTEM_CLOCK, Clock, Stream
from edge.contract.errors import InputError, SourceError
from edge.contract.records import CameraEvent, Frame
from edge.tools.calibrate.eye import Eye, Take
from edge.tools.calibrate.samples import PARTS, SPACING

FEW = 4
"""Faces under which a take is asked for again."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked for.

    Attributes:
        labels: positions of the expressions among the model's labels, in the order of asking.
        seconds: for which each is held, each time.
        countdown: whole seconds before it.
        rounds: how often all are asked for; `PARTS` rounds are the parts that are held out, else time is cut into such.
    """

    labels: tuple[int, ...]
    seconds: float = 4.0
    countdown: int = 3
    rounds: int = PARTS

    @property
    def duration(self) -> float:
        """Seconds that it takes when nothing is asked for again."""
        return len(self.labels) * self.rounds * (self.seconds + self.countdown)


class Prompter(Protocol):
    """Tells the person what to do."""

    def ask(self, label: int, number: int, total: int) -> None:
        """Which expression comes next; take `number` of `total`."""

    def count(self, seconds: int) -> None:
        """So many seconds are left until it is looked at."""

    def go(self) -> None:
        """It is looked at now."""

    def done(self, take: Take) -> None:
        """It is over; this was seen."""


class Guide:
    """Asks for each expression in turn. Time is the stream's, so a recorded session is read as fast as it goes."""

    def __init__(self, stream: Stream, eye: Eye, prompter: Prompter, clock: Clock = SYSTEM_CLOCK):
        """Takes an open stream, who looks and who speaks; the clock counts while no frame comes."""
        self._stream = stream
        self._eye = eye
        self._prompter = prompter
        self._clock = clock
        self._now = 0.0

    def run(self, plan: Plan) -> list[Take]:
        """Asks for all of the plan.

        Raises:
            SourceError: the camera was lost.
            InputError: the recording ended too soon.
        """
        self._now = self._first()
        parts = range(plan.rounds) if plan.rounds == PARTS else [None] * plan.rounds
        order = [(part, label) for part in parts for label in plan.labels]
        return [self._take(label, part, number, len(order), plan) for number, (part, label) in enumerate(order, 1)]

    def _take(self, label: int, part: int | None, number: int, total: int, plan: Plan) -> Take:
        """One expression; of a camera, asked for once more where hardly a face was seen."""
        for _ in range(2 if self._stream.live else 1):
            take = self._once(Take(label, part), number, total, plan)
            if take.faces >= FEW:
                break
        return take

    def _once(self, take: Take, number: int, total: int, plan: Plan) -> Take:
        self._prompter.ask(take.label, number, total)
        for left in range(plan.countdown, 0, -1):
            self._prompter.count(left)
            for _ in self._until(self._now + 1.0):
                pass
        self._prompter.go()
        due = 0.0
        for frame in self._until(self._now + plan.seconds):
            if frame.mono >= due:
                self._eye.look(frame.grey, frame.mono, take)
                due = frame.mono + 0.75 * SPACING  # a camera at this very rate loses no frame to jitter
        self._prompter.done(take)
        return take

    def _until(self, end: float) -> Iterator[Frame]:
        """The frames from now to a moment."""
        begin = self._now
        while self._now < end:
            given = self._stream.read()
            match given:
                case Frame():
                    self._now = max(self._now, given.mono)
                    if begin <= given.mono < end:
                        yield given
                case CameraEvent() if given.state == "lost":
                    raise SourceError(f"{self._stream.description}: the camera was lost ({given.reason})")
                case None if self._stream.live:
                    self._now = max(self._now, self._clock.mono())
                case None:
                    raise InputError(f"{self._stream.description}: ended before all expressions were asked for")
        self._now = end if not self._stream.live else max(end, self._now)

    def _first(self) -> float:
        if self._stream.live:
            return self._clock.mono()
        first = self._stream.read()
        if not isinstance(first, Frame):
            raise InputError(f"{self._stream.description}: holds no frame")
        return first.mono


def in_order(labels: Sequence[str], chosen: Sequence[str]) -> tuple[int, ...]:
    """Positions of the chosen labels, the face at rest first: it is the easiest."""
    wanted = sorted(chosen, key=lambda label: (label != "neutral", labels.index(label)))
    return tuple(labels.index(label) for label in wanted)
