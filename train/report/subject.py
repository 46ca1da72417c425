"""What is known of the model that a page is about."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from edge.contract.errors import InputError
from edge.contract.interpreter import runtime
from edge.contract.manifest import Manifest, load_manifest
from train.evaluate import Candidate
from train.run_folder import Row, RunFolder


@dataclass(frozen=True, slots=True)
class Subject:
    """A model file and what lies beside it.

    Attributes:
        name: the file's name.
        sha256: of its bytes, in hexadecimal.
        size: in bytes.
        task: what it is for.
        labels: in output order.
        claimed: the title of an exam to the top-1 that the manifest states for it.
        manifest: of a .tflite; None for a .keras.
        config: of the training, where it is known: the run folder's, or what the manifest tells of it.
        history: each epoch's figures, where the model lies in its run folder.
    """

    name: str
    sha256: str
    size: int
    task: str
    labels: tuple[str, ...]
    claimed: Mapping[str, float]
    manifest: Manifest | None
    config: Mapping[str, Any]
    history: list[Row]

    @classmethod
    def of(cls, path: Path, candidate: Candidate) -> "Subject":
        """Gathers it for a model that has been loaded from `path`.

        Raises:
            InputError: the history of its run folder cannot be read.
        """
        manifest = load_manifest(path) if path.suffix == ".tflite" else None
        data = path.read_bytes()
        run = RunFolder.beside(path)
        told = manifest.provenance.get("training", {}) if manifest else run.config() if run else {}
        return cls(
            name=path.name,
            sha256=hashlib.sha256(data).hexdigest(),
            size=len(data),
            task=candidate.task,
            labels=candidate.labels,
            claimed=candidate.claimed,
            manifest=manifest,
            config=told,
            history=_history(run) if run else [],
        )

    def threshold(self, output: str) -> float | None:
        """What the edge decides by on this output, or None where it decides nothing by it."""
        return self.manifest.threshold if self.manifest and output == self.manifest.scores else None

    def facts(self) -> list[tuple[str, str]]:
        """All of it for people: names and values."""
        known = [
            ("File", self.name),
            ("Size", f"{self.size:,} bytes"),
            ("SHA-256", self.sha256),
            ("Task", self.task),
            ("Labels", ", ".join(self.labels)),
            *(_of_manifest(self.manifest) if self.manifest else []),
            *_of_training(self.config),
            ("The test split was read", _readings(self.manifest) if self.manifest else ""),
            ("Licence", _said(self.manifest.provenance, "licence") if self.manifest else ""),
        ]
        return [(name, value) for name, value in known if value]


def _history(run: RunFolder) -> list[Row]:
    try:
        rows = run.history()
        wanted = {"epoch", "loss", "top1", "val_top1", "val_macro_f1"}
        if rows and not wanted <= rows[0].keys():
            raise ValueError(f"it lacks {', '.join(sorted(wanted - rows[0].keys()))}")
    except (OSError, TypeError, ValueError) as error:
        raise InputError(f"{run.path}: the history.csv of this run cannot be read ({error})") from None
    return rows


def _of_manifest(manifest: Manifest) -> list[tuple[str, str]]:
    source, told = manifest.input, manifest.provenance
    return [
        ("Input", f"{source.width}x{source.height}, {source.channels} channel(s), {source.dtype}"),
        ("Outputs", ", ".join(f"{name} ({output.size} {output.kind})" for name, output in manifest.outputs.items())),
        ("Reported", manifest.scores),
        ("Temperature", f"{manifest.temperature:g}"),
        ("Threshold", f"{manifest.threshold:g}"),
        ("Quantization", _said(told, "quantization", "kind")),
        ("Converted with", _versions(told.get("converter"))),
        ("Oldest runtime", _said(told, "minimum_runtime")),
        ("Measured here with", runtime()),
    ]


def _of_training(config: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        ("Recipe", _said(config, "recipe")),
        ("Architecture", _said(config, "settings", "architecture")),
        ("Parameters", _said(config, "parameters")),
        ("Seed", _said(config, "seed")),
        ("Code revision", _said(config, "revision")),
        ("Trained with", _versions(config.get("versions"))),
    ]


def _readings(manifest: Manifest) -> str:
    """When and by what; the page of a conversion shows answers that it counts."""
    told = manifest.provenance.get("readings")
    if not isinstance(told, list):
        return ""
    each = [", ".join(_said(one, key) for key in ("by", "set", "time")) for one in told]
    return "; ".join([*each, "and for each page of python -m train evaluate that shows it"])


def _said(told: Any, *keys: str) -> str:
    """A value deep in what people wrote, "" where it is not there: nothing checks the form of these parts."""
    for key in keys:
        told = told.get(key) if isinstance(told, Mapping) else None
    return "" if told is None else f"{told:,}" if isinstance(told, int) and told > 9999 else str(told)


def _versions(told: Any) -> str:
    return (
        ", ".join(f"{name} {value}".replace("_", " ") for name, value in told.items())
        if isinstance(told, Mapping)
        else ""
    )
