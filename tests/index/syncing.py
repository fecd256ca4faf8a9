"""What the tests of a sync share: files to sync, and all that a library holds."""

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from index import readers
from index.encoder import Encoder
from index.errors import ReadError
from index.library import Library
from index.records import Article
from index.sync import SyncReport, sync

PAIR = "## FAQ\n\n### {question}?\n\n{answer}.\n\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pair(question: str, answer: str) -> str:
    return PAIR.format(question=question, answer=answer)


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.read, report.embedded, report.unchanged, report.removed


def rows(library: Library) -> dict[str, object]:
    """All that a library holds, less what tells how it came about: times and the generation."""
    library.verify()
    return {
        "model": library.model,
        "sources": {
            path: replace(state, mtime_ns=0, ctime_ns=0)
            for path, state in library.sources().items()
        },
        "articles": list(library.articles()),
        "passages": library.passages(),
        "vectors": library.vectors().tobytes(),
    }


def afresh(folder: Path, elsewhere: Path, encoder: Encoder) -> dict[str, object]:
    shutil.rmtree(elsewhere, ignore_errors=True)
    with Library.open(elsewhere / "library.sqlite", create=True) as library:
        sync(folder, library, encoder)
        return rows(library)


class Counting:
    """The readers, noting which files' bytes they were given."""

    MAX_BYTES = readers.MAX_BYTES

    def __init__(self) -> None:
        self.paths: list[str] = []

    def find_sources(self, paths: Iterable[Path]) -> Sequence[Path]:
        return readers.find_sources(paths)

    def begin(self, path: str) -> None:
        """Called with a file's path before the file is read."""

    def read_bytes(
        self,
        data: bytes,
        path: str,
        *,
        base_url: str | None = None,
        problems: list[ReadError] | None = None,
    ) -> Sequence[Article]:
        self.paths.append(path)
        self.begin(path)
        if b"crash" in data:
            raise ZeroDivisionError("division by zero")
        return readers.read_bytes(data, path, base_url=base_url, problems=problems)
