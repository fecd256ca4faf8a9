"""The command line: ``footnote read``, ``sync``, ``ask`` and ``serve``; others in ``COMMANDS``.

Everything heavy is imported inside the commands: ``footnote --help`` must not wait for a model.
Exit status: 0; 1 when something failed (a line on stderr says what); 2 for a wrong command line.
"""

import gc
import io
import json
import os
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import ReadError, UsageError
from qa.calibrate_cli import calibrate
from qa.cli_library import (
    current,
    progress_shown,
    summary,
    synced,
    tell_calibration,
    tell_empty,
    tell_foreign,
    tell_synced,
)
from qa.cli_options import (
    Group,
    base_url_option,
    chosen_encoder,
    content_argument,
    content_folder,
    content_option,
    library_option,
    log_option,
    model_option,
    options,
    precision_mode_option,
    precision_option,
)
from qa.log_cli import log
from qa.report_cli import check, coverage, gaps
from qa.user_cli import user

if TYPE_CHECKING:
    from index.sync import SyncReport
    from qa.answer import Answerer
    from qa.explanation import Explanation
    from qa.records import Hit, Result

# Commands with a module of their own.  Each imports what is heavy inside its functions.
COMMANDS: tuple[click.Command, ...] = (calibrate, check, coverage, gaps, log, user)


@click.group(
    cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="footnote", prog_name="footnote")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Ask your articles: answers word for word, each with a link to its source.

    CONTENT is the folder of articles; without it, $FOOTNOTE_CONTENT, else ./docs.
    """
    if os.environ.get("NO_COLOR"):  # https://no-color.org: any value but the empty one
        ctx.color = False


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, an article each.")
@base_url_option
def read(paths: tuple[Path, ...], as_json: bool, base_url: str | None) -> None:
    """Read files and folders, and show the sections and FAQ pairs found in them.

    What is missing or cannot be read is named on stderr, and the status is 1; it is 2 when nothing
    of what was named is there.
    """
    from index.readers import find_sources, read_file
    from index.records import article_json
    from qa.terminal import outline

    there = [path for path in paths if path.exists()]
    missing = [f"{path}: there is no such file or folder" for path in paths if path not in there]
    if not there:
        raise UsageError("; ".join(missing))
    for line in missing:
        click.echo(f"footnote: {line}", err=True)
    for path in there:
        if path.is_dir() and not find_sources([path]):
            tell_empty(path)
    failed = bool(missing)
    for path in find_sources(there):
        root = next((p for p in paths if p.is_dir() and path.is_relative_to(p)), None)
        problems: list[ReadError] = []
        try:
            articles = read_file(path, root=root, base_url=base_url, problems=problems)
        except ReadError as error:
            failed = True
            click.echo(str(error), err=True)
            continue
        for problem in problems:
            failed = True
            click.echo(f"{problem} (left out)", err=True)
        for article in articles:
            click.echo(
                json.dumps(article_json(article), ensure_ascii=False)
                if as_json
                else outline(article)
            )
    if failed:
        sys.exit(1)


@cli.command()
@content_argument
@options(model_option, precision_mode_option, library_option, base_url_option)
def sync(
    content: Path | None,
    model: str | None,
    precision_mode: str,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Make the library equal to the content folder; only what changed is read and embedded.

    The library itself is checked first; one that is damaged is reported and left as it is.
    """
    from index.library_place import library_path

    folder, encoder = content_folder(content), chosen_encoder(model, precision_mode)
    report = synced(folder, library, encoder, base_url, verify=True)
    tell_synced(report, folder)
    click.echo(summary(report))
    tell_foreign(report)
    tell_calibration(library or library_path(folder), encoder)
    if report.failed:
        sys.exit(1)


