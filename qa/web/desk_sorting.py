"""Lists of the desk that are sorted by a click on a column's heading: plain links, no script."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class SortedColumn:
    """A column: its heading, the ``key`` that it is sorted by ("": it is not), and which way first.

    ``down`` is with the greatest first, as one looks for the newest or the most often asked.
    """

    heading: str
    key: str = ""
    down: bool = True


def heading(
    column: SortedColumn, sort: str, down: bool, address: Callable[[str, bool], str]
) -> Markup:
    """Return a column's heading cell; a link to ``address(key, down)`` where it can be sorted by.

    A click on the heading that the list is sorted by turns the order around.
    """
    if not column.key:
        return Markup('<th scope="col">{}</th>').format(column.heading)
    if column.key != sort:
        link = '<th scope="col"><a class="desk-sort" href="{}">{}</a></th>'
        return Markup(link).format(address(column.key, column.down), column.heading)
    return Markup(
        '<th scope="col" aria-sort="{}"><a class="desk-sort" href="{}">{}'
        ' <span aria-hidden="true">{}</span></a></th>'
    ).format(
        "descending" if down else "ascending",
        address(column.key, not down),
        column.heading,
        "▼" if down else "▲",
    )
