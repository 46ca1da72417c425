import importlib.util
from collections.abc import Callable
from html.parser import HTMLParser

import numpy as np
import pytest

from edge.contract.labels import EMOTIONS, GATE
from train.datasets.examples import Examples, Splits
from train.evaluate import Answered, Candidate, sit
from train.recipes import Target
from train.report.subject import Subject

# These draw, and an installation without requirements-train.txt lacks matplotlib.
collect_ignore_glob = [] if importlib.util.find_spec("matplotlib") else ["test_*.py"]

LABELS = {"emotion": EMOTIONS, "gate": GATE}


class Page(HTMLParser):
    """What is in a page: its text, headings, links, pictures, names; refuses tags that do not match."""

    VOID = ("meta", "img", "br")

    def __init__(self, page: str):
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.headings: list[str] = []
        self.names: list[str] = []
        self.links: list[str] = []
        self.images: list[str] = []
        self.tags: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.headings.append("")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        if tag == "section":
            self.names.append(found["id"])
        if tag == "a":
            self.links.append(found["href"])
        if tag == "img":
            self.images.append(found["src"])

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] in ("style", "text", "svg", "g", "defs"):
            return
        self.words.append(data)
        if self.open and self.open[-1] in ("h1", "h2", "h3"):
            self.headings[-1] += data
        if self.open and self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data


@pytest.fixture(scope="session")
def read() -> Callable[[str], Page]:
    return Page


@pytest.fixture(scope="session")
def splits() -> Callable[..., Splits]:
    """Noise with labels: each split as many pictures as there are labels given for it."""

    def make(train: list[int], validation: list[int], test: list[int]) -> Splits:
        rng = np.random.default_rng(1)

        def part(labels: list[int]) -> Examples:
            pixels = rng.integers(0, 256, (len(labels), 48, 48), np.uint8)
            return Examples(pixels, np.array(labels, np.int64))

        return Splits(part(train), part(validation), part(test), names=("Training", "PublicTest", "PrivateTest"))

    return make


@pytest.fixture(scope="session")
def answered(splits) -> Callable[..., Answered]:
    """One exam: the given labels of its pictures, and the probabilities that a model gave."""

    def make(task: str, truth: list[int], probabilities: np.ndarray) -> Answered:
        candidate = Candidate(task, LABELS[task], (Target("scores"),), lambda examples, output: probabilities, {})
        return sit(candidate, splits([0], [0], truth), ("test",))[0]

    return make


@pytest.fixture(scope="session")
def subject() -> Callable[..., Subject]:
    def make(task: str, **changed) -> Subject:
        known = {
            "name": "mine.keras",
            "sha256": "ab" * 32,
            "size": 12345,
            "task": task,
            "labels": LABELS[task],
            "claimed": {},
            "manifest": None,
            "config": {},
            "history": [],
        }
        return Subject(**{**known, **changed})

    return make


@pytest.fixture(scope="session")
def history() -> list[dict[str, float]]:
    """Three epochs, the second the best."""
    names = ("epoch", "loss", "top1", "val_top1", "val_top3", "val_macro_f1")
    rows = ((1, 1.9, 0.3, 0.4, 0.7, 0.3), (2, 1.5, 0.5, 0.62, 0.8, 0.5), (3, 1.2, 0.6, 0.6, 0.8, 0.51))
    return [dict(zip(names, row, strict=True)) for row in rows]


@pytest.fixture(scope="session")
def history_of_two(history) -> list[dict[str, float]]:
    """The same, the validation's top-1 being the mean of two outputs' that are 0.1 apart."""
    return [
        {**row, "val_top1_logits": row["val_top1"] + 0.05, "val_top1_logits_fer2013": row["val_top1"] - 0.05}
        for row in history
    ]
