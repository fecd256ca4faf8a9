"""Tells tables of data from tables of layout, and reads the rows of the former."""

import re
from enum import StrEnum

from index.readers.html_inline import Inline, Run
from index.readers.html_tree import UNREAD, Node, Page, Text
from index.readers.labels import starts_with_label

# A cell with more text than this holds paragraphs, whatever its markup.
_CELL_CHARS = 400
_INNER_BLOCKS = frozenset(
    (
        "table",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "pre",
        "dl",
        "form",
        "hr",
        "blockquote",
        "details",
    )
)
_CELLS = frozenset(("td", "th"))


class TableKind(StrEnum):
    DATA = "data"
    LAYOUT = "layout"
    QUESTIONS = "questions"  # two columns: a question and its answer a row


def classify_table(page: Page, table: Node, rows: list[list[Node]]) -> TableKind:
    if table.role in ("presentation", "none") or not rows:
        return TableKind.LAYOUT
    inside = page.inside(table)
    cells = [cell for row in rows for cell in row]
    filled = [[cell for cell in row if cell.text_chars] for row in rows]
    if is_question_table(page, rows):
        return TableKind.QUESTIONS
    if any(node.tag in _INNER_BLOCKS and node.text_chars for node in inside):
        return TableKind.LAYOUT
    if max(len(row) for row in rows) < 2 or sum(bool(row) for row in filled) < 2:
        return TableKind.LAYOUT
    if _is_labelled(page, filled):
        return TableKind.LAYOUT
    if any(node.tag in ("th", "thead", "caption") for node in inside):
        long = sum(cell.text_chars > 4 * _CELL_CHARS for cell in cells)
        return TableKind.LAYOUT if long else TableKind.DATA
    if max(cell.text_chars for cell in cells) > _CELL_CHARS:
        return TableKind.LAYOUT
    return TableKind.DATA


def is_question_table(page: Page, rows: list[list[Node]]) -> bool:
    """Two filled cells a row (a number before them aside), the first of them a question."""
    rows = [row for row in rows if any(c.text_chars for c in row) and not is_head(row)]
    pairs = [pair for row in rows if (pair := question_cells(page, row)) is not None]
    asked = sum(page.text(pair[0]).rstrip().endswith(("?", "？", "؟")) for pair in pairs)
    wide = sum(len([cell for cell in row if cell.text_chars]) > 3 for row in rows)
    return asked >= 2 and not wide and asked >= 0.7 * len(rows)


def is_head(row: list[Node]) -> bool:
    """Whether a row names the columns."""
    return all(cell.tag == "th" for cell in row)


def question_cells(page: Page, row: list[Node]) -> tuple[Node, Node] | None:
    """The question's and the answer's cell of a row, or None."""
    filled = [cell for cell in row if cell.text_chars]
    if len(filled) == 3 and re.fullmatch(r"\W*\w{1,3}\W*", page.text(filled[0])):
        filled = filled[1:]
    if len(filled) != 2 or filled[0].text_chars > 300:
        return None
    return filled[0], filled[1]


def table_rows(page: Page, table: Node, dropped: list[bool]) -> list[list[Node]]:
    """The cells of each row of this table; those of tables within it are theirs."""
    rows: list[list[Node]] = []
    for node in page.inside(table):
        if node.tag != "tr" or dropped[node.position]:
            continue
        owner = next((a for a in node.ancestors() if a.tag == "table"), None)
        if owner is table:
            rows.append([c for c in node.elements() if c.tag in _CELLS and not dropped[c.position]])
    return [row for row in rows if row]


def cell_text(cell: Node, dropped: list[bool]) -> Run | None:
    """All text of a cell as one line, or None where it is empty."""
    inline = Inline()
    stack: list[tuple[Node | Text, bool]] = [(cell, False)]
    while stack:
        item, leaving = stack.pop()
        if isinstance(item, Text):
            inline.add(item.value, item.line)
        elif leaving:
            if item.tag == "a":
                inline.href = None
            elif item.tag not in (
                "span",
                "font",
                "strong",
                "em",
                "code",
                "sup",
                "sub",
                "small",
                "abbr",
                "tt",
                "u",
            ):
                inline.space()
        elif item.tag == "br":
            inline.space()
        elif item.tag not in UNREAD and not dropped[item.position]:
            if item.tag == "a" and "href" in item.attributes:
                inline.href = item.attributes["href"]
            stack.append((item, True))
            stack.extend((child, False) for child in reversed(item.children))
    runs = inline.take(breaks=False)
    return runs[0] if runs else None


def row_text(row: list[Node], dropped: list[bool]) -> Run | None:
    """A row as one line, its cells separated by " | "; None where all of them are empty."""
    cells = [cell_text(cell, dropped) for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    text = ""
    links: list[tuple[int, int, str]] = []
    for index, cell in enumerate(cells):
        if index:
            text += " | "
        if cell is not None:
            links.extend(
                (start + len(text), end + len(text), href) for start, end, href in cell.links
            )
            text += cell.text
    if not text:
        return None
    line = next(cell.line for cell in cells if cell is not None)
    # A row that begins with empty cells: no white space at the start of a block.
    cut = len(text) - len(text.lstrip())
    return Run(text[cut:], line, False, 0, tuple((s - cut, e - cut, h) for s, e, h in links))


def _is_labelled(page: Page, rows: list[list[Node]]) -> bool:
    """Whether rows begin with "Q:" and "A:", two different labels, most of them."""
    labels = [page.text(row[0]) for row in rows if row and row[0].text_chars <= 12]
    labels = [text for text in labels if len(text.split()) == 1 and starts_with_label(text)]
    kinds = {text.strip(".:)( 0123456789").lower() for text in labels}
    return len(kinds) > 1 and 2 * len(labels) > sum(bool(row) for row in rows)
