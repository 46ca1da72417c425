"""Whether a network's answers say that its labels, or its pixels, are not what they were said to be."""

from collections.abc import Sequence

import numpy as np

from train.metrics import Metrics


def doubts(measured: Metrics, labels: tuple[str, ...]) -> list[str]:
    """Why the labels or the input range are probably wrong, for people; empty where nothing speaks for it.

    Labels out of order show where each label's pictures are mostly called by a label of their own, but not by theirs:
    a weak network calls two labels' pictures alike, one with its labels exchanged does not.
    """
    found = []
    names = list(labels)
    likely = _likely_order(measured.confusion, names)
    if likely is not None:
        found.append(
            f"its answers fit other labels: {','.join(likely)} in place of {','.join(names)}; give --labels in the "
            "order of its outputs"
        )
    elif measured.top1 <= 1 / len(labels):
        found.append(
            f"it is right on {measured.top1:.1%} of {measured.images:,} pictures, no better than guessing; are "
            "--input-range and --labels right?"
        )
    return found


def _likely_order(confusion: Sequence[Sequence[int]], labels: list[str]) -> list[str] | None:
    """The order in which every label would be what its pictures are mostly called; None where it is the present one."""
    counts = np.array(confusion)
    called = counts.argmax(axis=1)
    seen = counts.sum(axis=1) > 0
    if not seen.all() or len(set(called.tolist())) < len(labels) or (called == np.arange(len(labels))).all():
        return None
    return [labels[index] for index in np.argsort(called)]
