"""Companion files: FAQ pairs and further wordings that editors add to an article beside its file.

The companion of ``guide.md`` is ``guide.faq.yaml`` in the same folder: an FAQ list that names its
article, so that nothing depends on which other files the folder has.

    article: guide.md
    title: The guide – FAQ
    faq:
    - question: May I freeze tea?         # a pair of its own, as in any FAQ list
      answer: No.  Freezing breaks the leaves.
    - alternates_of: How long does tea keep?    # a pair of guide.md, by its question or its id
      alternates:
      - what is the shelf life of tea

Pairs become an article of their own with ``companion_of`` set; further wordings become alternates
of the pair that they are for.  ``article`` is an article's id relative to the companion's folder:
``list.yaml/slug`` where one file holds several articles, each of which has a companion of its own
(``qa.faq_file`` says how they are named).  An article may have several companions.  A ``.faq.yaml``
file that names no article is an FAQ list like any other.  Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from index.errors import ReadError
from index.records import Article, Companion, FaqPair

SUFFIX = ".faq.yaml"
"""What the name of every companion ends in."""


def is_companion_path(path: str) -> bool:
    """Return whether a file of this name is read as a companion, where it names its article."""
    return path.lower().endswith(SUFFIX)


def own_article(article: Article) -> str:
    """Return the id of the article whose own ``article.faq`` are: a companion's are another's."""
    return article.companion_of or article.id


def with_wordings(articles: Iterable[Article], companions: Iterable[Companion]) -> list[Article]:
    """Return the articles with the companions' further wordings as alternates of their pairs.

    A pair's own alternates come first, then those of ``companions`` in their order; what a pair
    has already, its question included, is not added again.  Wordings for a pair that is not there,
    or for several pairs at once, are left out: see ``problems``.
    """
    waiting = list(companions)
    return [_with_wordings(article, waiting) for article in articles]


def problems(path: str, companion: Companion, article: Article | None) -> Iterator[ReadError]:
    """Yield what in the companion at ``path`` leads nowhere, in the order of the file.

    ``article`` is the one that it names, None where there is none in the folder.
    """
    if article is None:
        yield ReadError(
            path,
            f"its article {companion.article!r} is not in the folder, or is left out of it: name "
            "the one that it belongs to, or delete or leave out this file too",
            line=companion.line,
        )
        return
    if article.companion_of is not None:
        yield ReadError(
            path,
            f"its article {article.id!r} is a companion itself: name {article.companion_of!r}",
            line=companion.line,
        )
    for wordings in companion.wordings:
        found = len(_meant(article, wordings.pair))
        if found == 1:
            continue
        what = f"alternates_of {wordings.pair!r:.200} names "
        if found:
            what += f"{found} pairs of {article.id}: write the id of one of them"
        else:
            what += f"no pair of {article.id}: write a pair's id, or its question word for word"
        yield ReadError(path, what, line=wordings.line)


def _with_wordings(article: Article, companions: Sequence[Companion]) -> Article:
    pairs = list(article.faq)
    for companion in companions:
        if companion.article != article.id:
            continue
        for wordings in companion.wordings:
            places = _meant(article, wordings.pair)
            if len(places) == 1:
                pair = pairs[places[0]]
                have = {one_line(pair.question), *pair.alternates}
                new = [each for each in wordings.alternates if each not in have]
                pairs[places[0]] = replace(pair, alternates=(*pair.alternates, *new))
    return article if tuple(pairs) == article.faq else replace(article, faq=tuple(pairs))


def _meant(article: Article, name: str) -> list[int]:
    """Where in ``article.faq`` the pairs of that name stand; an id goes before a question."""

    def where(named: Iterable[str]) -> list[int]:
        return [row for row, each in enumerate(named) if each == name]

    return where(pair.id for pair in article.faq) or where(
        one_line(pair.question) for pair in article.faq
    )


def named_pair(article: Article, name: str) -> FaqPair | None:
    """Return the pair that ``alternates_of: name`` is for; None where there is not exactly one."""
    places = _meant(article, one_line(name))
    return article.faq[places[0]] if len(places) == 1 else None


def one_line(text: str) -> str:
    """Return ``text`` with every run of white space as one space: what names of pairs go by."""
    return " ".join(text.split())
