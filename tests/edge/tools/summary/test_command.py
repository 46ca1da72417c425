"""The command as it is typed: a table, a CSV file, a page."""

import csv
import html.parser
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.edge.tools.summary.story import at, episode, event

ROOT = Path(__file__).parents[4]
EIGHT = 1769842800.0
"""8 o'clock of 2026-01-31 in Berlin."""


def summary(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "edge", "summary", *map(str, arguments)]
    environment = {**os.environ, "TZ": "Europe/Berlin"}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)


def story() -> list[dict | str]:
    return [
        event("start", EIGHT, version="0.1.0", partial_lines=1),
        *episode(EIGHT + 60, 1, ("happy", 90.0), ("uncertain", 30.0)),
        event("heartbeat", EIGHT + 300, rejected=7, fps=9.5),
        event("camera", EIGHT + 400, state="lost"),
        event("camera", EIGHT + 520, state="back"),
        *episode(EIGHT + 3600, 2, ("happy", 60.0), ("sad", 30.0)),
        '{"v":1,"event":"fa',
        event("dropped", EIGHT + 3800, count=3, reason="No space left on device"),
        event("stop", EIGHT + 3900, reason="SIGTERM", faces=2),
    ]


def test_a_table(write):
    done = summary(write(*story()))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "2026-01-31 08:00:00 to 2026-01-31 09:05:00, local time, 1 start",
        "",
        "minutes          happy       sad uncertain       all     faces",
        "08:00              1.5         ·       0.5       2.0         1",
        "09:00              1.0       0.5         ·       1.5         1",
        "all                2.5       0.5       0.5       3.5         2",
        "",
        "faces seen       2",
        "episodes         2, half of them longer than 1.75 min",
        "gate rejections  7",
        "camera outages   1, 2 min in all",
        "  2026-01-31 08:06:40     2 min  door",
        "note: 1 broken line left out",
        "note: 3 events not written, for the log could not be",
        "note: 1 line cut off by a power cut or a kill",
    ]


def test_logs_of_two_boards_whose_cameras_share_a_name(write, tmp_path):
    """One restarts while the other has a face in sight; of each there is a rotated file, which is no third board."""

    def told(shift: float, *more: dict) -> list[dict]:
        lost, back = (
            event("camera", EIGHT + shift + delay, state=state) for delay, state in ((200, "lost"), (260, "back"))
        )
        return [*episode(EIGHT + shift, 1, ("happy", 90.0)), *more, lost, back]

    here, there = told(0), told(30, event("start", EIGHT + 210))
    logs = []
    for name, events in (("here", here), ("there", there)):
        write(*events[:2], name=f"{name}.000001.2026-01-31.jsonl")
        logs.append(write(*events[2:], name=f"{name}.jsonl"))
    done = summary(*logs, "--html", tmp_path / "page.html")
    lines = done.stdout.splitlines()
    assert "all                3.0       3.0         2" in lines
    assert lines[-3:] == [
        "camera outages   2, 2 min in all",
        "  2026-01-31 08:03:20      60 s  door (here.jsonl)",
        "  2026-01-31 08:03:50      60 s  door (there.jsonl)",
    ]
    page = (tmp_path / "page.html").read_text()
    assert page.count('aria-label="emotions over the day"') == 2
    assert "Sat 31 Jan<br>door (here.jsonl)" in page


def test_one_day_of_several(write):
    log = write(*episode(EIGHT, 1, ("happy", 60.0)), *episode(EIGHT + 86400, 2, ("sad", 120.0)))
    day = summary(log, "--day", "2026-02-01")
    assert "happy" not in day.stdout
    assert "all                2.0       2.0         1" in day.stdout
    both = summary(log).stdout.splitlines()
    assert [line[:10] for line in both[3:5]] == ["2026-01-31", "2026-02-01"]
    assert summary(log, "--day", "2026-02-02").stdout == "no events\n"


