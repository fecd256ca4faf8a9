"""A sync makes a library equal to its folder, and reads and embeds only what changed."""

import os
import random
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from index.content import RACY_NS
from index.encoder import Encoder
from index.library import Library
from index.library_place import library_path
from index.sync import SyncProgress, sync
from tests.fakes import FakeEncoder
from tests.index.syncing import Counting, afresh, counts, pair, rows, write

LONG_AGO_NS = 1_600_000_000_000_000_000


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


def test_progress_ends_with_all_files_and_texts_done(folder: Path, library: Library) -> None:
    events: list[SyncProgress] = []
    sync(folder, library, FakeEncoder(), progress=events.append)
    assert events[0] == SyncProgress(0, 2, 0, 0)
    assert events[-1] == SyncProgress(2, 2, 6, 6, passages_kept=6)
    done = [event.passages_done for event in events if not event.path]
    assert list(dict.fromkeys(done)) == [0, 1, 2, 3, 4, 5, 6]
    assert [event.path for event in events if event.path] == ["a.md", "sub/b.md"] * 2
    write(folder / "bad.yaml", "[")
    sync(folder, library, FakeEncoder(), progress=events.append)
    assert events[-1] == SyncProgress(0, 0, 0, 0)


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
