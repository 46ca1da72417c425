"""Logs in folders of others."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from edge.contract.errors import InputError
from edge.outputs.log.reader import LogReader

NOBODY = 65534


@contextmanager
def without_rights() -> Iterator[None]:
    """As root may go everywhere, it is somebody else for a while."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("mode", [0o000, 0o111], ids=["may not be entered", "may not be listed"])
@pytest.mark.parametrize("name", ["log.jsonl", "log.000001.2026-01-31.jsonl.gz"])
def test_a_folder_of_somebody_else_is_one_line(tmp_path, monkeypatch, mode, name):
    monkeypatch.chdir(tmp_path)  # and from here on by relative paths: what is above may not be entered either
    tmp_path.chmod(0o755)
    folder = Path("service")
    folder.mkdir()
    (folder / name).touch(0o000)  # not to be read by its owner either, where the tests run as one
    folder.chmod(mode)
    try:
        with without_rights(), pytest.raises(InputError, match=f"service/{name}: .*cannot be read .Permission denied"):
            list(LogReader([folder / name]))
    finally:
        folder.chmod(0o755)
