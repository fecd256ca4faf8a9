"""Finds what is clicked to open something: accordions, toggles, ``<details>``, marked-up questions.

It says where openers are and where what they open ends, and nothing about whether that is an FAQ.
"""

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

from index.readers import html_vocabulary as vocabulary
from index.readers.html_tree import WORD, Node, Page, Text
from index.readers.html_vocabulary import words

# An opener longer than this is not one: it is a card or a wrapper that can be clicked.
_OPENER_CHARS = 300
# A declared question may be longer.
_QUESTION_CHARS = 600
# A question's text of this length says more than its name.
_THREAD_CHARS = 40
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_OPENER_TAGS = _HEADINGS | words(
    "button a div span p li label dt strong summary header section td th"
)
# Elements that are never a declared question by their class: they are parts of one, or hold
# several.
_NO_QUESTION_TAGS = words("a span li ul ol dl label input section article form")
_CHECK_TYPES = frozenset(("checkbox", "radio"))
# Whole class names of well-known tutorials: the clicked element itself is called so.
_BARE_NAMES = frozenset(("accordion", "collapsible"))


@dataclass(slots=True)
class Openers:
    """Positions of elements in ``Page.nodes``."""

    openers: dict[int, int] = field(default_factory=dict)  # clicked element → what it opens
    questions: set[int] = field(default_factory=set)  # declared questions
    panels: set[int] = field(default_factory=set)  # at the end of these, what was opened is over

    places: list[int] = field(default_factory=list)  # openers and questions, ascending

    def inside(self, node: Node) -> bool:
        """Whether an opener or a declared question stands below ``node``."""
        return bisect_left(self.places, node.position + 1) < bisect_left(self.places, node.end)


def find_openers(page: Page, dropped: list[bool]) -> Openers:
    """Every opener outside the ``dropped`` elements, the outermost where several hold the same
    text.
    """
    finder = _Finder(page, dropped)
    candidates: dict[int, Node] = {}
    for node in page.nodes:
        if dropped[node.position] or node.tag not in _OPENER_TAGS:
            continue
        if not (node.attributes or node.tag == "summary" or _opens_section(node)):
            continue
        if 0 < node.text_chars <= _OPENER_CHARS:
            panel = finder.panel_of(node)
            menu = (
                panel is not None and (panel.links > 0 or panel.text_chars < 40) and _is_menu(node)
            )
            if panel is not None and not menu:
                candidates[node.position] = panel
    found = Openers()
    finder.mark_microdata(found)
    finder.mark_question_classes(found, sorted(candidates))
    _settle(page, candidates, found)
    return found


def _settle(page: Page, candidates: dict[int, Node], found: Openers) -> None:
    """Of several candidates around the same text keep the outermost; a heading around it is the
    opener.
    """
    places = sorted(candidates)
    questions = sorted(found.questions)
    for position, panel in candidates.items():
        node = page.nodes[position]
        inner = places[bisect_left(places, position + 1) : bisect_left(places, node.end)]
        if any(page.nodes[other].text_chars < node.text_chars for other in inner):
            continue  # a wrapper around an opener and what it opens
        if any(
            a.position in candidates and a.text_chars == node.text_chars for a in node.ancestors()
        ):
            continue  # the same text once more, further in
        if bisect_left(questions, position) < bisect_left(questions, node.end):
            continue
        if any(a.position in found.questions for a in node.ancestors()):
            continue
        for ancestor in node.ancestors():
            if ancestor.text_chars != node.text_chars:
                break
            if ancestor.tag in _HEADINGS:
                node = ancestor
                break
        found.openers[node.position] = panel.position
        found.panels.add(panel.position)
    found.places = sorted([*found.openers, *found.questions])


def _opens_section(node: Node) -> bool:
    """Whether an element is the first of a section of AMP's own accordion."""
    section = node.parent
    if section is None or section.tag != "section" or section.parent is None:
        return False
    return section.parent.tag == "amp-accordion" and section.elements()[0] is node


def _is_menu(node: Node) -> bool:
    if node.attributes.get("aria-haspopup", "false").lower() in ("true", "menu", "dialog"):
        return True
    return any({"dropdown", "menu"} & a.words for a in (node, node.parent) if a is not None)


