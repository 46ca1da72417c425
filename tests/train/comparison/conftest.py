import importlib.util
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from edge.contract.manifest import Input, Manifest, Output
from train.comparison.contender import Contender, Int8
from train.run_folder import RunFolder

# These draw, and an installation without requirements-train.txt lacks matplotlib.
collect_ignore = [] if importlib.util.find_spec("matplotlib") else ["test_picture.py", "test_command.py"]

LABELS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


@pytest.fixture(scope="session")
def contender() -> Callable[..., Contender]:
    def make(name: str, validation: float, **known) -> Contender:
        usual = {
            "path": Path("runs") / name,
            "recipe": "blocks-5",
            "architecture": "blocks",
            "balancing": "none",
            "epochs": 40,
            "published": 40,
            "parameters": 2_621_927,
            "validation": validation,
            "test": validation - 0.01,
            "macro_f1": 0.6,
            "recall": dict.fromkeys(LABELS, 0.5),
        }
        return Contender(**{**usual, **known})

    return make


@pytest.fixture(scope="session")
def drawn(contender) -> Callable[..., Contender]:
    """One with an int8 model: its milliseconds and its top-1 there."""

    def make(name: str, milliseconds: float, top1: float, **known) -> Contender:
        size = known.pop("size", 500_000)
        return contender(name, top1, int8=Int8(size, top1, milliseconds), **known)

    return make


@pytest.fixture
def run(tmp_path) -> Callable[..., Path]:
    """A finished run folder, as fit and baseline write them."""

    def make(
        name: str, top1: tuple[float, float] = (0.6, 0.59), task_told=None, int8: bool = False, **settings
    ) -> Path:
        told = {"architecture": "blocks", "epochs": 10, "balancing": {"method": "smote"}, "drop": [], **settings}
        config = {
            "recipe": "blocks-5",
            "settings": told,
            "data": {"splits": ["FER2013 Training", "FER2013 PublicTest", "FER2013 PrivateTest"]},
        }
        folder = RunFolder.create(tmp_path / name, config)
        sets = {
            f"FER2013 {part}, original labels": {"top1": share, "macro_f1": share / 2, "recall": {"happy": share}}
            for part, share in zip(("PublicTest", "PrivateTest"), top1, strict=True)
        }
        folder.write_metrics({"parameters": 1234, "sets": sets, "best_epoch": 3})
        if int8:
            data = b"0" * 4096
            accuracy = [{"title": "FER2013 PrivateTest, original labels", "top1": 0.571}]
            import hashlib

            manifest = Manifest(
                "emotion",
                hashlib.sha256(data).hexdigest(),
                LABELS,
                Input(48, 48, 1, "int8", 1.0, -128),
                {"probabilities": Output("x", "probabilities", 7)},
                "probabilities",
                provenance={"accuracy": accuracy},
            )
            (folder.path / "model.tflite").write_bytes(data)
            (folder.path / "model.json").write_text(manifest.to_json())
        return folder.path

    return make


@pytest.fixture
def unfinished(tmp_path) -> Path:
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun/config.json").write_text(json.dumps({"recipe": "swish"}))
    return tmp_path / "begun"
