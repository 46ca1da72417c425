"""The service under a real systemd: installed, ready, watched, stopped, and no more rights than it needs."""

import grp
import json
import re
import time

import pytest

TESTS = "/mnt/checkout/tests/systemd"
LOGS = "/var/log/emotion-edge"
STATE = "/var/lib/emotion-edge"

pytestmark = pytest.mark.systemd


def start(machine, unit: str):
    return machine.run("systemctl", "start", unit, check=False)


def test_is_ready_and_says_how_it_goes(machine):
    unit = machine.variant("ready", "ExecStart=", f"ExecStart={machine.PYTHON} {TESTS}/camera.py {LOGS}/ready.jsonl")
    assert start(machine, unit).returncode == 0
    assert machine.show(unit, "ActiveState") == "active"
    assert machine.show(unit, "StatusText") == "looking at demo"
    said = re.compile(r"looking at demo: [0-9]+\.[0-9] fps; faces: [0-9]+ now, [0-9]+ since the start")
    machine.wait_until(lambda: bool(said.fullmatch(machine.show(unit, "StatusText"))))
    assert machine.run("stat", "-c", "%U %G %a", f"{LOGS}/ready.jsonl").stdout == "emotion-edge emotion-edge 640\n"
    machine.run("systemctl", "stop", unit)


def test_stops_in_time_with_a_whole_last_line(machine):
    unit = machine.variant(
        "stopping", "ExecStart=", f"ExecStart={machine.PYTHON} {TESTS}/camera.py {LOGS}/stopping.jsonl"
    )
    start(machine, unit)
    time.sleep(2)
    began = time.monotonic()
    machine.run("systemctl", "stop", unit)
    assert time.monotonic() - began < 15
    assert (machine.show(unit, "Result"), machine.show(unit, "ExecMainStatus")) == ("success", "0")
    log = machine.path(f"{LOGS}/stopping.jsonl").read_text()
    assert log.endswith("\n")
    events = [json.loads(line) for line in log.splitlines()]
    assert (events[0]["event"], events[-1]["event"], events[-1]["reason"]) == ("start", "stop", "SIGTERM")
    assert events[-1]["frames"] > 0


def test_a_hung_loop_is_killed_with_its_stacks_and_started_again(machine):
    command = f"{TESTS}/camera.py {LOGS}/hanging.jsonl {STATE}/hung"
    unit = machine.variant(
        "hanging", "ExecStart=", f"ExecStart={machine.PYTHON} {command}", "WatchdogSec=5", "RestartSec=0.2"
    )
    start(machine, unit)
    machine.wait_until(lambda: machine.show(unit, "NRestarts") == "1")
    journal = machine.journal(unit)
    assert "Watchdog timeout" in journal
    assert "Fatal Python error: Aborted" in journal
    assert re.search(r'camera\.py", line \d+ in analyze\n.*runner\.py", line \d+ in _look', journal)
    # The second one is healthy, and is left alone for longer than the watchdog's period.
    machine.wait_until(lambda: machine.show(unit, "ActiveState") == "active")
    time.sleep(8)
    assert (machine.show(unit, "ActiveState"), machine.show(unit, "NRestarts")) == ("active", "1")
    machine.run("systemctl", "stop", unit)


def test_what_stays_wrong_is_not_started_again(machine):
    run = f"{machine.PYTHON} -P -m edge run --source demo --models /nowhere"
    unit = machine.variant("wrong", "ExecStart=", f"ExecStart={run}", "RestartSec=0.1")
    assert start(machine, unit).returncode != 0
    time.sleep(2)
    assert machine.show(unit, "ActiveState") == "failed"
    assert (machine.show(unit, "ExecMainStatus"), machine.show(unit, "NRestarts")) == ("78", "0")
    assert "/nowhere/emotion.tflite: no such model" in machine.journal(unit)


def test_a_crash_loop_ends_at_the_limit(machine):
    unit = machine.variant(
        "crashing", "ExecStart=", f"ExecStart={machine.PYTHON} -c 'import os; os.abort()'", "RestartSec=0.1"
    )
    start(machine, unit)
    machine.wait_until(lambda: "Start request repeated too quickly" in machine.journal(unit))
    assert machine.show(unit, "ActiveState") == "failed"
    journal = machine.journal(unit)
    assert journal.count("Fatal Python error: Aborted") == 10
    assert start(machine, unit).returncode != 0, "and stays down until somebody looks"
    machine.run("systemctl", "reset-failed", unit)


def test_it_may_be_restarted_by_hand_again_and_again(machine):
    unit = machine.variant("tried", "Type=exec", "ExecStart=", "ExecStart=/bin/sleep 600")
    for _ in range(8):
        assert machine.run("systemctl", "restart", unit, check=False).returncode == 0, machine.journal(unit)
    assert machine.show(unit, "ActiveState") == "active"
    machine.run("systemctl", "stop", unit)


def test_the_pipeline_runs_inside_the_sandbox(machine):
    run = f"{machine.PYTHON} -P -m edge run --source demo --log {LOGS}/whole.jsonl"
    unit = machine.variant("whole", "Type=oneshot", "ExecStart=", f"ExecStart={run}")
    assert start(machine, unit).returncode == 0, machine.journal(unit)
    events = [json.loads(line) for line in machine.path(f"{LOGS}/whole.jsonl").read_text().splitlines()]
    assert {"start", "face", "emotion", "gone", "stop"} <= {event["event"] for event in events}
    assert events[0]["boot"] != "unknown"
    assert sorted(events[0]["models"]) == ["emotion", "gate"]


