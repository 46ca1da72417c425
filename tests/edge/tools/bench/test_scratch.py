"""The folder that nobody keeps."""

import pytest

from edge.contract.errors import OutputError
from edge.tools.bench.scratch import scratch_folder


def test_is_gone_afterwards():
    with scratch_folder() as folder:
        (folder / "log").touch()
    assert not folder.exists()


def test_where_nothing_can_be_written_one_line_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    with pytest.raises(OutputError, match="TMPDIR") as caught, scratch_folder():
        pass
    assert "\n" not in str(caught.value)
