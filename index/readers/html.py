"""Reads HTML pages: what the page says of itself, and its article as blocks.

``html_tree`` parses; ``html_boilerplate`` (with ``html_layout`` and ``html_columns``) tells the
article from what stands around it; ``html_accordion`` finds what is clicked to open something;
``html_blocks`` (with ``html_inline`` and ``html_tables``) makes blocks; ``html_contents``,
``html_lines`` and ``html_copies`` drop tables of contents, the page's own lines and second copies;
``structured`` reads declared FAQ pairs.  What is an FAQ is ``outline.py``'s business.
"""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from index.readers.blocks import Block, BlockKind, BlockLink, SourceDocument
from index.readers.frontmatter import split_front_matter
from index.readers.html_accordion import Openers, find_openers
from index.readers.html_blocks import Draft, read_drafts
from index.readers.html_boilerplate import find_boilerplate
from index.readers.html_contents import drop_link_lists
from index.readers.html_copies import drop_copies
from index.readers.html_lines import drop_page_lines
from index.readers.html_titles import page_title, title_node
from index.readers.html_tree import Node, Page, parse_page
from index.readers.structured import declared_pairs
from index.readers.wording import QuestionShape, is_faq_heading, question_shape

# Of a category that has no heading's markup: below the FAQ's own heading.
_CATEGORY_LEVEL = 3
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


def read_html(text: str, path: str) -> SourceDocument:
    """The blocks of an HTML page in source order, without navigation and other furniture.

    ``text`` is the decoded page, ``path`` its name for error messages.  ``line`` is that of a
    block's first character of text.  Links are resolved against ``<base>`` and the page's own
    address where the page declares one; others stay as written.  ``title`` is the heading that
    the page's title names, else the title without the site's name; ``url`` is the canonical
    address; ``faq`` are the pairs that JSON-LD, microdata or RDFa declare.  Front matter, which
    site generators take away, goes before what the page says of itself.

    Raises ReadError where there is no markup at all, elements are nested beyond all measure, or the
    front matter is broken.
    """
    front = split_front_matter(text, path)
    page = parse_page(front.text, path)
    heading = title_node(page)
    address = _address(page)
    base = _base(page, address)
    dropped = find_boilerplate(page, heading, is_faq_heading)
    openers = find_openers(page, dropped)
    drafts = drop_link_lists(read_drafts(page, dropped, openers), page, address or path)
    drafts = drop_copies(drop_page_lines(drafts))
    document = SourceDocument(
        blocks=tuple(_block(draft, base) for draft in _with_true_openers(drafts, page, openers)),
        title=page_title(page, heading),
        url=address,
        language=_language(page),
        faq=tuple(declared_pairs(page)),
    )
    return front.of(document)


def _with_true_openers(drafts: list[Draft], page: Page, openers: Openers) -> list[Draft]:
    """Drop openers that nothing follows before the next one: tabs, and lists that a script fills.

    An opener that opens other openers, or headings that ask, names a category: it is a heading.
    """
    kept: list[Draft] = []
    category_end = 0
    for index, draft in enumerate(drafts):
        if draft.node.position < category_end:
            draft.attributes.pop("inside", None)
        following = drafts[index + 1] if index + 1 < len(drafts) else None
        if draft.kind is BlockKind.SUMMARY:
            panel = page.nodes[openers.openers.get(draft.node.position, draft.node.position)]
            if following is not None and _is_category(draft, following, panel):
                draft = replace(draft, kind=BlockKind.HEADING, level=draft.level or _CATEGORY_LEVEL)
                category_end = panel.end
            elif not draft.level and (
                following is None or following.kind in (BlockKind.SUMMARY, BlockKind.RULE)
            ):
                continue
        kept.append(draft)
    return kept


def _is_category(draft: Draft, following: Draft, panel: Node) -> bool:
    if not panel.position <= following.node.position < panel.end:
        return False
    if following.kind in (BlockKind.SUMMARY, BlockKind.QUESTION):
        return True
    asks = question_shape(following.text) is QuestionShape.MARKED
    return (
        following.kind is BlockKind.HEADING
        and asks
        and question_shape(draft.text) is not QuestionShape.MARKED
    )


def _block(draft: Draft, base: str | None) -> Block:
    links = tuple(
        BlockLink(start, end, url)
        for start, end, href in draft.links
        if (url := _resolve(href, base))
    )
    return Block(
        kind=draft.kind,
        text=draft.text,
        line=draft.line,
        level=draft.level,
        marker=draft.marker,
        bold=draft.bold,
        bold_prefix=draft.bold_prefix,
        links=links,
        attributes=draft.attributes,
    )


def _resolve(href: str, base: str | None) -> str:
    href = href.strip()
    if not href or href == "#" or href.lower().startswith(("javascript:", "data:", "vbscript:")):
        return ""
    if base is None:
        return href
    try:
        return urljoin(base, href)
    except ValueError:  # "http://[" and the like: as written
        return href


def _public(url: str | None) -> str | None:
    try:
        parts = urlsplit((url or "").strip())
    except ValueError:
        return None
    return (url or "").strip() if parts.scheme in ("http", "https") and parts.netloc else None


def _address(page: Page) -> str | None:
    """The canonical address, else og:url; only an absolute one."""
    for node in page.nodes:
        if node.tag == "link" and "canonical" in node.attributes.get("rel", "").lower().split():
            found = _public(node.attributes.get("href"))
            if found:
                return found
    return _public(meta(page, "og:url"))


def _base(page: Page, address: str | None) -> str | None:
    for node in page.nodes:
        if node.tag == "base" and node.attributes.get("href"):
            href = node.attributes["href"]
            return _public(href) or (_public(urljoin(address, href)) if address else None)
    return address


def meta(page: Page, name: str) -> str | None:
    for node in page.nodes:
        if node.tag == "meta" and name in (
            node.attributes.get("property"),
            node.attributes.get("name"),
        ):
            content = node.attributes.get("content", "").strip()
            if content:
                return content
    return None


def _language(page: Page) -> str | None:
    for node in _language_nodes(page):
        for name in ("lang", "xml:lang"):
            given = node.attributes.get(name, "").strip()
            if _LANGUAGE.fullmatch(given):
                return given.replace("_", "-")
    given = meta(page, "og:locale") or ""
    return given.replace("_", "-") if _LANGUAGE.fullmatch(given) else None


def _language_nodes(page: Page) -> list[Node]:
    return [node for node in page.nodes if node.tag in ("html", "body")]
