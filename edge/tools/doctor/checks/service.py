"""The service, and the broker that it talks to."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from edge.service.configuration import Mqtt
from edge.tools.doctor.finding import Finding, note, ok, problem, skipped
from edge.tools.doctor.setup import Setup, cause

UNIT = "emotion-edge"
_PROPERTIES = ("LoadState", "ActiveState", "SubState", "UnitFileState", "NRestarts", "ExecMainStatus", "StatusText")
_LAST_WORDS = f"sudo journalctl -u {UNIT} -n 20 --no-pager"
_START = f"sudo systemctl reset-failed {UNIT} && sudo systemctl restart {UNIT}"
CONFIG = "/etc/emotion-edge/config.toml"
"""The settings that the unit names."""


def check_service(setup: Setup) -> Iterator[Finding]:
    """What systemd says of it."""
    state = _state(setup)
    if isinstance(state, str):
        yield skipped("service", state)
        return
    active, main = state.get("ActiveState"), state.get("ExecMainStatus")
    boots = state.get("UnitFileState") == "enabled"
    enable = f"sudo systemctl enable --now {UNIT}"
    if active == "failed" and main in ("2", "64", "78"):
        test = f"sudo {UNIT} run --config {CONFIG} --check"
        yield problem("service", f"has ended with {main}: its settings are wrong", test, f"sudo nano {CONFIG}", _START)
    elif active == "failed" or (active == "activating" and state.get("SubState") == "auto-restart"):
        yield problem("service", f"crashes (exit code {main}, {state.get('NRestarts')} restarts)", _LAST_WORDS, _START)
    elif active in ("active", "activating"):
        text = f"{active}: {state.get('StatusText') or state.get('SubState')}"
        text += "" if setup.file else f"; its own settings: --config {CONFIG}"
        yield ok("service", text) if boots else note("service", f"{text}, but not started at boot", enable)
    else:
        yield note("service", "installed, and not running", enable)


def service_runs(setup: Setup) -> bool:
    """Whether it does, and so may have a camera that nobody else gets then."""
    state = _state(setup)
    return not isinstance(state, str) and state.get("ActiveState") == "active"


def of_service(setup: Setup) -> bool:
    """Whether the settings are the service's, which has directories and a user of its own."""
    own = setup.host.root / Path(CONFIG).relative_to("/")
    return setup.file is not None and os.path.realpath(setup.file) == os.path.realpath(own)


def _state(setup: Setup) -> dict[str, str] | str:
    """What systemd knows, or why there is nothing to know."""
    tool = shutil.which("systemctl")
    if tool is None or not (setup.host.root / "run/systemd/system").is_dir():
        return "no systemd runs here"
    command = [tool, "show", UNIT, f"--property={','.join(_PROPERTIES)}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"systemd does not answer ({type(error).__name__})"
    if done.returncode:
        return f"systemd does not answer: {done.stderr.strip()[:100]}"
    state = dict(line.partition("=")[::2] for line in done.stdout.splitlines())
    return "not installed" if state.get("LoadState") == "not-found" else state


def check_broker(setup: Setup) -> Iterator[Finding]:
    """Whether the MQTT broker lets us in."""
    mqtt = setup.settings.mqtt
    if mqtt.host is None:
        yield skipped("broker", "mqtt.host is not set")
        return
    port = mqtt.port or (8883 if mqtt.tls else 1883)
    answer = setup.ask("broker", _login(mqtt), 40.0)
    if answer.error in ("ImportError", "ModuleNotFoundError") or "paho-mqtt" in answer.reason:
        yield skipped("broker", "needs paho-mqtt")
    elif not answer.good:
        text = cause(answer, "connecting")
        mend = _mend(setup, answer.error, mqtt, port)
        yield problem("broker", f"{mqtt.host}:{port}: {text}", *mend)
    elif answer.found["answer"] != "Success":
        text = f"{mqtt.host}:{port} refuses the log-in: {answer.found['answer']}"
        yield problem(
            "broker",
            text,
            f"{'sudo ' if setup.file else ''}nano {setup.file or 'F'}  # mqtt.username, mqtt.password_file",
        )
    else:
        yield ok("broker", f"{mqtt.host}:{port} lets us in")


def _login(mqtt: Mqtt) -> dict[str, Any]:
    return {
        "host": mqtt.host,
        "port": mqtt.port,
        "username": mqtt.username,
        "password": None if mqtt.password is None else mqtt.password.value,
        "tls": mqtt.tls,
        "ca_file": _text(mqtt.ca_file),
        "certificate": _text(mqtt.certificate),
        "key": _text(mqtt.key),
    }


def _text(path: os.PathLike[str] | None) -> str | None:
    return None if path is None else os.fspath(path)


def _mend(setup: Setup, error: str, mqtt: Mqtt, port: int) -> tuple[str, ...]:
    if error == "gaierror":
        return (f"getent hosts {mqtt.host}",)
    if "SSL" in error:
        authority = f" -CAfile {mqtt.ca_file}" if mqtt.ca_file else ""
        return (f"openssl s_client -connect {mqtt.host}:{port}{authority} </dev/null",)
    if error == "ConnectionRefusedError" and mqtt.host in ("localhost", "127.0.0.1", "::1"):
        return (setup.host.apt("mosquitto"), "sudo systemctl enable --now mosquitto")
    return (f"ping -c 3 {mqtt.host}", f"nc -vz {mqtt.host} {port}")
