"""What each command does, from its options to its exit code."""

import argparse
import json
import logging
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from convert.writing import check_writable
from edge.contract.errors import InputError
from train.data_option import data_of

if TYPE_CHECKING:
    from convert.material import Material

log = logging.getLogger(__name__)


def convert(options: argparse.Namespace) -> int:
    """Converts a network: MODEL --out NAME.tflite."""
    from convert.comparison.stopwatch import latency
    from convert.conversion import convert as run
    from convert.page import check_page, write_page
    from convert.parity import Limits
    from convert.readings import with_earlier
    from convert.report import describe
    from convert.writing import write_pair

    check_writable(options.out)
    page = options.html
    if page:
        check_writable(page)
    elif options.after_detection:
        raise InputError("--after-detection goes into the page of --html, which is not given")
    ready = _gather(options, options.force)
    if page:
        check_page(options.out, ready.source, ready.data, options.after_detection)
    limits = Limits(options.max_drop, options.max_recall_drop)
    converted = run(
        ready.source,
        ready.splits,
        ready.listed,
        options.out.stem,
        options.kind,
        limits,
        options.force,
        ready.objections,
    )
    write_pair(options.out, converted.data, with_earlier(converted.manifest, options.out))
    print(describe(converted, options.out, ready.source, latency(converted.model)[0]))
    if page:
        print(write_page(page, options.out, converted, ready.splits, ready.data, options.after_detection))
        print(f"page: {page}", file=sys.stderr)
    return 0


def compare(options: argparse.Namespace) -> int:
    """All kinds of one network: compare MODEL [--out PICTURE]."""
    from convert.comparison.table import compare_kinds, describe

    if options.out:
        check_writable(options.out)
    ready = _gather(options, force=True)
    for objection in ready.objections:
        log.warning("%s", objection)
    found = compare_kinds(ready.source, ready.splits.without_test(), ready.listed, options.runs)
    print(json.dumps(asdict(found), indent=2) if options.json else describe(found))
    if options.out:
        from convert.comparison.chart import draw as draw_chart

        draw_chart(found, options.out)
        print(f"picture: {options.out}", file=sys.stderr)
    return 0


def calibration(options: argparse.Namespace) -> int:
    """Chooses pictures: calibration TASK --out LIST."""
    from convert.calibration import draw
    from edge.contract.storage import write_whole
    from train.datasets.tasks import LABELS, load

    check_writable(options.out)
    splits = load(options.task, data_of(options), options.seed)
    listed = draw(splits.train, LABELS[options.task], options.images, options.seed)
    comment = (
        f"{len(listed.entries)} pictures of {splits.names[0]}: the sha256 of each one's grey pixels and its label.\n"
        f"Made by: python -m convert calibration {options.task} --images {options.images} --seed {options.seed}"
    )
    write_whole(options.out, listed.to_text(comment).encode())
    print(f"{options.out}: {len(listed.entries)} pictures of {splits.names[0]}")
    return 0


def verify(options: argparse.Namespace) -> int:
    """Checks shipped files: verify NAME.tflite..."""
    from convert.verification import describe
    from convert.verification import verify as run

    found = [(path, run(path)) for path in options.models]
    if options.json:
        form = [{"model": str(path), "checks": [asdict(check) for check in one]} for path, one in found]
        print(json.dumps(form, indent=2))
    else:
        print("\n".join(describe(path, one) for path, one in found))
    return 1 if any(check.passed is False for _, one in found for check in one) else 0


def inspect(options: argparse.Namespace) -> int:
    """Lists layers: inspect NAME.tflite."""
    from convert.tflite.layers import describe
    from convert.tflite.layers import inspect as run

    try:
        data = options.model.read_bytes()
    except OSError as error:
        raise InputError(f"{options.model}: cannot be read ({error.strerror})") from None
    found = run(data, str(options.model))
    totals = {"multiply_adds": found.multiply_adds, "weights": found.weights}
    print(json.dumps({**totals, **asdict(found)}, indent=2) if options.json else describe(found))
    return 0


def _gather(options: argparse.Namespace, force: bool) -> "Material":
    from convert.labelled import is_labelled
    from convert.material import gather
    from convert.origin.opening import check_origin
    from convert.origin.source import load_source

    check_origin(options.model)
    given = options.calibration
    if given is not None and not given.exists():
        raise InputError(f"{given}: no such file or folder")
    own = given is not None and is_labelled(given)
    data = None if own else data_of(options)
    source = load_source(options.model, options.task, options.labels, options.input_range, options.licence)
    return gather(source, data, given, options.validation, options.seed, force)
