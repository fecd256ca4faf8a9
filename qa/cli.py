"""The command line: ``footnote read``, ``sync``, ``ask``, ``serve`` and ``calibrate``.

Everything heavy is imported inside the commands: ``footnote --help`` must not wait for a model.
Exit status: 0; 1 when something failed (a line on stderr says what); 2 for a wrong command line.
"""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from index.errors import FootnoteError, LibraryLocked, ReadError, UsageError

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.sync import Progress, SyncReport
    from qa.answer import Answerer
    from qa.explanation import Explanation
    from qa.records import Hit, Result

DEFAULT_CONTENT = "docs"
# An edit or two make no difference to how far confidences are off.
_STALE_SHARE = 0.1


class _Failure(click.ClickException):
    """One line on stderr."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"footnote: {' '.join(self.format_message().split())}", err=True)


class _UsageFailure(_Failure):
    exit_code = 2


class _Group(click.Group):
    """Turns our own errors into a line on stderr and an exit status."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except FootnoteError as error:
            failure = _UsageFailure if isinstance(error, UsageError) else _Failure
            raise failure(str(error)) from error

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            if " " not in args[0]:  # no command has a space, nearly every question has one
                raise
            hint = f'{error.message} Did you mean: footnote ask "{args[0]}"'
            raise click.UsageError(hint, ctx) from error


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


_model = click.option(
    "--model",
    metavar="NAME_OR_PATH",
    envvar="FOOTNOTE_MODEL",
    help="Sentence Transformers model; default: $FOOTNOTE_MODEL, else the built-in one.",
)
_library = click.option(
    "--library",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The library file; default: CONTENT/.footnote/library.sqlite.",
)
_base_url = click.option(
    "--base-url",
    metavar="URL",
    envvar="FOOTNOTE_BASE_URL",
    help="Where the content folder is published; remembered with the library.",
)
_precision = click.option(
    "--precision",
    type=float,
    metavar="SHARE",
    envvar="FOOTNOTE_PRECISION",
    help="Answer only where at least this share of answers is expected to be right, as 0.9.",
)
_content_argument = click.argument(
    "content", type=click.Path(path_type=Path), required=False, metavar="[CONTENT]"
)


