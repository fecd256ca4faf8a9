import os
import random
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index import readers
from index.content import RACY_NS
from index.encoder import Encoder
from index.errors import LibraryError, LibraryLocked, UsageError
from index.library import Library
from index.library_place import library_path
from index.records import Article
from index.sync import SyncProgress, SyncReport, sync
from tests.fakes import FakeEncoder

LONG_AGO_NS = 1_600_000_000_000_000_000
PAIR = "## FAQ\n\n### {question}?\n\n{answer}.\n\n"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def pair(question: str, answer: str) -> str:
    return PAIR.format(question=question, answer=answer)


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


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.read, report.embedded, report.unchanged, report.removed


def rows(library: Library) -> dict[str, object]:
    """All that a library holds, less what tells how it came about: times and the generation."""
    library.verify()
    return {
        "model": library.model,
        "sources": {
            path: replace(state, mtime_ns=0, ctime_ns=0)
            for path, state in library.sources().items()
        },
        "articles": list(library.articles()),
        "passages": library.passages(),
        "vectors": library.vectors().tobytes(),
    }


def afresh(folder: Path, elsewhere: Path, encoder: Encoder) -> dict[str, object]:
    shutil.rmtree(elsewhere, ignore_errors=True)
    with Library.open(elsewhere / "library.sqlite", create=True) as library:
        sync(folder, library, encoder)
        return rows(library)


def test_a_first_sync_reads_and_embeds_everything(folder: Path, library: Library) -> None:
    encoder = FakeEncoder()
    report = sync(folder, library, encoder)
    assert counts(report) == (2, 6, 0, 0)
    assert (report.failed, report.stale, report.former_model) == ((), (), None)
    assert report.generation == library.generation
    assert report.changed
    assert library.article_ids() == ("a.md", "sub/b.md")
    assert sorted(encoder.documents) == [
        "Because of a.",
        "Because of b.",
        "Why a?",
        "Why a?\nBecause of a.",
        "Why b?",
        "Why b?\nBecause of b.",
    ]


def test_a_second_sync_changes_nothing_and_embeds_nothing(folder: Path, library: Library) -> None:
    encoder = FakeEncoder()
    first = sync(folder, library, encoder)
    second = sync(folder, library, encoder)
    assert counts(second) == (0, 0, 2, 0)
    assert second.generation == first.generation
    assert not second.changed
    assert len(encoder.documents) == 6


def test_an_edited_file_is_read_again_and_only_its_new_texts_are_embedded(
    folder: Path, library: Library
) -> None:
    sync(folder, library, FakeEncoder())
    write(folder / "a.md", pair("Why a", "Because of a new reason"))
    encoder = FakeEncoder()
    assert counts(sync(folder, library, encoder)) == (1, 2, 1, 0)
    assert encoder.documents == ["Because of a new reason.", "Why a?\nBecause of a new reason."]
    assert "Because of a." not in [passage.text for passage in library.passages()]


def test_a_renamed_file_embeds_nothing(folder: Path, library: Library) -> None:
    sync(folder, library, FakeEncoder())
    (folder / "a.md").rename(folder / "z.md")
    encoder = FakeEncoder()
    assert counts(sync(folder, library, encoder)) == (1, 0, 1, 1)
    assert library.article_ids() == ("sub/b.md", "z.md")
    assert encoder.documents == []


def test_a_text_in_two_new_files_is_embedded_once(folder: Path, library: Library) -> None:
    shutil.copy(folder / "a.md", folder / "copy.md")
    encoder = FakeEncoder()
    assert sync(folder, library, encoder).embedded == 6
    assert len(set(encoder.documents)) == len(encoder.documents) == 6
    assert len(library.passages()) == 9


def test_a_removed_file_leaves_nothing_that_can_be_found(folder: Path, library: Library) -> None:
    sync(folder, library, FakeEncoder())
    shutil.rmtree(folder / "sub")
    assert counts(sync(folder, library, FakeEncoder())) == (0, 0, 1, 1)
    assert library.article_ids() == ("a.md",)
    assert {passage.article for passage in library.passages()} == {"a.md"}
    library.verify()


def test_a_file_moved_to_where_it_is_skipped_is_removed(folder: Path, library: Library) -> None:
    sync(folder, library, FakeEncoder())
    (folder / "a.md").rename(folder / "a.bin")
    assert counts(sync(folder, library, FakeEncoder())) == (0, 0, 1, 1)


