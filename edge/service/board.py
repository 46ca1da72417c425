"""What the machine says of its own health. None where it does not say."""

from pathlib import Path

_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
NOW, SINCE_BOOT = 0xF, 0xF0000
"""Four bits say what holds now: under-voltage, capped, throttled, soft limit (Raspberry Pi firmware). Sixteen places
further on the same four say what has been at any time since the machine started."""
UNDER_VOLTAGE = 0x10001
"""The bits of `NOW` and `SINCE_BOOT` that are about voltage, not heat."""


def temperature(path: Path = _TEMPERATURE) -> float | None:
    """The processor's temperature in degrees Celsius."""
    try:
        return int(path.read_text()) / 1000
    except (OSError, ValueError):
        return None


def firmware_flags(path: Path = _THROTTLED) -> int | None:
    """A Raspberry Pi's answer to whether it is short of voltage or too hot, in the bits above."""
    try:
        return int(path.read_text(), 16)
    except (OSError, ValueError):
        return None


def throttled(path: Path = _THROTTLED) -> bool | None:
    """Whether a Raspberry Pi is slowed down now, by heat or by too little voltage."""
    flags = firmware_flags(path)
    return None if flags is None else bool(flags & NOW)
