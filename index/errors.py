"""What can go wrong on either side, as one tree.

    FootnoteError
    ├── ReadError            a source file cannot be read (names file, line or byte offset, reason)
    ├── LibraryError         the library file cannot be used
    │   ├── LibraryDamaged   its contents are not what was written; delete it and sync again
    │   ├── LibraryLocked    another process is writing to it
    │   └── LibraryMissing   nothing has been synced yet
    ├── ModelError           the embedding model cannot be loaded or is not the one expected
    ├── FileConflict         a file to be changed is not as the caller saw it
    └── UsageError           what the caller asked for is not there (folder, option, article)
        └── QuestionTaken    a question to be added is asked by another FAQ pair already

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


class QuestionTaken(UsageError):
    """A question or wording to be added belongs to an FAQ pair already.

    ``path`` and ``pair`` are the file and the pair's id; ``place`` is that with its line.
    """

    def __init__(self, question: str, path: str, pair: str, place: str) -> None:
        self.question = question
        self.path = path
        self.place = place
        self.pair = pair
        super().__init__(f"{question!r:.200} is asked already, in {place}")


class FileConflict(FootnoteError):
    """A file to be changed is not as the caller saw it; nothing was written.

    ``present`` is its text now ("" where it is gone), ``proposed`` what it would be with the
    caller's change.
    """

    def __init__(self, path: str, present: str, proposed: str) -> None:
        self.path = path
        self.present = present
        self.proposed = proposed
        super().__init__(f"{path} was changed meanwhile: look at it, then try again")
