"""A report as one HTML file that needs nothing else: no script, no font, no address.

It opens offline, in light and dark, on a telephone and on paper.  What is said by colour is said in
words or signs too.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from qa.findings import Finding
from qa.reports.report import (
    KIND_NAMES,
    Report,
    Side,
    Square,
    Standing,
    counted,
    one_line,
    percent,
)

if TYPE_CHECKING:
    from jinja2 import Template

# So many findings can be opened in the file; the map and the other formats have all of them.
OPENED = 500
# From so many questions of readers on, a section is drawn a step stronger.
DEMAND_STEPS = (1, 5, 20)
# Characters that a page must not have.
_NO_HTML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class _Shown:
    number: int
    finding: Finding
    kind: str
    place: str
    standing: Standing | None
    fails: bool
    sides: tuple[Side, ...]


@dataclass(frozen=True, slots=True)
class _Cell:
    square: Square
    number: int  # of its finding; 0: none that is shown
    step: int
    label: str


def render(report: Report, *, made: datetime) -> str:
    """Return the report as a page; ``made`` is when it was made."""
    numbers = {one.key: number for number, one in enumerate(report.findings[:OPENED], start=1)}
    page = _template().render(
        report=report,
        unread=[(report.unread_place(one), one.reason) for one in report.unread],
        outcome=report.outcome,
        made=made.astimezone(UTC),
        share=None if report.share is None else percent(report.share),
        strips=[
            (strip, percent(strip.share), [_cell(one, numbers) for one in strip.squares])
            for strip in report.strips
        ],
        findings=list(_shown(report)),
        more=len(report.findings) - len(numbers),
    )
    # Half a surrogate pair, which JSON can bring, is no character of any file.
    return _NO_HTML.sub("\ufffd", page).encode("utf-8", "replace").decode()


def _shown(report: Report) -> Iterable[_Shown]:
    for number, finding in enumerate(report.findings[:OPENED], start=1):
        place = report.place(finding)
        yield _Shown(
            number,
            finding,
            KIND_NAMES[finding.kind],
            f"{place[0]}:{place[1]}" if place else "",
            report.standing(finding),
            finding.key in report.outcome.failing,
            report.opened(finding),
        )


def _cell(square: Square, numbers: dict[str, int]) -> _Cell:
    asked = f", asked {square.demand}×" if square.demand else ""
    said = f"{square.met} of {counted(square.sentences, 'sentence')} said"
    state = "partly covered" if square.state == "partly" else square.state
    label = f"{one_line(square.heading)}: {state}, {said}{asked}"
    step = sum(square.demand >= least for least in DEMAND_STEPS)
    return _Cell(square, numbers.get(square.key, 0), step, label)


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("qa.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["counted"] = counted
    return environment.get_template("report.html")