class _Finder:
    def __init__(self, page: Page, dropped: list[bool]) -> None:
        self.page = page
        self.dropped = dropped
        self.classes: Counter[str] = Counter()  # how often each class name occurs
        self.explicit: set[str] = (
            set()
        )  # class names of elements that say in attributes what they open
        for node in page.nodes:
            names = set(node.attributes.get("class", "").split())
            self.classes.update(names)
            if _toggles(node):
                self.explicit |= names

    def panel_of(self, node: Node) -> Node | None:
        """What ``node`` opens, or None where it is no opener."""
        attributes = node.attributes
        if node.tag == "summary":
            return node.parent if node.parent is not None and node.parent.tag == "details" else None
        if node.tag == "label":
            return self._opened_by_label(node)
        if _opens_section(node):
            return self._next_with_text(node)
        if _toggles(node) or "aria-controls" in attributes:
            target = self._target(node)
            if target is not None:
                return None if self.dropped[target.position] else target
            return self._next_with_text(node) if _toggles(node) else None
        for name in attributes.get("class", "").split():
            # Where others of the class say so in attributes, one that does not is no opener.
            if name not in self.explicit and _is_opener_name(name):
                following = self._next_with_text(node)
                # The next opener of a list of openers is not what this one opens.
                if (
                    following is not None
                    and following.attributes.get("class") != attributes["class"]
                    and (self.classes[name] > 1 or _is_panel_of(following, name))
                ):
                    return following
        return None

    def _target(self, node: Node) -> Node | None:
        for name in vocabulary.TARGET_ATTRIBUTES:
            value = node.attributes.get(name, "").strip()
            if value.startswith("#") or name == "aria-controls":
                target = self.page.ids.get(value.lstrip("#").split(" ")[0])
                if target is not None and target.position >= node.end and target.text_chars:
                    return target
        return None

    def _next_with_text(self, node: Node) -> Node | None:
        """The element that follows ``node``; where ``node`` is all text of its parent, the
        parent's.
        """
        here = node
        while here.parent is not None and here.tag not in ("body", "li", "article", "details"):
            siblings = here.parent.children
            for at in range(here.index + 1, len(siblings)):
                sibling = siblings[at]
                if isinstance(sibling, Text):
                    if sibling.value.strip():
                        return None
                elif sibling.text_chars and not self.dropped[sibling.position]:
                    return sibling
            if here.parent.text_chars > node.text_chars:
                return None
            here = here.parent
        return None

    def _opened_by_label(self, node: Node) -> Node | None:
        """The checkbox accordion: ``<input type=checkbox id=x><label
        for=x>…</label><div>…</div>``.
        """
        box = self.page.ids.get(node.attributes.get("for", ""))
        if box is None or box.tag != "input" or box.attributes.get("type") not in _CHECK_TYPES:
            return None
        following = self._next_with_text(node)
        # A form's row of choices has the next label there, or nothing.
        return (
            None if following is None or following.tag in ("label", "span", "input") else following
        )

    def mark_microdata(self, found: Openers) -> None:
        """schema.org Question as microdata or RDFa: its name is the question, the rest the
        answer.
        """
        for node in self.page.nodes:
            kind = node.attributes.get("itemtype") or node.attributes.get("typeof") or ""
            if self.dropped[node.position] or not re.search(r"(?:^|[/:])Question/?$", kind.strip()):
                continue
            if self._is_thread(node):
                continue
            for inner in self.page.inside(node):
                names = inner.attributes.get("itemprop") or inner.attributes.get("property") or ""
                if "name" in re.split(r"[\s:]", names) and 0 < inner.text_chars <= _QUESTION_CHARS:
                    found.questions.add(inner.position)
                    found.panels.add(node.position)
                    break

    def _is_thread(self, question: Node) -> bool:
        """Whether a question has a text of its own beside its answers, as in a forum: what follows
        its name is not all an answer, so the pair is read as it is declared."""
        end = 0
        for inner in self.page.inside(question):
            names = inner.attributes.get("itemprop") or inner.attributes.get("property") or ""
            properties = re.split(r"[\s:]", names)
            if {"acceptedAnswer", "suggestedAnswer"} & set(properties):
                end = inner.end
            elif inner.position >= end and "text" in properties:
                return inner.text_chars >= _THREAD_CHARS
        return False

    def mark_question_classes(self, found: Openers, candidates: list[int]) -> None:
        """Elements of one class "…question…", at least two, each followed by something else."""
        groups: dict[str, list[Node]] = {}
        for node in self.page.nodes:
            if node.tag in _NO_QUESTION_TAGS or self.dropped[node.position]:
                continue
            if 0 < node.text_chars <= _OPENER_CHARS:
                for name in node.attributes.get("class", "").split():
                    if _name_words(name) & vocabulary.QUESTION_WORDS:
                        groups.setdefault(name, []).append(node)
                        break
        for nodes in groups.values():
            places = {node.position for node in nodes}
            good: list[tuple[Node, Node]] = []
            for node in nodes:
                panel = self._next_with_text(node)
                if panel is not None and panel.position not in places:
                    good.append((node, panel))
            if len(good) < 2 or len(good) < len(nodes) - 1:
                continue
            for node, panel in good:
                inner = candidates[
                    bisect_left(candidates, node.position + 1) : bisect_left(candidates, node.end)
                ]
                wraps = any(self.page.nodes[other].text_chars < node.text_chars for other in inner)
                marked = any(n.position in found.questions for n in self.page.inside(node))
                if wraps or marked or any(a.position in found.questions for a in node.ancestors()):
                    continue
                found.questions.add(node.position)
                if panel.words & vocabulary.ANSWER_WORDS:
                    found.panels.add(panel.position)


def _toggles(node: Node) -> bool:
    attributes = node.attributes
    return "aria-expanded" in attributes or any(
        name in attributes for name in vocabulary.TOGGLE_ATTRIBUTES
    )


def _name_words(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(name)}


def _is_panel_of(node: Node, name: str) -> bool:
    """Whether an element is called as what the only opener of a page opens: "expand-content" is
    below "expand-control"."""
    opens = _name_words(name) & vocabulary.OPENS
    return any(
        words & opens and words & vocabulary.PANEL_PARTS
        for words in map(_name_words, node.attributes.get("class", "").split())
    )


def _is_opener_name(name: str) -> bool:
    if name.lower() in _BARE_NAMES:
        return True
    words = _name_words(name)
    return bool(words & vocabulary.OPENS and words & vocabulary.OPENER_PARTS)
