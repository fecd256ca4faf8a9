"""A report on a terminal: a table of the articles, and what to look at next."""

import io
from collections.abc import Iterator
from typing import TYPE_CHECKING

from qa.reports.report import (
    KIND_NAMES,
    Report,
    ReportKind,
    Standing,
    Strip,
    counted,
    one_line,
    percent,
)

if TYPE_CHECKING:
    from rich.console import Console

# So many findings are listed; the other formats have all of them.
LISTED = 20
# Narrower than this, what stands in columns is put in lines.
NARROW = 72
_BAR = 10
_STATES = ("covered", "partly", "uncovered")
_STYLES = {"covered": "green", "partly": "yellow", "uncovered": "red"}


def render(report: Report, *, width: int = 80, styled: bool = False) -> str:
    """Return the report, at most ``width`` columns wide (20 at least), with a line break at its
    end; with ``styled``, in a terminal's colours, which say nothing that the words do not."""
    from rich.console import Console
    from rich.text import Text

    out = io.StringIO()
    console = Console(
        file=out,
        width=max(20, width),
        force_terminal=styled,
        color_system="standard" if styled else None,
        no_color=not styled,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    console.print(Text(report.title, style="bold"))
    console.print(report.headline)
    shown = (f for f in report.figures if f.value or f.name not in KIND_NAMES)
    console.print(", ".join(f"{figure.label}: {figure.value:,}" for figure in shown))
    if report.kind is ReportKind.COVERAGE and report.strips:
        console.print()
        _articles(console, report, narrow=width < NARROW)
    for text, style in _not_told(report):
        console.print(Text(text, style=style), overflow="fold")
    console.print()
    for text, style in _findings(report):
        console.print(Text(text, style=style), overflow="fold")
    for text, style in _outcome(report):
        console.print(Text(text, style=style), overflow="fold")
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()) + "\n"


def _articles(console: "Console", report: Report, *, narrow: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    if narrow:
        for strip in report.strips:
            title = Text(one_line(strip.title), style="bold")
            console.print(title, overflow="fold")
            bar = Text(f"  {_bar(strip.share)} {percent(strip.share)}  ")
            console.print(bar + Text(_states(strip)), overflow="fold")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("article", overflow="fold", ratio=1)
    for name in ("coverage", *_STATES, "asked"):
        table.add_column(name, justify="right" if name != "coverage" else "left", no_wrap=True)
    for strip in report.strips:
        counts = [sum(one.state == state for one in strip.squares) for state in _STATES]
        table.add_row(
            Text(one_line(strip.title)),
            f"{_bar(strip.share)} {percent(strip.share):>6}",
            *(
                Text(str(count) if count else "–", style=_STYLES[state] if count else "dim")
                for state, count in zip(_STATES, counts, strict=True)
            ),
            str(strip.demand) if strip.demand else "–",
        )
    console.print(table)


def _states(strip: Strip) -> str:
    found = [one.state for one in strip.squares]
    said = [f"{found.count(state)} {state}" for state in _STATES if state in found]
    asked = [f"asked {strip.demand}×"] if strip.demand else []
    return ", ".join([*said, *asked])


def _bar(share: float) -> str:
    full = int(share * _BAR + 1e-9)
    return "█" * full + "░" * (_BAR - full)


def _not_told(report: Report) -> Iterator[tuple[str, str]]:
    if report.unread:
        yield "", ""
        yield "Could not be read, and is not in this report", "bold red"
    for one in report.unread[:LISTED]:
        yield f"  {one_line(report.unread_place(one))}: {one_line(one.reason)}", ""
    if (more := len(report.unread) - LISTED) > 0:
        yield f"  … and {more:,} more", ""
    if report.notes:
        yield "", ""
    for note in report.notes:
        yield one_line(note), "yellow"


def _findings(report: Report) -> Iterator[tuple[str, str]]:
    if not report.findings:
        yield "Nothing to look at.", "" if report.unread else "green"
        return
    yield "What to look at first", "bold"
    # What is new concerns whoever made the change: it goes before what weighs more.
    ordered = sorted(report.findings, key=lambda one: report.standing(one) is not Standing.NEW)
    for number, finding in enumerate(ordered[:LISTED], start=1):
        new = " NEW" if report.standing(finding) is Standing.NEW else ""
        asked = f", asked {finding.demand}×" if finding.demand else ""
        kind = f"{KIND_NAMES[finding.kind]}{asked}"
        yield f"{number:>2}.{new} {one_line(finding.title)} ({kind})", "bold" if new else ""
        yield f"    {one_line(finding.reason)}", ""
        if place := report.place(finding):
            yield f"    {one_line(place[0])}:{place[1]}", "cyan"
    if (more := len(report.findings) - LISTED) > 0:
        yield f"… and {more:,} more: --format html or json has them all.", "dim"


def _outcome(report: Report) -> Iterator[tuple[str, str]]:
    outcome = report.outcome
    if outcome.limit is None and outcome.baseline is None and not outcome.failed:
        return
    yield "", ""
    if outcome.baseline is not None:
        known = len(outcome.standing) - outcome.new
        yield f"Baseline {outcome.baseline}: {known:,} known, {outcome.new:,} new.", ""
    for entries, what in ((outcome.fixed, "fixed"), (outcome.better, "better than it was")):
        for entry in entries[:LISTED]:
            yield f"  {what}: {one_line(entry.title)}", "green"
        if len(entries) > LISTED:
            yield f"  … and {counted(len(entries) - LISTED, 'more', 'more')} {what}", "green"
    if outcome.fixed or outcome.better:
        yield "The baseline can shrink: --update-baseline.", ""
    if outcome.failed:
        yield f"Failed: {outcome.why}.", "bold red"
    else:
        yield "Passed.", "green"
