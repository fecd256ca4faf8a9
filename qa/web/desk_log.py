"""The question log as the desk reads it: kept for a few seconds, and read in the background.

A log of tens of thousands of questions takes longer to read than a page may take to open.
"""

import logging
import math
import threading
import time
from collections.abc import Callable

from index.errors import FootnoteError
from qa.questions import LoggedQuestion, QuestionLog
from qa.web.desk_background import BackgroundTask

logger = logging.getLogger("footnote")

LOG_AGE_S = 5.0  # the log is read again when what was read is older


class ReadLog:
    """The questions of a log.  Safe to use from several threads; not from the event loop's."""

    def __init__(
        self, log: QuestionLog | None, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._log = log
        self._now = now
        self._lock = threading.Lock()
        self._questions: tuple[LoggedQuestion, ...] = ()
        self._problem = ""
        self._read_at: float | None = None
        self._ever = False
        self._round = 0  # of ``changed``: what was begun before one is not the newest after it
        self._task: BackgroundTask[None] | None = None

    def questions(self, patience_s: float | None = None) -> tuple[LoggedQuestion, ...]:
        """Return the logged questions, oldest first, at most ``LOG_AGE_S`` old.

        What takes longer to read is there the next time: nobody waits longer than ``patience_s`` (a
        page's moment) after the reading was begun, and what was read before is returned; only the
        first time everybody waits.  Nothing where there is no log.  Where it cannot be read, those
        that could be read before; ``problem`` says so then.
        """
        if self._log is None:
            return ()
        while True:
            with self._lock:
                if self._read_at is not None and self._now() - self._read_at < LOG_AGE_S:
                    return self._questions
                if self._task is None or self._task.ended:
                    self._task = BackgroundTask(
                        "read-log",
                        self._read,
                        failed="the question log cannot be read for the desk",
                        patience_s=patience_s,
                    )
                elif self._ever and not self._task.left_s:
                    return self._questions
                task, ever = self._task, self._ever
            task.wait(None if ever else math.inf)
            if not task.ended:
                with self._lock:
                    return self._questions

    @property
    def problem(self) -> str:
        """Why the log could not be read when it was last tried; "" where it could."""
        with self._lock:
            return self._problem

    def changed(self) -> None:
        """Read the log anew when it is next asked for: an editor has changed it."""
        with self._lock:
            self._round += 1
            self._read_at = None

    def wait(self, timeout_s: float) -> None:
        """Wait until what reads the log has ended."""
        with self._lock:
            task = self._task
        if task is not None:
            task.wait(timeout_s)

    def _read(self) -> None:
        with self._lock:
            begun = self._round
        questions, problem = None, ""
        try:
            questions = self._log.questions() if self._log is not None else ()
        except FootnoteError as error:
            problem = str(error)
            # Once: pages ask every few seconds, and the server's log is no waste bin.
            if problem != self.problem:
                logger.exception("the question log cannot be read for the desk")
        except Exception:  # pages wait for the first reading, and must not for ever
            problem = "the question log cannot be read"
            logger.exception("the question log cannot be read for the desk")
        with self._lock:
            # The same ones stay the same objects: what was made of them need not be made anew.
            if questions is not None and questions != self._questions:
                self._questions = questions
            self._problem = problem
            self._ever = True
            if self._round == begun:
                self._read_at = self._now()
