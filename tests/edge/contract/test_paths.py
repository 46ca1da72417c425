import os
from pathlib import Path

import pytest

from edge.contract.paths import is_nameable


@pytest.mark.parametrize(("name", "good"), [(b"a.mp4", True), ("für/é.mp4".encode(), True), (b"caf\xe9/a.mp4", False)])
def test_names_that_opencv_can_be_given(name, good):
    assert is_nameable(Path(os.fsdecode(name))) is good
