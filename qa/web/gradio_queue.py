"""What Gradio's queue keeps and counts of every event, made fit for a server that runs for long."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import gradio as gr

from qa.web.admission import Admission, BusyError

MOST_SESSIONS = 2000  # as many as Gradio keeps messages for
# How often the queue is looked into while it is empty: a reader does not notice the delay, and
# Gradio's thousand times a second take a twentieth of a core from those who are being answered.
LOOKS_EVERY_S = 0.01
PROGRESS_EVERY_S = 0.25  # nothing here reports any


class _Pending(dict[str, set[str]]):
    """The events under way, by session; a session that has none is forgotten in time.

    Gradio keeps an empty set for every session that there has ever been.
    """

    def __setitem__(self, session: str, events: set[str]) -> None:
        if len(self) >= MOST_SESSIONS:
            for idle in list(self._idle()):
                del self[idle]
        super().__setitem__(session, events)

    def _idle(self) -> Iterator[str]:
        return (session for session, events in self.items() if not events)


def lighten(blocks: gr.Blocks) -> None:
    """Have the queue of ``blocks`` forget sessions, keep no statistics and rest; after ``queue()``.

    After each event Gradio sums up the times of its last 10,000 ones with pandas, for a page that
    nobody can reach here.
    """
    queue = blocks._queue
    queue.pending_event_ids_session = _Pending()
    queue.sleep_when_free = LOOKS_EVERY_S
    queue.progress_update_sleep_when_free = PROGRESS_EVERY_S
    queue.ANALYTICS_MAX_EVENTS = 1
    queue.ANAYLTICS_CACHE_FREQUENCY = sys.maxsize


class Entrance:
    """Counts the chat's questions, from the request that brings one to its answer.

    ``Admission`` knows nothing of those that Gradio has not begun with.  In the event loop only.
    """

    def __init__(self, blocks: gr.Blocks, admission: Admission) -> None:
        self._queue = blocks._queue
        self._admission = admission
        self._coming = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Hold a place until Gradio has the question.  Raises ``BusyError`` where there is none."""
        if len(self._queue.event_ids_to_events) + self._coming >= self._admission.places:
            raise BusyError(self._admission.retry_after_s)
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1
