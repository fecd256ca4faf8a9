"""``footnote coverage``, ``gaps`` and ``check``: what editors should look at, for people and CI."""

import math
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from index.errors import FootnoteError, UsageError
from qa.cli_library import brought_up_to_date
from qa.cli_options import (
    base_url_option,
    chosen_encoder,
    content_argument,
    content_folder,
    library_option,
    log_option,
    model_option,
    options,
    precision_mode_option,
)

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.sync import SyncReport
    from qa.questions import LoggedQuestion, QuestionLogError
    from qa.reports.report import Report, Unread

# As in qa.reports.writing, which is not loaded for --help; a test holds them equal.
FORMATS = ("table", "json", "csv", "xlsx", "html", "junit", "sarif", "markdown")
_STDOUT = Path("-")


def _percentage(context: click.Context, option: click.Parameter, value: float | None) -> Any:
    if value is not None and not (math.isfinite(value) and 0 <= value <= 100):
        raise click.BadParameter(f"{value:g} is not between 0 and 100")
    return value


_report_options = options(
    click.option(
        "--format",
        "form",
        type=click.Choice(FORMATS),
        default="table",
        show_default=True,
        help="How to write the report; html: one file that needs nothing else.",
    ),
    click.option(
        "--output",
        type=click.Path(path_type=Path, allow_dash=True),
        metavar="FILE",
        help="Write here instead of to stdout.",
    ),
    click.option(
        "--fail-under",
        type=float,
        metavar="PERCENT",
        callback=_percentage,
        help="Exit with 1 where the share is below this.",
    ),
    click.option(
        "--baseline",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="Findings that are known: only others fail.",
    ),
    click.option(
        "--update-baseline",
        is_flag=True,
        help="Write what is found now into the baseline, and exit with 0.",
    ),
    log_option,
    model_option,
    precision_mode_option,
    library_option,
    base_url_option,
)


@dataclass(frozen=True)
class _Desired:
    """What the command line asks for, the same for every report."""

    content: Path | None
    form: str
    output: Path | None
    fail_under: float | None
    baseline: Path | None
    update_baseline: bool
    log: str | None
    model: str | None
    precision_mode: str
    library: Path | None
    base_url: str | None


@click.command()
@content_argument
@_report_options
def coverage(**given: Any) -> None:
    """Show which sections the FAQ pairs cover, and which to write a pair for first.

    What readers ask about, by the question log, comes first.
    """
    _report(_Desired(**given), _coverage)


@click.command()
@content_argument
@_report_options
def gaps(**given: Any) -> None:
    """Show the questions in the log that found no answer, grouped, and what each group wants."""
    _report(_Desired(**given), _gaps)


@click.command()
@content_argument
@_report_options
def check(**given: Any) -> None:
    """Show FAQ pairs that are duplicates, contradict one another, or say what no section says.

    And answers whose section changed since they were written.
    """
    _report(_Desired(**given), _check)


@dataclass(frozen=True)
class _Log:
    """The question log as it was read; ``missing`` says that there is none, and where."""

    questions: "tuple[LoggedQuestion, ...]" = ()
    missing: str = ""
    error: "QuestionLogError | None" = None


@dataclass(frozen=True)
class _Read:
    """A library in memory, what readers asked, and how the content is named."""

    library: Path
    encoder: "Encoder"
    articles: Sequence[Any]
    passages: Any
    vectors: Any
    log: _Log
    content: str


def _report(desired: _Desired, build: Callable[[_Read], "Report"]) -> None:
    """Make a report, hold it against limit and baseline, write it, and end with its status."""
    folder = content_folder(desired.content)
    if desired.update_baseline and desired.baseline is None:
        raise click.UsageError("--update-baseline needs --baseline FILE")
    to_stdout = desired.output in (None, _STDOUT)
    if desired.form == "xlsx" and desired.output is None and sys.stdout.isatty():
        raise click.UsageError("xlsx is no text: name a file with --output")
    if desired.output is not None and not to_stdout and not desired.output.parent.is_dir():
        raise UsageError(f"{desired.output.parent} is no folder: the report has nowhere to go")
    from qa import baseline as known_findings

    # What cannot be held against is told before any work is done.
    known = None
    if desired.baseline is not None:
        updating_none = desired.update_baseline and not known_findings.is_there(desired.baseline)
        known = (
            known_findings.Baseline() if updating_none else known_findings.load(desired.baseline)
        )
    from qa.reports.outcome import accepted, held
    from qa.reports.writing import ReportFormat, rendered, write

    encoder = chosen_encoder(desired.model, desired.precision_mode)
    library, synced = brought_up_to_date(folder, desired.library, encoder, desired.base_url)
    report = build(_read(folder, library, encoder, desired.log))
    report = replace(report, unread=_unread(synced))
    name = None if desired.baseline is None else desired.baseline.name
    report = held(report, limit=desired.fail_under, baseline=known, name=name)
    if desired.update_baseline and known is not None and desired.baseline is not None:
        before, updated = report.outcome, accepted(report, known)
        write(desired.baseline, updated.text().encode())
        click.echo(
            f"{desired.baseline}: {before.new} added, {len(before.fixed)} gone, "
            f"{len(updated.titles)} known in all",
            err=True,
        )
        report = held(report, limit=desired.fail_under, baseline=updated, name=name)
    form = ReportFormat(desired.form)
    if form is ReportFormat.TABLE:
        styled = to_stdout and sys.stdout.isatty()
        styled = styled and click.get_current_context().color is not False
        width = shutil.get_terminal_size((80, 24)).columns if to_stdout else 80
    else:
        styled, width = False, 80
    content = rendered(
        report, form, made=datetime.now(UTC), version=_version(), width=width, styled=styled
    )
    if to_stdout:
        _to_stdout(content, text=form is not ReportFormat.XLSX)
    elif desired.output is not None:
        write(desired.output, content)
        click.echo(f"{report.title}: {report.headline} Written to {desired.output}", err=True)
    if report.outcome.failed:
        # A table on the terminal says so itself.
        if not (to_stdout and form is ReportFormat.TABLE):
            click.echo(f"footnote: {report.outcome.why}", err=True)
        sys.exit(1)


