"""``footnote log``: what readers asked, as a file; and deleting it."""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import UsageError
from qa.cli_options import content_argument, content_folder, library_option, log_option, options

if TYPE_CHECKING:
    from qa.questions import QuestionLog


@click.group()
def log() -> None:
    """Export the question log, or delete questions from it."""


@log.command()
@content_argument
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "xlsx"]),
    default="json",
    show_default=True,
    help="json has all hits; in csv and xlsx no cell is a formula.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write here instead of to stdout.",
)
@options(log_option, library_option)
def export(
    content: Path | None, form: str, output: Path | None, log: str | None, library: Path | None
) -> None:
    """Write all questions, oldest first, with what became of them."""
    from qa.question_export import exported
    from qa.sheets import SheetFormat

    with _log(content, log, library) as opened:
        logged = opened.questions()
    file = exported(logged, SheetFormat(form))
    if output is None:
        sys.stdout.buffer.write(file)
        return
    try:
        output.write_bytes(file)
    except OSError as error:
        raise UsageError(f"{output}: cannot be written: {error.strerror or error}") from error
    click.echo(f"{_questions(len(logged))} written to {output}", err=True)


@log.command()
@content_argument
@click.option(
    "--before",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Questions asked before this day (UTC), as 2026-05-31.",
)
@click.option(
    "--matching",
    metavar="TEXT",
    help="Questions with this text in them, in what they were asked after, in a comment or in an "
    "editor's reason; in any case.",
)
@click.option("--all", "everything", is_flag=True, help="All questions.")
@click.option("--yes", is_flag=True, help="Do not ask whether to.")
@options(log_option, library_option)
def purge(
    content: Path | None,
    before: datetime | None,
    matching: str | None,
    everything: bool,
    yes: bool,
    log: str | None,
    library: Path | None,
) -> None:
    """Delete questions for good, with their verdicts and comments; asks first."""
    if [before is not None, bool(matching), everything].count(True) != 1:
        raise click.UsageError("give one of --before DATE, --matching TEXT and --all")
    if before is not None:
        before = before.replace(tzinfo=UTC)
    with _log(content, log, library) as opened:
        count = opened.count(before=before, matching=matching, all=everything)
        if not count:
            click.echo(f"no such question in {opened.name}")
            return
        if not yes:
            click.confirm(f"Delete {_questions(count)} from {opened.name} for good?", abort=True)
        deleted = opened.purge(before=before, matching=matching, all=everything)
    click.echo(f"{_questions(deleted)} deleted")


@contextmanager
def _log(content: Path | None, url: str | None, library: Path | None) -> Iterator["QuestionLog"]:
    from index.library_place import library_path
    from qa.questions import QuestionLog, log_of

    # With a log of its own there need be no content here.
    path = Path() if url else library or library_path(content_folder(content))
    with closing(QuestionLog(log_of(path, url))) as opened:
        yield opened


def _questions(count: int) -> str:
    return "1 question" if count == 1 else f"{count} questions"
