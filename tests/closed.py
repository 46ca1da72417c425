"""A folder that may not be looked into, for root's tests too."""

import os
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

import pytest

NOBODY = 65534


@contextmanager
def closed_folder(tmp_path: Path) -> Iterator[Path]:
    """Its name from the current folder, which is `tmp_path` inside; the folders above that are not for everybody.

    Root gives its rights up meanwhile, so nothing is to be imported there.
    """
    root = os.geteuid() == 0
    folder = tmp_path / "closed"
    folder.mkdir(mode=0)
    tmp_path.chmod(0o755)
    with chdir(tmp_path):
        try:
            if root:
                os.seteuid(NOBODY)
        except PermissionError:
            pytest.skip("this root may not become somebody else")
        try:
            yield Path(folder.name)
        finally:
            if root:
                os.seteuid(0)
            folder.chmod(0o700)
