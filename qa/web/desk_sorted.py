"""The desk's lists as pages of their own, to be sorted and searched: plain links, no script.

The tabs show what matters most first; who looks for something else finds all of a list here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode

from qa.web.desk_columns import COLUMNS, ListColumn
from qa.web.desk_export_links import export_links, sorted_path
from qa.web.desk_html import outdated, waits_page
from qa.web.desk_rows import ROWS, Rows
from qa.web.desk_sorting import SortedColumn, heading
from qa.web.desk_state import Desk
from qa.web.pages import TEMPLATES

ON_A_PAGE = 50
MOST_TEXT = 200
TITLES: Mapping[str, tuple[str, str]] = {
    "today": ("What to do", "today"),
    "coverage": ("All sections", "coverage"),
    "questions": ("Groups of questions", "questions"),
    "health": ("What is wrong with pairs", "faq-health"),
    "pairs": ("All pairs", "faq-health"),
    "trend": ("Coverage after each sync", "trend"),
    "answered": ("Questions by week", "trend"),
}
"""The title of each list, and the tab that it belongs to."""


@dataclass(frozen=True, slots=True)
class ListView:
    """What of a list is looked at: ``sort`` is a column's heading, "" for the list's own order."""

    sort: str = ""
    down: bool = False
    text: str = ""
    page: int = 1

    @classmethod
    def read(cls, query: str, columns: Sequence[ListColumn]) -> "ListView":
        """Return what an address's query asks for; what cannot be understood is left out."""
        told = dict(parse_qsl(query))
        column = next((one for one in columns if one.heading == told.get("sort")), None)
        page = told.get("page", "")
        return cls(
            sort=column.heading if column else "",
            down=column is not None
            and {"down": True, "up": False}.get(told.get("order", ""), column.down),
            text=" ".join(told.get("q", "").split())[:MOST_TEXT],
            page=int(page) if page.isascii() and page.isdigit() and 0 < len(page) < 9 else 1,
        )

    def address(self, name: str) -> str:
        """Return the address of the page that shows it of the list ``name``."""
        told = {
            "sort": self.sort,
            "order": ("down" if self.down else "up") if self.sort else "",
            "q": self.text,
            "page": str(self.page) if self.page > 1 else "",
        }
        query = urlencode({key: value for key, value in told.items() if value})
        return sorted_path(name) + (f"?{query}" if query else "")


def list_page(desk: Desk, name: str, query: str, *, token: str) -> str | None:
    """Return the page of a list; None where no list has that name."""
    if name not in TITLES:
        return None
    title, tab = TITLES[name]
    columns = COLUMNS[name]
    found: Rows | None = ROWS[name](desk)
    if found is None:
        return waits_page("This list is being worked out.", site=desk.site)
    view = ListView.read(query, columns)
    rows = ordered(found.rows, columns, view)
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    view = replace(view, page=min(view.page, pages))

    def sorted_by(key: str, down: bool) -> str:
        return ListView(key, down, view.text).address(name)

    shown = rows[(view.page - 1) * ON_A_PAGE : view.page * ON_A_PAGE]
    return TEMPLATES.get_template("desk_sorted.html").render(
        site=desk.site,
        language=None,
        token=token,
        title=title,
        tab=tab,
        outdated=outdated(found.newest),
        headings=[
            heading(
                SortedColumn(one.heading, one.heading, one.down), view.sort, view.down, sorted_by
            )
            for one in columns
        ],
        rows=[[(one.heading, one.shown(row)) for one in columns] for row in shown],
        count=len(rows),
        page=view.page,
        pages=pages,
        before=replace(view, page=view.page - 1).address(name) if view.page > 1 else "",
        after=replace(view, page=view.page + 1).address(name) if view.page < pages else "",
        path=sorted_path(name),
        hidden=[
            pair
            for pair in parse_qsl(replace(view, page=1).address(name).partition("?")[2])
            if pair[0] != "q"
        ],
        text=view.text,
        cleared=replace(view, text="", page=1).address(name),
        own=ListView(text=view.text).address(name) if view.sort else "",
        exports=export_links(name, "The whole list as", sortable=False),
    )


def ordered(rows: Sequence[Any], columns: Sequence[ListColumn], view: ListView) -> list[Any]:
    """Return the rows that have the words in one of their cells, sorted as asked for.

    Of equals the list's own order stays.
    """
    words = view.text.casefold()
    kept = [row for row in rows if not words or any(words in one.text(row) for one in columns)]
    column = next((one for one in columns if one.heading == view.sort), None)
    return kept if column is None else sorted(kept, key=column.key, reverse=view.down)
