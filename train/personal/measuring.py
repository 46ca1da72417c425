"""Calibrates simulated people as `python -m edge calibrate` does, and measures on pictures that it did not see."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import Classifier, softmax
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS
from edge.tools.calibrate.fitting import Correction
from edge.tools.calibrate.judging import judge
from edge.tools.calibrate.neutral import NEUTRAL, settle
from edge.tools.calibrate.samples import Samples, gather
from train.datasets.examples import Examples, Splits
from train.dropping import dropped_labels, without
from train.personal.people import Person, alike_at_rest, kinds, resting_like

_DRAWS = 2000
_SECOND = 1.0
"""Seconds that each picture stands for."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One person's figures, each before and after. What was refused changes nothing.

    Attributes:
        kept: whether the calibration was kept.
        top1: share of the pictures read as meant.
        recall: mean over the labels of the same.
        log_loss: mean of -ln of the probability of what was meant.
    """

    kept: bool
    top1: tuple[float, float]
    recall: tuple[float, float]
    log_loss: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Summary:
    """Many people of one kind.

    Attributes:
        kind: what they share.
        people: how many.
        kept: how many of their calibrations were kept.
        helped: how many of those read more pictures rightly.
        harmed: how many fewer.
        before: mean of each figure.
        change: of each figure: its mean over all people, and the 95 % interval of that mean (bootstrap over people).
    """

    kind: str
    people: int
    kept: int
    helped: int
    harmed: int
    before: dict[str, float]
    change: dict[str, tuple[float, float, float]]


def measure_people(model: Path, splits: Splits, people: int, seed: int) -> list[Summary]:
    """Simulates people from the clear faces of validation (to calibrate) and test (to measure).

    Faces with a label that the model was trained without are left out.

    Raises:
        InputError: the data have no votes, or the model other labels than they.
        ModelError: the model cannot be used, or has no embedding.
    """
    emotions = Classifier.load(model, "emotion")
    learn, test = _numbered(splits, emotions.manifest.labels, str(model))
    found = []
    for name, make in kinds():
        made = (make(learn, test, seed * 1000 + number) for number in range(people))
        found.append(summarize(name, [_expressions(person, emotions) for person in made]))
    return [*found, *_resting(learn, test, people, seed, emotions)]


def _numbered(splits: Splits, labels: tuple[str, ...], name: str) -> tuple[Examples, Examples]:
    """The clear faces of validation and test, their labels and votes in the order of a model's labels."""
    strange = [label for label in labels if label not in EMOTIONS]
    if strange:
        raise InputError(f"{name}: its labels ({', '.join(labels)}) are not those of the emotion data")
    order = [EMOTIONS.index(label) for label in labels]
    places = np.full(len(EMOTIONS), -1)
    places[order] = np.arange(len(order))
    rest = without(splits, "emotion", dropped_labels("emotion", labels))
    clear = [part.clear() for part in (rest.validation, rest.test)]
    learn, test = (Examples(one.pixels, places[one.labels], one.votes[:, order]) for one in clear)
    return learn, test


def summarize(kind: str, outcomes: Sequence[Outcome]) -> Summary:
    """The figures of many people of one kind."""
    kept = [one for one in outcomes if one.kept]
    rng = np.random.default_rng(0)
    before, change = {}, {}
    for name in ("top1", "recall", "log_loss"):
        pairs = np.array([getattr(one, name) for one in outcomes])
        steps = pairs[:, 1] - pairs[:, 0]
        means = rng.choice(steps, (_DRAWS, len(steps))).mean(axis=1)
        low, high = np.percentile(means, (2.5, 97.5))
        before[name], change[name] = float(pairs[:, 0].mean()), (float(steps.mean()), float(low), float(high))
    helped = sum(one.top1[1] > one.top1[0] for one in kept)
    harmed = sum(one.top1[1] < one.top1[0] for one in kept)
    return Summary(kind, len(outcomes), len(kept), helped, harmed, before, change)


def describe(found: Summary) -> str:
    """For people."""
    lines = [
        f"{found.kind}: {found.people} people, {found.kept} profiles kept ({found.helped} help, {found.harmed} harm)"
    ]
    for name, title, scale, unit in (
        ("top1", "read as meant", 100, "%"),
        ("recall", "mean recall", 100, "%"),
        ("log_loss", "log loss", 1, ""),
    ):
        mean, low, high = (scale * value for value in found.change[name])
        digits = 1 if unit else 3
        text = f"{scale * found.before[name]:.{digits}f}{unit} before, {mean:+.{digits}f}"
        lines.append(f"  {title:14}{text} ({low:+.{digits}f} to {high:+.{digits}f})")
    return "\n".join(lines)


def to_form(found: Summary) -> dict[str, object]:
    """For programs."""
    return asdict(found)


def _resting(learn: Examples, test: Examples, people: int, seed: int, emotions: Classifier) -> list[Summary]:
    """Faces at rest that look like another label: what becomes of such faces, and of all others."""
    labels = emotions.manifest.labels
    home = labels.index(NEUTRAL)
    others = [label for label in range(len(labels)) if label != home and len(alike_at_rest(learn, label, home)) >= 20]
    whole = _samples(emotions, test.pixels, test.labels)
    alike, rest = [], []
    for number in range(people):
        other = others[number % len(others)]
        person = resting_like(other, home, learn, test, seed * 1000 + number)
        settled = settle(_samples(emotions, person.posed, person.asked), labels, emotions.manifest.temperature, _SECOND)
        correction = Correction(np.zeros((len(labels), whole.embeddings.shape[1])), settled.offsets)
        like = np.isin(np.arange(len(test)), alike_at_rest(test, other, home))
        for into, chosen in ((alike, like), (rest, ~like)):
            into.append(_outcome(whole.take(chosen), correction, settled.better, emotions.manifest.temperature))
    return [
        summarize("neutral only: neutral faces that look somewhat like another label", alike),
        summarize("neutral only: all other faces", rest),
    ]


def _expressions(person: Person, emotions: Classifier) -> Outcome:
    temperature = emotions.manifest.temperature
    verdict = judge(_samples(emotions, person.posed, person.asked, person.parts), emotions.manifest.labels, temperature)
    return _outcome(_samples(emotions, person.shown, person.meant), verdict.correction, verdict.better, temperature)


def _samples(
    emotions: Classifier,
    pictures: NDArray[np.uint8],
    labels: NDArray[np.int64],
    parts: NDArray[np.int64] | None = None,
) -> Samples:
    seen = [tuple(values.copy() for values in emotions.features(picture)) for picture in pictures]
    return gather(
        [embedding for embedding, _ in seen],
        [logits for _, logits in seen],
        labels.tolist(),
        (np.arange(len(labels)) * _SECOND).tolist(),
        None if parts is None else parts.tolist(),
    )


def _outcome(samples: Samples, correction: Correction, kept: bool, temperature: float) -> Outcome:
    old = _figures(samples, samples.logits / temperature)
    new = _figures(samples, correction.apply(samples) / temperature) if kept else old
    return Outcome(kept, *zip(old, new, strict=True))


def _figures(samples: Samples, scores: NDArray[np.float64]) -> tuple[float, float, float]:
    right = scores.argmax(axis=1) == samples.labels
    chances = softmax(scores)[np.arange(len(samples)), samples.labels]
    return float(right.mean()), float(samples.weights() @ right), float(-np.log(np.maximum(chances, 1e-12)).mean())


def check_votes(splits: Splits) -> None:
    """Raises InputError where the data say nothing of how sure people were."""
    if splits.validation.votes is None:
        raise InputError("simulated people are made of faces with votes (FER+'s CSV is missing)")
