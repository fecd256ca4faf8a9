import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index import schema
from index.errors import (
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMissing,
    UsageError,
)
from index.library import Library
from index.model_files import ModelIdentity
from index.passages import passages_of
from index.records import Article, ElementKind, Link
from index.rows import SourceState
from tests.builders import article
from tests.fakes import FakeEncoder

ROOT = Path(__file__).resolve().parents[2]
TEA = article(
    [("Tea", "Hot water."), ("Empty", "")],
    [("Why tea?", "It is warm.")],
    id="tea.md",
    alternates=["How come?"],
    language="en",
    url="https://example.com/tea",
)
CUP = article([("", "A cup of tea.")], id="cup.md", title="")


def put(library: Library, made: Article, *, path: str | None = None, digest: str = "1") -> None:
    found = passages_of(made)
    vectors = FakeEncoder().encode_documents([passage.text for passage in found])
    library.replace(path or made.path, SourceState(digest, 9), [made], found, vectors)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "library.sqlite"


@pytest.fixture
def library(path: Path) -> Iterator[Library]:
    with Library.open(path, create=True) as made:
        made.set_model(FakeEncoder().identity)
        yield made


def test_what_was_put_in_comes_out_equal(library: Library) -> None:
    put(library, TEA, digest="abc")
    assert library.article("tea.md") == TEA
    assert list(library.articles()) == [TEA]
    assert library.article_ids() == ("tea.md",)
    assert library.sources() == {"tea.md": SourceState("abc", 9, articles=("tea.md",))}
    assert library.model == FakeEncoder().identity


def test_every_field_of_an_article_is_kept(library: Library) -> None:
    fields = dict.fromkeys(Article.__dataclass_fields__)
    assert set(fields) == {
        "id", "path", "title", "text", "sections", "faq", "elements", "links", "url", "language",
        "encoding", "encoding_guessed", "companion_of",
    }, "a new field needs a value here that is not its default"  # fmt: skip
    full = Article(
        id="list.csv/tea",
        path="list.csv",
        title="Title \x00 with a NUL",
        text=TEA.text,
        sections=TEA.sections,
        faq=TEA.faq,
        elements=TEA.elements,
        links=(Link(0, 3, "https://example.com/?a=1&b=é"),),
        url="https://example.com",
        language="de",
        encoding="big5",
        encoding_guessed=True,
        companion_of="cup.md",
    )
    put(library, full)
    assert library.article("list.csv/tea") == full
    assert isinstance(library.article("list.csv/tea").elements[0].kind, ElementKind)


def test_passages_are_ordered_by_id_and_vectors_belong_to_them(library: Library) -> None:
    # "a b|…" comes before "a|…", though "a" comes before "a b".
    ids = ["a b", "a", "é", "Z"]
    for made in (article([("", f"Text of {id}.")], id=id) for id in ids):
        put(library, made)
    found = library.passages()
    assert [passage.article for passage in found] == ["Z", "a b", "a", "é"]
    assert [passage.id for passage in found] == sorted(passage.id for passage in found)
    expected = FakeEncoder().encode_documents([passage.text for passage in found])
    assert (library.vectors() == expected).all()


def test_two_articles_sharing_an_answer_are_both_kept(library: Library) -> None:
    one = article([], [("Why?", "Because.")], id="one.md")
    two = article([], [("Why?", "Because.")], id="two.md")
    put(library, one)
    put(library, two)
    assert [p.article for p in library.passages()] == ["one.md"] * 3 + ["two.md"] * 3
    assert len(library.vectors()) == 6
    library.remove("one.md")
    assert [p.article for p in library.passages()] == ["two.md"] * 3
    library.verify()


def test_replacing_leaves_nothing_of_the_former_version(library: Library, path: Path) -> None:
    put(library, article([("Old", "Former words.")], id="a.md"))
    put(library, article([("New", "Other text.")], id="a.md"))
    assert [passage.text for passage in library.passages()] == ["About a.md\nNew\nOther text."]
    assert len(library.known_vectors(["Old\nFormer words."], model=FakeEncoder().identity)) == 0
    library.close()
    assert b"Former words" not in path.read_bytes()


def test_removing_leaves_nothing_that_can_be_found(library: Library) -> None:
    put(library, TEA)
    library.remove("tea.md")
    assert (library.sources(), library.article_ids(), library.passages()) == ({}, (), ())
    assert library.vectors().shape == (0, 27)
    with pytest.raises(UsageError, match=r"there is no article 'tea\.md'"):
        library.article("tea.md")
    library.verify()


