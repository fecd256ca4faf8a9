"""What verdicts on single answers are worth: which of them correct the confidence, and how many of
the answers that were judged are right.  Pure."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from qa.asked_questions import was_right
from qa.calibration import LEAST_OF_A_KIND, LEAST_VERDICTS
from qa.questions import EditorVerdict, LoggedQuestion
from qa.records import AbstentionReason

_Z = 1.959964  # 95 %


@dataclass(frozen=True, slots=True)
class VerdictCounts:
    """How many verdicts there are.

    ``right`` and ``wrong`` are those on first hits that can correct the confidence, ``by_readers``
    of which are readers' alone.  The others are editors' on what readers got: answers, and noes.
    """

    right: int = 0
    wrong: int = 0
    by_readers: int = 0
    answers_right: int = 0
    answers_wrong: int = 0
    noes_right: int = 0
    noes_wrong: int = 0

    @property
    def needed_right(self) -> int:
        """How many more first hits that are right a correction needs at least."""
        return max(0, LEAST_OF_A_KIND - self.right)

    @property
    def needed_wrong(self) -> int:
        """How many more that are wrong it needs at least."""
        return max(0, LEAST_OF_A_KIND - self.wrong)

    @property
    def needed(self) -> int:
        """How many more verdicts it needs, of any kind."""
        both = self.needed_right + self.needed_wrong
        return max(LEAST_VERDICTS - self.right - self.wrong, both, 0)


def counting(questions: Iterable[LoggedQuestion]) -> tuple[LoggedQuestion, ...]:
    """Return the questions whose verdicts can correct the confidence, in their order.

    Somebody judged the first hit, and it was searched for: a reader what was shown, an editor also
    what was withheld for want of confidence.
    """
    return tuple(
        one
        for one in once(questions)
        if one.reason in (None, AbstentionReason.NOTHING_CLOSE) and one.first_hit_right is not None
    )


def once(questions: Iterable[LoggedQuestion]) -> tuple[LoggedQuestion, ...]:
    """Return the questions without those of which an editor said the same in the same moment.

    Who judges a question that was asked forty times gives one verdict, not forty.  Each reader's
    counts.
    """
    found: dict[object, LoggedQuestion] = {}
    for one in questions:
        same = (one.question, one.context, one.hits[:1], one.answered, one.review)
        found.setdefault(one.id if one.review is None else same, one)
    return tuple(found.values())


def count(questions: Iterable[LoggedQuestion]) -> VerdictCounts:
    """Return how many verdicts there are on the questions, those of one moment once."""
    judged = once(questions)
    used = counting(judged)
    right = sum(bool(one.first_hit_right) for one in used)
    got = [
        (one.answered, was_right(one.answered, one.review.verdict))
        for one in judged
        if one.review is not None and one.review.verdict is not EditorVerdict.DISMISSED
    ]
    return VerdictCounts(
        right=right,
        wrong=len(used) - right,
        by_readers=sum(one.review is None for one in used),
        answers_right=got.count((True, True)),
        answers_wrong=got.count((True, False)),
        noes_right=got.count((False, True)),
        noes_wrong=got.count((False, False)),
    )


def likely(right: int, total: int) -> tuple[float, float]:
    """Return between which shares the true one lies, with 95 % confidence, where ``right`` of
    ``total`` were right; (0, 1) for none.

    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).

    >>> likely(0, 0)
    (0.0, 1.0)
    """
    if not total:
        return 0.0, 1.0
    share, square = right / total, _Z * _Z
    middle = share + square / (2 * total)
    around = _Z * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    scale = 1 + square / total
    return max(0.0, (middle - around) / scale), min(1.0, (middle + around) / scale)
