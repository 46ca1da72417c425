import base64

import cv2
import numpy as np
import pytest
from matplotlib.figure import Figure

from train.report.markup import Html, Table, chart, faces, facts, headline, links, page, paragraph, section

EVIL = "\"><script>alert('x')</script>&"
PICTURE = np.arange(16, dtype=np.uint8).reshape(4, 4)


@pytest.mark.parametrize(
    "markup",
    [
        Table(EVIL, [EVIL], [[EVIL, EVIL]]).markup(),
        section(EVIL, EVIL),
        paragraph(EVIL),
        headline([(EVIL, EVIL, EVIL)]),
        facts([(EVIL, EVIL)]),
        links([(EVIL, EVIL)]),
        chart(Figure(), EVIL),
        faces([(PICTURE, EVIL, EVIL)]),
        page(EVIL, "", Html("")),
    ],
)
def test_texts_are_escaped(markup, read):
    assert "script" not in read(markup).tags
    assert "&lt;script&gt;" in markup


def test_a_table(read):
    table = Table("what", ["label", "n"], [["a", "1"], ["all", "1"]], total=True).markup()
    assert read(table).rows == [["label", "n"], ["a", "1"], ["all", "1"]]
    assert table.count("<caption>what") == 1
    assert table.count('<tr class="total"><th scope="row">all</th>') == 1
    assert "<caption" not in Table("", ["label"], []).markup()


def test_a_picture_is_inside_the_page(read):
    (source,) = read(faces([(PICTURE, "strong", "soft")])).images
    kind, data = source.split(",")
    assert kind == "data:image/png;base64"
    decoded = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_UNCHANGED)
    np.testing.assert_array_equal(decoded, PICTURE)


def test_a_chart_says_what_it_shows():
    drawn = chart(Figure(), "what it says")
    assert 'role="img" aria-label="what it says"' in drawn
    assert "<figcaption>what it says</figcaption>" in drawn


def test_a_page_may_load_nothing():
    whole = page("t", "p { color: red }", paragraph("hello"))
    assert whole.startswith("<!doctype html>")
    assert "default-src 'none'" in whole
    assert 'name="viewport"' in whole
    assert "p { color: red }" in whole
