"""``footnote user``: who may open the editors' desk."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from index.errors import UsageError

if TYPE_CHECKING:
    from qa.users import Users

_content = click.option(
    "--content",
    type=click.Path(path_type=Path),
    help="The folder of articles; default: $FOOTNOTE_CONTENT, else ./docs.",
)
_library = click.option(
    "--library",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The library file; default: CONTENT/.footnote/library.sqlite.",
)
_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin, for scripts."
)


@click.group()
def user() -> None:
    """Say who may open the editors' desk.

    Users are kept beside the library, each with the hash of a password (Argon2id).  One more can
    come from $FOOTNOTE_DESK_USER and $FOOTNOTE_DESK_PASSWORD_HASH.  Without any, the desk is off.
    A server that runs takes up what is added or removed here at once.
    """


@user.command()
@click.argument("name")
@click.option("--replace", is_flag=True, help="Give a user that is there another password.")
@_stdin
@_content
@_library
def add(
    name: str, replace: bool, password_stdin: bool, content: Path | None, library: Path | None
) -> None:
    """Add a user; asks for the password."""
    from qa.users import checked_name

    users = _users(content, library)
    checked_name(name)
    if name in users.names() and not replace:  # before a password is thought of
        raise UsageError(f"there is a user {name!r} already: --replace changes the password")
    users.add(name, _password(password_stdin), replace=replace)
    click.echo(f"{name} can open the desk: /desk at the server's address")


@user.command(name="list")
@_content
@_library
def list_users(content: Path | None, library: Path | None) -> None:
    """List the users, a line each."""
    for name in _users(content, library).names():
        click.echo(name)


@user.command()
@click.argument("name")
@_content
@_library
def remove(name: str, content: Path | None, library: Path | None) -> None:
    """Remove a user, who is out at once."""
    _users(content, library).remove(name)
    click.echo(f"{name} cannot open the desk any more")


@user.command(name="hash")
@_stdin
def print_hash(password_stdin: bool) -> None:
    """Print the hash of a password, for $FOOTNOTE_DESK_PASSWORD_HASH."""
    from qa.users import password_hash

    click.echo(password_hash(_password(password_stdin)))


def _users(content: Path | None, library: Path | None) -> "Users":
    from index.library_place import library_path
    from qa.users import Users, users_path

    folder = content or Path(os.environ.get("FOOTNOTE_CONTENT") or "docs")
    if library is None and not folder.is_dir():
        raise UsageError(f"{folder} is no folder: name the folder that holds the articles")
    path = library or library_path(folder, write=True)
    return Users(users_path(path), os.environ)


def _password(from_stdin: bool) -> str:
    """Ask for it twice, or read a line: as an option, every process list would show it."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
