"""The command as a user runs it, with the shipped models on a made person: the demo clip's face, changed."""

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge.__main__ import main
from edge.assembly import load_pipeline
from edge.capture.demo import open_demo
from edge.contract.profile import Profile, save_profile

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="module")
def crop() -> np.ndarray:
    """The face of the demo clip, 60x60: it smiles."""
    with open_demo() as source:
        grey = next(iter(source)).grey
    box = load_pipeline().faces(grey)[0].box
    face = grey[box.y : box.y + box.height, box.x : box.x + box.width]
    return cv2.resize(face, (60, 60), interpolation=cv2.INTER_AREA)


def smile(face: np.ndarray) -> np.ndarray:
    return face


def without_mouth(face: np.ndarray) -> np.ndarray:
    changed = face.copy()
    changed[36:] = cv2.GaussianBlur(face, (0, 0), 5)[36:]
    return changed


def lowered_brows(face: np.ndarray) -> np.ndarray:
    changed = face.copy()
    changed[14:22] = (changed[14:22] * 0.6).astype(np.uint8)
    changed[40:] = cv2.flip(face, 0)[:20]
    return changed


WAYS = {"neutrality": smile, "sorrow": without_mouth, "joy": lowered_brows}
"""This person shows everything unlike others, so that every model misreads it: what matters is that it is learned."""


@pytest.fixture(scope="module")
def person(tmp_path_factory, crop) -> Path:
    """A folder of this person's expressions, under usual names for them, a dozen pictures each."""
    folder = tmp_path_factory.mktemp("person")
    rng = np.random.default_rng(1)
    for name, way in WAYS.items():
        (folder / name).mkdir()
        for number in range(12):
            cv2.imwrite(str(folder / name / f"{number:02}.png"), seen(rng, way, crop))
    return folder


def seen(rng: np.random.Generator, way: Callable[[np.ndarray], np.ndarray], face: np.ndarray) -> np.ndarray:
    turn = cv2.getRotationMatrix2D((30, 30), rng.normal(0, 2), 1 + rng.normal(0, 0.02))
    moved = cv2.warpAffine(way(face), turn, (60, 60), borderMode=cv2.BORDER_REPLICATE)
    return np.clip(moved + rng.normal(0, 3, moved.shape), 0, 255).astype(np.uint8)


def edge(*arguments: object, state: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_STATE_HOME": str(state)} if state else dict(os.environ)
    environment.pop("STATE_DIRECTORY", None)
    command = [sys.executable, "-m", "edge", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, env=environment)


def best(done: subprocess.CompletedProcess[str]) -> np.ndarray:
    """The most probable label of each photo's face."""
    chances = [json.loads(line)["faces"][0]["probabilities"] for line in done.stdout.splitlines()]
    return np.array([max(one, key=one.__getitem__) for one in chances])


def test_a_person_is_learned_used_and_forgotten(person, crop, tmp_path):
    done = edge("calibrate", "--from", person, state=tmp_path)
    assert done.returncode == 0, done.stderr
    path = tmp_path / "emotion-edge" / "profile.json"
    assert f"kept: {path}" in done.stdout
    assert "held-out seconds" in done.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = json.loads(path.read_text())
    assert kept["faces"] == {"happy": 12, "sad": 12, "neutral": 12}
    assert kept["after"]["accuracy"] > kept["before"]["accuracy"]
    assert kept["after"]["log_loss"] < kept["before"]["log_loss"]
    assert [entry.name for entry in path.parent.iterdir()] == ["profile.json"], "and no picture"

    rng = np.random.default_rng(2)
    photos = []
    for name, way in WAYS.items():
        photos += [tmp_path / f"{name}-{number}.png" for number in range(8)]
        for photo in photos[-8:]:
            cv2.imwrite(str(photo), seen(rng, way, crop))
    meant = np.repeat(["neutral", "sad", "happy"], 8)
    before = np.mean(best(edge("image", *photos)) == meant)
    after = np.mean(best(edge("image", "--profile", path, *photos)) == meant)
    assert before < 0.5, after
    assert after > before + 0.2, before

    run = edge("run", "--source", "demo", "--max-frames", "3", "--log", "-", "--profile", path)
    assert run.returncode == 0, run.stderr
    start = json.loads(run.stdout.splitlines()[0])
    assert len(start["models"]["emotion"]["profile"]) == 64

    gone = edge("calibrate", "forget", state=tmp_path)
    assert (gone.returncode, gone.stdout) == (0, f"forgotten: {path}\n")
    assert not path.exists()
    again = edge("calibrate", "forget", state=tmp_path)
    assert (again.returncode, again.stdout) == (0, f"nothing to forget: {path} is not there\n")
    assert edge("run", "--source", "demo", "--profile", path).returncode == 78


def test_a_profile_that_is_not_better_is_not_kept(crop, tmp_path):
    """Whoever smiles whatever is asked teaches nothing; the profile from before stays."""
    rng = np.random.default_rng(3)
    for name in WAYS:
        (tmp_path / "same" / name).mkdir(parents=True)
        for number in range(9):
            cv2.imwrite(str(tmp_path / "same" / name / f"{number}.png"), seen(rng, smile, crop))
    out = tmp_path / "me.json"
    out.write_text("the one from before")
    done = edge("calibrate", "--from", tmp_path / "same", "--out", out)
    assert done.returncode == 1
    assert "not better, so nothing was kept: " in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "read as asked" in done.stdout, "but what was measured is shown"
    assert out.read_text() == "the one from before"


def test_the_guided_session_reads_a_camera_like_source(tmp_path):
    """The demo clip in place of a camera; it is shorter than the session."""
    labels = ["--labels", "happy,neutral", "--seconds", "2"]
    done = edge("calibrate", "--source", "demo", *labels, "--out", tmp_path / "me.json")
    assert done.returncode == 64
    assert done.stderr.endswith("demo: ended before all expressions were asked for\n")
    assert done.stderr.count("hold ...") == 4
    assert "No picture is kept" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_resting_face_that_is_a_smile_is_no_small_matter(tmp_path):
    done = edge("calibrate", "--neutral-only", "--source", "demo", "--seconds", "4", "--out", tmp_path / "me.json")
    assert done.returncode == 1
    assert done.stdout.startswith("the face at rest reads neutral in 0% of ")
    assert "no small correction" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--from", "/nowhere"], 64, "/nowhere"),
        (["--labels", "happy,puzzled"], 64, "puzzled"),
        (["--labels", "happy", "--source", "demo"], 64, "one expression alone teaches nothing"),
        (["--labels", "happy", "--from", "{empty}"], 64, "one expression alone teaches nothing"),
        (["--source", "demo", "--out", "{few}/happy/a.png/me.json"], 74, "name another file with --out"),
        (["--from", "{empty}"], 64, "named like an expression"),
        (["--from", "{few}"], 64, "at least 6 are needed"),
        (["--neutral-only", "--from", "{few}"], 64, "named neutral"),
        (["--source", "/dev/video97"], 69, "video97"),
        (["--seconds", "0"], 2, "between 1 and 60"),
        (["--config", "/nowhere.toml"], 78, "nowhere.toml"),
        (["forget", "/nowhere.json"], 64, "nothing was deleted"),
    ],
)
def test_bad_input_is_one_line(arguments, code, said, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "few" / "happy").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "few" / "happy" / "a.png"), np.zeros((48, 48), np.uint8))
    filled = [argument.format(empty=tmp_path / "empty", few=tmp_path / "few") for argument in arguments]
    done = edge("calibrate", *filled, state=tmp_path / "state")
    assert done.returncode == code, done.stderr
    assert said in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    if code != 2:
        assert len(done.stderr.splitlines()) == 1


