"""Which parts of a page are not the article: navigation, footers, side columns, forms, share bars, teasers.

Landmarks and roles are asked first, then the vocabulary of class names and ids, then the share of links.
Nothing that holds the article's title, most of the page's text, or an FAQ is dropped.  What can only be
told by its wording is left to ``outline.py``, and tables of contents to ``html_contents.py``.
"""

import re
from collections.abc import Callable
from enum import IntFlag

from index.readers import html_vocabulary as vocabulary
from index.readers.html_titles import is_site_name
from index.readers.html_tree import UNREAD, Node, Page, Text, class_words

_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# Vocabulary is asked of these only.  Never of headings and list entries, whose ids are slugs of their own text.
_BOXES = frozenset(
    """div section ul ol table aside header footer nav form figure center p span article details small
    fieldset hgroup td ins noindex time""".split()
)
_INLINE = frozenset(("span", "small", "ins", "time"))
# Boxes that the share of links is asked of, and those of them that may hold anything; lists and rows
# are dropped only where nearly everything is link.
_LINK_BOXES = frozenset(
    ("div", "section", "td", "center", "table", "article", "aside", "ul", "ol", "tr", "dl")
)
_WIDE_BOXES = frozenset(("div", "section", "td", "center", "table", "article", "aside"))
# Long texts are content, whatever their class says.
_BETWEEN_CHARS = 1200
_INLINE_CHARS = 120
_SIGN_UP_CHARS = 900
# A part with so much of the page's own text is never furniture.
_CORE_SHARE = 0.4
_LINK_SHARE = 0.5
_LIST_LINK_SHARE = 0.8
# An FAQ with less text than this has no answers.
_ANSWER_CHARS = 80
# A <nav> without links and with a text of this length is no menu.
_MENU_CHARS = 40
# A run of text of this length without a link is prose.
_PROSE_CHARS = 90

FaqHeading = Callable[[str], bool]


class _In(IntFlag):
    """What an element stands in (itself included)."""

    CODE = 1
    ENTRY = 2  # a paragraph, list entry or definition
    FAQ = 4  # a box whose class says FAQ or accordion
    HEADING = 8
    ARTICLE = 16
    QUOTE = 32


_IN_TAGS = {
    "pre": _In.CODE,
    "code": _In.CODE,
    "p": _In.ENTRY,
    "li": _In.ENTRY,
    "dd": _In.ENTRY,
    "article": _In.ARTICLE,
    "main": _In.ARTICLE,
    "section": _In.ARTICLE,
    "blockquote": _In.QUOTE,
    "figure": _In.QUOTE,
    **dict.fromkeys(_HEADINGS, _In.HEADING),
}


def find_boilerplate(page: Page, title: Node | None, is_faq_heading: FaqHeading) -> list[bool]:
    """One flag an element of ``page.nodes``: True where neither it nor anything in it is the article's.

    ``title`` is the page's title heading, where it has one.
    """
    return _Finder(page, title, is_faq_heading).run()


