"""Every shipped model gives the same answers on the current runtime and on the oldest one.

Each has an environment of its own, on Python 3.11: the oldest one has no wheels for a later one.
"""

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from convert.temperature import tempered
from edge.contract.manifest import load_manifest

ROOT = Path(__file__).parents[1]
MODELS = ("models/emotion", "models/gate")

PACKAGES = {
    "current": ["ai-edge-litert>=2.1,<3", "numpy==1.26.4", "opencv-python-headless<4.12"],
    "oldest": ["tflite-runtime==2.14.0", "numpy==1.26.4", "opencv-python-headless<4.12"],
}

ANSWER = """
import json, sys
from pathlib import Path
import numpy as np
from edge.contract.made_pictures import made_picture
from edge.contract.golden import golden_picture as picture
from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model, runtime

found = {"runtime": runtime(), "numpy": np.__version__}
for name in sys.argv[1:]:
    classifier = Classifier(Model.load(Path(name + ".tflite")))
    size = classifier.manifest.input.size
    faces = [picture("portrait", size), np.roll(picture("portrait", size), 3, 1), picture("portrait", size)[:, ::-1]]
    faces += [made_picture(seed, size) for seed in range(200)]
    found[name] = [classifier.probabilities(np.ascontiguousarray(face)).tolist() for face in faces]
print(json.dumps(found))
"""

GOLDEN = """
import sys
from pathlib import Path
from edge.contract.golden import check_golden
from edge.contract.classifier import Classifier
from edge.contract.interpreter import Model

model = Model.load(Path(sys.argv[1] + ".tflite"))
found = check_golden(Classifier(model), model.manifest.provenance["golden"])
print(found)
sys.exit(not found.agrees)
"""

HIGHEST = """
import json, sys
from tflite_runtime.interpreter import Interpreter

known = {}
for name, versions in json.load(open(sys.argv[1])).items():
    for version, data in versions.items():
        try:
            Interpreter(model_content=bytes.fromhex(data))
        except ValueError:
            continue
        known[name] = max(known.get(name, 0), int(version))
print(json.dumps(known))
"""

pytestmark = pytest.mark.network


def call(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=ROOT, capture_output=True, text=True, timeout=600)


@pytest.fixture(scope="module")
def pythons(tmp_path_factory) -> dict[str, Path]:
    """An interpreter with each runtime."""
    python = shutil.which("python3.11")
    if python is None or call(python, "-c", "import ensurepip").returncode:
        pytest.skip("tflite-runtime 2.14.0 has wheels for Python 3.11 at most, which is not here")
    found = {}
    for name, packages in PACKAGES.items():
        folder = tmp_path_factory.mktemp(name)
        assert call(python, "-m", "venv", folder).returncode == 0
        done = call(folder / "bin" / "python", "-m", "pip", "install", "-q", "--only-binary", ":all:", *packages)
        if done.returncode and "Could not find a version" not in done.stderr:
            pytest.skip(f"no package index to install from: {done.stderr.strip().splitlines()[-1]}")
        assert done.returncode == 0, done.stderr
        found[name] = folder / "bin" / "python"
    return found


@pytest.fixture(scope="module")
def answers(pythons) -> dict[str, dict]:
    found = {}
    for name, python in pythons.items():
        done = call(python, "-c", ANSWER, *MODELS)
        assert done.returncode == 0, done.stderr
        found[name] = json.loads(done.stdout)
    return found


def test_each_environment_has_its_own_runtime(answers):
    assert answers["oldest"]["runtime"] == "tflite-runtime 2.14.0"
    assert answers["current"]["runtime"].startswith("ai-edge-litert 2.")
    assert {one["numpy"] for one in answers.values()} == {"1.26.4"}


@pytest.mark.parametrize("model", MODELS)
def test_shipped_models_answer_alike(answers, model):
    """The two round int8 differently in every layer, so what lies between two labels may tip over."""
    sharpness = load_manifest(ROOT / f"{model}.tflite").temperature  # undone, or it would decide what is alike
    old, new = (tempered(np.array(answers[name][model]), 1 / sharpness) for name in ("oldest", "current"))
    difference = np.abs(old - new).max(axis=1)
    assert difference[:3].max() < 0.05, "on faces"
    assert np.median(difference) < 0.05
    assert difference.max() < 0.2
    best = np.sort(new, axis=1)
    clear = best[:, -1] - best[:, -2] > 0.2
    assert clear.sum() > 40
    assert (old.argmax(axis=1) == new.argmax(axis=1))[clear].all()


@pytest.mark.parametrize("model", MODELS)
def test_golden_answers_hold_on_both(pythons, model):
    for python in pythons.values():
        done = call(python, "-c", GOLDEN, model)
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_of_the_oldest_runtime_s_operators_is_what_it_says_itself(pythons, tmp_path):
    """A small model that names one more operator is loaded for every operator and version."""
    import flatbuffers

    from convert.tflite.flatbuffer import schema
    from convert.tflite.runtimes import HIGHEST as TABLE

    form = schema()
    data = (ROOT / "tests" / "data" / "tiny_float32.tflite").read_bytes()
    asked: dict[str, dict[int, str]] = {}
    for name, code in vars(form.BuiltinOperator).items():
        if name.startswith("_"):
            continue
        top = TABLE.get(name, 0)
        for version in range(max(top, 1), top + 3):
            model = form.ModelT.InitFromPackedBuf(data, 0)
            extra = form.OperatorCodeT()
            extra.builtinCode, extra.deprecatedBuiltinCode, extra.version = code, min(code, 127), version
            model.operatorCodes.append(extra)
            builder = flatbuffers.Builder(4096)
            builder.Finish(model.Pack(builder), b"TFL3")
            asked.setdefault(name, {})[version] = bytes(builder.Output()).hex()
    (tmp_path / "asked.json").write_text(json.dumps(asked))
    done = call(pythons["oldest"], "-c", HIGHEST, tmp_path / "asked.json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == TABLE
