"""What the processes of this command use, and what all others do, as Linux tells it in /proc."""

import os
from pathlib import Path

PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def family(pid: int, proc: Path = PROC) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in proc.glob("[0-9]*"):
        fields = _stat(int(folder.name), proc)
        if fields is not None:
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    members = [pid]
    for member in members:  # grows while it is read
        members.extend(children.get(member, ()))
    return members


def memory(pid: int, proc: Path = PROC) -> float | None:
    """Proportional set size of a process and its descendants in MiB; None where the system does not say.

    A page that n processes share counts 1/n for each, so that the sum is what is in use.
    """
    sizes = [_proportional_set_size(member, proc) for member in family(pid, proc)]
    known = [size for size in sizes if size is not None]
    return sum(known) / 1024 if known else None


def processor_time(pid: int, proc: Path = PROC) -> float | None:
    """Seconds of processor time that a process and its descendants took, also those that have ended."""
    rows = [_stat(member, proc) for member in family(pid, proc)]
    ticks = [sum(map(int, row[11:15])) for row in rows if row is not None]  # utime, stime, cutime, cstime
    return sum(ticks) / _TICKS if ticks else None


def busy_time(proc: Path = PROC) -> float | None:
    """Seconds that all cores together have worked since the boot; time that a hypervisor took away counts too."""
    try:
        fields = (proc / "stat").read_text().splitlines()[0].split()
    except (OSError, IndexError):
        return None
    user, nice, system, _idle, _wait, interrupts, soft, *stolen = map(int, fields[1:9])
    return (user + nice + system + interrupts + soft + sum(stolen)) / _TICKS


def _proportional_set_size(pid: int, proc: Path) -> int | None:
    try:
        lines = (proc / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:  # it has ended, belongs to another user, or the kernel is older than 4.14
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), None)


def _stat(pid: int, proc: Path) -> list[str] | None:
    """The fields of /proc/PID/stat from the third on; the second, the name, may hold anything."""
    try:
        fields = (proc / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return fields if len(fields) > 15 else None