def _unread(synced: "SyncReport | None") -> "tuple[Unread, ...]":
    from qa.reports.report import Unread

    if synced is None:
        return ()
    told = zip(synced.failed, synced.failures, strict=True)
    return tuple(
        Unread(error.path, error.line, error.reason + line.removeprefix(str(error)))
        for error, line in told
    )


def _to_stdout(content: bytes, *, text: bool) -> None:
    if text:
        sys.stdout.write(content.decode())
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _read(folder: Path, library: Path, encoder: "Encoder", log: str | None) -> _Read:
    from index.library import Library

    with Library.open(library, read_only=True) as opened, opened.snapshot() as view:
        articles, passages, vectors = tuple(view.articles()), view.passages(), view.vectors()
    return _Read(library, encoder, articles, passages, vectors, _log(library, log), _prefix(folder))


def _log(library: Path, url: str | None) -> _Log:
    """Return the log; one that was named and is not there cannot be read."""
    from qa.questions import QuestionLog, QuestionLogError, log_of

    log = QuestionLog(log_of(library, url))
    try:
        if log.exists():
            return _Log(log.questions())
        missing = f"the question log {log.name} is not there"
        if url:
            raise QuestionLogError(f"{missing}: name the one that the server writes")
        return _Log(missing=missing)
    except QuestionLogError as error:
        return _Log(error=error)


def _prefix(folder: Path) -> str:
    """Return what goes before an article's path so that it can be found from here."""
    try:
        inside = folder.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except ValueError:
        return ""
    return "" if inside == "." else f"{inside}/"


def _asked(read: _Read) -> "tuple[LoggedQuestion, ...]":
    """Return what readers asked, for a report that is as good without: a broken log is told."""
    if read.log.error is not None:
        click.echo(f"footnote: without the question log: {read.log.error}", err=True)
    return read.log.questions


def _coverage(read: _Read) -> "Report":
    from qa.coverage import measure
    from qa.demand import demand
    from qa.reports.build import coverage_report

    measured = measure(read.articles, read.passages, read.vectors, demand=demand(_asked(read)))
    return coverage_report(measured, read.articles, content=read.content)


def _gaps(read: _Read) -> "Report":
    from qa.asking import Asker
    from qa.calibration import correction_of
    from qa.gaps import gaps_of
    from qa.reports.build import gap_report
    from qa.weights import Weights

    if read.log.error is not None:
        raise read.log.error
    weights = Weights.load()
    asker = Asker.of(
        read.articles,
        read.passages,
        read.vectors,
        weights=weights,
        correction=correction_of(read.library, read.encoder.identity, weights),
        languages=read.encoder.languages,
        vocabulary=read.encoder.vocabulary(),
    )
    found = gaps_of(asker, read.encoder, read.log.questions)
    said = f"No reader's question is known: {read.log.missing} yet."
    notes = (said,) if read.log.missing else ()
    return gap_report(found, read.articles, content=read.content, notes=notes)


def _check(read: _Read) -> "Report":
    from index.history import History, HistoryView, history_path
    from qa.checks import check as checked
    from qa.demand import demand
    from qa.reports.build import check_report
    from qa.search import Searcher

    history: HistoryView | None = None
    path = history_path(read.library)
    if path.exists():
        try:
            with History.open(path) as opened:
                history = opened.view()
        except FootnoteError as error:
            click.echo(f"footnote: without what the sections said before: {error}", err=True)
    searcher = Searcher(
        read.articles, read.passages, read.vectors, languages=read.encoder.languages
    )
    found = checked(searcher, history=history, demand=demand(_asked(read)))
    return check_report(found, read.articles, content=read.content)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("footnote")
    except PackageNotFoundError:  # run from a copy that was not installed
        return "0"