def test_a_day_inside_an_outage(write, tmp_path):
    log = write(event("camera", EIGHT, state="lost"), event("camera", EIGHT + 3 * 86400, state="back"))
    done = summary(log, "--day", "2026-02-01", "--html", tmp_path / "page.html")
    assert done.stdout.splitlines() == [
        "no events",
        "camera outages   1, 24 h in all",
        "  2026-02-01 00:00:00      24 h  door",
    ]
    assert "<b>1</b><span>24 h in all</span>" in (tmp_path / "page.html").read_text()
    never_back = write(event("camera", EIGHT, state="lost"))
    assert summary(never_back, "--day", "2026-02-01").stdout == "no events\n", "nothing is known of that day"


def test_the_page_of_a_day_with_an_outage_over_midnight_draws_that_day_alone(write, tmp_path):
    lost, back = event("camera", EIGHT + 3600, state="lost"), event("camera", EIGHT + 86400, state="back")
    summary(
        write(*episode(EIGHT, 1, ("sad", 5.0)), lost, back), "--day", "2026-01-31", "--html", tmp_path / "page.html"
    )
    page = (tmp_path / "page.html").read_text()
    assert page.count('aria-label="emotions over the day"') == 1
    assert "09:00 to 24:00 no pictures" in page


def test_no_faces(write):
    done = summary(write(event("start", EIGHT), event("stop", EIGHT + 1)))
    assert "no faces" in done.stdout
    assert done.returncode == 0


def test_an_empty_log(write):
    assert summary(write()).stdout == "no events\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing.jsonl"], "no such log"),
        (["."], "Is a directory"),
        (["pyproject.toml"], "pyproject.toml: not an event log"),
        (["pyproject.toml", "--day", "x"], "is no day"),
    ],
)
def test_bad_input_is_one_line(arguments, said):
    done = summary(*arguments)
    assert (done.returncode, done.stdout) == (64, "")
    (line,) = done.stderr.splitlines()
    assert said in line


@pytest.mark.parametrize("option", ["--csv", "--html"])
def test_a_file_that_cannot_be_written(write, tmp_path, option):
    done = summary(write(*story()), option, tmp_path / "no" / "file")
    assert (done.returncode, done.stdout) == (74, "")
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize("option", ["--csv", "--html"])
@pytest.mark.parametrize("name", ["log.jsonl", "hard", "soft", "log.000001.2026-01-30.jsonl", "log.jsonl.partial"])
def test_a_log_is_never_written_over(write, tmp_path, option, name):
    log = write(*story())
    write(*story(), name="log.000001.2026-01-30.jsonl")
    (tmp_path / "log.jsonl.partial").touch()
    (tmp_path / "hard").hardlink_to(log)
    (tmp_path / "soft").symlink_to(log)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    done = summary(log, option, tmp_path / name)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == f"emotion-edge: {option} {tmp_path / name}: is a file of the log {log}; name another file\n"
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_nor_is_the_log_in_use_where_what_was_rotated_from_it_is_read_alone(write, tmp_path):
    part, log = write(*story(), name="log.000001.2026-01-30.jsonl"), write(*story())
    before = log.read_bytes()
    assert summary(part, "--csv", log).returncode == 64
    assert log.read_bytes() == before


def test_links_in_a_circle_are_one_line_too(write, tmp_path):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert summary(write(*story()), "--csv", tmp_path / "a").returncode == 0
    done = summary(tmp_path / "b", "--csv", tmp_path / "new")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (64, "", 1)


def test_one_file_cannot_be_both_outputs(write, tmp_path):
    out = tmp_path / "out"
    done = summary(write(*story()), "--csv", out, "--html", f"{tmp_path}/../{tmp_path.name}/out")
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr.endswith("/out: is what --csv writes; name another file\n")
    assert not out.exists()


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_every_event_and_loses_nothing(write, tmp_path):
    told = [each for each in story() if not isinstance(each, str)]
    done = summary(write(*story()), "--csv", tmp_path / "events.csv")
    assert done.stderr == f"wrote {tmp_path / 'events.csv'}\n"
    read = rows(tmp_path / "events.csv")
    assert [row["event"] for row in read] == [each["event"] for each in told]
    assert (read[0]["time"], read[0]["local"]) == ("2026-01-31T07:00:00.000Z", "2026-01-31T08:00:00.000")
    assert json.loads(read[0]["other"]) == {"version": "0.1.0", "partial_lines": 1}
    gone = next(row for row in read if row["event"] == "gone")
    assert (gone["s_happy"], gone["s_uncertain"], gone["s_sad"], gone["track"]) == ("90.0", "30.0", "", "1")


