"""The tab "Trend": coverage, and the share of questions answered, over time."""

import io
import logging
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from markupsafe import Markup

from index.errors import FootnoteError
from qa.snapshots import Snapshot, Week, merged, snapshot_of, weeks_of
from qa.web.desk_coverage import coverage_message
from qa.web.desk_export_links import export_links
from qa.web.desk_heat_map import DRAWING, inline_svg
from qa.web.desk_html import Opened, area, shown, table, waits
from qa.web.desk_state import Desk

logger = logging.getLogger("footnote")

LISTED = 30  # snapshots
_SIZE = (5.2, 2.9)  # inches; on a phone it is shrunk to two thirds, and can still be read
_COVERAGE, _ANSWERED = "#1b7f6b", "#b5651d"


def build(desk: Desk) -> list[Opened]:
    """Put the tab's components where they are wanted."""
    return [(area(), lambda: shown(trend_message(desk)))]


def snapshots_of(desk: Desk) -> tuple[Snapshot, ...]:
    """Return the snapshots, oldest first; none where they cannot be read."""
    if desk.snapshots is None:
        return ()
    try:
        return desk.snapshots.snapshots()
    except FootnoteError:
        logger.exception("the trend cannot be read for the desk")
        return ()


def weeks(desk: Desk) -> tuple[Week, ...]:
    """Return the weeks in which something was asked, kept ones and those of the log, in order."""
    kept: tuple[Week, ...] = ()
    if desk.snapshots is not None:
        try:
            kept = desk.snapshots.weeks()
        except FootnoteError:
            logger.exception("the trend cannot be read for the desk")
    return merged(kept, weeks_of(desk.questions()))


def trend_message(desk: Desk) -> Markup:
    """Return the chart, and the snapshots as a table, the latest first."""
    kept, asked = snapshots_of(desk), weeks(desk)
    if not kept and not asked:
        return Markup(
            "<p>Nothing to draw yet: a point is added when a sync has changed something.</p>"
        )
    today = datetime.now(UTC).date()
    drawn = desk.drawn("trend", (kept, asked, today), lambda: chart(kept, asked, today=today))
    rows = [
        (
            one.at.strftime("%Y-%m-%d %H:%M"),
            f"{one.share:.0%}",
            str(one.covered),
            str(one.partly),
            str(one.uncovered),
            str(one.pairs),
        )
        for one in reversed(kept[-LISTED:])
    ]
    head = ("Sync (UTC)", "Coverage", "Covered", "Partly", "Uncovered", "Pairs")
    by_week = [
        (one.monday.isoformat(), str(one.asked), str(one.answered), f"{one.share:.0%}")
        for one in reversed(asked[-LISTED:])
    ]
    return Markup(
        '<figure class="desk-map desk-trend">{}<figcaption>Coverage after each sync that changed '
        "something (line with steps), and the share of the questions of a week that got an answer "
        "(points). Off-topic questions are among them.</figcaption></figure>"
        "<h2>Coverage</h2>{}{}<h2>Questions by week</h2>{}{}"
    ).format(
        waits("The chart is being drawn.") if drawn is None else drawn,
        export_links("trend"),
        table(head, rows) if rows else Markup("<p>None yet.</p>"),
        export_links("answered"),
        table(("Week from", "Asked", "Answered", "Share"), by_week)
        if by_week
        else Markup("<p>None yet.</p>"),
    )


def middle_of(week: Week, *, today: date) -> datetime:
    """Return the middle of a week (UTC); of one that is not over on ``today``, of its days before.

    So no point stands in the future.
    """
    monday = datetime(week.monday.year, week.monday.month, week.monday.day, tzinfo=UTC)
    days = min(7, max(0, (today - week.monday).days))
    return monday + timedelta(days=days / 2)


