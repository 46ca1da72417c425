"""One exam on the page: its figures, charts and mistakes."""

import numpy as np

from edge.contract.labels import HUMAN
from train.confidence import BINS, Reliability, RiskCoverage, reliability, risk_coverage
from train.evaluate import Answered, described_repeats
from train.metrics import by_class, interval
from train.report.calibration import draw_reliability, draw_risk_coverage
from train.report.conditions import brightness, draw_groups, quartiles, sharpness
from train.report.confusion import draw_confusion
from train.report.markup import Html, Table, chart, charts, faces, headline, paragraph, section
from train.report.mistakes import surest_mistakes


class ExamSection:
    """Writes what is to be said of one exam; everything is computed once.

    Attributes:
        answered: the exam with the model's answers.
        reliability: how far they can be trusted.
        risk_coverage: what a threshold would bring.
    """

    def __init__(self, answered: Answered, task: str, threshold: float | None):
        """Takes an exam, what the model is for, and the threshold that the edge applies to this output, if any."""
        self.answered = answered
        self.reliability: Reliability = reliability(answered.probabilities, answered.truth)
        self.risk_coverage: RiskCoverage = risk_coverage(answered.probabilities, answered.truth)
        self._right = answered.probabilities.argmax(axis=1) == answered.truth
        self._task = task
        self._threshold = threshold

    @property
    def title(self) -> str:
        """The exam's title and the output that was asked."""
        return f"{self.answered.exam.title} ({self.answered.exam.output})"

    def markup(self, name: str) -> Html:
        """The whole section; `name` is what links lead to."""
        mistakes = int((~self._right).sum())
        return section(
            name,
            self.title,
            self._headline(),
            *([paragraph(f"{described_repeats(self.answered)}.")] if self.answered.repeated.any() else []),
            section(f"{name}-classes", "By class", self._classes(), self._confusion(), level=3),
            section(f"{name}-confidence", "Confidence", self._confidence(), *self._decision(), level=3),
            section(f"{name}-conditions", "By brightness and sharpness", self._conditions(), level=3),
            *([section(f"{name}-mistakes", "The surest mistakes", *self._mistakes(), level=3)] if mistakes else []),
        )

    def summary(self, claimed: float | None) -> dict[str, str]:
        """One row of the table of all exams, by its headings; "" for what does not apply."""
        measured = self.answered.metrics
        low, high = interval(measured.top1, measured.images)
        repeated, rest = int(self.answered.repeated.sum()), self.answered.unrepeated
        return {
            "exam": self.title,
            "pictures": f"{measured.images:,}",
            "top-1": f"{measured.top1:.2%}",
            "95% interval": f"{low:.1%} to {high:.1%}",
            "manifest's top-1": "" if claimed is None else f"{claimed:.2%}",
            "top-3": f"{measured.top3:.1%}" if self.answered.ranks else "",
            "macro-F1": f"{measured.macro_f1:.3f}",
            "ECE": f"{self.reliability.error:.3f}",
            "AURC": f"{self.risk_coverage.area:.4f}",
            "in training too": f"{repeated:,}" if repeated else "",
            "top-1 without these": f"{rest.top1:.2%}" if repeated and rest else "",
        }

    def _headline(self) -> Html:
        measured = self.answered.metrics
        low, high = interval(measured.top1, measured.images)
        labels = len(self.answered.labels)
        return headline(
            [
                ("Top-1", f"{measured.top1:.2%}", f"95% interval {low:.1%} to {high:.1%}"),
                *([("Top-3", f"{measured.top3:.1%}", f"of {labels} labels")] if self.answered.ranks else []),
                ("Macro-F1", f"{measured.macro_f1:.3f}", "mean over the labels"),
                ("ECE", f"{self.reliability.error:.3f}", f"{BINS} bins"),
                ("Pictures", f"{measured.images:,}", self.answered.exam.set),
            ]
        )

    def _classes(self) -> Html:
        figures = by_class(self.answered.metrics)
        rows = [
            [one.label, f"{one.precision:.1%}", f"{one.recall:.1%}", f"{one.f1:.3f}", f"{one.support:,}"]
            for one in figures
        ]
        means = [float(np.mean([getattr(one, name) for one in figures])) for name in ("precision", "recall", "f1")]
        total = sum(one.support for one in figures)
        rows.append(["mean of the labels", f"{means[0]:.1%}", f"{means[1]:.1%}", f"{means[2]:.3f}", f"{total:,}"])
        return Table("", ["label", "precision", "recall", "F1", "pictures"], rows, total=True).markup()

    def _confusion(self) -> Html:
        measured = self.answered.metrics
        return charts(
            chart(
                draw_confusion(measured, "counts", "Counts"),
                "How many pictures of each label (rows) were given which label (columns).",
            ),
            chart(
                draw_confusion(measured, "rates", "Rates"),
                "The same as shares of each row; the diagonal is the recall.",
            ),
        )

    def _confidence(self) -> Html:
        shown = self._threshold if self._task == "emotion" else None
        return charts(
            chart(
                draw_reliability(self.reliability),
                f"How often the model is right by how sure it is. The expected calibration error (ECE) is "
                f"{self.reliability.error:.3f}: the mean distance from the diagonal over {BINS} bins, by their size.",
            ),
            chart(
                draw_risk_coverage(self.risk_coverage, shown),
                "If only the surest answers are kept, how many of them are wrong. The area under the curve (AURC) is "
                f"{self.risk_coverage.area:.4f}; smaller is better.",
            ),
        )

    def _decision(self) -> list[Html]:
        """What the edge makes of these answers with the manifest's threshold."""
        if self._threshold is None:
            return []
        if self._task == "emotion":
            coverage, risk = self.risk_coverage.at(self._threshold)
            rest = f"; of the rest {1 - risk:.1%} are right" if coverage else ""
            return [paragraph(f"At the threshold {self._threshold:g}, {1 - coverage:.1%} are uncertain{rest}.")]
        human = self.answered.labels.index(HUMAN)
        passed = self.answered.probabilities[:, human] >= self._threshold
        true = self.answered.truth == human
        said = [
            f"{passed[who].mean():.1%} of {name}" for name, who in (("faces", true), ("others", ~true)) if who.any()
        ]
        return [paragraph(f"At the threshold {self._threshold:g} the gate lets {' and '.join(said)} through.")]

    def _conditions(self) -> Html:
        pixels = self.answered.exam.examples.pixels
        bright, sharp = quartiles(brightness(pixels), self._right), quartiles(sharpness(pixels), self._right)
        note = "the lines span the 95% intervals."
        return charts(
            chart(
                draw_groups(bright, "Top-1 by brightness", "mean grey, 0 to 255"),
                f"Quarters of the set from dark to bright; {note}",
            ),
            chart(
                draw_groups(sharp, "Top-1 by sharpness", "variance of the Laplacian"),
                f"Quarters of the set from coarse or blurred to sharp; {note}",
            ),
        )

    def _mistakes(self) -> list[Html]:
        shown = list(surest_mistakes(self.answered))
        wrong = int((~self._right).sum())
        said = (
            f"{len(shown)} of {wrong:,} wrong answers, the surest first. These pictures are the data set's: mind its "
            "terms, and the people in them, before you pass the page on."
        )
        return [paragraph(said, soft=True), faces(shown)]
