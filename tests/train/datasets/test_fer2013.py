import bz2
import gzip
import lzma
import re
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest

from edge.contract.errors import InputError
from train.datasets.examples import Splits
from train.datasets.fer2013 import load_fer2013

PIXELS = np.random.default_rng(3).integers(0, 256, (6, 48, 48), np.uint8)
ROWS = [(3, "Training"), (0, "PrivateTest"), (6, "Training"), (1, "PublicTest"), (2, "Training"), (5, "PublicTest")]


def line(index: int) -> str:
    label, usage = ROWS[index]
    return f"{label},{' '.join(map(str, PIXELS[index].ravel()))},{usage}"


def table(*extra: str) -> str:
    return "\n".join(["emotion,pixels,Usage", *(line(index) for index in range(len(ROWS))), *extra]) + "\n"


VOTES = """Usage,Image name,neutral,happiness,surprise,sadness,anger,disgust,fear,contempt,unknown,NF
Training,fer0.png,1,2,0,0,0,0,0,3,4,0
PrivateTest,fer1.png,0,0,0,0,10,0,0,0,0,0
Training,,0,0,0,0,0,0,0,0,0,10
PublicTest,fer3.png,0,0,0,1,0,2,1,0,6,0
Training,fer4.png,0,0,0,0,0,0,0,4,6,0
PublicTest,fer5.png,0,0,3,0,0,0,1,0,0,0
"""


def written(folder: Path, text: str, name: str = "fer2013.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def same(one: Splits, other: Splits) -> bool:
    return [part.digest for part in (one.train, one.validation, one.test)] == [
        part.digest for part in (other.train, other.validation, other.test)
    ]


def refusal(faces: Path, votes: Path | None = None) -> str:
    """The error that a file is refused with: one line that names it."""
    with pytest.raises(InputError) as caught:
        load_fer2013(faces, votes)
    message = str(caught.value)
    assert message.startswith((str(faces), str(votes)))
    assert "\n" not in message
    return message


def test_rows_go_where_their_usage_says_in_their_order(tmp_path):
    splits = load_fer2013(written(tmp_path, table()))
    assert splits.train.labels.tolist() == [3, 6, 2]
    assert splits.validation.labels.tolist() == [1, 5]
    assert splits.test.labels.tolist() == [0]
    np.testing.assert_array_equal(splits.train.pixels, PIXELS[[0, 2, 4]])
    np.testing.assert_array_equal(splits.validation.pixels, PIXELS[[3, 5]])
    np.testing.assert_array_equal(splits.test.pixels, PIXELS[[1]])
    assert splits.train.pixels.dtype == np.uint8
    assert splits.train.votes is None
    assert splits.names == ("FER2013 Training", "FER2013 PublicTest", "FER2013 PrivateTest")


def pack(folder: Path, kind: str) -> Path:
    plain = written(folder, table())
    path = folder / f"packed{kind}"
    content = plain.read_bytes()
    if kind == ".zip":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("fer2013/README", "see the paper")
            archive.writestr("__MACOSX/fer2013/._fer2013.csv", b"\0\5\x16\7")
            archive.write(plain, "fer2013/fer2013.csv")
    elif kind.startswith(".t"):
        with tarfile.open(path, "w:gz") as archive:
            archive.add(plain, "fer2013/fer2013.csv")
    else:
        path.write_bytes({".gz": gzip.compress, ".xz": lzma.compress, ".bz2": bz2.compress}[kind](content))
    return path


@pytest.mark.parametrize("kind", [".gz", ".xz", ".bz2", ".zip", ".tar.gz", ".tgz"])
def test_however_it_is_packed(tmp_path, kind):
    assert same(load_fer2013(pack(tmp_path, kind)), load_fer2013(written(tmp_path, table())))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: text.replace("\n", "\r\n"), id="lines end as on Windows"),
        pytest.param(lambda text: text.rstrip("\n"), id="no line end at the end"),
        pytest.param(lambda text: text + "\n\n", id="empty lines at the end"),
        pytest.param(lambda text: "\ufeff" + text, id="byte order mark"),
        pytest.param(lambda text: re.sub(",([0-9 ]+),", r',"\1",', text), id="quoted pixels"),
        pytest.param(lambda text: text.replace("emotion,pixels,Usage", "emotion, pixels, Usage"), id="spaced header"),
        pytest.param(
            lambda text: re.sub("^(.*?),(.*?),(.*)$", r"\1,\3,\2", text, flags=re.M), id="the columns of icml_face_data"
        ),
    ],
)
def test_however_it_is_written(tmp_path, change):
    plain = load_fer2013(written(tmp_path, table()))
    assert same(load_fer2013(written(tmp_path, change(table()))), plain)


