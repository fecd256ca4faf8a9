"""What the commands share: their options, the content folder, and how errors are told."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from index.errors import FootnoteError, UsageError

if TYPE_CHECKING:
    from index.encoder import SentenceTransformerEncoder

DEFAULT_CONTENT = "docs"


class _Failure(click.ClickException):
    """One line on stderr."""

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(f"footnote: {' '.join(self.format_message().split())}", err=True)


class _UsageFailure(_Failure):
    exit_code = 2


class Group(click.Group):
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


def options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def decorate(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


model_option = click.option(
    "--model",
    metavar="NAME_OR_PATH",
    envvar="FOOTNOTE_MODEL",
    help="Sentence Transformers model; default: $FOOTNOTE_MODEL, else the built-in one.",
)
precision_mode_option = click.option(
    "--precision-mode",
    type=click.Choice(["float32", "int8"]),  # index.model_files.PrecisionMode, not imported here
    default="float32",
    show_default=True,
    envvar="FOOTNOTE_PRECISION_MODE",
    help="int8 embeds up to twice as fast, a little off; the library has to be of the same mode.",
)
library_option = click.option(
    "--library",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The library file; default: CONTENT/.footnote/library.sqlite.",
)
base_url_option = click.option(
    "--base-url",
    metavar="URL",
    envvar="FOOTNOTE_BASE_URL",
    help="Where the content folder is published; remembered with the library.",
)
precision_option = click.option(
    "--precision",
    type=float,
    metavar="SHARE",
    envvar="FOOTNOTE_PRECISION",
    help="Answer only where at least this share of answers is expected to be right, as 0.9.",
)
content_argument = click.argument(
    "content", type=click.Path(path_type=Path), required=False, metavar="[CONTENT]"
)
content_option = click.option(
    "--content",
    type=click.Path(path_type=Path),
    help=f"The folder of articles; default: $FOOTNOTE_CONTENT, else ./{DEFAULT_CONTENT}.",
)
log_option = click.option(
    "--log",
    metavar="URL",
    envvar="FOOTNOTE_LOG",
    help="The question log's database, as postgresql://…; default: $FOOTNOTE_LOG, else the file "
    "questions.sqlite beside the library.",
)


def chosen_encoder(model: str | None, precision_mode: str) -> "SentenceTransformerEncoder":
    """Return the encoder that --model and --precision-mode name."""
    from index.encoder import PrecisionMode, load_encoder

    return load_encoder(model, mode=PrecisionMode(precision_mode))


def content_folder(content: Path | None) -> Path:
    """Return the content folder: the one named, else $FOOTNOTE_CONTENT, else ./docs."""
    folder = content or Path(os.environ.get("FOOTNOTE_CONTENT") or DEFAULT_CONTENT)
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder: name the folder that holds the articles")
    return folder
