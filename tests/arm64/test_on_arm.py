"""The service on a Raspberry Pi's systems and processors, from a release, step by step; the last step removes it.

Compared with this machine: the same boxes, and the same int8 outputs bit for bit; on 32-bit, where the old runtime
rounds otherwise than on x86-64, outputs that are near.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from edge.contract.records import Box
from tests.arm64.conftest import CHECKOUT, CLIP, NEW, OLD, OLD_VERSION, PROBE, TOOLS, WHEELS
from tests.arm64.machine import Machine
from tests.arm64.systems import PROCESSORS, System
from tests.arm64.wheels import from_apt

pytestmark = pytest.mark.arm64

COMMAND = "/usr/local/bin/emotion-edge"
PYTHON = "/opt/emotion-edge/venv/bin/python"
CONFIG = "/etc/emotion-edge/config.toml"
LOG = "/var/log/emotion-edge/events.jsonl"
KEPT = {"/etc/emotion-edge", "/var/lib/emotion-edge", "/var/log/emotion-edge"}
EDGE_TESTS = ("contract", "vision", "test_pipeline.py", "test_golden.py")
# Of pictures that lie between two labels; on a face the largest difference of a probability was 0.000002.
NEAR = {"logits": 0.4, "logits_fer2013": 0.4, "embedding": 0.08, "probabilities": 0.02}
PACKAGES = """
import json, cv2, numpy
from importlib.metadata import version
print(json.dumps({"edge": version("emotion-edge"), "numpy": [numpy.__version__, numpy.__file__], "cv2": cv2.__file__}))
"""


@dataclass(frozen=True)
class Installed:
    """A machine, what was on it before, and which packages the service then used."""

    machine: Machine
    before: set[str]
    packages: dict


@dataclass(frozen=True)
class Upgraded:
    """The same with this release over it; what the installer said."""

    machine: Machine
    before: set[str]
    steps: str


@pytest.fixture(scope="session")
def installed(bare) -> Installed:
    """The earlier release, from its archive and the folder of wheels, without a network; then configured and used."""
    before = files(bare)
    bare.run(f"{OLD}/systemd/install.sh", "--offline", WHEELS)
    packages = json.loads(bare.run(PYTHON, "-c", PACKAGES).stdout)
    bare.path(LOG).write_text("{}\n")
    bare.path(CONFIG).write_text(f"# mine\n{bare.path(CONFIG).read_text()}")
    return Installed(bare, before, packages)


@pytest.fixture(scope="session")
def upgraded(installed) -> Upgraded:
    steps = installed.machine.run(f"{NEW}/systemd/install.sh", "--offline", WHEELS).stdout
    return Upgraded(installed.machine, installed.before, steps)


@pytest.fixture(scope="session")
def answers(upgraded) -> dict[str, dict]:
    """What is seen as each processor."""
    found = {}
    for processor in upgraded.machine.system.processors:
        done = upgraded.machine.run(PYTHON, f"{CHECKOUT}/{PROBE}", CLIP, processor=processor)
        found[processor] = json.loads(done.stdout)
    return found


def files(machine: Machine) -> set[str]:
    """All that is there, but for what any program leaves in passing."""
    passing = ("/proc", "/sys", "/dev", "/run", "/tmp", "/mnt", "/root", "/var/cache", "/var/tmp")
    root = machine.path("/")
    found = set()
    for folder, folders, files in os.walk(root):
        inside = "/" + str(Path(folder).relative_to(root)).removeprefix(".")
        folders[:] = [name for name in folders if str(Path(inside) / name) not in passing]
        found |= {str(Path(inside) / name) for name in (*folders, *files)}
    return {name for name in found if "__pycache__" not in name}


def test_an_earlier_release_is_installed_without_a_network(installed):
    assert installed.packages["edge"] == OLD_VERSION
    assert {place for place in KEPT if not installed.machine.path(place).is_dir()} == set()
    assert "/etc/systemd/system/multi-user.target.wants/emotion-edge.service" in files(installed.machine)


def test_the_packages_are_the_ones_that_fit(installed, system):
    """Bookworm never gets numpy 2: apt's picamera2 and OpenCV are built for numpy 1."""
    numpy, where = installed.packages["numpy"]
    assert numpy.split(".")[0] == {"bookworm": "1", "trixie": "2"}[system.suite]
    assert where.startswith("/usr/lib/python3" if system.picamera2 else "/opt/emotion-edge/venv/")
    assert installed.packages["cv2"].startswith("/usr/lib/python3" if from_apt(system) else "/opt/emotion-edge/venv/")
    installed.machine.run("/usr/bin/python3", "-c", "import numpy, cv2")
    if system.picamera2:
        installed.machine.run(PYTHON, "-c", "import picamera2")


def test_an_upgrade_over_it_keeps_settings_and_logs(upgraded):
    assert "-m venv" not in upgraded.steps
    version = json.loads(upgraded.machine.run(PYTHON, "-c", PACKAGES).stdout)["edge"]
    assert version != OLD_VERSION
    assert upgraded.machine.run(COMMAND, "--version").stdout.strip().endswith(version)
    assert upgraded.machine.path(CONFIG).read_text().startswith("# mine\n")
    assert upgraded.machine.path(LOG).read_text() == "{}\n"


