"""Where a profile lies when nobody says, and how it is forgotten."""

import os
from collections.abc import Mapping
from pathlib import Path

from edge.contract.errors import ConfigurationError, InputError, OutputError
from edge.contract.paths import is_file
from edge.contract.profile import load_profile

NAME = "profile.json"


def default_place(environment: Mapping[str, str] = os.environ) -> Path:
    """The service's state directory under systemd, else the user's own (XDG Base Directory Specification).

    Raises:
        ConfigurationError: the user has no home.
    """
    if folder := environment.get("STATE_DIRECTORY", "").partition(":")[0]:
        return Path(folder) / NAME
    state = environment.get("XDG_STATE_HOME", "")
    try:
        base = Path(state) if Path(state).is_absolute() else Path("~/.local/state").expanduser()
    except RuntimeError:
        raise ConfigurationError("there is no home directory to keep a profile in; name a file with --out") from None
    return base / "emotion-edge" / NAME


def check_writable(place: Path) -> None:
    """Makes the folder of a profile, before somebody poses for it in vain. Raises OutputError."""
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder = place.is_dir()
    except OSError as error:
        raise OutputError(f"{place}: cannot be written ({error.strerror}); name another file with --out") from None
    if folder or not os.access(place.parent, os.W_OK | os.X_OK):
        raise OutputError(f"{place}: cannot be written; name another file with --out")


def forget(place: Path | None) -> Path | None:
    """Deletes a profile.

    Args:
        place: a file; None for where it lies when nobody says.

    Returns:
        What was deleted; None where there was none and nobody named one.

    Raises:
        InputError: the named file is not there, or the file is no profile.
        OutputError: it cannot be deleted.
    """
    path = default_place() if place is None else place
    if place is None and not is_file(path, InputError):
        return None
    _check_is_profile(path)
    try:
        path.unlink()
    except FileNotFoundError:  # somebody else was faster
        return None
    except OSError as error:
        raise OutputError(f"{path}: cannot be deleted ({error.strerror})") from None
    return path


def _check_is_profile(path: Path) -> None:
    """A mistyped name must not delete somebody's other file."""
    if not is_file(path, InputError):
        raise InputError(f"{path}: no such file; nothing was deleted")
    try:
        load_profile(path)
    except ConfigurationError:
        raise InputError(f"{path}: not a profile; nothing was deleted (if it is a damaged one: rm {path})") from None
