"""The conversation that a reader's tab keeps, for the page that is opened in it anew.

The tab keeps questions, and nothing of what is shown for them: they are asked once more, in their
order, which gives the same answers from the same library (see ``Answerer.ask``) and follow-ups what
they lean on.  So nothing that comes from a browser is ever taken for an answer, a source or HTML.
"""

from collections.abc import Iterator

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from qa.records import Result, asked_of


class KeptQuestion(BaseModel):
    """A question as it was typed; ``answer`` is the id by which its reader can judge the answer.

    Where it asked several things, it has the ids of those that were answered, in order, a space
    between them.  ``failed`` tells that there was no result, so that nothing of it is in the
    question log.
    """

    question: str = Field(min_length=1)
    answer: str | None = Field(None, pattern=r"^\w{1,100}( \w{1,100})*$", max_length=1000)
    failed: bool = False

    def ids_of(self, result: Result) -> tuple[str | None, ...]:
        """Return the ids of what a result has to show, ``None`` where nothing was answered.

        None at all where another number is answered now: it cannot be told which is which.
        """
        shown = asked_of(result)
        ids = (self.answer or "").split()
        if len(ids) != sum(not one.abstained for one in shown):
            return (None,) * len(shown)
        known: Iterator[str] = iter(ids)
        return tuple(None if one.abstained else next(known) for one in shown)


_KEPT = TypeAdapter(list[KeptQuestion])


def kept_questions(text: str, *, most: int) -> list[KeptQuestion]:
    """Read what a tab kept, oldest first, of more than ``most`` the newest.

    None of it where it is not of the expected form: another version of the page may have kept it,
    or the reader may have changed it.
    """
    try:
        return _KEPT.validate_json(text)[-most:]
    except ValidationError:
        return []
