"""Asking and feedback, the same for every way in from the web."""

import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from index.errors import FootnoteError
from qa.answer import Answerer
from qa.explanation import Explanation
from qa.questions import QuestionLog, Verdict
from qa.records import Result, Turn

logger = logging.getLogger("footnote")

MAX_AT_ONCE = 4  # questions answered at the same time
MAX_WAITING = 64  # questions waiting for their turn; more are sent away with a clear message
MAX_WAIT_S = 30.0


class BusyError(FootnoteError):
    """Too many questions at once; the reader should try again in a moment."""

    def __init__(self) -> None:
        super().__init__("Too many questions are waiting right now. Please try again in a moment.")


@dataclass(frozen=True, slots=True)
class Reply:
    """A result, and the id by which its reader can judge it (``None``: it was not logged).

    ``explanation`` says what the result rests on, where it was asked for.
    """

    result: Result
    id: str | None
    explanation: Explanation | None = None


class Service:
    """One answerer and one question log for all readers.  Safe to use from several threads."""

    def __init__(self, answerer: Answerer, questions: QuestionLog | None = None) -> None:
        self.answerer = answerer
        self._questions = questions
        self._places = threading.BoundedSemaphore(MAX_AT_ONCE + MAX_WAITING)
        self._turns = threading.BoundedSemaphore(MAX_AT_ONCE)

    def ask(
        self,
        question: str,
        history: Sequence[Turn] = (),
        *,
        top: int | None = None,
        explain: bool = False,
    ) -> Reply:
        """Answer or abstain, and log it.  Errors as ``Answerer.ask``, and ``BusyError``."""
        with self._turn():
            why: Explanation | None = None
            if explain:
                result, why = self.answerer.explain(question, history, top=top)
            else:
                result = self.answerer.ask(question, history, top=top)
        # A broken log is the log's own business: it returns None and the reader gets the answer.
        return Reply(result, self._questions.record(result) if self._questions else None, why)

    def feedback(self, id: str, verdict: Verdict) -> bool:
        """Keep what a reader says of an answer; False where the log does not know the answer."""
        return bool(self._questions and self._questions.feedback(id, verdict))

    def close(self) -> None:
        """Write down what has yet to be written."""
        if self._questions is not None:
            self._questions.close()

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise BusyError
        try:
            if not self._turns.acquire(timeout=MAX_WAIT_S):
                raise BusyError
            try:
                yield
            finally:
                self._turns.release()
        finally:
            self._places.release()
