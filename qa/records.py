"""What a question gets: an answer with its sources, or an honest no.  Frozen, plain values.

All offsets are character (code point) offsets into the stored article's text, half open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias


class HitKind(StrEnum):
    """What answered: a pair of an FAQ, or a section of an article."""

    FAQ = "faq"
    SECTION = "section"


class AbstentionReason(StrEnum):
    """Why there is no answer."""

    NOTHING_CLOSE = "nothing_close"  # no passage is close enough to the question
    TOO_VAGUE = "too_vague"  # the question has no word that means something by itself
    SMALL_TALK = "small_talk"  # it asks nothing: a greeting, thanks, a farewell, "ok"
    EMPTY_LIBRARY = "empty_library"  # there are no articles to answer from


@dataclass(frozen=True, slots=True)
class Hit:
    """One FAQ pair or section of the ranking, with the passage that is shown for it.

    ``text == article.text[start:end]`` and ``quote == article.text[quote_start:quote_end]``, which
    lies inside ``[start, end)``: an FAQ pair shows its whole answer, a section its best passage;
    the quote is the sentence of it that answers.  An FAQ pair's ``question`` is its own, a
    section's ``None``.  ``section`` is the heading it stands under ("" before the first).

    ``id`` is the pair's or section's id: unique within its article, not always in the library.
    ``article`` is the article's id.  ``line`` is the 1-based line of the source file: where the
    shown text starts, and for a pair where the pair starts.
    ``url`` opens the built-in article page at the passage.  ``public_url`` opens the article's
    public address at the quote (a text fragment), or is ``None`` where the article has no address.

    ``similarity`` is the best cosine among the pair's or section's fields, in [-1, 1], 6 decimals.
    ``confidence`` is how sure we are that this hit answers the question, in [0, 1], 6 decimals;
    it never rises down the ranking.  ``rank`` counts from 1.
    """

    rank: int
    kind: HitKind
    id: str
    article: str
    article_title: str
    section: str
    question: str | None
    text: str
    quote: str
    start: int
    end: int
    quote_start: int
    quote_end: int
    line: int
    url: str
    public_url: str | None
    similarity: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The best hit is good enough to be shown.

    ``hits`` is the whole ranking (to the number asked for), best first, never empty, one hit per
    FAQ pair or section.  ``further`` holds up to two hits worth reading next, in the ranking's
    order: from other places than the best, none saying the same again, each sure enough to be an
    answer by itself.  They do not depend on the number of hits asked for, and may lie beyond it.
    ``confidence`` is the best hit's.  ``meant`` is the question with its typing errors mended, the
    question itself where there are none.  ``answerable`` is how likely it is that the library
    answers the question at all, in [0, 1]: beyond the confidence where several hits come close.
    ``context`` is what the question leans on in its conversation, "" where it stands alone (see
    ``qa.conversation``); ``spent`` (article id, own id) what would have come first if the reader
    had not just had it; ``near`` the id of the article of the reader's last answer, "" for none.
    ``parts`` are the results of the separate questions in it, two or three in their order, where
    it asks several that have different answers (see ``qa.several``): they are to be shown, in
    place of the one of all together.  No part has parts.
    """

    question: str
    hits: tuple[Hit, ...]
    confidence: float
    further: tuple[Hit, ...] = ()
    meant: str = ""
    answerable: float = 0.0
    context: str = ""
    spent: tuple[str, str] | None = None
    near: str = ""
    parts: "tuple[Result, ...]" = ()
    abstained: bool = field(default=False, init=False)
    reason: None = field(default=None, init=False)

    @property
    def best(self) -> Hit:
        """The hit to show."""
        return self.hits[0]


@dataclass(frozen=True, slots=True)
class Abstention:
    """Nothing is good enough; a result, not an error.

    ``message`` is a sentence for the reader.  ``nearest`` holds up to three FAQ hits whose
    questions may be what was meant, best first: none where nothing here has to do with the
    question (``qa.offers``).  ``hits`` is the ranking all the same, for editors
    and benchmarks: never to be shown as an answer.
    ``confidence`` is the best hit's, 0 when there is none.  ``meant``, ``answerable``, ``context``,
    ``spent``, ``near`` and ``parts`` are as an answer's.
    """

    question: str
    reason: AbstentionReason
    message: str
    nearest: tuple[Hit, ...]
    hits: tuple[Hit, ...]
    confidence: float
    meant: str = ""
    answerable: float = 0.0
    context: str = ""
    spent: tuple[str, str] | None = None
    near: str = ""
    parts: "tuple[Result, ...]" = ()
    abstained: bool = field(default=True, init=False)


Result: TypeAlias = Answer | Abstention


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier exchange: what was asked, and the best hit if it was answered."""

    question: str
    hit: Hit | None = None


def to_json(
    result: Result, *, id: str | int | None = None, explain: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return ``result`` as the command line and the HTTP interface print it.

    ``id`` is the caller's own name for the question, passed through.  ``meant`` is there where
    typing errors were mended, ``explain`` (an explanation's JSON) where it is given, ``parts``
    (the same of each, without an ``id``) where several things were asked.
    The keys and their order are an interface: see ``docs`` for their meaning.
    """
    known: dict[str, Any] = {
        "id": id,
        "question": result.question,
        "abstained": result.abstained,
        "reason": None if result.reason is None else str(result.reason),
        "confidence": result.confidence,
        "answerable": result.answerable,
        "hits": [_hit_json(hit) for hit in result.hits],
    }
    if mended(result):
        known["meant"] = result.meant
    if result.parts:
        known["parts"] = [_part_json(part) for part in result.parts]
    if explain is not None:
        known["explain"] = dict(explain)
    return known


def asked_of(result: Result) -> tuple[Result, ...]:
    """Return the results to show and to log: those of its parts, where it has any, else itself."""
    return result.parts or (result,)


def turns(result: Result) -> tuple[Turn, ...]:
    """Return what a result is in the history of the next question, one for each of its parts."""
    return tuple(
        Turn(one.question, one.best if isinstance(one, Answer) else None)
        for one in asked_of(result)
    )


def mended(result: Result) -> bool:
    """Tell whether typing errors were mended: whether readers should be told ``meant``."""
    return result.meant not in ("", result.question)


def _part_json(part: Result) -> dict[str, Any]:
    known = to_json(part)
    del known["id"]  # it is the whole question that a caller has named
    return known


def _hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "kind": str(hit.kind),
        "id": hit.id,
        "article": hit.article,
        "article_title": hit.article_title,
        "section": hit.section,
        "question": hit.question,
        "text": hit.text,
        "quote": hit.quote,
        "start": hit.start,
        "end": hit.end,
        "quote_start": hit.quote_start,
        "quote_end": hit.quote_end,
        "line": hit.line,
        "url": hit.url,
        "public_url": hit.public_url,
        "similarity": hit.similarity,
        "confidence": hit.confidence,
    }
