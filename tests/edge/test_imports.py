import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
HEAVY = {"tensorflow", "keras", "torch", "jax", "train", "convert", "matplotlib"}
OPTIONAL = {"picamera2", "libcamera", "paho", "prometheus_client", "starlette", "uvicorn"}

WALK = """
import importlib, json, pkgutil, sys
import edge
seen, failed = ["edge"], {}
for module in pkgutil.walk_packages(edge.__path__, "edge.", onerror=lambda name: None):
    if module.name.endswith("__main__"):
        continue
    try:
        importlib.import_module(module.name)
        seen.append(module.name)
    except ImportError as error:
        failed[module.name] = (error.name or "").split(".")[0]
print(json.dumps({"seen": seen, "failed": failed, "loaded": sorted({name.split(".")[0] for name in sys.modules})}))
"""


def fresh(code: str) -> str:
    """What a new Python process in the project's root prints."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_edge_never_loads_training():
    found = json.loads(fresh(WALK))
    assert {"edge.contract.interpreter", "edge.contract.manifest", "edge.contract.classifier"} <= set(found["seen"])
    assert set(found["failed"].values()) <= OPTIONAL, found["failed"]
    assert not HEAVY & set(found["loaded"])


def test_a_model_runs_without_training():
    code = """
import json, sys
from pathlib import Path
import numpy as np
from edge.contract.classifier import Classifier
Classifier.load(Path("tests/data/tiny_int8.tflite"), "emotion").scores(np.zeros((48, 48), np.uint8))
print(json.dumps(sorted({name.split(".")[0] for name in sys.modules})))
"""
    assert not HEAVY & set(json.loads(fresh(code)))
