"""The questions, each answered in a process of its own: `python -m edge.tools.doctor.questions NAME`.

What is needed to know comes as JSON on standard input, and the answer goes as JSON to standard output. Only what a
question is about is imported, so that one broken library does not hide what is to be said of another.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

Facts = dict[str, Any]


def main() -> None:
    """Answers one question."""
    about = json.load(sys.stdin)
    answers = os.dup(1)
    os.dup2(2, 1)  # libraries write to standard output as they like
    try:
        form: Facts = {"found": QUESTIONS[sys.argv[1]](about)}
    except Exception as error:
        form = {"error": type(error).__name__, "reason": " ".join(str(error).split())[:400]}
    os.write(answers, json.dumps(form).encode())
    os._exit(0)  # what a library wants to do at its end may hang


def numpy(_: Facts) -> Facts:
    """Whether numpy can be imported, and computes."""
    import numpy as np

    side = np.arange(64.0).reshape(8, 8)
    return {"version": np.__version__, "file": np.__file__, "sum": float((side @ side).sum())}


def opencv(_: Facts) -> Facts:
    """OpenCV itself, and whether it can have a cascade."""
    import cv2
    import numpy as np

    cv2.resize(np.zeros((8, 8), np.uint8), (4, 4))
    has = hasattr(cv2, "CascadeClassifier")
    return {"version": cv2.__version__, "file": getattr(cv2, "__file__", "?"), "cascades": has}


def cascade(about: Facts) -> Facts:
    """Whether the detector finds the cascade and finds a face with it: that of the demo clip."""
    from edge.capture.demo import open_demo
    from edge.vision.detector import HaarDetector, find_cascade

    path = Path(about["cascade"]) if about.get("cascade") else find_cascade()
    detector = HaarDetector(path)
    with open_demo() as source:
        frame = source.read()
    return {"file": str(path), "faces": len(detector.detect(frame.grey)) if frame is not None else None}


def runtime(_: Facts) -> Facts:
    """Which TFLite runtime is there, and whether it computes: one built for another numpy imports, and then fails."""
    import numpy as np

    from edge.contract.interpreter import open_interpreter
    from edge.contract.interpreter import runtime as name

    found = {"runtime": name(), "numpy": np.__version__, "failure": ""}
    model = Path(__file__).resolve().parents[2] / "assets" / "peak_int8.tflite"
    try:
        open_interpreter(model.read_bytes(), model.name, 1).invoke()
    except Exception as error:
        found["failure"] = " ".join(f"{type(error).__name__}: {error}".split())[:300]
    return found


def inference(about: Facts) -> Facts:
    """How a model answers the pictures whose answers its manifest records."""
    from edge.contract.classifier import Classifier
    from edge.contract.golden import check_golden

    classifier = Classifier.load(Path(about["model"]), about["task"])
    recorded = classifier.manifest.provenance.get("golden")
    if not isinstance(recorded, dict):
        return {"pictures": 0}
    began = time.perf_counter()
    compared = check_golden(classifier, recorded)
    each = (time.perf_counter() - began) / compared.pictures
    return {
        "pictures": compared.pictures,
        "difference": compared.difference,
        "agrees": compared.agrees,
        "where": compared.where,
        "milliseconds": each * 1000,
    }


def profile(about: Facts) -> Facts:
    """Whether a profile can be read and is for a model."""
    from edge.contract.manifest import load_manifest
    from edge.contract.profile import load_profile

    manifest = load_manifest(Path(about["model"]))
    load_profile(Path(about["profile"])).check(manifest, about["profile"])
    return {}


def devices(about: Facts) -> Facts:
    """What the drivers of video devices say of themselves."""
    from edge.tools.doctor.v4l2 import describe

    return {"devices": [describe(Path(path)) for path in about["paths"]]}


def camera(about: Facts) -> Facts:
    """One frame of a camera or stream."""
    from edge.capture.opening import open_source
    from edge.capture.settings import CaptureSettings

    size = tuple(about["size"]) if about.get("size") else None
    settings = CaptureSettings(size=size, max_fps=None, stale=about["patience"], opening=about["patience"])
    began = time.monotonic()
    with open_source(about["source"], settings) as source:
        frame = source.read()
    if frame is None:
        return {"frame": None}
    height, width = frame.grey.shape
    return {"width": width, "height": height, "seconds": time.monotonic() - began, "brightest": int(frame.grey.max())}


def picamera(_: Facts) -> Facts:
    """Whether libcamera and picamera2 can be imported, and which cameras they know."""
    os.environ.setdefault("LIBCAMERA_LOG_LEVELS", "*:ERROR")
    import libcamera  # noqa: F401
    from picamera2 import Picamera2

    cameras = [str(entry.get("Model", "?")) for entry in Picamera2.global_camera_info()]
    return {"version": _version("picamera2"), "cameras": cameras}


def package(about: Facts) -> Facts:
    """Whether a module can be imported, and which version of its package that is."""
    __import__(about["module"])
    return {"version": _version(about["package"])}


def broker(about: Facts) -> Facts:
    """Whether an MQTT broker lets us in. Nothing is sent and nothing subscribed to."""
    from edge.outputs.mqtt_connection import Broker, greet

    files = {name: about.get(name) and Path(about[name]) for name in ("ca_file", "certificate", "key")}
    return {"answer": greet(Broker(**{**about, **files}), f"emotion-edge-doctor-{os.getpid()}")}


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:  # apt's own packages do not always say
        return ""


QUESTIONS: dict[str, Callable[[Facts], Facts]] = {
    function.__name__: function
    for function in (
        numpy,
        opencv,
        cascade,
        runtime,
        inference,
        profile,
        devices,
        camera,
        picamera,
        package,
        broker,
    )
}

if __name__ == "__main__":
    main()