class _Finder:
    def __init__(self, page: Page, title: Node | None, is_faq_heading: FaqHeading) -> None:
        self.page = page
        self.dropped = [False] * len(page.nodes)
        self.body = next((node for node in page.nodes if node.tag == "body"), page.nodes[0])
        self.own_chars = max(1, self.body.text_chars - self.body.link_chars)
        self.title = title
        self.kept = self._kept()
        self.within: list[_In] = []
        self.faq = [0]  # prefix sums: FAQ signs before each position
        self.page_links = [0]  # … and links to places of the page itself
        for node in page.nodes:
            self.within.append(self._within(node))
            self.faq.append(self.faq[-1] + self._is_faq_sign(node, is_faq_heading))
            self.page_links.append(self.page_links[-1] + _points_within(node))

    def run(self) -> list[bool]:
        for node in self.page.nodes:
            if not self.dropped[node.position] and self._is_furniture(node):
                self._drop(node)
        self._drop_sign_ups()
        self._drop_link_columns()
        if self._remaining() * 20 < self.own_chars:  # everything looked like furniture: nothing is
            self.dropped = [False] * len(self.page.nodes)
            for node in self.page.nodes:
                if node.tag in UNREAD and not self.dropped[node.position]:
                    self._drop(node)
        return self.dropped

    # -- what is never dropped --------------------------------------------------------------------

    def _kept(self) -> set[int]:
        """The title heading and the main element, and everything around them."""
        kept = {0, self.body.position}
        cores = [node for node in self.page.nodes if node.tag == "main" or node.role == "main"]
        articles = [node for node in self.page.nodes if node.tag == "article"]
        if articles:
            largest = max(articles, key=lambda node: node.text_chars - node.link_chars)
            if largest.text_chars - largest.link_chars > _CORE_SHARE * self.own_chars:
                cores.append(largest)
        if self.title is not None:
            cores.append(self.title)
        for core in cores:
            if core.text_chars:
                kept.add(core.position)
                kept.update(node.position for node in core.ancestors())
        return kept

    def _within(self, node: Node) -> _In:
        here = _IN_TAGS.get(node.tag, _In(0))
        if node.role == "main":
            here |= _In.ARTICLE
        if node.tag not in ("html", "body") and node.words & (
            vocabulary.FAQ_WORDS | vocabulary.OPENS
        ):
            here |= _In.FAQ
        return here if node.parent is None else here | self.within[node.parent.position]

    def _is_faq_sign(self, node: Node, is_faq_heading: FaqHeading) -> bool:
        if node.tag in _HEADINGS:
            if not 0 < node.text_chars < 120 or node.link_chars * 2 > node.text_chars:
                return False
            return is_faq_heading(self.page.text(node))
        kind = node.attributes.get("itemtype") or node.attributes.get("typeof") or ""
        if kind.strip().rstrip("/").endswith(("Question", "FAQPage")):
            return True
        return node.tag in ("div", "section", "dl", "aside") and bool(
            node.words & vocabulary.FAQ_WORDS
        )

    def _holds_faq(self, node: Node) -> bool:
        """An FAQ with answers, not a menu entry of that name."""
        if self.faq[node.end] == self.faq[node.position]:
            return False
        own = node.text_chars - node.link_chars
        return own >= _ANSWER_CHARS and node.link_chars < _LINK_SHARE * node.text_chars

    def _drop(self, node: Node) -> None:
        self.dropped[node.position : node.end] = [True] * (node.end - node.position)

    def _remaining(self) -> int:
        """Characters outside links of what is not dropped."""
        chars, links = self._measure_kept()
        return chars[0] - links[0]

    # -- landmarks, roles and vocabulary ------------------------------------------------------------

    def _is_furniture(self, node: Node) -> bool:
        tag, role = node.tag, node.role
        if tag in UNREAD or tag == "dialog":
            return True
        if tag == "h1" and node is not self.title and is_site_name(self.page, node):
            return True
        within = self.within[node.position]
        if node.position in self.kept or within & _In.CODE:
            return tag in _INLINE | {"td"} and bool(_names(node) & vocabulary.GUTTER)
        if _names(node) & vocabulary.COPY:
            return True
        if tag == "nav" and node.links == 0 and _longest_run(node) >= _MENU_CHARS:
            return False  # the list that a drop-down opens, used as an accordion
        if tag == "nav" or role in (
            "navigation",
            "menu",
            "menubar",
            "tablist",
            "toolbar",
            "search",
        ):
            return True
        if (
            role in ("dialog", "alertdialog", "tooltip")
            or node.attributes.get("aria-modal") == "true"
        ):
            return True
        own = node.text_chars - node.link_chars
        if own > _CORE_SHARE * self.own_chars and own > 400:
            return False
        if self._holds_faq(node):
            return False
        if tag == "footer" or role == "contentinfo":
            return not within & _In.QUOTE
        if tag == "header" or role == "banner":
            return self._is_page_header(node)
        if tag == "aside" or role == "complementary":
            return not node.words & vocabulary.CALLOUT
        if tag == "form":
            return self._is_form(node)
        if tag == "address":
            return node.parent is not None and node.parent.tag in (
                "body",
                "center",
                "article",
                "main",
            )
        if tag == "figcaption":
            return self._captions_a_picture(node)
        if tag == "sup":
            return node.link_chars == node.text_chars <= 5 and self._page_links_in(node) == 1
        if self._is_unseen(node):
            return True
        return tag in _BOXES and self._is_named_furniture(node)

    def _page_links_in(self, node: Node) -> int:
        return self.page_links[node.end] - self.page_links[node.position]

    def _is_page_header(self, node: Node) -> bool:
        """A header without a heading; or the page's own, before and outside the article."""
        if not any(inner.tag in _HEADINGS and inner.text_chars for inner in self.page.inside(node)):
            return _longest_run(node) < _PROSE_CHARS
        parent = node.parent
        if (
            parent is not None and self.within[parent.position] & _In.ARTICLE
        ) or self.title is None:
            return False
        return self.title.position >= node.end  # the title comes later: this is the site's

    def _is_form(self, node: Node) -> bool:
        own = node.text_chars - node.link_chars
        inside = self.page.inside(node)
        # ASP.NET and some shops put the whole page into one form.
        if (
            own > 0.25 * self.own_chars
            and own > 300
            and any(n.tag in ("p", "dl", "table") for n in inside)
        ):
            fields = sum(n.tag in ("input", "select", "textarea") for n in inside)
            return own < 100 * fields
        return True

    def _captions_a_picture(self, node: Node) -> bool:
        figure = node.parent
        if figure is None:
            return False
        return not any(
            n.tag in ("pre", "table", "blockquote", "p", "ul") for n in self.page.inside(figure)
        )

    def _is_unseen(self, node: Node) -> bool:
        """Text for screen readers and icons drawn with letters; never what a click may show."""
        names = _names(node)
        if names & vocabulary.UNSEEN:
            return node.text_chars < 200
        if names & vocabulary.GUTTER and node.tag in ("td", "th", "span", "div", "pre"):
            return True
        if node.tag in ("i", "em", "span"):
            if names & vocabulary.ICON:
                return 0 < node.text_chars <= 20
            if node.attributes.get("aria-hidden") == "true":
                return node.text_chars <= 2
        return False

    def _is_named_furniture(self, node: Node) -> bool:
        words = self._part_words(node)
        if not words:
            return False
        own = node.text_chars - node.link_chars
        if node.tag in _INLINE:
            if node.text_chars > _INLINE_CHARS:
                return False
            if self.within[node.position] & _In.HEADING:
                return bool(words & vocabulary.HEADING_EXTRAS)
            return bool(words & (vocabulary.BETWEEN | vocabulary.AROUND)) and _stands_alone(node)
        mostly_links = node.link_chars >= 0.4 * node.text_chars or node.text_chars < 40
        opens = "aria-expanded" in node.attributes or "aria-controls" in node.attributes
        if words & vocabulary.NAVIGATION and mostly_links and not opens:
            return True
        long = own > _BETWEEN_CHARS or own > 0.25 * self.own_chars
        if words & vocabulary.BETWEEN and not long and not self._has_sections(node):
            return True
        if words & vocabulary.AROUND:
            # A paragraph of a class "promo" is one; a part with several headings is a part of the article.
            return not (
                long and self._has_sections(node) and not words & {"comments", "disqus", "footer"}
            )
        names = _names(node) | {node.attributes.get("id", "").lower()}
        return bool(names & vocabulary.PAGE_HEADER) and self._is_page_header(node)

    def _part_words(self, node: Node) -> frozenset[str]:
        """The words of class and id that name what this part is."""
        if not node.words:
            return frozenset()
        names = [
            name
            for name in node.attributes.get("class", "").split()
            if re.split("[-_]", name.lower())[0] not in vocabulary.STATE_PREFIXES
        ]
        identifier = node.attributes.get("id", "")
        if identifier and not self._id_is_slug(node):
            names.append(identifier)
        words = class_words(" ".join(names))
        return words | {
            root for word in words for root in vocabulary.GLUED if _is_glued(word, root)
        }

    def _id_is_slug(self, node: Node) -> bool:
        """``<section id="cookies"><h2>Cookies</h2>``: the id repeats the heading and says no more."""
        words = {word.lower() for word in re.findall(r"[^\W_]+", node.attributes["id"])}
        section = node.tag == "section" or node.words & {"section", "sect", "level"}
        if not section and words & (vocabulary.AROUND | vocabulary.NAVIGATION):
            return False  # <div id="comments"><h3>Comments</h3> is what it says
        heading = next((n for n in self.page.inside(node) if n.tag in _HEADINGS), None)
        if heading is None:
            return False
        said = set(re.findall(r"\w+", self.page.text(heading).lower()))
        return words <= said

    def _has_sections(self, node: Node) -> bool:
        """Two headings or more, and prose: a part of the article."""
        headings = sum(n.tag in ("h2", "h3") and n.text_chars > 0 for n in self.page.inside(node))
        return headings >= 2 and _longest_run(node) >= _PROSE_CHARS

    # -- sign-ups ---------------------------------------------------------------------------------------

    def _drop_sign_ups(self) -> None:
        """A form that asks for an e-mail address takes the box with its advertisement along."""
        for node in self.page.nodes:
            if node.tag != "form" or node.position in self.kept:
                continue
            fields = [n for n in self.page.inside(node) if n.tag in ("input", "textarea")]
            if not any(_asks_for_mail(field) for field in fields):
                continue
            box = node
            for ancestor in node.ancestors():
                own = ancestor.text_chars - ancestor.link_chars
                small = own <= _SIGN_UP_CHARS and own <= 0.25 * self.own_chars
                if ancestor.position in self.kept or not small or self._holds_faq(ancestor):
                    break
                box = ancestor
            self._drop(box)

    # -- the share of links -----------------------------------------------------------------------------

    def _drop_link_columns(self) -> None:
        """Parts beside the article that are links for the most part (columns, teaser grids, menus)."""
        chars, links = self._measure_kept()
        for node in self.page.nodes:
            position = node.position
            if node.tag not in _LINK_BOXES or self.dropped[position] or position in self.kept:
                continue
            outer = self.within[node.parent.position] if node.parent is not None else _In(0)
            if outer & (_In.ENTRY | _In.FAQ) or chars[position] == 0:
                continue
            if node.links - self._page_links_in(node) < 3 or self._holds_faq(node):
                continue
            if node.tag not in _WIDE_BOXES and self.within[position] & _In.ARTICLE:
                continue  # a list of links in the text; html_contents.py knows what announces it
            limit = _LINK_SHARE if node.tag in _WIDE_BOXES else _LIST_LINK_SHARE
            own = chars[position] - links[position]
            if links[position] > limit * chars[position] and own < 0.3 * self.own_chars:
                self._drop(node)

    def _measure_kept(self) -> tuple[list[int], list[int]]:
        """Characters, and those in links to other pages, of each element without what is dropped."""
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
            if node.tag == "a" and "href" in node.attributes and not _points_within(node):
                links[position] = chars[position]
        return chars, links