def chart(kept: Sequence[Snapshot], asked: Sequence[Week], *, today: date) -> Markup:
    """Return coverage and the share answered as one chart, inline SVG.

    A week's point stands in its middle (``middle_of``); the last coverage is drawn on to the last
    point.
    """
    import matplotlib.dates
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    dates: Any = matplotlib.dates  # it has no types
    middles = [middle_of(one, today=today) for one in asked]
    times = [*(one.at for one in kept), *middles]
    figure = Figure(figsize=_SIZE, layout="constrained")
    axes = figure.add_subplot()
    if kept:
        end = max(times)
        steps = [*kept, *([kept[-1]] if end > kept[-1].at else [])]
        at = [one.at for one in kept] + ([end] if len(steps) > len(kept) else [])
        axes.plot(
            dates.date2num(at),
            [100 * one.share for one in steps],
            drawstyle="steps-post",
            color=_COVERAGE,
            linewidth=2,
            marker="s",
            markersize=4,
            label="coverage",
            markevery=range(len(kept)),
        )
    if asked:
        axes.plot(
            dates.date2num(middles),
            [100 * one.share for one in asked],
            color=_ANSWERED,
            linewidth=1.2,
            linestyle=":",
            marker="o",
            markersize=6,
            label="answered",
        )
    axes.set_ylim(0, 105)
    locator = dates.AutoDateLocator(minticks=3, maxticks=7)
    axes.xaxis_date()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    axes.yaxis.set_major_formatter(PercentFormatter(decimals=0))
    axes.grid(axis="y", alpha=0.3)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower left", frameon=False)
    drawn = io.StringIO()
    with DRAWING, matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "footnote"}):
        figure.savefig(drawn, format="svg", transparent=True, metadata={"Date": None})
    return inline_svg(drawn.getvalue())


class TrendKeeper:
    """Keeps a snapshot whenever ``changed`` is called, in a thread of its own.

    What comes while one is being made makes another one after it.  On the way the desk's reports
    are computed, so that the first editor to look need not wait for them.
    """

    def __init__(self, desk: Desk, *, wanted: Callable[[], bool] = lambda: True) -> None:
        """``wanted`` tells whether anybody can look at the desk; without it nothing is done."""
        self._desk = desk
        self._wanted = wanted
        self._lock = threading.Lock()
        self._again = False
        self._stopped = False
        self._thread: threading.Thread | None = None

    def changed(self) -> None:
        """Say that the library is another one, or that the desk has its first user.

        Returns at once.
        """
        try:
            if not self._wanted():
                return
        except FootnoteError:
            logger.exception("the desk's users cannot be read")
            return
        with self._lock:
            if self._stopped:
                return
            self._again = True
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="footnote-trend", daemon=True
                )
                self._thread.start()

    def stop(self, timeout_s: float = 5.0) -> None:
        """Begin nothing more, and wait for what is under way."""
        with self._lock:
            self._stopped, self._again = True, False
        self.wait(timeout_s)

    def wait(self, timeout_s: float) -> None:
        """Wait until there is nothing to be done."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join(timeout_s)

    def _run(self) -> None:
        while True:
            with self._lock:
                if not self._again:
                    self._thread = None
                    return
                self._again = False
            try:
                keep(self._desk, at=datetime.now(UTC))
                self._desk.prepare()
                coverage_message(self._desk, 1)  # which keep what they have drawn
                trend_message(self._desk)
            except Exception:  # nothing of this may end the thread: the next sync comes
                logger.exception("the desk's reports could not be made after a sync")


def keep(desk: Desk, *, at: datetime) -> None:
    """Keep a snapshot of the library and the log as they are; what cannot be kept is logged."""
    if desk.snapshots is None:
        return
    generation = desk.answerer.generation
    snapshot = snapshot_of(desk.coverage(), generation=generation, at=at)
    try:
        desk.snapshots.keep(snapshot, weeks_of(desk.questions()))
    except FootnoteError as error:
        logger.warning("%s", error)