def test_doctor_finds_the_packages_the_models_and_the_face(upgraded, system):
    done = upgraded.machine.run(COMMAND, "doctor", check=False)
    good = {line[9:26].strip() for line in done.stdout.splitlines() if line.startswith("ok ")}
    models = {f"{name} {what}" for name in ("emotion", "gate") for what in ("model", "answers")}
    assert {"Python", "numpy", "OpenCV", "cascade", "cattrs", "runtime"} | models <= good, done.stdout + done.stderr


def test_the_processors_know_no_later_instructions(answers, system):
    """What they say of themselves (the kernel's asm/hwcap.h): a Cortex-A76 alone adds up int8 products at once.

    That they fail at what they do not know is QEMU's. Its A53 and A72 have AES and SHA, which the boards have not.
    """
    atomics, dot_products = 1 << 8, 1 << 20
    for processor, answer in answers.items():
        known = answer["instructions"] & (atomics | dot_products)
        if system.architecture == "arm64":
            assert known == (atomics | dot_products if processor == "cortex-a76" else 0), processor


def test_the_boxes_are_the_same(answers, reference, system, record_property):
    for key, value in next(iter(answers.values()))["versions"].items():
        record_property(key, value)
    record_property("run as", "; ".join(f"{name} ({PROCESSORS[name].boards})" for name in system.processors))
    record_property("compared with", ", ".join(f"{key} {value}" for key, value in reference["versions"].items()))
    for processor, answer in answers.items():
        assert answer["versions"]["machine"] == system.machine
        assert answer["frames"] == reference["frames"], f"{processor} decodes the lossless clip otherwise"
        assert answer["boxes"] == reference["boxes"], processor
        assert answer["crops"] == reference["crops"], processor
    assert sum(len(found) for found in reference["boxes"].values()) >= 15


def test_the_int8_outputs_are_the_same_bit_for_bit_or_near_on_32_bit(answers, reference, system):
    for processor, answer in answers.items():
        assert answer["versions"]["runtime"] == reference["versions"]["runtime"]
        for model, outputs in reference["outputs"].items():
            for output, values in outputs.items():
                apart = [differ(*pair) for pair in zip(answer["outputs"][model][output], values, strict=True)]
                assert max(apart) <= (NEAR[output] if system.architecture == "armhf" else 0), (
                    f"{output}, as {processor}"
                )


def differ(found: str, wanted: str) -> float:
    """By how much two outputs differ at most; 0 for the same bytes alone."""
    if found == wanted:
        return 0.0
    pair = [np.frombuffer(bytes.fromhex(one), np.float32) for one in (found, wanted)]
    return max(float(np.abs(pair[0] - pair[1]).max()), 1e-9)


def test_a_run_of_the_same_pictures_reports_the_same(answers, reference, system):
    wanted = [told(event, system) for event in reference["clip"]]
    assert [event["event"] for event in wanted].count("gone") == 2
    for processor, answer in answers.items():
        assert [told(event, system) for event in answer["clip"]] == wanted, processor


def test_a_run_of_the_demo_tells_the_same_story(answers, reference, record_property):
    """Its colours are converted by other instructions: grey levels differ by a few, and boxes by some pixels."""
    assert reference["decoded apart"] == 0
    record_property(
        "the demo clip is decoded otherwise by", max(answer["decoded apart"] for answer in answers.values())
    )
    for processor, answer in answers.items():
        assert answer["decoded apart"] <= 4, processor
        assert len(answer["demo"]) == len(reference["demo"]), processor
        for event, wanted in zip(answer["demo"], reference["demo"], strict=True):
            assert rough(event) == rough(wanted), processor
            assert "box" not in wanted or Box(*event["box"]).iou(Box(*wanted["box"])) > 0.8, processor


def rough(event: dict) -> dict:
    """What does not depend on a grey level."""
    return {key: event.get(key) for key in ("event", "track", "emotion", "reason", "frames")}


def told(event: dict, system: System) -> dict:
    """What is compared of an event: all of it, but on 32-bit what depends on how an int8 step was rounded."""
    rounded = {"confidence", "probabilities", "gate"} if system.architecture == "armhf" else set()
    return {key: value for key, value in event.items() if key not in rounded}


def test_the_tests_of_the_edge_pass(upgraded, system):
    environment = ("env", f"PYTHONPATH={TOOLS}")
    pytest_there = (PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider")
    names = [f"tests/edge/{name}" for name in EDGE_TESTS]
    done = upgraded.machine.run(*environment, *pytest_there, *names, cwd=CHECKOUT, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr
    assert " passed" in done.stdout


def test_removal_leaves_nothing_but_settings_and_logs_and_those_only_if_kept(upgraded):
    upgraded.machine.run(f"{NEW}/systemd/install.sh", "--uninstall")
    left = files(upgraded.machine) - upgraded.before
    assert {name for name in left if not name.startswith(tuple(KEPT))} <= {"/opt", "/etc/sysusers.d", "/etc/tmpfiles.d"}
    assert {CONFIG, LOG} <= left
    upgraded.machine.run(f"{NEW}/systemd/install.sh", "--uninstall", "--purge")
    assert {name for name in files(upgraded.machine) - upgraded.before if "emotion-edge" in name} == set()
    assert "emotion-edge" not in upgraded.machine.path("/etc/passwd").read_text()
