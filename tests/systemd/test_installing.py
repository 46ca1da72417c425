"""install.sh: what it would do anywhere, and what it does on a machine of its own."""

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "systemd" / "install.sh"
VENV = "/opt/emotion-edge/venv"
CONFIG = "/etc/emotion-edge/config.toml"
KEPT = {"/etc/emotion-edge", "/var/lib/emotion-edge", "/var/log/emotion-edge"}
REMOVED = {
    "/opt/emotion-edge",
    "/usr/local/bin/emotion-edge",
    "/etc/systemd/system/emotion-edge.service",
    "/etc/systemd/system/multi-user.target.wants/emotion-edge.service",
    "/etc/sysusers.d/emotion-edge.conf",
    "/etc/tmpfiles.d/emotion-edge.conf",
}


def script(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SCRIPT, *options], capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )


@pytest.fixture
def python(tmp_path):
    """Makes a stand-in for the system's Python that answers as if it were of this version, width and machine."""

    def make(version: str, bits: int = 64, machine: str = "aarch64") -> str:
        path = tmp_path / "python3"
        answer = f'case "$*" in *struct*) echo {version} {bits} {machine} ;; --version) echo Python {version}.2 ;; esac'
        path.write_text(f"#!/bin/sh\n{answer}\n")
        path.chmod(0o755)
        return str(path)

    return make


def there(places: set[str], path: Callable[[str], Path] = Path) -> set[str]:
    return {place for place in places if os.path.lexists(path(place))}


