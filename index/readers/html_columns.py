"""What stands beside an article by its shape: sign-up boxes, side cells, columns of links."""

import re

from index.readers.html_layout import CORE_SHARE, LINK_SHARE, In, Layout, own_chars
from index.readers.html_tree import Node

# Boxes that the share of links is asked of, and those of them that may hold anything; lists and
# rows are dropped only where nearly everything is link.
_LINK_BOXES = frozenset(
    ("div", "section", "td", "center", "table", "article", "aside", "ul", "ol", "tr", "dl")
)
_WIDE_BOXES = frozenset(("div", "section", "td", "center", "table", "article", "aside"))
_LIST_LINK_SHARE = 0.8
_COLUMN_LINKS = 3
_SIGN_UP_CHARS = 900
_SIDE_CHARS = 300
_ARTICLE_CHARS = 200


def drop_columns(layout: Layout) -> None:
    """Drop them from ``layout``; what holds the title or an FAQ stays."""
    _drop_sign_ups(layout)
    _drop_side_cells(layout)
    _drop_link_columns(layout)


def _drop_sign_ups(layout: Layout) -> None:
    """A form that asks for an e-mail address takes the box with its advertisement along."""
    for node in layout.page.nodes:
        if node.tag != "form" or node.position in layout.kept:
            continue
        fields = [n for n in layout.page.inside(node) if n.tag in ("input", "textarea")]
        if not any(_asks_for_mail(field) for field in fields):
            continue
        box = node
        for ancestor in node.ancestors():
            own = own_chars(ancestor)
            small = own <= _SIGN_UP_CHARS and own <= 0.25 * layout.own_chars
            if ancestor.position in layout.kept or not small or layout.holds_faq(ancestor):
                break
            box = ancestor
        layout.drop(box)


def _asks_for_mail(field: Node) -> bool:
    kind = field.attributes.get("type", "").lower()
    said = " ".join(
        field.attributes.get(name, "") for name in ("name", "id", "placeholder", "autocomplete")
    )
    named = bool(re.search(r"e-?mail", said, re.IGNORECASE))
    return kind == "email" or (kind in ("", "text") and named)


def _drop_side_cells(layout: Layout) -> None:
    """In a table with the article in one cell: the small cells beside it, and rows of links."""
    for cell in layout.page.nodes:
        if cell.tag != "td" or cell.parent is None or layout.dropped[cell.position]:
            continue
        own = own_chars(cell)
        if own < max(_ARTICLE_CHARS, CORE_SHARE * layout.own_chars):
            continue
        if sum(n.tag in ("p", "br", "h2", "h3") for n in layout.page.inside(cell)) < 3:
            continue  # a long answer beside its question
        row = cell.parent
        rows = row.parent.elements() if row.parent is not None else []
        for side in [*row.elements(), *rows]:
            if side is cell or side is row or not side.text_chars:
                continue
            if side.position in layout.kept or layout.holds_faq(side):
                continue
            small = own_chars(side) <= min(_SIDE_CHARS, 0.25 * own)
            if small and (side.tag == "td" or 2 * side.link_chars > side.text_chars):
                layout.drop(side)


def _drop_link_columns(layout: Layout) -> None:
    """Parts that are links for the most part: columns, teaser grids, menus."""
    chars, links = layout.measure()
    for node in layout.page.nodes:
        position = node.position
        if node.tag not in _LINK_BOXES or layout.dropped[position] or position in layout.kept:
            continue
        if layout.outer(node) & (In.ENTRY | In.FAQ) or chars[position] == 0:
            continue
        if node.links - layout.page_links(node) < _COLUMN_LINKS or layout.holds_faq(node):
            continue
        if node.tag not in _WIDE_BOXES and layout.within[position] & In.ARTICLE:
            continue  # links in the text: html_contents.py's business
        limit = LINK_SHARE if node.tag in _WIDE_BOXES else _LIST_LINK_SHARE
        own = chars[position] - links[position]
        if links[position] > limit * chars[position] and own < 0.3 * layout.own_chars:
            layout.drop(node)
