"""One frame in, observations out. No input or output of its own."""

from collections.abc import Callable
from dataclasses import dataclass, field

from edge.contract.labels import UNCERTAIN
from edge.contract.records import Analysis, Box, Episode, Face, Frame, Grey, ModelInfo, Observation, Scores
from edge.vision.emotion import Emotion
from edge.vision.gate import Gate
from edge.vision.search import Search
from edge.vision.smoothing import Smoothed, Smoother
from edge.vision.timing import Timing
from edge.vision.tracker import Track, Tracker
from edge.vision.verdicts import Verdicts

SMALL = 64
"""Photos of at most this many pixels on each side are taken for a face as a whole."""


class Pipeline:
    """Analyses the frames of one stream, or single pictures. Not for several threads at once.

    Attributes:
        models: which models it uses.
        search: what finds the windows; it counts how.
    """

    def __init__(
        self,
        search: Search,
        gate: Gate,
        emotion: Emotion,
        tracker: Tracker,
        smoother: Callable[[], Smoother],
        models: tuple[ModelInfo, ...] = (),
        timing: Timing | None = None,
    ):
        """Takes the stages.

        Args:
            search: finds the windows.
            gate: tells which of them are faces.
            emotion: reads the faces.
            tracker: tells who is who.
            smoother: makes a new one for each track.
            models: which models these use, for those who ask.
            timing: is told how long the stages of `analyze` take: "detect", "gate", "emotion", and "track" for what
                remains; None for nobody.
        """
        self.models = models
        self.search = search
        self._gate = gate
        self._verdicts = Verdicts(gate)
        self._emotion = emotion
        self._tracker = tracker
        self._smoother = smoother
        self._timing = timing or Timing()
        self._courses: dict[int, _Course] = {}
        self._stream: tuple[tuple[int, ...], float] = ((), 0.0)

    @property
    def threshold(self) -> float:
        """The best probability, 0 to 1, under which a face's emotion is "uncertain"."""
        return self._emotion.threshold

    @property
    def labels(self) -> tuple[str, ...]:
        """All emotions that its model knows."""
        return self._emotion.labels

    def analyze(self, frame: Frame) -> Analysis:
        """Takes the next frame of the stream.

        A frame of another size than the last, or from before it, begins a new stream: all tracks end.
        """
        self._timing.begin()
        episodes = () if self._continues(frame) else self.finish()
        lap = self._timing.lap
        boxes = self.search.find(frame.grey, frame.mono)
        lap("detect")
        windows = list(zip(boxes, self._verdicts.judge(frame.grey, boxes, frame.mono), strict=True))
        lap("gate")
        faces = [(box, human) for box, human in windows if self._gate.passes(human)]
        update = self._tracker.update([box for box, _ in faces], frame.mono)
        episodes += self._close(update.ended)
        lap("track")
        scores = [self._emotion.scores(frame.grey, box) for box, _ in faces]
        lap("emotion")
        humans = (human for _, human in faces)
        seen = [self._follow(*of, frame.mono) for of in zip(update.tracks, humans, scores, strict=True)]
        lap("track")
        return Analysis(
            index=frame.index,
            time=frame.time,
            mono=frame.mono,
            observations=tuple(observation for observation in seen if observation is not None),
            episodes=episodes,
            rejected=len(windows) - len(faces),
        )

    def finish(self) -> tuple[Episode, ...]:
        """Ends all tracks, as when the stream stops. The next frame begins with new ones."""
        self.search.forget()
        self._verdicts.forget()
        return self._close(self._tracker.finish())

    def faces(self, grey: Grey) -> list[Face]:
        """The faces of a single picture (uint8, shape (h, w)), largest first, with what the gate rejected."""
        return [self._face(grey, box) for box in self.search.whole(grey)]

    def whole(self, grey: Grey) -> Face:
        """A picture (uint8, shape (h, w)) that is a face as a whole, if the gate takes it for one."""
        return self._face(grey, Box(0, 0, grey.shape[1], grey.shape[0]))

    def _face(self, grey: Grey, box: Box) -> Face:
        human = self._gate.human(grey, box)
        return Face(box, human, self._emotion.scores(grey, box) if self._gate.passes(human) else None)

    def _continues(self, frame: Frame) -> bool:
        shape, mono = self._stream
        self._stream = frame.grey.shape, frame.mono
        return frame.grey.shape == shape and frame.mono >= mono

    def _follow(self, track: Track, gate: float, scores: Scores, mono: float) -> Observation | None:
        """Smooths a face's scores, from its first sight on: a confirmed track begins with several frames' mean."""
        course = self._courses.get(track.key)
        if course is None:
            course = self._courses[track.key] = _Course(self._smoother(), track.first)
        smoothed = course.add(scores, gate, mono)
        if track.id is None:
            return None
        started, changed = course.show(smoothed.emotion, mono)
        return Observation(
            track=track.id,
            box=track.box,
            gate=gate,
            scores=smoothed.scores,
            emotion=smoothed.emotion,
            confidence=smoothed.confidence,
            started=started,
            changed=changed,
        )

    def _close(self, tracks: tuple[Track, ...]) -> tuple[Episode, ...]:
        courses = [(track, self._courses.pop(track.key)) for track in tracks]
        return tuple(course.episode(track, track.id) for track, course in courses if track.id is not None)


@dataclass(slots=True)
class _Course:
    """What is remembered of a track until it ends: sums, no frames."""

    smoother: Smoother
    since: float
    labels: tuple[str, ...] = ()
    sums: tuple[float, ...] = ()
    gates: float = 0.0
    shown: str | None = None
    seconds: dict[str, float] = field(default_factory=dict)

    def add(self, scores: Scores, gate: float, mono: float) -> Smoothed:
        self.labels = scores.labels
        self.sums = tuple(map(sum, zip(self.sums, scores.values, strict=True))) if self.sums else scores.values
        self.gates += gate
        return self.smoother.update(scores, mono)

    def show(self, emotion: str, mono: float) -> tuple[bool, bool]:
        """Counts the time since the last frame for what was shown then; the time before the first, for the first."""
        before = self.shown
        self.seconds[before or emotion] = self.seconds.get(before or emotion, 0.0) + mono - self.since
        self.seconds.setdefault(emotion, 0.0)
        self.shown, self.since = emotion, mono
        return before is None, emotion != before

    def episode(self, track: Track, number: int) -> Episode:
        certain = {emotion: seconds for emotion, seconds in self.seconds.items() if emotion != UNCERTAIN}
        longest = certain or self.seconds
        return Episode(
            track=number,
            box=track.box,
            gate=self.gates / track.frames,
            started=track.first,
            ended=track.last,
            frames=track.frames,
            emotion=max(longest, key=longest.__getitem__),
            scores=Scores(self.labels, tuple(value / track.frames for value in self.sums)),
            seconds=tuple(self.seconds.items()),
        )
