"""`python -m edge image`, as people call it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.capture.demo import open_demo

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A photo with a face, one without, and a file that is none."""
    made = tmp_path_factory.mktemp("photos")
    with open_demo() as source:
        scene = next(iter(source)).grey
    assert cv2.imwrite(str(made / "face.png"), scene)
    assert cv2.imwrite(str(made / "wall.png"), np.full((200, 300), 128, np.uint8))
    (made / "bad.jpg").write_text("not a picture")
    return made


def image(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "image", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_copies_of_a_folder_and_a_word_about_what_is_none(folder, tmp_path):
    done = image(folder, "--annotate", tmp_path / "out")
    assert done.returncode == 64
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [Path(line["photo"]).name for line in lines] == ["face.png", "wall.png"]
    assert [line["annotated"] for line in lines] == [str(tmp_path / "out" / name) for name in ("face.png", "wall.png")]
    assert done.stderr == f"emotion-edge: {folder}/bad.jpg: not a picture that can be read\n"
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["face.png", "wall.png"]


def test_of_a_broken_picture_only_our_own_line_is_said(folder, tmp_path):
    whole = (folder / "face.png").read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    done = image(tmp_path / "half.png")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == f"emotion-edge: {tmp_path}/half.png: not a picture that can be read\n"


def test_a_copy_that_may_not_be_written_leaves_the_answer(folder, tmp_path):
    (tmp_path / "face.png").write_text("dear")
    done = image(folder / "face.png", "--annotate", tmp_path)
    assert done.returncode == 74
    assert "annotated" not in json.loads(done.stdout)
    assert "--force" in done.stderr
    assert (tmp_path / "face.png").read_text() == "dear"


def test_without_annotate_nothing_is_written(folder, tmp_path):
    before = sorted(folder.iterdir())
    image(folder)
    assert sorted(folder.iterdir()) == before


def test_a_table(folder):
    done = image("--table", folder / "face.png", folder / "wall.png")
    assert (done.returncode, done.stderr) == (0, "")
    head, first, second = done.stdout.splitlines()
    assert head.split() == ["photo", "emotion", "sure", "otherwise"]
    assert "happy" in first
    assert second.endswith("no face")


def test_a_bad_folder_keeps_no_other_from_being_looked_at(folder, tmp_path):
    done = image(tmp_path, tmp_path / "missing", folder / "wall.png")
    assert done.returncode == 64
    assert len(done.stdout.splitlines()) == 1
    assert len(done.stderr.splitlines()) == 2


def test_the_bar_makes_room_for_results(folder):
    """On a terminal both go to the same place: no line of JSON may stand behind a bar."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "edge", "image", str(folder / "face.png"), str(folder / "wall.png")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=theirs, stderr=theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            seen += os.read(ours, 4096)
        except OSError:
            break
    os.close(ours)
    assert process.wait(60) == 0
    for line in seen.decode().replace("\r\n", "\n").split("\n"):
        shown = line.rpartition("\033[K")[2]
        if "photo" in shown and "{" in shown:
            assert shown.startswith("{")
