"""A question as it is searched for: mended, and with what it leans on before it.  Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.errors import UsageError
from qa import conversation
from qa.asking import Asker, as_question, clean, in_one_line
from qa.conversation import Question
from qa.records import Answer, Result, Turn
from qa.spelling import Corrected


@dataclass(frozen=True)
class Understood:
    """A question as it is searched for.

    ``asked`` is what was typed, with what it leans on in the conversation and the answer that the
    reader has just had and that does not answer this one, too; ``corrected`` is that with its
    typing errors mended.
    """

    asked: Question
    corrected: Corrected

    @property
    def texts(self) -> tuple[str, str]:
        """What is meant by itself, and what is searched for: that with what it leans on."""
        meant = self.corrected.text
        return meant, conversation.searched(self.asked.context, meant)


def in_conversation(
    asked: str, corrected: Corrected, history: Sequence[Turn], *, leaning: bool | None = None
) -> Understood:
    """Return a question (``clean``) with what it leans on; ``leaning``: see ``context_of``."""
    spent = conversation.spent(corrected.text, history, leaning=leaning)
    context = conversation.context_of(corrected.text, history, leaning=leaning)
    question = Question(
        asked,
        in_one_line(context),
        None if spent is None else (spent.article, spent.id),
        conversation.near(history),
    )
    return Understood(question, corrected)


def may_lean(asker: Asker, question: str) -> bool:
    """Tell whether a question that has no answer by itself is worth asking behind what came before.

    Not with a word that the articles do not have: that is about something else.
    """
    return conversation.may_lean(question) and asker.knows(conversation.own_words(question))


def is_better_leaning(leaning: Result, history: Sequence[Turn]) -> bool:
    """Tell whether such a question, asked behind what came before it, has an answer.

    The last answer once more is none where it says nothing of the question.
    """
    if not isinstance(leaning, Answer):
        return False
    last, best = history[-1].hit, leaning.best
    if last is None or (last.article, last.id) != (best.article, best.id):
        return True
    said = (best.article_title, best.section, best.question or "", best.text)
    return not conversation.says_nothing_of(leaning.meant, *said)


def once_more(asker: Asker, question: Question) -> Understood:
    """Return a question that was asked before, with what is still spent for it."""
    asked = replace(question, spent=asker.still_spent(question))
    return Understood(asked, asker.speller.correct(question.text))


def cleaned(
    questions: Sequence[str | Question],
) -> tuple[list[Question], UsageError | None]:
    """Return the questions clean, up to the first that cannot be asked, and why not."""
    batch: list[Question] = []
    for question in map(as_question, questions):
        try:
            batch.append(replace(question, text=clean(question.text)))
        except UsageError as error:
            return batch, error
    return batch, None
