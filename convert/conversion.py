"""The whole way from a network to a verified TFLite model with its manifest, in memory."""

import dataclasses
import hashlib
import logging
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from convert import golden, provenance
from convert.calibration import CalibrationList, find
from convert.errors import CheckFailed
from convert.framework import quiet
from convert.label_order import doubts
from convert.measuring import Answers, Measured, answers, answers_to_all, measure_split
from convert.origin.source import Source
from convert.parity import Limits, Parity, compare
from convert.temperature import Temperature, fit_temperature
from convert.tflite.flatbuffer import Facts, read_facts
from convert.tflite.quantize import quantize
from convert.tflite.runtimes import OLDEST, missing
from convert.threshold import choose_gate_threshold, choose_threshold
from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model
from edge.contract.labels import HUMAN
from edge.contract.manifest import Input, Manifest
from train.datasets.examples import Splits
from train.metrics import measure

log = logging.getLogger(__name__)

_PIXELS = ("int8", 1.0, -128)
"""Type, scale and zero point of an int8 model's input: a pixel less 128."""
_FLOATS = ("float32", 1.0, 0)
"""The same of every other kind: the pixel itself."""


@dataclasses.dataclass(frozen=True, slots=True)
class Converted:
    """A model that passed its checks, or was forced past them.

    Attributes:
        data: what is to be written.
        manifest: what is to be written beside it.
        parities: how each of its outputs with labels compares to the network's, by name; the reported one first.
        measured: what it reaches.
        model: the edge's interpreter with it inside.
    """

    data: bytes
    manifest: Manifest
    parities: Mapping[str, Parity]
    measured: tuple[Measured, ...]
    model: Model = dataclasses.field(repr=False)

    @property
    def parity(self) -> Parity:
        """That of the reported output."""
        return self.parities[self.manifest.scores]


def convert(
    source: Source,
    splits: Splits,
    listed: CalibrationList,
    name: str,
    kind: str = "int8",
    limits: Limits | None = None,
    force: bool = False,
    objections: Sequence[str] = (),
) -> Converted:
    """Converts, measures through the edge's own interpreter, and checks.

    Args:
        source: the network.
        splits: it is calibrated on the first, judged on the second, and measured on both the second and, unless it is
            refused, the third (which may be empty). Their labels count by the source's labels.
        listed: the pictures of the first to calibrate on.
        name: of the new model, for its manifest and for messages.
        kind: one of `convert.tflite.quantize.KINDS`.
        limits: how much accuracy may be lost on the validation split; None for the usual ones.
        force: whether what speaks against the model is noted in its manifest instead of refused.
        objections: what spoke against it before, for people.

    Raises:
        CheckFailed: the converter or a check refuses the model.
        InputError: the training split lacks pictures of the list.
        ModelError: the runtime refuses the converted model.
    """
    data, facts = _make(source, find(listed, splits.train), listed.name, kind)
    manifest = _manifest(data, facts, source)
    log.info("measuring it on %d pictures", len(splits.validation))
    model = _load(data, manifest, name)
    judged = measure_split(model, splits, source.targets, "validation")
    chosen = judged[0]  # the reported output
    parities, losses = _compared(source, judged, limits or Limits(), kind)
    found = [*objections, *(f"{OLDEST} does not have {lack}" for lack in missing(facts.operators)), *losses]
    if found and not force:
        raise CheckFailed(f"{source.name}: {'; '.join(found)}; nothing was written (--force writes it)")
    measured = _with_test(model, splits, source, judged)
    temperature = _fitted(manifest, chosen)
    if temperature:
        measured = tuple(
            one.tempered(temperature.value) if one.exam.output == manifest.scores else one for one in measured
        )
    told = provenance.describe(name, source, measured, parities) | provenance.quantization(kind, listed, facts)
    manifest = dataclasses.replace(manifest, provenance=told | ({"forced": found} if found else {}))
    manifest = _with_temperature(manifest, temperature, chosen.exam.title)
    if manifest.task == "emotion":
        voted = source.targets[0].learns == "votes" and splits.validation.votes is not None
        model = _load(data, manifest, name)  # at the temperature
        manifest = _with_threshold(manifest, answers_to_all(model, splits) if voted else answers(measured[0]))
    elif HUMAN in manifest.labels:
        manifest = _with_gate_threshold(manifest, chosen)
    return _finished(Converted(data, manifest, parities, measured, _load(data, manifest, name)), kind, name)


