import io
from pathlib import Path

from edge.terminal.colours import Paint
from edge.tools.image.photos import Seen
from edge.tools.image.table import Table


def rows(faces, name: str = "a.png", photos: tuple[str, ...] = ("a.png",)) -> list[str]:
    table = Table([Path(photo) for photo in photos], 0.45, Paint(io.StringIO()))
    return [table.head(), *table.rows(Seen(Path(name), 640, 480, False, tuple(faces)))]


def test_a_line_a_face(face):
    head, first, second = rows([face(0, 0, 90), face(9, 9, 90, "sad", 0.4)])
    assert head.split() == ["photo", "emotion", "sure", "otherwise"]
    assert first.split()[:3] == ["a.png", "happy", "94%"]
    assert second.split()[:2] == ["uncertain", "40%"]
    assert "sad 40%" in second
    assert first.index("94%") + 3 == second.index("40%") + 3 == head.index("sure") + 4


def test_what_was_rejected_and_a_photo_without_a_face(face):
    assert "rejected" in rows([face(0, 0, 90, None)])[1]
    assert "12% human" in rows([face(0, 0, 90, None)])[1]
    assert rows([])[1].split() == ["a.png", "no", "face"]


def test_long_names_keep_their_ends(face):
    name = "holidays/" * 8 + "beach.png"
    shown = rows([face(0, 0, 90)], name, (name,))[1]
    assert shown.startswith("…")
    assert "beach.png  happy" in shown
