"""What speaks for a hit: the evidence that its confidence rests on, and that an editor can read."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from index.passages import sentences
from index.words import terms
from qa.confidence import Evidence
from qa.further import says_the_same
from qa.near_misses import is_negated, missing_names, missing_numbers, negates
from qa.rank import Ranked
from qa.remembered import RememberedOf
from qa.search import Owner, Searcher
from qa.term_sets import telling_terms

# Hits further down have no share to speak of.
AGREEING_WITHIN = 50
# A question of so few words, so few of them telling, is one of keywords: "the opening hours".
KEYWORD_WORDS, KEYWORDS = 3, 2
# A sentence of fewer terms is no question to go by.
LEAST_TERMS = 3
# What counts less than this beside the best is left out of the shares.
LEAST_SHARE = 0.01
# Pairs of a library of which it is remembered whether they say the same: some 50 MB.
_MOST_PAIRS = 1 << 18
_SAME: RememberedOf[tuple[int, int], bool] = RememberedOf(_MOST_PAIRS)
# Pairs and sections of a library of which it is remembered whether they have a negation.
_MOST_NEGATING = 1 << 14
_NEGATING: RememberedOf[int, bool] = RememberedOf(_MOST_NEGATING)
# Of an answer's pairs the closest so many tell how close it comes.
CLOSEST_PAIRS = 3
# So many first hits are looked at for what they say together, each answer once.
REACHING = 10
# A difference of similarities that makes one answer count e times another in the soft maximum.
REACH_STEP = 0.05


Terms = tuple[str, ...]


def same(searcher: Searcher, one: Owner, other: Owner) -> bool:
    """Tell whether two owners say the same."""
    return one.says == other.says or says_the_same(
        one.says, other.says, likeness=searcher.likeness(one, other)
    )


class _Alike:
    """Tells of a question's owners, known by their places, which of them say the same.

    Hundreds of pairs are asked about for each question, the same ones again and again: what was
    found of a library is remembered.
    """

    def __init__(self, searcher: Searcher, owners: Sequence[Owner]) -> None:
        self._searcher = searcher
        self._owners = owners
        self._numbers = [owner.number for owner in owners]
        self._remembered = _SAME.of(searcher)

    def first(self, places: Iterable[int], place: int) -> int | None:
        """Return the first of ``places`` whose owner says the same as that of ``place``."""
        numbers, known = self._numbers, self._remembered.known
        for one in places:
            # Looked up here: nearly all are known, and a call for each would take most of the time.
            alike = known.get((numbers[one], numbers[place]))
            if alike or (alike is None and self._compare(one, place)):
                return one
        return None

    def _compare(self, one: int, other: int) -> bool:
        owners = self._owners
        return self._remembered.get(
            (self._numbers[one], self._numbers[other]),
            lambda: same(self._searcher, owners[one], owners[other]),
        )


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
    masses = _masses(ranking[: max(AGREEING_WITHIN, count)], temperature)
    total = sum(masses[:AGREEING_WITHIN])
    alike = _Alike(searcher, owners[: len(masses)])
    groups: dict[int, list[int]] = {}  # by their first members
    for place, mass in enumerate(masses):
        if place >= count and (place >= AGREEING_WITHIN or mass < LEAST_SHARE):
            break
        first = alike.first(groups, place)
        groups.setdefault(place if first is None else first, []).append(place)
    shares = [0.0] * count
    for members in groups.values():
        counted = [p for p in members if p < AGREEING_WITHIN and masses[p] >= LEAST_SHARE]
        share = sum(masses[place] for place in counted or members[:1]) / total
        for place in members:
            if place < count:
                shares[place] = min(share, 1.0)
    return shares


def elsewhere(
    searcher: Searcher, ranking: Sequence[Ranked], *, temperature: float
) -> dict[str, float]:
    """Return, by article id, what share of a ranking other articles have, in [0, 1]; 6 decimals.

    That of a softmax over the scores of the first ``AGREEING_WITHIN`` hits, as in ``agreements``;
    further ones have no share.  0 for an article that says one thing only: that others come close
    then tells no more than the agreement does.
    """
    first = ranking[:AGREEING_WITHIN]
    masses = _masses(first, temperature) if first else []
    found = dict.fromkeys((one.candidate.article for one in ranking), 0.0)
    for one, mass in zip(first, masses, strict=True):
        found[one.candidate.article] += mass
    total, broad = sum(masses), searcher.owners.broad
    return {
        article: abs(round(1.0 - own / total, 6)) if article in broad else 0.0
        for article, own in found.items()
    }


def _masses(ranking: Sequence[Ranked], temperature: float) -> list[float]:
    """Return what each hit counts beside the first, 1; 0 of one that was put below its place."""
    best = ranking[0].score
    return [
        math.exp((one.score - best) / temperature) if one.score <= best else 0.0 for one in ranking
    ]


def evidence(
    searcher: Searcher,
    question: str,
    ranked: Ranked,
    owner: Owner,
    *,
    agreement: float,
    shared: Mapping[str, float],
    pairs: float,
    rare: float,
    reach: float,
    elsewhere: float = 0.0,
    unknown: bool = False,
    among: AbstractSet[Terms] = frozenset(),
) -> Evidence:
    """Return what is known of a hit as the answer to ``question``.

    ``shared`` are the telling words that it has, with their rarities (``Lexicon.shared_by``);
    ``among`` are the terms of the question's sentences, see ``sentence_terms``.
    """
    candidate = ranked.candidate
    known = searcher.article_terms(owner.article)
    lexicon = searcher.lexicon
    missing = [word for word in telling_terms(question) if word not in shared]
    few = len(question.split()) <= KEYWORD_WORDS and 1 <= len(shared) <= KEYWORDS
    return Evidence(
        kind=candidate.kind,
        similarity=ranked.similarity,
        whole=candidate.whole,
        sentence=candidate.sentence,
        agreement=agreement,
        shared=len(shared),
        stems=candidate.words.stems,
        pairs=pairs,
        rare=rare,
        lacking=max(map(lexicon.rarity, missing), default=0.0) / lexicon.most_rarity,
        reach=reach,
        missing_numbers=missing_numbers(question, known),
        missing_names=missing_names(question, known, language=owner.article.language),
        negated=is_negated(question) and not _is_negating(searcher, owner),
        unknown=unknown,
        keywords=few and not missing,
        verbatim=bool(among) and not among.isdisjoint(_wordings(owner)),
        unread=not candidate.read,
        lead=candidate.lead,
        elsewhere=elsewhere,
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
    meant: str = "",
) -> list[Evidence]:
    """Return the evidence of the first ``count`` hits of a ranking; ``owners`` are its owners.

    ``meant`` is the question itself, where ``question`` holds what it leans on, too.
    """
    ranking = ranking[: max(AGREEING_WITHIN, count)]  # nobody looks further down
    shares = agreements(searcher, ranking, owners, temperature=temperature, count=count)
    others = elsewhere(searcher, ranking, temperature=temperature)
    words = searcher.lexicon.shared_by(
        question, [owner.number for owner in owners[: max(count, REACHING)]]
    )
    closest = closest_pairs(ranking, owners)
    rare = rare_words(searcher, words, owners)
    soft = reach(ranking, owners)
    among = sentence_terms(meant or question)
    return [
        evidence(
            searcher,
            question,
            ranking[place],
            owners[place],
            agreement=share,
            shared=words[place],
            pairs=closest.get(owners[place].compared, ranking[place].candidate.whole),
            rare=rare.get(owners[place].compared, 0.0),
            reach=soft,
            elsewhere=others[ranking[place].candidate.article],
            unknown=unknown,
            among=among,
        )
        for place, share in enumerate(shares)
    ]


def sentence_terms(question: str) -> frozenset[Terms]:
    """Return the terms of each of a question's sentences, where it has several.

    Those of fewer than ``LEAST_TERMS`` are none to go by ("How much?").
    """
    spans = sentences(question)
    found = (tuple(terms(question[start:end])) for start, end in spans if len(spans) > 1)
    return frozenset(own for own in found if len(own) >= LEAST_TERMS)


def _is_negating(searcher: Searcher, owner: Owner) -> bool:
    """Tell whether there is a negation in what an owner can be found by."""
    return _NEGATING.of(searcher).get(owner.number, lambda: negates(owner.text))


def _wordings(owner: Owner) -> Iterator[Terms]:
    """Yield the terms of a pair's question and of its other wordings; of a section nothing."""
    return (tuple(terms(asked)) for asked in owner.asks.splitlines())


