"""A library's vectors as they are searched: kept beside it, caught up, and never believed."""

import json
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import passage_vectors as subject
from index import vector_files
from index.errors import LibraryDamaged
from index.library import Library
from index.passage_vectors import PassageVectors, index_of, passage_vectors
from index.passages import passages_of
from index.rows import SourceState
from index.vectors import FlatSearch
from tests.builders import article
from tests.fakes import FakeEncoder

FROM = 100  # in place of LARGE_FROM
ENCODER = FakeEncoder()


def words(number: int) -> str:
    """A text of its own for each number: letters drawn from it."""
    chance = np.random.default_rng(number)
    return "".join(chance.choice(list("abcdefghijklmnopqrstuvwxyz"), 30))


def put(library: Library, first: int, last: int, *, name: str | None = None) -> None:
    """Put a file of pairs made of the numbers from ``first`` to ``last`` into the library."""
    path = name or f"{first}.md"
    made = article(
        faq=[(f"{words(n)}?", f"{words(9000 + n)}.") for n in range(first, last)], id=path
    )
    passages = passages_of(made)
    texts = [passage.text for passage in passages]
    state = SourceState(digest=path, size=1)
    library.replace(path, state, [made], passages, ENCODER.encode_documents(texts))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite", create=True) as opened:
        opened.set_model(ENCODER.identity)
        for first in range(0, 200, 20):
            put(opened, first, first + 20)
        yield opened


def load(library: Library, before: PassageVectors | None = None) -> PassageVectors:
    with library.snapshot() as view:
        return passage_vectors(view, before=before, large_from=FROM)


def folders(library: Library) -> list[Path]:
    return sorted(library.path.parent.glob("library.sqlite-vectors-*"))


