"""Which FAQ questions a reader is offered where there is no answer: what was asked for, perhaps.

Something is always nearest.  Offered to somebody who asked for something else altogether, it makes
an honest no look careless; so what has nothing to do with the question is left out.  Pure.
"""

from collections.abc import Iterator, Sequence

from index.function_words import function_words
from index.languages import base_code
from index.records import FaqPair
from qa.asking import LOOKED_AT, Decision
from qa.owners import as_compared
from qa.question_language import language_of
from qa.rank import Candidate
from qa.search import Owner, Searcher
from qa.term_sets import telling_terms

MOST = 3
# So many hits are looked through for pairs.
LOOKED_THROUGH = 50
# One of the pairs among the first hits is the answer in at least one case of thirty, and each that
# is offered comes at least this close: its similarity, and this much of the share of the question's
# telling words that it has.  Measured with one case of twenty, before other articles that come
# close, too, counted against a hit, on the questions that got a no from four public FAQs and one of
# our own (weights learned without the set): of 47 whose answer was among the three nearest
# questions 44 are still offered it; of 1,464 that were asked of another FAQ altogether 558 are
# offered anything, many of them about what both have (deliveries, cards), where all were.
LEAST_CONFIDENCE = 0.03
LEAST_CLOSENESS = 0.25
SHARED_WEIGHT = 0.2


def offered(searcher: Searcher, question: str, decision: Decision) -> list[int]:
    """Return the places in ``decision``'s ranking of the pairs to offer, best first, at most 3.

    Only pairs that have to do with ``question``, each question once; in the question's language,
    where that can be told and the library has several, the question's among them.
    """
    language = language_of(question, searcher.languages)
    places = [
        place
        for place in _different_questions(decision.owners[:LOOKED_THROUGH])
        if _is_in(decision.owners[place].article.language, language)
    ]
    likely = [decision.own[place] for place in places if place < LOOKED_AT]
    if max(likely, default=0.0) < LEAST_CONFIDENCE:
        return []
    shares = _shares(searcher, question, [decision.owners[place] for place in places])
    close = (
        place
        for place, share in zip(places, shares, strict=True)
        if _is_close(decision.ranking[place].candidate, decision.ranking[place].similarity, share)
    )
    return [place for place, _ in zip(close, range(MOST), strict=False)]


def _different_questions(owners: Sequence[Owner]) -> Iterator[int]:
    """Yield the places of the pairs, of those with the same question the first."""
    asked: set[str] = set()
    for place, owner in enumerate(owners):
        if (
            isinstance(owner.item, FaqPair)
            and (own := as_compared(owner.item.question)) not in asked
        ):
            asked.add(own)
            yield place


def _is_in(tag: str | None, language: str | None) -> bool:
    own = base_code(tag)
    return language is None or own is None or own == language


def _shares(searcher: Searcher, question: str, owners: Sequence[Owner]) -> list[float]:
    """Return, per owner, the share of the question's telling words that it has, by their rarity.

    Function words of the owner's language tell nothing.
    """
    lexicon = searcher.lexicon
    shared = lexicon.shared_by(question, [owner.number for owner in owners])
    shares = []
    for owner, had in zip(owners, shared, strict=True):
        empty = function_words(owner.article.language)
        asked = [word for word in telling_terms(question) if word not in empty]
        total = sum(map(lexicon.rarity, asked))
        own = sum(weight for word, weight in had.items() if word not in empty)
        shares.append(own / total if total else 0.0)
    return shares


def _is_close(candidate: Candidate, similarity: float, share: float) -> bool:
    if not candidate.read:
        # To a model that cannot read it, all of a language is alike.
        return share > 0.0
    return similarity + SHARED_WEIGHT * share >= LEAST_CLOSENESS