def test_what_was_removed_is_not_left_in_the_file_either(library: Library, path: Path) -> None:
    put(library, article([("", "Former words. " * 2000)], id="long.md"))
    put(library, TEA)
    library.remove("long.md")
    library.close()
    assert b"Former words" not in path.read_bytes()


def test_vectors_follow_a_change_made_after_the_passages_were_read(library: Library) -> None:
    put(library, article([("", "tea")], title=""))
    library.passages()
    put(library, article([("", "cup")], title=""))
    assert (library.vectors() == FakeEncoder().encode_documents(["cup"])).all()


def test_the_generation_counts_changes_to_what_can_be_found(library: Library, path: Path) -> None:
    start = library.generation
    put(library, TEA)
    put(library, TEA)
    library.remove("tea.md")
    assert library.generation == start + 3
    put(library, TEA)
    library.touch("tea.md", SourceState("2", 10))
    library.set_model(FakeEncoder().identity)
    assert library.generation == start + 4
    assert library.sources()["tea.md"] == SourceState("2", 10, articles=("tea.md",))
    library.verify()
    with Library.open(path, read_only=True) as other:
        assert other.generation == start + 4


def test_a_text_keeps_the_vector_it_has(library: Library) -> None:
    put(library, CUP)
    (before,) = library.vectors()
    found = passages_of(CUP)
    library.replace("cup.md", SourceState("2", 1), [CUP], found, np.eye(27, dtype=np.float32)[:1])
    assert (library.vectors()[0] == before).all()


def test_known_vectors_are_found_by_text_whatever_file_it_stood_in(library: Library) -> None:
    put(library, CUP)
    identity = FakeEncoder().identity
    known = library.known_vectors(["A cup of tea.", "Other."], model=identity)
    assert list(known) == ["A cup of tea."]
    assert (known["A cup of tea."] == library.vectors()[0]).all()
    other = ModelIdentity(identity.name, "2", identity.dimension)
    assert library.known_vectors(["A cup of tea."], model=other) == {}


def test_another_model_takes_over_when_all_its_vectors_are_there(library: Library) -> None:
    put(library, TEA)
    before, generation = library.vectors(), library.generation
    other = FakeEncoder(("tea", "cup"), revision="2")
    missing = library.missing_texts(other.identity)
    assert missing == sorted(missing, key=[p.text for p in library.passages()].index)
    with pytest.raises(UsageError, match="5 passages have no vector of fake yet"):
        library.set_model(other.identity)
    library.prepare_vectors(other.identity, missing[:2], other.encode_documents(missing[:2]))
    assert library.missing_texts(other.identity) == missing[2:]
    assert (library.vectors() == before).all()
    assert library.generation == generation
    library.verify()
    library.prepare_vectors(other.identity, missing[2:], other.encode_documents(missing[2:]))
    library.set_model(other.identity)
    expected = other.encode_documents([passage.text for passage in library.passages()])
    assert (library.vectors() == expected).all()
    assert (library.model, library.generation) == (other.identity, generation + 1)
    assert library.known_vectors(missing, model=FakeEncoder().identity) == {}
    library.verify()


def test_a_model_that_was_being_prepared_gives_way_to_a_third(library: Library) -> None:
    put(library, CUP)
    second, third = FakeEncoder(("tea",), revision="2"), FakeEncoder(("cup",), revision="3")
    text = ["A cup of tea."]
    library.prepare_vectors(second.identity, text, second.encode_documents(text))
    library.prepare_vectors(third.identity, text, third.encode_documents(text))
    assert library.missing_texts(second.identity) == text
    library.set_model(third.identity)
    assert (library.vectors() == third.encode_documents(text)).all()
    library.prepare_vectors(second.identity, text, second.encode_documents(text))
    library.set_model(third.identity)  # stays: what was prepared goes
    assert library.missing_texts(second.identity) == text
    library.verify()


def test_a_model_for_an_emptied_library_leaves_no_vectors_of_a_prepared_one(
    library: Library,
) -> None:
    other = FakeEncoder(("tea",), revision="2")
    library.prepare_vectors(other.identity, ["stray"], other.encode_documents(["stray"]))
    library.set_model(FakeEncoder(("cup",), revision="3").identity)
    library.verify()
    assert library.known_vectors(["stray"], model=other.identity) == {}


def refused(library: Library, message: str, *arguments: object) -> None:
    generation = library.generation
    with pytest.raises(UsageError, match=message):
        library.replace(*arguments)  # type: ignore[arg-type]  # wrong on purpose
    assert library.generation == generation
    library.verify()


