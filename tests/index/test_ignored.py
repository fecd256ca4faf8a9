"""What a content folder's .footnoteignore leaves out, and what it must not do silently."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.errors import ReadError
from index.ignored import ignored
from index.library import Library
from index.library_place import library_path
from index.readers import find_sources
from index.sync import sync
from tests.fakes import FakeEncoder

TEXT = "# {}\n\nTea keeps for two years.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("tea.md", "drafts/tea.md", "drafts/cake.md", "more/drafts/jam.md", "notes.tmp.md"):
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(name))
    return tmp_path / "content"


@pytest.fixture
def library(folder: Path) -> Iterator[Library]:
    with Library.open(library_path(folder), create=True) as made:
        yield made


def found(folder: Path, *lines: str) -> list[str]:
    (folder / ".footnoteignore").write_text("".join(f"{line}\n" for line in lines))
    return [path.relative_to(folder).as_posix() for path in find_sources([folder])]


def test_without_the_file_or_without_a_pattern_nothing_is_left_out(folder: Path) -> None:
    every = ["drafts/cake.md", "drafts/tea.md", "more/drafts/jam.md", "notes.tmp.md", "tea.md"]
    assert [path.relative_to(folder).as_posix() for path in find_sources([folder])] == every
    assert found(folder) == every
    assert found(folder, "", "# drafts/", "   ") == every


# By hand, after gitignore(5): a slash at the end means folders, one before it the place.
@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        (["drafts/"], ["notes.tmp.md", "tea.md"]),
        (["/drafts/"], ["more/drafts/jam.md", "notes.tmp.md", "tea.md"]),
        (["*.tmp.md", "drafts"], ["tea.md"]),
        (["drafts/*.md"], ["more/drafts/jam.md", "notes.tmp.md", "tea.md"]),
        (["**/tea.md"], ["drafts/cake.md", "more/drafts/jam.md", "notes.tmp.md"]),
        (["*.md", "!/tea.md"], ["tea.md"]),
        (["/drafts/*", "!drafts/tea.md", "more/"], ["drafts/tea.md", "notes.tmp.md", "tea.md"]),
        (["!drafts/tea.md", "/drafts/*", "more/"], ["notes.tmp.md", "tea.md"]),
        (
            ["\\#a", "d?afts/c[a-c]ke.md", "more/"],
            ["drafts/tea.md", "notes.tmp.md", "tea.md"],
        ),
    ],
)
def test_patterns_are_those_of_git(folder: Path, patterns: list[str], left: list[str]) -> None:
    assert found(folder, *patterns) == left


def test_as_in_git_nothing_comes_back_out_of_a_folder_that_is_left_out(folder: Path) -> None:
    assert found(folder, "drafts/", "!/drafts/tea.md", "!tea.md", "*.tmp.md") == ["tea.md"]
    # All but one folder, as gitignore(5) has it.
    assert found(folder, "/*", "!/more/", "*.tmp.md") == ["more/drafts/jam.md"]
    assert found(folder, "*", "!*/", "!j*.md") == ["more/drafts/jam.md"]


def test_a_letter_is_a_letter_however_the_system_writes_it(folder: Path) -> None:
    place = folder / "entwu\N{COMBINING DIAERESIS}rfe" / "tea.md"  # as macOS does
    place.parent.mkdir()
    place.write_text(TEXT)
    assert place in find_sources([folder])
    (folder / ".footnoteignore").write_text("entw\N{LATIN SMALL LETTER U WITH DIAERESIS}rfe/\n")
    assert place not in find_sources([folder])


def test_a_folder_that_is_left_out_need_not_be_listed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed = os.scandir

    def scandir(path: Path) -> Any:
        if path.name == "drafts":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with pytest.raises(ReadError, match="drafts/: cannot be listed: Permission denied"):
        find_sources([folder])
    assert found(folder, "drafts/", "*.tmp.md") == ["tea.md"]


def test_only_the_file_of_the_folder_that_is_named_counts(folder: Path) -> None:
    (folder / "drafts" / ".footnoteignore").write_text("*.md\n")
    assert folder / "drafts" / "tea.md" in find_sources([folder])
    assert find_sources([folder / "drafts"]) == []


def test_a_file_that_is_named_itself_is_always_taken(folder: Path) -> None:
    (folder / ".footnoteignore").write_text("tea.md\n")
    assert find_sources([folder / "tea.md"]) == [folder / "tea.md"]


def test_what_is_left_out_goes_from_the_library_and_comes_back(
    folder: Path, library: Library
) -> None:
    sync(folder, library, FakeEncoder())
    assert len(library.sources()) == 5
    (folder / ".footnoteignore").write_text("drafts/\n*.tmp.md\n")
    report = sync(folder, library, FakeEncoder())
    assert (report.removed, report.failed, report.stale) == (4, (), ())
    assert sorted(library.sources()) == ["tea.md"]
    assert [article.path for article in library.articles()] == ["tea.md"]
    (folder / ".footnoteignore").write_text("*.tmp.md\n!drafts/\n")
    assert sync(folder, library, FakeEncoder()).read == 3
    assert "drafts/cake.md" in library.sources()
    (folder / ".footnoteignore").unlink()
    sync(folder, library, FakeEncoder())
    assert len(library.sources()) == 5


@pytest.mark.parametrize("line", ["!", "drafts\\", "[z-a].md", "[a", "/", "a\x0b/\\"])
def test_a_line_that_is_no_pattern_is_named_and_nothing_is_synced(
    folder: Path, library: Library, line: str
) -> None:
    sync(folder, library, FakeEncoder())
    before = library.generation
    (folder / ".footnoteignore").write_text(f"# notes\n\n{line}\n")
    (folder / "tea.md").unlink()
    with pytest.raises(ReadError, match="no pattern of files") as raised:
        sync(folder, library, FakeEncoder())
    assert str(raised.value) == f".footnoteignore:3: {line!r} is no pattern of files"
    assert library.generation == before


def test_a_file_that_is_no_text_is_named_with_its_line(folder: Path) -> None:
    (folder / ".footnoteignore").write_bytes("drafts/\nentwürfe/\n".encode("latin-1"))
    with pytest.raises(ReadError, match=r"\.footnoteignore:2: not UTF-8: save it as UTF-8"):
        find_sources([folder])


@pytest.mark.parametrize("line", ["[[:alpha:]]rafts/", "[![:space:]]x", "draft[[1]*.md", "[a--]"])
def test_classes_of_characters_are_refused_and_not_passed_over(folder: Path, line: str) -> None:
    with pytest.raises(ReadError, match=r"1: .*name each character of the set"):
        found(folder, line)


def test_what_is_no_regular_file_is_refused_unread(folder: Path) -> None:
    place = folder / ".footnoteignore"
    place.mkdir()
    with pytest.raises(ReadError, match=r"\.footnoteignore: no regular file: move it away"):
        find_sources([folder])
    place.rmdir()
    place.symlink_to(folder / "nowhere")
    with pytest.raises(ReadError, match="a link to a file that is not there"):
        find_sources([folder])
    place.unlink()
    if hasattr(os, "mkfifo"):
        os.mkfifo(place)
        with pytest.raises(ReadError, match="no regular file: move it away"):
            find_sources([folder])


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(folder: Path) -> None:
    (folder / ".footnoteignore").write_bytes(b"\xef\xbb\xbfdrafts/\r\n*.tmp.md\r\n")
    left_out = ignored(folder)
    assert left_out("drafts/tea.md")
    assert left_out("notes.tmp.md")
    assert not left_out("tea.md")
