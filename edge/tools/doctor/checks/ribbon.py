"""A Raspberry Pi's own camera: libcamera and picamera2, which come from apt alone."""

from collections.abc import Iterator

from edge.tools.doctor.asking import Answer
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.requirements import Requirement
from edge.tools.doctor.setup import Setup, cause

_OTHER_NUMPY = ("numpy.dtype size changed", "multiarray", "_ARRAY_API", "compiled using NumPy 1")
"""What extensions built for numpy 1 say under numpy 2."""


def check_picamera(setup: Setup) -> Iterator[Finding]:
    """Whether it can be used, and which cameras it knows."""
    host = setup.host
    wanted = setup.named and setup.settings.camera.source == "picamera"
    if not wanted and not host.is_pi and not host.apt_picamera:
        yield skipped("picamera2", "only for a Raspberry Pi's own camera")
        return
    answer = setup.ask("picamera")
    if not answer.good:
        report = problem if wanted or host.apt_picamera else note
        yield report("picamera2", _why(setup, answer), *_mend(setup, answer))
        return
    yield ok("picamera2", answer.found["version"] or "can be imported")
    cameras = answer.found["cameras"]
    if cameras:
        yield ok("ribbon camera", ", ".join(cameras))
    else:
        text = "libcamera knows none: check the ribbon cable at both ends, with the power off"
        yield (problem if wanted else note)("ribbon camera", text, "rpicam-hello --list-cameras", *_overlay(setup))


def _why(setup: Setup, answer: Answer) -> str:
    if not setup.host.apt_picamera:
        return "is not installed; a camera on the ribbon cable needs it"
    if _other_numpy(answer):
        return f"apt's is built for numpy 1, and this environment has numpy 2 ({answer.reason})"
    if answer.error in ("ModuleNotFoundError", "ImportError") and not setup.host.sees_apt:
        return "is installed, but not for this Python"
    return cause(answer, "importing it")


def _mend(setup: Setup, answer: Answer) -> tuple[str, ...]:
    host = setup.host
    if not host.apt_picamera:
        made = () if host.sees_apt else host.new_environment()
        system = made[:1] and (
            made[0].replace("python3 -m venv", "/usr/bin/python3 -m venv --system-site-packages", 1),
        )
        return (host.apt("python3-picamera2"), *system, *made[1:])
    if _other_numpy(answer):
        older = Requirement("numpy", ">=1.24,<2"), Requirement("opencv-python-headless", ">=4.6,<4.12")
        return host.install_as(*older)
    if not host.sees_apt or answer.error in ("ModuleNotFoundError", "ImportError"):
        # apt's libcamera is built for the system's own Python: no other one can load it.
        return host.new_environment()
    return ("sudo apt install --reinstall python3-picamera2 python3-libcamera",)


def _other_numpy(answer: Answer) -> bool:
    return any(words in answer.reason for words in _OTHER_NUMPY)


def _overlay(setup: Setup) -> tuple[str, ...]:
    """Settings of the firmware that keep libcamera from finding a camera."""
    for name in ("boot/firmware/config.txt", "boot/config.txt"):
        lines = [line.replace(" ", "") for line in setup.host.line(name).splitlines()]
        if "start_x=1" in lines or "camera_auto_detect=0" in lines:
            change = "s/^start_x=1/#&/; s/^camera_auto_detect=0/camera_auto_detect=1/"
            return (f"sudo sed -i '{change}' /{name} && sudo reboot",)
    return ()
