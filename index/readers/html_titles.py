"""The page's title: which heading it is, and what the site's name is in ``<title>``."""

import re

from index.readers.html_tree import Node, Page

_SEPARATOR = re.compile(r"\s+[|–—·•»«:/\\~-]{1,2}\s+|\s*[|»·•]\s*|:\s+")
# A shorter heading that is part of a title is so by chance.
_PART_CHARS = 4
_AROUND = frozenset(("nav", "footer", "aside", "dialog"))


def declared_titles(page: Page) -> list[str]:
    """og:title, twitter:title and ``<title>``, those that are there."""
    found: dict[str, str] = {}
    for node in page.nodes:
        if node.tag == "meta":
            name = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
            if name in ("og:title", "twitter:title", "og:site_name"):
                found.setdefault(name, " ".join(node.attributes.get("content", "").split()))
        elif node.tag == "title" and (
            node.parent is None or node.parent.tag in ("head", "html", "body")
        ):
            found.setdefault("title", page.text(node))
    return [found[name] for name in ("og:title", "twitter:title", "title") if found.get(name)]


def title_node(page: Page) -> Node | None:
    """The h1 (else h2) that the declared title names; else the only h1, or the first one of the
    text.

    A heading that is a link to the site's front page is the site's name and no title.
    """
    wanted = [key for title in declared_titles(page) if (key := _key(title))]
    headings = [
        node
        for node in page.nodes
        if node.tag in ("h1", "h2") and node.text_chars and not _is_around(node)
    ]
    own = [node for node in headings if not is_site_name(page, node)]
    for tag in ("h1", "h2"):
        # The longest: "Tea | Shop" names the heading "Shop" too.
        said = {_key(page.text(node)): node for node in reversed(own) if node.tag == tag}
        named = [text for text in said if any(_names(title, text) for title in wanted)]
        if named:
            longest = max(named, key=len)
            return _before_site_name(page, own, wanted, longest) or said[longest]
    first = [node for node in own if node.tag == "h1"]
    outside = [node for node in first if not any(a.tag == "header" for a in node.ancestors())]
    return next(iter(outside or first), None)


def _before_site_name(
    page: Page, headings: list[Node], titles: list[str], name: str
) -> Node | None:
    """The h2 that a title begins with, where the rest of it is an h1's ``name``: the site's."""
    begun = {title.removesuffix(f" {name}") for title in titles if title.endswith(f" {name}")}
    return next((n for n in headings if n.tag == "h2" and _key(page.text(n)) in begun), None)


def _names(title: str, heading: str) -> bool:
    if len(heading) < _PART_CHARS and heading != title:
        return False
    return heading in title or title in heading


def is_site_name(page: Page, heading: Node) -> bool:
    """Whether all of a heading is a link to the front page."""
    if heading.links != 1 or heading.link_chars != heading.text_chars:
        return any(a.tag == "a" and _is_front_page(a) for a in heading.ancestors())
    return any(node.tag == "a" and _is_front_page(node) for node in page.inside(heading))


def _is_front_page(link: Node) -> bool:
    return bool(
        re.fullmatch(
            r"(?:https?://[^/?#]+)?/?(?:index\.\w+)?|\.{1,2}/",
            link.attributes.get("href", "-").strip(),
        )
    )


def page_title(page: Page, heading: Node | None) -> str | None:
    """The title's heading, else the declared title without the site's name."""
    declared = declared_titles(page)
    if heading is not None:
        return page.text(heading)
    if not declared:
        return None
    title = declared[0]
    site = next(
        (
            n.attributes.get("content", "")
            for n in page.nodes
            if n.attributes.get("property") == "og:site_name"
        ),
        "",
    )
    parts = [part.strip() for part in _SEPARATOR.split(title) if part.strip()]
    if site and len(parts) > 1:
        rest = [part for part in parts if _key(part) != _key(site)]
        if rest and len(rest) < len(parts):
            # Cut where the site's name stands, so that the rest keeps its own separators.
            start = title.find(rest[0])
            return title[start : title.find(rest[-1], start) + len(rest[-1])]
    bar = re.split(r"\s+[|»]\s+", title)
    headings = {_key(page.text(node)) for node in page.nodes if node.tag in ("h2", "h3")}
    named = [part for part in bar if _key(part) in headings]
    return (named or bar)[0]


def _is_around(node: Node) -> bool:
    return any(a.tag in _AROUND for a in node.ancestors())


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
