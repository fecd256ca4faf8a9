"""How sure we are of an answer, and when to say no instead.  Pure.

The confidence is the probability that a hit is right, from evidence that needs nobody's labels.
Its weights are learned on public question sets (``qa.weights``); how crowded the library is
corrects them for the user's own.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.errors import UsageError
from index.model_files import ModelIdentity
from qa.records import AbstentionReason, HitKind
from qa.weights import CurvePoint, LogisticWeights, Weights


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a hit as the answer to its question.

    ``similarity`` is the best cosine among the hit's fields; ``whole`` the one to question and
    answer together or to the whole section; ``sentence`` the one to its best sentence; all in
    [-1, 1].  ``agreement`` is the share that the hit, with all that says the same, has in the
    ranking (a softmax of the scores), in [0, 1].  ``shared`` counts the question's telling words
    that the hit has; ``stems`` is their rarity-weighted share, in [0, 1].
    ``pairs`` is the mean similarity to the three closest pairs (question and answer's beginning)
    with the hit's answer, and ``rare`` what the telling words are worth that the hit, or another
    hit with its answer, shares with the question: the sum of their rarities, a word that nobody has
    being worth 1; ``lacking`` is the same of the rarest telling word that the hit does not have, 0
    where it has all.  ``reach`` is a soft maximum of the similarities of all that the first hits
    say (see ``evidence.reach``).  ``missing_numbers`` and ``missing_names`` count those of the
    question that the article never has; ``negated`` tells that the question is negated and the hit
    is not, ``unknown`` that neither the library nor the embedding model knows a word of the
    question; ``keywords`` that the question is no more than one or two telling words, which the hit
    has; ``verbatim`` that one of its sentences is the pair's own question; ``unread`` that the
    embedding model does not read the hit's language, ``lead`` that the hit introduces its article.
    ``elsewhere`` is the share of the ranking that other articles than the hit's have, in [0, 1]; 0
    where that says one thing only.  ``crowding`` is how close the library's own entries are to one
    another: see ``Searcher``.
    """

    kind: HitKind
    similarity: float
    whole: float = 0.0
    sentence: float = 0.0
    agreement: float = 1.0
    shared: int = 0
    stems: float = 0.0
    pairs: float = 0.0
    rare: float = 0.0
    lacking: float = 0.0
    reach: float = 0.0
    missing_numbers: int = 0
    missing_names: int = 0
    negated: bool = False
    unknown: bool = False
    keywords: bool = False
    verbatim: bool = False
    unread: bool = False
    lead: bool = False
    elsewhere: float = 0.0
    crowding: float = 0.0

    def features(self) -> dict[str, float]:
        """Return what the confidence weighs, by name."""
        share = min(max(self.agreement, AGREEMENT_LEAST), 1.0 - AGREEMENT_LEAST)
        return {
            "similarity": self.similarity,
            "whole": self.whole,
            "sentence": self.sentence,
            "agreement": math.log(share / (1.0 - share)),
            "shared": math.log1p(self.shared),
            "stems": self.stems,
            "pairs": self.pairs,
            "rare": self.rare,
            "lacking": self.lacking,
            "reach": self.reach,
            "missing_numbers": float(min(self.missing_numbers, 2)),
            "missing_names": float(min(self.missing_names, 2)),
            "negated": float(self.negated),
            "unknown": float(self.unknown),
            "keywords": float(self.keywords),
            "verbatim": float(self.verbatim),
            "unread": float(self.unread),
            "lead": float(self.lead),
            "elsewhere": self.elsewhere,
            "crowding": self.crowding,
            "bias": 1.0,
        }


# Readers type little.  A question of one or two words is far from every passage; where a hit has
# them it is shown, and never for more than it may be.  Set by hand: as a weight of 1.5 it made
# wrong answers to such questions as sure as right ones to whole questions (hint3_curekart).
KEYWORDS_LEAST = 0.3
# Who asks an FAQ's own question and tells a story around it is answered: the story draws the vector
# away.  Set by hand, for the sets have no such questions.
VERBATIM_LEAST = 0.5
# A share beyond this says no more: the scores are not that exact.
AGREEMENT_LEAST = 0.003


class Sureness(StrEnum):
    """A confidence for those who have no use for a figure."""

    SURE = "sure"
    LIKELY = "likely"
    MAYBE = "maybe"

    @property
    def sentence(self) -> str:
        """What readers are told, without a full stop."""
        return _SENTENCES[self]


_SENTENCES = {
    Sureness.SURE: "This answers your question",
    Sureness.LIKELY: "This probably answers your question",
    Sureness.MAYBE: "This may answer your question",
}
SURE_FROM = 0.75
LIKELY_FROM = 0.5

