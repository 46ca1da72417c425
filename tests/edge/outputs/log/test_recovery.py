"""A power cut at any byte: whole lines stay, the rest is kept beside them."""

import json
import os

import pytest

from edge.outputs.log.recovery import mend_tail

FIRST = b'{"v":1,"event":"start","camera":"door"}\n'
LAST = [b'{"v":1,"event":"face","box":[1,2]}\n', b'{"v":1,"event":"stop","reason":"a}b\\n"}\n']


def mend(path, partial) -> bool:
    file = os.open(path, os.O_RDWR | os.O_APPEND)
    try:
        return mend_tail(file, partial)
    finally:
        os.close(file)


def test_cut_at_every_byte_of_the_last_lines(tmp_path):
    whole = FIRST + b"".join(LAST)
    for cut in range(len(FIRST), len(whole) + 1):
        path, partial = tmp_path / f"{cut}.jsonl", tmp_path / f"{cut}.partial"
        path.write_bytes(whole[:cut])
        moved = mend(path, partial)
        kept = path.read_bytes()
        assert kept.endswith(b"\n")
        assert all(json.loads(line) for line in kept.splitlines())
        assert moved == partial.exists()
        aside = partial.read_bytes()[:-1] if moved else b""
        assert (kept + aside).startswith(whole[:cut]), "nothing may be lost"
        assert len(kept + aside) <= cut + 1, "nothing may be added but a line end"
        assert mend(path, partial) is False, "mending twice changes nothing"


def test_a_whole_event_that_lacks_its_line_end_is_kept(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(FIRST + LAST[0][:-1])
    assert mend(path, tmp_path / "p") is False
    assert path.read_bytes() == FIRST + LAST[0]


@pytest.mark.parametrize("tail", [b"\x00" * 4096, b"\x00" * 300_000, b"\xff\xfe{", b"17", b'"text"', b"[" * 3000])
def test_what_a_power_cut_leaves_of_blocks_never_written(tmp_path, tail):
    path, partial = tmp_path / "log.jsonl", tmp_path / "p"
    path.write_bytes(FIRST + tail)
    assert mend(path, partial) is True
    assert path.read_bytes() == FIRST
    assert tail.startswith(partial.read_bytes()[:-1])
    assert partial.stat().st_size <= 65537


def test_a_file_of_nothing_but_a_part_of_a_line(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b'{"v":1')
    assert mend(path, tmp_path / "p") is True
    assert path.read_bytes() == b""


def test_many_power_cuts_do_not_fill_the_card(tmp_path):
    path, partial = tmp_path / "log.jsonl", tmp_path / "p"
    for number in range(30):
        path.write_bytes(FIRST + b"%03d" % number + b"x" * 3000)
        assert mend(path, partial)
    assert 2900 < partial.stat().st_size < 70_000
    assert b"029xxx" in partial.read_bytes(), "the last one is there"
