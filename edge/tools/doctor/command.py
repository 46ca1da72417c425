"""The command `doctor`: does every check, whatever comes of the others."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from edge.terminal.messages import talkative
from edge.terminal.progress import Progress
from edge.tools.doctor.checks.cameras import check_cameras
from edge.tools.doctor.checks.interpreter import check_python
from edge.tools.doctor.checks.libraries import check_numpy, check_opencv, check_packages
from edge.tools.doctor.checks.machine import check_clock, check_disk, check_heat, check_memory
from edge.tools.doctor.checks.models import check_models
from edge.tools.doctor.checks.profile import check_profile
from edge.tools.doctor.checks.ribbon import check_picamera
from edge.tools.doctor.checks.service import check_broker, check_service
from edge.tools.doctor.checks.settings import read_settings
from edge.tools.doctor.finding import Finding, problem
from edge.tools.doctor.host import Host
from edge.tools.doctor.report import as_json, lines
from edge.tools.doctor.setup import Setup

Check = Callable[[Setup], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    check_python,
    check_numpy,
    check_opencv,
    check_packages,
    check_models,
    check_profile,
    check_picamera,
    check_cameras,
    check_disk,
    check_memory,
    check_heat,
    check_clock,
    check_service,
    check_broker,
)


def examine(config: Path | None, source: str | None, json: bool) -> int:
    """Prints what was found; 1 where something does not work.

    Args:
        config: settings to check as well; None for none.
        source: the camera to try; None for those that are found.
        json: whether to print it for programs.
    """
    host = Host()
    settings, first = read_settings(host, config, source)
    setup = Setup(host, settings, config, named=config is not None or source is not None)
    findings = [*first, *_findings(setup)]
    if json:
        print(as_json(host, findings))
    else:
        for line in lines(host, findings, sys.stdout, brief=not talkative()):
            print(line)
    return 1 if any(finding.state == "problem" for finding in findings) else 0


def _findings(setup: Setup) -> Iterator[Finding]:
    with Progress(len(CHECKS), "looking") as progress:
        for check in CHECKS:
            yield from guarded(check, setup)
            progress.step()


def guarded(check: Check, setup: Setup) -> Iterator[Finding]:
    """What a check finds; where it fails itself, that is a finding, and the others go on."""
    try:
        yield from check(setup)
    except Exception as error:
        name = check.__name__.removeprefix("check_")
        yield problem(name, f"this check itself failed, which is a bug: {type(error).__name__}: {error}")
