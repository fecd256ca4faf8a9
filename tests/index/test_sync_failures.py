"""What cannot be read is reported, and keeps nothing else out."""

import os
from pathlib import Path

import pytest

from index.errors import UsageError
from index.library import Library
from index.sync import sync
from tests.fakes import FakeEncoder
from tests.index.syncing import Counting, counts, pair, write


def test_a_file_that_cannot_be_read_is_reported_and_its_last_version_kept(
    folder: Path, library: Library
) -> None:
    write(folder / "list.yaml", "- question: Why y?\n  answer: Because of y.\n")
    sync(folder, library, FakeEncoder())
    write(folder / "list.yaml", "- question: [\n")
    write(folder / "empty.md", "")
    report = sync(folder, library, FakeEncoder())
    assert counts(report) == (0, 0, 2, 0)
    assert [error.path for error in report.failed] == ["empty.md", "list.yaml"]
    assert report.stale == ("list.yaml",)
    assert "Because of y." in [passage.text for passage in library.passages()]
    assert len(sync(folder, library, FakeEncoder()).failed) == 2
    write(folder / "list.yaml", "- question: Why z?\n  answer: Because of z.\n")
    (folder / "empty.md").unlink()
    mended = sync(folder, library, FakeEncoder())
    assert (counts(mended), mended.failed, mended.stale) == ((1, 3, 2, 0), (), ())
    assert "Because of y." not in [passage.text for passage in library.passages()]


def test_a_fault_in_reading_one_file_is_reported_and_the_others_go_in(
    folder: Path, library: Library, caplog: pytest.LogCaptureFixture
) -> None:
    write(folder / "bad.md", "crash")
    report = sync(folder, library, FakeEncoder(), readers=Counting())
    assert report.read == 2
    assert [str(error) for error in report.failed] == [
        "bad.md: Footnote failed on it (ZeroDivisionError: division by zero): please report it"
    ]
    assert "reading bad.md failed" in caplog.text


def test_a_file_that_is_too_large_or_out_of_reach_is_reported(
    folder: Path, library: Library
) -> None:
    small = Counting()
    small.MAX_BYTES = 80
    write(folder / "big.md", "x" * 81)
    (folder / "gone.md").symlink_to(folder / "nowhere.md")
    report = sync(folder, library, FakeEncoder(), readers=small)
    assert str(report.failed[0]) == "big.md: too large: 81 bytes, the limit is 80"
    assert "big.md" not in small.paths


def test_a_name_that_is_not_utf_8_is_reported(folder: Path, library: Library) -> None:
    name = os.fsencode(folder) + b"/caf\xe9.md"
    with Path(os.fsdecode(name)).open("w") as file:
        file.write(pair("Why e", "Because of e"))
    report = sync(folder, library, FakeEncoder())
    assert report.read == 2
    assert [str(error) for error in report.failed] == [
        r"'caf\udce9.md': its name is not valid UTF-8"
    ]


def test_half_a_surrogate_pair_in_a_file_is_reported(folder: Path, library: Library) -> None:
    write(folder / "list.json", r'[{"question": "Why \ud800?", "answer": "Because."}]')
    report = sync(folder, library, FakeEncoder())
    assert report.read == 2
    (error,) = report.failed
    assert error.path == "list.json"
    assert "surrogate" in str(error)


def test_a_folder_that_is_not_there_empties_nothing(folder: Path, library: Library) -> None:
    sync(folder, library, FakeEncoder())
    with pytest.raises(UsageError, match="nowhere is no folder"):
        sync(folder / "nowhere", library, FakeEncoder())
    assert len(library.article_ids()) == 2


def test_an_entry_that_cannot_be_read_is_told_at_each_sync_and_the_others_answer(
    folder: Path, library: Library
) -> None:
    write(folder / "list.csv", "question,answer\nWhy x?,Because of x.\nWhy y?,\nWhy z?,Of z.\n")
    report = sync(folder, library, FakeEncoder())
    assert [pair.question for pair in library.article("list.csv").faq] == ["Why x?", "Why z?"]
    told = 'list.csv:3: question "Why y?" has no answer: write one, or delete the entry'
    assert (report.read, [str(error) for error in report.failed]) == (3, [told])
    assert report.failures == (f"{told} (left out; the file's other entries are read)",)
    again = sync(folder, library, FakeEncoder())
    assert (again.read, again.failures) == (0, report.failures)
    (folder / "list.csv").touch()  # looks changed, and says the same
    assert sync(folder, library, FakeEncoder()).failures == report.failures
    assert sync(folder, library, FakeEncoder()).failures == report.failures
    write(folder / "list.csv", "question,answer\nWhy x?,Because of x.\nWhy y?,Of y.\n")
    assert sync(folder, library, FakeEncoder()).failed == ()


def test_of_a_list_that_is_broken_now_its_former_entries_that_were_left_out_are_not_told(
    folder: Path, library: Library
) -> None:
    write(folder / "list.csv", "question,answer\nWhy x?,Because of x.\nWhy y?,\n")
    sync(folder, library, FakeEncoder())
    write(folder / "list.csv", 'question,answer\n"Why x?,Because of x.\n')
    report = sync(folder, library, FakeEncoder())
    (line,) = report.failures
    assert line.startswith("list.csv:2: not valid CSV")
    assert line.endswith("(its former version still answers)")
    assert library.article("list.csv").faq[0].answer == "Because of x."


def test_a_link_to_itself_is_named_and_keeps_nothing_else_out(
    folder: Path, library: Library
) -> None:
    loop = folder / "guide" / "loop.md"
    loop.parent.mkdir(exist_ok=True)
    loop.symlink_to("loop.md")
    (folder / "round").symlink_to("round")  # no file that would be read
    report = sync(folder, library, FakeEncoder())
    (error,) = report.failed
    assert error.path == "guide/loop.md"
    assert "symbolic links" in error.reason
    assert report.read > 0