def _names(node: Node) -> set[str]:
    return set(node.attributes.get("class", "").lower().split())


def _is_glued(word: str, root: str) -> bool:
    if len(word) <= len(root) or not (word.endswith(root) or word.startswith(root)):
        return False
    rest = word.removesuffix(root) if word.endswith(root) else word.removeprefix(root)
    return not rest.endswith(vocabulary.GLUE_BREAKERS)


def _points_within(node: Node) -> bool:
    """A link to a place of the page itself, or a control made of a link."""
    href = node.attributes.get("href", "").strip().lower() if node.tag == "a" else ""
    return href.startswith(("#", "javascript:"))


def _asks_for_mail(field: Node) -> bool:
    kind = field.attributes.get("type", "").lower()
    said = " ".join(
        field.attributes.get(name, "") for name in ("name", "id", "placeholder", "autocomplete")
    )
    return kind == "email" or (
        kind in ("", "text") and bool(re.search(r"e-?mail", said, re.IGNORECASE))
    )


def _stands_alone(node: Node) -> bool:
    """Not a word within a sentence."""
    if node.parent is None:
        return True
    return not any(isinstance(c, Text) and len(c.value.strip()) > 15 for c in node.parent.children)


def _longest_run(node: Node) -> int:
    """Characters of the longest run of text outside links and headings."""
    best = 0
    stack: list[Node | Text] = [node]
    while stack:
        item = stack.pop()
        if isinstance(item, Text):
            best = max(best, len(" ".join(item.value.split())))
        elif item.tag not in UNREAD and item.tag != "a" and item.tag not in _HEADINGS:
            stack.extend(item.children)
    return best
