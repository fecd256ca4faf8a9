"""A sync tells whose encoding was guessed, and what to do about it."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import ReadError
from index.library import Library
from index.library_place import library_path
from index.records import Article
from index.sync import SyncReport, sync
from qa.cli_library import tell_synced
from tests.fakes import FakeEncoder
from tests.index.syncing import Counting


def synced(folder: Path) -> SyncReport:
    with Library.open(library_path(folder, write=True), create=True) as library:
        return sync(folder, library, FakeEncoder())


def test_a_guessed_encoding_is_told_when_its_file_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.md").write_bytes("The café is open.\n".encode("cp1252"))
    (tmp_path / "b.md").write_text("The café is closed.\n", encoding="utf-8")
    (tmp_path / "c.html").write_bytes(
        '<meta charset="windows-1252"><p>Declared: a café.</p>'.encode("cp1252")
    )
    report = synced(tmp_path)
    assert report.guessed == (("a.md", "cp1252"),)
    tell_synced(report, tmp_path)
    assert capsys.readouterr().err == (
        "a.md: its encoding is a guess, cp1252: save the file as UTF-8, so that no letter can be "
        "mistaken\n"
    )
    assert synced(tmp_path).guessed == ()
    (tmp_path / "a.md").write_text("The café is open.\n", encoding="utf-8")
    again = synced(tmp_path)
    assert (again.read, again.guessed) == (1, ())


@pytest.mark.parametrize(
    ("files", "last"),
    [
        (10, "09.md: its encoding is a guess"),
        (11, "1 more file's encoding is a guess"),
        (13, "3 more files' encodings are a guess"),
    ],
)
def test_ten_guesses_are_told_by_name_and_the_others_by_number(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], files: int, last: str
) -> None:
    for number in range(files):
        (tmp_path / f"{number:02}.md").write_bytes(f"Café number {number}.\n".encode("cp1252"))
    tell_synced(synced(tmp_path), tmp_path)
    told = capsys.readouterr().err.splitlines()
    assert len(told) == min(files, 11)
    assert told[0].startswith("00.md: ")
    assert told[-1].startswith(last)


class OneId(Counting):
    """Readers that call every article alike, as two files must not."""

    def read_bytes(
        self,
        data: bytes,
        path: str,
        *,
        base_url: str | None = None,
        problems: list[ReadError] | None = None,
    ) -> Sequence[Article]:
        articles = super().read_bytes(data, path, base_url=base_url, problems=problems)
        return [replace(article, id="one") for article in articles]


def test_a_file_that_could_not_be_taken_in_is_told_as_failed_only(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes("The café.\n".encode("cp1252"))
    (tmp_path / "b.md").write_bytes("The other café.\n".encode("cp1252"))
    with Library.open(library_path(tmp_path, write=True), create=True) as library:
        report = sync(tmp_path, library, FakeEncoder(), readers=OneId())
    assert [error.path for error in report.failed] == ["b.md"]
    assert report.guessed == (("a.md", "cp1252"),)
