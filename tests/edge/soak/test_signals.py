"""SIGTERM at a random moment of a real run, over and over on one log: always a clean end and a whole log."""

import json
import random
import signal
import time

import pytest

from tests.edge.service.processes import Run
from tests.edge.soak.clip import served

LIMIT = 15.0
"""Seconds that systemd gives."""


@pytest.mark.parametrize("lives", [4, pytest.param(200, marks=pytest.mark.soak)])
def test_every_end_is_clean_and_no_line_is_lost(tmp_path, lives):
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    ends = []
    with served() as port:
        for _ in range(lives):
            with Run(tmp_path, "--wait", source=f"http://127.0.0.1:{port}/", EMOTION_EDGE_LOG_MODE="frames") as run:
                before = len(run.events())
                if chance.random() < 0.8:  # else at any moment of its start
                    while len(run.events()) == before and run.process.poll() is None:
                        time.sleep(0.02)
                time.sleep(chance.uniform(0, 2))
                began = time.monotonic()
                code, errors = run.end(signal.SIGTERM)
                ends.append((code, time.monotonic() - began, len(run.events()) - before, errors))
            assert run.log.read_bytes()[-1:] in (b"\n", b""), (seed, ends[-1])
    # Before it has begun the signal ends it as any program: nothing was written then, and systemd takes it for clean.
    early = [end for end in ends if end[0] == -signal.SIGTERM and end[2] == 0]
    clean = [end for end in ends if end[0] == 0]
    longest = max(end[1] for end in ends)
    print(
        f"{len(clean) + len(early)} of {lives} clean ends, {len(early)} of them before the run had begun; "
        f"the longest took {longest:.1f} s; seed {seed}"
    )
    assert len(clean) + len(early) == lives, (seed, [end for end in ends if end not in clean + early])
    assert len(clean) >= lives / 2
    assert longest < LIMIT, seed
    assert not [end for end in ends if end[3]], (seed, "nothing was there to complain of")
    check(run.log.read_text().splitlines(), len(clean), seed)


def check(lines: list[str], lives: int, seed: int) -> None:
    """Each life is whole: from its start to its stop, with all the faces that were in sight told to be gone."""
    kinds = [event["event"] for event in map(json.loads, lines)]
    assert kinds.count("start") == kinds.count("stop") <= lives, seed
    inside, seen = False, set()
    for event in map(json.loads, lines):
        assert inside != (event["event"] == "start"), (seed, event)
        inside = event["event"] != "stop"
        if event["event"] == "face":
            seen.add(event["track"])
        elif event["event"] == "gone":
            seen.remove(event["track"])
        elif event["event"] == "stop":
            assert event["reason"] == "SIGTERM"
            assert not seen, (seed, event)
    assert not inside, seed
