"""numpy, OpenCV with its cascade, and the small packages."""

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from edge.tools.doctor.asking import Answer
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.host import Host
from edge.tools.doctor.requirements import Requirement
from edge.tools.doctor.setup import Setup, cause

HEADLESS = "opencv-python-headless"
_OPENCVS = ("opencv-python", "opencv-contrib-python", "opencv-contrib-python-headless", HEADLESS)


def check_numpy(setup: Setup) -> Iterator[Finding]:
    """The library alone."""
    host, answer = setup.host, setup.ask("numpy")
    wanted = host.requirement("numpy")
    if answer.error == "ModuleNotFoundError":
        yield problem("numpy", "is not installed", *host.install("numpy"))
    elif not answer.good:
        yield problem("numpy", cause(answer, "importing it"), *host.reinstall(str(wanted)))
    elif not wanted.admits(answer.found["version"]):
        text = f"{_version(answer)}; tried with {wanted.bounds}"
        yield note("numpy", text, *host.install("numpy", HEADLESS))
    else:
        yield ok("numpy", _version(answer))


def check_opencv(setup: Setup) -> Iterator[Finding]:
    """OpenCV, and that there is only one of it."""
    host, answer = setup.host, setup.ask("opencv")
    wanted = host.requirement(HEADLESS)
    found = _installed()
    if answer.error == "ModuleNotFoundError" and "cv2" in answer.reason:
        yield problem("OpenCV", "is not installed", *host.install(HEADLESS))
    elif not answer.good:
        yield problem("OpenCV", cause(answer, "importing it"), *_mend_import(host, answer, found))
    elif not answer.found["cascades"]:
        text = f"{_version(answer)} has no CascadeClassifier: from 5 on it is no part of OpenCV any more"
        yield problem("OpenCV", text, *_replaced(host, found))
    elif len(found) > 1:
        text = f"{_version(answer)}; {', '.join(found)} are all installed and overwrite each other's files"
        yield note("OpenCV", text, *_replaced(host, found))
    elif not wanted.admits(answer.found["version"]):
        yield note("OpenCV", f"{_version(answer)}; tried with {wanted.bounds}", *_replaced(host, found))
    else:
        yield ok("OpenCV", _version(answer))
    yield from _cascade(setup, answer)


def _cascade(setup: Setup, opencv: Answer) -> Iterator[Finding]:
    if not opencv.good or not opencv.found["cascades"]:
        yield skipped("cascade", "needs OpenCV")
        return
    host, own = setup.host, setup.settings.vision.cascade
    answer = setup.ask("cascade", {"cascade": None if own is None else str(own)})
    if answer.good and answer.found["faces"] is not None:
        where = host.shown(Path(answer.found["file"]))
        if answer.found["faces"]:
            yield ok("cascade", f"finds the demo clip's face: {where}")
        else:
            yield problem("cascade", f"does not find the demo clip's face: {where}", *_mend_cascade(setup, opencv))
        return
    text = "the demo clip cannot be read by this OpenCV" if answer.good else cause(answer, "loading it")
    yield problem("cascade", text, *_mend_cascade(setup, opencv))


def _mend_cascade(setup: Setup, opencv: Answer) -> tuple[str, ...]:
    if setup.settings.vision.cascade is not None:
        return (f"nano {setup.file}" if setup.file else "unset EMOTION_EDGE_VISION_CASCADE",)
    if "/dist-packages/" in opencv.found["file"]:
        return (setup.host.apt("--reinstall", "opencv-data"),)
    return _replaced(setup.host, _installed())


def check_packages(setup: Setup) -> Iterator[Finding]:
    """What the settings need beside."""
    for module, requirement in _wanted(setup):
        package = requirement.name
        answer = setup.ask("package", {"module": module, "package": package})
        version = answer.found.get("version", "")
        if answer.good and (requirement.admits(version) or not version):
            yield ok(package, version or "can be imported")
            continue
        text = f"{version}; {requirement.bounds} is needed" if answer.good else cause(answer, "importing it")
        text = "is not installed" if answer.error == "ModuleNotFoundError" else text
        yield problem(package, text, *setup.host.install_as(requirement))


def _wanted(setup: Setup) -> Iterator[tuple[str, Requirement]]:
    """Modules, each with its package, in the versions that pyproject.toml names."""
    settings = setup.settings
    yield "cattrs", setup.host.requirement("cattrs")
    if settings.mqtt.host is not None:
        yield "paho", Requirement("paho-mqtt", ">=2.1,<3")
    if settings.metrics.port is not None:
        yield "prometheus_client", Requirement("prometheus-client", ">=0.20,<1")
    if settings.web.listen is not None:
        yield "starlette", Requirement("starlette", ">=1,<2")
        yield "uvicorn", Requirement("uvicorn", ">=0.30,<1")


def _installed() -> list[str]:
    """The packages of OpenCV that pip knows here."""
    known = {(entry.metadata["Name"] or "").lower() for entry in metadata.distributions()}
    return [name for name in _OPENCVS if name in known]


def _replaced(host: Host, found: list[str]) -> tuple[str, ...]:
    """The headless build in place of all others: it alone needs no libraries of a display."""
    if host.managed:
        return host.new_environment()
    wanted = host.requirement(HEADLESS)
    remove = [host.pip("uninstall", "--yes", *found)] if set(found) - {HEADLESS} else []
    return (*remove, *host.reinstall(str(wanted)), *host.install("numpy"))


def _mend_import(host: Host, answer: Answer, found: list[str]) -> tuple[str, ...]:
    if ".so" in answer.reason and "cannot open shared object" in answer.reason and HEADLESS in found:
        return (host.apt("libgl1", "libglib2.0-0"),)
    return _replaced(host, found)


def _version(answer: Answer) -> str:
    """Whose it is, too: apt's own are older, and pip cannot change them."""
    apt = " (apt's)" if "/dist-packages/" in answer.found["file"] else ""
    return f"{answer.found['version']}{apt}"