def test_the_page_shows_the_camera_and_takes_photos_inside_the_sandbox(machine):
    token, config = "a-token-of-many-letters", "/etc/emotion-edge/page.toml"
    camera = f'[camera]\nsource = "http://127.0.0.1:8555/"\n[log]\npath = "{LOGS}/page.jsonl"\n'
    machine.path(config).write_text(f'{camera}[web]\nlisten = "0.0.0.0:8080"\ntoken = "{token}"\n')
    machine.run("chgrp", "emotion-edge", config)
    machine.run("chmod", "640", config)
    machine.run("systemd-run", "--unit=network-camera", machine.PYTHON, f"{TESTS}/network_camera.py", "8555")
    unit = machine.variant("page", "ExecStart=", f"ExecStart={machine.PYTHON} -P -m edge run --wait --config {config}")
    try:
        assert start(machine, unit).returncode == 0, machine.journal(unit)
        photo = f"{machine.CHECKOUT}/edge/assets/portrait.png"
        visit = machine.run(machine.PYTHON, f"{TESTS}/visitor.py", "http://127.0.0.1:8080", token, photo, check=False)
        assert visit.returncode == 0, visit.stderr + machine.journal(unit)
        assert json.loads(visit.stdout) == {"state": "live", "begins": "ffd8ff", "faces": 1}
        assert "Traceback" not in machine.journal(unit)
    finally:
        machine.run("systemctl", "stop", unit, "network-camera")


def test_nothing_is_imported_from_the_folder_that_it_may_write_to(machine):
    """Neither by the service, which needs the one, nor by the process that reads its camera, which needs the other."""
    planted = [machine.path(f"{STATE}/{name}.py") for name in ("argparse", "cv2")]
    for file in planted:
        file.write_text(f"raise SystemExit('{file.name} of the state folder')\n")
    unit = machine.path("/etc/systemd/system/emotion-edge.service").read_text()
    (command,) = re.findall(r"(?m)^ExecStart=(.*)$", unit)
    command = command.replace("--config /etc/emotion-edge/config.toml", f"--source /dev/video99 --log {LOGS}/own.jsonl")
    unit = machine.variant("own", "ExecStart=", f"ExecStart={command}")
    try:
        assert start(machine, unit).returncode == 0, machine.journal(unit)
        log = machine.path(f"{LOGS}/own.jsonl")
        machine.wait_until(lambda: log.read_text().count("\n") >= 2)
    finally:
        for file in planted:
            file.unlink()
    lost = json.loads(log.read_text().splitlines()[1])
    assert (lost["event"], lost["state"]) == ("camera", "lost")
    assert "/dev/video99: cannot be opened" in lost["reason"]
    machine.run("systemctl", "stop", unit)


@pytest.fixture(scope="module")
def answers(machine):
    """What a probe in the place of the program finds, with a device of each kind there."""
    nodes = {"/dev/video0": "video4linux", "/dev/media0": "media", "/dev/dma_heap/cma": "dma_heap"}
    numbers = {node: machine.majors[driver] for node, driver in nodes.items()}
    # The firmware's devices are allowed by their names, whatever their numbers.
    numbers |= {
        node: machine.majors["refused"] - 1 - n for n, node in enumerate(("/dev/vchiq", "/dev/vcio", "/dev/vcsm-cma"))
    }
    numbers["/dev/other"] = machine.majors["refused"]
    machine.path("/dev/dma_heap").mkdir(exist_ok=True)
    machine.path("/run/udev").mkdir(exist_ok=True)
    for node, major in numbers.items():
        machine.run("mknod", "-m", "660", node, "c", str(major), "0")
        machine.run("chgrp", "video", node)
    command = f"ExecStart={machine.PYTHON} {TESTS}/probe.py {' '.join(numbers)}"
    unit = machine.variant("probe", "Type=oneshot", "StandardOutput=journal", "ExecStart=", command)
    try:
        assert start(machine, unit).returncode == 0, machine.journal(unit)
    finally:
        for node in numbers:
            machine.path(node).unlink()
    return json.loads(next(line for line in machine.journal(unit).splitlines() if line.startswith("{")))


def test_cameras_can_be_opened_and_nothing_else(answers):
    devices = dict(answers["devices"])
    assert devices.pop("/dev/other") == "EPERM"
    assert sorted(devices) == [
        "/dev/dma_heap/cma",
        "/dev/media0",
        "/dev/vchiq",
        "/dev/vcio",
        "/dev/vcsm-cma",
        "/dev/video0",
    ]
    # Past the rules for devices and the group's right there is no hardware here: another error, or a real camera.
    assert set(devices.values()) <= {"ENXIO", "ENODEV", "ok"}


def test_only_its_own_directories_can_be_written(answers):
    allowed = {"/tmp", "/var/lib/emotion-edge", "/var/log/emotion-edge", "/run/emotion-edge"}
    write = dict(answers["write"])
    assert {place for place, result in write.items() if result == "ok"} == allowed
    assert write.pop("/etc/emotion-edge") == "EACCES"
    # The others not for want of a right, which somebody may grant by mistake: they are mounted read-only.
    assert {result for place, result in write.items() if place not in allowed} == {"EROFS"}
    assert answers["home"] in ("EACCES", "EPERM")


def test_what_the_program_and_its_libraries_need_is_there(answers):
    assert answers["callback"] == 5
    assert answers["shared"] == 7
    assert answers["clock"] >= 0, "whether the time is synchronized can be asked"
    assert answers["niceness"] == "ok", "what can wait may leave the processor to the loop"
    assert (answers["netlink"], answers["udev"]) == ("ok", "ok")
    assert answers["packet"] in ("EAFNOSUPPORT", "EPERM")
    assert answers["boot_id"]
    assert answers["cpuinfo"]
    assert grp.getgrnam("video").gr_gid in answers["groups"]
    assert answers["home_variable"] == STATE
