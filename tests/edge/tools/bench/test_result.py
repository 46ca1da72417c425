"""The file of results."""

import json

import pytest

from edge.contract.errors import InputError
from edge.tools.bench.result import load, save


def test_what_is_written_is_read_again(result, tmp_path):
    results = [result(name="threads=1"), result(name="threads=2", cpu=None, objections=("too hot",))]
    save(tmp_path / "out.json", results)
    assert load(tmp_path / "out.json") == results


def test_the_file_says_whether_it_is_valid(result, tmp_path):
    save(tmp_path / "out.json", [result(), result(objections=("too hot",))])
    form = json.loads((tmp_path / "out.json").read_text())
    assert form["schema"] == 1
    assert form["valid"] is False
    assert [run["valid"] for run in form["runs"]] == [True, False]
    assert form["runs"][1]["objections"] == ["too hot"]
    assert set(form["runs"][0]["stages"]["end to end"]) == {"mean", "p50", "p90", "p95", "p99", "max"}
    assert form["runs"][0]["machine"]["board"] == "Raspberry Pi 4"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda form: "[]", id="list"),
        pytest.param(lambda form: "no json", id="text"),
        pytest.param(lambda form: json.dumps({**form, "schema": 2}), id="schema"),
        pytest.param(lambda form: json.dumps({"schema": 1}), id="no runs"),
        pytest.param(lambda form: json.dumps({"schema": 1, "runs": [{}]}), id="empty run"),
        pytest.param(lambda form: json.dumps({"schema": 1, "runs": [{**form["runs"][0], "machine": 5}]}), id="machine"),
        pytest.param(lambda form: json.dumps({"schema": 1, "runs": [{**form["runs"][0], "stages": []}]}), id="stages"),
    ],
)
def test_another_file_is_refused_in_one_line(result, tmp_path, change):
    path = tmp_path / "out.json"
    save(path, [result()])
    path.write_text(change(json.loads(path.read_text())))
    with pytest.raises(InputError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError, match="cannot be read"):
        load(tmp_path / "none.json")