@pytest.fixture
def kept(tmp_path, monkeypatch) -> tuple[Path, Path]:
    """Two profiles: the one in the usual place, and another."""
    monkeypatch.delenv("STATE_DIRECTORY", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    usual, mine = tmp_path / "emotion-edge" / "profile.json", tmp_path / "me.json"
    for path in (usual, mine):
        save_profile(Profile("ab" * 32, ("happy", "sad"), np.zeros(2)), path)
    return usual, mine


@pytest.mark.parametrize(
    "words", [["--out", "{mine}", "forget"], ["forget", "{mine}"], ["--out", "{mine}", "forget", "{mine}"]]
)
def test_the_profile_that_is_named_is_forgotten_and_no_other(kept, capsys, words):
    usual, mine = kept
    assert main(["calibrate", *(word.format(mine=mine) for word in words)]) == 0
    assert capsys.readouterr().out == f"forgotten: {mine}\n"
    assert usual.exists()
    assert not mine.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--source", "0", "forget"], "--source: not with forget"),
        (["--neutral-only", "--threads", "2", "forget"], "--neutral-only, --threads: not with forget"),
        (["--out", "{mine}", "forget", "{usual}"], "name one profile to forget"),
    ],
)
def test_forget_takes_nothing_that_means_nothing_to_it(kept, capsys, words, said):
    usual, mine = kept
    with pytest.raises(SystemExit) as left:
        main(["calibrate", *(word.format(usual=usual, mine=mine) for word in words)])
    assert left.value.code == 2
    assert said in capsys.readouterr().err
    assert usual.exists()
    assert mine.exists()


def test_no_option_of_a_session_is_forgotten_by_forget(kept, capsys):
    """Whatever options there will be."""
    with pytest.raises(SystemExit):
        main(["calibrate", "--help"])
    told = set(re.findall(r"--[a-z][-a-z]*", capsys.readouterr().out.partition("examples:")[0]))
    for option in told - {"--help", "--quiet", "--verbose", "--out"}:
        value = [] if option == "--neutral-only" else ["3"]
        with pytest.raises(SystemExit) as left:
            main(["calibrate", option, *value, "forget"])
        assert left.value.code == 2
        assert f"{option}: not with forget" in capsys.readouterr().err


def test_help_answers_at_once_and_loads_nothing():
    code = "import sys; sys.argv[1:] = ['calibrate', '--help']; from edge.__main__ import main\n"
    code += "try:\n    main()\nexcept SystemExit:\n    print(sorted({'cv2', 'numpy'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
