from pathlib import Path

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.errors import OutputError
from tests.made_data import classes, lay
from train.preparation.prepare import Choices, prepare

pytestmark = pytest.mark.train


class TestOut:
    def test_nothing_is_overwritten(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        for taken in (lay(tmp_path / "full", {"mine.txt": b"keep"}), source / "happy/0.png"):
            before = taken.stat()
            with pytest.raises(OutputError, match="give a new folder"):
                prepare([source], taken, Choices())
            assert taken.stat() == before
        assert (tmp_path / "full/mine.txt").read_bytes() == b"keep"
        assert OutputError.exit_code == 74

    def test_an_empty_folder_is_taken_and_parents_are_made(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        (tmp_path / "empty").mkdir()
        for out in (tmp_path / "empty", tmp_path / "a/b/c", source / "inside"):
            prepare([source], out, Choices())
            assert (out / "prepare.json").exists()
            assert [path for path in out.parent.iterdir() if path.name.startswith(".")] == []

    def test_others_may_read_it(self, tmp_path):
        prepare([lay(tmp_path / "in", classes(each=1))], tmp_path / "out", Choices())
        (tmp_path / "plain").mkdir()
        assert (tmp_path / "out").stat().st_mode == (tmp_path / "plain").stat().st_mode

    def test_a_full_disk_leaves_nothing(self, tmp_path, monkeypatch):
        write = Path.write_bytes

        def full(path: Path, data: bytes) -> int:
            if path.name == "sa_5.png":
                raise OSError(28, "No space left on device")
            return write(path, data)

        source = lay(tmp_path / "in", classes())
        monkeypatch.setattr(Path, "write_bytes", full)
        with pytest.raises(OutputError, match="out: cannot be written \\(No space left on device\\)"):
            prepare([source], tmp_path / "out", Choices())
        assert [path.name for path in tmp_path.iterdir()] == ["in"]

    def test_a_parent_that_is_a_file(self, tmp_path):
        source = lay(tmp_path / "in", classes(each=1))
        with pytest.raises(OutputError, match="cannot be written"):
            prepare([source], source / "happy/0.png/out", Choices())
