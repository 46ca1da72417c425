"""The part of the page that shows what is left of the accuracy behind the detector and the gate."""

from collections.abc import Sequence

from train.after_detection import HEADINGS, Share, cells
from train.report.markup import Html, Table, headline, paragraph, section


def after_detection_section(name: str, shares: Sequence[Share]) -> Html:
    """The figures of all staged faces, and a table of them by condition; `name` is what links lead to."""
    whole = shares[0]
    said = (
        "Each face was laid into a photograph without faces, at 60 to 200 pixels in a frame of 640x480, turned by up "
        "to 15 degrees, under other light, with blur and noise; the pipeline of python -m edge run looked at the "
        "frame. The last columns are about the faces that were found and let through: how often their emotion was "
        "read rightly there and from the plain picture."
    )
    rest = (
        f"In {whole.faces:,} frames the detector returned {whole.others * whole.faces:,.0f} other windows; the gate "
        f"let {whole.others_passed * whole.faces:,.0f} of them through."
    )
    return section(
        name,
        "After detection",
        paragraph(said, soft=True),
        headline(
            [
                ("Detected", f"{whole.detected:.1%}", f"of {whole.faces:,} faces"),
                ("Through the gate", f"{whole.passed:.1%}", "of the detected"),
                ("Emotion right", f"{whole.right:.1%}", "of those read"),
                ("Lost", f"{100 * (whole.plain - whole.right):.1f}", "points against plain crops"),
            ]
        ),
        Table("", HEADINGS, [cells(one) for one in shares]).markup(),
        paragraph(rest),
    )
