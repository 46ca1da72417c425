"""What is left of a model's accuracy where real cameras live: behind the detector and the gate."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edge.assembly import load_pipeline
from edge.contract.errors import InputError
from edge.contract.records import Face, Grey
from train.datasets.scenes import load_scenes, load_windows
from train.datasets.staged import Conditions, Staged, stage
from train.datasets.tasks import locate
from train.evaluate import Answered

Find = Callable[[Grey], Sequence[Face]]
"""From a frame to the faces that the pipeline reports in it."""

HEADINGS = ("staged faces", "faces", "detected", "through the gate", "emotion right", "on plain crops", "difference")
"""Of the rows that `cells` makes."""

_OVERLAP = 0.4
"""Intersection over union from which a window counts as the staged face."""

_GROUPS: tuple[tuple[str, Callable[[Conditions], float], tuple[float, ...], str], ...] = (
    ("side", lambda how: how.side, (60, 80, 120, 160, 200), "px"),
    ("tilt", lambda how: abs(how.tilt), (0, 5, 10, 15), "degrees"),
    ("blur", lambda how: how.blur, (0, 0.5, 1, 1.5), "px"),
    ("noise", lambda how: how.noise, (0, 3.5, 7, 10), "grey levels"),
    ("light", lambda how: how.gain, (0.6, 0.8, 1, 1.3), "gain"),
)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What became of one staged face.

    Attributes:
        how: it was staged.
        detected: whether the detector returned a window on it.
        passed: whether the gate let that window through.
        right: whether the emotion that was read there is the label; False where none was read.
        plain: whether the emotion read from the unstaged picture is the label.
        others: other windows that the detector returned in the frame.
        others_passed: how many of those the gate let through.
    """

    how: Conditions
    detected: bool
    passed: bool
    right: bool
    plain: bool
    others: int
    others_passed: int


@dataclass(frozen=True, slots=True)
class Share:
    """What became of a group of staged faces. Shares are 0 to 1.

    Attributes:
        group: its name.
        faces: how many.
        detected: share that the detector found.
        passed: share of those that the gate let through.
        right: of the faces that were read then, the share that was read rightly.
        plain: of the same faces, the share that is read rightly from the unstaged picture.
        others: other windows a frame.
        others_passed: how many of those, a frame, the gate let through.
    """

    group: str
    faces: int
    detected: float
    passed: float
    right: float
    plain: float
    others: float
    others_passed: float


def empty_scenes(data: Path) -> list[Grey]:
    """The scenes of the validation split on which no window was judged to be a face, or unsure.

    Raises:
        InputError: the data have no scenes, or no list of their windows.
    """
    sources = locate(data)
    if sources.scenes is None or sources.windows is None:
        raise InputError(f"{data}: faces are staged in scenes: bsds500*.zip and bsds500*windows.csv are missing")
    peopled = {window.image for window in load_windows(sources.windows, "val") if window.label != "other"}
    return [scene for name, scene in load_scenes(sources.scenes, "val").items() if name not in peopled]


def rehearse(models: Path, answered: Answered, scenes: Sequence[Grey], seed: int = 1) -> list[Share]:
    """Stages the faces of an exam and has the whole pipeline look at them, as `python -m edge run` would.

    Args:
        models: the folder of the models.
        answered: the exam of the emotion model's reported output.
        scenes: grey pictures without faces.
        seed: of the staging.
    """
    plain = answered.probabilities.argmax(axis=1) == answered.truth
    staged = stage(answered.exam.examples.pixels, scenes, seed)
    return shares(look(staged, load_pipeline(models).faces, answered.labels, answered.truth, plain))


def look(
    staged: Iterator[Staged], find: Find, labels: Sequence[str], truth: NDArray[np.int64], plain: NDArray[np.bool_]
) -> list[Sighting]:
    """Has the pipeline look at staged faces.

    Args:
        staged: N frames with a face each.
        find: the pipeline.
        labels: in the order of its scores.
        truth: (N,), indices of the right labels.
        plain: (N,), whether the plain picture was read rightly.
    """
    return [
        _sighting(one, find(one.frame), labels[label], bool(before))
        for one, label, before in zip(staged, truth, plain, strict=True)
    ]


def shares(sightings: Sequence[Sighting]) -> list[Share]:
    """The shares of all, then by each condition."""
    found = [_share("all", sightings)]
    for name, value, edges, unit in _GROUPS:
        for low, high in pairwise(edges):
            above = np.inf if high == edges[-1] else high  # the last range has its upper end
            group = [one for one in sightings if low <= value(one.how) < above]
            if group:
                found.append(_share(f"{name} {low:g} to {high:g} {unit}", group))
    return found


def _sighting(one: Staged, faces: Sequence[Face], label: str, plain: bool) -> Sighting:
    best = max(faces, key=lambda face: face.box.iou(one.box), default=None)
    hit = best if best is not None and best.box.iou(one.box) >= _OVERLAP else None
    rest = [face for face in faces if face is not hit]
    return Sighting(
        how=one.how,
        detected=hit is not None,
        passed=hit is not None and hit.scores is not None,
        right=hit is not None and hit.scores is not None and hit.scores.best == label,
        plain=plain,
        others=len(rest),
        others_passed=sum(face.scores is not None for face in rest),
    )


def _share(name: str, group: Sequence[Sighting]) -> Share:
    detected = [one for one in group if one.detected]
    read = [one for one in detected if one.passed]
    return Share(
        name,
        len(group),
        detected=len(detected) / len(group),
        passed=len(read) / max(len(detected), 1),
        right=sum(one.right for one in read) / max(len(read), 1),
        plain=sum(one.plain for one in read) / max(len(read), 1),
        others=sum(one.others for one in group) / len(group),
        others_passed=sum(one.others_passed for one in group) / len(group),
    )


def check_pipeline(model: Path) -> None:
    """Says before the work that faces cannot be staged for this model.

    Raises:
        InputError: it is not the emotion.tflite of a folder that has the gate too, so there is no pipeline.
    """
    if model.name != "emotion.tflite" or not model.with_name("gate.tflite").is_file():
        raise InputError(f"--after-detection needs a folder with emotion.tflite and gate.tflite; given {model}")


def in_columns(shares: Sequence[Share]) -> str:
    """The table for a terminal."""
    rows = [HEADINGS, *map(cells, shares)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(f"  {line}" for line in lines)


def cells(share: Share) -> list[str]:
    """One row under `HEADINGS`."""
    return [
        share.group,
        f"{share.faces:,}",
        f"{share.detected:.1%}",
        f"{share.passed:.1%}",
        f"{share.right:.1%}",
        f"{share.plain:.1%}",
        f"{100 * (share.right - share.plain):+.1f}",
    ]
