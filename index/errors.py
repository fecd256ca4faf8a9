"""What can go wrong on either side, as one tree.

    FootnoteError
    ├── ReadError            a source file cannot be read (names file, line or byte offset, reason)
    ├── LibraryError         the library file cannot be used
    │   ├── LibraryDamaged   its contents are not what was written; delete it and sync again
    │   ├── LibraryLocked    another process is writing to it
    │   └── LibraryMissing   nothing has been synced yet
    ├── ModelError           the embedding model cannot be loaded or is not the one expected
    └── UsageError           what the caller asked for is not there (folder, option, article)

Not knowing an answer is a result (``qa.Abstention``), not an error.
"""

from pathlib import Path


class FootnoteError(Exception):
    """The root of every error that Footnote raises on purpose."""


class ReadError(FootnoteError):
    """A source file cannot be read.

    ``str(error)`` is one line: ``path:line: reason`` (``path: reason`` where no line is known).
    """

    def __init__(self, path: Path | str, reason: str, *, line: int | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        self.line = line
        place = self.path if line is None else f"{self.path}:{line}"
        super().__init__(f"{place}: {reason}")


class LibraryError(FootnoteError):
    """The library file cannot be used."""


class LibraryDamaged(LibraryError):
    """The library's contents are not what was written to it."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryMissing(LibraryError):
    """There is no library yet, or it holds nothing."""


class ModelError(FootnoteError):
    """The embedding model cannot be loaded, or is not the one that was expected."""


class UsageError(FootnoteError):
    """The caller asked for something that does not exist or cannot be done."""
