"""Teachers: converted networks whose answers a new one learns beside the labels: distillation (arXiv 1503.02531).

They are asked about each batch just as the new network sees it, shifted, darkened or mixed: a picture that a teacher
learned by heart it knows less well so, and it answers as it would of a new one (arXiv 2106.05237).
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.classifier import softmax
from edge.contract.errors import InputError
from edge.contract.interpreter import Model
from edge.contract.manifest import Manifest, load_manifest
from edge.contract.preprocessing import whole
from train.dropping import kept_labels
from train.evaluate import targets_of
from train.metrics import normalized
from train.recipes import Recipe, Target


def check_teachers(paths: Sequence[Path], recipe: Recipe) -> list[dict[str, str]]:
    """Refuses what cannot teach this before hours are spent. Returns each one's file and sha256, in hexadecimal.

    Raises:
        InputError: one is no .tflite, or does not answer what the recipe learns.
        ModelError: one or its manifest cannot be used.
    """
    Teachers(paths, recipe)
    return [{"file": str(path), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()} for path in paths]


class Teachers:
    """Answers batches of pictures, each batch by the next of them in turn, on all cores."""

    def __init__(self, paths: Sequence[Path], recipe: Recipe):
        """Loads them, .tflite with their manifests.

        Raises:
            InputError: one is no .tflite, or does not answer what the recipe learns.
            ModelError: one or its manifest cannot be used.
        """
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._teachers = [_Teacher(path, recipe, cores) for path in paths]
        self._pool = ThreadPoolExecutor(cores, "teacher")

    @classmethod
    def recorded(cls, told: Sequence[Mapping[str, str]], recipe: Recipe) -> "Teachers":
        """Those that `check_teachers` returned. Raises InputError where a file has changed since, or is gone."""
        paths = [Path(one["file"]) for one in told]
        for path, one in zip(paths, told, strict=True):
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != one["sha256"]:
                raise InputError(f"{path}: no longer the teacher that the run was started with")
        return cls(paths, recipe)

    def answers(self, pixels: NDArray[np.float32], turn: int) -> dict[str, NDArray[np.float32]]:
        """What the teacher whose turn it is says of each picture.

        Args:
            pixels: (N, height, width), 0 to 255.
            turn: any number; one more asks the next teacher.

        Returns:
            (N, labels), each row summing to 1, by output of the recipe.
        """
        return self._teachers[turn % len(self._teachers)].answers(pixels, self._pool)


class _Teacher:
    """One of them, once for each core: an interpreter can run only one picture at a time."""

    def __init__(self, path: Path, recipe: Recipe, cores: int):
        if path.suffix != ".tflite":
            raise InputError(f"{path}: teachers are .tflite; make one with python -m convert")
        manifest, labels = load_manifest(path), kept_labels(recipe.task, recipe.drop)
        if manifest.task != recipe.task or set(manifest.labels) != set(labels):
            raise InputError(f"{path}: knows {', '.join(manifest.labels)}, and cannot teach {', '.join(labels)}")
        self._outputs = {target.output: _output_for(target, manifest, path) for target in recipe.targets}
        self._order = [manifest.labels.index(label) for label in labels]
        self._size = manifest.input.size
        self._kinds = {name: one.kind for name, one in manifest.outputs.items()}
        self._models = [Model.load(path) for _ in range(cores)]

    def answers(self, pixels: NDArray[np.float32], pool: ThreadPoolExecutor) -> dict[str, NDArray[np.float32]]:
        faces = np.array_split(np.rint(pixels).astype(np.uint8), min(len(self._models), len(pixels)))
        parts = list(pool.map(self._run, self._models, faces))  # models beyond the parts rest
        return {
            output: self._probabilities(np.concatenate([part[own] for part in parts]), own)
            for output, own in self._outputs.items()
        }

    def _run(self, model: Model, faces: NDArray[np.uint8]) -> dict[str, NDArray[np.float32]]:
        said: dict[str, list[Any]] = {own: [] for own in self._outputs.values()}
        for face in faces:
            model.feed(whole(face, self._size))
            model.invoke()
            for own, rows in said.items():
                rows.append(model.read(own))
        return {own: np.stack(rows) for own, rows in said.items()}

    def _probabilities(self, scores: NDArray[np.float32], own: str) -> NDArray[np.float32]:
        """Without the manifest's temperature: that fits the likeliest label, and would sharpen what votes say."""
        spread = softmax(scores) if self._kinds[own] == "logits" else normalized(scores)
        return spread[:, self._order].astype(np.float32)


def _output_for(target: Target, manifest: Manifest, path: Path) -> str:
    """By what it learned, since a published network's one output has another name than the shipped one's two."""
    found = [one.output for one in targets_of(manifest) if one.learns == target.learns]
    if not found:
        raise InputError(f"{path}: has no output that learned {target.learns}, as {target.output} shall")
    return found[0]
