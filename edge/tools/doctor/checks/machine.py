"""The machine's disk, memory, heat, power and clock."""

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from edge.outputs.log.limits import MB, Limits
from edge.outputs.synchronization import is_synchronized
from edge.service.board import NOW, SINCE_BOOT, UNDER_VOLTAGE, firmware_flags, temperature
from edge.tools.doctor.checks.service import of_service
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.setup import Setup

WARM, HOT = 70.0, 80.0
"""Degrees Celsius. A Raspberry Pi slows down from 80 on (Raspberry Pi's documentation of config.txt)."""
_SERVICE_LOG = Path("var/log/emotion-edge")
_NEEDED = 150
"""MB of memory that a run with its camera takes, with room to spare: see "Measure" in the README of `edge`."""


def check_disk(setup: Setup) -> Iterator[Finding]:
    """Whether the log can be written, and for how long."""
    folder = _log_folder(setup)
    if folder is None:
        yield skipped("disk", "the log goes to standard output")
        return
    there = _existing(folder)
    name = f"disk of {setup.host.shown(folder) or '.'}"
    failure = _cannot_write(there)
    if failure is not None and not (failure.errno == errno.EACCES and of_service(setup)):
        yield _unwritable(name, there, failure)
        return
    system = os.statvfs(there)
    free, whole = system.f_bavail * system.f_frsize, system.f_blocks * system.f_frsize
    log = setup.settings.log
    floor = Limits(free=None if log.free_mb is None else log.free_mb * MB).floor(whole)
    text = f"{free / MB:,.0f} MB free of {whole / MB:,.0f}"
    room = ("sudo apt clean", "sudo journalctl --vacuum-size=50M", f"du -xh {there} | sort -h | tail")
    if free <= floor:
        yield problem(name, f"{text}; the log leaves {floor / MB:,.0f} free and so is not written", *room)
    elif free < floor + log.total_mb * MB:
        yield note(name, f"{text}; the log may take {log.total_mb} and will be shortened before", *room)
    elif whole and system.f_files and system.f_favail == 0:
        yield problem(name, f"{text}, but no room for one more file (inodes)", *room)
    else:
        yield ok(name, text)


def _log_folder(setup: Setup) -> Path | None:
    """Where the log lies or would lie; None for standard output."""
    path = setup.settings.log.path
    if path is not None:
        return None if str(path) == "-" else path.absolute().parent
    service = setup.host.root / _SERVICE_LOG
    if of_service(setup):
        return service
    return service if not setup.named and os.access(service, os.W_OK) else Path.cwd()


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_dir())


def _cannot_write(folder: Path) -> OSError | None:
    """Tries, in a file without a name that is gone at once: quotas and failing cards show in no other way."""
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def _unwritable(name: str, folder: Path, failure: OSError) -> Finding:
    text = f"{folder}: cannot be written to ({failure.strerror})"
    if failure.errno == errno.ENOSPC:
        return problem(
            name, text, "sudo apt clean", "sudo journalctl --vacuum-size=50M", f"du -xh {folder} | sort -h | tail"
        )
    if failure.errno == errno.EROFS:
        return problem(name, text, f"sudo mount -o remount,rw {_mount(folder)}", "sudo dmesg | tail")
    return problem(name, text, f"sudo chown $USER {folder}")


def _mount(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.is_mount())


def check_memory(setup: Setup) -> Iterator[Finding]:
    """Whether a run has room beside what runs already."""
    lines = (line.split() for line in setup.host.line("proc/meminfo").splitlines())
    kib = {words[0].rstrip(":"): int(words[1]) for words in lines if len(words) > 1 and words[1].isdigit()}
    if "MemAvailable" not in kib:
        yield skipped("memory", "this machine does not say")
        return
    free, whole = (kib[name] * 1024 / MB for name in ("MemAvailable", "MemTotal"))
    text = f"{free:,.0f} MB available of {whole:,.0f}"
    if free < _NEEDED:
        yield note(
            "memory", f"{text}; a run with its camera takes up to {_NEEDED}", "ps -eo rss,comm --sort=-rss | head"
        )
    else:
        yield ok("memory", text)


def check_heat(setup: Setup) -> Iterator[Finding]:
    """Temperature, and what a Raspberry Pi's firmware says of heat and voltage."""
    heat, flags = temperature(setup.host.root), firmware_flags(setup.host.root)
    if heat is None:
        yield skipped("temperature", "this machine does not say")
    else:
        report = problem if heat >= HOT else note if heat >= WARM else ok
        advice = " give it a heat sink or a fan" if heat >= WARM else ""
        yield report("temperature", f"{heat:.0f} °C{';' if advice else ''}{advice}")
    if flags is None:
        yield skipped("power", "only a Raspberry Pi says")
    elif flags & NOW:
        yield problem("power", _about(flags & NOW, "now"), "vcgencmd get_throttled")
    elif flags & SINCE_BOOT:
        yield note("power", _about(flags & SINCE_BOOT, "at times since it was started"), "vcgencmd get_throttled")
    else:
        yield ok("power", "enough voltage, not slowed down")


def _about(flags: int, when: str) -> str:
    if flags & UNDER_VOLTAGE:
        return f"too little voltage {when}: take the power supply made for this board, and a short cable"
    return f"slowed down by heat {when}: give it a heat sink or a fan"


def check_clock(_: Setup) -> Iterator[Finding]:
    """Whether the time in the log will be right."""
    synchronized = False
    with suppress(OSError):
        synchronized = is_synchronized()
    if synchronized:
        yield ok("clock", "set")
    else:
        yield note("clock", "not synchronized; records will say so", "sudo timedatectl set-ntp true")