@click.group(
    cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
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
@_base_url
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
            _tell_empty(path)
    failed = bool(missing)
    for path in find_sources(there):
        root = next((p for p in paths if p.is_dir() and path.is_relative_to(p)), None)
        try:
            articles = read_file(path, root=root, base_url=base_url)
        except ReadError as error:
            failed = True
            click.echo(str(error), err=True)
            continue
        for article in articles:
            click.echo(
                json.dumps(article_json(article), ensure_ascii=False)
                if as_json
                else outline(article)
            )
    if failed:
        sys.exit(1)


@cli.command()
@_content_argument
@_options(_model, _library, _base_url)
def sync(
    content: Path | None, model: str | None, library: Path | None, base_url: str | None
) -> None:
    """Make the library equal to the content folder; only what changed is read and embedded.

    The library itself is checked first; one that is damaged is reported and left as it is.
    """
    from index.encoder import load_encoder
    from index.sync import library_path

    folder, encoder = _content(content), load_encoder(model)
    report = _synced(folder, library, encoder, base_url, verify=True)
    _tell(report, folder)
    click.echo(_summary(report))
    _tell_foreign(report)
    _tell_calibration(library or library_path(folder), encoder)
    if report.failed:
        sys.exit(1)


@cli.command()
@click.argument("question", required=False)
@click.option(
    "--content",
    type=click.Path(path_type=Path),
    help=f"The folder of articles; default: $FOOTNOTE_CONTENT, else ./{DEFAULT_CONTENT}.",
)
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
@_options(_precision, _model, _library, _base_url)
def ask(
    question: str | None,
    content: Path | None,
    top: int,
    as_json: bool,
    questions: Path | None,
    explain: bool,
    precision: float | None,
    model: str | None,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Answer a question from the articles, or say that they do not answer it."""
    if (question is None) == (questions is None):
        raise click.UsageError("give one question, or --questions FILE")
    from index.encoder import load_encoder
    from qa import explanation_text
    from qa.answer import Answerer, clean, least_confidence
    from qa.calibration import correction_of
    from qa.explanation import to_json as explanation_json
    from qa.question_file import read_questions
    from qa.records import to_json
    from qa.terminal import readable
    from qa.weights import Weights

    # What cannot be asked or promised is told before any work is done.
    asked: list[tuple[str | int | None, str]]
    asked = [*read_questions(questions)] if questions else [(None, clean(question or ""))]
    folder, encoder, weights = _content(content), load_encoder(model), Weights.load()
    least_confidence(weights, encoder.identity, precision=precision)
    path = _current(folder, library, encoder, base_url)
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
@_content_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True)
@_options(_precision, _model, _library, _base_url)
def serve(
    content: Path | None,
    host: str,
    port: int,
    precision: float | None,
    model: str | None,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Serve the chat, the article pages and the JSON interface; follows edits of the content."""
    from qa.web.app import serve as run

    folder = _content(content)

    def synced(report: "SyncReport") -> None:
        _tell(report, folder)
        click.echo(_summary(report))
        _tell_foreign(report)

    with _progress() as progress:
        run(
            folder,
            host=host,
            port=port,
            library=library,
            model=model,
            base_url=base_url,
            precision=precision,
            progress=progress,
            on_synced=synced,
            on_ready=lambda address: click.echo(f"Footnote is ready: {address} (Ctrl+C ends)"),
        )


@cli.command()
@_content_argument
@click.option("--json", "as_json", is_flag=True, help="The whole report as one JSON object.")
@click.option(
    "--plot",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Draw the curves as PNG.",
)
@click.option("--save", is_flag=True, help="Correct confidences by the verdicts from now on.")
@_options(_model, _library, _base_url)
def calibrate(
    content: Path | None,
    as_json: bool,
    plot: Path | None,
    save: bool,
    model: str | None,
    library: Path | None,
    base_url: str | None,
) -> None:
    """Show how many questions are answered, and how many of the answers are right, by threshold.

    On public question sets, and on questions that the library asks itself.  Readers' verdicts in
    the question log correct the confidence, once there are enough of them.
    """
    from index.encoder import load_encoder
    from qa import calibration
    from qa.calibration_report import calibration_file, examine, to_json
    from qa.calibration_text import readable

    folder, encoder = _content(content), load_encoder(model)
    path = _current(folder, library, encoder, base_url)
    report = examine(path, encoder)
    click.echo(json.dumps(to_json(report), ensure_ascii=False) if as_json else readable(report))
    if plot is not None:
        from qa.calibration_plot import plot as draw

        draw(report, plot)
    if save:
        file = calibration_file(path)
        calibration.save(report.calibration(), file)
        click.echo(f"saved: {file}; a running server takes it up when it starts again", err=True)
    else:
        _tell_calibration(path, encoder)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # Articles hold every script; a terminal that cannot show one must not end the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    cli(prog_name="footnote")


def _content(content: Path | None) -> Path:
    """Return the content folder: the one named, else $FOOTNOTE_CONTENT, else ./docs."""
    folder = content or Path(os.environ.get("FOOTNOTE_CONTENT") or DEFAULT_CONTENT)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: name the folder that holds the articles")
    return folder


def _synced(
    folder: Path,
    library: Path | None,
    encoder: "Encoder",
    base_url: str | None,
    *,
    verify: bool = False,
) -> "SyncReport":
    """Sync; with ``verify``, read the whole library first, which takes longer than it should for
    a question."""
    from index.library import Library
    from index.sync import library_path, sync

    path = library or library_path(folder, write=True)
    with Library.open(path, create=True) as opened, _progress() as progress:
        if verify:
            opened.verify()
        return sync(folder, opened, encoder, base_url=base_url, progress=progress)


def _current(folder: Path, library: Path | None, encoder: "Encoder", base_url: str | None) -> Path:
    """Bring the library up to date, quickly where nothing changed, and return its path."""
    from index.sync import library_path

    try:
        report = _synced(folder, library, encoder, base_url)
    except LibraryLocked as error:
        # A server that syncs has it: its last whole state answers.
        click.echo(f"footnote: answering from the library as it is: {error}", err=True)
    else:
        _tell(report, folder)
        if report.read or report.removed:
            click.echo(_summary(report), err=True)
            _tell_foreign(report)
    return library or library_path(folder)


@contextmanager
def _progress() -> Iterator["Progress | None"]:
    """Yield what a sync reports to: a bar on stderr, where somebody can see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from qa.terminal import progress_bar

    with progress_bar() as progress:
        yield progress


def _tell_empty(folder: Path) -> None:
    """Say on stderr that there is nothing to read in a folder, and what would be read."""
    from index.readers import SUFFIXES

    endings = ", ".join(sorted(SUFFIXES))
    click.echo(f"footnote: no article found in {folder}: files read end in {endings}", err=True)


def _tell(report: "SyncReport", folder: Path) -> None:
    """Say on stderr what could not be read, a line each, and what became of it."""
    if not (report.read or report.unchanged or report.failed):
        _tell_empty(folder)
    for error in report.failed:
        stale = " (its former version still answers)" if error.path in report.stale else ""
        click.echo(f"{error}{stale}", err=True)
    if report.former_model is not None:
        click.echo(f"embedded again: the library was {report.former_model.name}'s", err=True)


def _tell_foreign(report: "SyncReport") -> None:
    """Say on stderr which articles the model does not read, and what would serve them better."""
    if not report.foreign:
        return
    from index.encoder import MULTILINGUAL_MODELS

    total = sum(articles for _, articles in report.foreign)
    counts = ", ".join(f"{code}: {articles}" for code, articles in report.foreign)
    subject = "1 article is" if total == 1 else f"{total} articles are"
    one, other = (f"--model {model}" for model in MULTILINGUAL_MODELS)
    click.echo(
        f"{subject} in a language that the model does not read ({counts}): answers from there rest "
        f"on the words that they share with a question. A multilingual model serves them better: "
        f"{one}, or {other} (larger)",
        err=True,
    )


def _tell_calibration(library: Path, encoder: "Encoder") -> None:
    """Say on stderr how far a library's calibration is behind, or that it cannot be used."""
    from index.library import Library
    from qa.calibration import FILE, load
    from qa.weights import Weights

    try:
        known = load(library.with_name(FILE), encoder.identity, Weights.load())
    except FootnoteError as error:
        click.echo(f"footnote: no question can be answered: {error}", err=True)
        return
    if known is None:
        return
    with Library.open(library, read_only=True) as opened:
        sources = {path: state.digest for path, state in opened.sources().items()}
    changed = known.changed_files(sources)
    if changed > _STALE_SHARE * len(known.sources):
        files = "1 file has" if changed == 1 else f"{changed} files have"
        click.echo(
            f"footnote: {files} changed since readers' verdicts were made a correction of the "
            f"confidence ({known.made:%Y-%m-%d}); it is used all the same, and footnote calibrate "
            "--save makes it anew",
            err=True,
        )


def _summary(report: "SyncReport") -> str:
    if not (report.read or report.removed or report.failed or report.embedded):
        return (
            f"nothing changed: {report.unchanged} files, 0 texts embedded, {report.seconds:.1f} s"
        )
    device = f" on {report.device}" if report.device else ""
    return (
        f"{report.read} files read, {report.embedded} texts embedded{device}, "
        f"{report.unchanged} files unchanged, {report.removed} removed, "
        f"{len(report.failed)} failed, {report.seconds:.1f} s"
    )


def _styled() -> bool:
    """Tell whether styles will be seen: on a terminal, unless NO_COLOR is set."""
    return sys.stdout.isatty() and click.get_current_context().color is not False


def _where(answerer: "Answerer", folder: Path, hit: "Hit") -> str:
    """Return where a hit stands, for a person: its public address, else file and line."""
    return hit.public_url or f"{folder / answerer.article(hit.article).path}:{hit.line}"
