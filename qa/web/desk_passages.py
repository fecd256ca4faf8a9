"""What answers a group of questions, or comes closest: the passages beside it, marked."""

from typing import Any
from urllib.parse import urlencode

from index.records import FaqPair
from qa.findings import Place
from qa.gaps import Gap, GapReport
from qa.links import page_url
from qa.search import Owner
from qa.web.desk_latest import Now
from qa.web.markup import Renderer


def passages_of(found: Now[GapReport], gap: Gap) -> list[dict[str, Any]]:
    """Return what answers the group, or came closest: first what the verdict names."""
    named = [(one.article, one.owner) for one in gap.perhaps]
    if gap.answer is not None:
        named.insert(0, gap.answer)
    owners: dict[tuple[str, str], tuple[Owner, float | None]] = {
        key: (found.asker.searcher.owner(*key), gap.sure if key == gap.answer else None)
        for key in named
    }
    for support in (gap.evidence.pair, gap.evidence.section):
        if support is not None:
            key = support.owner.key
            if key not in owners or owners[key][1] is None:
                owners[key] = (support.owner, support.confidence)
    return [_passage_view(owner, sure, gap) for owner, sure in owners.values()]


def _passage_view(owner: Owner, sure: float | None, gap: Gap) -> dict[str, Any]:
    """Return what the page of a group shows of one pair or section."""
    article, item = owner.article, owner.item
    place = place_of(gap, owner.key)
    marks: list[tuple[int, int]] = []
    start, end = item.start, item.end
    if place is not None and not isinstance(item, FaqPair):
        marks = [(place.start, place.end)]
        start, end = marks[0]
    named = owner.key == gap.answer
    use = urlencode({"key": gap.key, "article": article.id, "use": item.id})
    part = bool(marks) and (item.start, item.end) != marks[0]
    return {
        "own": named or (gap.answer is None and (place is not None or not gap.perhaps)),
        "named": named,
        "pair": isinstance(item, FaqPair),
        "alternates": item.alternates if isinstance(item, FaqPair) else (),
        "heading": item.question if isinstance(item, FaqPair) else item.heading,
        "title": article.title or article.path,
        "url": page_url(article.id, start, end),
        "body": Renderer(article, marks=marks).render(item.start, item.end),
        "sure": None if sure is None else round(100 * sure),
        "use": f"/desk/group?{use}",
        "whole": f"/desk/group?{use}&whole=1" if named and part else "",
    }


def place_of(gap: Gap, key: tuple[str, str]) -> Place | None:
    """Return the passage of a pair or section that a group's verdict names."""
    places = (*([gap.place] if gap.place else []), *gap.perhaps)
    return next((one for one in places if (one.article, one.owner) == key), None)
