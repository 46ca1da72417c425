"""What a manifest tells people of a model: where it comes from, how good it is, what it may be used for.

Nothing of the machine that it was made on gets in: no paths, no user names.
"""

import dataclasses
from collections.abc import Iterable, Mapping
from pathlib import PurePath
from typing import Any

from convert.calibration import CalibrationList
from convert.command_line import without_paths
from convert.measuring import Measured
from convert.origin.run import Run
from convert.origin.source import Source
from convert.parity import Parity
from convert.temperature import Temperature
from convert.tflite.flatbuffer import Facts
from convert.tflite.runtimes import OLDEST, missing
from convert.threshold import GATE_RULE, RULE, GateThreshold, Threshold
from edge.contract.interpreter import runtime
from train.confidence import reliability
from train.run_folder import reading

PREPROCESSING = {
    "colour": "grey",
    "crop": "the frontal-face Haar cascade's box without margin; edge pixels repeated where it leaves the picture",
    "resize": "OpenCV's INTER_AREA where a side shrinks, else INTER_LINEAR",
    "values": "pixels of 0 to 255; any scaling is part of the model",
}
"""`edge.contract.preprocessing` in words, for other programs that use the model."""

_OWN = "The weights are MIT-licensed as far as their authors' rights in them go."
_BEGUN = (
    "The weights that the training began with, {}, keep the terms that they came with; what it made of them is "
    "MIT-licensed as far as its authors' rights in that go."
)
_FER2013 = (
    " They were trained on FER2013, a research data set of faces found by image search in 2013, whose pictures carry "
    "no clear licence; whether weights trained on them may be used for a given purpose is for the user to judge."
)
_OTHERS = " The gate's pictures of other things keep the terms of the collections that they come from."


def describe(name: str, source: Source, measured: Iterable[Measured], parities: Mapping[str, Parity]) -> dict[str, Any]:
    """Everything but what the conversion itself decided.

    Args:
        name: of the model.
        source: the network.
        measured: what the model reaches, first the reported output on the set that choices are made on.
        parities: of each output on that set, by its name; the reported one first.
    """
    measured = tuple(measured)
    parity, *others = _parities(measured, parities)
    return {
        "name": name,
        **_origin(source),
        **({"training": _training(source.run)} if source.run else {}),
        "preprocessing": PREPROCESSING,
        "accuracy": [_accuracy(one) for one in measured],
        "parity": parity,
        **({"parity_of_others": others} if others else {}),
        "readings": [*(source.run.metrics.get("readings", []) if source.run else []), *_readings(measured)],
        **_licence(source),
    }


def quantization(kind: str, listed: CalibrationList, facts: Facts) -> dict[str, Any]:
    """What the number ranges were measured on, what a runtime must be able to do, and what made the file."""
    import keras
    import tensorflow

    return {
        "quantization": {"kind": kind, **(_calibration(listed) if kind == "int8" else {})},
        "operators": facts.operators,
        "minimum_runtime": facts.minimum_runtime,
        **({} if missing(facts.operators) else {"oldest_runtime": OLDEST}),
        "converter": {
            "tensorflow": tensorflow.__version__,
            "keras": keras.version(),
            "measured_with": runtime(),
        },
    }


def _calibration(listed: CalibrationList) -> dict[str, Any]:
    return {
        "calibration": listed.name,
        "images": len(listed.entries),
        "sha256": listed.sha256,
        "added": "an all-black and an all-white picture",
    }


def threshold(chosen: Threshold, name: str) -> dict[str, Any]:
    """How the threshold was chosen, and what it does on that set."""
    return {"rule": RULE, "set": name, **_rounded({"uncertain": chosen.uncertain, "top1_of_the_rest": chosen.top1})}


def gate_threshold(chosen: GateThreshold, name: str) -> dict[str, Any]:
    """The same of a gate."""
    return {"rule": GATE_RULE, "set": name, **_rounded({"passing": chosen.passing, "stopped": chosen.stopped})}


def temperature(fitted: Temperature, name: str) -> dict[str, Any]:
    """How the temperature was chosen, and what it does on that set."""
    errors = {"ece_before": fitted.error_before, "ece_after": fitted.error_after}
    return {"rule": "the smallest mean negative log-likelihood", "set": name, **_rounded(errors)}


def _origin(source: Source) -> dict[str, Any]:
    if source.file is None:
        return {}
    told = {"input_range": source.input_range} if source.input_range else {}
    return {"origin": {**dataclasses.asdict(source.file), **told}}


def _training(run: Run) -> dict[str, Any]:
    config, data = run.config, run.config["data"]
    kept = {name: config[name] for name in ("recipe", "seed", "revision", "settings", "versions") if name in config}
    return {
        "command": without_paths(config.get("command", ""), data.get("path")),
        **kept,
        **({"weights": begun} if (begun := _begun(run)) else {}),
        "data": {name: data[name] for name in ("splits", "sizes", "sha256") if name in data},
        **{name: run.metrics[name] for name in ("best_epoch", "parameters", "trained_on") if name in run.metrics},
    }


def _begun(run: Run) -> dict[str, str]:
    """The file of weights that a training began with, without its folder; empty where they were drawn."""
    begun = run.config.get("weights")
    return {"file": PurePath(begun["file"]).name, "sha256": begun["sha256"]} if begun else {}


def _readings(measured: tuple[Measured, ...]) -> list[dict[str, str]]:
    """Every set but the one that choices are made on is read with each measurement, so its readings are counted."""
    sets = dict.fromkeys(one.exam.set for one in measured if one.exam.set != measured[0].exam.set)
    return [reading("convert", name) for name in sets]


def _parities(measured: tuple[Measured, ...], parities: Mapping[str, Parity]) -> list[dict[str, Any]]:
    exams = {one.exam.output: one.exam for one in measured if one.exam.set == measured[0].exam.set}
    return [
        {"set": exams[output].title, "output": output, **_rounded(dataclasses.asdict(parity))}
        for output, parity in parities.items()
    ]


def _accuracy(measured: Measured) -> dict[str, Any]:
    figures = measured.metrics
    return {
        "title": measured.exam.title,
        "set": measured.exam.set,
        "sha256": measured.exam.examples.digest,
        "labels": measured.exam.labelling,
        "output": measured.exam.output,
        "images": figures.images,
        **_rounded({"top1": figures.top1, "top3": figures.top3, "macro_f1": figures.macro_f1}),
        **_rounded({"ece": reliability(measured.probabilities, measured.truth).error}),
        "recall": _rounded(figures.recall),
    }


def _licence(source: Source) -> dict[str, str]:
    """What is known of the rights in a model; nothing for data of somebody's own."""
    if source.licence:
        return {"licence": source.licence}
    if source.run is None or "FER2013" not in " ".join(source.run.config["data"].get("splits", ())):
        return {}
    begun = _begun(source.run)
    rights = _BEGUN.format(begun["file"]) if begun else _OWN
    return {"licence": rights + _FER2013 + (_OTHERS if source.task == "gate" else "")}


def _rounded(figures: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _round(value) for name, value in figures.items()}


def _round(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _rounded(value)
    return round(value, 6) if isinstance(value, float) else value
