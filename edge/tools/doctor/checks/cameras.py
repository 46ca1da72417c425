"""Which cameras there are, whether they may be used, and whether they give pictures."""

import grp
import os
import pwd
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.capture.credentials import without_credentials
from edge.capture.devices import camera_devices
from edge.capture.kinds import live_kind
from edge.contract.errors import InputError
from edge.tools.doctor.checks.service import UNIT, service_runs
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.setup import Setup, cause

WITHIN = 20.0
"""Seconds for a camera or stream to give its first frame; and some more for Python and OpenCV to load."""
_LOADING = 20.0
_DARK = 16
"""A picture without anything brighter shows a lens cap, or the night."""


def check_cameras(setup: Setup) -> Iterator[Finding]:
    """The group, the devices, and a frame of each that is to be used."""
    devices = camera_devices(setup.host.root / "dev")
    yield from _group(setup, bool(devices))
    described = _described(setup, devices)
    yield from _devices(setup, devices, described)
    for source in _to_open(setup, described):
        yield _opened(setup, source)


def _described(setup: Setup, devices: list[Path]) -> list[dict[str, Any]]:
    if not devices:
        return []
    answer = setup.ask("devices", {"paths": [str(path) for path in devices]})
    return answer.found["devices"] if answer.good else [{"path": str(path), "error": answer.reason} for path in devices]


def _devices(setup: Setup, devices: list[Path], described: list[dict[str, Any]]) -> Iterator[Finding]:
    cameras = [entry for entry in described if entry.get("camera")]
    for entry in cameras:
        yield ok(entry["path"], f"{entry['card']} ({entry['driver']})")
    silent = [entry for entry in described if "error" in entry]
    for entry in silent[:3]:
        yield note(entry["path"], f"cannot be asked: {entry['error']}", f"fuser -v {entry['path']}")
    if cameras or silent:
        return
    text = f"{len(devices)} video devices, none of them a camera for OpenCV" if devices else "no /dev/video* here"
    if setup.named or setup.host.is_pi:
        yield skipped("cameras", text)  # the one that was named, or libcamera, has its own say
    else:
        yield note("cameras", f"{text}; plug one in, or take the demo", *_without(setup))


def _without(setup: Setup) -> tuple[str, ...]:
    return "lsusb", setup.host.edge("run", "--source", "demo")


def _group(setup: Setup, devices: bool) -> Iterator[Finding]:
    """Cameras belong to the group video; a new member is one from the next log-in on."""
    user, members = _user(), _members("video")
    if members is None or not (devices or setup.host.is_pi):
        yield skipped("group video", "no such group" if members is None else "no camera that it could be needed for")
    elif os.geteuid() == 0:
        yield ok("group video", "not needed by root")
    elif members[0] in os.getgroups():
        yield ok("group video", f"{user} is a member")
    elif user in members[1]:
        yield problem("group video", f"{user} is a member from the next log-in on", f"sg video -c '{_again(setup)}'")
    else:
        text = f"{user} is no member, so cameras may not be used; log in again afterwards"
        yield problem("group video", text, f"sudo usermod -aG video {user}")


def _again(setup: Setup) -> str:
    return setup.host.edge("doctor")


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's number without a name
        return str(os.geteuid())


def _members(name: str) -> tuple[int, list[str]] | None:
    try:
        group = grp.getgrnam(name)
    except KeyError:
        return None
    return group.gr_gid, group.gr_mem


def _to_open(setup: Setup, described: list[dict[str, Any]]) -> list[str]:
    """What the user named; else every camera that is there."""
    if setup.named:
        return [setup.settings.camera.source]
    return [entry["path"] for entry in described if entry.get("camera")]


def _kind(setup: Setup) -> str:
    """The kind of source; what is a recording, or nothing at all, is for the one who opens it to say."""
    try:
        return live_kind(setup.settings.camera.source) or "recording"
    except InputError:
        return "unknown"


def _opened(setup: Setup, source: str) -> Finding:
    shown = without_credentials(source)
    camera = setup.settings.camera
    about = {"source": source, "size": camera.size, "patience": WITHIN}
    answer = setup.ask("camera", about, WITHIN + _LOADING)
    name = f"picture of {shown}"
    if answer.good and answer.found.get("frame", True) is None:
        return problem(name, "no frame in it")
    if answer.good:
        text = f"{answer.found['width']}x{answer.found['height']} after {answer.found['seconds']:.1f} s"
        dark = answer.found["brightest"] < _DARK
        return note(name, f"{text}, all of it black: is the lens covered?") if dark else ok(name, text)
    if answer.error == "silence":
        return problem(
            name, f"{cause(answer, shown)}; unplug it and plug it in again, or restart the machine", "sudo reboot"
        )
    if _kind(setup) in ("camera", "picamera") and service_runs(setup):
        again = f"sudo systemctl stop {UNIT} && {setup.host.edge('doctor')}; sudo systemctl start {UNIT}"
        return note(name, "cannot be opened: the service is running and may have it", again)
    return problem(name, answer.reason, *_mend_source(setup, source))


def _mend_source(setup: Setup, source: str) -> tuple[str, ...]:
    """What shows more; which of them it is, the message has said."""
    if source == "picamera":
        return ("rpicam-hello --list-cameras", "systemctl is-active emotion-edge")
    if "://" in source:
        return (shlex.join(["ffplay", without_credentials(source)]),)
    if _kind(setup) != "camera":
        return (shlex.join(["ls", "-l", source]),)
    device = Path(f"/dev/video{source}" if source.isdecimal() else source)
    return (shlex.join(["fuser", "-v", str(device)]),) if device.exists() else _without(setup)
