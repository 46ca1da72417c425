import dataclasses
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import OutputError
from edge.contract.labels import EMOTIONS
from train.__main__ import main
from train.after_detection import Share
from train.evaluate import Candidate, sit
from train.recipes import Target
from train.report.page import build_page, write_page

ROOT = Path(__file__).parents[3]
DATA = ROOT / "tests/data"
EVIL = "<img src=x onerror=alert(1)>&$x^$"


@pytest.fixture(scope="module")
def gate(answered, splits):
    """One exam of two labels: a single answer is wrong."""
    return [answered("gate", [0, 1, 1], np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]]))], splits([0, 1], [0], [0, 1, 1])


@pytest.fixture(scope="module")
def two_heads(splits, subject, history_of_two):
    """The page of a model with two outputs of seven labels, on data with votes and without any disgust.

    Also gives the outputs whose scores were asked for.
    """
    data = splits([0, 2, 3, 4, 5, 6] * 3, [0, 2, 3, 4, 5, 6], [0, 2, 3, 4, 5, 6] * 2)
    for part in (data.train, data.validation, data.test):
        object.__setattr__(part, "votes", np.eye(7, dtype=np.float32)[part.labels])
    rng = np.random.default_rng(2)
    asked = []

    def scorer(examples, output):
        asked.append(output)
        return rng.dirichlet(np.ones(7), len(examples))

    targets = (Target("logits", "votes"), Target("logits_fer2013"))
    answers = sit(Candidate("emotion", EMOTIONS, targets, scorer, {}), data, ("validation", "test"))
    return build_page(subject("emotion", history=history_of_two), answers, data), asked


def test_all_parts_of_a_model_with_two_heads(two_heads, read):
    page, asked = two_heads
    found = read(page)
    assert found.headings[0] == "mine.keras"
    assert [name for name in found.names if "-" not in name] == ["summary", "model", "data", "training"]
    for number in range(1, 5):
        parts = ("", "-classes", "-confidence", "-conditions", "-mistakes")
        assert {f"exam-{number}{part}" for part in parts} <= set(found.names)
    assert {link[1:] for link in found.links} <= set(found.names)
    assert len(found.links) == 3 + 4
    assert "PrivateTest, clear majority of FER+ votes (logits)" in found.headings
    assert "PrivateTest, original labels (logits_fer2013)" in found.headings
    assert (
        "Epoch 2 of 3 was kept, with a mean validation top-1 of 62.00% (logits 67.00%, logits_fer2013 57.00%)."
        in found.text
    )
    assert ["disgust", "0", "0", "0"] in found.rows
    assert ["all", "18", "6", "12"] in found.rows
    assert found.tags.count("svg") == 1 + 4 + 4 * 6
    assert asked == ["logits", "logits", "logits_fer2013", "logits_fer2013"]  # each exam was sat once
    assert "After detection" not in found.text


def test_the_page_refers_to_nothing_outside(two_heads):
    page, _ = two_heads
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert set(re.findall(r"url\((.)", page)) <= {"#"}
    sources = re.findall(r'(?:src|href)="([^"]{0,30})', page)
    assert all(source.startswith(("#", "data:image/png;base64,")) for source in sources)


def test_light_and_dark_and_narrow(two_heads):
    page, _ = two_heads
    assert "prefers-color-scheme: dark" in page
    assert "width=device-width" in page
    assert "currentColor" in page


def test_a_model_without_a_history_has_no_section_of_its_training(gate, subject, read):
    assert "training" not in read(build_page(subject("gate"), *gate)).names


def test_the_kept_epoch_of_a_single_output(gate, subject, history, read):
    found = read(build_page(subject("gate", history=history), *gate))
    assert "Epoch 2 of 3 was kept, with a validation top-1 of 62.00%." in found.text


def test_hostile_names_stay_text(splits, subject, read):
    data = splits([0, 1], [0, 1], [0, 1])
    object.__setattr__(data, "names", (f"{EVIL} 1", f"{EVIL} 2", f"{EVIL} 3"))
    candidate = Candidate("gate", ("other", "human"), (Target(EVIL),), lambda e, o: np.eye(2)[[0, 0]], {})
    answers = sit(candidate, data, ("test",))
    shown = subject("gate", name=EVIL, config={"recipe": EVIL, "versions": {EVIL: EVIL}})
    page = build_page(shown, answers, data, [Share(EVIL, 1, 1, 1, 1, 1, 0, 0)])
    found = read(page)
    assert found.headings[0] == EVIL
    assert len(found.images) == 1  # the one mistake
    assert "<img src=x" not in page


