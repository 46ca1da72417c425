"""The whole way from a Keras model to a verified TFLite model with its manifest, in memory."""

import dataclasses
import hashlib
import logging

from convert import provenance
from convert.calibration import CalibrationList, find
from convert.errors import CheckFailed
from convert.flatbuffer import Facts, read_facts
from convert.framework import quiet
from convert.measuring import Measured, measure_splits
from convert.parity import Parity, compare
from convert.quantize import quantize
from convert.source import Source
from convert.temperature import Temperature, fit_temperature
from convert.threshold import choose_threshold
from edge.contract.errors import InputError
from edge.contract.interpreter import Model
from edge.contract.manifest import Input, Manifest
from train.datasets.examples import Splits

log = logging.getLogger(__name__)

_PIXELS = ("int8", 1.0, -128)
"""Type, scale and zero point of an input that takes a pixel less 128."""


@dataclasses.dataclass(frozen=True, slots=True)
class Converted:
    """A model that passed its checks: `data` and `manifest` are what is to be written, the rest is for the report."""

    data: bytes
    manifest: Manifest
    parity: Parity
    measured: tuple[Measured, ...]


def convert(
    source: Source,
    splits: Splits,
    listed: CalibrationList,
    name: str,
    kind: str = "int8",
    max_drop: float = 0.5,
    force: bool = False,
) -> Converted:
    """Converts, measures through the edge's own interpreter, and checks.

    Args:
        source: the Keras model.
        splits: it is calibrated on the first, judged on the second, and measured on both the second and the third.
        listed: the pictures of the first to calibrate on.
        name: of the new model, for its manifest and for messages.
        kind: one of `convert.quantize.KINDS`.
        max_drop: percentage points of top-1 on the validation split that may be lost.
        force: whether a larger loss, and other data than the training's, are let through.

    Raises:
        CheckFailed: the converter or a check refuses the model.
        InputError: the data are not the training's, or lack pictures of the list.
        ModelError: the runtime refuses the converted model.
    """
    if not force and not source.was_trained_on(splits):
        raise InputError(
            f"the data are not those that {source.name} was trained with, so it may have been trained on what it "
            "would be measured on; name the same data, or go on with --force"
        )
    pictures = find(listed, splits.train)
    log.info("converting %s to %s, calibrated on %d pictures (%s)", source.name, kind, len(pictures), listed.name)
    data = quantize(source.model, source.inputs(pictures), kind)
    facts = read_facts(data)
    _check_input(facts.input, source)
    manifest = _manifest(data, facts, source)

    log.info("measuring it on %d pictures", len(splits.validation) + len(splits.test))
    measured = measure_splits(_load(data, manifest, name), splits, source.targets)
    chosen = measured[0]  # the reported output on the validation split
    parity = compare(source.probabilities(chosen.exam.examples.pixels), chosen.probabilities, chosen.truth)
    if not force:
        parity.check(max_drop, chosen.exam.title)

    temperature = _fitted(manifest, chosen)
    measured = tuple(one.tempered(temperature.value) for one in measured) if temperature else measured
    told = provenance.describe(name, source, measured, parity) | provenance.quantization(kind, listed, facts)
    manifest = dataclasses.replace(manifest, provenance=told)
    manifest = _with_threshold(_with_temperature(manifest, temperature, chosen.exam.title), measured[0])
    _load(data, Manifest.from_json(manifest.to_json(), name), name)  # what will be written is what can be read
    return Converted(data, manifest, parity, measured)


def _check_input(found: Input, source: Source) -> None:
    if (found.height, found.width, found.channels) != source.shape:
        raise CheckFailed(f"{source.name}: converted, its input is {found}, expected {source.shape}")
    if (found.dtype, found.scale, found.zero_point) != _PIXELS:
        raise CheckFailed(
            f"{source.name}: converted, its input is {found.dtype} with scale {found.scale:g} and zero point "
            f"{found.zero_point}, expected int8 with 1 and -128: it does not take pixels of 0 to 255 as they come"
        )


def _manifest(data: bytes, facts: Facts, source: Source) -> Manifest:
    return Manifest(
        task=source.task,
        sha256=hashlib.sha256(data).hexdigest(),
        labels=source.labels,
        input=facts.input,
        outputs=facts.outputs,
        scores=source.scores,
    )


def _load(data: bytes, manifest: Manifest, name: str) -> Model:
    """The edge's interpreter, which checks every tensor against the manifest."""
    with quiet():
        return Model(data, manifest, name)


def _fitted(manifest: Manifest, chosen_on: Measured) -> Temperature | None:
    """A gate decides by one threshold, and finished probabilities have lost their logits: both are left alone."""
    if manifest.task != "emotion" or manifest.outputs[manifest.scores].kind != "logits":
        return None
    return fit_temperature(chosen_on.probabilities, chosen_on.truth)


def _with_temperature(manifest: Manifest, fitted: Temperature | None, title: str) -> Manifest:
    if fitted is None:
        return manifest
    told = {**manifest.provenance, "temperature_choice": provenance.temperature(fitted, title)}
    return dataclasses.replace(manifest, temperature=fitted.value, provenance=told)


def _with_threshold(manifest: Manifest, chosen_on: Measured) -> Manifest:
    if manifest.task != "emotion":
        return manifest
    threshold = choose_threshold(chosen_on.probabilities, chosen_on.truth)
    told = {**manifest.provenance, "threshold_choice": provenance.threshold(threshold, chosen_on.exam.title)}
    return dataclasses.replace(manifest, threshold=threshold.value, provenance=told)