def age(path: Path, at_ns: int = LONG_AGO_NS) -> None:
    os.utime(path, ns=(at_ns, at_ns))


def test_an_edit_that_keeps_size_and_time_is_seen(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Only the inode's change time tells.  Let the times be trusted at once:
    monkeypatch.setattr("index.content.RACY_NS", 0)
    path = folder / "a.md"
    age(path)
    sync(folder, library, FakeEncoder())
    assert library.sources()["a.md"].mtime_ns == LONG_AGO_NS
    write(path, pair("Why c", "Because of c"))
    age(path)
    assert counts(sync(folder, library, FakeEncoder())) == (1, 3, 1, 0)


def test_times_of_a_file_written_just_now_are_not_trusted(folder: Path, library: Library) -> None:
    assert RACY_NS == 2_000_000_000
    sync(folder, library, FakeEncoder())
    assert [state.mtime_ns for state in library.sources().values()] == [0, 0]


def test_a_file_that_was_only_touched_is_not_read_again(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.content.RACY_NS", 0)
    first = sync(folder, library, FakeEncoder())
    age(folder / "a.md")
    second = sync(folder, library, FakeEncoder())
    assert counts(second) == (0, 0, 2, 0)
    assert second.generation == first.generation
    assert library.sources()["a.md"].mtime_ns == LONG_AGO_NS


class Counting:
    """The readers, noting which files' bytes they were given."""

    MAX_BYTES = readers.MAX_BYTES

    def __init__(self) -> None:
        self.paths: list[str] = []

    def find_sources(self, paths: Iterable[Path]) -> Sequence[Path]:
        return readers.find_sources(paths)

    def read_bytes(
        self, data: bytes, path: str, *, base_url: str | None = None
    ) -> Sequence[Article]:
        self.paths.append(path)
        if b"crash" in data:
            raise ZeroDivisionError("division by zero")
        return readers.read_bytes(data, path, base_url=base_url)


def test_only_changed_files_are_read(folder: Path, library: Library) -> None:
    sync(folder, library, FakeEncoder())
    write(folder / "a.md", pair("Why d", "Because of d"))
    counting = Counting()
    sync(folder, library, FakeEncoder(), readers=counting)
    assert counting.paths == ["a.md"]


def test_another_base_address_reads_all_again_and_embeds_nothing(
    folder: Path, library: Library
) -> None:
    sync(folder, library, FakeEncoder())
    report = sync(folder, library, FakeEncoder(), base_url="https://example.com/")
    assert counts(report) == (2, 0, 0, 0)
    again = sync(folder, library, FakeEncoder(), base_url="https://example.com/")
    assert counts(again) == (0, 0, 2, 0)


def test_the_base_address_is_remembered_until_another_or_none_is_named(
    folder: Path, library: Library
) -> None:
    sync(folder, library, FakeEncoder(), base_url="https://example.com/")
    assert counts(sync(folder, library, FakeEncoder())) == (0, 0, 2, 0)
    assert library.article("a.md").url == "https://example.com/a"
    assert counts(sync(folder, library, FakeEncoder(), base_url="")) == (2, 0, 0, 0)
    assert library.article("a.md").url is None


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


def test_another_model_embeds_everything_again_and_says_so(folder: Path, library: Library) -> None:
    first = FakeEncoder()
    sync(folder, library, first)
    second = FakeEncoder(("a", "b"), revision="2")
    report = sync(folder, library, second)
    assert counts(report) == (0, 6, 2, 0)
    assert report.former_model == first.identity
    assert report.changed
    assert library.model == second.identity
    assert library.vectors().shape == (6, 3)
    assert rows(library) == afresh(folder, folder.parent / "fresh", second)


class Interrupted(FakeEncoder):
    """Stops with KeyboardInterrupt, as a user does, at the n-th text."""

    left = 0

    def encode_documents(self, texts, **options):  # type: ignore[no-untyped-def]  # as the parent's
        self.left -= len(texts)
        if self.left < 0:
            raise KeyboardInterrupt
        return super().encode_documents(texts, **options)


def test_an_interrupted_change_of_model_answers_with_the_old_one_and_goes_on(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 2)
    sync(folder, library, FakeEncoder())
    before = library.vectors()
    second = Interrupted(("a", "b"), revision="2")
    second.left = 4
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, second)
    assert library.model == FakeEncoder().identity
    assert (library.vectors() == before).all()
    second.left = 100
    assert sync(folder, library, second).embedded == 2
    assert library.vectors().shape == (6, 3)


def test_an_interrupted_sync_goes_on_where_it_stood(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.GROUP_PASSAGES", 1)
    encoder = Interrupted()
    encoder.left = 3
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, encoder)
    assert library.article_ids() == ("a.md",)
    library.verify()
    encoder.left = 100
    assert counts(sync(folder, library, encoder)) == (1, 3, 1, 0)


def staged(library: Library) -> int:
    rows = library._tables.connection.execute("SELECT model FROM vectors").fetchall()
    return sum(key != (1,) for key in rows)


def test_a_sync_interrupted_within_one_large_file_goes_on_within_it(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 10)
    first = FakeEncoder()
    sync(folder, library, first)
    before = rows(library)
    lines = [f"Why {number}?,Because of {number}." for number in range(50)]
    write(folder / "bank.csv", "\n".join(["question,answer", *lines]))
    encoder = Interrupted()
    encoder.left = 75
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, encoder)
    assert staged(library) == len(encoder.documents) == 70
    assert rows(library) == before
    encoder.left = 1000
    report = sync(folder, library, encoder)
    assert counts(report) == (1, 80, 2, 0)
    assert staged(library) == 0
    assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


