import dataclasses
from pathlib import Path

import pytest

from convert.origin.file import File
from convert.report import describe

pytestmark = pytest.mark.train


def test_what_a_person_is_told(converted, source):
    read = dataclasses.replace(source, file=File("h5", 204_800, "0" * 64))
    lines = describe(converted, Path("models/mine.tflite"), read, 1.234).splitlines()
    size = len(converted.data) / 1024
    assert lines[0] == f"models/mine.tflite: {size:,.0f} KiB, from 200 KiB of h5; 1.23 ms a picture here, on one thread"
    assert lines[1].startswith(f"models/mine.json: its manifest (sha256 {converted.manifest.sha256[:12]}")
    assert lines[2].startswith("own validation, original labels: top-1 100.00% before, ")
    assert f"the same answer on {converted.parity.agreement:.2%} of 60 pictures" in lines[2]
    assert lines[2].endswith(f"probabilities at temperature 1 within {converted.parity.largest_difference:.3f}")
    assert lines[3].startswith("own validation, original labels: recall angry +")
    assert lines[4].startswith("own test, original labels: top-1 ")
    assert not any("forced" in line for line in lines)


def test_what_was_let_through_is_told_again(converted, source):
    told = {**converted.manifest.provenance, "forced": ["int8 loses much", "the data are others"]}
    forced = dataclasses.replace(converted, manifest=dataclasses.replace(converted.manifest, provenance=told))
    lines = describe(forced, Path("mine.tflite"), source, 1.0).splitlines()
    assert lines[0].startswith("mine.tflite: ")
    assert " from " not in lines[0]
    assert lines[-2:] == ["forced: int8 loses much", "forced: the data are others"]
