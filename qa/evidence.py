"""What speaks for a hit: the evidence that its confidence rests on, and that an editor can read."""

import math
from collections.abc import Sequence
from weakref import WeakKeyDictionary

from qa.confidence import Evidence
from qa.further import says_the_same
from qa.near_misses import is_negated, missing_names, missing_numbers, negates_alone
from qa.rank import Ranked
from qa.search import Owner, Searcher

# Hits further down have no share to speak of.
AGREEING_WITHIN = 50
# A question of so few words, so few of them telling, is one of keywords: "the opening hours".
KEYWORD_WORDS, KEYWORDS = 3, 2
# What counts less than this beside the best is left out of the shares.
LEAST_SHARE = 0.01
# Pairs of a library of which it is remembered whether they say the same: some 50 MB.
_MOST_PAIRS = 1 << 18
# A generation of a library never changes; what is known of it goes with it.
_SAME: WeakKeyDictionary[Searcher, dict[tuple[int, int], bool]] = WeakKeyDictionary()


def same(searcher: Searcher, one: Owner, other: Owner) -> bool:
    """Tell whether two owners say the same."""
    return one.says == other.says or says_the_same(
        one.says, other.says, likeness=searcher.likeness(one, other)
    )


class _Alike:
    """Tells of two of a question's owners, known by their places, whether they say the same.

    Hundreds of pairs are asked about for each question, the same ones again and again: what was
    found of a library is remembered.
    """

    def __init__(self, searcher: Searcher, owners: Sequence[Owner]) -> None:
        self._searcher = searcher
        self._owners = owners
        self._numbers = [searcher.number(owner) for owner in owners]
        known = _SAME.get(searcher)
        self._known = _SAME.setdefault(searcher, {}) if known is None else known

    def __call__(self, one: int, other: int) -> bool:
        pair = self._numbers[one], self._numbers[other]
        found = self._known.get(pair)
        if found is None:
            found = same(self._searcher, self._owners[one], self._owners[other])
            if len(self._known) >= _MOST_PAIRS:
                self._known.clear()
            self._known[pair] = found
        return found


def agreements(
    searcher: Searcher,
    ranking: Sequence[Ranked],
    owners: Sequence[Owner],
    *,
    temperature: float,
    count: int,
) -> list[float]:
    """Return the share of each of the first ``count`` hits, with all that say the same, in [0, 1].

    The shares are those of a softmax over the ranking's scores.  Hits that say the same (an FAQ
    may word one answer's question in many ways) share theirs.  A hit's share does not depend on
    ``count``.  What stands below others with a better score was put there because it is no answer
    (see ``conversation.spent``): it has no share.
    """
    if not count:
        return []
    best = ranking[0].score
    masses = [
        math.exp((one.score - best) / temperature) if one.score <= best else 0.0
        for one in ranking[: max(AGREEING_WITHIN, count)]
    ]
    total = sum(masses[:AGREEING_WITHIN])
    alike = _Alike(searcher, owners[: len(masses)])
    groups: list[list[int]] = []
    for place, mass in enumerate(masses):
        if place >= count and (place >= AGREEING_WITHIN or mass < LEAST_SHARE):
            break
        for members in groups:
            if alike(members[0], place):
                members.append(place)
                break
        else:
            groups.append([place])
    shares = [0.0] * count
    for members in groups:
        counted = [p for p in members if p < AGREEING_WITHIN and masses[p] >= LEAST_SHARE]
        share = sum(masses[place] for place in counted or members[:1]) / total
        for place in members:
            if place < count:
                shares[place] = min(share, 1.0)
    return shares


def evidence(
    searcher: Searcher,
    question: str,
    ranked: Ranked,
    owner: Owner,
    *,
    agreement: float,
    unknown: bool = False,
) -> Evidence:
    """Return what is known of a hit as the answer to ``question``."""
    candidate = ranked.candidate
    features = candidate.features()
    known = searcher.article_terms(owner.article)
    number = searcher.number(owner)
    shared = len(searcher.lexicon.shared(question, number))
    few = len(question.split()) <= KEYWORD_WORDS and 1 <= shared <= KEYWORDS
    # Its text is put together only where the question is negated, which few are.
    negated = is_negated(question) and negates_alone(question, owner.text)
    return Evidence(
        kind=candidate.kind,
        similarity=ranked.similarity,
        whole=features["pair"] if "pair" in features else features["section"],
        sentence=features["sentence"],
        support=features.get("support", 0.0),
        agreement=agreement,
        shared=shared,
        stems=candidate.words.stems,
        missing_numbers=missing_numbers(question, known),
        missing_names=missing_names(question, known, language=owner.article.language),
        negated=negated,
        unknown=unknown,
        keywords=few and not searcher.lexicon.missing(question, number),
        crowding=searcher.crowding,
    )


def judge(
    searcher: Searcher,
    question: str,
    ranking: Sequence[Ranked],
    owners: Sequence[Owner],
    *,
    count: int,
    temperature: float,
    unknown: bool = False,
) -> list[Evidence]:
    """Return the evidence of the first ``count`` hits of a ranking; ``owners`` are its owners."""
    shares = agreements(searcher, ranking, owners, temperature=temperature, count=count)
    return [
        evidence(
            searcher, question, ranking[place], owners[place], agreement=share, unknown=unknown
        )
        for place, share in enumerate(shares)
    ]
