"""The bounds are those of requirements-edge.txt, as pip understands it."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement as Real
from packaging.specifiers import SpecifierSet

from edge.tools.doctor.requirements import Requirement, needed

LINES = (Path(__file__).parents[4] / "requirements-edge.txt").read_text().splitlines()


@pytest.mark.parametrize("python", [(3, 11), (3, 12), (3, 13)])
@pytest.mark.parametrize("machine", ["x86_64", "aarch64", "armv7l"])
def test_pip_would_choose_the_same(python, machine):
    environment = {"python_version": ".".join(map(str, python)), "platform_machine": machine}
    real = [Real(line.partition("#")[0]) for line in LINES if line.partition("#")[0].strip()]
    chosen = {one.name: one.specifier for one in real if one.marker is None or one.marker.evaluate(environment)}
    found = needed(LINES, python, machine)
    assert {name: SpecifierSet(one.bounds) for name, one in found.items()} == chosen
    assert {"numpy", "opencv-python-headless", "cattrs"} < set(found)


def test_what_an_installed_package_declares_is_read_too():
    """As importlib.metadata gives it: other quotes, other order, extras."""
    lines = ['numpy<2,>=1.24; python_version < "3.12"', "paho-mqtt<3,>=2.1; extra == 'mqtt'", "cattrs<27,>=25.1"]
    assert {name: str(one) for name, one in needed(lines, (3, 11), "x86_64").items()} == {
        "numpy": "numpy<2,>=1.24",
        "cattrs": "cattrs<27,>=25.1",
    }


@pytest.mark.parametrize("line", ["-r other.txt", "numpy ~~ 3; what", "numpy; os_name == 'nt'"])
def test_a_line_that_is_not_understood_is_said_to_be(line):
    with pytest.raises(ValueError, match="not a"):
        needed([line], (3, 11), "x86_64")


VERSIONS = st.lists(st.integers(0, 30), min_size=1, max_size=4).map(lambda parts: ".".join(map(str, parts)))


@given(VERSIONS)
def test_versions_are_compared_as_pip_compares_them(version):
    for bounds in (">=1.24,<2", ">=4.6,<4.12", "==2.14.0", ">=2,<3", ">=4.12,<5"):
        assert Requirement("a", bounds).admits(version) == SpecifierSet(bounds).contains(version), bounds
