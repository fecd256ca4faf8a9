"""What the desk's tabs and pages share: the library, the log, and the reports on them."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

from index.errors import FootnoteError, UsageError
from index.history import History, HistoryView
from qa.answer import Answerer
from qa.asking import Asker
from qa.checks import CheckReport, check
from qa.coverage import CoverageReport, measure
from qa.demand import demand
from qa.findings import Finding, by_weight
from qa.gaps import GapReport
from qa.questions import LoggedQuestion, QuestionLog
from qa.snapshots import Snapshots
from qa.web.desk_edits import Edits
from qa.web.desk_gaps import KeptGaps, QuestionVectors
from qa.web.desk_imports import Uploaded
from qa.web.desk_journal import Journal
from qa.web.desk_latest import Drawn, Latest, Made, Now
from qa.web.desk_log import ReadLog
from qa.web.desk_pending import PendingItems
from qa.web.desk_previews import Preview
from qa.web.service import Service
from qa.web.watch import SyncState, SyncUnderWay

logger = logging.getLogger("footnote")

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class FindingsNow:
    """What there is to do, as far as it is known, the weightiest first.

    ``waits``: some of it is still worked out for the first time; ``newest``: the rest is about the
    library as it is.
    """

    findings: tuple[Finding, ...]
    waits: bool
    newest: bool


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
        journal: Journal | None = None,
        sync: Callable[[], object] | None = None,
        sync_state: Callable[[], SyncState] = SyncState,
        under_way: Callable[[], SyncUnderWay | None] = lambda: None,
        site: str = "Footnote",
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """``content`` is the folder that what is accepted is written into.

        ``history`` is the file of what sections said before (``index.history``), ``snapshots`` are
        what the trend is drawn from, ``journal`` keeps what editors did; ``sync`` brings library
        and answerer up to date, ``sync_state`` tells how that went last, and ``under_way`` how far
        a sync of the folder is.
        """
        self.service = service
        self.content = content
        self.log = log
        self.history = history
        self.snapshots = snapshots
        self.sync_state = sync_state
        self.under_way = under_way
        self.site = site
        self._read = ReadLog(log, now=now)
        vectors = QuestionVectors()
        self.edits = Edits(
            content,
            service.answerer,
            log,
            vectors,
            mark=self.mark,
            dismiss=self.dismiss,
            sync=sync,
            journal=journal,
        )
        self.gaps = KeptGaps(service.answerer, self.questions, vectors)
        self.imports: PendingItems[Uploaded] = PendingItems()
        self.previews: PendingItems[Preview] = PendingItems()
        self._marks = 0
        self._coverage = Latest("coverage", lambda: self.answerer.asker, self._measured)
        self._checks = Latest("checks", lambda: (self.answerer.asker, self._marks), self._checked)
        self._kept: dict[str, Made[Any]] = {}
        self._drawn: dict[str, Drawn] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def answerer(self) -> Answerer:
        """What answers the readers."""
        return self.service.answerer

    def questions(self) -> tuple[LoggedQuestion, ...]:
        """Return the logged questions, oldest first, as ``ReadLog.questions`` does."""
        return self._read.questions()

    @property
    def log_problem(self) -> str:
        """Why the log could not be read when it was last tried; "" where it could."""
        return self._read.problem

    def changed(self) -> None:
        """Read the log anew when it is next asked for: an editor has changed it."""
        self._read.changed()

    def demand(self) -> Mapping[tuple[str, str], int]:
        """Return how many logged questions had each pair or section as first hit."""
        questions = self.questions()
        return self.computed("demand", questions, lambda: demand(questions))

    def coverage(self) -> CoverageReport:
        """Return the coverage of the library as it is now, with the readers' demand."""
        return self._with_demand(self._measured()[1])

    def checks(self) -> CheckReport:
        """Return what is wrong with the pairs of the library as it is now."""
        return self._asked_checks(self._checked()[1])

    def coverage_now(self) -> Now[CoverageReport] | None:
        """Return the coverage as it was measured last; None where that is still to be done.

        A page asks for this, and nobody waits for what a large library takes.
        """
        made, newest = self._coverage.get()
        if made is None:
            return None
        return Now(self._with_demand(made[1]), made[0], newest)

    def checks_now(self) -> Now[CheckReport] | None:
        """Return what was found wrong with the pairs last, as ``coverage_now`` does."""
        made, newest = self._checks.get()
        if made is None:
            return None
        return Now(self._asked_checks(made[1]), made[0], newest)

    def findings(self) -> tuple[Finding, ...]:
        """Return everything that there is to do, the weightiest first; it may take minutes."""
        return self._together(self.coverage(), self.checks(), self.gaps.newest())

    def findings_now(self) -> FindingsNow:
        """Return what there is to do as far as it is known."""
        self._coverage.begin()
        self._checks.begin()
        gaps = self.gaps.latest()
        coverage, checks = self.coverage_now(), self.checks_now()
        found = self._together(
            coverage.value if coverage else None, checks.value if checks else None, gaps
        )
        parts = (coverage, checks, gaps)
        return FindingsNow(
            found,
            waits=any(part is None for part in parts),
            newest=all(part is None or part.newest for part in parts),
        )

    def _together(
        self,
        coverage: CoverageReport | None,
        checks: CheckReport | None,
        gaps: Now[GapReport] | None,
    ) -> tuple[Finding, ...]:
        asked: list[Finding] = []
        if gaps is not None:
            open_gaps = {gap.key for gap in self.gaps.shown(gaps)}
            asked = [one for one in gaps.value.findings() if one.key in open_gaps]
        return by_weight(
            (
                *(coverage.findings() if coverage else ()),
                *(checks.findings() if checks else ()),
                *asked,
            )
        )

    def _measured(self) -> tuple[Asker, CoverageReport]:
        asker = self.answerer.asker
        # Questions come all the time; what they change is less than a thousandth of the work.
        return self.computed("measured", asker, lambda: (asker, measure(asker.searcher)))

    def _with_demand(self, measured: CoverageReport) -> CoverageReport:
        asked = self.demand()
        return self.computed("coverage", (measured, asked), lambda: _asked_about(measured, asked))

    def _checked(self) -> tuple[Asker, CheckReport]:
        asker = self.answerer.asker
        history = self.computed("history", (asker, self._marks), self._history)
        return self.computed(
            "checked",
            (asker, history),
            lambda: (asker, check(asker.searcher, history=history)),
        )

    def _asked_checks(self, checked: CheckReport) -> CheckReport:
        asked = self.demand()
        return self.computed("checks", (checked, asked), lambda: replace(checked, demand=asked))

    def mark(self, article: str, pair: str, right: bool) -> None:
        """Note that an editor finds a stale answer still right, or take that back.

        Raises UsageError for a pair that the history does not know, LibraryError where it cannot be
        written.
        """
        with self._noting("what the sections said before") as history:
            if right:
                history.mark(article, pair, at=datetime.now(UTC))
            else:
                history.unmark(article, pair)

    def dismiss(self, key: str, digest: str, dismissed: bool) -> None:
        """Note that an editor calls a finding no mistake, or take that back.

        ``digest`` as ``CheckReport.digest``.  Raises UsageError where no history is kept,
        LibraryError where it cannot be written.
        """
        with self._noting("what editors set aside") as history:
            if dismissed:
                history.dismiss(key, digest, at=datetime.now(UTC))
            else:
                history.undismiss(key)

    @contextmanager
    def _noting(self, what: str) -> Iterator[History]:
        """Lend the history for a note of an editor's, by which the checks change."""
        if self.history is None:
            raise UsageError(f"{what} is not kept here")
        with History.open(self.history) as history:
            yield history
        with self._lock:
            self._marks += 1

    def prepare(self) -> None:
        """Compute what the desk's pages show, so that nobody has to wait for it."""
        self.findings()

    def _history(self) -> HistoryView:
        if self.history is None or not self.history.exists():
            return HistoryView()
        try:
            with History.open(self.history) as history:
                return history.view()
        except FootnoteError:
            logger.exception("what the sections said before cannot be read for the desk")
            return HistoryView()

    def drawn(self, name: str, state: object, make: Callable[[], T]) -> T | None:
        """Return what ``make`` makes of ``state``; None where that takes longer than a page waits.

        Then it is there soon.  One value a name is kept.
        """
        with self._lock:
            drawn = self._drawn.get(name)
            if drawn is None or drawn.state != state or drawn.failed:
                drawn = self._drawn[name] = Drawn(state, make)
        return cast("T | None", drawn.get())

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
                kept = Made(state, make())
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
