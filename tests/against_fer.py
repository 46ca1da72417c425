"""Compares this project with the `fer` package on the same clip, in one run. Not a test; takes minutes.

    python3.11 -m venv fer
    fer/bin/pip install "fer==25.10.3" "setuptools<75" "opencv-contrib-python<5" "opencv-python<5"
    python tests/against_fer.py fer/bin/python .venv/bin/python

Each takes turns, in a process of its own that starts from nothing: reads the demo clip, looks at every frame at 640x480
with its own Haar detector and defaults, and tells frames a second (reading included), memory and the time to its first
result. `fer` reads colour and searches every frame whole; this project reads as `run` does.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CLIP = ROOT / "edge" / "assets" / "demo.mp4"
SIZE = (640, 480)
PASSES = 2
"""How often the clip is looked at in one process; the first result's time is told apart."""


def main() -> None:
    """Runs each side a few times, in turns, and prints a table with ratios."""
    options = _options()
    if options.side:
        print(json.dumps(_SIDES[options.side]()))
        return
    for cores in options.cores:
        runs: dict[str, list[dict[str, float]]] = {"fer": [], "edge": []}
        for _ in range(options.turns):
            for side, python in (("fer", options.fer), ("edge", options.edge)):
                runs[side].append(_run(side, python, cores))
        _print(cores, {side: _best(found) for side, found in runs.items()})
    print(f"installed: fer {_installed(options.fer):,.0f} MB, edge {_installed(options.edge):,.0f} MB")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fer", type=Path, help="the Python that has fer")
    parser.add_argument("edge", type=Path, help="the Python that has requirements-edge.txt")
    parser.add_argument("--cores", type=int, nargs="+", default=[1, 2], help="processor cores to allow (default 1 2)")
    parser.add_argument("--turns", type=int, default=3, help="how often each runs; the best counts (default 3)")
    parser.add_argument("--side", choices=("fer", "edge"), help=argparse.SUPPRESS)
    return parser.parse_args()


def _run(side: str, python: Path, cores: int) -> dict[str, float]:
    own = [str(python), str(Path(__file__).resolve()), str(python), str(python), "--side", side]
    environment = os.environ | {"PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3", "BEGAN": repr(time.time())}
    allowed = sorted(os.sched_getaffinity(0))[:cores]
    done = subprocess.run(
        own, env=environment, stdout=subprocess.PIPE, check=True, preexec_fn=lambda: os.sched_setaffinity(0, allowed)
    )
    return json.loads(done.stdout.splitlines()[-1])


def _best(runs: list[dict[str, float]]) -> dict[str, float]:
    """The best of each figure: what disturbs only ever makes them worse."""
    return {name: (max if name == "fps" else min)(run[name] for run in runs) for name in runs[0]}


def _print(cores: int, found: dict[str, dict[str, float]]) -> None:
    fer, edge = found["fer"], found["edge"]
    print(f"\n{cores} core(s){'':14}{'fer':>10}{'edge':>10}{'ratio':>10}")
    for name, unit in (("fps", "frames/s"), ("ms", "ms a frame"), ("memory", "MB peak"), ("start", "s to start")):
        ratio = edge[name] / fer[name]
        print(f"{unit:20}{fer[name]:13.2f}{edge[name]:10.2f}{ratio if ratio > 1 else 1 / ratio:9.1f}x")
    print(f"{'frames with a face':20}{fer['faces']:13.0%}{edge['faces']:10.0%}", flush=True)


def _installed(python: Path) -> float:
    """Megabytes of an environment's site-packages, without pip's own."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    folder = Path(subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout.strip())
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files if file.relative_to(folder).parts[0] != "pip") / 1e6


def _fer() -> dict[str, float]:
    import cv2
    from fer.fer import FER

    detector = FER(mtcnn=False)
    return _measured(_colour_frames, lambda frame: len(detector.detect_emotions(cv2.resize(frame, SIZE))))


def _edge() -> dict[str, float]:
    from edge.assembly import load_pipeline

    pipeline = load_pipeline()
    return _measured(_edge_frames, lambda frame: len(pipeline.analyze(frame).observations))


def _colour_frames():
    import cv2

    video = cv2.VideoCapture(str(CLIP))
    while (read := video.read())[0]:
        yield read[1]


def _edge_frames():
    from edge.capture.opening import open_source

    with open_source("demo") as source:
        yield from source


def _measured(frames, look) -> dict[str, float]:
    first = None
    seen = found = 0
    for frame in frames():
        look(frame)
        first = time.time() - float(os.environ["BEGAN"])
        break
    began = time.perf_counter()
    for _ in range(PASSES):
        for frame in frames():
            seen += 1
            found += look(frame) > 0
    took = time.perf_counter() - began
    memory = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return {
        "fps": seen / took,
        "ms": 1000 * took / seen,
        "memory": int(memory.split()[1]) / 1000,
        "start": first,
        "faces": found / seen,
    }


_SIDES = {"fer": _fer, "edge": _edge}

if __name__ == "__main__":
    sys.exit(main())