@pytest.mark.parametrize(
    "name", [".ci/release", "systemd/install.sh", "tests/arm64/hold.sh", "tests/systemd/boot.sh", "tests/throwaway.sh"]
)
def test_the_scripts_pass_shellcheck(name):
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed: apt-get install shellcheck")
    done = subprocess.run(["shellcheck", "--external-sources", ROOT / name], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_a_dry_run_prints_every_step_in_order_and_changes_nothing(python):
    before = there(REMOVED | KEPT)
    done = script("--dry-run", PYTHON=python("3.11"))
    assert done.returncode == 0, done.stderr
    steps = [line for line in done.stdout.splitlines() if line.startswith("+ ")]
    words = [
        "-m venv",
        "requirements-edge.txt",
        "--no-deps",
        "paho-mqtt",
        "/usr/local/bin",
        "sysusers.d",
        "tmpfiles.d",
        ".service",
    ]
    words += ["systemd-sysusers", "systemd-tmpfiles --create", "config.toml", "systemctl enable"]
    found = [next(number for number, step in enumerate(steps) if word in step) for word in words]
    assert found == sorted(found), steps
    assert there(REMOVED | KEPT) == before


@pytest.mark.parametrize(("total", "file"), [(437_000, "small"), (931_000, "example"), (None, "example")])
def test_a_small_board_gets_settings_of_its_own(python, tmp_path, total, file):
    meminfo = tmp_path / "meminfo"
    meminfo.write_text(f"MemTotal: {total:14} kB\nMemFree: 1 kB\n" if total else "")
    done = script("--dry-run", PYTHON=python("3.11"), MEMINFO=str(meminfo))
    assert done.returncode == 0, done.stderr
    assert f"systemd/emotion-edge.{file}.toml {CONFIG}" in done.stdout


def test_what_mqtt_metrics_and_the_page_need_are_the_projects_own():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    packages = {package for name in extras.keys() - {"train"} for package in extras[name]}
    assert len(packages) >= 4
    for package in packages:
        assert f"'{package}'" in SCRIPT.read_text()


def test_how_to_fill_a_folder_for_offline_names_every_extra_of_the_edge():
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    (named,) = re.findall(r"'CHECKOUT\[(.*)\]'", script("--help").stdout)
    assert set(named.split(",")) == extras.keys() - {"train"}


def test_what_a_folder_for_offline_lacks_is_said(python, tmp_path):
    (tmp_path / "paho_mqtt-2.1.0-py3-none-any.whl").touch()
    done = script("--dry-run", "--offline", tmp_path, PYTHON=python("3.11"))
    assert done.returncode == 0, done.stderr
    lacking = "prometheus-client starlette uvicorn"
    assert f"# not in {tmp_path}, for MQTT, metrics or the web page: {lacking}" in done.stdout.splitlines()
    for name in lacking.split():
        (tmp_path / f"{name.replace('-', '_')}-1-py3-none-any.whl").touch()
    assert "# not in" not in script("--dry-run", "--offline", tmp_path, PYTHON=python("3.11")).stdout


def test_a_dry_run_of_removal_keeps_what_is_the_users_unless_told(python):
    kept = script("--uninstall", "--dry-run")
    assert kept.returncode == 0, kept.stderr
    touched = {word for line in kept.stdout.splitlines() if line.startswith("+") for word in line.split()}
    assert (touched & REMOVED, touched & KEPT) == (REMOVED - {"/usr/local/bin/emotion-edge"}, set())
    purged = script("--uninstall", "--purge", "--dry-run")
    assert f"+ rm -rf {' '.join(sorted(KEPT))}" in purged.stdout


@pytest.mark.parametrize(
    ("version", "bits", "machine", "says"),
    [
        ("3.9", 64, "aarch64", "is Python 3.9; 3.11 to 3.13 are needed"),
        ("3.14", 64, "x86_64", "is Python 3.14; 3.11 to 3.13 are needed"),
        ("3.11", 32, "aarch64", "arm_64bit=0"),
        ("3.13", 32, "armv7l", "use a 64-bit system"),
    ],
)
def test_a_system_that_cannot_run_it_is_refused_in_one_line(python, version, bits, machine, says):
    done = script("--dry-run", PYTHON=python(version, bits, machine))
    assert done.returncode == 1
    assert says in done.stderr
    assert (done.stdout, done.stderr.count("\n")) == ("", 1)


def test_32_bit_bookworm_is_served_with_apts_opencv(python):
    if Path("/usr/share/opencv4/haarcascades").exists():
        pytest.skip("this system has apt's OpenCV itself")
    done = script("--dry-run", PYTHON=python("3.11", 32, "armv7l"))
    assert done.returncode == 0, done.stderr
    assert "apt-get install --yes --no-install-recommends python3-opencv opencv-data" in done.stdout
    assert "python3-opencv" not in script("--dry-run", PYTHON=python("3.11")).stdout


def test_32_bit_without_a_network_needs_apts_opencv_or_a_wheel_of_it(python, tmp_path):
    if Path("/usr/share/opencv4/haarcascades").exists():
        pytest.skip("this system has apt's OpenCV itself")
    done = script("--dry-run", "--offline", tmp_path, PYTHON=python("3.11", 32, "armv7l"))
    assert done.returncode == 1
    assert "OpenCV is missing and --offline may not fetch it: apt-get install python3-opencv opencv-data" in done.stderr
    (tmp_path / "opencv_python_headless-4.10.0.84-cp311-cp311-linux_armv7l.whl").touch()
    assert script("--dry-run", "--offline", tmp_path, PYTHON=python("3.11", 32, "armv7l")).returncode == 0


@pytest.mark.parametrize("options", [("--ofline",), ("--offline",), ("--offline", "/nowhere"), ("--purge",)])
def test_wrong_usage_is_refused_in_one_line(options):
    done = script(*options)
    assert done.returncode == 2
    assert done.stderr.startswith("install.sh: ")
    assert done.stderr.count("\n") == 1


def test_needs_root_and_says_so():
    command = [SCRIPT] if os.geteuid() else ["setpriv", "--reuid=65534", "--clear-groups", "bash", SCRIPT]
    if not shutil.which(command[0]):
        pytest.skip("setpriv is not installed: apt-get install util-linux")
    text = SCRIPT.read_text()  # the checkout may be closed to others
    done = subprocess.run([*command[:-1], "-c", text] if os.geteuid() == 0 else command, capture_output=True, text=True)
    assert done.returncode == 1
    assert "needs root: sudo " in done.stderr


@pytest.mark.systemd
def test_installs_what_the_service_needs(machine):
    assert there(REMOVED | KEPT, machine.path) == REMOVED | KEPT
    assert machine.run("id", "-Gn", "emotion-edge").stdout.split() == ["emotion-edge", "video"]
    stat = machine.run("stat", "-c", "%n %U:%G %a", *sorted(KEPT), CONFIG).stdout.splitlines()
    assert stat == [
        "/etc/emotion-edge root:emotion-edge 750",
        "/var/lib/emotion-edge emotion-edge:emotion-edge 750",
        "/var/log/emotion-edge emotion-edge:emotion-edge 750",
        f"{CONFIG} root:emotion-edge 640",
    ]
    assert machine.run("/usr/local/bin/emotion-edge", "--version").stdout.startswith("emotion-edge ")
    machine.run(machine.PYTHON, "-c", "import paho.mqtt, prometheus_client, starlette, uvicorn")
    assert machine.run("systemctl", "is-enabled", "emotion-edge").stdout == "enabled\n"


@pytest.mark.systemd
def test_run_again_it_keeps_configuration_and_logs(machine):
    config, log = machine.path(CONFIG), machine.path("/var/log/emotion-edge/kept.jsonl")
    config.write_text('source = "0"\n')
    log.write_text("{}\n")
    package = next(machine.path("/opt/emotion-edge/venv/lib").glob("python3*/site-packages/edge/__init__.py"))
    package.write_text("broken by a power cut")
    done = machine.run(*machine.INSTALL)
    assert "-m venv" not in done.stdout
    assert (config.read_text(), log.read_text()) == ('source = "0"\n', "{}\n")
    assert "broken" not in package.read_text(), "the package itself is always installed anew"


@pytest.mark.systemd
def test_an_environment_of_another_python_is_made_anew(machine):
    python = machine.path("/opt/emotion-edge/venv/bin/python3")
    python.unlink()  # as where the system's Python has moved on
    python.symlink_to("/usr/bin/python3.2")
    done = machine.run(*machine.INSTALL)
    assert re.search(r"\+ mv \S+/venv \S+/venv\.old\n(.*\n)*\+ .* -m venv ", done.stdout)
    assert machine.run("/usr/local/bin/emotion-edge", "--version").returncode == 0
    assert not machine.path(f"{VENV}.old").exists()


def outgrown(machine) -> Path:
    """Makes the environment one that does not fit any more, although it works; gives its settings."""
    settings = machine.path(f"{VENV}/pyvenv.cfg")
    settings.write_text(settings.read_text().replace("site-packages = false", "site-packages = true"))
    return settings


@pytest.mark.systemd
def test_an_upgrade_that_fails_leaves_the_environment_that_was_there(machine):
    settings = outgrown(machine)
    before = settings.read_text()
    install, options = machine.INSTALL[0], machine.INSTALL[3:]
    done = machine.run(install, "--offline", "/tmp", *options, check=False)  # where no package is
    assert done.returncode != 0
    assert "+ mv " in done.stdout
    assert "install.sh: failed; the service keeps the environment that it had" in done.stderr
    assert settings.read_text() == before
    assert machine.run("/usr/local/bin/emotion-edge", "--version").returncode == 0
    assert not machine.path(f"{VENV}.old").exists()
    machine.run(*machine.INSTALL)
    assert "site-packages = false" in settings.read_text()


@pytest.mark.systemd
def test_an_upgrade_that_was_cut_off_by_a_power_cut_is_done_again_from_what_was_there(machine):
    settings, old = outgrown(machine), machine.path(f"{VENV}.old")
    machine.path(VENV).rename(old)
    machine.path(VENV).mkdir()
    done = machine.run(machine.INSTALL[0], "--offline", "/tmp", *machine.INSTALL[3:], check=False)
    assert done.returncode != 0
    assert machine.run("/usr/local/bin/emotion-edge", "--version").returncode == 0
    assert not old.exists()
    old.mkdir()  # the rest of one that was being removed
    machine.run(*machine.INSTALL)
    assert "site-packages = false" in settings.read_text()
    assert not old.exists()


@pytest.mark.systemd
def test_where_apt_has_picamera2_the_environment_sees_it(machine):
    assert "-m venv" not in machine.run(*machine.INSTALL, "--dry-run").stdout
    package = machine.path("/usr/lib/python3/dist-packages/picamera2")
    package.mkdir(parents=True)
    try:
        done = machine.run(*machine.INSTALL, "--dry-run")
    finally:
        package.rmdir()
    assert "-m venv --system-site-packages" in done.stdout


@pytest.mark.systemd
def test_removal_keeps_configuration_and_logs_and_purge_does_not(fresh):
    fresh.run(*fresh.INSTALL)
    fresh.path("/var/log/emotion-edge/emotions.jsonl").write_text("{}\n")
    fresh.run(*fresh.UNINSTALL)
    assert there(REMOVED, fresh.path) == set()
    assert there(KEPT | {CONFIG, "/var/log/emotion-edge/emotions.jsonl"}, fresh.path) == KEPT | {
        CONFIG,
        "/var/log/emotion-edge/emotions.jsonl",
    }
    fresh.run("id", "emotion-edge")
    fresh.run(*fresh.UNINSTALL, "--purge")
    assert there(REMOVED | KEPT, fresh.path) == set()
    assert fresh.run("id", "emotion-edge", check=False).returncode != 0
    again = fresh.run(*fresh.UNINSTALL, "--purge")
    assert (again.returncode, again.stderr) == (0, ""), "with nothing there it has nothing to do"
