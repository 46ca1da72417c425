"""A profile that fits, and those with which a run would not start."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edge.contract.manifest import load_manifest
from edge.contract.places import models_folder
from edge.contract.profile import Profile, save_profile
from edge.service.configuration import Configuration, Vision
from edge.tools.doctor.checks.profile import check_profile


@pytest.fixture
def model():
    return load_manifest(models_folder() / "emotion.tflite")


def found(setup, path: Path, **vision):
    settings = Configuration(vision=Vision(profile=path, **vision))
    (finding,) = check_profile(replace(setup, settings=settings))
    return finding


def profile(model, sha256: str = "") -> Profile:
    return Profile(sha256 or model.sha256, model.labels, np.zeros(len(model.labels)))


def test_none_is_needed(setup):
    assert [finding.state for finding in check_profile(setup)] == ["skipped"]


def test_one_that_fits(setup, model, tmp_path):
    save_profile(profile(model), tmp_path / "mine.json")
    assert found(setup, tmp_path / "mine.json").state == "ok"


def test_one_of_another_model(setup, model, tmp_path):
    save_profile(profile(model, "0" * 64), tmp_path / "mine.json")
    finding = found(setup, tmp_path / "mine.json")
    assert finding.state == "problem"
    assert f"not for {model.sha256[:8]}" in finding.text
    assert finding.mend[0].endswith(f"-m edge calibrate --out {tmp_path}/mine.json")


@pytest.mark.parametrize(("text", "why"), [(None, "cannot be read"), ("{}", "not a usable profile"), ("\0", "usable")])
def test_one_that_is_missing_or_broken(setup, tmp_path, text, why):
    if text is not None:
        (tmp_path / "mine.json").write_text(text)
    finding = found(setup, tmp_path / "mine.json")
    assert (finding.state, why in finding.text) == ("problem", True)


def test_without_the_model_there_is_nothing_to_compare(setup, model, tmp_path):
    save_profile(profile(model), tmp_path / "mine.json")
    assert found(setup, tmp_path / "mine.json", models=tmp_path).state == "skipped"
