"""How a running server syncs; that it is called when something changes is in ``test_watch``."""

import logging
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.encoder import Encoder
from index.errors import UsageError
from index.library import Library
from index.library_place import library_path
from index.sync import SyncProgress, sync
from qa.answer import Answerer
from qa.web.resync import Resync, Turn
from qa.web.watch import GONE, SyncGaveWay, SyncStopped
from tests.fakes import FakeEncoder
from tests.index.syncing import afresh, rows, write


class Server:
    """A content folder after the first sync of a server."""

    def __init__(self, content: Path, encoder: Encoder) -> None:
        self.content = content
        self.library = library_path(content, write=True)
        with Library.open(self.library, create=True) as library:
            first = sync(content, library, encoder)
        self.answerer = Answerer(self.library, encoder)
        self.stopping, self.news = threading.Event(), threading.Event()
        self.resync = Resync(
            content,
            self.library,
            encoder,
            first=first,
            synced=self.answerer.refresh,
            stopping=self.stopping,
            news=self.news,
        )


class Ending(FakeEncoder):
    """The program is told to end while the ``last``-th text is embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.last = -1
        self.end: Callable[[], None] = lambda: None
        self.begun = 0

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        def done(count: int) -> None:
            self.begun += count
            if self.begun == self.last:
                self.end()
            if on_batch is not None:
                on_batch(count)

        return super().encode_documents(texts, on_batch=done)


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    write(folder / "tea.md", "# Tea\n\nTea keeps for two years.\n")
    return folder


def test_a_folder_that_is_gone_for_a_moment_is_not_made_anew(content: Path, tmp_path: Path) -> None:
    server = Server(content, FakeEncoder())
    away = content.rename(tmp_path / "away")
    with pytest.raises(UsageError, match=GONE):
        server.resync()
    assert [one.name for one in tmp_path.iterdir()] == ["away"]
    assert [one.id for one in server.answerer.articles()] == ["tea.md"]
    away.rename(content)
    write(content / "cup.md", "# Cup\n\nA cup holds tea.\n")
    assert server.resync().summary["read"] == 1
    assert [one.id for one in server.answerer.articles()] == ["cup.md", "tea.md"]


def test_a_sync_stops_at_its_next_batch_when_the_program_ends_and_the_next_one_goes_on(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 10)
    encoder = Ending()
    server = Server(content, encoder)
    first = encoder.begun
    lines = [f"Why {number}?,Because of {number}." for number in range(50)]
    write(content / "bank.csv", "\n".join(["question,answer", *lines]))
    encoder.last, encoder.end = first + 25, server.stopping.set
    with pytest.raises(SyncStopped):
        server.resync()
    assert encoder.begun == first + 25  # and not one more
    assert [one.id for one in server.answerer.articles()] == ["tea.md"]

    again = Ending()  # the server is started again
    other = Server(content, again)
    with Library.open(other.library) as library:
        found = rows(library)
    assert found == afresh(content, tmp_path / "fresh", Ending())
    whole = Ending()
    afresh(content, tmp_path / "fresh", whole)
    # The 20 vectors of two whole batches were kept, and those of the first file.
    assert again.begun == whole.begun - first - 20


def test_a_file_that_cannot_be_read_is_logged_once_with_its_reason(
    content: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(content / "known.md", "")
    server = Server(content, FakeEncoder())
    caplog.set_level(logging.WARNING, logger="footnote")

    def logged() -> list[str]:
        server.resync()
        said = [one.getMessage() for one in caplog.records if one.name == "footnote"]
        caplog.clear()
        return said

    assert logged() == []  # told by the first sync
    write(content / "new.csv", "one,two\n1,2\n")
    write(content / "tea.md", "")
    new, tea = logged()
    assert new.startswith("new.csv:1: ")
    assert tea == "tea.md: the file is empty (its former version still answers)"
    assert logged() == []
    write(content / "tea.md", "# Tea\n\nTea keeps for a year.\n")
    assert logged() == []
    write(content / "tea.md", "")
    assert logged() == [tea]


def bank(pairs: int = 50) -> str:
    """A list of pairs, three passages each: question, answer, and both."""
    lines = [f"Why {number}?,Because of {number}." for number in range(pairs)]
    return "\n".join(["question,answer", *lines])


@pytest.fixture
def little_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.sync.LARGE_BYTES", 500)
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 10)


@pytest.mark.usefixtures("little_is_large")
def test_an_edit_is_answered_from_while_a_large_file_is_embedded(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.web.resync.TURN_S", 0.0)
    encoder = Ending()
    server = Server(content, encoder)
    first = encoder.begun
    generations = [server.answerer.generation]

    def tea() -> str:
        return server.answerer.article("tea.md").text

    def edit() -> None:
        write(content / "tea.md", "# Tea\n\nTea keeps for a year.\n")
        server.news.set()

    write(content / "bank.csv", bank())
    encoder.last, encoder.end = first + 32, edit
    with pytest.raises(SyncGaveWay):
        server.resync()
    generations.append(server.answerer.generation)
    given_way = encoder.begun
    # Three batches of ten were kept, and what the fourth had begun was not.
    now = server.resync.under_way
    assert now is not None
    assert (now.files_done, now.files, now.passages_done, now.passages) == (0, 1, 30, 150)
    assert not now.quick_done
    since = now.since

    def look() -> None:
        assert "a year" in tea()
        assert [one.id for one in server.answerer.articles()] == ["tea.md"]
        generations.append(server.answerer.generation)
        now = server.resync.under_way
        assert now is not None
        assert (now.since, now.files_done, now.files) == (since, 1, 2)

    server.news.clear()
    encoder.last, encoder.end = given_way + 50, look
    assert server.resync().summary["read"] == 2
    generations.append(server.answerer.generation)
    assert len(server.answerer.articles()) == 2
    assert server.resync.under_way is None
    assert generations == sorted(generations)
    assert len(set(generations)) == 3
    with Library.open(server.library) as library:
        assert rows(library) == afresh(content, tmp_path / "fresh", FakeEncoder())


@pytest.mark.usefixtures("little_is_large")
def test_files_that_are_committed_are_answered_from_while_others_are_embedded(
    content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.web.resync.LIVE_S", 0.0)
    monkeypatch.setattr("qa.web.resync.LIVE_TIMES", 0)
    monkeypatch.setattr("index.sync.GROUP_PASSAGES", 1)
    server = Server(content, FakeEncoder(delay_s=0.02))
    seen: set[int] = set()
    synced = server.resync._synced

    def note() -> None:
        synced()
        seen.add(len(server.answerer.articles()))

    monkeypatch.setattr(server.resync, "_synced", note)
    for number in range(8):
        write(content / f"{number}.md", f"# Cup {number}\n\nA cup of number {number}.\n")
    server.resync()
    assert max(seen) == 9
    assert len(seen) > 2


def far(done: int, kept: int, *, quick_done: bool = False) -> SyncProgress:
    return SyncProgress(0, 1, done, 100, passages_kept=kept, quick_done=quick_done)


def test_a_sync_may_end_once_it_has_embedded_for_as_long_as_its_beginnings_took() -> None:
    clock = [0.0]
    turn = Turn(lambda: clock[0])
    assert not turn.may_end(far(0, 0))
    clock[0] = 3.0
    assert not turn.may_end(far(8, 0))
    clock[0] = 9.0
    assert not turn.may_end(far(16, 0))  # nothing is kept yet
    assert turn.may_end(far(72, 64))
    turn = Turn(lambda: clock[0])
    clock[0] = 12.0
    assert not turn.may_end(far(8, 0))
    clock[0] = 13.9
    assert not turn.may_end(far(72, 64))
    clock[0] = 14.0
    assert turn.may_end(far(80, 64))


def test_a_large_file_has_a_turn_of_its_own_but_its_reading_goes_on_anyway() -> None:
    clock = [0.0]
    turn = Turn(lambda: clock[0])
    clock[0] = 10.0
    assert not turn.may_end(far(64, 64))
    clock[0] = 100.0
    assert turn.may_end(far(70, 70, quick_done=True))  # it is being read
    assert not turn.may_end(far(78, 70, quick_done=True))
    clock[0] = 101.9
    assert not turn.may_end(far(200, 198, quick_done=True))
    clock[0] = 102.0  # nobody waits for longer than that
    assert turn.may_end(far(208, 198, quick_done=True))
