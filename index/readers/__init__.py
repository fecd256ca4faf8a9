"""Reads source files of every supported format into Articles.

``read_file`` and ``read_bytes`` are the way in; ``find_sources`` lists the files of a folder.

    bytes ─decode─▶ text ─a format's reader─▶ SourceDocument (blocks) ─outline─▶ Article

Where the source does not declare its language, it is detected from the article's text.
"""

import dataclasses
import importlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from index.errors import ReadError, UsageError
from index.ignored import ignored
from index.languages import base_code, detect
from index.records import Article, ElementKind

if TYPE_CHECKING:
    from index.readers.blocks import SourceDocument

__all__ = ["MAX_BYTES", "SUFFIXES", "find_sources", "read_bytes", "read_file"]

MAX_BYTES = 32 * 1024 * 1024
"""The largest file that is read, in bytes."""


@dataclass(frozen=True, slots=True)
class _Format:
    """A format's reader by name: imported when it is needed, so that reading one does not pay for
    all."""

    module: str
    function: str
    given: bool = False  # the format itself says what is a question
    copied: bool = False  # may be a copy of a whole web page, furniture and all


_TEXT = _Format("text", "read_text", copied=True)
_MARKDOWN = _Format("markdown", "read_markdown")
_HTML = _Format("html", "read_html")
_RST = _Format("rst", "read_rst")
_LIST = _Format("lists", "read_list", given=True)

_FORMATS: dict[str, _Format] = {
    **dict.fromkeys((".txt", ".text"), _TEXT),
    **dict.fromkeys((".md", ".mdx", ".markdown"), _MARKDOWN),
    **dict.fromkeys((".html", ".htm", ".xhtml"), _HTML),
    **dict.fromkeys((".rst", ".rest"), _RST),
    **dict.fromkeys((".yml", ".yaml", ".json", ".jsonl", ".ndjson", ".csv", ".tsv"), _LIST),
}

SUFFIXES: frozenset[str] = frozenset(_FORMATS)
"""Lower-case suffixes of the files that are read; sync ignores others."""

# Folders that hold other people's or generated files.
_JUNK_FOLDERS = frozenset(
    {
        "node_modules", "bower_components", "__pycache__", "site-packages", "venv", "env", "dist",
        "build", "_build", "_site", "vendor", "target",
    }
)  # fmt: skip
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def read_file(
    path: Path,
    *,
    root: Path | None = None,
    base_url: str | None = None,
    problems: list[ReadError] | None = None,
) -> list[Article]:
    """The articles of one file, in the file's order: one, or several from an FAQ list.

    ``root`` is the content folder: ids and paths are relative to it (default: the file's own
    folder).  ``base_url`` is the public address of that folder; see ``outline.public_url``.

    Entries of an FAQ list that cannot be read by themselves are left out, and an error for each is
    added to ``problems``; without such a list the first of them is raised.  Raises ReadError,
    naming file, line and reason, where the file cannot be opened, is no regular file, is empty,
    binary or larger than MAX_BYTES, cannot be decoded, or is broken as a whole.
    """
    relative = _relative(path, root)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) and not stat.S_ISDIR(found.st_mode):
            # Reading a pipe or a device waits, perhaps for ever.
            raise ReadError(relative, "not a regular file")
        if found.st_size > MAX_BYTES:
            raise _too_large(relative, found.st_size)
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(relative, f"cannot be opened: {error.strerror or error}") from error
    return read_bytes(data, relative, base_url=base_url, problems=problems)


def read_bytes(
    data: bytes,
    path: str,
    *,
    base_url: str | None = None,
    problems: list[ReadError] | None = None,
) -> list[Article]:
    """The articles of a file's bytes, as ``read_file``; ``path`` is relative, with forward
    slashes."""
    if len(data) > MAX_BYTES:
        raise _too_large(path, len(data))
    # Imported here: a sync that finds nothing changed, before every question on the command line,
    # need not wait for the patterns of all page furniture to be compiled.
    from index.readers.decode import decode
    from index.readers.outline import outline

    decoded = decode(data, path)
    form = _format(decoded.text, path)
    read = getattr(importlib.import_module(f"index.readers.{form.module}"), form.function)
    documents: list[tuple[str | None, SourceDocument]]
    if form.given:
        documents = read(decoded.text, path, problems)
    else:
        reader: Callable[[str, str], SourceDocument] = read
        documents = [(None, reader(decoded.text, path))]
    return [
        _in_its_language(
            outline(
                document,
                path,
                article_id=article_id,
                base_url=base_url,
                given=form.given,
                copied=form.copied,
                encoding=decoded.encoding,
                encoding_guessed=decoded.guessed,
            )
        )
        for article_id, document in documents
    ]


