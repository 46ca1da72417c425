"""Measures one model, beside what this machine could reach at best."""

import itertools
import math
import time
from array import array
from collections import Counter
from pathlib import Path

import numpy as np

from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model, open_interpreter
from edge.contract.operations import operations
from edge.contract.preprocessing import face_crop
from edge.contract.records import Box, Grey
from edge.terminal.progress import Progress
from edge.tools.bench.conditions import Watch
from edge.tools.bench.figures import Figures
from edge.tools.bench.machine import this_machine
from edge.tools.bench.result import TOTAL, Result

STAGES = ("preprocess", "quantize", "invoke", "read out")
WARM_UP = 20
ENOUGH = 200
_FACE = Box(240, 160, 160, 160)
_ASSETS = Path(__file__).resolve().parents[2] / "assets"


def measure_model(path: Path, threads: int, runs: int) -> Result:
    """Measures a model on a face of 160 pixels in a frame of noise; what a picture shows does not change the time.

    Raises:
        ModelError: the model cannot be used.
    """
    model = Model.load(path, threads)
    classifier = Classifier(model)
    frame = np.random.default_rng(0).integers(0, 256, (480, 640), np.uint8)
    rows = {stage: array("d") for stage in (*STAGES, TOTAL)}
    with Progress(runs, path.name) as progress:
        for _ in range(WARM_UP):
            _run(model, classifier, frame)
        looking = Watch()
        for _ in range(runs):
            row = _run(model, classifier, frame)
            for stage in STAGES:
                rows[stage].append(row[stage])
            rows[TOTAL].append(sum(row.values()))
            looking.tick()
            progress.step()
        conditions = looking.end()
    stages = {stage: Figures.of(values) for stage, values in rows.items()}
    objections = list(conditions.objections())
    if runs < ENOUGH:
        objections.append(f"only {runs} runs were measured; take {ENOUGH} or more")
    return Result(
        kind="model",
        name="",
        settings={"model": path.name, "threads": threads, "runs": runs},
        models={model.manifest.task: model.manifest.sha256},
        machine=this_machine(),
        conditions=conditions,
        objections=tuple(objections),
        stages=stages,
        numbers=_floor(model, threads, stages),
    )


def _run(model: Model, classifier: Classifier, frame: Grey) -> dict[str, float]:
    """The seconds of each stage for one face; the classifier is of this model."""
    now = time.perf_counter
    # The clock is read between the stages and nothing else done, which would take longer than some of them.
    begun = now()
    face = face_crop(frame, _FACE, model.manifest.input.size)
    cropped = now()
    model.feed(face)
    fed = now()
    model.invoke()
    invoked = now()
    classifier.read()
    times = (begun, cropped, fed, invoked, now())
    return {stage: after - before for stage, (before, after) in zip(STAGES, itertools.pairwise(times), strict=True)}


def _floor(model: Model, threads: int, stages: dict[str, Figures]) -> dict[str, float | None]:
    """How long the multiply-adds alone would take at this machine's best rate, and what comes on top of them."""
    work = Counter[str]()
    for operation in model.operations():
        work[operation.dtype] += operation.multiply_adds
    total = sum(work.values())
    dtype = "float32" if work["float32"] > work["int8"] + work["uint8"] else "int8"
    best = peak(dtype, threads)
    floor = total / best * 1000
    invoke = stages["invoke"].p50
    return {
        "multiply_adds": total,
        f"peak_{dtype}_per_s": round(best),
        "floor_ms": round(floor, 4),
        "invoke_over_floor": round(invoke / floor, 3) if floor else None,
        "overhead_ms": round(stages[TOTAL].p50 - invoke, 4),
    }


def peak(dtype: str, threads: int, seconds: float = 0.5) -> float:
    """The most multiply-adds a second that this runtime reaches here, for a type of numbers: "int8" or "float32".

    It runs a model that is one matrix product (576x256 by 256x256, as a convolution of 1x1), through the same runtime
    on as many threads: nothing that is made of convolutions comes out better. The best of many runs counts, since
    whatever disturbs one only makes it slower.

    Raises:
        ModelError: the installation is without that model, or the runtime refuses it.
    """
    path = _ASSETS / f"peak_{dtype}.tflite"
    interpreter = open_interpreter(path.read_bytes(), str(path), threads)
    work = sum(operation.multiply_adds for operation in operations(interpreter))
    best, end = math.inf, time.perf_counter() + seconds
    while time.perf_counter() < end:
        began = time.perf_counter()
        interpreter.invoke()
        best = min(best, time.perf_counter() - began)
    return work / best