def test_what_does_not_fit_together_is_refused_and_changes_nothing(library: Library) -> None:
    put(library, TEA)
    state, found = SourceState("1", 1), passages_of(CUP)
    row = np.eye(27, dtype=np.float32)[:1]
    refused(
        library, r"shape \(2, 27\), expected \(1, 27\)", "cup.md", state, [CUP], found, row[[0, 0]]
    )
    refused(library, r"passages of 'cup\.md' came without", "x", state, [TEA], found, row)
    refused(library, r"articles already holds 'tea\.md'", "x", state, [TEA], [], row[:0])
    twice = [*found, *found]
    refused(library, "passages already holds", "x", state, [CUP], twice, row[[0, 0]])
    lone = article([("", "half \ud800")], id="lone.md")
    refused(library, "half a surrogate pair", "x", state, [lone], passages_of(lone), row)
    section = TEA.sections[0]
    moved = Article(**{
        **{name: getattr(CUP, name) for name in Article.__dataclass_fields__},
        "sections": (section,),
    })  # fmt: skip
    refused(
        library,
        r"section tea\.md#s1 is not the text at its place",
        "x",
        state,
        [moved],
        [],
        row[:0],
    )
    asked = Article(**{
        **{name: getattr(CUP, name) for name in Article.__dataclass_fields__}, "faq": TEA.faq
    })  # fmt: skip
    refused(library, r"FAQ pair tea\.md#q1 is not the text", "x", state, [asked], [], row[:0])
    assert library.article_ids() == ("tea.md",)


def test_a_library_without_a_model_takes_no_articles(path: Path) -> None:
    with Library.open(path, create=True) as library:
        assert library.vectors().shape == (0, 0)
        refused(library, "no model yet", "x", SourceState("1", 1), [], [], np.empty((0, 3)))


@pytest.mark.parametrize("method", ["remove", "touch"])
def test_a_source_that_is_not_there_is_refused(library: Library, method: str) -> None:
    arguments: Sequence[object] = ["x", SourceState("1", 1)][: 1 + (method == "touch")]
    with pytest.raises(UsageError, match="there is no source 'x'"):
        getattr(library, method)(*arguments)


def test_a_snapshot_stays_while_the_library_changes(library: Library) -> None:
    put(library, TEA)
    with library.snapshot() as view:
        put(library, CUP)
        library.remove("tea.md")
        assert view.article_ids() == ("tea.md",)
        assert view.generation == library.generation - 2
        assert len(view.vectors()) == len(view.passages()) == 5
        assert [made.id for made in view.articles()] == ["tea.md"]
        with pytest.raises(LibraryError, match="opened for reading only"):
            view.remove("tea.md")
    assert library.article_ids() == ("cup.md",)


def test_a_reader_sees_old_or_new_while_another_thread_writes(library: Library, path: Path) -> None:
    put(library, article([("", "Text 0.")], title=""))
    stop = threading.Event()
    seen: set[str] = set()

    def read() -> None:
        with Library.open(path, read_only=True) as reader:
            while not stop.is_set():
                with reader.snapshot() as view:
                    (passage,) = view.passages()
                    assert view.article("a.md").text == passage.text
                    assert (view.vectors() == FakeEncoder().encode_documents([passage.text])).all()
                    seen.add(passage.text)

    thread = threading.Thread(target=read)
    thread.start()
    for number in range(1, 60):
        put(library, article([("", f"Text {number}.")], title=""))
    stop.set()
    thread.join()
    assert len(seen) > 1


def test_threads_share_one_library(library: Library) -> None:
    def work(name: str) -> None:
        for number in range(10):
            put(library, article([("", f"{name} {number}.")], id=f"{name}.md", title=""))
            library.passages()

    threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [p.text for p in library.passages()] == ["a 9.", "b 9.", "c 9.", "d 9."]
    assert library.generation == 41
    library.verify()


ANOTHER_PROCESS = """
import sys
from pathlib import Path
from index.library import Library
with Library.open(Path(sys.argv[1])) as library:
    library.set_base_url(sys.argv[2])
"""


def in_another_process(path: Path, base_url: str) -> None:
    subprocess.run([sys.executable, "-c", ANOTHER_PROCESS, path, base_url], cwd=ROOT, check=True)


def test_a_library_looked_at_twice_keeps_its_log_when_another_process_ends(
    library: Library, path: Path
) -> None:
    put(library, TEA)
    log = path.with_name("library.sqlite-wal")
    # An open and a close of the file itself would let go of this process's locks on it, and the
    # other one, as the last that has it open, would delete what this one goes on writing into.
    with Library.open(path, read_only=True) as second, second.snapshot():
        pass
    before = log.stat().st_ino
    in_another_process(path, "https://example.com/a")
    assert log.stat().st_ino == before
    put(library, CUP)
    in_another_process(path, "https://example.com/b")
    assert library.base_url == "https://example.com/b"
    with Library.open(path, read_only=True) as other:
        other.verify()
        assert other.article_ids() == ("cup.md", "tea.md")


