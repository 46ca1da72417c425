import cv2
import pytest

pytest.importorskip("matplotlib")

from convert.comparison.chart import draw
from convert.comparison.stopwatch import Cost
from convert.comparison.table import Comparison, Row
from edge.contract.errors import OutputError

ROWS = (
    Row("int8", 200_000, 0.671, 0.974, 0.12, (Cost(3.1, 4.0, 60.0, 3.0), Cost(2.0, 2.5, 61.0, 3.0)), ()),
    Row("float32", 800_000, 0.675, 1.0, 0.0, (Cost(6.0, 7.0, None, None), Cost(4.0, 5.0, None, None)), ()),
)
FOUND = Comparison("PublicTest", 3579, 0.675, ROWS, {"dynamic": "cannot be converted"})


def test_a_png_and_an_svg(tmp_path):
    draw(FOUND, tmp_path / "a.png")
    picture = cv2.imread(str(tmp_path / "a.png"))
    assert picture.shape[1] > 1000
    assert len({tuple(pixel) for pixel in picture[::7, ::7].reshape(-1, 3).tolist()}) > 3
    draw(FOUND, tmp_path / "a.svg")
    assert (tmp_path / "a.svg").read_text().count("<svg") == 1


def test_a_place_that_cannot_be_written(tmp_path):
    (tmp_path / "a.png").mkdir()
    with pytest.raises(OutputError, match=r"a\.png: cannot be written"):
        draw(FOUND, tmp_path / "a.png")
