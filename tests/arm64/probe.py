"""What this machine sees, as JSON: run on an Arm machine and on the host, whose answers are compared.

Takes a lossless copy of the demo clip, because FFmpeg's conversion of colours is not the same to the bit on every
processor. Prints the versions in use; of each of its frames that was looked at, a hash and the boxes of the faces; of
each picture, the bytes of every output of both models; what runs of the copy and of the clip itself report; and by
how many grey levels at most the clip is decoded otherwise.
"""

import ctypes
import hashlib
import json
import os
import platform
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np

from edge.assembly import load_classifier
from edge.capture.demo import open_demo
from edge.capture.video import VideoFile
from edge.contract.golden import golden_picture
from edge.contract.interpreter import Model, runtime
from edge.contract.places import models_folder
from edge.contract.preprocessing import face_crop
from edge.vision.detector import HaarDetector

EVERY = 15
MADE = 60
AT_HWCAP = 16


def versions():
    libc = " ".join(platform.libc_ver())
    found = {"machine": platform.machine(), "libc": libc, "python": platform.python_version()}
    return found | {"numpy": np.__version__, "OpenCV": cv2.__version__, "runtime": runtime()}


def frames(source):
    """Some of a clip: with and without the face."""
    with source:
        return {frame.index: frame.grey for frame in source if frame.index % EVERY == 0}


def apart(one, other):
    """The largest difference of a pixel."""
    return max(int(cv2.absdiff(grey, other[index]).max()) for index, grey in one.items())


def outputs(name, faces):
    """Every output's bytes: the dequantized numbers, of which no two stand for the same int8."""
    model = Model.load(models_folder() / f"{name}.tflite")
    answers = [model.run(face) for face in faces]
    return {key: [answer[key].tobytes().hex() for answer in answers] for key in answers[0]}


def run(source):
    """What a run reports, but for when and where."""
    command = [sys.executable, "-m", "edge", "run", "--source", str(source), "--log", "-", "--quiet"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        return [{"event": f"exit {done.returncode}: {done.stderr}"}]
    passing = {"ts", "mono", "boot", "runtime", "camera", "source"}
    lines = (json.loads(line) for line in done.stdout.splitlines())
    return [{key: value for key, value in line.items() if key not in passing} for line in lines]


def main():
    clip = Path(sys.argv[1])
    detector = HaarDetector()
    looked_at = frames(VideoFile(clip))
    boxes = {index: detector.detect(grey) for index, grey in looked_at.items()}
    crops = [face_crop(looked_at[index], box, (48, 48)) for index, found in boxes.items() for box in found]
    size = load_classifier("emotion").manifest.input.size
    pictures = [golden_picture("portrait", size), *(golden_picture(f"made {seed}", size) for seed in range(MADE))]
    found = {
        "versions": versions(),
        "instructions": ctypes.CDLL(None).getauxval(AT_HWCAP),
        "frames": {index: hashlib.sha256(grey.tobytes()).hexdigest()[:16] for index, grey in looked_at.items()},
        "boxes": {index: [(box.x, box.y, box.width, box.height) for box in each] for index, each in boxes.items()},
        "crops": [hashlib.sha256(crop.tobytes()).hexdigest()[:16] for crop in crops],
        "outputs": {name: outputs(name, [*pictures, *crops]) for name in ("emotion", "gate")},
        "clip": run(clip),
        "demo": run("demo"),
        "decoded apart": apart(looked_at, frames(open_demo())),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
