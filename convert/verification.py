"""Checks a shipped model from its two files alone: no data, no network, no TensorFlow."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from convert.golden import labels_digest, settings_digest
from convert.tflite.flatbuffer import operators, parse, read_facts
from convert.tflite.runtimes import OLDEST, missing
from edge.contract.classifier import Classifier
from edge.contract.errors import ConfigurationError, EdgeError, InputError
from edge.contract.golden import check_golden
from edge.contract.interpreter import Model, runtime
from edge.contract.manifest import Manifest, load_manifest


@dataclass(frozen=True, slots=True)
class Check:
    """One answer: `passed` is None where there is nothing to check, or nothing left of it; `found` is for people."""

    name: str
    passed: bool | None
    found: str


class _Failed(Exception):  # noqa: N818 -- an answer
    """What is wrong, for people."""


class _Unchecked(Exception):  # noqa: N818 -- an answer
    """What cannot be checked, for people."""


class _Pair:
    """The two files, read once; every check may use what the ones before it found right."""

    manifest: Manifest
    model: Model

    def __init__(self, path: Path, data: bytes):
        self.path = path
        self.data = data

    def read_manifest(self) -> str:
        self.manifest = load_manifest(self.path)
        return f"{self.manifest.task}, {len(self.manifest.labels)} labels"

    def check_hash(self) -> str:
        self.manifest.check_bytes(self.data, str(self.path))
        return hashlib.sha256(self.data).hexdigest()

    def check_operators(self) -> str:
        found = operators(self._parsed())
        lacking = missing(found)
        if lacking:
            raise _Failed(f"not in {OLDEST}: {'; '.join(lacking)}")
        recorded = self.manifest.provenance.get("operators")
        if recorded != found:
            raise _Failed(f"the manifest records others: {recorded}, the file has {found}")
        return f"{', '.join(f'{name} {version}' for name, version in found.items())}: all in {OLDEST}"

    def check_tensors(self) -> str:
        self.model = Model(self.data, self.manifest, str(self.path))
        outputs = ", ".join(f"{name} {output.size}" for name, output in self.manifest.outputs.items())
        found = self.manifest.input
        return f"{found.dtype} (1, {found.height}, {found.width}, {found.channels}) -> {outputs} on {runtime()}"

    def check_outputs(self) -> str:
        if not self._parsed().signatureDefs:
            raise _Unchecked("not checked: the file itself has no names for them")
        own, told = read_facts(self.data, str(self.path)).outputs, self.manifest.outputs
        other = [name for name in own | told if own.get(name) != told.get(name)]
        if other:
            raise _Failed(f"the file and the manifest do not mean the same by {', '.join(other)}")
        return f"{', '.join(own)}: as the file itself names them"

    def check_pixels(self) -> str:
        found = self.manifest.input
        zero = {"int8": -128, "uint8": 0, "float32": 0}[found.dtype]
        if (found.scale, found.zero_point) != (1.0, zero):
            raise _Failed(f"scale {found.scale:g}, zero point {found.zero_point}, expected 1 and {zero}")
        told = self.manifest.provenance.get("quantization")
        if not isinstance(told, dict):
            raise _Failed("the manifest does not say how the model was quantized; convert it again")
        kind = told.get("kind")
        if (kind == "int8") != (found.dtype == "int8"):
            raise _Failed(f"a {kind} model with an input of {found.dtype}")
        return f"scale 1, zero point {zero}: pixels as they come"

    def check_labels(self) -> str:
        labels = self.manifest.labels
        if labels_digest(labels) != self._golden().get("labels_sha256"):
            raise _Failed(f"not those that the model was converted with, or in another order: {', '.join(labels)}")
        return ", ".join(labels)

    def check_settings(self) -> str:
        told = self.manifest
        found = f"{told.scores} at temperature {told.temperature:g}, threshold {told.threshold:g}"
        recorded = self._golden().get("settings_sha256")
        if recorded is None:
            raise _Unchecked(f"not checked: {found}; this manifest keeps no digest of them")
        if settings_digest(told) != recorded:
            raise _Failed(f"not what the model was converted with: {found}, or its outputs")
        return found

    def check_golden(self) -> str:
        try:
            found = check_golden(Classifier(self.model), self._golden())
        except ValueError as error:
            raise _Failed(f"its golden answers cannot be used: {error}") from None
        if not found.agrees:
            raise _Failed(f"{found.where} is {found.difference:.3f} off, at most {found.tolerance:g} allowed")
        return f"{found.pictures} pictures answered as recorded, probabilities within {found.difference:.3f}"

    def _parsed(self) -> Any:
        try:
            return parse(self.data, str(self.path))
        except ConfigurationError:  # 32-bit Arm has tflite-runtime alone
            raise _Unchecked("not checked: only ai-edge-litert reads what the file says of itself") from None

    def _golden(self) -> dict[str, object]:
        recorded = self.manifest.provenance.get("golden")
        if not isinstance(recorded, dict):
            raise _Failed("the manifest holds no golden answers; convert the model again")
        return recorded


_CHECKS: tuple[tuple[str, Callable[[_Pair], str], bool], ...] = (
    ("manifest", _Pair.read_manifest, True),
    ("sha256", _Pair.check_hash, True),
    ("operators", _Pair.check_operators, False),
    ("tensors", _Pair.check_tensors, True),
    ("outputs", _Pair.check_outputs, False),
    ("pixels", _Pair.check_pixels, False),
    ("labels", _Pair.check_labels, False),
    ("settings", _Pair.check_settings, False),
    ("golden", _Pair.check_golden, False),
)
"""Name, what it does, and whether the later ones need it."""


def verify(path: Path) -> list[Check]:
    """Does every check that can be done.

    Raises:
        InputError: there is no such model file.
    """
    try:
        pair = _Pair(path, path.read_bytes())
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from None
    done: list[Check] = []
    broken = ""
    for name, check, needed in _CHECKS:
        found = Check(name, None, f"not checked: {broken}") if broken else _answer(name, check, pair)
        broken = broken or (f"{name} failed" if needed and not found.passed else "")
        done.append(found)
    return done


def _answer(name: str, check: Callable[[_Pair], str], pair: _Pair) -> Check:
    try:
        return Check(name, True, check(pair))
    except _Unchecked as answer:
        return Check(name, None, str(answer))
    except (_Failed, EdgeError) as error:
        return Check(name, False, str(error))


def describe(path: Path, checks: list[Check]) -> str:
    """One line for each check."""
    marks = {True: "ok", False: "FAILED", None: "-"}
    return "\n".join([str(path), *(f"  {marks[one.passed]:<7} {one.name:<10} {one.found}" for one in checks)])
