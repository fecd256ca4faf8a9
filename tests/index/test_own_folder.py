from pathlib import Path

import pytest

from index.errors import LibraryError
from index.history import History
from index.library import Library
from index.own_folder import make_folder_of
from qa.question_store import QuestionStore
from qa.question_writer import QuestionLogError


def test_a_folder_of_ones_own_choice_is_made_with_all_that_it_lies_in(tmp_path: Path) -> None:
    for _ in range(2):
        make_folder_of(tmp_path / "a" / "b" / "library.sqlite")
        make_folder_of(tmp_path / "a" / ".footnote" / "library.sqlite")
    assert sorted(one.name for one in (tmp_path / "a").iterdir()) == [".footnote", "b"]


def test_nothing_makes_a_content_folder_that_is_not_there(tmp_path: Path) -> None:
    content = tmp_path / "content"
    place = content / ".footnote"
    with pytest.raises(LibraryError, match=r"\.footnote cannot be used: No such file"):
        Library.open(place / "library.sqlite", create=True)
    with pytest.raises(LibraryError, match=r"\.footnote cannot be used: No such file"):
        History.open(place / "history.sqlite")
    store = QuestionStore(place / "questions.sqlite")
    with pytest.raises(QuestionLogError, match=r"cannot be written: .*No such file"):
        store.write([lambda _: 1])
    store.close()
    assert list(tmp_path.iterdir()) == []
    content.mkdir()
    Library.open(place / "library.sqlite", create=True).close()
    assert (place / "library.sqlite").exists()
