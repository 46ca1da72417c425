import dataclasses

import pytest

from convert.calibration import draw
from convert.comparison.stopwatch import Cost
from convert.comparison.table import Comparison, Row, compare_kinds, describe
from convert.errors import CheckFailed
from edge.contract.labels import EMOTIONS

ROW = Row("int8", 204_800, 0.671, 0.974, 0.12, (Cost(3.1, 4.0, 60.0, 3.0), Cost(2.0, 2.5, 61.4, 3.0)), ("loses much",))


def test_the_table():
    found = Comparison("PublicTest", 3579, 0.675, (ROW,), {"dynamic": "cannot be converted"})
    title, head, row, *rest = describe(found).splitlines()
    assert title == "PublicTest: 3,579 pictures, top-1 of the network 67.50%"
    assert head.split() == ["kind", "size", "top-1", "agrees", "differs", "1", "thread", "2", "threads", "memory"]
    assert row.split() == ["int8", "200", "KiB", "67.10%", "97.40%", "0.120", "3.10", "ms", "2.00", "ms", "61", "MiB"]
    assert len(head) == len(row)
    assert rest == ["int8: loses much", "dynamic failed: cannot be converted"]


def test_a_system_that_does_not_tell_its_memory():
    silent = dataclasses.replace(ROW, costs=(Cost(3.1, 4.0, None, None),) * 2)
    assert describe(Comparison("", 1, 0.5, (silent,), {})).splitlines()[2].endswith("?")


@pytest.mark.train
def test_every_kind_is_made_and_timed(source, splits):
    found = compare_kinds(source, splits, draw(splits.train, EMOTIONS, 70, 1), runs=3)
    assert [row.kind for row in found.rows] == ["int8", "float16", "dynamic", "float32"]
    assert (found.where, found.images, found.keras_top1) == ("own validation, original labels", 60, 1.0)
    by_kind = {row.kind: row for row in found.rows}
    assert by_kind["int8"].size < by_kind["float32"].size
    assert by_kind["float32"].agreement == 1.0
    assert all(len(row.costs) == 2 for row in found.rows)
    assert found.failed == {}


def test_where_no_kind_can_be_made_the_first_reason_counts(monkeypatch):
    def refuse(*arguments, **options):
        raise CheckFailed("not this one")

    monkeypatch.setattr("convert.comparison.table.convert", refuse)
    with pytest.raises(CheckFailed, match="not this one"):
        compare_kinds(None, None, None, runs=1)
