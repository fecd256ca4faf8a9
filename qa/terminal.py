"""What a person sees on a terminal: results, outlines of articles, and a sync's progress.

Text is in click's colours, which click strips where nobody sees them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from qa.confidence import sureness
from qa.records import Abstention, AbstentionReason, Answer, Hit, Result, mended

if TYPE_CHECKING:
    from index.records import Article
    from index.sync import Progress, SyncProgress

Where = Callable[[Hit], str]


def readable(result: Result, where: Where, *, styled: bool = True, most: int | None = None) -> str:
    """Return ``result`` for a reader: the answer with its source, or the no with what is nearest.

    Where typing errors were mended, what was searched for is said first.  ``where`` names the
    source of a hit: an address, or file and line.  The sentence that answers is in bold; where
    styles are not seen (``styled`` false), it stands by itself below the passage, which stays word
    for word.  At most ``most`` passages are shown, the best among them.  Where several things were
    asked, each stands above what it gets.
    """
    if result.parts:
        return "\n\n".join(
            f"{click.style(part.question, bold=True, underline=True)}\n\n"
            f"{readable(part, where, styled=styled, most=most)}"
            for part in result.parts
        )
    lines = (
        _answer(result, where, styled, most) if isinstance(result, Answer) else _abstention(result)
    )
    told = [f"Searched for: {result.meant}", ""] if mended(result) else []
    return "\n".join([*told, *lines])


def _answer(answer: Answer, where: Where, styled: bool, most: int | None) -> Iterator[str]:
    best = answer.best
    if best.question:
        yield click.style(best.question, dim=True)
    yield _marked(best)
    yield ""
    if not styled and best.quote != best.text:
        yield f"In short: {best.quote}"
    yield click.style(_place(best), fg="cyan")
    yield click.style(where(best), underline=True)
    yield f"{sureness(answer.confidence).sentence} ({answer.confidence:.0%} sure)"
    further = answer.further if most is None else answer.further[: most - 1]
    if further:
        yield ""
        yield click.style("Further answers", bold=True)
    for number, hit in enumerate(further, start=1):
        yield ""
        yield f"{number}. {_marked(hit)}"
        yield f"   {click.style(_place(hit), fg='cyan')}  {where(hit)}  {hit.confidence:.0%} sure"


def _abstention(result: Abstention) -> Iterator[str]:
    yield click.style(result.message, fg="yellow")
    if result.nearest:
        yield ""
        yield "The nearest questions here:"
    elif result.reason is AbstentionReason.NOTHING_CLOSE:
        yield "You could ask in other words, or about something else that the articles are about."
    for hit in result.nearest:
        yield f"  - {hit.question}  {click.style(_place(hit), dim=True)}"


def _marked(hit: Hit) -> str:
    """Return the passage with the sentence that answers in bold, unless it is the whole passage."""
    start, end = hit.quote_start - hit.start, hit.quote_end - hit.start
    if (start, end) == (0, len(hit.text)):
        return hit.text
    return hit.text[:start] + click.style(hit.text[start:end], bold=True) + hit.text[end:]


def _place(hit: Hit) -> str:
    return f"{hit.article_title} › {hit.section}" if hit.section else hit.article_title


def outline(article: "Article") -> str:
    """Return the sections and FAQ pairs of an article, with their lines in the source."""
    # Nothing declared the encoding: whoever publishes the article should look at its accents.
    guessed = f" (encoding guessed: {article.encoding})" if article.encoding_guessed else ""
    lines = [click.style(article.title or article.path, bold=True), f"  {article.path}{guessed}"]
    for section in article.sections:
        heading = section.heading or "(before the first heading)"
        lines.append(f"  {section.line:>5}  {'#' * section.level:<6} {heading}")
    for pair in article.faq:
        lines.append(f"  {pair.line:>5}  {'?':<6} {pair.question}")
    return "\n".join(lines)


@contextmanager
def progress_bar() -> Iterator["Progress"]:
    """Show how far a sync is, with rate and time left, on stderr; it goes when the sync is done."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.completed}/{task.total} texts embedded"),
        BarColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[files]}"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False, rate="", files="")

        def show(now: "SyncProgress") -> None:
            speed = bar.tasks[0].speed
            bar.update(
                task,
                completed=now.passages_done,
                total=now.passages or None,
                visible=now.files > 0,
                rate=f"{speed:.0f}/s" if speed else "",
                files=f"{now.files_done} of {now.files} files {now.path}",
            )

        yield show
