import dataclasses

import numpy as np
import pytest

from train.report.exam_section import ExamSection

GATE = np.array([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4], [0.1, 0.9]])


def emotions(*best: tuple[int, float]) -> np.ndarray:
    """Answers of seven labels: which is best, and its probability; the rest is shared."""
    rows = np.array([[(1 - sure) / 6] * 7 for _, sure in best])
    for row, (label, sure) in zip(rows, best, strict=True):
        row[label] = sure
    return rows


@pytest.fixture
def emotion(answered):
    """Four pictures: happy right and sure, sad taken for angry and sure, neutral right, fear taken for sad."""
    return answered("emotion", [3, 4, 6, 2], emotions((3, 0.9), (0, 0.8), (6, 0.5), (4, 0.3)))


def test_figures_of_seven_labels(emotion, read):
    page = read(ExamSection(emotion, "emotion", 0.6).markup("e"))
    assert page.headings == [
        "PrivateTest, original labels (scores)",
        "By class",
        "Confidence",
        "By brightness and sharpness",
        "The surest mistakes",
    ]
    assert ["happy", "100.0%", "100.0%", "1.000", "1"] in page.rows
    assert ["disgust", "0.0%", "0.0%", "0.000", "0"] in page.rows
    assert ["mean of the labels", "28.6%", "28.6%", "0.286", "4"] in page.rows
    assert "Top-1 50.00%" in page.text
    # distances of confidence and truth: 0.1, 0.8, 0.5 and 0.3, each alone in its bin
    assert "ECE 0.425 15 bins" in page.text
    # risks from sure to unsure: 0, 1/2, 1/3, 1/2
    assert "(AURC) is 0.3333" in page.text
    assert "At the threshold 0.6, 50.0% are uncertain; of the rest 50.0% are right." in page.text
    assert "2 of 2 wrong answers" in page.text
    assert page.tags.count("svg") == 6
    assert len(page.images) == 2


def test_a_threshold_that_nothing_reaches(emotion, read):
    text = read(ExamSection(emotion, "emotion", 0.95).markup("e")).text
    assert "At the threshold 0.95, 100.0% are uncertain." in text


def test_what_a_gate_lets_through(answered, read):
    exam = answered("gate", [0, 0, 0, 1, 1], GATE)
    text = read(ExamSection(exam, "gate", 0.35).markup("e")).text
    assert "At the threshold 0.35 the gate lets 100.0% of faces and 33.3% of others through." in text
    assert "Top-3" not in text


def test_a_gate_without_others(answered, read):
    text = read(ExamSection(answered("gate", [1, 1, 1, 1, 1], GATE), "gate", 0.5).markup("e")).text
    assert "the gate lets 40.0% of faces through" in text


def test_an_output_that_nothing_is_decided_by(emotion, read):
    assert "threshold" not in read(ExamSection(emotion, "emotion", None).markup("e")).text


def test_no_mistakes_no_section_of_them(answered, read):
    page = read(ExamSection(answered("gate", [0, 0, 1, 0, 1], GATE), "gate", None).markup("e"))
    assert page.headings[-1] == "By brightness and sharpness"
    assert page.images == []


def test_a_single_picture(answered):
    assert ExamSection(answered("gate", [0], GATE[:1]), "gate", 0.5).markup("e")


def test_the_row_of_the_summary(emotion, answered):
    row = ExamSection(emotion, "emotion", None).summary(0.5)
    assert (row["pictures"], row["top-1"], row["manifest's top-1"]) == ("4", "50.00%", "50.00%")
    row = ExamSection(answered("gate", [0, 0, 0, 1, 1], GATE), "gate", None).summary(None)
    assert (row["top-3"], row["manifest's top-1"]) == ("", "")


def test_pictures_that_are_in_training_too(emotion, read):
    exam = ExamSection(dataclasses.replace(emotion, repeated=np.array([True, False, False, False])), "emotion", None)
    assert "1 of the pictures are in the training split as well, pixel for pixel; without them top-1 33.33%" in (
        read(exam.markup("e")).text
    )
    row = exam.summary(None)
    assert (row["in training too"], row["top-1 without these"]) == ("1", "33.33%")
    row = ExamSection(emotion, "emotion", None).summary(None)
    assert row["in training too"] == row["top-1 without these"] == ""
