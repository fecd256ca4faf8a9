"""A sync that is interrupted goes on where it stood."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index.library import Library
from index.sync import sync
from tests.fakes import FakeEncoder
from tests.index.syncing import afresh, counts, rows, write


class Interrupted(FakeEncoder):
    """Stops with KeyboardInterrupt, as a user does, at the n-th text."""

    left = 0

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        self.left -= len(texts)
        if self.left < 0:
            raise KeyboardInterrupt
        return super().encode_documents(texts, on_batch=on_batch)


def test_an_interrupted_change_of_model_answers_with_the_old_one_and_goes_on(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 2)
    sync(folder, library, FakeEncoder())
    before = library.vectors()
    second = Interrupted(("a", "b"), revision="2")
    second.left = 4
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, second)
    assert library.model == FakeEncoder().identity
    assert (library.vectors() == before).all()
    second.left = 100
    assert sync(folder, library, second).embedded == 2
    assert library.vectors().shape == (6, 3)


def interrupted(folder: Path, library: Library, *, after: int) -> Interrupted:
    """Sync until so many texts are embedded; return the encoder, which can go on."""
    encoder = Interrupted()
    encoder.left = after
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, encoder)
    return encoder


def test_an_interrupted_sync_goes_on_where_it_stood(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.GROUP_PASSAGES", 1)
    encoder = interrupted(folder, library, after=3)
    assert library.article_ids() == ("a.md",)
    library.verify()
    encoder.left = 100
    assert counts(sync(folder, library, encoder)) == (1, 3, 1, 0)


def staged(library: Library) -> int:
    rows = library._tables.connection.execute("SELECT model FROM vectors").fetchall()
    return sum(key != (1,) for key in rows)


def test_a_sync_interrupted_within_one_large_file_goes_on_within_it(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 10)
    first = FakeEncoder()
    sync(folder, library, first)
    before = rows(library)
    lines = [f"Why {number}?,Because of {number}." for number in range(50)]
    write(folder / "bank.csv", "\n".join(["question,answer", *lines]))
    encoder = interrupted(folder, library, after=75)
    assert staged(library) == len(encoder.documents) == 70
    assert rows(library) == before
    encoder.left = 1000
    report = sync(folder, library, encoder)
    assert counts(report) == (1, 80, 2, 0)
    assert staged(library) == 0
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_what_was_kept_of_a_file_that_went_is_dropped_by_the_next_sync(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 1)
    interrupted(folder, library, after=5)
    assert (staged(library), library.article_ids()) == (5, ())
    shutil.rmtree(folder / "sub")
    (folder / "a.md").unlink()
    assert counts(sync(folder, library, FakeEncoder())) == (0, 0, 0, 0)
    assert library._tables.connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)
    library.verify()


def test_what_was_kept_for_one_model_is_not_used_for_another(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 1)
    interrupted(folder, library, after=5)
    other = FakeEncoder(("a", "b"), revision="2")
    assert sync(folder, library, other).embedded == 6
    assert rows(library) == afresh(folder, tmp_path / "fresh", other)
