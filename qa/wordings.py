"""The question log by wording: who asks the same in other capitals asks the same.  Pure.

A follow-up ("and rabbits?") is the same wording where what it leans on is the same, too; an editor
sees both, see ``shown``.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from qa.conversation import Question
from qa.questions import EditorVerdict, LoggedQuestion, Verdict
from qa.records import AbstentionReason

_WORD = re.compile(r"\w+")
# What a reader says of an answer that is not the answer.
_REJECTED = (Verdict.WRONG, Verdict.NOT_MY_QUESTION)
# What a follow-up leans on is shown to its end: what comes first is the longest ago.
SHOWN_CONTEXT_CHARS = 160


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording and every logged question that has it, oldest first.

    ``key`` is what makes two questions one wording; ``text`` the spelling that most have, of
    equally common ones the first by the alphabet, with the ``context`` that it leans on ("": it
    stands alone).
    """

    key: str
    text: str
    questions: tuple[LoggedQuestion, ...]
    context: str = ""

    @property
    def asked(self) -> Question:
        """The question as it is asked once more; what came before is what did the last time."""
        last = self.questions[-1]
        return Question(self.text, self.context, last.spent, last.near)

    @property
    def shown(self) -> str:
        """The wording as it is shown in one line of plain text."""
        return shown(self.text, self.context)

    @property
    def count(self) -> int:
        """How often it was asked."""
        return len(self.questions)

    @property
    def first(self) -> datetime:
        """When it was first asked."""
        return self.questions[0].asked_at

    @property
    def last(self) -> datetime:
        """When it was last asked."""
        return self.questions[-1].asked_at

    @property
    def failed(self) -> int:
        """How often it was not answered, or answered so that the reader said it was not right."""
        return sum(is_failed(question) for question in self.questions)

    @property
    def dismissed(self) -> bool:
        """Whether an editor's last word on any of them is that it need not be looked at again."""
        return self.editors is EditorVerdict.DISMISSED

    @property
    def editors(self) -> EditorVerdict | None:
        """The last verdict of an editor on any of them, of equally late ones the first asked."""
        reviews = [question.review for question in self.questions if question.review is not None]
        return max(reviews, key=lambda review: review.at).verdict if reviews else None

    @property
    def rejected(self) -> frozenset[tuple[str, str]]:
        """First hits that more readers called wrong than helpful, as (article id, own id)."""
        return frozenset(hit for hit, count in self._votes().items() if count < 0)

    @property
    def helpful(self) -> frozenset[tuple[str, str]]:
        """First hits that more readers called helpful than wrong, as (article id, own id)."""
        return frozenset(hit for hit, count in self._votes().items() if count > 0)

    def _votes(self) -> Counter[tuple[str, str]]:
        votes: Counter[tuple[str, str]] = Counter()
        for question in self.questions:
            if question.hits and question.reason is None:
                votes[question.hits[0]] += question.first_hit_right is True
                votes[question.hits[0]] -= is_rejected(question)
        return votes

    @property
    def doubt(self) -> float:
        """How unsure the answers were, 1 less the least confidence; none where they helped."""
        sure = (
            1.0 if question.first_hit_right else question.confidence for question in self.questions
        )
        return 1.0 - min(sure)


def is_rejected(question: LoggedQuestion) -> bool:
    """Tell whether an answer was wrong, or none to the question: by the editor, else the reader.

    One that is out of date answers the question.
    """
    if question.reason is not None:
        return False
    if question.review is not None:
        return question.first_hit_right is False
    return question.verdict in _REJECTED


def is_failed(question: LoggedQuestion) -> bool:
    """Tell whether a question found no answer, or one that was called wrong.

    One that was too vague to be answered, or asked nothing, did not fail.
    """
    if question.reason in {AbstentionReason.TOO_VAGUE, AbstentionReason.SMALL_TALK}:
        return False
    return question.reason is not None or is_rejected(question)


def key_of(question: str) -> str:
    """Return what two questions of one wording share: their words, case folded.

    A question without a word is its own key.
    """
    return " ".join(_WORD.findall(question.casefold())) or question.strip()


def shown(text: str, context: str) -> str:
    """Return a question as it can be understood in one line, a follow-up with what it leans on.

    >>> shown("and rabbits?", "How much is a dog's vaccination?")
    "and rabbits? (after: How much is a dog's vaccination?)"
    """
    return f"{text} ({after(context)})" if context else text


def after(context: str) -> str:
    """Return the words for what a follow-up leans on, at most so long as is shown of it."""
    end = context[-SHOWN_CONTEXT_CHARS:]
    return f"after: {end}" if end == context else f"after: … {end.partition(' ')[2] or end}"


def wordings(questions: Iterable[LoggedQuestion]) -> tuple[Wording, ...]:
    """Return the wordings of ``questions``, by their keys, whatever the order of the questions."""
    by_key: dict[str, list[LoggedQuestion]] = {}
    for question in questions:
        by_key.setdefault(_key(question), []).append(question)
    found = []
    for key, own in sorted(by_key.items()):
        spelled = Counter((question.question, question.context) for question in own)
        text, context = min(spelled, key=lambda one: (-spelled[one], one))
        in_order = sorted(own, key=lambda question: (question.asked_at, question.id))
        found.append(Wording(key, text, tuple(in_order), context))
    return tuple(found)


def _key(question: LoggedQuestion) -> str:
    key = key_of(question.question)
    return f"{key_of(question.context)}\n{key}" if question.context else key
