"""What editors did outlives the server, and can be taken back after it."""

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.errors import FileConflict, UsageError
from qa.faq_file import Change, ChangeKind, Written
from qa.web import desk_journal
from qa.web.desk_edits import Edits
from qa.web.desk_gaps import QuestionVectors
from qa.web.desk_journal import Action, Journal, JournalError, journal_path
from qa.web.desk_state import Desk
from tests.web.desks import LIGHT, desk_of, form, gap_of
from tests.web.test_desk_group import look, pair_fields, save

AT = datetime(2026, 5, 4, 12, tzinfo=UTC)
WRITTEN = Written(
    "tea.faq.yaml",
    "faq: []\n",
    "d1",
    (
        Change(ChangeKind.PAIR, "Is tea green?"),
        Change(ChangeKind.ALTERNATE, "tea.md#a", "green?", own=False),
        Change(ChangeKind.ANSWER, "Is tea green?", "Some.", former="All."),
    ),
)


def action(what: str = "Wrote a pair", *written: Written, minutes: int = 0) -> Action:
    return Action(0, AT + timedelta(minutes=minutes), "anna", what, written, question="green?")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(journal_path(tmp_path / "library.sqlite"))


def restarted(desk: Desk) -> Edits:
    """Return the edits of a server that was started again over the same folder."""
    return Edits(
        desk.content,
        desk.answerer,
        desk.log,
        QuestionVectors(),
        mark=desk.mark,
        dismiss=desk.dismiss,
        sync=desk.edits._sync,
        journal=Journal(journal_path(desk.content / ".footnote" / "library.sqlite")),
    )


def test_an_action_comes_back_as_it_was_kept_the_latest_first(journal: Journal) -> None:
    assert journal.actions() == ()
    assert not journal.path.exists()
    first = journal.add(action("first", WRITTEN, Written("b.faq.yaml", None, "d2", ())))
    second = journal.add(Action(0, AT, "bert", "second", marked=("tea.md", "tea.md#a")))
    assert (first.number, second.number) == (1, 2)
    assert Journal(journal.path).actions() == (second, first)
    assert Journal(journal.path).find(1) == first
    assert journal.find(3) is None


def test_of_two_who_take_an_action_back_one_is_told(journal: Journal) -> None:
    number = journal.add(action()).number
    assert journal.mark(number, undone=True)
    assert not Journal(journal.path).mark(number, undone=True)
    assert journal.mark(number, undone=False)
    assert not journal.mark(99, undone=True)


def test_the_oldest_go_beyond_the_bounds_and_no_number_is_given_twice(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_journal, "KEPT", 3)
    for number in range(5):
        journal.add(action(str(number)))
    assert [one.what for one in journal.actions()] == ["4", "3", "2"]
    monkeypatch.setattr(desk_journal, "MOST_CHARS", 1000)
    journal.add(action("large", Written("a.faq.yaml", "x" * 2000, "d", ())))
    assert [one.what for one in journal.actions()] == ["large"]
    assert journal.add(action("next")).number == 7


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"no database, but long enough to be read as one" * 9, "not a database"), (None, "another")],
)
def test_a_file_that_is_none_of_ours_is_named(
    journal: Journal, content: bytes | None, problem: str
) -> None:
    if content is None:
        with sqlite3.connect(journal.path) as connection:
            connection.execute("CREATE TABLE x (y)")
        connection.close()
    else:
        journal.path.write_bytes(content)
    with pytest.raises(JournalError, match=problem):
        journal.actions()
    with pytest.raises(JournalError, match=problem):
        journal.add(action())


def test_what_was_accepted_is_undone_after_a_restart_byte_for_byte(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    file = desk.content / "tea.faq.yaml"
    file.write_text("article: tea.md\nfaq:\n- question: Is tea green?\n  answer: Some is.\n")
    before = file.read_bytes()
    fields = pair_fields(desk)
    done, _, _ = save(desk, fields, look(desk, fields)[1])
    assert done is not None
    assert file.read_bytes() != before
    edits = restarted(desk)
    (kept,) = edits.actions()
    assert (kept.number, kept.what, kept.editor) == (done.number, done.what, "anna")
    assert edits.undo(kept.number, editor="bert").undone
    assert file.read_bytes() == before
    assert desk.answerer.ask(LIGHT).hits[0].question is None
    with pytest.raises(UsageError, match="taken back already"):
        restarted(desk).undo(kept.number, editor="anna")
    assert sorted(one.name for one in desk.content.iterdir() if one != file) == [
        ".footnote",
        "tea.md",
    ]
    desk.service.close()


def test_after_a_restart_only_what_was_added_is_taken_out_of_a_changed_file(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    file = desk.content / "tea.faq.yaml"
    fields = pair_fields(desk)
    done, _, _ = save(desk, fields, look(desk, fields)[1])
    assert done is not None
    other = "- question: Is tea green?\n  answer: Some is.\n"
    file.write_text(file.read_text() + other)
    restarted(desk).undo(done.number, editor="bert")
    assert "Is tea green?" in file.read_text()
    assert LIGHT not in file.read_text()
    desk.service.close()


def test_what_is_not_in_the_file_any_more_is_a_conflict_and_can_be_tried_again(
    tmp_path: Path,
) -> None:
    desk = desk_of(tmp_path)
    file = desk.content / "tea.faq.yaml"
    fields = pair_fields(desk)
    done, _, _ = save(desk, fields, look(desk, fields)[1])
    assert done is not None
    written = file.read_text()
    file.write_text(written.replace("harm", "spoil"))
    edits = restarted(desk)
    for _ in range(2):  # the first try does not count as taken back
        with pytest.raises(FileConflict, match=r"tea\.faq\.yaml"):
            edits.undo(done.number, editor="bert")
    assert "spoil" in file.read_text()
    file.write_text(written)
    assert edits.undo(done.number, editor="bert").undone
    assert not file.exists()
    desk.service.close()


def test_a_verdict_on_questions_is_the_logs_and_stands_in_no_second_file(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    from qa.web.desk_form import posted

    key = gap_of(desk, "Pizza?").key
    fields = form(("action", "dismiss"), ("key", key), ("verdict", "off_topic"))
    done, _, _ = posted(desk, fields, editor="anna")
    assert done is not None
    assert done.number < 0
    assert desk.edits.actions() == (done,)
    assert restarted(desk).actions() == ()
    assert desk.edits.undo(done.number, editor="anna").undone
    assert desk.log is not None
    assert not any(one.review for one in desk.log.questions())
    desk.gaps.wait(10)
    desk.service.close()


def test_where_it_cannot_be_kept_it_is_written_and_can_be_undone_until_the_end(
    tmp_path: Path,
) -> None:
    desk = desk_of(tmp_path)
    assert desk.edits._journal is not None
    desk.edits._journal.path.mkdir()
    fields = pair_fields(desk)
    done, _, _ = save(desk, fields, look(desk, fields)[1])
    assert done is not None
    assert done.number < 0
    assert desk.edits.actions() == (done,)
    assert desk.edits.undo(done.number, editor="anna").undone
    assert not (desk.content / "tea.faq.yaml").exists()
    desk.service.close()
