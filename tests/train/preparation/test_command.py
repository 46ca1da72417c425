import contextlib
import os
import pty
import signal
import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("rich")

from tests.made_data import classes, lay, png, table

pytestmark = pytest.mark.train

ROOT = Path(__file__).parents[3]


def command(*arguments) -> list[str]:
    return [sys.executable, "-m", "train", "prepare", *map(str, arguments)]


def test_as_a_process(tmp_path):
    source = lay(
        tmp_path / "in", {**classes(), "contempt/1.png": png(1), "happy/bad.png": b"", "sad/again.png": png(4000)}
    )
    done = subprocess.run(command(source, "--out", tmp_path / "out"), cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stderr == f"left out: {source}: happy/bad.png: not a picture that can be read\n"
    lines = [line.split() for line in done.stdout.splitlines()]
    assert lines[0] == ["train", "validation", "test", "all"]
    assert lines[1] == ["angry", "8", "1", "1", "10"]
    assert lines[8] == ["all", "56", "7", "7", "70"]
    assert f"{source}: 71 pictures (71 of 48x48), 70 kept" in done.stdout
    assert f"duplicates: 1 of {source} are in itself already; left out" in done.stdout
    assert done.stdout.endswith(f"prepared: {tmp_path / 'out'}\n")


def test_help_loads_nothing_heavy():
    code = "import sys; from train.__main__ import main\ntry: main(['prepare', '--help'])\n"
    code += "finally: assert not {'tensorflow', 'keras', 'matplotlib', 'rich', 'cv2'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "--map NAME=LABEL" in done.stdout


def drain(terminal: int) -> None:
    """Reads until the other side is closed, which Linux reports as an error."""
    with contextlib.suppress(OSError):
        while os.read(terminal, 4096):
            pass


def test_a_terminal_sees_how_far_it_is_and_ctrl_c_leaves_nothing(tmp_path):
    faces = table(tmp_path / "a.csv", [(3, 1, "Training")])
    header, row = faces.read_text().splitlines()
    faces.write_text("\n".join([header, *[row] * 20000]))  # seconds of reading
    ours, theirs = pty.openpty()
    running = subprocess.Popen(
        command(faces, "--out", tmp_path / "out"),
        cwd=ROOT,
        stderr=theirs,
        stdout=subprocess.PIPE,
        start_new_session=True,
        # A shell starts its background jobs, and so all that they start, deaf to Ctrl-C.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
    os.close(theirs)
    seen = b""
    deadline = time.monotonic() + 60
    while b"a.csv" not in seen and time.monotonic() < deadline:
        seen += os.read(ours, 4096)
    assert b"a.csv" in seen
    # A terminal goes on reading; one that does not would block the program as soon as its buffer is full.
    reading = threading.Thread(target=drain, args=(ours,), daemon=True)
    reading.start()
    running.send_signal(signal.SIGINT)
    said, _ = running.communicate(timeout=60)
    reading.join(timeout=60)
    os.close(ours)
    assert running.returncode == 130
    assert said == b""
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
