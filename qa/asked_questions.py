"""What an editor judges: a question in its readers' words with what it got, however often.  Pure.

The log has a row for each time; who judges reads each question once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from qa.questions import EditorVerdict, LoggedQuestion, Review, Verdict


class Got(StrEnum):
    """What readers got."""

    ANSWER = "answer"
    NONE = "none"


class Judged(StrEnum):
    """What editors have said of it."""

    NO = "no"  # nothing yet
    YES = "yes"
    WRONG = "wrong"  # that it was wrong: see ``was_right``


class AskedOrder(StrEnum):
    """What a list of questions is sorted by."""

    ASKED = "asked"  # when it was last asked
    OFTEN = "often"
    SURE = "sure"
    QUESTION = "question"  # by the alphabet
    VERDICT = "verdict"  # when it was judged


@dataclass(frozen=True, slots=True)
class AskedFilter:
    """Which questions are listed, and in which order: of equals the one asked last comes first.

    ``text`` stands somewhere in the question or in what it was asked after, in any case.
    """

    got: Got | None = None
    judged: Judged | None = None
    text: str = ""
    order: AskedOrder = AskedOrder.ASKED
    descending: bool = True


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in exactly these words (and after these), with its first hit, shown or withheld.

    ``last`` is the last time that it was asked so; ``count`` how often, since ``first``.  ``sure``
    is the least confidence that it had, in [0, 1].  ``helpful`` and ``unhelpful`` are how many
    readers said so of the answer, ``comment`` is one of what they wrote, "" for nothing.
    ``review`` is the latest verdict of an editor on any of them that was not undone.
    """

    last: LoggedQuestion
    count: int
    first: datetime
    sure: float
    helpful: int = 0
    unhelpful: int = 0
    comment: str = ""
    review: Review | None = None


@dataclass(frozen=True, slots=True)
class AskedPage:
    """A part of a list; ``total`` is how many questions the whole list has."""

    questions: tuple[AskedQuestion, ...]
    total: int


def group_of(questions: Sequence[LoggedQuestion]) -> AskedQuestion:
    """Return the group that questions are, which are the same, as a list has it."""
    last = max(questions, key=lambda one: (one.asked_at, one.id))
    reviews = [(one.review.at, one.id, one.review) for one in questions if one.review]
    readers = [one.verdict for one in questions if one.verdict is not None]
    return AskedQuestion(
        last,
        count=len(questions),
        first=min(one.asked_at for one in questions),
        sure=min(one.confidence for one in questions),
        helpful=sum(one is Verdict.HELPFUL for one in readers),
        unhelpful=sum(one is not Verdict.HELPFUL for one in readers),
        comment=max(one.comment for one in questions),
        review=max(reviews)[2] if reviews else None,
    )


def was_right(answered: bool, verdict: EditorVerdict) -> bool | None:
    """Tell whether what a reader got was right; None where the verdict does not say so.

    An answer is right where it answers, a no where nothing does.
    """
    if verdict is EditorVerdict.DISMISSED:
        return None
    if answered:
        return verdict is EditorVerdict.RIGHT
    return verdict in {EditorVerdict.NOT_ANSWERED_HERE, EditorVerdict.OFF_TOPIC}
