"""Questions that a library asks itself: what it can and cannot answer is known without a reader.

An FAQ question whose pair is left out, with all that says the same, is one that the library cannot
answer.  Asked in another of its answer's wordings, or in a sentence of the answer, it is one that
it can.  Neither is what readers type: the first meet what is most like them and still wrong, and a
sentence of the answer is as close as a question gets.  What they give is an estimate; with a model
that embeds questions and passages differently a rougher one, for nothing is embedded anew.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import FaqPair, Passage, PassageKind
from index.words import terms
from qa.calibration import Judgement
from qa.confidence import confidence
from qa.evidence import AGREEING_WITHIN, judge, same
from qa.rank import rank
from qa.search import Owner, Searcher
from qa.weights import Weights

LIMIT = 500
SENTENCES = 3  # of one answer, the first
LEAST_WORDS = 4  # of a sentence that asks for something


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """A question of the library to itself, with its vector (dim,) as the library has it.

    ``own`` is the number of the pair that it comes from; the owners in ``without`` are left out of
    the search.  Those in ``right`` answer it; none: nothing does, and what says the same as
    ``own`` is left out as well.
    """

    text: str
    vector: NDArray[np.float32]
    own: int
    without: frozenset[int]
    right: frozenset[int]


def own_questions(
    searcher: Searcher,
    passages: Sequence[Passage],
    vectors: NDArray[np.float32],
    *,
    limit: int = LIMIT,
) -> tuple[OwnQuestion, ...]:
    """Return at most ``limit`` questions, as many that can be answered as that cannot.

    ``passages`` and ``vectors`` (n, dim) are the searcher's.  Chosen by the hash of their ids, so
    that a change of one article changes few of them.  None for a library without FAQ pairs.
    """
    groups = _groups(searcher)
    unanswerable: list[tuple[bytes, OwnQuestion]] = []
    answerable: list[tuple[bytes, OwnQuestion]] = []
    sections: dict[str, list[int]] = {}
    for number, owner in enumerate(searcher.owners):
        if not isinstance(owner.item, FaqPair):
            sections.setdefault(owner.article.id, []).append(number)
    for number, owner in enumerate(searcher.owners):
        if not isinstance(owner.item, FaqPair):
            continue
        group = groups[number]
        # The article's own text answers its FAQ, in words that need not be alike: found, it could
        # not be told for right or wrong.
        text = frozenset(sections.get(owner.article.id, ()))
        for row in _rows(owner, passages, PassageKind.QUESTION):
            asked = passages[row].text
            none = OwnQuestion(asked, vectors[row], number, group | text, frozenset())
            unanswerable.append((_hash(owner, "left out"), none))
            if len(group) > 1:
                other = group - {number}
                reworded = OwnQuestion(asked, vectors[row], number, text | {number}, other)
                answerable.append((_hash(owner, "reworded"), reworded))
        for place, row in enumerate(_stated(owner, passages)):
            stated = OwnQuestion(passages[row].text, vectors[row], number, text, group)
            answerable.append((_hash(owner, f"stated {place}"), stated))
    count = min(len(unanswerable), len(answerable), limit // 2)
    return tuple(
        question
        for both in (unanswerable, answerable)
        for _, question in sorted(both, key=lambda one: one[0])[:count]
    )


def judged(
    searcher: Searcher, questions: Sequence[OwnQuestion], weights: Weights
) -> tuple[Judgement, ...]:
    """Ask each question, and return how it went, in order."""
    return tuple(_judged(searcher, question, weights) for question in questions)


def _judged(searcher: Searcher, question: OwnQuestion, weights: Weights) -> Judgement:
    candidates = searcher.candidates(question.text, question.vector, without=question.without)
    ranking = rank(candidates, weights.ranking)[: 2 * AGREEING_WITHIN]
    owners = [searcher.owner(one.candidate.article, one.candidate.id) for one in ranking]
    own = searcher.owners[question.own]
    if not question.right:
        kept = [place for place, owner in enumerate(owners) if not same(searcher, own, owner)]
        ranking, owners = tuple(ranking[p] for p in kept), [owners[p] for p in kept]
    if not ranking:
        return Judgement(0.0, right=False)
    temperature = weights.ranking.temperature
    (evidence,) = judge(searcher, question.text, ranking, owners, count=1, temperature=temperature)
    first = owners[0]
    right = bool(question.right) and (first.number in question.right or same(searcher, own, first))
    return Judgement(confidence(evidence, weights.confidence), right)


def _groups(searcher: Searcher) -> dict[int, frozenset[int]]:
    """Return, for the number of each pair, those of all pairs with its answer."""
    sharing: dict[bytes, list[int]] = {}
    for number, owner in enumerate(searcher.owners):
        if isinstance(owner.item, FaqPair):
            sharing.setdefault(owner.wordings.tobytes(), []).append(number)
    return {number: frozenset(group) for group in sharing.values() for number in group}


def _rows(owner: Owner, passages: Sequence[Passage], kind: PassageKind) -> list[int]:
    """Return the rows of an owner's passages of one kind, in the article's order."""
    own = [int(row) for row in owner.rows if passages[row].kind is kind]
    return sorted(own, key=lambda row: (passages[row].start, passages[row].id))


def _stated(owner: Owner, passages: Sequence[Passage]) -> Iterator[int]:
    """Yield the rows of the answer's first sentences; of the answer where it is one sentence."""
    rows = _rows(owner, passages, PassageKind.SENTENCE) or _rows(
        owner, passages, PassageKind.ANSWER
    )
    enough = (row for row in rows if len(terms(passages[row].text)) >= LEAST_WORDS)
    for _, row in zip(range(SENTENCES), enough, strict=False):
        yield row


def _hash(owner: Owner, use: str) -> bytes:
    return hashlib.sha256("\0".join((*owner.key, use)).encode("utf-8", "surrogatepass")).digest()
