"""The groups of questions without an answer, kept ready while readers go on asking."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from qa.answer import Answerer
from qa.asking import Asker, encoded, query_vectors
from qa.conversation import COMPARED_WEIGHT, Question
from qa.gaps import Gap, GapReport, find_gaps
from qa.questions import LoggedQuestion
from qa.web.desk_background import BackgroundTask
from qa.web.desk_latest import Now
from qa.wordings import wordings

_BATCH = 64


class QuestionVectors:
    """The vectors of the log's questions, each encoded once.  Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, NDArray[np.float32]] = {}

    def of(
        self, asker: Asker, encoder: Encoder, questions: Sequence[Question]
    ) -> NDArray[np.float32]:
        """Return what ``asker.encode(encoder, questions)`` does."""
        return self.both(asker, encoder, questions)[0]

    def both(
        self, asker: Asker, encoder: Encoder, questions: Sequence[Question]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the vectors that ``find_gaps`` takes; what no question needs is forgotten."""
        texts = [asker.texts(question) for question in questions]
        with self._lock:
            wanted = dict.fromkeys(chain.from_iterable(texts))
            new = [text for text in wanted if text not in self._known]
            for at in range(0, len(new), _BATCH):
                batch = new[at : at + _BATCH]
                self._known.update(zip(batch, encoded(encoder, batch), strict=True))
            if len(self._known) > 2 * len(wanted) + _BATCH:
                self._known = {t: v for t, v in self._known.items() if t in wanted}
            if not texts:
                none = np.zeros((0, encoder.identity.dimension), dtype=np.float32)
                return none, none
            searched = query_vectors(texts, self._known)
            return searched, query_vectors(texts, self._known, weight=COMPARED_WEIGHT)


class KeptGaps:
    """The gaps in the log of a running app.

    To find them takes seconds, and each question of a reader may change them.  So what was found
    last is shown, and found anew in the background where it is not the newest any more.  Safe
    to use from several threads.
    """

    def __init__(
        self,
        answerer: Answerer,
        questions: Callable[[], tuple[LoggedQuestion, ...]],
        vectors: QuestionVectors,
    ) -> None:
        self._answerer = answerer
        self._questions = questions
        self._vectors = vectors
        self._finding = threading.Lock()
        self._lock = threading.Lock()
        self._found: Now[GapReport] | None = None
        self._state: tuple[Asker, tuple[LoggedQuestion, ...]] | None = None
        self._task: BackgroundTask[object] | None = None
        self._handled: dict[str, int] = {}
        self._round = 0

    def latest(self) -> Now[GapReport] | None:
        """Return the gaps found last; where they are not the newest, they are soon.

        None: nobody has looked for them yet, and they are soon.
        """
        with self._lock:
            found, state = self._found, self._state
        if found is None or state is None:
            self.refresh().wait()
            with self._lock:
                found, state = self._found, self._state
        if found is None or state is None:
            return None
        if self._is(state):
            return found
        self.refresh()
        return replace(found, newest=False)

    def knows(self, question: LoggedQuestion) -> bool:
        """Tell whether a question was there, judged as it is, when the gaps were found last."""
        with self._lock:
            state = self._state
        return state is not None and any(
            one.id == question.id and one.review == question.review for one in state[1]
        )

    def newest(self) -> Now[GapReport]:
        """Return the gaps as they are now; it may take seconds."""
        with self._finding:
            state = (self._answerer.asker, self._questions())
            with self._lock:
                if self._found is not None and self._state is not None and self._is(self._state):
                    return self._found
                self._round += 1
                begun = self._round
            asker, questions = state
            asked = wordings(questions)
            encoder = self._answerer.encoder
            vectors, compared = self._vectors.both(asker, encoder, [one.asked for one in asked])
            found = Now(find_gaps(asker, asked, vectors, compared), asker)
            with self._lock:
                self._found, self._state = found, state
                self._handled = {k: when for k, when in self._handled.items() if when >= begun}
            return found

    def refresh(self) -> BackgroundTask[object]:
        """Find the gaps anew in the background, unless something is at it; return what is."""
        with self._lock:
            if self._task is None or self._task.ended:
                self._task = BackgroundTask(
                    "gaps",
                    lambda: self.newest(),
                    failed="the questions without an answer cannot be found",
                )
            return self._task

    def handled(self, key: str) -> None:
        """Leave a gap out that an editor has just dealt with, until the gaps are found anew."""
        with self._lock:
            self._handled[key] = self._round

    def shown(self, found: Now[GapReport]) -> tuple[Gap, ...]:
        """Return the gaps that nobody has just dealt with, in the report's order."""
        with self._lock:
            handled = set(self._handled)
        return tuple(gap for gap in found.value.gaps if gap.key not in handled)

    def wait(self, timeout_s: float) -> None:
        """Wait until what finds the gaps has ended."""
        with self._lock:
            task = self._task
        if task is not None:
            task.wait(timeout_s)

    def _is(self, state: tuple[Asker, tuple[LoggedQuestion, ...]]) -> bool:
        return state[0] is self._answerer.asker and state[1] == self._questions()
