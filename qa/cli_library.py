"""Bringing a library up to date for a command, and telling on stderr how that went."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import FootnoteError, LibraryLocked

if TYPE_CHECKING:
    from index.encoder import Encoder
    from index.sync import Progress, SyncReport

# An edit or two make no difference to how far confidences are off.
_STALE_SHARE = 0.1
# A folder may be in an old encoding as a whole, and what failed must not be lost among its lines.
_GUESSES_TOLD = 10


def synced(
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
    from index.library_place import library_path
    from index.sync import sync

    path = library or library_path(folder, write=True)
    with Library.open(path, create=True) as opened, progress_shown() as progress:
        if verify:
            opened.verify()
        return sync(folder, opened, encoder, base_url=base_url, progress=progress)


def current(folder: Path, library: Path | None, encoder: "Encoder", base_url: str | None) -> Path:
    """Bring the library up to date, quickly where nothing changed, and return its path."""
    return brought_up_to_date(folder, library, encoder, base_url)[0]


def brought_up_to_date(
    folder: Path, library: Path | None, encoder: "Encoder", base_url: str | None
) -> "tuple[Path, SyncReport | None]":
    """Do as ``current``, and return how the sync went, too; ``None`` where another one has the
    library."""
    from index.library_place import library_path

    report: SyncReport | None
    try:
        report = synced(folder, library, encoder, base_url)
    except LibraryLocked as error:
        report = None
        # A server that syncs has it: its last whole state answers.
        click.echo(f"footnote: answering from the library as it is: {error}", err=True)
    else:
        tell_synced(report, folder)
        if report.read or report.removed:
            click.echo(summary(report), err=True)
            tell_foreign(report)
    return library or library_path(folder), report


@contextmanager
def progress_shown() -> Iterator["Progress | None"]:
    """Yield what a sync reports to: a bar on stderr, where somebody can see it."""
    if not sys.stderr.isatty():
        yield None
        return
    from qa.terminal import progress_bar

    with progress_bar() as progress:
        yield progress


def tell_empty(folder: Path) -> None:
    """Say on stderr that there is nothing to read in a folder, and what would be read."""
    from index.ignored import NAME
    from index.readers import SUFFIXES

    reason = f"files read end in {', '.join(sorted(SUFFIXES))}"
    if (folder / NAME).exists():
        reason += f", and {NAME} leaves some out"
    click.echo(f"footnote: no article found in {folder}: {reason}", err=True)


def tell_synced(report: "SyncReport", folder: Path) -> None:
    """Say on stderr what could not be read, a line each, and what became of it; and whose encoding
    was guessed, once, when it is read."""
    if not (report.read or report.unchanged or report.failed):
        tell_empty(folder)
    for line in report.failures:
        click.echo(line, err=True)
    for path, encoding in report.guessed[:_GUESSES_TOLD]:
        click.echo(
            f"{path}: its encoding is a guess, {encoding}: save the file as UTF-8, so that no "
            "letter can be mistaken",
            err=True,
        )
    more = len(report.guessed) - _GUESSES_TOLD
    if more > 0:
        files = "1 more file's encoding is" if more == 1 else f"{more} more files' encodings are"
        click.echo(f"{files} a guess: footnote read tells each", err=True)
    if report.former_model is not None:
        click.echo(f"embedded again: the library was {report.former_model.name}'s", err=True)


def tell_foreign(report: "SyncReport") -> None:
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


def tell_calibration(library: Path, encoder: "Encoder") -> None:
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


def summary(report: "SyncReport") -> str:
    if not (report.read or report.removed or report.failed or report.embedded):
        files = _counted(report.unchanged, "file")
        return f"nothing changed: {files}, 0 texts embedded, {report.seconds:.1f} s"
    device = f" on {report.device}" if report.device else ""
    return (
        f"{_counted(report.read, 'file')} read, {_counted(report.embedded, 'text')} embedded"
        f"{device}, {_counted(report.unchanged, 'file')} unchanged, {report.removed} removed, "
        f"{len(report.failed)} failed, {report.seconds:.1f} s"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
