"""What the desk's tabs and pages share: the library, the log, and the reports on them."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

from index.errors import FootnoteError
from qa.answer import Answerer
from qa.checks import CheckReport, check
from qa.coverage import CoverageReport, measure
from qa.demand import demand
from qa.findings import Finding, by_weight
from qa.questions import LoggedQuestion, QuestionLog
from qa.web.service import Service

logger = logging.getLogger("footnote")

T = TypeVar("T")
LOG_AGE_S = 5.0  # the log is read again when what was read is older


@dataclass(frozen=True, slots=True)
class _Kept:
    state: object
    value: Any


class Desk:
    """The library, the log, and the reports on them, each computed once for a state of both.

    What has to be computed is computed in the thread that asks, which must not be the event loop's;
    who asks for the same meanwhile waits for it.  Safe to use from several threads.
    """

    def __init__(
        self,
        service: Service,
        *,
        content: Path,
        log: QuestionLog | None = None,
        site: str = "Footnote",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``content`` is the folder that what is accepted is written into."""
        self.service = service
        self.content = content
        self.log = log
        self.site = site
        self._now = now
        self._kept: dict[str, _Kept] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()
        self._read_at: float | None = None
        self._questions: tuple[LoggedQuestion, ...] = ()

    @property
    def answerer(self) -> Answerer:
        """What answers the readers."""
        return self.service.answerer

    def questions(self) -> tuple[LoggedQuestion, ...]:
        """Return the logged questions, oldest first, at most ``LOG_AGE_S`` old.

        None where there is no log or it cannot be read; the reason is for the server's log.
        """
        if self.log is None:
            return ()
        with self._lock:
            if self._read_at is None or self._now() - self._read_at >= LOG_AGE_S:
                try:
                    self._questions = self.log.questions()
                except FootnoteError:
                    logger.exception("the question log cannot be read for the desk")
                self._read_at = self._now()
            return self._questions

    def changed(self) -> None:
        """Read the log anew when it is next asked for: an editor has changed it."""
        with self._lock:
            self._read_at = None

    def demand(self) -> Mapping[tuple[str, str], int]:
        """Return how many logged questions had each pair or section as first hit."""
        questions = self.questions()
        return self.computed("demand", questions, lambda: demand(questions))

    def coverage(self) -> CoverageReport:
        """Return the coverage of the library as it is now, with the readers' demand."""
        searcher, asked = self.answerer.searcher, self.demand()
        return self.computed(
            "coverage", (searcher, sorted(asked.items())), lambda: measure(searcher, demand=asked)
        )

    def checks(self) -> CheckReport:
        """Return the duplicates, conflicts and unsupported answers of the library as it is now."""
        searcher, asked = self.answerer.searcher, dict(self.demand())
        return self.computed(
            "checks", (searcher, sorted(asked.items())), lambda: check(searcher, demand=asked)
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return everything that there is to do, the weightiest first."""
        return by_weight((*self.coverage().findings(), *self.checks().findings()))

    def computed(self, name: str, state: object, make: Callable[[], T]) -> T:
        """Return what ``make`` makes of ``state``; made anew where the state is another one.

        One value a name is kept.  States are compared with ``==``; searchers are equal to
        themselves only.
        """
        with self._lock:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            kept = self._kept.get(name)
            if kept is None or kept.state != state:
                kept = _Kept(state, make())
                self._kept[name] = kept
            return cast(T, kept.value)
