import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa.new_files import written_beside


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def mask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def test_a_new_file_has_the_permissions_that_are_usual_here(tmp_path: Path, mask: None) -> None:
    made = written_beside(tmp_path / "tea.md", b"tea\r\n")
    assert (made.parent, made.read_bytes(), mode(made)) == (tmp_path, b"tea\r\n", 0o640)
    assert made.name.startswith(".tea.md.")


def test_permissions_that_are_named_are_kept_whatever_is_usual(tmp_path: Path, mask: None) -> None:
    assert mode(written_beside(tmp_path / "tea.md", b"", mode=0o606)) == 0o606


def test_the_processs_mask_is_never_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> int:
        raise AssertionError("other threads make files meanwhile")

    monkeypatch.setattr(os, "umask", refuse)
    assert written_beside(tmp_path / "tea.md", b"tea").read_bytes() == b"tea"


def test_two_files_beside_one_are_two_and_a_long_name_is_no_error(tmp_path: Path) -> None:
    place = tmp_path / f"{'t' * 240}.md"
    one, other = written_beside(place, b"1"), written_beside(place, b"2")
    assert (one.read_bytes(), other.read_bytes()) == (b"1", b"2")


def test_nothing_is_left_where_it_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        written_beside(tmp_path / "tea.md", b"tea")
    assert list(tmp_path.iterdir()) == []
