import csv
import dataclasses

import openpyxl
import pytest

from train.tuning.record import headings, row, write_csv, write_workbook


def test_every_trial_is_a_row_of_the_csv(tried, tmp_path):
    write_csv(tried, tmp_path / "trials.csv")
    with (tmp_path / "trials.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 40
    assert list(rows[0]) == headings()
    assert [float(row["rate"]) for row in rows] == pytest.approx([one.values["rate"] for one in tried], rel=1e-9)
    assert rows[7]["folder"] == "trial-007"
    assert rows[7]["seconds"] == "61.3"


def test_steps_that_binary_numbers_miss_are_written_as_people_do(tried):
    found = row(dataclasses.replace(tried[0], values={**tried[0].values, "dropout": 3 * 0.05}))
    assert found[headings().index("dropout")] == 0.15


def test_the_workbook_holds_the_same_and_what_they_have_in_common(tried, tmp_path):
    write_workbook(tried, {"recipe": "blocks-5", "epochs": 10, "data": ["a", "b"]}, tmp_path / "trials.xlsx")
    book = openpyxl.load_workbook(tmp_path / "trials.xlsx")
    assert book.sheetnames == ["trials", "study"]
    sheet = book["trials"]
    assert [cell.value for cell in sheet[1]] == headings()
    assert sheet.max_row == 41
    top1 = headings().index("validation top-1")
    for number, one in enumerate(tried, 2):
        assert sheet[number][top1].value == pytest.approx(one.figures["top1"])
        assert sheet[number][top1].number_format == "0.0%"
    best = max(tried, key=lambda one: one.figures["top1"])
    bold = [row[0].value for row in sheet.iter_rows(min_row=2) if row[0].font.bold]
    assert bold == [best.number]
    assert sheet.freeze_panes == "B2"
    common = [[cell.value for cell in row] for row in book["study"]]
    assert common == [["recipe", "blocks-5"], ["epochs", 10], ["data", "['a', 'b']"]]