def test_csv_has_boxes_probabilities_and_labels_of_other_models(write, tmp_path):
    usual = event("face", EIGHT, track=1, box=[1, 2, 3, 4], probabilities={"happy": 0.75, "sad": 0.25})
    other = event("face", EIGHT, track=2, box="none", probabilities={"bored": 1.0}, new=[1])
    summary(write(usual, other), "--csv", tmp_path / "events.csv")
    first, second = rows(tmp_path / "events.csv")
    assert [first[name] for name in ("x", "y", "width", "height", "p_happy", "other")] == [
        "1",
        "2",
        "3",
        "4",
        "0.75",
        "",
    ]
    assert json.loads(second["other"]) == {"box": "none", "probabilities": {"bored": 1.0}, "new": [1]}


def test_names_that_are_no_text_are_in_the_table(write, tmp_path):
    """As of a camera whose file name is not UTF-8; JSON escapes it."""
    log = write(
        *episode(EIGHT, 1, ("happy", 60.0), camera="caf\udce9.mp4"), event("camera", EIGHT, "\ud800", state="lost")
    )
    done = summary(log, "--csv", tmp_path / "events.csv", "--html", tmp_path / "page.html")
    assert (done.returncode, done.stdout.count("\ufffd")) == (0, 1)
    assert rows(tmp_path / "events.csv")[0]["camera"] == "caf\\udce9.mp4"


def test_csv_of_a_day_does_not_change_its_table(write, tmp_path):
    log = write(*episode(at("2026-01-31 23:59:00"), 1, ("happy", 180.0)))
    plain = summary(log, "--day", "2026-02-01").stdout
    assert summary(log, "--day", "2026-02-01", "--csv", tmp_path / "c").stdout == plain
    assert [row["event"] for row in rows(tmp_path / "c")] == ["gone"]


HOSTILE = ['=cmd|"/c calc"!A1', "<script>alert(1)</script>", "\x1b[31mred\x1b[0m\n", '"><img src=x onerror=alert(1)>']


class Tags(html.parser.HTMLParser):
    def __init__(self, page: str):
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.open: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.names.add(tag)
        self.attributes |= {name for name, _ in attributes}
        if tag not in ("meta", "path", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.names.add(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_harms_neither_terminal_nor_table_nor_page(write, tmp_path, name):
    lost = event("camera", EIGHT + 200, name, state="lost")
    more = episode(EIGHT + 300, 2, ("happy", 5.0), camera="desk")
    log = write(*episode(EIGHT, 1, (name, 60.0), camera=name), lost, *more)
    done = summary(log, "--csv", tmp_path / "c.csv", "--html", tmp_path / "p.html")
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    assert not rows(tmp_path / "c.csv")[0]["camera"].startswith("=")
    page = (tmp_path / "p.html").read_text()
    tags = Tags(page)
    assert not tags.names & {"script", "img"}
    assert not any(attribute.startswith("on") for attribute in tags.attributes)
    assert "\x1b" not in page


def test_the_page_tells_what_the_table_tells(write, tmp_path):
    done = summary(write(*story()), "--html", tmp_path / "page.html")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "page.html").read_text()
    Tags(page)
    for text in (
        "Sat 31 Jan",
        "08:01 to 08:03 happy",
        "08:06 to 08:08 no pictures",
        "3 events not written",
        "08:00 happy: 1.5 min",
    ):
        assert text in page, text
    assert "http" not in page.replace("http-equiv", ""), "it needs no network"


def test_the_page_of_an_empty_log(write, tmp_path):
    assert summary(write(), "--html", tmp_path / "page.html").returncode == 0
    assert "no events" in (tmp_path / "page.html").read_text()
