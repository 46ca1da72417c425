import cv2
import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from edge.contract.labels import EMOTIONS
from tests.made_data import classes, lay, noise, png, table, zipped
from train.__main__ import main
from train.preparation.prepare import Choices, prepare

pytestmark = pytest.mark.train


class TestBadInput:
    def refused(self, capsys, *arguments) -> tuple[int, str]:
        code = main(["prepare", *map(str, arguments)])
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("train: ")
        assert said.err.count("\n") == 1
        return code, said.err

    def test_unreadable_pictures_are_named_and_left_out(self, tmp_path, caplog):
        bad = {"happy/cut.png": png(1)[:60], "sad/empty.jpg": b"", "contempt/bad.png": b""}
        source = lay(tmp_path / "in", {**classes(), **bad})
        report = prepare([source], tmp_path / "out", Choices())
        assert report["unreadable"] == [
            f"{source}: happy/cut.png: not a picture that can be read",
            f"{source}: sad/empty.jpg: not a picture that can be read",
        ]
        assert report["sources"][0]["unreadable"] == 2
        assert sum(source["kept"] for source in report["sources"]) == 70
        assert f"left out: {source}: happy/cut.png" in caplog.text

    def test_only_some_of_many_are_named_on_the_terminal(self, tmp_path, caplog):
        source = lay(tmp_path / "in", {"happy/1.png": png(1), **{f"sad/{n}.png": b"" for n in range(30)}})
        report = prepare([source], tmp_path / "out", Choices())
        assert len(report["unreadable"]) == 30
        assert caplog.text.count("not a picture") == 10
        assert "20 more" in caplog.text

    def test_bad_rows_are_named_and_left_out(self, tmp_path):
        source = table(tmp_path / "a.csv", [(3, 1, "Training"), (3, 2, "Training")])
        with source.open("a") as file:
            file.write("3,1 2 3,Training\n3,x y,Training\n")
        assert prepare([source], tmp_path / "out", Choices())["unreadable"] == [
            f"{source}, line 4: 3 pixels, expected 2304",
            f"{source}, line 5: pixels are not whole numbers with spaces between them",
        ]

    def test_a_missing_label_is_warned_of(self, tmp_path, caplog):
        prepare([lay(tmp_path / "in", classes(EMOTIONS[:5]))], tmp_path / "out", Choices())
        assert "no pictures of surprise, neutral" in caplog.text

    @pytest.mark.parametrize(
        ("files", "said"),
        [
            ({}, "no pictures inside (.bmp"),
            ({"happy/notes.txt": b"x"}, "no pictures inside (.bmp"),
            ({"contempt/1.png": png(1), "2.png": png(2)}, "found '(no class folder), contempt'; --map NAME=LABEL"),
            ({"happy/1.png": b"", "sad/2.png": b"no"}, "none of 2 pictures can be read; "),
        ],
    )
    @pytest.mark.parametrize("kind", ["folder", "zip"])
    def test_nothing_to_take(self, capsys, tmp_path, files, said, kind):
        (tmp_path / "in").mkdir()
        source = lay(tmp_path / "in", files) if kind == "folder" else zipped(tmp_path / "in.zip", files)
        code, line = self.refused(capsys, source, "--out", tmp_path / "out")
        assert code == 64
        assert said in line
        assert str(source) in line
        assert [path.name for path in tmp_path.iterdir() if "out" in path.name] == []

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("gone", None, "gone: no such file or folder"),
            ("a.zip", b"PK no", r"a.zip: cannot be read as a .zip"),
            ("a.csv", b"name,age\n", "a.csv: no column emotion, pixels, Usage"),
            ("a.csv", b"emotion,pixels,Usage\n", "a.csv: no rows"),
            ("a.csv", b"emotion,pixels,Usage\n3,1\n", "a.csv, line 2: 2 columns, expected 3"),
            (
                "a.csv",
                b"emotion,pixels,Usage\n3,1,Later\n",
                "a.csv, line 2: usage 'Later' is none of Training, PublicTest",
            ),
            ("a.csv.xz", b"no", "a.csv.xz: cannot be read"),
            ("photo.jpg", cv2.imencode(".jpg", noise(1))[1].tobytes(), "photo.jpg: "),
        ],
    )
    def test_a_source_that_is_none(self, capsys, tmp_path, name, content, said):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        good = lay(tmp_path / "good", classes(each=1))
        code, line = self.refused(capsys, good, tmp_path / name, "--out", tmp_path / "out")
        assert code == 64
        assert said in line
        assert not (tmp_path / "out").exists()

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (["--map", "happy=joyful"], "--map to joyful: the labels of this task are angry"),
            (["--map", "contept=disgust"], "--map contept: no source has a class of that name; they have 'angry"),
            (["--task", "gate", "--map", "cat=sad"], "the labels of this task are other, human"),
            (["--validation", "0.6", "--test", "0.4"], "shares that leave nothing to train on"),
            (["--validation", "-1"], "shares that leave nothing to train on"),
            (["--test", "nan"], "shares that leave nothing to train on"),
        ],
    )
    def test_choices_that_make_no_sense(self, capsys, tmp_path, options, said):
        code, line = self.refused(capsys, lay(tmp_path / "in", classes(each=1)), "--out", tmp_path / "out", *options)
        assert code == 64
        assert said in line

    @pytest.mark.parametrize(
        "arguments",
        [[], ["a"], *(["a", "--out", "b", *wrong] for wrong in (["--map", "x"], ["--map", "=y"], ["--seed", "-1"]))],
    )
    def test_wrong_usage(self, capsys, arguments):
        with pytest.raises(SystemExit) as ended:
            main(["prepare", *arguments])
        assert ended.value.code == 2
        assert "usage: python -m train prepare" in capsys.readouterr().err
