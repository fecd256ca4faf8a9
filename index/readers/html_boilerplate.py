"""Which parts of a page are not the article: navigation, footers, side columns, forms, share bars.

Landmarks and roles are asked first, then the vocabulary of class names and ids, then
(``html_columns.py``) the share of links.  Nothing that holds the article's title, most of the
page's text, or an FAQ is dropped.  What can only be told by its wording is dropped later
(``html_lines.py``), and so are tables of contents (``html_contents.py``).
"""

import re

from index.readers import html_vocabulary as vocabulary
from index.readers.boilerplate import is_page_part
from index.readers.html_columns import drop_columns
from index.readers.html_layout import CORE_SHARE, HEADINGS, FaqHeading, In, Layout, own_chars
from index.readers.html_titles import is_site_name
from index.readers.html_tree import UNREAD, Node, Page, Text, class_words
from index.readers.html_vocabulary import words
from index.readers.page_lines import is_stated, weight
from index.readers.wording import is_contents_heading

# Vocabulary is asked of these only.  Never of headings and list entries, whose ids are slugs of
# their own text.
_BOXES = words(
    """
    div section ul ol table aside header footer nav form figure center p span article details
    small fieldset hgroup td ins noindex time
    """
)
_INLINE = frozenset(("span", "small", "ins", "time"))
# Long texts are content, whatever their class says.
_BETWEEN_CHARS = 1200
_INLINE_CHARS = 120
_CRUMBS_CHARS = 250
_HIDDEN_CHARS = 400
# A <nav> without links and with a text of this length is no menu.
_MENU_CHARS = 40
# A run of text of this length without a link is prose.
_PROSE_CHARS = 90
# The name of an icon font's glyph, or a sign.
_ICON_TEXT = re.compile(r"[a-z0-9_]{1,24}|\W{1,3}")
# These say by themselves what they are; others only by their attributes.
_SPEAKING_TAGS = UNREAD | words("dialog h1 nav footer header aside form address figcaption sup")
# What an article's text is made of; an aside beside an <h1> tells of the page.
_FLOW = words("p ul ol dl pre table blockquote figure details h2 h3 h4 h5 h6")
# What opens something that is hidden.
_CONTROLS = words("button summary dt label input select a details")
_MENU_ROLES = words("navigation menu menubar tablist toolbar search")
_WINDOW_ROLES = words("dialog alertdialog tooltip")
_ADDRESS_PARENTS = frozenset(("body", "center", "article", "main"))


def find_boilerplate(page: Page, title: Node | None, is_faq_heading: FaqHeading) -> list[bool]:
    """One flag an element of ``page.nodes``: True where nothing in it is the article's.

    ``title`` is the page's title heading, where it has one.
    """
    layout = Layout(page, title, is_faq_heading)
    furniture = _Furniture(layout)
    for node in page.nodes:
        if not layout.dropped[node.position] and furniture.is_furniture(node):
            layout.drop(node)
    drop_columns(layout)
    chars, links = layout.measure()
    if (chars[0] - links[0]) * 20 < layout.own_chars:
        # Everything looked like furniture, so nothing is.
        layout.dropped = [False] * len(page.nodes)
        for node in page.nodes:
            if node.tag in UNREAD:
                layout.drop(node)
    return layout.dropped


