import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from convert.__main__ import main
from convert.framework import quiet, tensorflow
from edge.contract.classifier import Classifier
from edge.contract.errors import ModelError
from edge.contract.labels import EMOTIONS
from edge.contract.manifest import load_manifest

ROOT = Path(__file__).parents[2]
OF_EMOTIONS = ["--task", "emotion", "--labels", ",".join(EMOTIONS)]


@pytest.fixture
def old(tmp_path) -> Path:
    """An older model that must not be harmed."""
    (tmp_path / "mine.tflite").write_bytes(b"old model")
    (tmp_path / "mine.json").write_text("old manifest")
    return tmp_path / "mine.tflite"


def untouched(old: Path) -> bool:
    files = {file.name: file.read_bytes() for file in old.parent.iterdir()}
    return files == {"mine.tflite": b"old model", "mine.json": b"old manifest"}


@pytest.mark.train
def test_own_model_and_own_data_on_a_terminal(spoiled, labelled, tmp_path):
    out = tmp_path / "mine.tflite"
    command = [sys.executable, "-m", "convert", spoiled, *OF_EMOTIONS, "--data", labelled, "--out", out, "--force"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": ""})
    assert done.returncode == 0, done.stderr
    said = done.stderr.splitlines()
    assert [line.split()[0] for line in said] == ["no", "converting", "measuring", "measuring"], done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{out}: ")
    classifier = Classifier.load(out, "emotion")
    assert classifier.manifest.provenance["quantization"]["calibration"] == "drawn with seed 1"
    assert str(labelled) not in (tmp_path / "mine.json").read_text()
    before = classifier.manifest.provenance["readings"]
    assert main([str(part) for part in command[3:]]) == 0
    after = load_manifest(out).provenance["readings"]
    assert (after[:-1], [one["by"] for one in after]) == (before, ["python -m convert"] * 2)

    changed = bytearray(out.read_bytes())
    changed[len(changed) // 2] ^= 1
    out.write_bytes(changed)
    with pytest.raises(ModelError, match="is not the file its manifest describes"):
        Classifier.load(out, "emotion")


@pytest.fixture(scope="module")
def of_six(labelled, tmp_path_factory) -> Path:
    """A network that was trained without disgust, or would have been, in its run folder."""
    tensorflow()
    with quiet():
        import dataclasses

        import keras

        from train.datasets.tasks import load
        from train.fit import build, start
        from train.recipes import RECIPES

        small = {"blocks": 3, "filters": 4, "dense": 8}
        recipe = dataclasses.replace(RECIPES["blocks-3"], drop=("disgust",), options=small)
        path = tmp_path_factory.mktemp("six") / "run"
        folder = start("blocks-3", recipe, load("emotion", labelled, 1), path, 1, labelled)
        keras.utils.set_random_seed(1)
        build(recipe, 6, "float32").save(folder.model)
    return folder.model


@pytest.mark.train
def test_a_network_that_was_trained_without_a_label(of_six, labelled, tmp_path, monkeypatch, capsys):
    listed, out = tmp_path / "emotion.txt", tmp_path / "six.tflite"
    assert main(["calibration", "emotion", "--data", str(labelled), "--images", "35", "--out", str(listed)]) == 0
    monkeypatch.setattr("convert.calibration.COMMITTED", tmp_path)
    taken = {
        "emotion.txt without disgust": ["--data", str(labelled)],
        "drawn with seed 1": ["--calibration", str(labelled)],
    }
    for name, given in taken.items():
        assert main([str(of_six), "--out", str(out), "--force", *given]) == 0, capsys.readouterr().err
        told = json.loads(out.with_suffix(".json").read_text())
        assert "disgust" not in told["labels"]
        assert told["quantization"]["calibration"] == name


@pytest.mark.train
def test_a_refused_model_leaves_the_old_files(spoiled, labelled, old, capsys):
    code = main([str(spoiled), *OF_EMOTIONS, "--data", str(labelled), "--out", str(old)])
    assert code == 1
    assert "nothing was written" in capsys.readouterr().err
    assert untouched(old)


@pytest.mark.train
def test_a_failing_converter_leaves_the_old_files(labelled, old, capsys, tmp_path_factory):
    tensorflow()
    with quiet():
        import keras

        face = keras.Input((48, 48, 1), name="face")
        pooled = keras.layers.GlobalAveragePooling2D(keepdims=True)(keras.layers.Rescaling(1 / 512)(face))
        odd = keras.ops.erfinv(keras.layers.Conv2D(7, 1)(pooled))  # int8 has no such operator
        model = tmp_path_factory.mktemp("odd") / "odd.keras"
        keras.Model(face, {"logits": keras.layers.Reshape((7,))(odd)}, name="odd").save(model)
    assert main([str(model), *OF_EMOTIONS, "--data", str(labelled), "--out", str(old)]) == 1
    assert f"convert: TensorFlow cannot convert {model} to int8: " in capsys.readouterr().err.splitlines()[-1]
    assert untouched(old)


def test_no_model(old, capsys, monkeypatch):
    monkeypatch.delenv("EMOTION_EDGE_DATA", raising=False)
    assert main(["none.keras", "--task", "emotion", "--out", str(old)]) == 64
    assert capsys.readouterr().err == "convert: none.keras: no such file\n"
    assert untouched(old)


def test_no_data(old, capsys, monkeypatch):
    monkeypatch.delenv("EMOTION_EDGE_DATA", raising=False)
    (old.parent / "mine.keras").touch()
    assert main([str(old.parent / "mine.keras"), "--out", str(old)]) == 64
    assert "where is the data?" in capsys.readouterr().err


def test_no_pictures_to_calibrate_on(old, spoiled, capsys):
    assert main([str(spoiled), *OF_EMOTIONS, "--calibration", "/no/faces", "--out", str(old)]) == 64
    assert capsys.readouterr().err == "convert: /no/faces: no such file or folder\n"
    assert untouched(old)


def test_no_folder_to_write_to(tmp_path, capsys):
    assert main(["none.keras", "--out", str(tmp_path / "no" / "mine.tflite")]) == 74
    assert "no such folder" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.keras"],
        ["a.keras", "--out", "a.bin"],
        ["calibration", "moods"],
        ["calibration", "gate", "--out", "a", "--images", "0"],
        ["model"],
        ["a.keras", "--out", "a.tflite", "--kind", "int4"],
        ["a.keras", "--out", "a.tflite", "--max-drop", "nan"],
        ["a.keras", "--out", "a.tflite", "--max-drop=-0.5"],
        ["a.keras", "--out", "a.tflite", "--max-recall-drop", "some"],
        ["a.keras", "--out", "a.tflite", "--input-range", "0..2"],
        ["a.keras", "--out", "a.tflite", "--input-range"],
        ["compare", "a.keras", "--out", "a.pdf"],
        ["verify"],
        ["inspect"],
    ],
)
def test_usage(arguments):
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2


