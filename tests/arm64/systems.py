"""Root file systems of Debian for Arm, made once and kept: debootstrap under QEMU's emulation of a process.

As a Pi's own: with systemd, and apt's numpy and OpenCV. ARM64_SYSTEMS names the folder that keeps them.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(os.environ.get("ARM64_SYSTEMS") or Path.home() / ".cache/emotion-edge/arm64")
MIRROR = os.environ.get("ARM64_MIRROR", "http://deb.debian.org/debian")
PACKAGES = ("python3", "python3-venv", "python3-numpy", "python3-opencv", "opencv-data", "systemd")


@dataclass(frozen=True)
class System:
    """A Debian, and the processors that it is run as.

    Attributes:
        suite: Debian's name for it.
        architecture: Debian's name for it.
        python: the version of its /usr/bin/python3.
        processors: what QEMU_CPU takes; see `PROCESSORS`.
        tags: of the wheels that fit it.
        picamera2: whether apt's picamera2 is there, which makes the installer use apt's packages too.
    """

    suite: str
    architecture: str
    python: str
    processors: tuple[str, ...]
    tags: tuple[str, ...]
    picamera2: bool

    @property
    def name(self) -> str:
        return f"{self.suite}-{self.architecture}"

    @property
    def machine(self) -> str:
        """As `uname -m` says it."""
        return {"arm64": "aarch64", "armhf": "armv7l"}[self.architecture]

    @property
    def root(self) -> Path:
        return FOLDER / self.name

    @property
    def wheels(self) -> Path:
        return FOLDER / f"wheels-{self.name}"


@dataclass(frozen=True)
class Processor:
    """What `/proc/cpuinfo` says of a processor of Arm's, and the boards that have it."""

    boards: str
    part: str
    architecture: int
    features: str

    def cpuinfo(self, cores: int = 4) -> str:
        """The text that the kernel would give. QEMU gives the host's, at which LiteRT's runtime ends with SIGSEGV."""
        told = {"BogoMIPS": "38.40", "Features": self.features, "CPU implementer": "0x41"}
        told |= {"CPU architecture": str(self.architecture), "CPU variant": "0x0", "CPU part": self.part}
        core = "".join(f"{key}\t: {value}\n" for key, value in {**told, "CPU revision": "4"}.items())
        return "".join(f"processor\t: {number}\n{core}\n" for number in range(cores))


V8 = "fp asimd evtstrm crc32 cpuid"
V8_2 = "fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm lrcpc dcpop asimddp"
V7 = "half thumb fastmult vfp edsp neon vfpv3 tls vfpv4 idiva idivt vfpd32 lpae evtstrm"
# QEMU has no Cortex-A53 for 32-bit programs; of those with NEON and VFPv4 the A7 knows the fewest instructions.
PROCESSORS = {
    "cortex-a53": Processor("Pi 3, Zero 2 W", "0xd03", 8, V8),
    "cortex-a72": Processor("Pi 4", "0xd08", 8, V8),
    "cortex-a76": Processor("Pi 5", "0xd0b", 8, V8_2),
    "cortex-a7": Processor("Pi 2; Pi 3 and Zero 2 W on a 32-bit system", "0xc07", 7, V7),
}
A64 = ("cortex-a53", "cortex-a72", "cortex-a76")
TAGS_64 = ("manylinux_2_28_aarch64", "manylinux_2_27_aarch64", "manylinux2014_aarch64")
TAGS_32 = ("manylinux_2_36_armv7l", "manylinux_2_34_armv7l", "manylinux2014_armv7l", "linux_armv7l")

SYSTEMS = (
    System("bookworm", "arm64", "3.11", A64, TAGS_64, True),
    System("trixie", "arm64", "3.13", A64, TAGS_64, False),
    System("bookworm", "armhf", "3.11", ("cortex-a7",), TAGS_32, True),
)


def missing() -> str | None:
    """Why there can be no such system here."""
    if os.geteuid() != 0:
        return "needs root: sudo make test-arm64"
    programs = {"debootstrap": "debootstrap", "unshare": "util-linux", "nsenter": "util-linux", "ip": "iproute2"}
    for program, package in programs.items():
        if not shutil.which(program):
            return f"needs {program}: apt-get install {package}"
    if subprocess.run(["unshare", "--mount", "--pid", "--net", "--fork", "true"], capture_output=True).returncode:
        return "needs namespaces, which this container may not make"
    for name in ("qemu-aarch64", "qemu-arm"):
        entry = Path("/proc/sys/fs/binfmt_misc") / name
        # With the flag F the kernel holds the emulator open, so that it works inside another root as well.
        if not entry.exists() or "F" not in _flags(entry):
            return (
                f"the kernel does not run Arm programs with {name}: apt-get install qemu-user-static binfmt-support; "
                "mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc; update-binfmts --enable"
            )
    return None


def _flags(entry: Path) -> str:
    lines = (line.partition("flags:") for line in entry.read_text().splitlines())
    return next((flags for _, found, flags in lines if found), "")


def made(system: System) -> Path:
    """Its root folder, made first where it is not kept yet, which takes tens of minutes. Asks a Debian mirror."""
    if system.root.exists():
        return system.root
    FOLDER.mkdir(parents=True, exist_ok=True)
    part = FOLDER / f"{system.name}.part"
    # What it mounts goes with its namespace, however it ends; until it is whole it has another name.
    own = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--")
    subprocess.run(["rm", "-rf", "--one-file-system", part], check=True)
    first = ("debootstrap", f"--arch={system.architecture}", "--variant=minbase", system.suite, str(part), MIRROR)
    _run([*own, *first], FOLDER / f"{system.name}.log")
    (part / "etc/dpkg/dpkg.cfg.d/quick").write_text("force-unsafe-io\npath-exclude=/usr/share/man/*\n")
    shutil.copy("/etc/resolv.conf", part / "etc/resolv.conf")
    # Nothing is started in there.
    (part / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
    (part / "usr/sbin/policy-rc.d").chmod(0o755)
    install = f"apt-get install -qy --no-install-recommends {' '.join(PACKAGES)}"
    script = f"mount -t proc proc /proc && apt-get update -q && {install} && apt-get clean"
    environment = ("env", "-i", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "PATH=/usr/sbin:/usr/bin:/sbin:/bin")
    inside = (*environment, "chroot", str(part), "sh", "-c", script)
    _run([*own, *inside], FOLDER / f"{system.name}.log")
    part.rename(system.root)
    return system.root


def _run(command: list[str], log: Path) -> None:
    with log.open("a") as file:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
    assert done.returncode == 0, f"{' '.join(command)}: {done.returncode}, see {log}"
