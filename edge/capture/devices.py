"""Which cameras this machine shows, and what to do about one that does not open."""

import os
from pathlib import Path


def camera_devices(folder: Path = Path("/dev")) -> list[Path]:
    """The video devices that the kernel offers, in order of their number."""
    found = [path for path in folder.glob("video*") if path.name[5:].isdecimal()]
    return sorted(found, key=lambda path: int(path.name[5:]))


def camera_advice(address: str, folder: Path = Path("/dev")) -> str:
    """What to do when the camera with this number or device path cannot be opened.

    Args:
        address: such as "0" or "/dev/video0".
        folder: where devices are.
    """
    devices = camera_devices(folder)
    if not devices:
        return (
            f"there is no {folder}/video*: plug a camera in, or use --source picamera for one on a Raspberry Pi's "
            "ribbon cable, or --source demo"
        )
    device = folder / f"video{address}" if address.isdecimal() else Path(address)
    if not device.exists():
        return f"there are {', '.join(map(str, devices))}"
    if not os.access(device, os.R_OK | os.W_OK):
        return "it may not be used by this user: sudo usermod -aG video $USER, then log in again"
    return (
        f"it is in use by another program or gives no pictures; see: fuser -v {device}, "
        f"and there are {', '.join(map(str, devices))}"
    )
