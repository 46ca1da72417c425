import csv
import dataclasses
import io
import json
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from train.comparison.contender import Int8
from train.comparison.table import HEADINGS, from_csv, to_csv, to_json, to_markdown, to_text


def test_the_best_on_the_validation_split_comes_first(contender):
    lines = to_text([contender("a", 0.5), contender("b", 0.7), contender("c", 0.6)]).splitlines()
    assert [line.split()[0] for line in lines] == ["run", "b", "c", "a"]
    assert len({line.index("parameters") + 10 for line in lines[:1]}) == 1


def test_what_is_not_known_is_a_dash_and_what_was_shortened_says_so(contender):
    short = contender("a", 0.5, epochs=10, test=None, macro_f1=None)
    line = to_text([short]).splitlines()[1]
    assert "10 of 40" in line
    assert line.split()[-5:] == ["-"] * 5
    assert "shortened for a quick comparison" in to_markdown([short])
    assert "shortened" not in to_markdown([contender("a", 0.5)])


def test_another_precision_than_the_recipe_s_is_told(contender):
    text = to_markdown([contender("a", 0.5, precision="mixed_bfloat16"), contender("b", 0.4)])
    assert "another precision than the recipe's: a (mixed_bfloat16).\n" in text
    assert "precision" not in to_markdown([contender("b", 0.4)])


def test_the_converted_model(contender):
    line = to_text([contender("a", 0.5, int8=Int8(2048, 0.4567, 1.234))]).splitlines()[1]
    assert line.endswith("45.7%      2 KiB      1.23 ms")


def test_markdown_has_the_recall_of_each_label_too(contender):
    dropped = contender("b", 0.4, recall={"angry": 0.25})
    lines = to_markdown([contender("a", 0.5), dropped]).splitlines()
    assert lines[0] == f"| {' | '.join(HEADINGS)} |"
    assert lines[1].count("---") == len(HEADINGS)
    assert "| run | angry | disgust | fear | happy | sad | surprise | neutral |" in lines
    assert "| b | 25.0% | - | - | - | - | - | - |" in lines


def test_programs_get_every_figure_unrounded(contender):
    one = contender("a", 0.123456789, int8=Int8(2048, None, 1.5))
    (row,) = csv.DictReader(io.StringIO(to_csv([one])))
    assert float(row["validation"]) == 0.123456789
    assert (row["int8_bytes"], row["int8_test"], row["published_epochs"]) == ("2048", "", "40")
    (told,) = json.loads(to_json([one]))
    assert told["int8"] == {"size": 2048, "top1": None, "milliseconds": 1.5}
    assert told["path"] == "runs/a"


def test_a_table_is_read_as_it_was_written(contender, tmp_path):
    written = [
        contender("a", 0.6, int8=Int8(2048, None, 1.5), precision="mixed_bfloat16", epochs=10),
        contender("b", 0.5, test=None, macro_f1=None, balancing="smote, no disgust", recall={"angry": 1 / 3}),
    ]
    (tmp_path / "comparison.csv").write_text(to_csv(written))
    expected = [dataclasses.replace(one, path=Path(one.path.name), earlier=True) for one in written]
    assert from_csv(tmp_path / "comparison.csv") == expected
    assert "earlier comparison, times too: a, b.\n" in to_markdown(expected)


@pytest.mark.parametrize(
    "text", ["", "run,recipe\n", "run,recipe\na,b\n", "\x00", None], ids=["empty", "heading", "short", "zero", "none"]
)
def test_what_is_no_table_of_a_comparison(text, tmp_path):
    if text is not None:
        (tmp_path / "x.csv").write_text(text)
    with pytest.raises(InputError, match=r"x\.csv: "):
        from_csv(tmp_path / "x.csv")


def test_a_row_that_is_cut_off(contender, tmp_path):
    (tmp_path / "x.csv").write_text(to_csv([contender("a", 0.6)])[:-6])
    with pytest.raises(InputError, match="cut off"):
        from_csv(tmp_path / "x.csv")
