"""What the machine says of its own health. None where it does not say."""

import logging
from pathlib import Path

_ROOT = Path("/")
_TEMPERATURE = "sys/class/thermal/thermal_zone0/temp"
_FIRMWARE = "sys/devices/platform/soc*/soc*:firmware/get_throttled"
"""Where the Raspberry Pi's kernel hands on what its firmware says; a Pi 5 has an address after `soc`."""
NOW, SINCE_BOOT = 0xF, 0xF0000
"""Four bits say what holds now: under-voltage, capped, throttled, soft limit (Raspberry Pi firmware). Sixteen places
further on the same four say what has been at any time since the machine started."""
UNDER_VOLTAGE = 0x10001
"""The bits of `NOW` and `SINCE_BOOT` that are about voltage, not heat."""
_TROUBLES = {0x1: "under-voltage", 0x2: "frequency capped", 0x4: "throttled", 0x8: "soft temperature limit"}
"""What the lowest four bits say, of what holds now (documentation of `vcgencmd get_throttled`)."""
_HOT = 80.0
"""Degrees Celsius from which a Raspberry Pi's firmware slows it down (documentation of config.txt: temp_limit)."""

_log = logging.getLogger(__name__)


def temperature(root: Path = _ROOT) -> float | None:
    """The processor's temperature in degrees Celsius. `root` is where the system's files lie, here and below."""
    try:
        return int((root / _TEMPERATURE).read_text()) / 1000
    except (OSError, ValueError):
        return None


def firmware_flags(root: Path = _ROOT) -> int | None:
    """A Raspberry Pi's answer to whether it is short of voltage or too hot, in the bits above."""
    path = next(iter(sorted(root.glob(_FIRMWARE))), None)
    try:
        return None if path is None else int(path.read_text(), 16)
    except (OSError, ValueError):
        return None


def throttled(root: Path = _ROOT) -> bool | None:
    """Whether a Raspberry Pi is slowed down now, by heat or by too little voltage."""
    flags = firmware_flags(root)
    return None if flags is None else bool(flags & NOW)


def trouble(root: Path = _ROOT) -> str:
    """What is wrong with the board now, such as "under-voltage, throttled"; empty where nothing is known to be."""
    bits, heat = firmware_flags(root) or 0, temperature(root)
    found = [name for bit, name in _TROUBLES.items() if bits & bit]
    return ", ".join([*found, *(["hot"] if heat is not None and heat >= _HOT else [])])


class Nurse:
    """Says once in the log that the board is unwell, and again only when that changes: a hot day is no news."""

    def __init__(self) -> None:
        self._known = ""

    def look(self, words: str) -> str:
        """Takes what `trouble` says, and gives it back."""
        if words and words != self._known:
            _log.warning("the board is unwell: %s; look at its power supply and cooling", words)
        elif self._known and not words:
            _log.warning("the board is well again")
        self._known = words
        return words
