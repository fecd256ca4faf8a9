"""The page of all questions: what readers asked and got, and the verdicts of editors on it.

It works without scripts; with ``desk-asked.js`` a verdict is a key, and the page stays where it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlencode

from qa.asked_questions import AskedFilter, AskedOrder, AskedPage, Got, Judged
from qa.calibration import LEAST_OF_A_KIND, LEAST_VERDICTS
from qa.questions import QuestionLogError
from qa.verdicts import VerdictCounts, count, likely
from qa.web.desk_asked_row import rows_of
from qa.web.desk_export_links import export_links
from qa.web.desk_questions import UNREAD, counted
from qa.web.desk_sorting import SortedColumn, heading
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES

PATH = "/desk/questions"
ON_A_PAGE = 25
MOST_TEXT = 200
_GOT = ((None, "All"), (Got.ANSWER, "Answered"), (Got.NONE, "No answer"))
_JUDGED = (
    (None, "All"),
    (Judged.NO, "Not judged"),
    (Judged.YES, "Judged"),
    (Judged.WRONG, "Judged wrong"),
)
_COLUMNS = (
    SortedColumn("Question", AskedOrder.QUESTION, down=False),
    SortedColumn("Asked", AskedOrder.ASKED),
    SortedColumn("Times", AskedOrder.OFTEN),
    SortedColumn("Sure", AskedOrder.SURE, down=False),
    SortedColumn("What it got"),
    SortedColumn("Verdict", AskedOrder.VERDICT),
)


@dataclass(frozen=True, slots=True)
class AskedView:
    """What of the list is looked at, as its address says."""

    chosen: AskedFilter = field(default_factory=AskedFilter)
    page: int = 1

    @classmethod
    def read(cls, query: str) -> "AskedView":
        """Return what an address's query asks for; what cannot be understood is left out."""
        told = dict(parse_qsl(query))
        sort = _known(AskedOrder, told.get("sort")) or AskedOrder.ASKED
        first = next(column.down for column in _COLUMNS if column.key == sort)
        page = told.get("page", "")
        return cls(
            AskedFilter(
                got=_known(Got, told.get("got")),
                judged=_known(Judged, told.get("judged")),
                text=" ".join(told.get("q", "").split())[:MOST_TEXT],
                order=sort,
                descending={"down": True, "up": False}.get(told.get("order", ""), first),
            ),
            int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 9 else 1,
        )

    @property
    def query(self) -> str:
        """The query that ``read`` reads: short where little is chosen."""
        chosen = self.chosen
        first = next(column.down for column in _COLUMNS if column.key == chosen.order)
        told = {
            "got": chosen.got,
            "judged": chosen.judged,
            "q": chosen.text,
            "sort": "" if chosen.order is AskedOrder.ASKED else chosen.order,
            "order": "" if chosen.descending is first else "down" if chosen.descending else "up",
            "page": self.page if self.page > 1 else "",
        }
        return urlencode({name: str(value) for name, value in told.items() if value})

    @property
    def address(self) -> str:
        """The address of the page that shows it."""
        return f"{PATH}?{self.query}" if self.query else PATH

    def with_filter(self, **changes: Any) -> "AskedView":
        """Return the first page of the list with another filter or order."""
        return AskedView(replace(self.chosen, **changes))


def asked_page(desk: Desk, view: AskedView, *, token: str, problem: str = "") -> str:
    """Return the page; ``problem`` is what was in the way of a verdict."""
    found, counts = AskedPage((), 0), VerdictCounts()
    if desk.log is not None:
        try:
            found, view = _found(desk, view)
            counts = count(desk.log.judged())
        except QuestionLogError:
            problem = UNREAD
    pages = max(1, -(-found.total // ON_A_PAGE))
    rows = rows_of(desk, found.questions)
    waiting = [row["id"] for row in rows if row["review"] is None]
    chosen = view.chosen

    def sorted_by(key: str, down: bool) -> str:
        return view.with_filter(order=AskedOrder(key), descending=down).address

    def links(name: str, choices: Any) -> list[tuple[str, str, bool]]:
        now = getattr(chosen, name)
        return [
            (words, view.with_filter(**{name: one}).address, one is now) for one, words in choices
        ]

    return TEMPLATES.get_template("desk_asked.html").render(
        site=desk.site,
        language=None,
        token=token,
        problem=problem,
        log=desk.log is not None,
        rows=rows,
        nexts=dict(pairwise([*waiting, *waiting[:1]])),
        first=waiting[0] if waiting else "",
        back=view.query,
        got=links("got", _GOT),
        judged=links("judged", _JUDGED),
        hidden=[pair for pair in parse_qsl(replace(view, page=1).query) if pair[0] != "q"],
        text=chosen.text,
        cleared=view.with_filter(text="").address,
        headings=[heading(one, chosen.order, chosen.descending, sorted_by) for one in _COLUMNS],
        total=counted(found.total, "question"),
        page=view.page,
        pages=pages,
        before=replace(view, page=view.page - 1).address if view.page > 1 else "",
        after=replace(view, page=view.page + 1).address if view.page < pages else "",
        # What is judged leaves the list of what is not: the same page has others then.
        more=view.address if chosen.judged is Judged.NO and pages > 1 else "",
        exports=export_links("all-questions", "The whole log as", sortable=False),
        **summary_of(counts),
    )


def summary_of(counts: VerdictCounts) -> Mapping[str, Any]:
    """Return what the page says of the verdicts so far."""
    answers = counts.answers_right + counts.answers_wrong
    noes = counts.noes_right + counts.noes_wrong
    low, high = likely(counts.answers_right, answers)
    return {
        "counts": counts,
        "answers": counted(answers, "answer"),
        "any_answers": answers > 0,
        "share": f"{counts.answers_right / answers:.0%}" if answers else "",
        "likely": f"{low:.0%} to {high:.0%}",
        "noes": "1 no" if noes == 1 else f"{noes} noes",
        "any_noes": noes > 0,
        "least": LEAST_VERDICTS,
        "least_of_a_kind": LEAST_OF_A_KIND,
    }


def _found(desk: Desk, view: AskedView) -> tuple[AskedPage, AskedView]:
    """Return a page's questions, and what is looked at: beyond the last page, the last."""
    assert desk.log is not None
    found = desk.log.listed(view.chosen, offset=(view.page - 1) * ON_A_PAGE, limit=ON_A_PAGE)
    last = max(1, -(-found.total // ON_A_PAGE))
    if view.page <= last:
        return found, view
    return _found(desk, replace(view, page=last))


def _known(kind: Any, value: str | None) -> Any:
    return kind(value) if value in set(kind) else None
