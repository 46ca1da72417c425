import shlex

import pytest

from convert.command_line import without_paths


@pytest.mark.parametrize(
    ("typed", "data", "told"),
    [
        ("fit gate --data data --out runs/a", "data", "fit gate --data DATA --out runs/a"),
        ("fit gate --data . --rate 0.5", ".", "fit gate --data DATA --rate 0.5"),
        ("fit gate --dat=data/ --out data", "data", "fit gate --dat=DATA --out data"),
        ("fit --data ../fer gate", "../fer", "fit --data DATA gate"),
        ("fit gate --data /home/John Doe/d --seed 1", "/home/John Doe/d", "fit gate --data DATA --seed 1"),
        ("fit gate --data /home/John Doe/d --seed 1", None, "fit gate --data DATA --seed 1"),
        ("fit gate --out /home/John Doe/runs/x --seed 1", "/d", "fit gate --out x --seed 1"),
        ("fit gate --out=/home/John Doe/runs/x --seed 1", "/d", "fit gate --out=x --seed 1"),
        ("fit gate --out '/home/John Doe/my runs/x y'", "/d", "fit gate --out 'x y'"),
        ("fit --out '/home/John Doe/x' gate", "/d", "fit --out x gate"),
        ("fit gate --out /home/O'Brien/x", "/d", "fit gate --out x"),
        ("fit gate --weights ~/w.h5 --out ./x", "/d", "fit gate --weights w.h5 --out x"),
        ("baseline svm --kernel linear poly rbf", "/d", "baseline svm --kernel linear poly rbf"),
        ("compare /home/ann/a /home/ann/b", None, "compare a b"),
        ("fit gate --drop-class data", "data", "fit gate --drop-class data"),
    ],
)
def test_whole_arguments_are_replaced(typed, data, told):
    assert without_paths(f"python -m train {typed}", data) == f"python -m train {told}"


def test_what_can_be_typed_again_stays_so():
    typed = ["python", "-m", "train", "fit", "emotion", "--seed", "1", "--out", "runs/my emotion"]
    assert shlex.split(without_paths(shlex.join(typed), None)) == typed
