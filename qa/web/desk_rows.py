"""The rows of the desk's lists, in each list's own order, as they were worked out last."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from index.records import Article, FaqPair
from qa.coverage import SectionCoverage
from qa.web.desk_state import Desk
from qa.web.desk_trend import snapshots_of, weeks


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a list; ``newest``: nothing that they are about has changed since."""

    rows: Sequence[Any]
    newest: bool = True


@dataclass(frozen=True, slots=True)
class SectionRow:
    """A section with its article's title."""

    section: SectionCoverage
    title: str


@dataclass(frozen=True, slots=True)
class PairRow:
    """A pair with its article; ``demand`` is how many logged questions had it as first hit."""

    article: Article
    pair: FaqPair
    demand: int


def _today(desk: Desk) -> Rows | None:
    now = desk.findings_now()
    return None if now.waits else Rows(now.findings, now.newest)


def _health(desk: Desk) -> Rows | None:
    now = desk.checks_now()
    return None if now is None else Rows(now.value.findings(), now.newest)


def _coverage(desk: Desk) -> Rows | None:
    now = desk.coverage_now()
    if now is None:
        return None
    rows = [
        SectionRow(section, article.title or article.id)
        for article in now.value.articles
        for section in article.sections
    ]
    return Rows(rows, now.newest)


def _questions(desk: Desk) -> Rows | None:
    found = desk.gaps.latest()
    return None if found is None else Rows(desk.gaps.shown(found), found.newest)


def _pairs(desk: Desk) -> Rows | None:
    demand = desk.demand()
    return Rows(
        [
            PairRow(article, pair, demand.get((article.id, pair.id), 0))
            for article in desk.answerer.articles()
            for pair in article.faq
        ]
    )


ROWS: Mapping[str, Callable[[Desk], Rows | None]] = {
    "today": _today,
    "coverage": _coverage,
    "questions": _questions,
    "health": _health,
    "pairs": _pairs,
    "trend": lambda desk: Rows(snapshots_of(desk)[::-1]),
    "answered": lambda desk: Rows(weeks(desk)[::-1]),
}
"""What makes each list's rows; None of it where they are still worked out for the first time."""