class TestVotes:
    def test_faces_get_the_votes_of_their_row_and_what_is_no_face_is_dropped(self, tmp_path):
        splits = load_fer2013(written(tmp_path, table()), written(tmp_path, VOTES, "votes.csv"))
        assert splits.train.labels.tolist() == [3, 2]
        np.testing.assert_array_equal(splits.train.pixels, PIXELS[[0, 4]])
        expected = [[0, 0, 0, 0.2, 0, 0, 0.1], [0] * 7]
        np.testing.assert_allclose(splits.train.votes, expected)
        expected = [[0, 0.2, 0.1, 0, 0.1, 0, 0], [0, 0, 0.25, 0, 0, 0.75, 0]]
        np.testing.assert_allclose(splits.validation.votes, expected)
        np.testing.assert_allclose(splits.test.votes, [[1, 0, 0, 0, 0, 0, 0]])
        assert splits.train.votes.dtype == np.float32

    @pytest.mark.parametrize("change", ["order", "usage"])
    def test_votes_of_other_rows_are_refused(self, tmp_path, change):
        header, *rows = VOTES.splitlines()
        rows = rows[::-1] if change == "order" else [rows[0].replace("Training", "PublicTest"), *rows[1:]]
        votes = written(tmp_path, "\n".join([header, *rows]) + "\n", "votes.csv")
        said = refusal(written(tmp_path, table()), votes)
        assert "not the rows of those pictures in their order: row 1 is of 'PublicTest' where" in said
        assert said.endswith("has 'Training'")

    def test_a_majority_is_clear_above_half_of_all_votes(self, tmp_path):
        splits = load_fer2013(written(tmp_path, table()), written(tmp_path, VOTES, "votes.csv"))
        assert len(splits.train.clear()) == 0, "most votes were for contempt and unknown"
        assert splits.validation.clear().labels.tolist() == [5]
        assert splits.test.clear().labels.tolist() == [0]

    def test_the_official_file_and_the_one_without_other_things_are_the_same(self, tmp_path):
        official = load_fer2013(written(tmp_path, table()), written(tmp_path, VOTES, "votes.csv"))
        lines = table().splitlines()
        faces = written(tmp_path, "\n".join(lines[:3] + lines[4:]), "faces.csv")
        votes = VOTES.splitlines()
        only_faces = load_fer2013(faces, written(tmp_path, "\n".join(votes[:3] + votes[4:]), "votes2.csv"))
        assert same(official, only_faces)

    def test_another_number_of_rows(self, tmp_path):
        votes = written(tmp_path, VOTES.rsplit("\n", 2)[0] + "\n", "votes.csv")
        assert "5 rows of votes for the 6 pictures" in refusal(written(tmp_path, table()), votes)

    @pytest.mark.parametrize("bad", ["x", "-1", "1.5", "", "9" * 400, "1e400"])
    def test_what_is_no_count(self, tmp_path, bad):
        votes = written(tmp_path, VOTES.replace("0,3,0,0,0,1", f"0,3,0,0,{bad},1"), "votes.csv")
        votes.write_text(VOTES.replace("fer3.png,0,0,0,1", f"fer3.png,0,0,0,{bad}"))
        assert "line 5: a vote is not a count" in refusal(written(tmp_path, table()), votes)

    def test_columns(self, tmp_path):
        votes = written(tmp_path, VOTES.replace("sadness", "sorrow"), "votes.csv")
        assert "no column sadness" in refusal(written(tmp_path, table()), votes)