def test_the_figures_of_faces_after_detection(gate, subject, read):
    shares = [
        Share("all", 1000, 0.9, 0.95, 0.7, 0.72, others=0.2, others_passed=0.01),
        Share("tilt 0 to 5 degrees", 400, 0.96, 1.0, 0.8, 0.78, others=0, others_passed=0),
    ]
    found = read(build_page(subject("gate"), *gate, shares))
    assert found.names[-1] == "after-detection"
    assert "#after-detection" in found.links
    assert ["all", "1,000", "90.0%", "95.0%", "70.0%", "72.0%", "-2.0"] in found.rows
    assert ["tilt 0 to 5 degrees", "400", "96.0%", "100.0%", "80.0%", "78.0%", "+2.0"] in found.rows
    assert "200 other windows; the gate let 10 of them through" in found.text
    assert "2.0 points against plain crops" in found.text


def test_what_the_manifest_claims_is_shown_beside(gate, subject, read):
    claimed = {"PrivateTest, original labels": 0.7345}
    heading, row = read(build_page(subject("gate", claimed=claimed), *gate)).rows[:2]
    assert dict(zip(heading, row, strict=True))["manifest's top-1"] == "73.45%"
    assert "manifest's top-1" not in read(build_page(subject("gate"), *gate)).rows[0]


def test_whether_pictures_were_trained_on_is_said(gate, subject, read):
    (exam,), data = gate
    clean = read(build_page(subject("gate"), [exam], data))
    assert "None of these pictures are there as well, pixel for pixel." in clean.text
    assert "in training too" not in clean.rows[0]
    repeated = dataclasses.replace(exam, repeated=np.array([True, False, False]))
    found = read(build_page(subject("gate"), [repeated], data))
    assert "Some of these pictures are there as well, pixel for pixel: how many" in found.text
    row = dict(zip(*found.rows[:2], strict=True))
    assert (row["top-1"], row["in training too"], row["top-1 without these"]) == ("66.67%", "1", "50.00%")


def test_the_same_answers_give_the_same_page(gate, subject):
    assert build_page(subject("gate"), *gate) == build_page(subject("gate"), *gate)


def test_a_page_that_cannot_be_written(gate, subject, tmp_path):
    with pytest.raises(OutputError, match="No such file"):
        write_page(tmp_path / "gone" / "page.html", subject("gate"), *gate)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def model(tmp_path) -> Path:
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_gate{suffix}", tmp_path)
    return tmp_path / "tiny_gate.tflite"


def test_the_command(model, class_folder, tmp_path, capsys, read):
    command = ["evaluate", str(model), "--data", str(class_folder), "--split", "test"]
    assert main(command) == 0
    plain = capsys.readouterr().out
    assert main([*command, "--html", str(tmp_path / "page.html")]) == 0
    assert capsys.readouterr().out == plain
    assert stat.S_IMODE((tmp_path / "page.html").stat().st_mode) == 0o644
    found = read((tmp_path / "page.html").read_text())
    assert "tiny_gate.tflite" in found.headings
    top1 = re.search(r"test, original labels.*?top-1 +(\S+)", plain, re.DOTALL)[1]
    assert f"Top-1 {top1}" in found.text


def test_the_command_where_the_page_cannot_be_written(model, class_folder, tmp_path, capsys):
    path = tmp_path / "gone/page.html"
    command = ["evaluate", str(model), "--data", str(class_folder), "--split", "test", "--html", str(path)]
    assert main(command) == 74
    said = capsys.readouterr()
    assert "top-1" in said.out
    assert said.err == f"train: {path}: cannot be written (No such file or directory)\n"


def test_the_command_without_matplotlib(class_folder, model, tmp_path):
    code = (
        "import sys, importlib.util as u; find = u.find_spec\n"
        "u.find_spec = lambda name, *more: None if name == 'matplotlib' else find(name, *more)\n"
        "from train.__main__ import main; sys.exit(main(sys.argv[1:]))"
    )
    command = ["evaluate", str(model), "--data", str(class_folder), "--html", str(tmp_path / "page.html")]
    found = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 78
    assert found.stderr.startswith("train: --html draws with matplotlib, which is not installed")
    assert found.stdout == ""
