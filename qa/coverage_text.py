"""What coverage looks at: the sections that are worth an FAQ pair, their sentences, and the pairs.

Everything is told by the passages, which are what the vectors belong to: a section's sentences are
its SENTENCE passages, or all of it where it has no more than one.
"""

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from index.function_words import function_words
from index.languages import stem
from index.passages import SENTENCE_LEAST_TOKENS, token_estimate
from index.records import (
    Article,
    Element,
    ElementKind,
    FaqPair,
    Passage,
    PassageKind,
    Section,
)
from index.words import fold, terms
from qa.function_words import is_function_word

# What stands under an FAQ's heading before its first question, in at most so many sentences, leads
# the reader to the questions ("Here is what customers ask us most.").
LEAD_SENTENCES = 2
# Fewer words are a button, a label or the rest of a menu ("Read more").
LEAST_WORDS = 3
# A sentence of an answer that tells fewer words than this says nothing that a section could say.
LEAST_STATEMENT_WORDS = 4

_ASKED = (PassageKind.QUESTION, PassageKind.ALTERNATE)
_ANSWERED = (PassageKind.PAIR, PassageKind.ANSWER, PassageKind.SENTENCE)
_WHOLE = (PassageKind.SECTION, PassageKind.WINDOW)
# What a line of a table of contents has before the heading that it repeats, and after it.
_BEFORE_HEADING = re.compile(r"^[\W\d_]*(?:[a-z]\)|[ivx]+\.)?\s*")
_AFTER_HEADING = re.compile(r"[\W\d_]*$")


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section that is worth a pair.

    ``whole`` are the rows of its passages as a whole and in windows.  ``sentences`` are the spans
    of its sentences, half-open offsets into the article's text, in order, at least one; ``rows``
    the row of each, and ``words`` the distinct stems of each.  ``heading_words`` are those of its
    heading, ``named`` is the heading as a text that names it would have it (see ``spelled``), ""
    where a heading of one word is no name ("Installation").
    """

    article: Article
    section: Section
    whole: tuple[int, ...]
    sentences: tuple[tuple[int, int], ...]
    rows: tuple[int, ...]
    words: tuple[frozenset[str], ...]
    heading_words: frozenset[str]
    named: str


@dataclass(frozen=True, slots=True)
class Part:
    """The question of a pair, its answer, or one statement of the answer.

    The rows of its passages, its distinct stems, and all it says as ``spelled``.
    """

    rows: tuple[int, ...]
    words: frozenset[str]
    spelled: str


@dataclass(frozen=True, slots=True)
class PairText:
    """An FAQ pair: its parts are the question, the answer, and each statement of a longer answer.

    Where there is no answer to go by, the question stands in its place.
    """

    article: Article
    pair: FaqPair
    parts: tuple[Part, ...]


def read(
    articles: Iterable[Article], passages: Sequence[Passage], *, answers: bool = True
) -> tuple[list[SectionText], list[PairText]]:
    """Return the sections that are worth a pair, and the pairs, by article id and place.

    A section without passages, and one that has no sentence of its own, is not among them.  Nor is
    a pair without passages.  ``answers=False`` leaves the pairs' answers out.
    """
    rows: dict[tuple[str, str], list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault((passage.article, passage.owner), []).append(row)
    sections: list[SectionText] = []
    pairs: list[PairText] = []
    for article in sorted(articles, key=lambda one: one.id):
        headings = {_bare(one.heading) for one in article.sections} | {_bare(article.title)}
        asked_under = {_bare(pair.heading) for pair in article.faq if pair.heading}
        code = [one for one in article.elements if one.kind is ElementKind.CODE]
        for section in sorted(article.sections, key=lambda one: (one.start, one.id)):
            own = rows.get((article.id, section.id), [])
            made = _section(article, section, own, passages, headings, code) if own else None
            leads = _bare(section.heading) in asked_under
            if made and not (leads and len(made.sentences) <= LEAD_SENTENCES):
                sections.append(made)
        for pair in sorted(article.faq, key=lambda one: (one.start, one.id)):
            if own := rows.get((article.id, pair.id), []):
                pairs.append(_pair(article, pair, own, passages, answers=answers))
    return sections, pairs


def _section(
    article: Article,
    section: Section,
    rows: Sequence[int],
    passages: Sequence[Passage],
    headings: set[str],
    code: Sequence[Element],
) -> SectionText | None:
    # First what stands for all of it.
    whole = tuple(row for kind in _WHOLE for row in rows if passages[row].kind is kind)
    single = [row for row in rows if passages[row].kind is PassageKind.SENTENCE]
    single = single or [row for row in rows if passages[row].kind is PassageKind.SECTION]
    kept = sorted(
        (row for row in single if _says_something(article, passages[row], headings, code)),
        key=lambda row: (passages[row].start, passages[row].end),
    )
    if not kept or not whole:
        return None
    spans = tuple((passages[row].start, passages[row].end) for row in kept)
    heading = telling(section.heading, article.language)
    return SectionText(
        article,
        section,
        whole,
        spans,
        tuple(kept),
        tuple(telling(article.text[start:end], article.language) for start, end in spans),
        heading,
        spelled(section.heading, article.language) if len(heading) > 1 else "",
    )


def _says_something(
    article: Article, passage: Passage, headings: set[str], code: Sequence[Element]
) -> bool:
    """Tell whether a sentence is one that an FAQ pair could be about.

    Not a piece of code, nor a line that only announces what follows, nor one or more that only
    repeat the article's headings, as a table of contents does.
    """
    text = article.text[passage.start : passage.end]
    lines = [line for line in text.splitlines() if line.strip()]
    return not (
        text.rstrip().endswith((":", "："))
        or all(_bare(line) in headings for line in lines)
        or any(one.start <= passage.start and passage.end <= one.end for one in code)
        or (passage.kind is PassageKind.SECTION and _is_label(text))
    )


def _is_label(text: str) -> bool:
    """Tell whether a whole section is less than a sentence; SENTENCE passages never are."""
    return token_estimate(text) < SENTENCE_LEAST_TOKENS and len(terms(text)) < LEAST_WORDS


def _pair(
    article: Article,
    pair: FaqPair,
    rows: Sequence[int],
    passages: Sequence[Passage],
    *,
    answers: bool,
) -> PairText:
    language = article.language
    asked = tuple(row for row in rows if passages[row].kind in _ASKED)
    said = tuple(row for kind in _ANSWERED for row in rows if passages[row].kind is kind)
    answered = said if answers else ()
    wordings = "\n".join((pair.question, *pair.alternates))
    first = _part(asked or answered, wordings, language)
    if not answered:
        return PairText(article, pair, (first, first))
    parts = [first, _part(answered, pair.answer, language)]
    for row in answered:
        text = passages[row].text
        announces = text.rstrip().endswith((":", "："))
        if passages[row].kind is PassageKind.SENTENCE and not announces:
            statement = _part((row,), text, language)
            if len(statement.words) >= LEAST_STATEMENT_WORDS:
                parts.append(statement)
    return PairText(article, pair, tuple(parts))


def spelled(text: str, language: str | None) -> str:
    """Return a text's stems, a space around each: a name is in it where its stems are in a row."""
    return f" {' '.join(stem(term, language) for term in terms(text))} "


def telling(text: str, language: str | None) -> frozenset[str]:
    """Return the distinct stems of a text's words, without function words."""
    return frozenset({_stem(term, language) for term in set(terms(text))} - {""})


def _part(rows: tuple[int, ...], text: str, language: str | None) -> Part:
    """Return what ``telling`` and ``spelled`` do, from one reading of the text."""
    own = terms(text)
    words = frozenset({_stem(term, language) for term in set(own)} - {""})
    return Part(rows, words, f" {' '.join([_whole_stem(term, language) for term in own])} ")


@functools.lru_cache(maxsize=1 << 17)  # a text repeats its words, and a library even more
def _stem(term: str, language: str | None) -> str:
    """Return a term's stem, "" for a function word."""
    if term in function_words(language) or is_function_word(term):
        return ""
    return stem(term, language)


@functools.lru_cache(maxsize=1 << 17)
def _whole_stem(term: str, language: str | None) -> str:
    return stem(term, language)


def _bare(line: str) -> str:
    """Return a heading, or a line that may repeat one, without number, bullet and page."""
    return _AFTER_HEADING.sub("", _BEFORE_HEADING.sub("", fold(line.strip())))
