import json

from train.baselines.settings import grid_of, knn_grid, svm_grid


def test_only_poly_has_degrees():
    found = svm_grid(("linear", "poly"), (2, 3), (1, 10))
    assert [str(one) for one in found] == [
        "kernel linear, C 1",
        "kernel linear, C 10",
        "kernel poly, degree 2, C 1",
        "kernel poly, degree 2, C 10",
        "kernel poly, degree 3, C 1",
        "kernel poly, degree 3, C 10",
    ]


def test_what_can_share_a_search_lies_together():
    found = knn_grid((1, 5), (1, 2), (30,))
    assert [str(one) for one in found] == [
        "neighbours 1, p 1, leaf 30",
        "neighbours 5, p 1, leaf 30",
        "neighbours 1, p 2, leaf 30",
        "neighbours 5, p 2, leaf 30",
    ]
    assert found[1]["neighbours"] == 5


def test_a_grid_is_the_same_when_it_is_read_back():
    told = {"kind": "knn", "neighbours": [1], "powers": [1.0, 3], "leaves": [10]}
    again = json.loads(json.dumps(told))
    assert [one.key for one in grid_of(told)] == [one.key for one in grid_of(again)]
    assert len({one.key for one in grid_of(told)}) == 2