def test_what_was_kept_of_a_file_that_went_is_dropped_by_the_next_sync(
    folder: Path, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 1)
    encoder = Interrupted()
    encoder.left = 5
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, encoder)
    assert (staged(library), library.article_ids()) == (5, ())
    shutil.rmtree(folder / "sub")
    (folder / "a.md").unlink()
    assert counts(sync(folder, library, FakeEncoder())) == (0, 0, 0, 0)
    assert library._tables.connection.execute("SELECT count(*) FROM vectors").fetchone() == (0,)
    library.verify()


def test_what_was_kept_for_one_model_is_not_used_for_another(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.embedding.KEEP_TEXTS", 1)
    encoder = Interrupted()
    encoder.left = 5
    with pytest.raises(KeyboardInterrupt):
        sync(folder, library, encoder)
    other = FakeEncoder(("a", "b"), revision="2")
    assert sync(folder, library, other).embedded == 6
    assert rows(library) == afresh(folder, tmp_path / "fresh", other)


def test_progress_ends_with_all_files_and_texts_done(folder: Path, library: Library) -> None:
    events: list[SyncProgress] = []
    sync(folder, library, FakeEncoder(), progress=events.append)
    assert events[0] == SyncProgress(0, 2, 0, 0)
    assert events[-1] == SyncProgress(2, 2, 6, 6)
    assert [event.passages_done for event in events if not event.path][1:-1] == [1, 2, 3, 4, 5, 6]
    assert [event.path for event in events if event.path] == ["a.md", "sub/b.md"] * 2
    write(folder / "bad.yaml", "[")
    sync(folder, library, FakeEncoder(), progress=events.append)
    assert events[-1] == SyncProgress(0, 0, 0, 0)


def test_a_second_sync_waits_for_the_first(folder: Path, library: Library) -> None:
    slow, after = FakeEncoder(delay_s=0.05), FakeEncoder()
    started = threading.Event()

    def note(event: SyncProgress) -> None:
        started.set()

    first = threading.Thread(target=sync, args=(folder, library, slow), kwargs={"progress": note})
    first.start()
    assert started.wait(10)
    with Library.open(library.path) as other:
        report = sync(folder, other, after)
    first.join()
    assert counts(report) == (0, 0, 2, 0)
    assert after.documents == []


def test_a_sync_that_waits_too_long_says_so(folder: Path, library: Library) -> None:
    lock = sqlite3.connect(library.path.with_name("library.sqlite.lock"), isolation_level=None)
    lock.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LibraryLocked, match=r"another sync of .* is still running after 0 s"):
        sync(folder, library, FakeEncoder(), wait_s=0)
    lock.close()
    assert sync(folder, library, FakeEncoder(), wait_s=0).read == 2


def test_a_lock_that_cannot_be_opened_is_a_library_error(folder: Path, library: Library) -> None:
    library.path.with_name("library.sqlite.lock").mkdir()
    with pytest.raises(
        LibraryError, match=r"library\.sqlite\.lock cannot be locked: unable to open"
    ):
        sync(folder, library, FakeEncoder())


