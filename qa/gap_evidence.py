"""What a group of questions has in common with the library: pooled, stronger than one's.  Pure.

One question that is far from every pair may be worded oddly; ten are not.  Each question is asked
again as the library is now, and what came of them is put together.
"""

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.asking import Asker, Outcome
from qa.grouping import crowdedness
from qa.records import HitKind
from qa.search import Owner
from qa.term_sets import telling_terms

# A hit that a question does not have among its first counts as one of this confidence.
LEAST_CONFIDENCE = 0.01
# How many of the log's questions, and of those that were answered, a question is compared with.
NEIGHBOURS = 5
# A question of the log that is less alike than this (a cosine) is no neighbour: in a small log the
# closest ones are about something else.
LEAST_NEIGHBOUR = 0.5
# An answer that is this much (as ln of odds) ahead of the next one is as far ahead as can be told,
# and so is one that is so much less or more close than is usual (a cosine).
MOST_AHEAD = 4.0
LEAST_CLOSE, MOST_CLOSE = -0.3, 0.2
# How many answers are named where none is said to answer.
NEAREST = 3
# A cosine that is as good as 1, and what stands for none.
_SAME, _NONE = 1.0 - 1e-4, -2.0
_BATCH = 512


@dataclass(frozen=True, slots=True)
class Support:
    """How a group of questions supports one answer, a pair's or a section's.

    ``owner`` is the one whose confidences over the questions add up to most (of pairs with the same
    answer the one that most questions have), ``confidence`` their geometric mean as odds, as a
    probability; ``share`` of the questions have it as their first hit of the kind.
    ``neighbours`` is the mean confidence with which the questions' closest neighbours in the log
    were given it, 0 where they were given something else; None where there are no neighbours.
    ``ahead`` is how far it is ahead of the next answer of its kind, as ln of the odds, at most
    ``MOST_AHEAD``.  ``closeness`` is how much closer it is to the questions than their nearest
    neighbours are, a difference of cosines: questions that are closer to one another than to an
    answer ask for something else.
    """

    owner: Owner
    confidence: float
    share: float
    neighbours: float | None = None
    ahead: float = 0.0
    closeness: float = 0.0


@dataclass(frozen=True, slots=True)
class Around:
    """What a question's neighbours in the log are like, an entry for each question.

    ``given`` are its closest neighbours' first hits (what they say, "" for none) with the
    confidences that they were given with, the closest first; ``answered`` the mean cosine to the
    closest that were answered, None where there are none; ``crowded`` how close the nearest texts
    are, of the log and the library (see ``qa.grouping.crowdedness``).
    """

    given: tuple[tuple[tuple[str, float], ...], ...]
    answered: tuple[float | None, ...]
    crowded: tuple[float, ...]

    def of(self, places: Sequence[int]) -> "Around":
        """Return those of some questions."""
        return Around(
            tuple(self.given[place] for place in places),
            tuple(self.answered[place] for place in places),
            tuple(self.crowded[place] for place in places),
        )


@dataclass(frozen=True, slots=True)
class GroupEvidence:
    """What is known of a group of questions, all in [0, 1] but cosines.

    ``pair`` and ``section`` support the best answer of each kind, None where there is none;
    ``nearest`` are the best of both kinds, at most ``NEAREST``, best first.
    ``similarity`` is the mean of the questions' best cosines to the library; ``known`` the mean
    share of their telling words that the library has; ``answered`` the mean cosine to the closest
    questions of the log that were answered, None where there are none.  ``size`` is the number of
    wordings.
    """

    pair: Support | None
    section: Support | None
    similarity: float
    known: float
    answered: float | None
    size: int
    nearest: tuple[Owner, ...] = ()


def group_evidence(
    asker: Asker,
    texts: Sequence[str],
    outcomes: Sequence[Outcome],
    beside: Around,
    *,
    rejected: Collection[tuple[str, str]] = (),
) -> GroupEvidence:
    """Return the evidence of a group: its questions, what becomes of each, and what is beside them.

    A hit in ``rejected`` (article id, own id) is none, nor is one that says the same: readers said
    that it does not answer.
    """
    wrong = wrong_answers(asker, rejected)
    near = [cosine for cosine in beside.answered if cosine is not None]
    return GroupEvidence(
        pair=_support(outcomes, beside, wrong, HitKind.FAQ),
        section=_support(outcomes, beside, wrong, HitKind.SECTION),
        similarity=_mean([_similarity(outcome) for outcome in outcomes]),
        known=_mean([_known(asker, text) for text in texts]),
        answered=_mean(near) if near else None,
        size=len(texts),
        nearest=tuple(_Pool(outcomes, wrong, tuple(HitKind)).owners[:NEAREST]),
    )