def _in_its_language(article: Article) -> Article:
    """The article with its language: the one declared, where that is a language's tag, else the one
    detected, where that is certain."""
    if base_code(article.language) is not None:
        return article
    prose = "\n".join(
        article.text[element.start : element.end]
        for element in article.elements
        if element.kind is not ElementKind.CODE
    )
    return dataclasses.replace(article, language=detect(prose))


def find_sources(paths: Iterable[Path]) -> list[Path]:
    """The files to read, each once: those under folders in sorted order, named files as they come.

    Under a folder only files with a suffix in SUFFIXES are taken; files and folders whose names
    begin with a dot, links to folders, and folders of dependencies or build results
    (``node_modules``, ``_build``, …) are left out, and what the folder's own ``.footnoteignore``
    names (``index.ignored``).  A link to itself is taken, as whoever reads it is to be told.  A
    file that is named itself is always taken.  Raises UsageError where a path does not exist,
    ReadError where ``.footnoteignore`` is none or a folder cannot be listed.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if path.is_dir():
            taken = (path / one for one in _walk(path, "", ignored(path)))
            found.update(dict.fromkeys(sorted(taken, key=lambda p: p.as_posix())))
        elif path.exists():
            found[path] = None
        else:
            raise UsageError(f"{path}: no such file or folder")
    return list(found)


def _walk(root: Path, below: str, left_out: Callable[[str], bool]) -> Iterator[str]:
    """Yield the files to read in a folder of ``root``, by their paths in it; ``below`` is its own.

    Ends in a slash, or is "" for ``root`` itself.
    """
    try:
        # The system tells of most entries what they are as it lists them: no further look at each.
        with os.scandir(root / below) as entries:
            for entry in entries:
                path = f"{below}{entry.name}"
                if entry.name.startswith("."):
                    continue
                if _is_folder(entry):
                    junk = entry.name in _JUNK_FOLDERS or entry.is_symlink()
                    if not junk and not left_out(f"{path}/"):
                        yield from _walk(root, f"{path}/", left_out)
                    continue
                known = PurePosixPath(path).suffix.lower() in SUFFIXES
                if known and _is_file(entry) and not left_out(path):
                    yield path
    except OSError as error:
        name = below or root.resolve().name
        raise ReadError(name, f"cannot be listed: {error.strerror}") from error


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether it is a file, or cannot be looked at: whoever reads it is told why, by its path."""
    try:
        return entry.is_file()
    except OSError:
        return True


def _too_large(path: str, size: int) -> ReadError:
    return ReadError(path, f"too large: {size} bytes, the limit is {MAX_BYTES}; split the file")


def _relative(path: Path, root: Path | None) -> str:
    if root is None:
        return path.name
    for one, other in ((path, root), (path.resolve(), root.resolve())):
        if one.is_relative_to(other):
            return one.relative_to(other).as_posix()
    return path.name


def _format(text: str, path: str) -> _Format:
    """The format by suffix; what is called text (or nothing) is looked into."""
    form = _FORMATS.get(PurePosixPath(path).suffix.lower(), _TEXT)
    if form is not _TEXT:
        return form
    if _HTML_START.match(text[:4096]):
        return _HTML
    return _MARKDOWN if _is_markdown(text) else _TEXT


def _is_markdown(text: str) -> bool:
    """Whether a text file is Markdown: front matter, or headings of two levels or more in "#"
    signs.

    Comments in listings are lines of "#" too, but one sign only, and not alone between blank lines.
    """
    if re.match(r"---[ \t]*\n[A-Za-z_][\w-]*[ \t]*:.*?\n---[ \t]*\n", text, re.S):
        return True
    headings = re.findall(r"(?:\A|\n[ \t]*\n)(#{1,6}) +[^\s#][^\n]*(?=\n[ \t]*\n|\Z)", text)
    return len(headings) >= 2 and any(len(signs) > 1 for signs in headings)
