"""The page that `python -m train evaluate --html` writes, from the very answers that a conversion measured: a set that
is to be read once need not be read again for it."""

from pathlib import Path

from convert.conversion import Converted
from convert.origin.source import Source
from edge.contract.errors import InputError
from train.after_detection import Share, check_pipeline, empty_scenes, in_columns, rehearse
from train.datasets.examples import Splits
from train.datasets.repeats import among
from train.datasets.tasks import LABELS
from train.evaluate import Answered, describe, load_candidate
from train.report import check_drawing


def check_page(model: Path, source: Source, data: Path | None, after_detection: bool) -> None:
    """Says before the work what a page, or the table of staged faces, would lack after it.

    Args:
        model: the .tflite that is to be written.
        source: the network.
        data: one of this project's data sets, or None.
        after_detection: whether faces are to be staged too.

    Raises:
        ConfigurationError: there is nothing to draw with.
        InputError: the labels are not those of the task, in their order, or there are no scenes or no gate.
    """
    check_drawing()
    if source.labels != LABELS[source.task]:
        known = ", ".join(LABELS[source.task])
        raise InputError(f"--html: the labels of {source.name} are not those of the task {source.task} ({known})")
    if after_detection:
        check_pipeline(model)
        if data is None:
            raise InputError("--after-detection stages faces in the scenes of --data, and other pictures were given")
        empty_scenes(data)


def write_page(
    page: Path, model: Path, converted: Converted, splits: Splits, data: Path | None, after_detection: bool
) -> str:
    """Writes it for a model that has been written. Returns its figures for people.

    Args:
        page: the file to write.
        model: the .tflite.
        converted: what it was written from.
        splits: what it was measured on.
        data: where the scenes are, if faces are to be staged.
        after_detection: whether they are.

    Raises:
        OutputError: the page cannot be written.
    """
    from train.report.page import write_page as write  # matplotlib is slow to import
    from train.report.subject import Subject

    labels = converted.manifest.labels
    answers = [
        Answered(one.exam, labels, one.probabilities, one.truth, one.metrics, among(one.exam.examples, splits.train))
        for one in converted.measured
    ]
    said = [describe(one, None) for one in answers]
    shares: list[Share] = []
    if after_detection:
        assert data is not None
        reported = [one for one in answers if one.exam.output == converted.manifest.scores][-1]  # on the last split
        shares = rehearse(model.parent, reported, empty_scenes(data))
        said.append(f"after detection, {reported.exam.title}:\n{in_columns(shares)}")
    write(page, Subject.of(model, load_candidate(model)), answers, splits, shares)
    return "\n".join(said)