def around(
    vectors: NDArray[np.float32],
    log: NDArray[np.float32],
    given: Sequence[tuple[str, float]],
    answered: NDArray[np.bool_],
    texts: NDArray[np.float32],
) -> Around:
    """Return what is around each question, from all questions of the log, (m, dim).

    ``texts`` (k, dim) are the log's and the library's that the questions may be crowded by.

    ``given`` (m) are what their first hits say and the confidences, ``answered`` (m,) which of
    them were answered.  A question is not its own neighbour, nor is one that is too far away.
    """
    each: list[tuple[tuple[str, float], ...]] = []
    near: list[float | None] = []
    for at in range(0, len(vectors), _BATCH):
        part = vectors[at : at + _BATCH].astype(np.float64)
        cosines = np.round(part @ log.T.astype(np.float64), 6)
        cosines[cosines > _SAME] = _NONE
        order = np.argsort(-cosines, axis=1, kind="stable")[:, :NEIGHBOURS]
        for row, places in zip(cosines, order, strict=True):
            each.append(tuple(given[place] for place in places if row[place] >= LEAST_NEIGHBOUR))
        cosines[:, ~answered] = _NONE
        for row in -np.sort(-cosines, axis=1)[:, :NEIGHBOURS]:
            near.append(_mean(row[row > _NONE].tolist()) if (row > _NONE).any() else None)
    return Around(tuple(each), tuple(near), tuple(crowdedness(vectors, texts).tolist()))


def wrong_answers(asker: Asker, rejected: Collection[tuple[str, str]]) -> frozenset[str]:
    """Return what hits say that readers called wrong, by their keys; see
    ``Owner.compared``."""
    return frozenset(asker.searcher.owner(*key).compared for key in rejected if asker.has(*key))


class _Pool:
    """What a group's hits of some kinds say, put together over its questions.

    ``each`` question's confidences by what is said, the first hit of each; ``order`` is what is
    said by the sum of the confidences, of equal ones by key; ``firsts`` counts the first hits.
    """

    def __init__(
        self, outcomes: Sequence[Outcome], wrong: Collection[str], kinds: Collection[HitKind]
    ) -> None:
        self.each: list[dict[str, float]] = []
        self.similarities: list[dict[str, float]] = []
        self.firsts: Counter[str] = Counter()
        totals: Counter[str] = Counter()
        keys: dict[str, Counter[tuple[str, str]]] = {}
        by_key: dict[tuple[str, str], Owner] = {}
        for outcome in outcomes:
            own: dict[str, float] = {}
            like: dict[str, float] = {}
            for owner, confidence, hit in zip(
                outcome.owners, outcome.own, outcome.ranked, strict=True
            ):
                said = owner.compared
                if hit.candidate.kind not in kinds or said in wrong:
                    continue
                like[said] = max(hit.similarity, like.get(said, hit.similarity))
                if said in own:
                    continue
                if not own:
                    self.firsts[said] += 1
                own[said] = confidence
                by_key.setdefault(owner.key, owner)
                keys.setdefault(said, Counter())[owner.key] += 1
            totals.update(own)
            self.each.append(own)
            self.similarities.append(like)
        self.order = sorted(totals, key=lambda said: (-round(totals[said], 6), min(keys[said])))
        self.owners = [
            by_key[min(keys[said], key=lambda one: (-keys[said][one], one))] for said in self.order
        ]

    def odds(self, said: str) -> float:
        """Return the mean ln of the odds that it answers."""
        return _mean([logit(own.get(said, 0.0)) for own in self.each])

    def similarity(self, said: str, outcomes: Sequence[Outcome]) -> float:
        """Return the mean cosine to it; where it is no hit, that of the least similar one."""
        return _mean(
            [
                like[said] if said in like else min(hit.similarity for hit in outcome.ranked)
                for like, outcome in zip(self.similarities, outcomes, strict=True)
                if outcome.ranked
            ]
        )


def _support(
    outcomes: Sequence[Outcome], beside: Around, wrong: Collection[str], kind: HitKind
) -> Support | None:
    """Return the support of the answer whose confidences add up to most."""
    pool = _Pool(outcomes, wrong, (kind,))
    if not pool.order:
        return None
    best = pool.order[0]
    odds = pool.odds(best)
    # What readers called wrong is a rival, too: whatever comes behind it was not ahead.
    everything = _Pool(outcomes, (), (kind,))
    rivals = [everything.odds(said) for said in everything.order if said != best]
    next_best = max(rivals, default=logit(0.0))
    neighbours = [sure if said == best else 0.0 for own in beside.given for said, sure in own]
    close = pool.similarity(best, outcomes) - _mean(beside.crowded)
    return Support(
        owner=pool.owners[0],
        confidence=round(1.0 / (1.0 + math.exp(-odds)), 6),
        share=round(pool.firsts[best] / len(outcomes), 6),
        neighbours=_mean(neighbours) if neighbours else None,
        ahead=round(min(odds - next_best, MOST_AHEAD), 6),
        closeness=round(min(max(close, LEAST_CLOSE), MOST_CLOSE), 6),
    )


def _similarity(outcome: Outcome) -> float:
    return max((ranked.similarity for ranked in outcome.ranked), default=0.0)


def _known(asker: Asker, text: str) -> float:
    """Return the share of the telling words that the library has; 1 of none."""
    own = asker.terms
    telling = telling_terms(text)
    return sum(word in own for word in telling) / len(telling) if telling else 1.0


def logit(confidence: float) -> float:
    """Return ln of the odds of a confidence, kept ``LEAST_CONFIDENCE`` away from 0 and 1."""
    kept = min(max(confidence, LEAST_CONFIDENCE), 1.0 - LEAST_CONFIDENCE)
    return math.log(kept / (1.0 - kept))


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 6) if values else 0.0
