import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

from train.baselines.estimator import learn
from train.baselines.settings import knn_grid, svm_grid


@pytest.fixture(scope="module")
def points():
    """Four clouds that overlap; the third label has none."""
    rng = np.random.default_rng(1)
    labels = np.repeat([0, 1, 3], 30)
    return (rng.normal(size=(90, 6)) + labels[:, None]).astype(np.float32), labels


@pytest.mark.parametrize("setting", svm_grid(("linear", "poly", "rbf"), (2,), (1.0,)), ids=str)
def test_support_vectors_answer_as_scikit_learns(points, setting):
    rows, labels = points
    found = learn(rows, labels, 4, setting).probabilities(rows, setting)
    machine = SVC(C=1, kernel=setting["kernel"], degree=setting["degree"] or 3, break_ties=True).fit(rows, labels)
    np.testing.assert_array_equal(found.argmax(axis=1), machine.predict(rows))
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert (found[:, 2] == 0).all()


def test_two_labels_have_one_decision_value(points):
    rows, labels = points
    (setting,) = svm_grid(("linear",), (), (1.0,))
    two = labels < 3
    estimator = learn(rows[two], labels[two], 2, setting)
    found = estimator.probabilities(rows[two], setting)
    machine = SVC(kernel="linear").fit(rows[two], labels[two])
    np.testing.assert_array_equal(found.argmax(axis=1), machine.predict(rows[two]))
    assert estimator.stored == machine.support_vectors_.size + machine.dual_coef_.size


@pytest.mark.parametrize("tree", [False, True])
@pytest.mark.parametrize("setting", knn_grid((1, 4, 9), (1.0, 2.0), (5,)), ids=str)
def test_neighbours_answer_as_scikit_learns_from_one_search(points, setting, tree):
    rows, labels = points
    asked = rows + np.float32(0.01)
    estimator = learn(rows, labels, 4, setting, tree=tree)
    estimator.look(asked, 9)
    judge = KNeighborsClassifier(setting["neighbours"], p=setting["p"]).fit(rows, labels)
    expected = np.zeros((90, 4))
    expected[:, [0, 1, 3]] = judge.predict_proba(asked)
    np.testing.assert_allclose(estimator.probabilities(asked, setting), expected)


def test_other_rows_are_searched_for_themselves(points):
    """Also where they lie in memory that the first ones have left."""
    rows, labels = points
    setting = knn_grid((3,), (2.0,), (5,))[0]
    estimator = learn(rows, labels, 4, setting)
    answers = [estimator.probabilities(rows[start : start + 20].copy(), setting) for start in (0, 60)]
    assert answers[0][:, 0].mean() > 0.6
    assert answers[1][:, 3].mean() > 0.6
