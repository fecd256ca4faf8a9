"""A content folder of two articles and its library, for the tests of a sync."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.library import Library
from index.library_place import library_path
from tests.index.syncing import pair, write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    write(made / "a.md", pair("Why a", "Because of a"))
    write(made / "sub" / "b.md", pair("Why b", "Because of b"))
    write(made / "ignored.bin", "no source")
    return made


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(library_path(folder), create=True) as made:
        yield made
