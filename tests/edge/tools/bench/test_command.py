"""`python -m edge bench`: what it prints, writes and answers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from edge.__main__ import main
from edge.tools.bench.result import load, save

ROOT = Path(__file__).parents[4]


@pytest.fixture
def measures(monkeypatch):
    """Replaces the measurement by a result that is given."""

    def replace(result) -> list:
        asked = []
        monkeypatch.setattr(
            "edge.tools.bench.stream.measure_stream", lambda *arguments: asked.append(arguments) or result
        )
        return asked

    return replace


def test_the_options_become_settings(measures, result, capsys):
    asked = measures(result())
    arguments = "--source x --threads 2 --size 320x240 --search-width 400 --search-every 1 --smallest 30 --frames 7"
    assert main(["bench", *arguments.split(), "--starts", "0", "--models", "m"]) == 0
    ((settings, name, starts),) = asked
    assert (settings.source, settings.threads, settings.size, settings.search_width) == ("x", 2, (320, 240), 400)
    assert (settings.search_every, settings.smallest, settings.frames, settings.models) == (1.0, 30, 7, Path("m"))
    assert (name, starts) == ("", 0)
    assert capsys.readouterr().out.splitlines()[-1] == "valid"


def test_json_is_written(measures, result, tmp_path):
    measures(result())
    assert main(["bench", "--json", str(tmp_path / "out.json")]) == 0
    assert load(tmp_path / "out.json") == [result()]


@pytest.mark.parametrize(
    ("now", "options", "code"),
    [
        ({}, [], 0),
        ({"p50": 2.5}, [], 1),
        ({"p50": 2.5}, ["--max-slower", "1.3"], 0),
        ({"objections": ("too hot",)}, [], 1),
        ({"board": "another"}, [], 1),
    ],
)
def test_compare_answers_by_its_exit_code(measures, result, tmp_path, capsys, now, options, code):
    save(tmp_path / "old.json", [result()])
    measures(result(**now))
    new = tmp_path / "new.json"
    assert main(["bench", "--compare", str(tmp_path / "old.json"), "--json", str(new), *options]) == code
    assert new.exists(), "a failed comparison does not lose the measurement"
    said = capsys.readouterr().out
    assert ("not slower than allowed" in said) is (code == 0)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--compare", "none.json"], 64),
        (["--json", "nowhere/out.json"], 74),
        (["--model", "m.tflite", "--sweep", "threads=1,2"], 64),
        (["--model", "none.tflite"], 78),
    ],
)
def test_is_refused_before_anything_is_measured(measures, result, tmp_path, monkeypatch, capsys, arguments, code):
    asked = measures(result())
    monkeypatch.chdir(tmp_path)
    assert main(["bench", *arguments]) == code
    assert asked == []
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("emotion-edge: ")


@pytest.mark.parametrize("wrong", [["--frames", "0"], ["--sweep", "thread=1"], ["--max-slower", "0"], ["--size", "9"]])
def test_wrong_usage_is_exit_2(wrong, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["bench", *wrong])
    assert caught.value.code == 2
    assert "usage:" in capsys.readouterr().err


@pytest.mark.parametrize("starts", ["-1", "100", "200"])
def test_a_wrong_number_of_starts_is_told_in_a_line(starts, capsys):
    with pytest.raises(SystemExit) as caught:
        main(["bench", f"--starts={starts}"])
    assert caught.value.code == 2
    assert capsys.readouterr().err.endswith(f"error: argument --starts: {starts} is not between 0 and 99\n")


def edge(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "bench", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_sweep_measures_each_combination_in_its_own_process(tmp_path):
    out = tmp_path / "out.json"
    done = edge("--sweep", "threads=1,2", "size=320x240", "--frames", 3, "--starts", 0, "--json", out)
    assert (done.returncode, done.stderr) == (0, "")
    names = ["threads=1 size=320x240", "threads=2 size=320x240"]
    assert [line.split("  ")[0] for line in done.stdout.splitlines() if line.startswith("threads=")] == names
    runs = json.loads(out.read_text())["runs"]
    assert [run["name"] for run in runs] == names
    assert [(run["settings"]["threads"], run["settings"]["size"]) for run in runs] == [(1, "320x240"), (2, "320x240")]


def test_a_sweep_ends_as_its_first_failure_does(tmp_path):
    done = edge("--sweep", "threads=1,2", "--source", tmp_path / "none.mp4", "--starts", 0)
    assert (done.returncode, done.stdout) == (64, "")
    assert len(done.stderr.splitlines()) == 1
