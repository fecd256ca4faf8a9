"""What is known of a page before anything is dropped: its article, and what elements stand in."""

from collections.abc import Callable
from enum import IntFlag

from index.readers import html_vocabulary as vocabulary
from index.readers.html_tree import Node, Page, Text

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# A part with so much of the page's own text is the article, or holds it.
CORE_SHARE = 0.4
LINK_SHARE = 0.5
# An FAQ with less text than this has no answers.
_ANSWER_CHARS = 80

FaqHeading = Callable[[str], bool]


class In(IntFlag):
    """What an element stands in (itself included)."""

    CODE = 1
    ENTRY = 2  # a paragraph, list entry or definition
    FAQ = 4  # a box whose class says FAQ or accordion
    HEADING = 8
    ARTICLE = 16
    QUOTE = 32


_IN_TAGS = {
    "pre": In.CODE,
    "code": In.CODE,
    "p": In.ENTRY,
    "li": In.ENTRY,
    "dd": In.ENTRY,
    "article": In.ARTICLE,
    "main": In.ARTICLE,
    "section": In.ARTICLE,
    "blockquote": In.QUOTE,
    "figure": In.QUOTE,
    **dict.fromkeys(HEADINGS, In.HEADING),
}


class Layout:
    """A page with what has been dropped of it so far.

    ``dropped`` and ``within`` have one entry an element, ``kept`` are the positions that are never
    dropped: the title, the main element, and what they stand in.  ``own_chars`` are the page's
    characters outside links.
    """

    def __init__(self, page: Page, title: Node | None, is_faq_heading: FaqHeading) -> None:
        self.page = page
        self.title = title
        self.dropped = [False] * len(page.nodes)
        body = next((node for node in page.nodes if node.tag == "body"), page.nodes[0])
        self.own_chars = max(1, own_chars(body))
        self.kept = self._kept(body)
        self.within: list[In] = []
        self._faq = [0]  # prefix sums: FAQ signs before each position
        self._page_links = [0]  # … and links to places of the page itself
        for node in page.nodes:
            self.within.append(self._within(node))
            self._faq.append(self._faq[-1] + self._is_faq_sign(node, is_faq_heading))
            self._page_links.append(self._page_links[-1] + points_within(node))

    def _kept(self, body: Node) -> set[int]:
        kept = {0, body.position}
        cores = [node for node in self.page.nodes if node.tag == "main" or node.role == "main"]
        articles = [node for node in self.page.nodes if node.tag == "article"]
        if articles:
            largest = max(articles, key=own_chars)
            if own_chars(largest) > CORE_SHARE * self.own_chars:
                cores.append(largest)
        if self.title is not None:
            cores.append(self.title)
        for core in cores:
            if core.text_chars:
                kept.add(core.position)
                kept.update(node.position for node in core.ancestors())
        return kept

    def _within(self, node: Node) -> In:
        here = _IN_TAGS.get(node.tag, In(0))
        if node.role == "main":
            here |= In.ARTICLE
        named = node.attributes and node.tag not in ("html", "body")
        if named and node.words & (vocabulary.FAQ_WORDS | vocabulary.OPENS):
            here |= In.FAQ
        return here if node.parent is None else here | self.within[node.parent.position]

    def _is_faq_sign(self, node: Node, is_faq_heading: FaqHeading) -> bool:
        if node.tag in HEADINGS:
            if not 0 < node.text_chars < 120 or node.link_chars * 2 > node.text_chars:
                return False
            return is_faq_heading(self.page.text(node))
        kind = node.attributes.get("itemtype") or node.attributes.get("typeof") or ""
        if kind.strip().rstrip("/").endswith(("Question", "FAQPage")):
            return True
        boxes = ("div", "section", "dl", "aside")
        return node.tag in boxes and bool(node.words & vocabulary.FAQ_WORDS)

    def holds_faq(self, node: Node) -> bool:
        """An FAQ with answers, not a menu entry of that name."""
        if self._faq[node.end] == self._faq[node.position]:
            return False
        linked = node.link_chars >= LINK_SHARE * node.text_chars
        return own_chars(node) >= _ANSWER_CHARS and not linked

    def page_links(self, node: Node) -> int:
        """Links of the subtree that lead to places of the page itself."""
        return self._page_links[node.end] - self._page_links[node.position]

    def outer(self, node: Node) -> In:
        """What the element around ``node`` stands in."""
        return In(0) if node.parent is None else self.within[node.parent.position]

    def drop(self, node: Node) -> None:
        self.dropped[node.position : node.end] = [True] * (node.end - node.position)

    def measure(self) -> tuple[list[int], list[int]]:
        """Characters of each element, and those in links to other pages, of what is not dropped."""
        chars = [0] * len(self.page.nodes)
        links = [0] * len(self.page.nodes)
        for node in reversed(self.page.nodes):
            position = node.position
            if self.dropped[position]:
                continue
            for child in node.children:
                if isinstance(child, Text):
                    chars[position] += len("".join(child.value.split()))
                else:
                    chars[position] += chars[child.position]
                    links[position] += links[child.position]
            if node.tag == "a" and "href" in node.attributes and not points_within(node):
                links[position] = chars[position]
        return chars, links


def own_chars(node: Node) -> int:
    """Characters outside links."""
    return node.text_chars - node.link_chars


def points_within(node: Node) -> bool:
    """A link to a place of the page itself, or a control made of a link."""
    href = node.attributes.get("href", "").strip().lower() if node.tag == "a" else ""
    return href.startswith(("#", "javascript:"))
