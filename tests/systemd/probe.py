"""Run inside the service's sandbox: prints as JSON what it may do and what is refused."""

import ctypes
import errno
import json
import multiprocessing
import os
import socket
import sys
import threading
from multiprocessing import shared_memory
from pathlib import Path

from edge.outputs import synchronization

KERNEL_EVENTS = 15
"""NETLINK_KOBJECT_UEVENT of linux/netlink.h: where libcamera hears of cameras."""


READ_ONLY = ("/etc", "/usr", "/opt/emotion-edge", "/var/lib", "/etc/emotion-edge")
OWN = ("/tmp", "/var/lib/emotion-edge", "/var/log/emotion-edge", "/run/emotion-edge")


def attempt(action) -> str:
    """What became of an action: "ok", or the name of the error."""
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "ok"


def use(segment: str) -> None:
    shared = shared_memory.SharedMemory(segment)
    shared.buf[0] = 7
    shared.close()


def share_with_a_process() -> int:
    """As a camera's process hands over frames."""
    shared = shared_memory.SharedMemory(create=True, size=640 * 480)
    child = multiprocessing.get_context("spawn").Process(target=use, args=(shared.name,))
    child.start()
    child.join()
    written = shared.buf[0]
    shared.close()
    shared.unlink()
    return written


def main(devices: list[str]) -> None:
    callback = ctypes.CFUNCTYPE(ctypes.c_int)(lambda: 5)  # needs memory that is made executable
    answers = {
        "devices": {device: attempt(lambda device=device: os.close(os.open(device, os.O_RDWR))) for device in devices},
        "write": {
            place: attempt(lambda place=place: Path(place, "probe").write_text("x")) for place in READ_ONLY + OWN
        },
        "home": attempt(lambda: list(Path("/root").iterdir())),
        "udev": attempt(lambda: list(Path("/run/udev").iterdir())),
        "netlink": attempt(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, KERNEL_EVENTS)),
        "packet": attempt(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW)),
        "boot_id": Path("/proc/sys/kernel/random/boot_id").exists(),
        "cpuinfo": bool(Path("/proc/cpuinfo").read_text()),
        "callback": callback(),
        "clock": synchronization._kernel_state(),
        "niceness": attempt(lambda: os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 19)),
        "shared": share_with_a_process(),
        "groups": os.getgroups(),
        "home_variable": os.environ["HOME"],
    }
    print(json.dumps(answers))


if __name__ == "__main__":
    main(sys.argv[1:])
