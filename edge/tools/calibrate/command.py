"""The command `calibrate`: shows, asks, fits, measures, and keeps what is better."""

import argparse
import logging
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from edge.assembly import load_classifier
from edge.capture.opening import open_stream
from edge.contract.classifier import Classifier
from edge.contract.errors import ConfigurationError, EdgeError, InputError
from edge.contract.paths import is_file
from edge.contract.profile import Profile, save_profile
from edge.service.configuration import Configuration
from edge.service.configuration_reading import load_configuration
from edge.service.parts import capture_settings, pipeline_of
from edge.tools.calibrate.eye import Eye, Take, samples_of
from edge.tools.calibrate.guide import Guide, Plan, in_order
from edge.tools.calibrate.judging import judge
from edge.tools.calibrate.material import look_at, takes_from
from edge.tools.calibrate.neutral import NEUTRAL, settle
from edge.tools.calibrate.place import check_writable, default_place
from edge.tools.calibrate.report import faces, figures, refusal, rest_line, table
from edge.tools.calibrate.samples import SPACING, Samples
from edge.tools.calibrate.words import Words

log = logging.getLogger(__name__)

LEAST = 6
"""Faces of an expression: two for each part of its time."""

_ALONE = "one expression alone teaches nothing; give at least two, or use --neutral-only"

_SETTINGS = {"source": ("camera", "source"), "models": ("vision", "models"), "threads": ("vision", "threads")}


def calibrate(options: argparse.Namespace) -> int:
    """Runs the command.

    Raises:
        EdgeError: a part cannot be had, or the profile is not better and is not kept.
    """
    configuration = _configuration(options)
    place: Path = options.out or default_place()
    check_writable(place)
    emotions = load_classifier("emotion", configuration.vision.models, configuration.vision.threads)
    labels = emotions.manifest.labels
    _check_usable(emotions, options.labels, options.neutral_only)
    eye = Eye(pipeline_of(configuration), emotions)
    takes = (
        _recorded(options, configuration, eye, labels)
        if options.material
        else _live(options, configuration, eye, labels)
    )
    samples = _checked(takes, labels)
    profile = _rest(samples, emotions) if options.neutral_only else _expressions(samples, emotions)
    save_profile(profile, place)
    print(
        f"kept: {place}\nuse it: python -m edge run --profile {place}   (or vision.profile in the settings)", flush=True
    )
    return 0


def _configuration(options: argparse.Namespace) -> Configuration:
    """The settings of a run, so that the camera is seen as in a run; no profile is in use, whatever they say."""
    given = {key: (f"--{name}", getattr(options, name)) for name, key in _SETTINGS.items()}
    read = load_configuration(options.config, {key: pair for key, pair in given.items() if pair[1] is not None})
    return replace(read.configuration, vision=replace(read.configuration.vision, profile=None))


def _check_usable(emotions: Classifier, chosen: list[str] | None, neutral_only: bool) -> None:
    """Says before the session what would fail after it."""
    labels = emotions.manifest.labels
    emotions.features(np.zeros(emotions.manifest.input.size, np.uint8))
    if neutral_only and NEUTRAL not in labels:
        raise ConfigurationError(f"--neutral-only: this model has no label neutral, but {', '.join(labels)}")
    unknown = [label for label in chosen or () if label not in labels]
    if unknown:
        raise InputError(f"--labels: {', '.join(unknown)}: not among the model's {', '.join(labels)}")
    if chosen is not None and len(chosen) < 2 and not neutral_only:
        raise InputError(f"--labels: {_ALONE}")


def _recorded(
    options: argparse.Namespace, configuration: Configuration, eye: Eye, labels: tuple[str, ...]
) -> list[Take]:
    path, settings = options.material, capture_settings(configuration.camera)
    if options.neutral_only and is_file(path, InputError):
        return [look_at([path], labels.index(NEUTRAL), eye, settings)]
    wanted = [NEUTRAL] if options.neutral_only else options.labels or labels
    takes = [take for take in takes_from(path, labels, eye, settings) if labels[take.label] in wanted]
    if not takes:
        raise InputError(f"{path}: nothing in it is named {', '.join(wanted)}")
    return takes


def _live(options: argparse.Namespace, configuration: Configuration, eye: Eye, labels: tuple[str, ...]) -> list[Take]:
    settings = capture_settings(configuration.camera)
    rate = 1 / SPACING
    settings = replace(settings, max_fps=rate if settings.max_fps is None else min(rate, settings.max_fps))
    if options.neutral_only:
        plan = Plan((labels.index(NEUTRAL),), options.seconds or 10.0, rounds=1)
    else:
        plan = Plan(in_order(labels, options.labels or labels), options.seconds or 3.0)
    words = Words(labels)
    with open_stream(configuration.camera.source, settings) as stream:
        words.introduce(plan.duration)
        try:
            return Guide(stream, eye, words).run(plan)
        except BaseException:  # Ctrl-C too
            words.break_off()
            raise


def _checked(takes: list[Take], labels: tuple[str, ...]) -> Samples:
    """The samples, where there are enough of each. Raises InputError otherwise."""
    for label in sorted({take.label for take in takes}):
        own = [take for take in takes if take.label == label]
        found, frames = sum(take.faces for take in own), sum(take.frames for take in own)
        if found < LEAST:
            raise InputError(
                f"{labels[label]}: one face in only {found} of {frames} frames, at least {LEAST} are needed; more "
                "light, closer to the camera, and nobody else in view? Nothing was kept"
            )
    return samples_of(takes)


def _expressions(samples: Samples, emotions: Classifier) -> Profile:
    manifest = emotions.manifest
    if len(np.unique(samples.labels)) < 2:
        raise InputError(_ALONE)
    log.info("fitting")
    verdict = judge(samples, manifest.labels, manifest.temperature)
    print(table(verdict, samples, manifest.labels), flush=True)
    if not verdict.better:
        raise EdgeError(f"not better, so nothing was kept: {refusal(verdict)}")
    told = {
        **_told("expressions", samples, emotions),
        "strength": verdict.strength,
        "before": figures(verdict.before),
        "after": figures(verdict.after),
    }
    return Profile(manifest.sha256, manifest.labels, verdict.correction.offsets, verdict.correction.weights, told)


def _rest(samples: Samples, emotions: Classifier) -> Profile:
    manifest = emotions.manifest
    rest = settle(samples, manifest.labels, manifest.temperature, SPACING)
    print(rest_line(rest, len(samples)), flush=True)
    if not rest.better:
        why = "it does already" if rest.before == 1 else "no small correction makes it do so more often"
        raise EdgeError(f"not better, so nothing was kept: {why}")
    told = {
        **_told("neutral", samples, emotions),
        "before": {"neutral": round(rest.before, 4)},
        "after": {"neutral": round(rest.after, 4)},
    }
    return Profile(manifest.sha256, manifest.labels, rest.offsets, None, told)


def _told(kind: str, samples: Samples, emotions: Classifier) -> dict[str, Any]:
    made = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return {"kind": kind, "made": made, "faces": faces(samples, emotions.manifest.labels)}
