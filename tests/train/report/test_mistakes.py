import numpy as np

from train.report.mistakes import surest_mistakes

PROBABILITIES = np.array([[0.9, 0.1], [0.3, 0.7], [0.05, 0.95], [0.2, 0.8], [0.6, 0.4]])
TRUTH = [0, 0, 0, 1, 1]


def test_the_surest_wrong_answers_first(answered):
    exam = answered("gate", TRUTH, PROBABILITIES)
    shown = list(surest_mistakes(exam))
    assert [(strong, soft) for _, strong, soft in shown] == [
        ("human 95.0%", "labelled other"),
        ("human 70.0%", "labelled other"),
        ("other 60.0%", "labelled human"),
    ]
    for (pixels, _, _), index in zip(shown, (2, 1, 4), strict=True):
        np.testing.assert_array_equal(pixels, exam.exam.examples.pixels[index])


def test_no_more_than_asked_for_and_none_where_all_is_right(answered):
    assert len(list(surest_mistakes(answered("gate", TRUTH, PROBABILITIES), most=2))) == 2
    assert list(surest_mistakes(answered("gate", [0, 1, 1, 1, 0], PROBABILITIES))) == []
