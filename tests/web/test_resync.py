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
from index.sync import sync
from qa.answer import Answerer
from qa.web.resync import Resync
from qa.web.watch import GONE, SyncStopped
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
        self.stopping = threading.Event()
        self.resync = Resync(
            content,
            self.library,
            encoder,
            first=first,
            synced=self.answerer.refresh,
            stopping=self.stopping,
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
