"""What is quick comes first, and what was read once is not read again."""

import threading
from pathlib import Path

import pytest

from index.content import KeptFiles
from index.library import Library
from index.sync import SyncProgress, sync
from tests.fakes import FakeEncoder
from tests.index.syncing import Counting, afresh, counts, rows, write

PATIENCE_S = 30.0


def bank(*, first: int = 0, pairs: int = 40) -> str:
    """A list of pairs, three passages each: question, answer, and both."""
    numbers = range(first, first + pairs)
    lines = [f"Why {number}?,Because of {number}." for number in numbers]
    return "\n".join(["question,answer", *lines])


@pytest.fixture(autouse=True)
def few_bytes_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sync.LARGE_BYTES", 500)
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 10)


class Watching:
    """Notes which articles the library has at each step of a sync, and how far that is."""

    def __init__(self, library: Library) -> None:
        self.path = library.path
        self.seen: list[tuple[SyncProgress, frozenset[str]]] = []

    def __call__(self, progress: SyncProgress) -> None:
        with Library.open(self.path, read_only=True) as library:
            self.seen.append((progress, frozenset(library.sources())))

    def when_quick_was_done(self) -> frozenset[str]:
        return next(sources for progress, sources in self.seen if progress.quick_done)


def test_what_is_quick_is_in_the_library_before_a_large_file_is_embedded(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "gone.md", "# Gone\n\nIt was here.\n")
    sync(folder, library, FakeEncoder())
    before = library.sources()["a.md"].digest
    (folder / "gone.md").unlink()
    write(folder / "a.md", "# A\n\nAnother word.\n")
    write(folder / "0.csv", bank())
    watching = Watching(library)

    def look(progress: SyncProgress) -> None:
        watching(progress)
        if progress.quick_done:
            assert library.sources()["a.md"].digest != before

    assert counts(sync(folder, library, FakeEncoder(), progress=look)) == (2, 121, 1, 1)
    assert watching.when_quick_was_done() == frozenset(library.sources()) - {"0.csv"}
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_a_large_file_that_was_moved_is_there_all_the_time(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "bank.csv", bank())
    sync(folder, library, FakeEncoder())
    (folder / "bank.csv").rename(folder / "moved.csv")
    write(folder / "larger.csv", bank(first=100, pairs=39))
    encoder, watching = FakeEncoder(), Watching(library)
    sync(folder, library, encoder, progress=watching)
    assert all(sources & {"bank.csv", "moved.csv"} for _, sources in watching.seen)
    large = {"bank.csv", "moved.csv", "larger.csv"}
    assert large & watching.when_quick_was_done() == {"moved.csv"}
    assert len(encoder.documents) == 117
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


class Stopped(Exception):
    """Ends a sync at one of its steps."""


def test_a_large_file_that_was_moved_and_edited_keeps_its_vectors_also_after_an_interruption(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    write(folder / "bank.csv", bank())
    sync(folder, library, FakeEncoder())
    (folder / "bank.csv").unlink()
    write(folder / "moved.csv", bank(pairs=50))

    def stop(progress: SyncProgress) -> None:
        if progress.quick_done:
            raise Stopped

    with pytest.raises(Stopped):
        sync(folder, library, FakeEncoder(), progress=stop)
    library.verify()
    assert "bank.csv" not in library.sources()
    assert counts(sync(folder, library, FakeEncoder())) == (1, 30, 2, 0)
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_a_large_file_that_was_read_is_not_read_again_by_the_next_sync_but_if_it_changed(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    sync(folder, library, FakeEncoder())
    write(folder / "bank.csv", bank())
    counting, kept = Counting(), KeptFiles()

    def stop(progress: SyncProgress) -> None:
        if progress.passages_kept:
            raise Stopped

    with pytest.raises(Stopped):
        sync(folder, library, FakeEncoder(), readers=counting, kept=kept, progress=stop)
    assert counting.paths == ["bank.csv"]
    write(folder / "a.md", "# A\n\nAnother word.\n")
    report = sync(folder, library, FakeEncoder(), readers=counting, kept=kept)
    assert counting.paths == ["bank.csv", "a.md"]
    assert counts(report) == (2, 111, 1, 0)  # ten vectors were kept
    write(folder / "bank.csv", bank(pairs=41))
    assert sync(folder, library, FakeEncoder(), readers=counting, kept=kept).read == 1
    assert counting.paths == ["bank.csv", "a.md", "bank.csv"]
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


class Slow(Counting):
    """Reads a large file when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.let = threading.Event(), threading.Event()

    def begin(self, path: str) -> None:
        if path == "bank.csv":
            self.begun.set()
            assert self.let.wait(PATIENCE_S)


def test_a_sync_ends_while_a_file_is_read_and_the_next_one_takes_it_over(
    folder: Path, library: Library, tmp_path: Path
) -> None:
    sync(folder, library, FakeEncoder())
    write(folder / "bank.csv", bank())
    slow, kept = Slow(), KeptFiles()

    def stop(_: SyncProgress) -> None:
        if slow.begun.is_set():
            raise Stopped

    with pytest.raises(Stopped):
        sync(folder, library, FakeEncoder(), readers=slow, kept=kept, progress=stop)
    write(folder / "a.md", "# A\n\nAnother word.\n")

    def let(progress: SyncProgress) -> None:
        if progress.quick_done:
            slow.let.set()

    report = sync(folder, library, FakeEncoder(), readers=slow, kept=kept, progress=let)
    assert counts(report) == (2, 121, 1, 0)
    assert slow.paths == ["bank.csv", "a.md"]
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_what_cannot_be_read_of_a_large_file_is_told_each_time(
    folder: Path, library: Library
) -> None:
    write(folder / "bank.csv", "one,two\n" + "1,2\n" * 200)
    counting, kept = Counting(), KeptFiles()
    told = [
        sync(folder, library, FakeEncoder(), readers=counting, kept=kept).failures for _ in range(2)
    ]
    assert told[0] == told[1]
    assert [line.partition(":")[0] for line in told[0]] == ["bank.csv"]
