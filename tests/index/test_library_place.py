import os
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.library_place import library_path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "content"
    made.mkdir()
    return made


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_the_library_of_a_folder_is_inside_it(folder: Path) -> None:
    assert library_path(folder) == folder / ".footnote" / "library.sqlite"
    assert not (folder / ".footnote").exists()


def test_the_library_of_a_folder_that_cannot_be_written_is_in_the_users_cache(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.platform", "linux")
    inside = library_path(folder)
    write(inside, "came with the folder")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write anywhere
    cached = library_path(folder, write=True)
    assert cached.is_relative_to(tmp_path / "cache" / "footnote")
    assert cached.parent.name.startswith("content-")
    assert library_path(folder) == inside
    write(cached, "synced since")
    assert library_path(folder) == cached
    inside.unlink()
    assert library_path(folder) == library_path(folder, write=True) == cached


def test_a_folder_that_cannot_be_written_needs_a_home_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    with pytest.raises(LibraryError, match=r"content cannot be used: there is no home folder"):
        library_path(folder)