# What is promised when nobody says: two of three answers right on the public sets and the sites of
# ``benchmarks.sites``, where a fifth to a half of the questions are answered nowhere, most of them
# near misses.  The threshold that keeps it (a test holds the two together) shows nearly all right
# answers, which a reader would miss more than a wrong one beside its source does harm.  On the
# sites, from .18 to .2 three right answers are lost for four wrong ones that are not shown any
# more, and near misses get a no in .34, not .31; from .2 to .22 more right ones than wrong ones
# are, and the gaps fill with what was withheld.
DEFAULT_PRECISION = 0.67
DEFAULT_THRESHOLD = 0.2
# A question of function words only ("what is it?") is answered when it is an FAQ's own question.
VAGUE_SIMILARITY = 0.85

MESSAGES = {
    AbstentionReason.NOTHING_CLOSE: "The articles here do not seem to answer that.",
    AbstentionReason.TOO_VAGUE: "Please say what your question is about.",
    AbstentionReason.SMALL_TALK: (
        "You are welcome to ask anything that the articles here may answer."
    ),
    AbstentionReason.EMPTY_LIBRARY: "There are no articles here to answer from yet.",
}


def confidence(evidence: Evidence, weights: LogisticWeights) -> float:
    """Return how likely the hit is the right answer, in [0, 1], 6 decimals.

    At least ``KEYWORDS_LEAST`` for one that has the question's keywords, and ``VERBATIM_LEAST`` for
    a pair whose own question is in it.
    """
    learned = _probability(evidence, weights)
    if evidence.verbatim:
        return max(learned, VERBATIM_LEAST)
    return max(learned, KEYWORDS_LEAST) if evidence.keywords else learned


def answerable(evidence: Evidence, weights: LogisticWeights) -> float:
    """Return how likely it is that the library answers the question at all, in [0, 1], 6 decimals.

    ``evidence`` is that of the first hit, which need not be the right one: two passages that come
    equally close make it unlikely that the first is right, and all the likelier that one is.
    """
    return _probability(evidence, weights)


def _probability(evidence: Evidence, weights: LogisticWeights) -> float:
    own = evidence.features()
    of_kind = weights.faq if evidence.kind is HitKind.FAQ else weights.section
    logit = sum(weight * own[name] for name, weight in of_kind.items())
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit)))), 6)


def threshold_for(precision: float, curve: Sequence[CurvePoint]) -> float:
    """Return the lowest threshold from which on the curve keeps at least ``precision``.

    Raises UsageError for a precision outside (0, 1), or one that the curve never reaches.
    """
    if not 0.0 < precision < 1.0:
        raise UsageError(f"a precision of {precision} cannot be promised: give one between 0 and 1")
    lowest: float | None = None
    for point in reversed(curve):
        if point.precision < precision:
            break
        lowest = point.threshold
    if lowest is None:
        # What is reached below and lost again is not kept.
        most = curve[-1].precision if curve else 0.0
        raise UsageError(f"a precision of {precision} is never kept; the most is {most:.2f}")
    return lowest


def least_confidence(
    weights: Weights,
    model: ModelIdentity,
    *,
    threshold: float | None = None,
    precision: float | None = None,
) -> float:
    """Return the confidence from which on there is an answer: ``threshold``, or what keeps
    ``precision``, else the default.

    Raises ``UsageError`` for both at once, and for a precision that cannot be promised.
    """
    if threshold is not None and precision is not None:
        raise UsageError("a threshold and a precision say the same thing twice: give one of them")
    if precision is None:
        return DEFAULT_THRESHOLD if threshold is None else threshold
    if weights.revision != model.revision:
        raise UsageError(
            f"no precision can be promised with {model.name}: the confidence was learned with "
            f"{weights.model}; give a threshold instead"
        )
    return threshold_for(precision, weights.curve)


def sureness(confidence: float) -> Sureness:
    """Return the word for a confidence in [0, 1]: sure from 75 %, likely from 50 %.

    By the whole percentage that stands beside it: "75 % sure" is no "probably".
    """
    percent = round(100 * confidence)
    if percent >= 100 * SURE_FROM:
        return Sureness.SURE
    return Sureness.LIKELY if percent >= 100 * LIKELY_FROM else Sureness.MAYBE


def decide(
    confidence: float | None,
    *,
    similarity: float = 1.0,
    threshold: float = DEFAULT_THRESHOLD,
    vague: bool = False,
    small_talk: bool = False,
) -> AbstentionReason | None:
    """Return why there is no answer, or ``None`` when the best hit is to be shown.

    ``confidence`` and ``similarity`` are the best hit's; no confidence: the library holds nothing
    at all.  ``vague`` tells that the question has no word that means something by itself.  A
    confidence equal to ``threshold`` is enough.  ``small_talk`` tells that nothing is asked.
    """
    if confidence is None:
        return AbstentionReason.EMPTY_LIBRARY
    if small_talk:
        return AbstentionReason.SMALL_TALK
    if vague and similarity < VAGUE_SIMILARITY:
        return AbstentionReason.TOO_VAGUE
    if confidence < threshold:
        return AbstentionReason.NOTHING_CLOSE
    return None
