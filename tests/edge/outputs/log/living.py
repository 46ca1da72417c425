"""A service's log over many lives, each ended by a signal at a random time.

Usage: python living.py FOLDER LIVES SEED. Prints a line of JSON for each life: its number, the signal, how it ended,
and how many lines it had been told were written.
"""

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from pathlib import Path

from edge.contract.records import Analysis, Box, Observation, Scores, Start, Stop
from edge.outputs.event_log import EventLog
from edge.outputs.log.limits import Limits
from edge.outputs.scribe import Scribe

SCORES = Scores(("happy", "sad"), (0.75, 0.25))
BOX = Box(0, 0, 9, 9)
LIFE = 1_000_000
"""More than the lines of one life."""


def live(log: Path, life: int, told: mmap.mmap) -> None:
    """Writes numbered faces until SIGTERM."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, frame: asked.append(number))
    limits = Limits(size=15_000, total=10**9, free=0, sync=0.02)
    with EventLog(log, Scribe("door", synchronized=lambda: True), limits, strict=False) as output:
        output.handle(Start(time.time(), time.monotonic(), "0", "none", "film", ()))
        number = 0
        while not asked:
            track = life * LIFE + number
            seen = Observation(track, BOX, 1.0, SCORES, "happy", 0.75, started=False, changed=True)
            output.handle(Analysis(number, time.time(), time.monotonic(), (seen,), (), 0))
            number += 1
            told[:8] = struct.pack("q", number)
        output.handle(Stop(time.time(), time.monotonic(), "SIGTERM", number, 0, life))


def main(folder: Path, lives: int, seed: int) -> None:
    chance = random.Random(seed)
    for life in range(lives):
        told = mmap.mmap(-1, 8)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                live(folder / "log.jsonl", life, told)
                code = 0
            finally:
                os._exit(code)
        number = chance.choice([signal.SIGTERM, signal.SIGKILL])
        while number is signal.SIGTERM and told[:8] == bytes(8):
            time.sleep(0.001)  # its handler must be there; SIGKILL may come at once
        time.sleep(chance.uniform(0, 0.15))
        os.kill(child, number)
        began = time.monotonic()
        status = os.waitpid(child, 0)[1]
        end = {"life": life, "signal": number.name, "status": status, "seconds": time.monotonic() - began}
        print(json.dumps({**end, "told": struct.unpack("q", told[:8])[0]}), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
