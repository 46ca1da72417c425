"""File names give the order; what belongs to somebody else is left alone."""

from datetime import date

from edge.outputs.log.naming import LogName


def test_numbers_give_the_order_whatever_the_days_are(tmp_path):
    for name in ("a.000002.1970-01-01.jsonl.gz", "a.000010.2026-01-31.jsonl", "a.000009.2026-02-01.jsonl"):
        (tmp_path / name).touch()
    name = LogName(tmp_path / "a.jsonl")
    rotated = name.rotated()
    assert [file.number for file in rotated] == [2, 9, 10]
    assert name.following(rotated, date(2026, 2, 2)).plain == tmp_path / "a.000011.2026-02-02.jsonl"


def test_a_file_that_is_there_plain_and_packed_is_one(tmp_path):
    for name in ("a.000001.2026-01-31.jsonl", "a.000001.2026-01-31.jsonl.gz"):
        (tmp_path / name).write_text("12345")
    (file,) = LogName(tmp_path / "a.jsonl").rotated()
    assert file.plain.name == "a.000001.2026-01-31.jsonl"
    assert file.packed.name == "a.000001.2026-01-31.jsonl.gz"
    assert file.size() == 10


def test_other_files_are_not_ours(tmp_path):
    others = [
        *("a.jsonl", "a.jsonl.partial", "a.jsonl.1", "a.000001.jsonl", "b.000001.2026-01-31.jsonl", "a.txt"),
        *("a.00001.2026-01-31.jsonl", "aa.000001.2026-01-31.jsonl", "a.000001.2026-01-31.jsonl.bz2"),
        *("a.000001.2026-01-31.json", "a.\u0660\u0660\u0660\u0660\u0660\u0661.2026-01-31.jsonl"),
    ]
    for name in others:
        (tmp_path / name).touch()
    name = LogName(tmp_path / "a.jsonl")
    assert name.rotated() == []
    assert list(name.temporary()) == []


def test_a_log_without_a_suffix_and_with_odd_characters(tmp_path):
    name = LogName(tmp_path / "cam[1]+*")
    first = name.following([], date(2026, 1, 31))
    first.plain.touch()
    first.temporary.touch()
    assert [file.plain for file in name.rotated()] == [first.plain]
    assert list(name.temporary()) == [first.temporary]


def test_a_day_that_is_none_is_not_believed(tmp_path):
    (tmp_path / "a.000001.2026-13-45.jsonl").touch()
    (file,) = LogName(tmp_path / "a.jsonl").rotated()
    assert file.day is None
