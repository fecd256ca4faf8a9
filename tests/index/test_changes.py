"""What a library tells of itself since it was read."""

from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import pytest

from index.changes import LibraryChange, WhenRead
from index.errors import LibraryDamaged
from index.library import Library
from index.passages import passages_of
from index.records import Article, Passage
from index.rows import SourceState
from tests.builders import article
from tests.fakes import FakeEncoder

FAKE = FakeEncoder(("tea", "cup"))
TEA = article([("Tea", "Keep tea dry.")], id="a.md")
CUP = article([("Cup", "A cup.")], id="b.md")


def put(library: Library, *articles: Article, path: str | None = None) -> None:
    passages = [passage for one in articles for passage in passages_of(one)]
    vectors = FAKE.encode_documents([passage.text for passage in passages])
    state = SourceState("digest", sum(len(one.text) for one in articles))
    library.replace(path or articles[0].id, state, articles, passages, vectors)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.open(tmp_path / "library.sqlite", create=True)
    library.set_model(FAKE.identity)
    put(library, TEA)
    put(library, CUP)
    return library


class Reader:
    """Holds what the library held when it was read."""

    def __init__(self, library: Library) -> None:
        self.mark: WhenRead = library.mark()
        self.articles = {one.id: one for one in library.articles()}
        self.passages = library.passages()

    def change(self, library: Library) -> LibraryChange | None:
        return library.change_since(self.mark, self.articles, self._passages_of)

    def _passages_of(self, articles: Collection[str]) -> list[Passage]:
        return [one for one in self.passages if one.article in articles]


def test_nothing_has_changed_in_a_library_that_stayed_as_it_was(library: Library) -> None:
    change = Reader(library).change(library)
    assert change is not None
    assert (change.gone, change.articles, change.passages) == (frozenset(), (), ())


def test_what_came_and_what_went_is_told_by_article(library: Library) -> None:
    reader = Reader(library)
    new = article([("Two", "Two cups of tea.")], id="c.md")
    more = article([("Three", "Three cups.")], id="c.md/more")
    edited = article([("Cup", "Another cup.")], id="b.md")
    put(library, new, more)
    put(library, edited)
    library.remove("a.md")
    change = reader.change(library)
    assert change is not None
    assert change.gone == {"a.md", "b.md"}
    assert change.articles == (edited, new, more)
    expected = [passage for one in (edited, new, more) for passage in passages_of(one)]
    assert change.passages == tuple(sorted(expected, key=lambda one: one.id))
    vectors = FAKE.encode_documents([one.text for one in change.passages])
    assert change.vectors.tolist() == vectors.tolist()


def test_a_file_that_was_only_looked_at_again_has_not_changed(library: Library) -> None:
    """Each that was just saved is: its time of change could hide another change."""
    reader = Reader(library)
    library.touch("a.md", replace(library.sources()["a.md"], mtime_ns=5))
    edited = article([("Cup", "Another cup.")], id="b.md")
    put(library, edited)
    change = reader.change(library)
    assert change is not None
    assert change.gone == {"b.md"}
    assert change.articles == (edited,)
    assert change.passages == tuple(passages_of(edited))
    assert len(change.vectors) == len(change.passages)


def test_an_article_that_moved_to_another_file_has_changed(library: Library) -> None:
    reader = Reader(library)
    library.remove("b.md")
    put(library, CUP, path="other.md")
    change = reader.change(library)
    assert change is not None
    assert (change.gone, change.articles) == ({"b.md"}, (CUP,))


def test_a_change_of_all_that_its_sources_do_not_tell_is_not_overlooked(library: Library) -> None:
    reader = Reader(library)
    put(library, article([("Cup", "B cup.")], id="b.md"))  # as long: the same row of its source
    assert library.sources()["b.md"] == SourceState("digest", 11, articles=("b.md",))
    assert reader.change(library) is None


def test_the_vectors_of_another_model_are_not_told_as_a_change(library: Library) -> None:
    reader = Reader(library)
    other = FakeEncoder(("cup", "tea"), revision="2")
    texts = library.missing_texts(other.identity)
    library.prepare_vectors(other.identity, texts, other.encode_documents(texts))
    library.set_model(other.identity)
    assert reader.change(library) is None


def test_what_the_reader_never_held_is_not_told_as_a_change(library: Library) -> None:
    reader = Reader(library)
    del reader.articles["b.md"]
    library.remove("b.md")
    assert reader.change(library) is None


def test_a_vector_that_is_missing_is_damage(library: Library) -> None:
    reader = Reader(library)
    put(library, article([("Cup", "Another cup of tea.")], id="b.md"))
    library._tables.connection.execute("DELETE FROM vectors")
    with pytest.raises(LibraryDamaged, match="a text has no vector"):
        reader.change(library)
