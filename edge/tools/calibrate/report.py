"""What a calibration is worth, as people read it."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from edge.tools.calibrate.judging import Figures, Verdict
from edge.tools.calibrate.neutral import Rest
from edge.tools.calibrate.samples import Samples


def table(verdict: Verdict, samples: Samples, labels: Sequence[str]) -> str:
    """Before and after, on time that was not learned from."""
    counts = faces(samples, labels)
    after = dict(verdict.after.recall)
    rows = [("read as asked", "faces", "before", "after")]
    rows += [(name, str(counts[name]), f"{share:.0%}", f"{after[name]:.0%}") for name, share in verdict.before.recall]
    before, total = verdict.before, sum(counts.values())
    rows.append(("mean", str(total), f"{before.accuracy:.1%}", f"{verdict.after.accuracy:.1%}"))
    rows.append(("log loss", "", f"{before.log_loss:.3f}", f"{verdict.after.log_loss:.3f}"))
    lines = [f"{name:14}{count:>6}{old:>9}{new:>9}" for name, count, old, new in rows]
    return "\n".join([*lines, "measured on held-out seconds: each part of the time by what the others taught"])


def refusal(verdict: Verdict) -> str:
    """Why a correction is not kept."""
    if verdict.strength == float("inf"):
        return "no correction does better than none on held-out seconds"
    if verdict.after.accuracy < verdict.before.accuracy:
        return (
            f"it reads fewer faces as asked ({verdict.before.accuracy:.1%} before, {verdict.after.accuracy:.1%} after)"
        )
    if verdict.after.accuracy < verdict.least:
        return f"only {verdict.after.accuracy:.0%} are read as asked; more light, a nearer camera, clearer expressions?"
    gain, error = verdict.gain
    return f"its gain is within chance (log loss falls by {gain:.3f} ± {error:.3f})"


def rest_line(rest: Rest, frames: int) -> str:
    """The same for the face at rest."""
    return f"the face at rest reads neutral in {rest.before:.0%} of {frames} frames before, {rest.after:.0%} after"


def faces(samples: Samples, labels: Sequence[str]) -> dict[str, int]:
    """How many faces of each label there are."""
    return {labels[label]: count for label, count in sorted(Counter(samples.labels.tolist()).items())}


def figures(found: Figures) -> dict[str, Any]:
    """For the profile's file."""
    return {"accuracy": round(found.accuracy, 4), "log_loss": round(found.log_loss, 4)}
