"""The columns of the desk's lists: what each is sorted by, and how it is shown."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from markupsafe import Markup

from qa.links import page_url
from qa.web.desk_html import in_context
from qa.web.desk_questions import VERDICT_WORDS, group_path
from qa.web.desk_section import STATE_WORDS, section_path
from qa.web.desk_today import address_of, kind_words


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: ``value`` of a row is what it is sorted by, ``cell`` what is shown of it.

    ``down`` is whether the first click puts the greatest first.
    """

    heading: str
    value: Callable[[Any], Any]
    cell: Callable[[Any], str | Markup] = lambda row: ""
    down: bool = True

    def key(self, row: Any) -> Any:
        """Return what a row is sorted by: texts whatever their case."""
        value = self.value(row)
        return value.casefold() if isinstance(value, str) else value

    def shown(self, row: Any) -> str | Markup:
        """Return what is shown of a row; without ``cell``, its value."""
        return self.cell(row) or str(self.value(row))

    def text(self, row: Any) -> str:
        """Return what a row can be found by; numbers are not looked for."""
        value = self.value(row)
        return value.casefold() if isinstance(value, str) else ""


def _link(address: str | None, words: str | Markup) -> Markup:
    if not address:
        return Markup("{}").format(words)
    return Markup('<a href="{}">{}</a>').format(address, words)


def _share(value: Callable[[Any], float]) -> Callable[[Any], str]:
    return lambda row: f"{value(row):.0%}"


def _time(value: Callable[[Any], datetime]) -> Callable[[Any], str]:
    return lambda row: value(row).strftime("%Y-%m-%d %H:%M")


_FINDINGS = (
    ListColumn("What", kind_words, down=False),
    ListColumn(
        "Which", lambda one: one.title, lambda one: _link(address_of(one), one.title), down=False
    ),
    ListColumn("Readers’ questions", lambda one: one.demand),
    ListColumn("Sure", lambda one: one.sure, _share(lambda one: one.sure)),
    ListColumn("Weight", lambda one: one.weight, lambda one: f"{one.weight:.2f}"),
)
COLUMNS: Mapping[str, Sequence[ListColumn]] = {
    "today": _FINDINGS,
    "health": _FINDINGS,
    "coverage": (
        ListColumn(
            "Section",
            lambda row: row.section.heading,
            lambda row: _link(
                section_path(row.section.article, row.section.id),
                row.section.heading or "(the beginning)",
            ),
            down=False,
        ),
        ListColumn("Article", lambda row: row.title, down=False),
        ListColumn("State", lambda row: STATE_WORDS[row.section.state.value], down=False),
        ListColumn(
            "Said by pairs",
            lambda row: row.section.share,
            _share(lambda row: row.section.share),
            down=False,
        ),
        ListColumn("Readers’ questions", lambda row: row.section.demand),
    ),
    "questions": (
        ListColumn(
            "Question",
            lambda gap: gap.title,
            lambda gap: _link(group_path(gap.key), in_context(gap.name, gap.context)),
            down=False,
        ),
        ListColumn("What answers it", lambda gap: VERDICT_WORDS[gap.verdict], down=False),
        ListColumn("Asked", lambda gap: gap.count),
        ListColumn("Without a right answer", lambda gap: gap.failed),
        ListColumn("Sure", lambda gap: gap.sure, _share(lambda gap: gap.sure)),
        ListColumn("Last asked", lambda gap: gap.last, _time(lambda gap: gap.last)),
    ),
    "pairs": (
        ListColumn(
            "Pair",
            lambda row: row.pair.question,
            lambda row: _link(
                page_url(row.article.id, row.pair.start, row.pair.end), row.pair.question
            ),
            down=False,
        ),
        ListColumn("Article", lambda row: row.article.title or row.article.path, down=False),
        ListColumn("Further wordings", lambda row: len(row.pair.alternates)),
        ListColumn("Readers’ questions", lambda row: row.demand),
    ),
    "trend": (
        ListColumn("Sync (UTC)", lambda one: one.at, _time(lambda one: one.at)),
        ListColumn("Coverage", lambda one: one.share, _share(lambda one: one.share)),
        ListColumn("Covered", lambda one: one.covered),
        ListColumn("Partly", lambda one: one.partly),
        ListColumn("Uncovered", lambda one: one.uncovered),
        ListColumn("Pairs", lambda one: one.pairs),
    ),
    "answered": (
        ListColumn("Week from", lambda one: one.monday.isoformat()),
        ListColumn("Asked", lambda one: one.asked),
        ListColumn("Answered", lambda one: one.answered),
        ListColumn("Share", lambda one: one.share, _share(lambda one: one.share)),
    ),
}
