"""What a release consists of: made twice it is the same, and from it the service can be installed."""

import hashlib
import shutil
from pathlib import Path

import pytest

from tests.releases import ROOT, SCRIPT, call, commit, copied, only, unpack

MODELS = {"emotion.tflite", "emotion.json", "gate.tflite", "gate.json"}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory) -> Path:
    folder = copied(tmp_path_factory.mktemp("checkout"))
    commit(folder)
    return folder


@pytest.fixture(scope="module")
def made(checkout, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "dist"
    done = call(SCRIPT, folder, cwd=checkout)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("emotion-edge ")
    assert {line.split()[-1] for line in done.stdout.splitlines()[1:]} == {file.name for file in folder.iterdir()}
    return folder


@pytest.fixture(scope="module")
def unpacked(made, tmp_path_factory) -> Path:
    """What lies in the archive for systemd/install.sh."""
    return unpack(only(made, "*-service.tar.gz"), tmp_path_factory.mktemp("unpacked"))


def test_it_is_a_wheel_a_source_archive_the_models_and_what_the_service_needs(made):
    others = {file.name for file in made.iterdir()} - MODELS
    version = only(made, "*.whl").name.split("-")[1]
    assert others == {
        f"emotion_edge-{version}-py3-none-any.whl",
        f"emotion_edge-{version}.tar.gz",
        f"emotion-edge-{version}-service.tar.gz",
        "SHA256SUMS",
    }
    for name in MODELS:
        assert (made / name).read_bytes() == (ROOT / "models" / name).read_bytes()


def test_the_checksums_are_of_every_file(made):
    lines = (line.split("  ") for line in (made / "SHA256SUMS").read_text().splitlines())
    told = {name: digest for digest, name in lines}
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in made.iterdir()}
    assert told == {name: digest for name, digest in found.items() if name != "SHA256SUMS"}


def test_the_same_commit_gives_the_same_bytes(checkout, made, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(checkout, elsewhere)
    (elsewhere / "LICENSE").touch()
    done = call(SCRIPT, tmp_path / "again", cwd=elsewhere, umask=0o077, TZ="Asia/Tokyo", SOURCE_DATE_EPOCH="1")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "again/SHA256SUMS").read_text() == (made / "SHA256SUMS").read_text()


def test_what_is_not_committed_is_not_in_it_and_it_says_so(checkout, made, tmp_path):
    changed = tmp_path / "changed"
    shutil.copytree(checkout, changed)
    (changed / "edge/unfinished.py").write_text("oops\n")
    (changed / "requirements-edge.txt").write_text("oops\n")
    done = call(SCRIPT, cwd=changed)
    assert (done.returncode, done.stderr) == (0, "release: what is not committed is not in it\n")
    assert (changed / "dist/SHA256SUMS").read_text() == (made / "SHA256SUMS").read_text()


def test_a_release_replaces_a_release_and_nothing_else(checkout, made, tmp_path):
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letters.txt").write_text("dear")
    done = call(SCRIPT, mine, cwd=checkout)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "holds something else than a release" in done.stderr
    assert [file.name for file in mine.iterdir()] == ["letters.txt"]
    assert "holds this checkout" in call(SCRIPT, ".", cwd=checkout).stderr
    old = tmp_path / "old"
    shutil.copytree(made, old)
    (old / "emotion_edge-0.0.1-py3-none-any.whl").write_text("")
    assert call(SCRIPT, old, cwd=checkout).returncode == 0
    assert not (old / "emotion_edge-0.0.1-py3-none-any.whl").exists()


def test_without_a_commit_or_hatchling_it_is_refused_in_one_line(checkout, tmp_path):
    (tmp_path / ".ci").mkdir()
    shutil.copy2(checkout / SCRIPT, tmp_path / SCRIPT)
    outside = call(SCRIPT, cwd=tmp_path, GIT_CEILING_DIRECTORIES=str(tmp_path.parent))
    assert (outside.returncode, outside.stderr) == (
        1,
        "release: this is no git checkout; a release is made of a commit\n",
    )
    without = call(SCRIPT, tmp_path / "dist", cwd=checkout, PYTHON="/bin/false")
    assert (without.returncode, without.stderr.count("\n")) == (1, 1)
    assert "-m pip install hatchling" in without.stderr


def test_the_service_is_installed_from_the_wheel_in_its_archive(made, unpacked):
    wheel = only(unpacked, "*.whl")
    assert wheel.read_bytes() == only(made, "*.whl").read_bytes()
    done = call("systemd/install.sh", "--dry-run", cwd=unpacked, PYTHON=stand_in(unpacked.parent / "python3"))
    assert done.returncode == 0, done.stderr
    steps = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    (package,) = (step for step in steps if "--no-deps" in step)
    assert package.endswith(f" {wheel}")
    named = [Path(word) for step in steps for word in step.split() if word.startswith(f"{unpacked}/")]
    assert len(named) >= 6
    assert [path for path in named if not path.exists()] == []


def test_without_a_network_too_the_wheel_is_the_archives_own(unpacked, tmp_path):
    command = ("systemd/install.sh", "--dry-run", "--offline", tmp_path)
    done = call(*command, cwd=unpacked, PYTHON=stand_in(unpacked.parent / "python3"))
    (package,) = (line for line in done.stdout.splitlines() if "--no-deps" in line)
    assert package.endswith(f"--no-index --find-links {tmp_path} --no-deps --force-reinstall {only(unpacked, '*.whl')}")


def stand_in(path: Path) -> str:
    """A system's Python that could serve."""
    path.write_text('#!/bin/sh\ncase "$*" in *struct*) echo 3.11 64 aarch64 ;; esac\n')
    path.chmod(0o755)
    return str(path)
