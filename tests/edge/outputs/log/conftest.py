from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.outputs.log.limits import Limits
from tests.edge.outputs.log.files import Clock, mounted


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits() -> Callable[..., Limits]:
    """Limits that no test meets unless it asks for them."""

    def make(**changes: object) -> Limits:
        return Limits(**{"size": 10**6, "total": 10**8, "free": 0, **changes})

    return make


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB."""
    yield from mounted("mount", "-t", "tmpfs", "-o", "size=1m", "none", str(tmp_path / "disk"))
