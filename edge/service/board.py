"""What the machine says of its own health. None where it does not say."""

from pathlib import Path

_TEMPERATURE = Path("/sys/class/thermal/thermal_zone0/temp")
_THROTTLED = Path("/sys/devices/platform/soc/soc:firmware/get_throttled")
_NOW = 0xF
"""The lowest four bits say what holds now: under-voltage, capped, throttled, soft limit (Raspberry Pi firmware)."""


def temperature(path: Path = _TEMPERATURE) -> float | None:
    """The processor's temperature in degrees Celsius."""
    try:
        return int(path.read_text()) / 1000
    except (OSError, ValueError):
        return None


def throttled(path: Path = _THROTTLED) -> bool | None:
    """Whether a Raspberry Pi is slowed down now, by heat or by too little voltage."""
    try:
        return bool(int(path.read_text(), 16) & _NOW)
    except (OSError, ValueError):
        return None
