"""What Gradio's queue keeps and counts of every event, made fit for a server that runs for long."""

import sys
from collections.abc import Iterator

import gradio as gr

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
