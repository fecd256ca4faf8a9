"""How a question's candidates are put in order.  Pure: numbers in, an order out.

A candidate is one owner, an FAQ pair or a section, with all that is known of how it meets the
question.  Its place depends on these numbers only, never on which search found it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from qa.records import HitKind


@dataclass(frozen=True, slots=True)
class Fields:
    """Cosine similarities of the question to what an owner has, in [-1, 1]; ``None``: it has none.

    ``question`` is the best over an FAQ pair's question and its other wordings; ``answer`` and
    ``window`` the best over the windows of a long answer or of a section.
    """

    question: float | None = None
    pair: float | None = None
    answer: float | None = None
    section: float | None = None
    window: float | None = None

    def best(self) -> float:
        """Return the best of them (-1 when there are none)."""
        known = [
            value
            for value in (self.question, self.pair, self.answer, self.section, self.window)
            if value is not None
        ]
        return max(known, default=-1.0)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One FAQ pair or section, as a question meets it.

    ``overlap`` is the share of the question's words that the owner has, each word weighted by how
    rare it is in the library, in [0, 1]; ``telling_overlap`` is the same of its words but function
    words, 0 where it has no others.  ``words`` is the best BM25 score among its parts (an FAQ
    question, windows of an answer or a section) divided by the best that the question has in the
    library, in [0, 1].
    """

    kind: HitKind
    article: str
    id: str
    fields: Fields
    overlap: float = 0.0
    telling_overlap: float = 0.0
    words: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place.  ``similarity`` is its best field; both have 6 decimals."""

    candidate: Candidate
    score: float
    similarity: float


# Set by hand, to round figures on a plateau of hit@1, with all-MiniLM-L6-v2 (53aa51172d14…) on
# the public sets stackfaq, deepset_covidfaq_en and hint3_curekart (pairs), squad2_dev16
# (sections), and stackfaq and deepset with every other pair's question left out, so that pairs and
# sections compete.  Of the word features the rarity-weighted overlap did best; BM25 on question and
# answer beside it lost for pairs, BM25 on the best part gained for sections.  A bonus for either
# kind gained nothing over all sets.
QUESTION_WEIGHT = 1.0
PAIR_WEIGHT = 0.4
ANSWER_WEIGHT = 0.2
SECTION_WEIGHT = 0.5
WINDOW_WEIGHT = 0.5
OVERLAP_WEIGHT = {HitKind.FAQ: 0.15, HitKind.SECTION: 0.2}
WORDS_WEIGHT = {HitKind.FAQ: 0.0, HitKind.SECTION: 0.1}


def rank(candidates: Iterable[Candidate]) -> tuple[Ranked, ...]:
    """Order the candidates, best first; equal scores by id, then by article.

    The score is the weighted mean of the similarities that the owner has, so that pairs and
    sections, which have different ones, can be compared, plus the weighted word scores.
    Scores are rounded to 6 decimals first: the noise of floating point must not decide.
    """
    ranked = [Ranked(one, round(_score(one), 6), round(one.fields.best(), 6)) for one in candidates]
    return tuple(sorted(ranked, key=lambda r: (-r.score, r.candidate.id, r.candidate.article)))


def _score(candidate: Candidate) -> float:
    fields = candidate.fields
    weighted = (
        (fields.question, QUESTION_WEIGHT),
        (fields.pair, PAIR_WEIGHT),
        (fields.answer, ANSWER_WEIGHT),
        (fields.section, SECTION_WEIGHT),
        (fields.window, WINDOW_WEIGHT),
    )
    known = [(value, weight) for value, weight in weighted if value is not None]
    total = sum(weight for _, weight in known)
    meaning = sum(value * weight for value, weight in known) / total if total else -1.0
    kind = candidate.kind
    words = OVERLAP_WEIGHT[kind] * candidate.overlap + WORDS_WEIGHT[kind] * candidate.words
    return meaning + words