@pytest.mark.parametrize("name", ["model", "compare", "verify", "inspect"])
def test_a_network_that_is_called_like_a_command(tmp_path, monkeypatch, capsys, name):
    monkeypatch.chdir(tmp_path)
    hint = f"convert: {name} was taken for the command; the SavedModel here is ./{name}\n"
    for there in (False, True):
        with pytest.raises(SystemExit) as stopped:
            main([name, "--out", "a.tflite"])
        assert stopped.value.code == 2
        assert capsys.readouterr().err.endswith(hint) == there
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / "saved_model.pb").touch()
    with pytest.raises(SystemExit):
        main(["other"])
    assert "was taken for" not in capsys.readouterr().err


def test_a_list_is_made_of_own_data(labelled, tmp_path, capsys):
    first, second = tmp_path / "first.txt", tmp_path / "second.txt"
    for path in (first, second):
        assert main(["calibration", "emotion", "--data", str(labelled), "--out", str(path), "--images", "21"]) == 0
    assert first.read_bytes() == second.read_bytes()
    assert "21 pictures" in capsys.readouterr().out


@pytest.mark.parametrize("command", [[], ["model"], ["compare"], ["verify"], ["inspect"], ["calibration"]])
def test_help_needs_no_framework(command):
    code = (
        "import sys; from convert.__main__ import main\n"
        "try: main([*sys.argv[1:], '--help'])\n"
        "except SystemExit: sys.exit(int(bool({'tensorflow', 'keras', 'numpy'} & set(sys.modules))))"
    )
    done = subprocess.run([sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0
    assert done.stdout.startswith("usage: python -m convert")


def test_the_parser_offers_what_there_is():
    """It names them again, so that help need not wait for numpy."""
    from convert import __main__ as parser
    from convert.origin.input_range import RANGES
    from convert.tflite.quantize import KINDS
    from edge.contract.manifest import TASKS

    offered = parser._KINDS, parser._RANGES, parser._TASKS
    assert offered == (tuple(KINDS), tuple(RANGES), TASKS)


def test_a_range_below_zero_needs_no_equals_sign(capsys, tmp_path):
    given = ["none.h5", "--task", "emotion", "--data", str(tmp_path), "--out", str(tmp_path / "a.tflite")]
    for form in (["--input-range", "-1..1"], ["--input-range=-1..1"]):
        assert main([*given, *form]) == 64
        assert capsys.readouterr().err == "convert: none.h5: no such file\n"


def test_layers_of_a_file(capsys):
    model = ROOT / "tests" / "data" / "tiny_rgb.tflite"
    assert main(["inspect", str(model)]) == 0
    assert "6,924" in capsys.readouterr().out
    assert main(["inspect", "--json", str(model)]) == 0
    form = json.loads(capsys.readouterr().out)
    assert (form["multiply_adds"], form["layers"][0]["operator"]) == (6924, "CONV_2D")


@pytest.mark.parametrize(("name", "wanted"), [("none.tflite", "No such file"), (".", "Is a directory")])
def test_layers_of_no_file(capsys, tmp_path, name, wanted):
    assert main(["inspect", str(tmp_path / name)]) == 64
    assert wanted in capsys.readouterr().err
    (tmp_path / "text.tflite").write_text("a text")
    assert main(["inspect", str(tmp_path / "text.tflite")]) == 64
    assert capsys.readouterr().err.endswith("text.tflite: not a TFLite model\n")


def test_no_folder_for_the_picture(tmp_path, capsys):
    assert main(["compare", "none.keras", "--out", str(tmp_path / "no" / "a.png")]) == 74
    assert "no such folder" in capsys.readouterr().err
