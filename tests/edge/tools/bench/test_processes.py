"""What Linux says of processes: on this system, and on one that is drawn."""

import os
import subprocess
import sys
import time

import pytest

from edge.tools.bench.processes import busy_time, family, memory, processor_time

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux has /proc")


@pytest.fixture
def child():
    """A process with a process: both sleep, the inner one after having held 40 MiB."""
    inner = "import time; held = bytes(range(256)) * (40 << 12); print('ready', flush=True); time.sleep(60)"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}])"
    with subprocess.Popen([sys.executable, "-c", outer], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        members = family(process.pid)
        yield process
        for member in members:
            os.kill(member, 9)


@linux
def test_children_and_theirs_count(child):
    members = family(os.getpid())
    assert members[0] == os.getpid()
    assert child.pid in members
    assert set(family(child.pid)) < set(members)
    assert len(family(child.pid)) == 2
    assert memory(child.pid) > 40
    assert memory(os.getpid()) > memory(child.pid)


@linux
def test_processor_time_is_what_was_worked():
    before, clock, busy = processor_time(os.getpid()), time.process_time(), busy_time()
    while time.process_time() - clock < 0.3:
        pass
    assert processor_time(os.getpid()) - before == pytest.approx(0.3, abs=0.05)
    assert busy_time() - busy >= 0.25


def fake(folder, pid: int, parent: int, ticks: tuple[int, int, int, int], kib: int | None, name: str = "a b) c"):
    process = folder / str(pid)
    process.mkdir()
    fields = ["S", str(parent), *["0"] * 9, *map(str, ticks), *["0"] * 10]
    (process / "stat").write_text(f"{pid} ({name}) {' '.join(fields)}\n")
    if kib is not None:
        (process / "smaps_rollup").write_text(f"00-ff ---p 00000000 00:00 0 [rollup]\nRss: 9 kB\nPss: {kib} kB\n")


def test_adds_up_a_family_whatever_its_members_are_called(tmp_path):
    fake(tmp_path, 10, 1, (100, 50, 0, 0), 2048)
    fake(tmp_path, 11, 10, (10, 5, 20, 5), 1024, name="(x) 7 8")
    fake(tmp_path, 12, 11, (0, 0, 0, 10), None)
    fake(tmp_path, 13, 1, (999, 999, 0, 0), 99999)
    (tmp_path / "self").mkdir()
    hertz = os.sysconf("SC_CLK_TCK")
    assert sorted(family(10, tmp_path)) == [10, 11, 12]
    assert memory(10, tmp_path) == 3.0
    assert processor_time(10, tmp_path) == pytest.approx(200 / hertz)
    assert memory(12, tmp_path) is None


def test_idle_and_waiting_are_not_busy_but_stolen_time_is(tmp_path):
    (tmp_path / "stat").write_text("cpu  100 20 30 90000 5000 4 6 40 7 0\ncpu0 1 2 3 4\n")
    assert busy_time(tmp_path) == pytest.approx((100 + 20 + 30 + 4 + 6 + 40) / os.sysconf("SC_CLK_TCK"))


def test_where_the_system_says_nothing_nothing_is_known(tmp_path):
    assert busy_time(tmp_path / "none") is None
    assert memory(1, tmp_path) is None
    assert processor_time(1, tmp_path) is None
