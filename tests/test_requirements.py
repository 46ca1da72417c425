"""The places that name dependencies agree."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def requirements(name: str) -> set[str]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {line for line in lines if line and not line.startswith("-r")}


def test_the_package_needs_what_the_edge_needs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert set(project["dependencies"]) == requirements("requirements-edge.txt")


def test_the_extras_are_what_the_files_name():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    assert set(extras["train"]) == requirements("requirements-train.txt")
    assert {*extras["mqtt"], *extras["metrics"]} <= requirements("requirements-dev.txt")


def test_the_edge_needs_no_training_framework():
    names = " ".join(requirements("requirements-edge.txt"))
    assert not any(heavy in names for heavy in ("tensorflow", "keras", "torch", "jax", "scikit", "matplotlib"))