def searched(vectors: PassageVectors) -> tuple[list[list[int]], list[list[float]]]:
    asked = ENCODER.encode_queries([words(number) for number in range(1000, 1030)])
    keys, found = vectors.index.search(asked, 20)
    return keys.tolist(), found.tolist()


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was done since: "made" an index afresh, "read" n vectors of the library."""
    done: list[str] = []
    made, read = subject._made, subject._read

    def noted_made(*arguments: object) -> object:
        done.append("made")
        return made(*arguments)  # type: ignore[arg-type]

    def noted_read(library: Library, digests: NDArray[np.bytes_], dimension: int) -> object:
        done.append(f"read {len(digests)}")
        return read(library, digests, dimension)

    monkeypatch.setattr(subject, "_made", noted_made)
    monkeypatch.setattr(subject, "_read", noted_read)
    return done


def test_a_small_library_has_no_files_and_is_compared_in_full(library: Library) -> None:
    with library.snapshot() as view:
        small = passage_vectors(view)
    assert isinstance(small.index, FlatSearch)
    assert small.texts is None
    assert folders(library) == []


def test_vectors_by_passage_are_those_of_the_library(library: Library) -> None:
    large, expected = load(library).vectors, library.vectors()
    assert (len(large), large.shape, large.dtype) == (len(expected), expected.shape, np.float32)
    assert np.array_equal(large, expected)
    assert np.array_equal(large[7], expected[7])
    assert np.array_equal(large[[3, 1, 3]], expected[[3, 1, 3]])
    assert np.array_equal(large[5:9], expected[5:9])
    assert np.array_equal(large[np.array([[0, 1], [2, 3]])], expected[[[0, 1], [2, 3]]])
    assert np.array_equal(expected[:2] @ large.T, expected[:2] @ expected.T)
    assert np.array_equal(np.vstack([large, expected[:1]]), np.vstack([expected, expected[:1]]))


def test_equal_texts_are_found_for_every_passage_that_has_them(library: Library) -> None:
    put(library, 0, 20, name="again.md")
    large = load(library)
    rows = [row for row, one in enumerate(library.passages()) if one.text == f"{words(3)}?"]
    assert len(rows) == 2
    keys, found = large.index.search(ENCODER.encode_queries([f"{words(3)}?"]), 2)
    assert keys.tolist() == [rows]
    assert found.tolist() == [[1.0, 1.0]]
    assert len(large.index) == len(library.passages())


def test_an_index_in_memory_finds_what_that_of_the_library_finds(library: Library) -> None:
    texts = [passage.text for passage in library.passages()]
    own = index_of(texts, library.vectors(), large_from=FROM)
    assert searched(PassageVectors(library.vectors(), own)) == searched(load(library))


def test_the_second_opening_reads_no_vector_of_the_library(
    library: Library, opened: list[str]
) -> None:
    first = load(library)
    assert opened[0] == "made"
    (folder,) = folders(library)
    assert sorted(path.name for path in folder.iterdir()) == [
        "arrays.npz",
        "codes.faiss",
        "manifest.json",
        "vectors.f32",
    ]
    opened.clear()
    second = load(library)
    assert opened == []
    assert searched(second) == searched(first)
    assert folders(library) == [folder]


@pytest.mark.parametrize("restart", [False, True], ids=["refresh", "restart"])
def test_step_by_step_finds_what_a_library_made_afresh_finds(
    library: Library, tmp_path: Path, opened: list[str], *, restart: bool
) -> None:
    vectors = load(library)
    steps: list[Callable[[], None]] = [
        lambda: put(library, 300, 303),
        lambda: library.remove("40.md"),
        lambda: put(library, 61, 80, name="60.md"),
        lambda: put(library, 400, 440),
        lambda: library.remove("300.md"),
    ]
    for step in steps:
        step()
        opened.clear()
        vectors = load(library, None if restart else vectors)
        assert "made" not in opened
        assert np.array_equal(vectors.vectors, library.vectors())
    with Library.open(tmp_path / "afresh" / "library.sqlite", create=True) as afresh:
        afresh.set_model(ENCODER.identity)
        put(afresh, 400, 440)
        put(afresh, 61, 80, name="60.md")
        for first in (180, 160, 140, 120, 100, 80, 20, 0):
            put(afresh, first, first + 20)
        assert [one.id for one in afresh.passages()] == [one.id for one in library.passages()]
        assert searched(load(afresh)) == searched(vectors)


def test_a_few_changes_are_not_written_and_many_are(library: Library) -> None:
    vectors = load(library)
    (first,) = folders(library)
    put(library, 300, 301)
    vectors = load(library, vectors)
    assert folders(library) == [first]
    put(library, 400, 440)
    load(library, vectors)
    (second,) = folders(library)
    assert second != first


def test_an_earlier_generation_finds_what_it_did(library: Library) -> None:
    before = load(library)
    expected, rows = searched(before), library.vectors()
    library.remove("40.md")
    put(library, 400, 440)
    load(library, before)
    assert searched(before) == expected
    assert np.array_equal(before.vectors, rows)


def test_searching_goes_on_while_the_next_generation_is_made(library: Library) -> None:
    before = load(library)
    expected, differing, stop = searched(before), [], threading.Event()

    def ask() -> None:
        while not stop.is_set():
            if searched(before) != expected:
                differing.append(1)

    asking = threading.Thread(target=ask)
    asking.start()
    vectors = before
    for number in range(5):
        put(library, 500 + 10 * number, 510 + 10 * number)
        vectors = load(library, vectors)
    stop.set()
    asking.join()
    assert differing == []


@pytest.mark.parametrize("name", ["vectors.f32", "codes.faiss", "arrays.npz", "manifest.json"])
@pytest.mark.parametrize("harm", ["changed", "cut", "gone", "empty"])
def test_a_damaged_file_costs_a_new_index_and_never_an_answer(
    library: Library, opened: list[str], name: str, harm: str
) -> None:
    expected = searched(load(library))
    (folder,) = folders(library)
    path = folder / name
    content = bytearray(path.read_bytes())
    if harm == "gone":
        path.unlink()
        old = time.time() - 7200
        os.utime(folder, (old, old))
    else:
        middle = len(content) // 2
        content[middle] ^= 0x10
        path.write_bytes({"changed": content, "cut": content[:middle], "empty": b""}[harm])
    opened.clear()
    assert searched(load(library)) == expected
    assert opened[0] == "made"
    assert folder not in folders(library)
    assert len(folders(library)) == 1
    opened.clear()
    load(library)
    assert opened == []


def test_files_of_another_library_or_model_are_not_taken(
    library: Library, tmp_path: Path, opened: list[str]
) -> None:
    load(library)
    (folder,) = folders(library)
    other = FakeEncoder(name="other")
    with Library.open(tmp_path / "second" / "library.sqlite", create=True) as second:
        second.set_model(other.identity)
        for first in range(0, 200, 20):
            put(second, first, first + 20)
        shutil.copytree(folder, second.path.parent / folder.name)
        opened.clear()
        load(second)
        assert opened[0] == "made"


def test_vectors_that_came_back_with_other_bits_are_read_again(
    library: Library, opened: list[str]
) -> None:
    """The same text, embedded on another machine, has other last bits."""
    vectors = load(library)
    made = article(faq=[(f"{words(0)}?", f"{words(9000)}.")], id="0.md")
    passages = passages_of(made)
    rows = ENCODER.encode_documents([one.text for one in passages])
    library.replace("0.md", SourceState(digest="1", size=1), [made], passages, rows)
    library.remove("0.md")
    turned = np.nextafter(rows, np.float32(0))
    library.replace("0.md", SourceState(digest="1", size=1), [made], passages, turned)
    opened.clear()
    after = load(library, vectors)
    assert "made" in opened
    assert np.array_equal(after.vectors, library.vectors())


def test_prepared_vectors_do_not_make_an_index_stale(library: Library, opened: list[str]) -> None:
    load(library)
    library.prepare_vectors(ENCODER.identity, ["tea"], ENCODER.encode_documents(["tea"]))
    opened.clear()
    load(library)
    assert opened == []


def test_where_nothing_can_be_written_the_index_stays_in_memory(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = searched(load(library))
    for folder in folders(library):
        shutil.rmtree(folder)

    def refused(_: Path) -> Path:
        raise PermissionError("read-only")

    monkeypatch.setattr(vector_files, "new_folder", refused)
    vectors = load(library)
    assert folders(library) == []
    assert searched(vectors) == expected
    put(library, 300, 301)
    assert np.array_equal(load(library, vectors).vectors, library.vectors())


def test_a_full_disk_leaves_nothing_half_written(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(vector_files.np, "savez", full)
    vectors = load(library)
    assert folders(library) == []
    assert np.array_equal(vectors.vectors, library.vectors())


def test_a_library_that_shrinks_takes_its_files_away(library: Library) -> None:
    load(library)
    assert len(folders(library)) == 1
    for first in range(20, 200, 20):
        library.remove(f"{first}.md")
    assert isinstance(load(library).index, FlatSearch)
    assert folders(library) == []


def test_an_unfinished_folder_of_another_process_stays_for_an_hour(library: Library) -> None:
    young = library.path.with_name("library.sqlite-vectors-young")
    old = library.path.with_name("library.sqlite-vectors-old")
    for folder, age_s in ((young, 60), (old, 3700)):
        folder.mkdir()
        then = time.time() - age_s
        os.utime(folder, (then, then))
    load(library)
    assert young.exists()
    assert not old.exists()


def test_a_newer_index_is_left_by_a_reader_of_an_older_generation(library: Library) -> None:
    with library.snapshot() as view:
        put(library, 400, 440)
        load(library)
        (newer,) = folders(library)
        assert json.loads((newer / "manifest.json").read_text())["manifest"]["generation"] > 0
        older = passage_vectors(view, large_from=FROM)
        assert newer.exists()
        assert np.array_equal(older.vectors, view.vectors())


def test_a_library_that_lost_a_vector_is_found_to_be_damaged(library: Library) -> None:
    connection = library._tables.connection
    row = connection.execute("SELECT text_digest FROM vectors LIMIT 1").fetchone()
    connection.execute("DELETE FROM vectors WHERE text_digest = ?", row)
    with pytest.raises(LibraryDamaged, match="a text has no vector"):
        load(library)


def test_a_vector_too_many_is_damage_too(library: Library) -> None:
    connection = library._tables.connection
    connection.execute("DELETE FROM passages WHERE article = '20.md'")
    with pytest.raises(LibraryDamaged, match=r"rows of passages|passages holds"):
        load(library)