@cli.command()
@click.argument("question", required=False)
@content_option
@click.option(
    "--top", type=click.IntRange(min=1), default=10, show_default=True, help="At most so many hits."
)
@click.option(
    "--json", "as_json", is_flag=True, help="The whole ranking, as one JSON object a line."
)
@click.option(
    "--questions",
    type=click.Path(path_type=Path, allow_dash=True),
    help='Ask every line of a file ("-": stdin), plain or {"id", "text"}; prints JSON Lines.',
)
@click.option("--explain", is_flag=True, help="Say what the answer, or the no, rests on.")
@options(precision_option, model_option, precision_mode_option, library_option, base_url_option)
def ask(
    question: str | None,
    content: Path | None,
    top: int,
    as_json: bool,
    questions: Path | None,
    explain: bool,
    precision: float | None,
    model: str | None,
    precision_mode: str,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Answer a question from the articles, or say that they do not answer it."""
    if (question is None) == (questions is None):
        raise click.UsageError("give one question, or --questions FILE")
    encoder = chosen_encoder(model, precision_mode)
    encoder.prepare()  # beside the imports and the sync that follow

    from qa import explanation_text
    from qa.answer import Answerer, clean
    from qa.calibration import correction_of
    from qa.confidence import least_confidence
    from qa.explanation import to_json as explanation_json
    from qa.question_file import read_questions
    from qa.records import to_json
    from qa.terminal import readable
    from qa.weights import Weights

    # What cannot be asked or promised is told before any work is done.
    asked: list[tuple[str | int | None, str]]
    asked = [*read_questions(questions)] if questions else [(None, clean(question or ""))]
    folder, weights = content_folder(content), Weights.load()
    least_confidence(weights, encoder.identity, precision=precision)
    path = current(folder, library, encoder, base_url)
    correction = correction_of(path, encoder.identity, weights)
    answerer = Answerer(path, encoder, precision=precision, correction=correction)
    texts = [text for _, text in asked]
    results: Iterator[tuple[Result, Explanation | None]]
    if explain:
        results = (answerer.explain(text, top=top) for text in texts)
    else:
        results = ((result, None) for result in answerer.ask_many(texts, top=top))
    where = partial(_where, answerer, folder)
    for (id, _), (result, why) in zip(asked, results, strict=True):
        if as_json or questions is not None:
            explained = None if why is None else explanation_json(why)
            click.echo(json.dumps(to_json(result, id=id, explain=explained), ensure_ascii=False))
        else:
            click.echo(readable(result, where, styled=_styled(), most=top))
            if why is not None:
                click.echo(f"\n{explanation_text.readable(result, why)}")


@cli.command()
@content_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True)
@click.option(
    "--keep-days",
    type=click.IntRange(1, 36_500),
    default=180,
    show_default=True,
    metavar="DAYS",
    envvar="FOOTNOTE_KEEP_DAYS",
    help="Delete questions from the question log when they are older.",
)
@click.option(
    "--no-log", is_flag=True, envvar="FOOTNOTE_NO_LOG", help="Write no question down, anywhere."
)
@click.option(
    "--max-waiting",
    type=click.IntRange(0, 100_000),
    metavar="N",
    envvar="FOOTNOTE_MAX_WAITING",
    help="How many questions may wait for their turn; who asks then is told to try again in a "
    "moment. Default: 128 for each core.",
)
@options(
    log_option,
    precision_option,
    model_option,
    precision_mode_option,
    library_option,
    base_url_option,
)
def serve(
    content: Path | None,
    host: str,
    port: int,
    keep_days: int,
    no_log: bool,
    max_waiting: int | None,
    log: str | None,
    precision: float | None,
    model: str | None,
    precision_mode: str,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Serve the chat, the article pages and the JSON interface; follows edits of the content."""
    folder = content_folder(content)
    encoder = chosen_encoder(model, precision_mode)
    encoder.prepare()  # while Gradio is imported, which takes longer than all else

    from qa.web.app import serve as run

    def told(report: "SyncReport") -> None:
        tell_synced(report, folder)
        click.echo(summary(report))
        tell_foreign(report)

    with progress_shown() as progress:
        run(
            folder,
            host=host,
            port=port,
            library=library,
            encoder=encoder,
            base_url=base_url,
            precision=precision,
            log=log,
            keep_days=keep_days,
            no_log=no_log,
            max_waiting=max_waiting,
            progress=progress,
            on_synced=told,
            on_ready=lambda address: click.echo(f"Footnote is ready: {address} (Ctrl+C ends)"),
        )
    # The program ends here.  To look through all of Gradio's objects for what could be freed first
    # takes longer than to end the server.
    gc.freeze()


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # Articles hold every script; a terminal that cannot show one must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli(prog_name="footnote")


def _styled() -> bool:
    """Tell whether styles will be seen: on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and click.get_current_context().color is not False


def _where(answerer: "Answerer", folder: Path, hit: "Hit") -> str:
    """Return where a hit stands, for a person: its public address, else file and line."""
    return hit.public_url or f"{folder / answerer.article(hit.article).path}:{hit.line}"
