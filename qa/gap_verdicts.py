"""Which of four kinds a group of failed questions is.  Pure: evidence in, a verdict out.

Each kind asks something else of the editors: another wording, a new pair, a new article, nothing.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from qa.gap_evidence import GroupEvidence, Support, logit
from qa.questions import EditorVerdict


class GapVerdict(StrEnum):
    """Why a group of questions was not answered."""

    NOT_FOUND = "not_found"  # an FAQ pair answers it; it was not found
    NO_PAIR = "no_pair"  # a section answers it; no FAQ pair does
    NOT_ANSWERED = "not_answered"  # nothing answers it, and it belongs to the subject
    OFF_TOPIC = "off_topic"  # it is none of the articles' business


# Two logistic regressions: "the best answer is right" and "it belongs to the subject".  Learned on
# clinc150 and banking77_oos, 15 intents out of the bank, and rounded to what lies between what each
# of the two learns by itself: the sets are few, and must not be learned by heart.  The biases are
# set by hand, both to the careful side: a pair that asks for something else must not be named (1.0
# for 1.5 to 1.9), and what the articles should answer not be put aside as off-topic.
ANSWERS: Mapping[str, float] = {"confidence": 0.7, "neighbours": 0.4, "bias": 1.0}
SUBJECT: Mapping[str, float] = {
    "similarity": 6.0, "answered": 5.0, "known": 0.5, "size": 0.8, "bias": -4.6,
}  # fmt: skip
LEAST = 0.5


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict, how sure it is in [0, 1], and the answer it is about (of the first two kinds)."""

    verdict: GapVerdict
    sure: float
    support: Support | None


def answers(support: Support | None) -> float:
    """Return how likely an answer is right for the group, in [0, 1]; 0 for none."""
    if support is None:
        return 0.0
    own = logit(support.confidence)
    around = own if support.neighbours is None else logit(support.neighbours)
    known = {"confidence": own, "neighbours": around, "bias": 1.0}
    return _probability(ANSWERS, known)


def subject(evidence: GroupEvidence) -> float:
    """Return how likely the group belongs to the articles' subject, in [0, 1].

    Where nothing was answered yet, the library's own texts stand for what was.
    """
    near = evidence.similarity if evidence.answered is None else evidence.answered
    known = {
        "similarity": evidence.similarity,
        "answered": near,
        "known": evidence.known,
        "size": math.log(evidence.size),
        "bias": 1.0,
    }
    return _probability(SUBJECT, known)


def judged(evidence: GroupEvidence, *, editors: Collection[EditorVerdict | None] = ()) -> Judged:
    """Return the verdict on a group: of the answers that are likely right, the likeliest.

    A pair as likely as a section comes first: there is nothing to write.  Where ``editors`` have
    said of some of the questions that nothing answers them, and of none anything else, it is so.
    """
    said = {verdict for verdict in editors if verdict is not None}
    if said == {EditorVerdict.NOT_ANSWERED_HERE}:
        return Judged(GapVerdict.NOT_ANSWERED, 1.0, None)
    if said == {EditorVerdict.OFF_TOPIC}:
        return Judged(GapVerdict.OFF_TOPIC, 1.0, None)
    pair, section = answers(evidence.pair), answers(evidence.section)
    if pair >= LEAST and pair >= section:
        return Judged(GapVerdict.NOT_FOUND, pair, evidence.pair)
    if section >= LEAST:
        return Judged(GapVerdict.NO_PAIR, section, evidence.section)
    none = 1.0 - max(pair, section)
    ours = 1.0 - none * (1.0 - subject(evidence))  # what nearly answers is about the subject
    if ours >= LEAST:
        return Judged(GapVerdict.NOT_ANSWERED, round(none * ours, 6), None)
    return Judged(GapVerdict.OFF_TOPIC, round(none * (1.0 - ours), 6), None)


def _probability(weights: Mapping[str, float], known: Mapping[str, float]) -> float:
    value = sum(weight * known[name] for name, weight in weights.items())
    return round(1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, value)))), 6)
