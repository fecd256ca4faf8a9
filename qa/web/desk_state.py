"""What the desk's tabs and pages share: the library, the log, and the reports on them."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from index.errors import FootnoteError, UsageError
from index.history import History, HistoryView
from qa.answer import Answerer
from qa.checks import CheckReport, check
from qa.coverage import CoverageReport, measure
from qa.demand import demand
from qa.findings import Finding, by_weight
from qa.questions import LoggedQuestion, QuestionLog
from qa.snapshots import Snapshots
from qa.web.desk_edits import Edits
from qa.web.desk_gaps import KeptGaps, QuestionVectors
from qa.web.desk_imports import Imports
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
        history: Path | None = None,
        snapshots: Snapshots | None = None,
        sync: Callable[[], object] | None = None,
        site: str = "Footnote",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``content`` is the folder that what is accepted is written into.

        ``history`` is the file of what sections said before (``index.history``), ``snapshots`` are
        what the trend is drawn from; ``sync`` brings library and answerer up to date.
        """
        self.service = service
        self.content = content
        self.log = log
        self.history = history
        self.snapshots = snapshots
        self.site = site
        vectors = QuestionVectors()
        self.edits = Edits(content, service.answerer, log, vectors, mark=self.mark, sync=sync)
        self.gaps = KeptGaps(service.answerer, self.questions, vectors)
        self.imports = Imports()
        self._marks = 0
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
        # Questions come all the time; what they change is less than a thousandth of the work.
        measured = self.computed("measured", searcher, lambda: measure(searcher))
        return self.computed("coverage", (measured, asked), lambda: _asked_about(measured, asked))

    def checks(self) -> CheckReport:
        """Return what is wrong with the pairs of the library as it is now."""
        searcher, asked = self.answerer.searcher, self.demand()
        history = self.computed("history", (searcher, self._marks), self._history)
        checked = self.computed(
            "checked", (searcher, history), lambda: check(searcher, history=history)
        )
        return self.computed("checks", (checked, asked), lambda: replace(checked, demand=asked))

    def findings(self) -> tuple[Finding, ...]:
        """Return everything that there is to do, the weightiest first."""
        gaps = self.gaps.latest()
        open_gaps = {gap.key for gap in self.gaps.shown(gaps)}
        asked = [one for one in gaps.report.findings() if one.key in open_gaps]
        return by_weight((*self.coverage().findings(), *self.checks().findings(), *asked))

    def mark(self, article: str, pair: str, right: bool) -> None:
        """Note that an editor finds a stale answer still right, or take that back.

        Raises UsageError for a pair that the history does not know, LibraryError where it cannot be
        written.
        """
        if self.history is None:
            raise UsageError("what the sections said before is not kept here")
        with History.open(self.history) as history:
            if right:
                history.mark(article, pair, at=datetime.now(UTC))
            else:
                history.unmark(article, pair)
        with self._lock:
            self._marks += 1

    def prepare(self) -> None:
        """Compute what the desk's pages show, so that nobody has to wait for it."""
        self.coverage()
        self.checks()
        self.gaps.newest()

    def _history(self) -> HistoryView:
        if self.history is None or not self.history.exists():
            return HistoryView()
        try:
            with History.open(self.history) as history:
                return history.view()
        except FootnoteError:
            logger.exception("what the sections said before cannot be read for the desk")
            return HistoryView()

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


def _asked_about(measured: CoverageReport, demand: Mapping[tuple[str, str], int]) -> CoverageReport:
    """Return a measured coverage with how many questions came to each section first."""
    return replace(
        measured,
        articles=tuple(
            replace(
                article,
                sections=tuple(
                    replace(one, demand=demand.get((one.article, one.id), 0))
                    for one in article.sections
                ),
            )
            for article in measured.articles
        ),
    )