class TestRefusals:
    @pytest.mark.parametrize(
        ("row", "said"),
        [
            ("3,1 2 3,Training", "line 8: 3 pixels, expected 2304"),
            (line(0).replace(",Training", " 7,Training"), "line 8: 2305 pixels"),
            ("3,,Training", "line 8: "),
            (re.sub(r",\d+ ", ",x ", line(0), count=1), "line 8: pixels are not whole numbers"),
            (line(0).replace(",Training", "x,Training"), "line 8: pixels are not whole numbers"),
            (re.sub(r",\d+ ", ",1.5 ", line(0), count=1), "line 8: pixels are not whole numbers"),
            (re.sub(r",\d+ ", ",256 ", line(0), count=1), "line 8: a pixel is outside 0 to 255"),
            (re.sub(r",\d+ ", ",-1 ", line(0), count=1), "line 8: a pixel is outside 0 to 255"),
            (re.sub(r",\d+ ", f",{'9' * 40} ", line(0), count=1), "line 8: a pixel is outside 0 to 255"),
            (line(0).replace("Training", "training"), "line 8: emotion '3' with usage 'training'"),
            ("7" + line(0)[1:], "line 8: emotion '7' with usage 'Training'"),
            ("-1" + line(0)[1:], "line 8: emotion '-1'"),
            (line(0) + ",more", "line 8: 4 columns, expected 3"),
            ("3", "line 8: 1 columns, expected 3"),
        ],
    )
    def test_a_bad_row_is_named(self, tmp_path, row, said):
        assert said in refusal(written(tmp_path, table(row)))

    def test_long_nonsense_is_cut(self, tmp_path):
        assert len(refusal(written(tmp_path, table(f"{'z' * 9999},1,Training")))) < 300

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            (b"", "no column emotion, pixels, Usage"),
            (b"emotion,pixels\n3,1 2\n", "no column Usage; its columns are 'emotion, pixels'"),
            (b"emotion,pixels,Usage\n", "no rows"),
            (bytes(range(256)), "cannot be read"),
            (b"\x89PNG\r\n\x1a\n" + bytes(99), "cannot be read"),
            (b"\0" * 5000, "no column emotion"),
        ],
    )
    def test_another_file(self, tmp_path, content, said):
        path = tmp_path / "fer2013.csv"
        path.write_bytes(content)
        assert said in refusal(path)

    def test_missing(self, tmp_path):
        assert "No such file" in refusal(tmp_path / "fer2013.csv")
        assert "directory" in refusal(tmp_path)

    @pytest.mark.parametrize("usage", ["Training", "PublicTest", "PrivateTest"])
    def test_a_part_without_rows(self, tmp_path, usage):
        kept = [row for row in table().splitlines() if not row.endswith(usage)]
        assert f"no row has the usage {usage}" in refusal(written(tmp_path, "\n".join(kept)))

    @pytest.mark.parametrize("kind", [".gz", ".xz", ".bz2", ".zip", ".tar.gz"])
    def test_cut_short(self, tmp_path, kind):
        path = pack(tmp_path, kind)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        assert "cannot be read" in refusal(path)

    @pytest.mark.parametrize("kind", [".gz", ".xz", ".bz2", ".zip", ".tar.gz"])
    def test_damaged(self, tmp_path, kind):
        path = pack(tmp_path, kind)
        content = bytearray(path.read_bytes())
        middle = len(content) // 2
        content[middle : middle + 40] = bytes(40)
        path.write_bytes(content)
        assert "cannot be read" in refusal(path)

    @pytest.mark.parametrize("kind", [".gz", ".xz", ".bz2", ".zip", ".tar.gz", ".tar"])
    def test_not_packed_as_its_name_says(self, tmp_path, kind):
        assert "cannot be read" in refusal(written(tmp_path, table(), f"fer2013{kind}"))

    @pytest.mark.parametrize(("names", "found"), [((), 0), (("a.txt",), 0), (("a.csv", "b.csv"), 2)])
    def test_a_zip_without_its_one_table(self, tmp_path, names, found):
        path = tmp_path / "fer2013.zip"
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                archive.writestr(name, table())
        assert f"expected one .csv inside, found {found}" in refusal(path)

    def test_a_zip_that_asks_for_a_password(self, tmp_path):
        path = pack(tmp_path, ".zip")
        content = bytearray(path.read_bytes())
        for mark, offset in ((b"PK\3\4", 6), (b"PK\1\2", 8)):  # the flags of every entry, in both places
            for found in re.finditer(re.escape(mark), bytes(content)):
                content[found.start() + offset] |= 1
        path.write_bytes(content)
        assert "encrypted" in refusal(path)


def test_the_real_set(real_data):
    splits = load_fer2013(real_data / "fer2013.csv.xz", real_data / "ferplus_labels.csv")
    parts = (splits.train, splits.validation, splits.test)
    assert [len(part) for part in parts] == [28_561, 3_579, 3_574]
    for part in parts:  # votes that had slipped by a row would agree with the labels by chance
        assert (part.votes.argmax(axis=1) == part.labels).mean() > 0.6