def test_a_library_that_another_makes_at_this_moment_is_not_a_damaged_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, made = schema.is_of, list[Library]()
    maker = threading.Thread(target=lambda: made.append(Library.open(path, create=True)))

    def is_of(*given: Any) -> bool:
        found = real(*given)
        monkeypatch.setattr(schema, "is_of", real)
        maker.start()
        maker.join(0.5)  # it makes it now, if it can
        return found

    path.touch()
    monkeypatch.setattr(schema, "is_of", is_of)
    with Library.open(path, create=True) as library:
        maker.join()
        assert library.generation == made[0].generation == 0
    made[0].close()


def test_a_closed_library_is_one_complete_file(library: Library, path: Path) -> None:
    put(library, TEA)
    assert path.with_name("library.sqlite-wal").exists()
    library.close()
    library.close()
    assert [file.name for file in path.parent.iterdir()] == ["library.sqlite"]
    with pytest.raises(LibraryError, match="closed"):
        library.passages()


def test_a_library_on_a_read_only_disk_can_be_read(
    library: Library, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(library, TEA)
    library.close()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write to read-only folders
    with Library.open(path, read_only=True) as reader, reader.snapshot() as view:
        assert view.article("tea.md") == TEA
    assert [file.name for file in path.parent.iterdir()] == ["library.sqlite"]


def test_a_library_in_a_content_folder_is_kept_out_of_version_control(tmp_path: Path) -> None:
    path = tmp_path / ".footnote" / "library.sqlite"
    Library.open(path, create=True).close()
    assert (path.parent / ".gitignore").read_text() == "*\n"


def test_there_is_no_library_before_the_first_sync(path: Path) -> None:
    with pytest.raises(
        LibraryMissing, match=r"no library at .*library\.sqlite: run `footnote sync`"
    ):
        Library.open(path)
    path.touch()
    with pytest.raises(LibraryMissing, match="no library at"):
        Library.open(path, read_only=True)
    assert path.stat().st_size == 0
    Library.open(path, create=True).close()
    with Library.open(path, read_only=True) as library:
        assert (library.generation, library.model, library.passages()) == (0, None, ())


def test_files_of_others_are_refused_and_left_alone(path: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(LibraryError, match="a SQLite file of another program"):
        Library.open(path, create=True)
    assert path.read_bytes() == before
    path.write_text("Dear diary")
    with pytest.raises(LibraryDamaged, match=r"library\.sqlite is not a Footnote library \(name"):
        Library.open(path, create=True)
    assert path.read_text() == "Dear diary"
    with pytest.raises(LibraryError, match="is a folder, expected a library file"):
        Library.open(tmp_path, create=True)


def test_a_library_of_a_newer_footnote_says_what_to_do(library: Library, path: Path) -> None:
    library.close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE library SET state = json_set(state, '$.schema', 99)")
    connection.execute("PRAGMA user_version = 99")
    connection.commit()
    connection.close()
    with pytest.raises(LibraryError, match=r"newer Footnote \(schema 99, .* or delete the file"):
        Library.open(path)


def test_a_library_that_another_process_keeps_writing_to_is_locked(
    library: Library, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.close()
    monkeypatch.setattr("index.schema.BUSY_TIMEOUT_S", 0.05)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with Library.open(path) as waiting, pytest.raises(LibraryLocked, match="has been writing to"):
        put(waiting, TEA)
    with Library.open(path, read_only=True) as reader:
        assert reader.passages() == ()
    other.close()


def test_a_file_where_the_librarys_folder_should_be_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".footnote").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for name in (".footnote/library.sqlite", "file/library.sqlite", "file/sub/library.sqlite"):
        with pytest.raises(
            LibraryError, match=r"(\.footnote|file|sub) is a file where the library"
        ):
            Library.open(tmp_path / name, create=True)


def test_a_place_that_the_system_refuses_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="cannot be used: File name too long"):
        Library.open(tmp_path / ("x" * 300) / "library.sqlite", create=True)


def test_an_article_named_as_the_library_is_not_to_be_deleted(tmp_path: Path) -> None:
    article_file = tmp_path / "some_article.md"
    article_file.write_text("# Some article\n\n" + "Words. " * 200, encoding="utf-8")
    with pytest.raises(LibraryError, match="is not a Footnote library") as caught:
        Library.open(article_file, create=True)
    assert "delete" not in str(caught.value)
