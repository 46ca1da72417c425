import json
import zipfile

import pytest

from convert.framework import quiet
from convert.source import load_source
from edge.contract.errors import InputError
from edge.contract.labels import EMOTIONS

pytestmark = pytest.mark.train

CONFIG = {"task": "emotion", "labels": list(EMOTIONS), "seed": 5, "data": {"sha256": ["a", "b", "c"]}}


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    path = tmp_path_factory.mktemp("run")
    with quiet():
        network("logits").save(path / "model.keras")
    (path / "other.keras").write_bytes((path / "model.keras").read_bytes())
    (path / "config.json").write_text(json.dumps(CONFIG))
    (path / "metrics.json").write_text('{"best_epoch": 2}')
    return path


def test_a_run_folder_says_what_its_model_is(folder):
    source = load_source(folder / "model.keras")
    assert (source.task, source.labels, source.seed) == ("emotion", EMOTIONS, 5)
    assert (source.scores, source.shape) == ("logits", (48, 48, 1))
    assert source.run.metrics == {"best_epoch": 2}


def test_another_file_of_the_folder_is_not_what_it_speaks_of(folder):
    with pytest.raises(InputError, match="--task"):
        load_source(folder / "other.keras")
    assert load_source(folder / "other.keras", task="emotion").run is None


def test_somebody_else_s_config_is_not_a_run(folder, tmp_path):
    (tmp_path / "model.keras").write_bytes((folder / "model.keras").read_bytes())
    for text in ('{"architectures": []}', "[]", "not json"):
        (tmp_path / "config.json").write_text(text)
        assert load_source(tmp_path / "model.keras", task="emotion").run is None


def test_labels_must_fit_the_output(folder):
    with pytest.raises(InputError, match="6 labels for the 7 values of logits"):
        load_source(folder / "model.keras", labels=EMOTIONS[:6])
    with pytest.raises(InputError, match="no label neutral"):
        load_source(folder / "model.keras", labels=(*EMOTIONS[:6], "calm"))
    with pytest.raises(InputError, match="2 labels for the 7 values"):
        load_source(folder / "other.keras", task="gate")


def test_an_output_must_be_known_by_name(network, tmp_path):
    with quiet():
        network("feelings").save(tmp_path / "odd.keras")
    with pytest.raises(InputError, match="no output is named logits or probabilities; named outputs: feelings"):
        load_source(tmp_path / "odd.keras", task="emotion")


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_what_is_not_keras_is_one_line(tmp_path, content):
    path = tmp_path / "bad.keras"
    if content is None:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "a zip, but no model")
    else:
        path.write_bytes(content)
    with pytest.raises(InputError, match=r"bad\.keras: not a") as caught:
        load_source(path, task="gate")
    assert "\n" not in str(caught.value)


def test_a_missing_file(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        load_source(tmp_path / "none.keras", task="gate")