def closest_pairs(ranking: Sequence[Ranked], owners: Sequence[Owner]) -> dict[str, float]:
    """Return, per answer among the first hits, how close its ``CLOSEST_PAIRS`` come on average.

    Of the first ``AGREEING_WITHIN`` hits; a section is the one pair of what it says.
    """
    found: dict[str, list[float]] = {}
    for one, owner in zip(ranking[:AGREEING_WITHIN], owners, strict=False):
        found.setdefault(owner.compared, []).append(one.candidate.whole)
    return {
        answer: sum(sorted(own, reverse=True)[:CLOSEST_PAIRS]) / min(len(own), CLOSEST_PAIRS)
        for answer, own in found.items()
    }


def rare_words(
    searcher: Searcher, words: Sequence[Mapping[str, float]], owners: Sequence[Owner]
) -> dict[str, float]:
    """Return, per answer among the first ``REACHING`` hits, what the words it shares are worth.

    The sum of the rarities of the question's telling words that any of these hits with the answer
    has, each once, in units of the rarity of a word that nobody has.  ``words`` are those that each
    hit has (``Lexicon.shared_by``).
    """
    found: dict[str, dict[str, float]] = {}
    for shared, owner in zip(words[:REACHING], owners, strict=False):
        found.setdefault(owner.compared, {}).update(shared)
    most = searcher.lexicon.most_rarity
    return {answer: sum(sorted(own.values())) / most for answer, own in found.items()}


def reach(ranking: Sequence[Ranked], owners: Sequence[Owner]) -> float:
    """Return a soft maximum of how close the answers of the first ``REACHING`` hits come.

    step · ln Σ exp(similarity / step), over different answers, each as close as its closest hit: as
    question, as pair, or as a whole section.  Several answers that come close make it more than any
    of them is: the library has something on the matter.  -1 where there are no hits.
    """
    best: dict[str, float] = {}
    for one, owner in zip(ranking[:REACHING], owners, strict=False):
        question = one.candidate.fields.question
        similarity = max(one.candidate.whole, -1.0 if question is None else question)
        answer = owner.compared
        best[answer] = max(best.get(answer, -1.0), similarity)
    if not best:
        return -1.0
    most = max(best.values())
    total = sum(math.exp((one - most) / REACH_STEP) for one in sorted(best.values()))
    return most + REACH_STEP * math.log(total)
