"""Asking and feedback, the same for every way in from the web."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from qa.answer import Answerer
from qa.explanation import Explanation
from qa.questions import QuestionLog, Recording, Verdict
from qa.records import Result, Turn, asked_of
from qa.web.admission import MAX_WAIT_S, Admission
from qa.web.admission import BusyError as BusyError  # whoever asks looks for it here


@dataclass(frozen=True, slots=True)
class Reply:
    """A result, and the ids by which its reader can judge it (``None``: it was not logged).

    One id, or one for each of the result's parts.  ``explanation`` says what the result rests on,
    where it was asked for.
    """

    result: Result
    ids: tuple[str | None, ...]
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class _Answered:
    """A result that is on its way into the log, with its parts (none: nothing is logged)."""

    result: Result
    explanation: Explanation | None
    recordings: tuple[Recording, ...]


class Service:
    """One answerer and one question log for all readers.  Safe to use from several threads.

    Questions have their turns (see ``qa.web.admission``): ``max_waiting`` may wait for theirs.
    """

    def __init__(
        self,
        answerer: Answerer,
        questions: QuestionLog | None = None,
        *,
        max_waiting: int | None = None,
    ) -> None:
        self.answerer = answerer
        self.admission = Admission(waiting=max_waiting)
        self._questions = questions

    async def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        top: int | None = None,
        explain: bool = False,
        log: bool = True,
    ) -> Reply:
        """Answer or abstain, and log it; no thread waits.

        Without ``log`` the question log, if there is one, does not hear of it: it has before.
        Errors as ``Answerer.ask``, and ``BusyError``.
        """
        done = asyncio.wrap_future(
            self._taken(question, history, top=top, explain=explain, log=log)
        )
        # Not wait_for: it would make no difference between its own error and the answer's.
        try:
            await asyncio.wait([done], timeout=MAX_WAIT_S)
        except asyncio.CancelledError:  # who asked is gone
            done.cancel()
            raise
        if not done.done() or done.cancelled():  # too late, or nobody answers any more
            done.cancel()
            raise BusyError(self.admission.retry_after_s)
        answered = done.result()
        # A broken log is the log's own business: it returns None and the reader gets the answer.
        ids = [await recording.id_soon() for recording in answered.recordings]
        nothing = (None,) * len(asked_of(answered.result))
        return Reply(answered.result, tuple(ids) or nothing, answered.explanation)

    def feedback(self, id: str, verdict: Verdict) -> bool:
        """Keep what a reader says of an answer; False where the log does not know the answer."""
        return bool(self._questions and self._questions.feedback(id, verdict))

    def close(self) -> None:
        """Write down what has yet to be written."""
        self.admission.close()
        if self._questions is not None:
            self._questions.close()

    def _recorded(self, result: Result) -> tuple[Recording, ...]:
        """Begin to log a result: of several questions in one each by itself, for editors look for
        questions, and two in one are like neither."""
        log = self._questions
        return tuple(map(log.begin, asked_of(result))) if log else ()

    def _taken(
        self, question: str, history: Sequence[Turn], *, top: int | None, explain: bool, log: bool
    ) -> Future[_Answered]:
        def answer() -> _Answered:
            why: Explanation | None = None
            if explain:
                result, why = self.answerer.explain(question, history, top=top)
            else:
                result = self.answerer.ask(question, history, top=top)
            return _Answered(result, why, self._recorded(result) if log else ())

        return self.admission.take(answer)
