"""The pieces that a page is made of. Every text that is handed in is escaped here, and nowhere else."""

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from train.report.drawing import to_svg


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; `total` says that the last row sums up the others."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    total: bool = False

    def markup(self) -> Html:
        """The table, the first cell of each row as its heading; it scrolls by itself where the page is narrow."""
        head = "".join(f'<th scope="col">{_text(cell)}</th>' for cell in self.headings)
        body = "".join(self._row(number, row) for number, row in enumerate(self.rows, 1))
        caption = f"<caption>{_text(self.caption)}</caption>" if self.caption else ""
        return Html(
            f'<div class="scroll"><table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        )

    def _row(self, number: int, cells: Sequence[str]) -> str:
        kind = ' class="total"' if self.total and number == len(self.rows) else ""
        rest = "".join(f"<td>{_text(cell)}</td>" for cell in cells[1:])
        return f'<tr{kind}><th scope="row">{_text(cells[0])}</th>{rest}</tr>'


def section(name: str, title: str, *parts: Html, level: int = 2) -> Html:
    """A part of the page under a heading; `name` is what links lead to."""
    return Html(
        f'<section id="{_text(name)}"><h{level}>{_text(title)}</h{level}>\n' + "\n".join(parts) + "\n</section>"
    )


def paragraph(text: str, soft: bool = False) -> Html:
    """Running text."""
    kind = ' class="soft"' if soft else ""
    return Html(f"<p{kind}>{_text(text)}</p>")


def headline(figures: Iterable[tuple[str, str, str]]) -> Html:
    """Large figures: what it is, its value, what to know of it."""
    tiles = (
        f"<div>{_text(name)}<b>{_text(value)}</b><span>{_text(note)}</span></div>" for name, value, note in figures
    )
    return Html('<div class="figures">' + "".join(tiles) + "</div>")


def facts(known: Iterable[tuple[str, str]]) -> Html:
    """Names and what they stand for."""
    return Html("<dl>" + "".join(f"<dt>{_text(name)}</dt><dd>{_text(value)}</dd>" for name, value in known) + "</dl>")


def links(targets: Iterable[tuple[str, str]]) -> Html:
    """A line of links to sections: their names and what is shown."""
    each = (f'<a href="#{_text(name)}">{_text(title)}</a>' for name, title in targets)
    return Html("<nav>" + "\n".join(each) + "</nav>")


def chart(figure: Figure, said: str) -> Html:
    """A drawing with what it says in words: as a caption, and for who cannot see it."""
    image = f'<div role="img" aria-label="{_text(said)}">{to_svg(figure)}</div>'
    return Html(f'<figure class="chart">{image}<figcaption>{_text(said)}</figcaption></figure>')


def charts(*drawn: Html) -> Html:
    """Charts or tables side by side where there is room."""
    return Html('<div class="charts">' + "\n".join(drawn) + "</div>")


def faces(shown: Iterable[tuple[NDArray[np.uint8], str, str]]) -> Html:
    """Small pictures, uint8 (h, w), with a strong line and a soft line beneath."""
    return Html('<div class="faces">' + "\n".join(_face(*one) for one in shown) + "</div>")


def page(title: str, style: str, *parts: Html) -> str:
    """A whole page that needs and loads nothing else; the policy in its head holds the browser to that."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    head = (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{_text(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(parts) + "\n</body>\n</html>\n"


def _face(pixels: NDArray[np.uint8], strong: str, soft: str) -> str:
    data = base64.b64encode(cv2.imencode(".png", pixels)[1].tobytes()).decode()
    image = f'<img src="data:image/png;base64,{data}" alt="{_text(strong)}, {_text(soft)}">'
    return f"<figure>{image}<figcaption><b>{_text(strong)}</b><br>{_text(soft)}</figcaption></figure>"


def _text(text: str) -> str:
    return html.escape(text)
