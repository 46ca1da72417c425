"""The settings that the other checks go by."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from edge.contract.errors import ConfigurationError
from edge.service.configuration import Address, Camera, Configuration
from edge.tools.doctor.finding import Finding, ok, problem, skipped
from edge.tools.doctor.host import Host


def read_settings(host: Host, file: Path | None, source: str | None) -> tuple[Configuration, list[Finding]]:
    """Reads the settings, and says what is wrong with them; the defaults then take their place.

    Args:
        host: the machine.
        file: TOML; None for none.
        source: instead of the one that is set; None for that.
    """
    options = {} if source is None else {("camera", "source"): ("--source", source)}
    try:
        from edge.service.configuration_reading import load_configuration

        effective = load_configuration(file, options)
    except ConfigurationError as error:
        mend = host.edge("run", "--check") if file is None else _mend(host, file)
        return _defaults(source), [problem("settings", line, mend) for line in str(error).split("\n")]
    except ImportError as error:
        return _defaults(source), list(_unread(file, error))
    return effective.configuration, list(_read(file))


def _read(file: Path | None) -> Iterator[Finding]:
    if file is not None:
        yield ok("settings", str(file))


def _mend(host: Host, file: Path) -> str:
    """The service's settings may hold a password: they are root's to change, and not for everybody to read."""
    if _is_secret(file):
        return f"sudo {host.edge('doctor', '--config', str(file))}"
    sudo = ["sudo"] if os.access(file, os.R_OK) and not os.access(file, os.W_OK) else []
    return shlex.join([*sudo, "nano", str(file)])


def _is_secret(file: Path) -> bool:
    try:
        file.open("rb").close()
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _unread(file: Path | None, error: ImportError) -> Iterator[Finding]:
    """A package is missing, as its own check will say."""
    if file is not None:
        yield skipped("settings", f"cannot be read ({error}); the defaults are checked")


def _defaults(source: str | None) -> Configuration:
    return Configuration() if source is None else Configuration(camera=Camera(source=Address(source)))
