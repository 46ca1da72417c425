"""What is known of a model, in a JSON file beside it: NAME.tflite and NAME.json travel together."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from edge.contract.errors import ModelError

SCHEMA = 1
"""Version of the manifest's form; another one is refused."""

TASKS = ("emotion", "gate")
KINDS = ("logits", "probabilities", "embedding")


@dataclass(frozen=True, slots=True)
class Input:
    """The model's one input: (1, height, width, channels).

    `scale` and `zero_point` are the tensor's own quantization; 1 and 0 for float32. What they encode are pixels of
    0 to 255.
    """

    height: int
    width: int
    channels: int
    dtype: str
    scale: float = 1.0
    zero_point: int = 0

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.height, self.width


@dataclass(frozen=True, slots=True)
class Output:
    """One output: its name in the file, what its numbers are (one of `KINDS`) and how many there are."""

    tensor: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that the edge must know to use a model, and what its owner wants to know of it.

    Attributes:
        task: one of `TASKS`.
        sha256: of the model file's bytes, in hexadecimal.
        labels: in the order of the scores.
        input: the input tensor.
        outputs: by name; tensors are looked up by the recorded name, never by position.
        scores: name of the output that is reported.
        temperature: what the reported output's logits are divided by before the softmax (arXiv 1706.04599).
        threshold: for an emotion, the best probability under which the answer is "uncertain"; for the gate, the
            probability of a human from which a window is let through.
        provenance: training, data, accuracy, quantization, operators, runtime, licence: for people and reports; the
            edge decides nothing by it.
    """

    task: str
    sha256: str
    labels: tuple[str, ...]
    input: Input
    outputs: Mapping[str, Output]
    scores: str
    temperature: float = 1.0
    threshold: float = 0.5
    provenance: Mapping[str, Any] = field(default_factory=dict)

    @staticmethod
    def beside(model: Path) -> Path:
        """Where the manifest of a model lies."""
        return model.with_suffix(".json")

    def to_json(self) -> str:
        """The manifest as it is written, readable by people."""
        form = {"schema": SCHEMA, **asdict(self)}
        told = form.pop("provenance")
        if form.keys() & told.keys():
            raise ValueError(f"provenance would hide {', '.join(form.keys() & told.keys())}")
        form.update(told)
        return json.dumps(form, indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str, where: str) -> "Manifest":
        """Reads and checks a manifest; `where` names it in errors.

        Raises:
            ModelError: it is not a manifest, or its parts contradict each other.
        """
        try:
            form = json.loads(text)
            if not isinstance(form, dict):
                raise ValueError("not an object")
            schema = form.pop("schema", None)
            if isinstance(schema, bool) or schema != SCHEMA:
                raise ValueError(f"its schema is not {SCHEMA}")
            manifest = _parse(form)
        except KeyError as error:
            raise ModelError(f"{where}: not a usable manifest: {error.args[0]} is missing") from None
        except (ValueError, OverflowError, RecursionError) as error:
            reason = " ".join(str(error).split())  # a name inside may hold line breaks
            raise ModelError(f"{where}: not a usable manifest: {reason}") from None
        return manifest

    def check_bytes(self, data: bytes, where: str) -> None:
        """Refuses bytes that are not the ones this manifest was written for."""
        found = hashlib.sha256(data).hexdigest()
        if found != self.sha256:
            raise ModelError(f"{where} is not the file its manifest describes: sha256 {found}, expected {self.sha256}")


def load_manifest(model: Path) -> Manifest:
    """Reads the manifest beside a model.

    Raises:
        ModelError: it is missing, unreadable or not a manifest.
    """
    try:
        path = Manifest.beside(model)
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:  # ValueError: not UTF-8, or not the path of a file
        if isinstance(error, FileNotFoundError) and not model.exists():
            raise ModelError(f"{model}: no such file") from None
        raise ModelError(f"{model}: its manifest cannot be read ({error})") from None
    return Manifest.from_json(text, str(path))


_OWN = {entry.name for entry in fields(Manifest)} - {"provenance"}


def _parse(form: dict[str, Any]) -> Manifest:
    source = _object(form, "input")
    manifest = Manifest(
        task=_one_of(form, "task", TASKS),
        sha256=_sha256(form, "sha256").lower(),
        labels=tuple(_list(form, "labels")),
        input=Input(
            height=_whole(source, "height", 1),
            width=_whole(source, "width", 1),
            channels=_one_of(source, "channels", (1, 3)),
            dtype=_one_of(source, "dtype", ("int8", "uint8", "float32")),
            scale=_number(source, "scale", low=0.0),
            zero_point=_whole(source, "zero_point", -128),
        ),
        outputs={name: _output(name, entry) for name, entry in _object(form, "outputs").items()},
        scores=_text(form, "scores"),
        temperature=_number(form, "temperature", low=1e-3, high=1e3),
        threshold=_number(form, "threshold", low=0.0, high=1.0),
        provenance={name: value for name, value in form.items() if name not in _OWN},
    )
    _check_input(manifest.input)
    _check_scores(manifest)
    return manifest


def _check_input(source: Input) -> None:
    if source.dtype == "float32" and (source.scale, source.zero_point) != (1.0, 0):
        raise ValueError(
            f"a float32 input takes pixels of 0 to 255 (scale 1, zero_point 0), not scale {source.scale:g}, "
            f"zero_point {source.zero_point}; the model's graph must scale them"
        )


def _check_scores(manifest: Manifest) -> None:
    scores = manifest.outputs.get(manifest.scores)
    if scores is None:
        raise ValueError(f"the scores {manifest.scores!r} are not among the outputs {', '.join(manifest.outputs)}")
    if scores.kind == "embedding":
        raise ValueError(f"the scores {manifest.scores!r} are an embedding")
    if scores.size != len(manifest.labels):
        raise ValueError(f"{len(manifest.labels)} labels for {scores.size} scores")
    if len(set(manifest.labels)) != len(manifest.labels):
        raise ValueError(f"labels repeat: {', '.join(manifest.labels)}")
    if not all(label.strip() and label.isprintable() for label in manifest.labels):
        raise ValueError(f"labels are empty or cannot be printed: {manifest.labels!r}")
    if manifest.task == "gate" and set(manifest.labels) != {"other", "human"}:
        raise ValueError("the labels of a gate are other and human")


def _output(name: str, form: Any) -> Output:
    if not isinstance(form, dict):
        raise ValueError(f"output {name} is not an object")
    return Output(_text(form, "tensor"), _one_of(form, "kind", KINDS), _whole(form, "size", 1))


def _typed(accept: Callable[[Any], bool], what: str) -> Callable[[dict[str, Any], str], Any]:
    def get(form: dict[str, Any], key: str) -> Any:
        if not accept(form[key]):
            raise ValueError(f"{key} is not {what}")
        return form[key]

    return get


_text = _typed(lambda value: isinstance(value, str), "a text")
_sha256 = _typed(
    lambda value: isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{64}", value) is not None, "64 hexadecimal digits"
)
_object = _typed(lambda value: isinstance(value, dict), "an object")
_list = _typed(lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value), "a list of texts")


def _one_of(form: dict[str, Any], key: str, allowed: tuple[Any, ...]) -> Any:
    if isinstance(form[key], bool | float) or form[key] not in allowed:  # True and 1.0 equal 1
        raise ValueError(f"{key} is {form[key]!r}, not one of {', '.join(map(str, allowed))}")
    return form[key]


def _whole(form: dict[str, Any], key: str, low: int) -> int:
    value = form[key]
    if not isinstance(value, int) or isinstance(value, bool) or value < low:
        raise ValueError(f"{key} is {value!r}, not a whole number of at least {low}")
    return value


def _number(form: dict[str, Any], key: str, low: float, high: float = float("inf")) -> float:
    value = form[key]
    if not isinstance(value, int | float) or isinstance(value, bool) or not low < value < high:
        raise ValueError(f"{key} is {value!r}, not a number between {low:g} and {high:g}")
    return float(value)
