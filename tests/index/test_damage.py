"""Whatever happens to a library file's bytes: reading gives what was written or an error."""

import contextlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

from index.errors import LibraryDamaged
from index.library import Library
from index.passages import passages_of
from index.rows import SourceState
from tests.builders import article
from tests.fakes import FakeEncoder

PAGE = 4096


def contents(path: Path) -> object:
    """Everything that can be read from a library, as values to compare."""
    with Library.open(path, read_only=True) as library:
        return (
            library.generation,
            library.model,
            library.sources(),
            [library.article(id) for id in library.article_ids()],
            library.passages(),
            library.vectors().tobytes(),
        )


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with inner pages, overflow pages, and free pages where a file was removed."""
    path = tmp_path_factory.mktemp("sound") / "library.sqlite"
    encoder = FakeEncoder([f"{letter}{other}" for letter in "abcdefgh" for other in "abcdefghij"])
    random = Random(1)
    with Library.open(path, create=True) as library:
        library.set_model(encoder.identity)
        for number in range(12):
            words = ["".join(random.choices("abcdefghij", k=6)) for _ in range(400)]
            made = article(
                [(f"Heading {number}", " ".join(words[:300]) + ".")],
                [(" ".join(words[300:305]) + "?", " ".join(words[305:]) + ".")],
                id=f"article-{number}.md",
            )
            found = passages_of(made)
            vectors = encoder.encode_documents([passage.text for passage in found])
            library.replace(made.path, SourceState(f"{number}", 1), [made], found, vectors)
        for number in range(4):
            library.remove(f"article-{number}.md")
    return path


def pages_not_read(sound: Path, folder: Path) -> int:
    """How many pages are free, or would be without the indexes."""
    path = folder / "without-indexes.sqlite"
    shutil.copy(sound, path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP INDEX articles_by_source")
        connection.execute("DROP INDEX passages_by_text")
        connection.commit()
        return int(connection.execute("PRAGMA freelist_count").fetchone()[0])


def zeros(page: bytes, random: Random) -> bytes:
    return bytes(len(page))


def garbage(page: bytes, random: Random) -> bytes:
    return random.randbytes(len(page))


def one_bit(page: bytes, random: Random) -> bytes:
    changed = bytearray(page)
    changed[random.randrange(len(page))] ^= 1 << random.randrange(8)
    return bytes(changed)


def header_bit(page: bytes, random: Random) -> bytes:
    changed = bytearray(page)
    changed[random.randrange(128)] ^= 1 << random.randrange(8)
    return bytes(changed)


def shifted(page: bytes, random: Random) -> bytes:
    return page[16:] + page[:16]


def no_cells(page: bytes, random: Random) -> bytes:
    """A page that says it is empty: SQLite itself finds nothing wrong with a leaf like that."""
    changed = bytearray(page)
    changed[3:5] = b"\0\0"
    return bytes(changed)


DAMAGES: list[Callable[[bytes, Random], bytes]] = [
    zeros, garbage, one_bit, one_bit, one_bit, header_bit, header_bit, shifted, no_cells,
]  # fmt: skip


def damaged_copies(sound: Path, folder: Path, seed: int) -> Iterator[tuple[str, Path]]:
    """The library once for each page and damage, that page damaged."""
    random = Random(seed)
    data = sound.read_bytes()
    for start in range(0, len(data), PAGE):
        page = data[start : start + PAGE]
        for damage in DAMAGES:
            path = folder / "library.sqlite"
            path.write_bytes(data[:start] + damage(page, random) + data[start + PAGE :])
            yield f"{damage.__name__} of page {start // PAGE + 1}", path


def test_each_page_damaged_is_an_error_that_names_the_file_or_changes_nothing(
    sound: Path, tmp_path: Path
) -> None:
    expected = contents(sound)
    harmless: list[str] = []
    found: dict[str, str] = {}
    for what, path in damaged_copies(sound, tmp_path, seed=2):
        try:
            assert contents(path) == expected, what
            harmless.append(what)
        except LibraryDamaged as error:
            found[what] = str(error).replace(str(path), "FILE")
    for what, message in found.items():
        if message.startswith("FILE is not a Footnote library"):
            assert what.endswith("of page 1")
            continue
        assert message.startswith("the library FILE is damaged: "), what
        assert message.endswith("; delete it and run `footnote sync` again"), what
    # Only free pages and the two indexes, which reading does not use, may be overwritten unnoticed.
    may_be = pages_not_read(sound, tmp_path)
    for damage in ("zeros", "garbage"):
        assert sum(what.startswith(damage) for what in harmless) == may_be > 0


def test_verify_finds_what_reading_finds_and_the_indexes_too(sound: Path, tmp_path: Path) -> None:
    expected = contents(sound)
    for what, path in damaged_copies(sound, tmp_path, seed=3):
        try:
            with Library.open(path) as library:
                library.verify()
        except LibraryDamaged:
            continue
        assert contents(path) == expected, what


def test_a_file_cut_short_is_damaged_or_has_lost_nothing(sound: Path, tmp_path: Path) -> None:
    data, expected = sound.read_bytes(), contents(sound)
    path = tmp_path / "library.sqlite"
    whole = []
    for size in [1, 50, PAGE // 2, *range(PAGE, len(data), PAGE), len(data) - 1]:
        path.write_bytes(data[:size])
        try:
            assert contents(path) == expected
            whole.append(size)
        except LibraryDamaged:
            continue
    # SQLite forgives a part of the last page, where that is a free one.
    assert set(whole) <= {len(data) - 1}


def test_a_page_of_an_older_state_is_damage(sound: Path, tmp_path: Path) -> None:
    """Each page is a sound one, but not all of one state: as after a lost write of a disk."""
    path = tmp_path / "library.sqlite"
    shutil.copy(sound, path)
    with Library.open(path) as library:
        library.remove("article-9.md")
    old, new = sound.read_bytes(), path.read_bytes()
    expected = contents(path)
    found = 0
    for start in range(0, min(len(old), len(new)), PAGE):
        if old[start : start + PAGE] != new[start : start + PAGE]:
            mixed = new[:start] + old[start : start + PAGE] + new[start + PAGE :]
            path.write_bytes(mixed)
            try:
                assert contents(path) == expected
            except LibraryDamaged:
                found += 1
    assert found > 0


def test_a_changed_vector_is_found(sound: Path, tmp_path: Path) -> None:
    with Library.open(sound, read_only=True) as library:
        vector = library.vectors()[0].astype("<f4").tobytes()
    data = sound.read_bytes()
    assert data.count(vector) >= 1
    path = tmp_path / "library.sqlite"
    changed = np.frombuffer(vector, dtype="<f4")[::-1].tobytes()
    path.write_bytes(data.replace(vector, changed))
    with pytest.raises(LibraryDamaged, match=r"a row of vectors .* was changed"):
        contents(path)


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [
        (60, b"\0\0\0\x63", "its header says schema 99, its contents schema 1"),
        (60, b"\0\0\0\0", "its header says schema 0, its contents schema 1"),
        (68, b"\0\0\0\0", "its header does not say that it is a Footnote library"),
        (103, b"\0\0", "its tables are gone"),
        (0, b"sqlite", "is not a Footnote library .*, or a library whose beginning is damaged"),
    ],
)
def test_a_damaged_header_is_told_from_a_file_of_another_program(
    sound: Path, tmp_path: Path, offset: int, value: bytes, message: str
) -> None:
    data = bytearray(sound.read_bytes())
    data[offset : offset + len(value)] = value
    path = tmp_path / "library.sqlite"
    path.write_bytes(data)
    for read_only in (True, False):
        with pytest.raises(LibraryDamaged, match=message):
            Library.open(path, create=not read_only, read_only=read_only)


def test_a_table_whose_definition_changed_is_damaged(sound: Path, tmp_path: Path) -> None:
    # Two columns of one type change places: every statement would still work.
    data = sound.read_bytes()
    gap = b" TEXT NOT NULL,\n            "
    before, after = b"title" + gap + b"text TEXT", b"text" + gap + b"title TEXT"
    assert data.count(before) == 1
    path = tmp_path / "library.sqlite"
    path.write_bytes(data.replace(before, after))
    with pytest.raises(LibraryDamaged, match="its table definitions are not the ones"):
        Library.open(path)


def test_no_bit_of_the_first_page_can_change_what_is_read(sound: Path, tmp_path: Path) -> None:
    expected, data = contents(sound), sound.read_bytes()
    path = tmp_path / "library.sqlite"
    random = Random(5)
    for offset in [*range(128), *range(128, PAGE, 31)]:
        changed = bytearray(data)
        changed[offset] ^= 1 << random.randrange(8)
        path.write_bytes(changed)
        with contextlib.suppress(LibraryDamaged):
            assert contents(path) == expected, offset
