import logging
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.errors import LibraryError, UsageError
from index.history import History, Mark, SectionChange, history_path, remember
from index.history_step import SCHEMA
from index.library import Library
from index.passages import passages_of
from index.records import Article
from index.rows import SourceState
from index.sync import sync
from tests.builders import article
from tests.fakes import FakeEncoder

MONDAY, TUESDAY = datetime(2024, 5, 6, tzinfo=UTC), datetime(2024, 5, 7, tzinfo=UTC)
WORDS = "Orders arrive within three working days, and we send them from Ghent by tram."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "library.sqlite", create=True) as made:
        made.set_model(FakeEncoder().identity)
        yield made


@pytest.fixture
def history(tmp_path: Path) -> Iterator[History]:
    with History.open(tmp_path / "library.history.sqlite") as opened:
        yield opened


def put(library: Library, made: Article, *, digest: str, recipe: str = "") -> None:
    found = passages_of(made)
    vectors = FakeEncoder().encode_documents([passage.text for passage in found])
    library.replace(made.path, SourceState(digest, 9, recipe=recipe), [made], found, vectors)


def follow(
    library: Library, history: History, made: Article, *, digest: str, recipe: str = ""
) -> int:
    put(library, made, digest=digest, recipe=recipe)
    return history.follow(library, at=TUESDAY)


def test_the_first_time_nothing_has_changed(library: Library, history: History) -> None:
    made = article([("Delivery", WORDS)], [("When?", "In three days.")])
    assert follow(library, history, made, digest="1") == 0
    assert history.view().changes == ()
    assert history.view().touched == ((("a.md", "a.md#q1"), 1),)


def test_a_changed_section_is_kept_as_it_was(library: Library, history: History) -> None:
    pair = ("When?", "In three days.")
    follow(library, history, article([("Delivery", "In three days.")], [pair]), digest="1")
    made = article([("Delivery", "In five days.")], [pair])
    assert follow(library, history, made, digest="2") == 1
    at = TUESDAY.isoformat()
    expected = SectionChange("a.md", "a.md#s1", 2, at, "In three days.")
    assert history.view().changes == (expected,)
    assert history.view().touched == ((("a.md", "a.md#q1"), 1),)


@pytest.mark.parametrize("after", ["In  three days!", "In\nthree days.", "IN THREE DAYS"])
def test_looks_are_no_change(library: Library, history: History, after: str) -> None:
    follow(library, history, article([("Delivery", "In three days.")]), digest="1")
    assert follow(library, history, article([("Delivery", after)]), digest="2") == 0


def test_a_pair_is_touched_when_its_answer_changes(library: Library, history: History) -> None:
    follow(library, history, article([], [("When?", "Soon."), ("Why?", "So.")]), digest="1")
    follow(library, history, article([], [("When?", "Later."), ("Why?", "So.")]), digest="2")
    assert dict(history.view().touched) == {("a.md", "a.md#q1"): 2, ("a.md", "a.md#q2"): 1}


def test_another_way_of_reading_the_same_bytes_changes_nothing(
    library: Library, history: History
) -> None:
    follow(library, history, article([("D", "In three days.")], [("Q?", "A.")]), digest="1")
    made = article([("D", "Read in another way.")], [("Q?", "Also this.")])
    assert follow(library, history, made, digest="1", recipe="new") == 0
    assert history.view().touched == ((("a.md", "a.md#q1"), 1),)
    # From then on the new reading is what is compared with.
    assert follow(library, history, made, digest="2", recipe="new") == 0


def test_sections_that_changed_places_did_not_change(library: Library, history: History) -> None:
    # The builder names sections by their places: s1 and s2 swap their texts.
    follow(library, history, article([("A", WORDS), ("B", "Tea keeps.")]), digest="1")
    made = article([("B", "Tea keeps."), ("A", WORDS)])
    assert follow(library, history, made, digest="2") == 0


def test_a_section_is_known_by_most_of_its_words(library: Library, history: History) -> None:
    follow(library, history, article([("A", WORDS), ("B", "Tea keeps.")]), digest="1")
    changed = WORDS.replace("three", "five")
    made = article([("New", "Something quite new here."), ("B", "Tea keeps."), ("A", changed)])
    assert follow(library, history, made, digest="2") == 1
    assert [(c.section, c.before) for c in history.view().changes] == [("a.md#s3", WORDS)]


def test_a_section_written_anew_under_its_heading_changed(
    library: Library, history: History
) -> None:
    follow(library, history, article([("A", WORDS), ("B", "Tea keeps.")]), digest="1")
    made = article([("A", "Nothing is sent any more."), ("B", "Tea keeps.")])
    assert follow(library, history, made, digest="2") == 1
    assert [(c.section, c.before) for c in history.view().changes] == [("a.md#s1", WORDS)]


def test_a_section_that_went_is_forgotten(library: Library, history: History) -> None:
    follow(library, history, article([("A", "Tea."), ("B", WORDS)]), digest="1")
    follow(library, history, article([("A", "Tea."), ("B", WORDS + " New.")]), digest="2")
    assert follow(library, history, article([("A", "Tea.")]), digest="3") == 0
    assert history.view().changes == ()