def _compared(
    source: Source, measured: Sequence[Measured], limits: Limits, kind: str
) -> tuple[dict[str, Parity], list[str]]:
    """Each output's parity on a split, and what speaks against the network and its conversion there.

    Single labels are judged by the reported output, the one that somebody is told.
    """
    parities: dict[str, Parity] = {}
    against: list[str] = []
    for one in measured:
        before = source.probabilities(one.exam.examples.pixels, one.exam.output)
        parity = parities[one.exam.output] = compare(before, one.probabilities, one.truth, source.labels)
        if one.exam.output == source.scores:
            against += doubts(measure(before, one.truth, source.labels), source.labels)
            against += parity.losses(limits, kind, one.exam.title)
        else:
            against += parity.losses(dataclasses.replace(limits, recall=100.0), kind, one.exam.title)
    return parities, against


def _with_test(model: Model, splits: Splits, source: Source, judged: tuple[Measured, ...]) -> tuple[Measured, ...]:
    """What each output reaches on the split that it was judged on and then on the test split, which is read last."""
    if not len(splits.test):
        return judged
    log.info("measuring it on %d pictures of the test split", len(splits.test))
    tested = measure_split(model, splits, source.targets, "test")
    return tuple(one for both in zip(judged, tested, strict=True) for one in both)


def _make(source: Source, pictures: NDArray[np.uint8], listed: str, kind: str) -> tuple[bytes, Facts]:
    calibrated = f", calibrated on {len(pictures)} pictures ({listed})" if kind == "int8" else ""
    log.info("converting %s to %s%s", source.name, kind, calibrated)
    data = quantize(source.graph, source.name, source.inputs(pictures), kind)
    facts = read_facts(data)
    _check_input(facts.input, source, kind)
    return data, facts


def _check_input(found: Input, source: Source, kind: str) -> None:
    if (found.height, found.width, found.channels) != source.shape:
        raise CheckFailed(f"{source.name}: converted, its input is {found}, expected {source.shape}")
    wanted = _PIXELS if kind == "int8" else _FLOATS
    if (found.dtype, found.scale, found.zero_point) != wanted:
        raise CheckFailed(
            f"{source.name}: converted, its input is {found.dtype} with scale {found.scale:g} and zero point "
            f"{found.zero_point}, expected {wanted[0]} with {wanted[1]:g} and {wanted[2]}: it does not take pixels of "
            "0 to 255 as they come"
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


def _with_threshold(manifest: Manifest, found: Answers) -> Manifest:
    threshold = choose_threshold(found.confidence, found.right)
    told = {**manifest.provenance, "threshold_choice": provenance.threshold(threshold, found.title)}
    return dataclasses.replace(manifest, threshold=threshold.value, provenance=told)


def _with_gate_threshold(manifest: Manifest, chosen_on: Measured) -> Manifest:
    human = manifest.labels.index(HUMAN)
    threshold = choose_gate_threshold(chosen_on.probabilities[:, human], chosen_on.truth == human)
    told = {**manifest.provenance, "threshold_choice": provenance.gate_threshold(threshold, chosen_on.exam.title)}
    return dataclasses.replace(manifest, threshold=threshold.value, provenance=told)


def _finished(converted: Converted, kind: str, name: str) -> Converted:
    """Notes the golden answers of the model as its final manifest has it, and reads back what will be written."""
    manifest = converted.manifest
    answers = golden.record(Classifier(converted.model), kind)
    manifest = dataclasses.replace(manifest, provenance={**manifest.provenance, "golden": answers})
    model = _load(converted.data, Manifest.from_json(manifest.to_json(), name), name)
    return dataclasses.replace(converted, manifest=manifest, model=model)
