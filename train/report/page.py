"""The page that shows what a model can do: one file that opens anywhere, without a network."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from edge.contract.storage import write_whole
from train.after_detection import Share
from train.datasets.examples import Splits
from train.datasets.tasks import LABELS
from train.evaluate import Answered
from train.report.after_detection import after_detection_section
from train.report.distribution import draw_distribution
from train.report.exam_section import ExamSection
from train.report.markup import Html, Table, chart, charts, facts, links, page, paragraph, section
from train.report.subject import Subject
from train.report.training import draw_accuracy, draw_accuracy_violins, draw_loss, draw_loss_violin, outputs_of

_STYLE = Path(__file__).with_name("style.css")


def write_page(
    path: Path, subject: Subject, answers: Sequence[Answered], splits: Splits, after_detection: Sequence[Share] = ()
) -> None:
    """Writes the page of `build_page`. Raises OutputError where the file cannot be written."""
    write_whole(path, build_page(subject, answers, splits, after_detection).encode())


def build_page(
    subject: Subject, answers: Sequence[Answered], splits: Splits, after_detection: Sequence[Share] = ()
) -> str:
    """The whole page as HTML.

    Args:
        subject: the model.
        answers: the exams it sat, at least one.
        splits: the data it was trained and examined on.
        after_detection: how the whole pipeline does on staged faces, where that was measured.
    """
    exams = {f"exam-{number}": _exam(subject, one) for number, one in enumerate(answers, 1)}
    parts = {
        "summary": _summary(subject, list(exams.values())),
        "model": section("model", "Model", facts(subject.facts())),
        "data": _data(subject, splits),
        **({"training": _training(subject)} if subject.history else {}),
        **{name: exam.markup(name) for name, exam in exams.items()},
    }
    if after_detection:
        parts["after-detection"] = after_detection_section("after-detection", after_detection)
    titles = {"model": "Model", "data": "Data", "training": "Training", "after-detection": "After detection"}
    titles |= {name: exam.title for name, exam in exams.items()}
    contents = links((name, titles[name]) for name in parts if name in titles)
    return page(f"{subject.name}: evaluation", _STYLE.read_text(), parts.pop("summary"), contents, *parts.values())


def _exam(subject: Subject, answered: Answered) -> ExamSection:
    return ExamSection(answered, subject.task, subject.threshold(answered.exam.output))


def _summary(subject: Subject, exams: Sequence[ExamSection]) -> Html:
    rows = [exam.summary(subject.claimed.get(exam.answered.exam.title)) for exam in exams]
    headings = [name for name in rows[0] if any(row[name] for row in rows)]
    cells = [[row[name] for name in headings] for row in rows]
    repeats = any(exam.answered.repeated.any() for exam in exams)
    said = (
        f"A model for the task {subject.task}, measured on what the data set keeps apart from its training split. "
        f"{'Some' if repeats else 'None'} of these pictures are there as well, pixel for pixel"
        f"{': how many, and top-1 without them, is in the table.' if repeats else '.'}"
    )
    return section("summary", subject.name, paragraph(said, soft=True), Table("", headings, cells).markup(), level=1)


def _data(subject: Subject, splits: Splits) -> Html:
    labels = LABELS[subject.task]
    counts = {
        name: np.bincount(examples.labels, minlength=len(labels)).tolist()
        for name, examples in zip(splits.names, (splits.train, splits.validation, splits.test), strict=True)
    }
    rows = [[label, *(f"{each[index]:,}" for each in counts.values())] for index, label in enumerate(labels)]
    rows.append(["all", *(f"{sum(each):,}" for each in counts.values())])
    return section(
        "data",
        "Data",
        charts(
            Table("", ["label", *counts], rows, total=True).markup(),
            chart(draw_distribution(counts, labels), "How the labels are distributed over each split."),
        ),
    )


def _training(subject: Subject) -> Html:
    rows = subject.history
    best = max(rows, key=lambda row: row["val_top1"])
    each = ", ".join(f"{output} {best[f'val_top1_{output}']:.2%}" for output in outputs_of(rows))
    figure = f"{'mean ' if each else ''}validation top-1 of {best['val_top1']:.2%}{f' ({each})' if each else ''}"
    kept = f"Epoch {best['epoch']:.0f} of {len(rows)} was kept, with a {figure}."
    spread = "over the epochs; the middle line is the median."
    return section(
        "training",
        "Training",
        paragraph(kept),
        charts(
            chart(draw_loss(rows), "The loss by epoch."),
            chart(
                draw_accuracy(rows), "Accuracy by epoch. Augmented pictures are harder than those of the validation."
            ),
            chart(draw_loss_violin(rows), f"How the loss is spread {spread}"),
            chart(draw_accuracy_violins(rows), f"How accuracy is spread {spread}"),
        ),
    )
