"""Other people's networks, from their files to answers of the edge's own command."""

import json
import shutil
from pathlib import Path

import pytest

from convert.__main__ import main
from convert.framework import quiet
from edge.__main__ import main as edge

pytestmark = pytest.mark.train

DATA = Path(__file__).parents[1] / "data"
LABELS = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """A folder for the edge; its gate takes what is dark for human."""
    path = tmp_path_factory.mktemp("models")
    for suffix in (".tflite", ".json"):
        shutil.copy(DATA / f"tiny_gate{suffix}", path / f"gate{suffix}")
    return path


@pytest.fixture(scope="module")
def saved(student, tmp_path_factory) -> dict[str, Path]:
    """Students' networks as they save them."""
    path = tmp_path_factory.mktemp("students")
    with quiet():
        student(64, 3).save(path / "colour.h5")
        grey = student(48, 1)
        grey.save(path / "grey.keras")
        grey.export(path / "grey_saved", verbose=False)
    return {"colour.h5": path / "colour.h5", "grey.keras": path / "grey.keras", "saved": path / "grey_saved"}


def seen(folder: Path, models: Path, capsys) -> list[tuple[str, str]]:
    """What each picture is, by its folder, and what the edge says."""
    capsys.readouterr()
    photos = sorted(str(photo) for photo in folder.glob("*/*.png"))
    assert edge(["image", "--whole", "--models", str(models), *photos]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [(Path(line["photo"]).parent.name, best(line["faces"][0]["probabilities"])) for line in lines]


def best(probabilities: dict[str, float]) -> str:
    return max(probabilities, key=lambda label: probabilities[label])


@pytest.mark.parametrize(
    ("name", "side", "kind"),
    [("colour.h5", 64, "int8"), ("grey.keras", 48, "float16"), ("saved", 48, "dynamic")],
)
def test_a_student_s_network_works_on_the_edge(saved, spot_folder, models, tmp_path, capsys, name, side, kind):
    calibration, fresh = spot_folder(tmp_path / "own", side), spot_folder(tmp_path / "fresh", side, 28, seed=9)
    options = ["--task", "emotion", "--labels", ",".join(LABELS), "--calibration", str(calibration), "--kind", kind]
    out = models / "emotion.tflite"
    code = main([str(saved[name]), "--out", str(out), *options, "--input-range", "0..1", "--licence", "mine"])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert "own validation, original labels: top-1 100.00% before, 100.00% after" in said.out
    assert all(truth == answer for truth, answer in seen(fresh, models, capsys))

    told = json.loads(out.with_suffix(".json").read_text())
    assert (told["labels"], told["licence"]) == (list(LABELS), "mine")
    form = {"colour.h5": "h5", "grey.keras": "keras", "saved": "saved_model"}[name]
    assert (told["origin"]["format"], told["origin"]["input_range"]) == (form, "0..1")
    assert str(tmp_path) not in json.dumps(told)
    assert main(["verify", str(out)]) == 0


def test_what_must_be_said_of_it_is_asked_for(saved, spot_folder, tmp_path, capsys):
    given = [str(saved["grey.keras"]), "--out", str(tmp_path / "a.tflite"), "--calibration"]
    given.append(str(spot_folder(tmp_path / "own", 48)))
    for option, value, wanted in [
        ("--task", "emotion", "say it with --task"),
        ("--input-range", "-1..1", "say --input-range 0..1"),
        ("--labels", ",".join(LABELS), "its 7 outputs stand for"),
    ]:
        assert main(given) == 64
        assert wanted in capsys.readouterr().err
        given += [option, value]
    assert main([*given, "--labels", ",".join(LABELS[:6]) + ",calm"]) == 64
    assert "no folder for calm; no label surprise" in capsys.readouterr().err
    assert not (tmp_path / "a.tflite").exists()


def test_labels_in_fer2013_s_order_are_found_out(saved, spot_folder, tmp_path, capsys):
    order = "angry,disgust,fear,happy,sad,surprise,neutral"
    given = [str(saved["grey.keras"]), "--task", "emotion", "--input-range", "0..1", "--labels", order]
    given += ["--calibration", str(spot_folder(tmp_path / "own", 48)), "--out", str(tmp_path / "a.tflite")]
    assert main(given) == 1
    assert f"its answers fit other labels: {','.join(LABELS)} in place of {order}" in capsys.readouterr().err
    assert not (tmp_path / "a.tflite").exists()


def test_other_pictures_to_measure_on(saved, spot_folder, tmp_path, capsys):
    own, other = spot_folder(tmp_path / "own", 48, 35), spot_folder(tmp_path / "other", 48, 70, seed=4)
    given = [str(saved["grey.keras"]), "--task", "emotion", "--input-range", "0..1", "--labels", ",".join(LABELS)]
    given += ["--calibration", str(own), "--validation", str(other), "--out", str(tmp_path / "a.tflite")]
    assert main(given) == 0
    told = json.loads((tmp_path / "a.json").read_text())
    assert [(entry["set"], entry["images"]) for entry in told["accuracy"]] == [("other", 70)]
    assert told["quantization"]["images"] == 35


def test_a_network_that_is_no_classifier_of_pictures(tmp_path, capsys):
    from convert.framework import tensorflow

    tensorflow()
    with quiet():
        import keras

        face = keras.Input((8, 8, 1))
        one = keras.layers.Dense(1, activation="sigmoid")(keras.layers.Flatten()(face / 255))
        keras.Model(face, one).save(tmp_path / "one.keras")
    given = [str(tmp_path / "one.keras"), "--task", "gate", "--calibration", str(tmp_path)]
    assert main([*given, "--out", str(tmp_path / "gate.tflite")]) == 78
    assert "it gives one number; expected one for each label" in capsys.readouterr().err
