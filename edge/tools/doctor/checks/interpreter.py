"""Python itself, and the environment it runs in."""

import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from edge.tools.doctor.finding import Finding, note, ok, problem
from edge.tools.doctor.setup import Setup

_FROM, _TO = (3, 11), (3, 13)
_LIBRARIES = ("ai_edge_litert", "attr", "cattrs", "cv2", "libcamera", "numpy", "paho", "picamera2", "tflite_runtime")


def check_python(setup: Setup) -> Iterator[Finding]:
    """Version, width and whether all three of Python, system and kernel are of one kind."""
    host = setup.host
    found = f"{'.'.join(map(str, host.python))}, {host.bits} bit, {host.shown(host.executable)}"
    if host.python[:2] < _FROM or host.python[:2] > _TO:
        text = f"{found}: 3.11 to 3.13 are needed"
        install = host.apt("python3", "python3-venv")
        yield problem("Python", text, f"{install}  # Raspberry Pi OS and Debian from Bookworm on have one that fits")
    elif host.bits == 32 and host.machine not in ("armv7l", "armv6l"):
        # Python says "aarch64" then, and pip takes wheels for it that this Python cannot load.
        yield problem(
            "Python",
            f"{found}, under a 64-bit kernel ({host.machine}): packages would not fit. Take a 64-bit system, or",
            "echo arm_64bit=0 | sudo tee -a /boot/firmware/config.txt && sudo reboot",
        )
    elif host.bits == 32 and host.python[:2] != _FROM:
        yield problem("Python", f"{found}: on 32-bit Arm there is a TFLite runtime for 3.11 only; take a 64-bit system")
    elif host.machine == "armv6l":
        yield problem("Python", f"{found}, on ARMv6 (Pi 1, Zero): no TFLite runtime exists for it; take a newer board")
    else:
        yield ok("Python", found)
    yield from _environment(setup)
    yield from _hidden(Path.cwd())


def _hidden(folder: Path) -> Iterator[Finding]:
    """Files here that Python takes for its own modules, or for libraries: `python -m` looks here first."""
    if not {"", str(folder)} & set(sys.path):
        return
    for file in sorted(folder.glob("*.py")):
        if file.stem in sys.stdlib_module_names or file.stem in _LIBRARIES:
            text = f"{file} hides the module {file.stem} from every program that is started here"
            yield problem("file names", text, shlex.join(["mv", file.name, f"my_{file.name}"]))


def _environment(setup: Setup) -> Iterator[Finding]:
    host = setup.host
    if host.virtual and host.apt_picamera and not host.sees_apt:
        text = f"{host.shown(host.prefix)} does not see apt's packages, so there is no picamera2 in it"
        report = problem if setup.settings.camera.source == "picamera" or not setup.named else note
        yield report("environment", text, *host.new_environment())
    elif host.virtual:
        apt = "with" if host.sees_apt else "without"
        yield ok("environment", f"{host.shown(host.prefix)}, {apt} the system's packages")
    else:
        yield ok("environment", "none, the packages of this Python itself")