def test_step_by_step_equals_afresh(
    folder: Path, library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.sync.GROUP_PASSAGES", 5)
    choose = random.Random(7)
    encoder = FakeEncoder()
    names = ["a.md", "b.md", "sub/c.md", "sub/deep/d.md", "e.csv"]
    for step in range(40):
        path = folder / choose.choice(names)
        other = folder / choose.choice(names)
        action = choose.choice(["write", "write", "write", "remove", "rename", "touch", "model"])
        if action == "write":
            pairs = [(f"Why {n}", f"Because {n}") for n in choose.sample(range(12), 3)]
            if path.suffix == ".csv":
                lines = [f"{question}?,{answer}." for question, answer in pairs]
                write(path, "\n".join(["question,answer", *lines]))
            else:
                write(path, "\n".join(pair(*each) for each in pairs))
        elif action == "remove":
            path.unlink(missing_ok=True)
        elif action == "rename" and path.exists() and path.suffix == other.suffix:
            other.parent.mkdir(parents=True, exist_ok=True)
            path.replace(other)
        elif action == "touch" and path.exists():
            path.touch()
        elif action == "model":
            encoder = FakeEncoder(encoder.axes[::-1], revision=f"step {step}")
        sync(folder, library, encoder)
        assert rows(library) == afresh(folder, tmp_path / "fresh", encoder), (step, action)


def test_the_order_of_the_files_changes_nothing(folder: Path, tmp_path: Path) -> None:
    class Backwards(Counting):
        def find_sources(self, paths: Iterable[Path]) -> Sequence[Path]:
            return super().find_sources(paths)[::-1]

    with Library.open(tmp_path / "one.sqlite", create=True) as library:
        backwards = Backwards()
        sync(folder, library, FakeEncoder(), readers=backwards)
        assert backwards.paths == ["a.md", "sub/b.md"]
        assert rows(library) == afresh(folder, tmp_path / "fresh", FakeEncoder())


@pytest.mark.model
def test_the_real_model_embeds_a_folder_and_a_second_sync_nothing(
    content: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Library.open(library_path(content), create=True) as library:
        first = sync(content, library, encoder)
        assert first.read == 3
        assert first.embedded == len({passage.text for passage in library.passages()})
        with monkeypatch.context() as none:
            none.setattr(encoder, "encode_documents", lambda *given, **more: pytest.fail("embeds"))
            assert counts(sync(content, library, encoder)) == (0, 0, 3, 0)
        assert library.vectors().shape == (len(library.passages()), 384)
        library.verify()


def test_the_report_tells_where_the_model_ran_and_nothing_where_it_did_not(
    folder: Path, library: Library
) -> None:
    encoder = FakeEncoder()
    assert sync(folder, library, encoder).device == encoder.device
    assert sync(folder, library, encoder).device is None


GERMAN = "Die Bücherei verleiht Bücher, Filme und Spiele an alle, die in der Stadt wohnen.\n"
FRENCH = "La bibliothèque prête des livres, des films et des jeux à tous les habitants.\n"


@pytest.fixture
def languages(folder: Path) -> Path:
    shutil.rmtree(folder)
    for name in ("one", "two"):
        write(folder / f"{name}.md", GERMAN)
    write(folder / "three.md", f"---\nlang: de-AT\n---\n\n{FRENCH}")  # what is declared counts
    write(folder / "four.md", FRENCH)
    write(folder / "five.md", "---\nlang: en-GB\n---\n\nThe library lends books.\n")
    write(folder / "six.md", "V1.2\n")
    return folder


def test_articles_in_languages_that_the_model_does_not_read_are_counted(languages: Path) -> None:
    with Library.open(library_path(languages), create=True) as library:
        english = FakeEncoder(languages=frozenset({"en"}))
        assert sync(languages, library, english).foreign == (("de", 3), ("fr", 1))
        # Those that the library has, whatever was read just now.
        (languages / "one.md").unlink()
        (languages / "two.md").unlink()
        assert sync(languages, library, english).foreign == (("de", 1), ("fr", 1))
        assert sync(languages, library, english).foreign == (("de", 1), ("fr", 1))
        several = FakeEncoder(languages=frozenset({"en", "de"}))
        assert sync(languages, library, several).foreign == (("fr", 1),)


def test_a_model_whose_languages_are_unknown_is_not_doubted(languages: Path) -> None:
    with Library.open(library_path(languages), create=True) as library:
        assert sync(languages, library, FakeEncoder()).foreign == ()
        assert library.languages() == {"de": 2, "de-AT": 1, "en-GB": 1, "fr": 1}