def test_a_change_follows_a_section_to_its_new_place(library: Library, history: History) -> None:
    follow(library, history, article([("A", WORDS), ("B", "Tea keeps.")]), digest="1")
    changed = WORDS.replace("three", "five")
    follow(library, history, article([("A", changed), ("B", "Tea keeps.")]), digest="2")
    follow(library, history, article([("B", "Tea keeps."), ("A", changed)]), digest="3")
    assert [(c.section, c.step) for c in history.view().changes] == [("a.md#s2", 2)]


def test_a_renamed_file_keeps_its_history(library: Library, history: History) -> None:
    pair = ("When?", "In three days.")
    follow(library, history, article([("A", "Tea."), ("B", WORDS)], [pair]), digest="1")
    follow(library, history, article([("A", "Cups."), ("B", WORDS)], [pair]), digest="2")
    put(library, article([("A", "Cups."), ("B", WORDS)], [pair], id="b.md"), digest="2")
    library.remove("a.md")
    assert history.follow(library, at=TUESDAY) == 0
    view = history.view()
    assert [(c.article, c.section, c.before) for c in view.changes] == [("b.md", "b.md#s1", "Tea.")]
    assert view.touched == ((("b.md", "b.md#q1"), 1),)


def test_of_a_removed_file_nothing_is_left(library: Library, history: History) -> None:
    follow(library, history, article([("A", "Former secret words.")], [("Q?", "A.")]), digest="1")
    follow(library, history, article([("A", "Others.")], [("Q?", "A.")]), digest="2")
    history.mark("a.md", "a.md#q1", at=MONDAY)
    library.remove("a.md")
    history.follow(library, at=TUESDAY)
    view = history.view()
    assert (view.changes, view.touched, view.marks) == ((), (), ())
    history.close()
    assert b"secret" not in history.path.read_bytes()


def test_a_library_made_afresh_goes_on_with_its_history(
    library: Library, history: History, tmp_path: Path
) -> None:
    follow(library, history, article([("A", "In three days.")]), digest="1")
    with Library.open(tmp_path / "other.sqlite", create=True) as afresh:
        afresh.set_model(FakeEncoder().identity)
        assert follow(afresh, history, article([("A", "In five days.")]), digest="2") == 1


def test_an_editors_mark_can_be_taken_back(library: Library, history: History) -> None:
    follow(library, history, article([("A", "Tea.")], [("Q?", "A.")]), digest="1")
    history.mark("a.md", "a.md#q1", at=MONDAY)
    assert history.view().marks == (Mark("a.md", "a.md#q1", 1, MONDAY.isoformat()),)
    assert history.unmark("a.md", "a.md#q1")
    assert not history.unmark("a.md", "a.md#q1")
    assert history.view().marks == ()


def test_a_pair_that_is_not_there_cannot_be_marked(history: History) -> None:
    with pytest.raises(UsageError, match=r"no FAQ pair 'q' in the history of 'a\.md'"):
        history.mark("a.md", "q", at=MONDAY)


def test_a_file_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE theirs (a)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="of another program"):
        History.open(path)
    assert path.read_bytes() == before


def test_a_history_of_a_newer_footnote_says_what_to_do(history: History) -> None:
    history.close()
    connection = sqlite3.connect(history.path)
    connection.execute(f"PRAGMA user_version = {SCHEMA.steps + 1}")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match="written by a newer Footnote"):
        History.open(history.path)


def test_a_damaged_history_stops_no_sync(
    library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    path = history_path(library.path)
    path.write_bytes(b"no database at all" * 100)
    put(library, article([("A", "Tea.")]), digest="1")
    with caplog.at_level(logging.WARNING):
        remember(library, at=TUESDAY)
    assert "cannot be used" in caplog.text
    assert "move it away" in caplog.text
    assert library.article_ids() == ("a.md",)


def test_a_sync_remembers_what_it_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text("# Delivery\n\nOrders arrive within three days.\n")
    with Library.open(tmp_path / "library.sqlite", create=True) as library:
        sync(folder, library, FakeEncoder())
        (folder / "a.md").write_text("# Delivery\n\nOrders arrive within five days.\n")
        sync(folder, library, FakeEncoder())
        with History.open(history_path(library.path)) as history:
            (change,) = history.view().changes
    assert (change.article, change.before) == ("a.md", "Orders arrive within three days.")


def test_history_is_no_part_of_what_is_found(tmp_path: Path) -> None:
    """Step by step, with a history, gives the library that one sync gives."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name, texts in (("steps", ("Tea.", "Cups.")), ("afresh", ("Cups.",))):
        with Library.open(tmp_path / f"{name}.sqlite", create=True) as library:
            for text in texts:
                (folder / "a.md").write_text(f"# A\n\n{text}\n")
                sync(folder, library, FakeEncoder())
    with (
        Library.open(tmp_path / "steps.sqlite") as steps,
        Library.open(tmp_path / "afresh.sqlite") as afresh,
    ):
        assert steps.passages() == afresh.passages()
        assert list(steps.articles()) == list(afresh.articles())
        assert (steps.vectors() == afresh.vectors()).all()
