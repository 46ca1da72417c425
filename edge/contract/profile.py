"""A person's profile: a small correction of the emotion model's logits, as numbers in a JSON file, without pictures."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.contract.errors import ConfigurationError, OutputError
from edge.contract.manifest import Manifest
from edge.contract.storage import write_whole

VERSION = 1
"""Version of the file's form; another one is refused."""

_LARGEST = 4_000_000
"""Bytes. A profile for seven labels and an embedding of 192 numbers has 16,000."""

_GREATEST = 1e6
"""No number of a profile is near this; beyond it, sums could become infinite."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is added to the logits of one emotion model: `weights @ embedding + offsets`.

    Attributes:
        model: sha256 of the model file that it was fitted for.
        labels: in the order of the model's scores.
        offsets: (labels,), in units of the logits.
        weights: (labels, size of the embedding); None where the offsets are all there is.
        told: how it was made and what it is worth, for people; nothing is decided by it.
    """

    model: str
    labels: tuple[str, ...]
    offsets: Floats
    weights: Floats | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Of the file as it is written, in hexadecimal: which profile a run used, without where it lies."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def correct(self, logits: NDArray[np.float32], embedding: NDArray[np.float32] | None) -> Floats:
        """Corrected logits (labels,); the embedding, (size,), may be None where there are no weights."""
        shifted: Floats = logits + self.offsets
        if self.weights is not None and embedding is not None:
            shifted = shifted + self.weights @ embedding
        return shifted

    def to_json(self) -> str:
        """The profile as it is written: what people read first, one line for each label's numbers."""
        told = {"version": VERSION, "model": self.model, "labels": self.labels, **self.told}
        head = json.dumps(told, indent=2).removesuffix("\n}")
        rows = [] if self.weights is None else [json.dumps(_short(row)) for row in self.weights]
        weights = f',\n  "weights": [\n    {f",{chr(10)}    ".join(rows)}\n  ]' if rows else ""
        return f'{head},\n  "offsets": {json.dumps(_short(self.offsets))}{weights}\n}}\n'

    @classmethod
    def from_json(cls, text: str, where: str) -> "Profile":
        """Reads and checks a profile; `where` names it in errors.

        Raises:
            ConfigurationError: it is not a profile, or damaged, or its numbers are not finite.
        """
        try:
            return _parse(json.loads(text))
        except KeyError as error:
            reason = f"{error.args[0]} is missing"
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            reason = " ".join(str(error).split())[:200]
        raise ConfigurationError(f"{where}: not a usable profile ({reason}); make it again: python -m edge calibrate")

    def check(self, manifest: Manifest, where: str) -> None:
        """Refuses a profile that is not for this model; `where` names the profile.

        Raises:
            ConfigurationError: it was fitted for another model, or its numbers do not fit the model's outputs.
        """
        again = "make one for this model: python -m edge calibrate"
        if self.model != manifest.sha256:
            raise ConfigurationError(
                f"{where}: a profile for the emotion model {self.model[:8]}, not for {manifest.sha256[:8]}; {again}"
            )
        if self.labels != manifest.labels or manifest.outputs[manifest.scores].kind != "logits":
            raise ConfigurationError(f"{where}: its labels are not the logits of this model; {again}")
        seen = embedding_of(manifest)
        if self.weights is not None and (seen is None or manifest.outputs[seen].size != self.weights.shape[1]):
            raise ConfigurationError(f"{where}: its weights do not fit the embedding of this model; {again}")


def embedding_of(manifest: Manifest) -> str | None:
    """The name of a model's embedding among its outputs; None where it has none."""
    return next((name for name, output in manifest.outputs.items() if output.kind == "embedding"), None)


def load_profile(path: Path) -> Profile:
    """Reads a profile's file.

    Raises:
        ConfigurationError: it is missing, unreadable or not a profile.
    """
    try:
        if path.exists() and not path.is_file():
            raise ConfigurationError(f"{path}: not a file; a profile is made by: python -m edge calibrate")
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ConfigurationError(f"{path}: not a profile (more than {_LARGEST // 1_000_000} MB)")
        return Profile.from_json(data.decode(), str(path))
    except OSError as error:
        raise ConfigurationError(f"{path}: the profile cannot be read ({error.strerror})") from None
    except ValueError:  # not UTF-8, or not the path of a file
        raise ConfigurationError(f"{path}: not a profile") from None


def save_profile(profile: Profile, path: Path) -> None:
    """Writes a profile whole or not at all, for its owner's eyes alone; makes the folder where it is missing.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path.parent}: cannot be made ({error.strerror})") from None
    write_whole(path, profile.to_json().encode(), mode=0o600)


def _parse(form: Any) -> Profile:
    if not isinstance(form, dict):
        raise ValueError("not an object")
    version = form.pop("version")
    if type(version) is not int or version != VERSION:
        raise ValueError(f"its version is {version!r:.20}, not {VERSION}")
    model, labels = form.pop("model"), form.pop("labels")
    if not isinstance(model, str) or not model.isalnum():
        raise ValueError("model is not a sha256")
    if not (isinstance(labels, list) and labels and all(isinstance(label, str) for label in labels)):
        raise ValueError("labels are not a list of texts")
    offsets = _numbers(form.pop("offsets"), "offsets", 1)
    weights = _numbers(form.pop("weights"), "weights", 2) if "weights" in form else None
    if len(offsets) != len(labels) or (weights is not None and len(weights) != len(labels)):
        raise ValueError(f"its numbers are not those of {len(labels)} labels")
    return Profile(model, tuple(labels), offsets, weights, form)


def _numbers(value: Any, name: str, dimensions: int) -> Floats:
    flat = [entry for row in value for entry in row] if dimensions == 2 else value
    if not isinstance(flat, list) or not all(type(entry) in (int, float) for entry in flat):
        raise ValueError(f"{name} are not numbers")
    numbers = np.array(value, np.float64)
    if numbers.ndim != dimensions or not (np.abs(numbers) < _GREATEST).all():
        raise ValueError(f"{name} are not finite numbers in {dimensions} dimension{'s' * (dimensions > 1)}")
    return numbers


def _short(values: Floats) -> list[float]:
    """Six digits: far finer than what an int8 model tells apart."""
    return [float(f"{value:.6g}") for value in values.tolist()]