class _Furniture:
    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.page = layout.page
        # Ids of what a control opens.
        self._targets = frozenset(
            node.attributes[name].removeprefix("#")
            for node in self.page.nodes
            for name in vocabulary.TARGET_ATTRIBUTES
            if name in node.attributes
        )

    def is_furniture(self, node: Node) -> bool:
        tag, role = node.tag, node.role
        if not node.attributes and tag not in _SPEAKING_TAGS:
            return False
        if tag in UNREAD or tag == "dialog":
            return True
        if tag == "h1" and node is not self.layout.title and is_site_name(self.page, node):
            return True
        within = self.layout.within[node.position]
        if node.position in self.layout.kept or within & In.CODE:
            return tag in _INLINE | {"td"} and bool(_names(node) & vocabulary.GUTTER)
        if _names(node) & vocabulary.COPY:
            return True
        if tag == "nav" and node.links == 0 and _longest_run(node) >= _MENU_CHARS:
            return False  # the list that a drop-down opens, used as an accordion
        if tag == "nav" or role in _MENU_ROLES:
            return True
        if role in _WINDOW_ROLES or node.attributes.get("aria-modal") == "true":
            return True
        own = own_chars(node)
        if own > CORE_SHARE * self.layout.own_chars and own > 400:
            return False
        if self.layout.holds_faq(node):
            return False
        if tag == "footer" or role == "contentinfo":
            return not within & In.QUOTE
        if tag == "header" or role == "banner":
            return self._is_page_header(node)
        if tag == "aside" or role == "complementary":
            return not self._is_callout(node)
        if tag == "form":
            return self._is_form(node)
        if tag == "address":
            return node.parent is not None and node.parent.tag in _ADDRESS_PARENTS
        if tag == "figcaption":
            return self._captions_a_picture(node)
        if tag == "table" and self._is_in_title_header(node):
            return True  # of the page's properties, above the text
        if self._is_never_shown(node):
            return True
        if tag == "sup":
            return node.link_chars == node.text_chars <= 5 and self.layout.page_links(node) == 1
        if self._is_unseen(node):
            return True
        return tag in _BOXES and self._is_named_furniture(node)

    def _is_page_header(self, node: Node) -> bool:
        """A header without a heading; or the page's own, before and outside the article."""
        if not any(inner.tag in HEADINGS and inner.text_chars for inner in self.page.inside(node)):
            return _longest_run(node) < _PROSE_CHARS
        parent = node.parent
        if (
            parent is not None and self.layout.within[parent.position] & In.ARTICLE
        ) or self.layout.title is None:
            return False
        return self.layout.title.position >= node.end  # the title comes later: this is the site's

    def _is_callout(self, node: Node) -> bool:
        """A box of the text although it is an aside: by its class, or because it stands between
        paragraphs of the article and nothing in it says otherwise."""
        words = node.words
        if words & (vocabulary.AROUND | vocabulary.BETWEEN | vocabulary.BESIDE):
            return False
        if words & vocabulary.CALLOUT:
            return True
        within = self.layout.outer(node) & In.ARTICLE
        if node.role or not within or not _stands_in_text(node):
            return False
        if node.link_chars >= 0.4 * node.text_chars or words & vocabulary.NAVIGATION:
            return False
        inside = self.page.inside(node)
        if any(n.tag in ("form", "input", "nav", "aside") for n in inside):
            return False
        headings = [self.page.text(n) for n in inside if n.tag in HEADINGS]
        return not any(is_page_part(h) or is_contents_heading(h) or weight(h) for h in headings)

    def _is_in_title_header(self, node: Node) -> bool:
        title = self.layout.title
        headers = [a for a in node.ancestors() if a.tag == "header"]
        return title is not None and any(a.position < title.position < a.end for a in headers)

    def _is_form(self, node: Node) -> bool:
        own = own_chars(node)
        inside = self.page.inside(node)
        # ASP.NET and some shops put the whole page into one form.
        if (
            own > 0.25 * self.layout.own_chars
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
                return bool(_ICON_TEXT.fullmatch(self.page.text(node)))
            if node.attributes.get("aria-hidden") == "true":
                return node.text_chars <= 2
        return False

    def _is_never_shown(self, node: Node) -> bool:
        """Hidden, and nothing on the page opens it: no control names it, stands before it or has
        the class of an accordion or tab."""
        if "hidden" not in node.attributes or node.attributes["hidden"] == "until-found":
            return False
        if node.text_chars > _HIDDEN_CHARS:
            return False  # a page that a script puts together
        within = self.layout.within[node.position]
        opened = vocabulary.OPENS | vocabulary.ANSWER_WORDS | vocabulary.SHOWN_LATER
        if node.role or within & In.FAQ or node.words & opened:
            return False
        inside = self.page.inside(node)
        if any(n.tag in HEADINGS or n.tag in _CONTROLS for n in inside):
            return False
        around = [node, *node.ancestors()]
        if any(n.attributes.get("id") in self._targets for n in [*around, *inside]):
            return False
        while node.parent is not None and node.parent.position not in self.layout.kept:
            if any(_clicked(n) for n in node.parent.elements()):
                return False
            node = node.parent
        siblings = node.parent.elements() if node.parent is not None else []
        before = siblings[siblings.index(node) - 1] if siblings.index(node) else None
        return before is None or not _clicked(before)

    def _is_named_furniture(self, node: Node) -> bool:
        words = self._part_words(node)
        if not words:
            return False
        own = own_chars(node)
        if words & vocabulary.CRUMBS and node.links and node.text_chars < _CRUMBS_CHARS:
            return True
        if node.tag in _INLINE:
            if node.text_chars > _INLINE_CHARS:
                return False
            if self.layout.within[node.position] & In.HEADING:
                return bool(words & vocabulary.HEADING_EXTRAS)
            return bool(words & (vocabulary.BETWEEN | vocabulary.AROUND)) and _stands_alone(node)
        mostly_links = node.link_chars >= 0.4 * node.text_chars or node.text_chars < 40
        opens = "aria-expanded" in node.attributes or "aria-controls" in node.attributes
        menu = words & vocabulary.NAVIGATION and mostly_links and not opens
        if menu and not self._only_sounds_like_a_menu(node):
            return True
        long = own > _BETWEEN_CHARS or own > 0.25 * self.layout.own_chars
        if words & vocabulary.BETWEEN and not long and not self._has_sections(node):
            return True
        if words & vocabulary.AROUND:
            # A paragraph of a class "promo" is one; a part with several headings is a part of the
            # article.
            return not (
                long and self._has_sections(node) and not words & {"comments", "disqus", "footer"}
            )
        names = _names(node) | {node.attributes.get("id", "").lower()}
        if names & vocabulary.AROUND_NAMES:
            return not long
        return bool(names & vocabulary.PAGE_HEADER) and self._is_page_header(node)

    def _only_sounds_like_a_menu(self, node: Node) -> bool:
        """A box of code ("language-sh"), or a short text that opens ("accordion__dropdown")."""
        if any(inner.tag == "pre" for inner in self.page.inside(node)):
            return True
        told = node.role in ("region", "tabpanel") or is_stated(self.page.text(node))
        return told and not node.links

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
        """``<section id="cookies"><h2>Cookies</h2>``: the id repeats the heading and says no
        more.
        """
        words = {word.lower() for word in re.findall(r"[^\W_]+", node.attributes["id"])}
        section = node.tag == "section" or node.words & {"section", "sect", "level"}
        if not section and words & (vocabulary.AROUND | vocabulary.NAVIGATION):
            return False  # <div id="comments"><h3>Comments</h3> is what it says
        heading = next((n for n in self.page.inside(node) if n.tag in HEADINGS), None)
        if heading is None:
            return False
        said = set(re.findall(r"\w+", self.page.text(heading).lower()))
        return words <= said

    def _has_sections(self, node: Node) -> bool:
        """Two headings or more, and prose: a part of the article."""
        headings = sum(n.tag in ("h2", "h3") and n.text_chars > 0 for n in self.page.inside(node))
        return headings >= 2 and _longest_run(node) >= _PROSE_CHARS


def _clicked(node: Node) -> bool:
    """Whether an element may be what opens the one after it."""
    if node.tag in HEADINGS or node.tag in _CONTROLS or node.role in ("button", "tab"):
        return True
    return "onclick" in node.attributes or bool(node.words & vocabulary.OPENER_PARTS)


def _stands_in_text(node: Node) -> bool:
    """After a paragraph of the text or its like, and before one; or last in a section before
    another."""
    parent = node.parent
    if parent is None:
        return False
    siblings = [n for n in parent.elements() if n is node or n.tag != "aside"]
    place = siblings.index(node)
    before = siblings[place - 1] if place else None
    after = siblings[place + 1] if place + 1 < len(siblings) else None
    if before is None or before.tag not in _FLOW:
        return False
    if after is not None:
        return after.tag in _FLOW
    if parent.tag != "section" or parent.parent is None:
        return False
    sections = parent.parent.elements()
    return any(n.tag == "section" for n in sections[sections.index(parent) + 1 :])


def _names(node: Node) -> set[str]:
    return set(node.attributes.get("class", "").lower().split())


def _is_glued(word: str, root: str) -> bool:
    if len(word) <= len(root) or not (word.endswith(root) or word.startswith(root)):
        return False
    rest = word.removesuffix(root) if word.endswith(root) else word.removeprefix(root)
    return not rest.endswith(vocabulary.GLUE_BREAKERS)


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
        elif item.tag not in UNREAD and item.tag != "a" and item.tag not in HEADINGS:
            stack.extend(item.children)
    return best
