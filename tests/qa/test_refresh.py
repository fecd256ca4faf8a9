"""A library that is taken over step by step answers like one that is read afresh, to the bit."""

import threading
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import qa.answer
import qa.asking
import qa.meaning
from index.errors import LibraryDamaged
from index.library import Library
from index.passages import passages_of
from index.records import Article
from index.rows import SourceState
from index.splice import Splice
from index.vectors import FlatSearch, VectorSearch
from index.vectors_large import LargeIndex
from qa.answer import Answerer
from qa.explanation import to_json
from qa.meaning import Meaning
from qa.search import Searcher
from tests.builders import article
from tests.fakes import FakeEncoder
from tests.weights import weights

AXES = ("tea", "cup", "keep", "freez", "tin")
WORDS = (
    *("tea", "teas", "cup", "keep", "keeps", "freeze", "tin", "404", "c++", "Häuser", "Haus"),
    *("the", "of", "matress", "mattress", "v1.2"),
)
QUESTIONS = (
    "How long does tea keep?",
    "what is a “closed tin” of teas",
    "Haus 404 c++",
    "mattres of the cup",
    "v1.2 freezing",
    "zzz",
)


def put(library: Library, one: Article, encoder: FakeEncoder) -> None:
    passages = passages_of(one)
    vectors = encoder.encode_documents([passage.text for passage in passages])
    library.replace(one.path, SourceState(one.title, len(one.text)), [one], passages, vectors)


def made(path: Path, articles: Sequence[Article], encoder: FakeEncoder) -> Path:
    with Library.open(path, create=True) as library:
        library.set_model(encoder.identity)
        for one in articles:
            put(library, one, encoder)
    return path


def answers(answerer: Answerer, questions: Sequence[str] = QUESTIONS) -> list[Any]:
    """Return all that can be seen of a library: results with confidences, and explanations."""
    found: list[Any] = []
    for question in questions:
        result, why = answerer.explain(question)
        found.append((asdict(result), to_json(why)))
    found.append(dict(answerer.searcher.lexicon.terms))
    found.append(answerer.searcher.crowding)
    found.append([asdict(passage) for passage in answerer.searcher.passages])
    found.append(np.asarray(answerer.searcher.vectors).tolist())
    found.append([owner.key for owner in answerer.searcher.owners])
    found.append([owner.wordings.tolist() for owner in answerer.searcher.owners])
    found.append([asdict(one) for one in answerer.articles()])
    return found


def over(path: Path, encoder: FakeEncoder) -> Answerer:
    return Answerer(path, encoder, weights=weights(), top=1)


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES, languages=frozenset({"en"}))


SENTENCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
TEXT = st.lists(SENTENCE.map(lambda words: f"{words}."), min_size=1, max_size=3).map(" ".join)
ARTICLES = st.builds(
    lambda id, sections, faq, alternates, language: article(
        sections, faq, id=id, alternates=alternates, language=language
    ),
    st.sampled_from(["a.md", "a.md|b", "b.md", "c.md", "d/e.md"]),
    st.lists(st.tuples(SENTENCE, TEXT), max_size=3),
    st.lists(st.tuples(SENTENCE, TEXT), max_size=3),
    st.lists(SENTENCE, max_size=1),
    st.sampled_from(["en", "de", None]),
)
# An article to be put in, or the place of one to be taken out.
STEPS = st.lists(st.one_of(ARTICLES, ARTICLES, st.integers(0, 4)), min_size=1, max_size=6)


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(ARTICLES, max_size=4, unique_by=lambda one: one.id), STEPS, st.integers(0, 2))
def test_step_by_step_equals_afresh_to_the_bit(
    begin: list[Article], steps: list[Article | int], few: int
) -> None:
    encoder = FakeEncoder(AXES, languages=frozenset({"en"}))
    known = {one.id: one for one in begin}
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(qa.answer, "SMALL_CHANGE", 10**6)  # never read all again
        patch.setattr(qa.asking, "DEPTH", 3)  # so that equal ones are left out
        patch.setattr(qa.meaning, "FEW", (0, 12, 10**6)[few])
        path = made(Path(folder) / "library.sqlite", begin, encoder)
        answerer = over(path, encoder)
        answers(answerer)
        for number, step in enumerate(steps):
            with Library.open(path) as library:
                if isinstance(step, Article):
                    known[step.id] = step
                    put(library, step, encoder)
                elif known:
                    gone = sorted(known)[step % len(known)]
                    del known[gone]
                    library.remove(gone)
                else:
                    continue
            assert answerer.refresh()
            afresh = made(Path(folder) / f"{number}.sqlite", list(known.values())[::-1], encoder)
            assert answers(answerer) == answers(over(afresh, encoder))


@pytest.fixture
def path(tmp_path: Path, fake: FakeEncoder) -> Path:
    articles = [
        article([("Storing", "Keep tea in a tin. It keeps.")], id="a.md"),
        article(faq=[("Can tea freeze?", "No.")], id="b.md"),
        article([("Cups", "A cup of tea.")], id="c.md"),
    ]
    return made(tmp_path / "library.sqlite", articles, fake)


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of passages of the searchers that were made afresh."""
    found: list[int] = []
    plain = Searcher.__init__

    def counting(self: Searcher, articles: Any, passages: Any, *args: Any, **options: Any) -> None:
        found.append(len(passages))
        plain(self, articles, passages, *args, **options)

    monkeypatch.setattr(Searcher, "__init__", counting)
    return found


def test_what_has_not_changed_is_neither_read_nor_made_again(
    path: Path, fake: FakeEncoder, loads: list[int]
) -> None:
    answerer = over(path, fake)
    before = answerer.article("c.md")
    assert len(loads) == 1
    with Library.open(path) as library:
        put(library, article(faq=[("Can tea freeze?", "Never in a cup.")], id="b.md"), fake)
    assert answerer.refresh()
    assert len(loads) == 1
    assert answerer.article("c.md") is before
    assert answerer.article("b.md").faq[0].answer == "Never in a cup."
    assert answerer.ask("Can tea freeze?").hits[0].text == "Never in a cup."


def test_a_question_under_way_sees_the_old_library_whole(path: Path, fake: FakeEncoder) -> None:
    answerer = over(path, fake)
    old, expected = answerer.searcher, answers(answerer)
    vector = fake.encode_queries(["tea"])[0]
    candidates = list(old.candidates("tea", vector))
    with Library.open(path) as library:
        library.remove("a.md")
        put(library, article([("Tin", "A tin of tea.")], id="0.md"), fake)
    assert answerer.refresh()
    assert list(old.candidates("tea", vector)) == candidates
    assert {one.article for one in candidates} == {"a.md", "b.md", "c.md"}
    found = answerer.searcher.candidates("tea", vector)
    assert {one.article for one in found} == {"0.md", "b.md", "c.md"}
    assert answers(answerer) != expected


def test_a_large_change_is_read_afresh(
    path: Path, fake: FakeEncoder, loads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(qa.answer, "SMALL_CHANGE", 0)
    answerer = over(path, fake)
    with Library.open(path) as library:
        for id in ("b.md", "c.md"):
            put(library, article([("All", "All is new.")], id=id), fake)
    assert answerer.refresh()
    assert len(loads) == 2


def test_many_edits_of_a_large_library_are_each_taken_over(
    tmp_path: Path, fake: FakeEncoder, loads: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where so many vectors have come and gone that the next index is made."""
    monkeypatch.setattr(qa.meaning, "FEW", 48)
    monkeypatch.setattr(qa.meaning, "MANY", 0)
    chance = np.random.default_rng(3)

    def pairs(id: str) -> Article:
        said = [" ".join(chance.choice(WORDS, 5)) for _ in range(6)]
        return article(faq=[(f"{said[n]}?", f"{said[n + 1]}.") for n in range(0, 6, 2)], id=id)

    known = {id: pairs(id) for id in (f"{number:02}.md" for number in range(16))}
    path = made(tmp_path / "library.sqlite", list(known.values()), fake)

    def opened(path: Path) -> Answerer:
        return Answerer(path, fake, weights=weights(), top=1, large_from=100)

    answerer = opened(path)
    assert len(loads) == 1
    assert loads[0] > 100
    replaced = 0
    for number in range(12):
        before, id = answerer._snapshot.vectors, f"{number:02}.md"
        known[id] = pairs(id)
        with Library.open(path) as library:
            put(library, known[id], fake)
        assert answerer.refresh()
        assert len(loads) == 1
        assert answerer.searcher._meaning._index is answerer._snapshot.vectors.index
        if answerer._snapshot.vectors is not before:
            replaced += 1
            afresh = made(tmp_path / f"{number}.sqlite", list(known.values()), fake)
            assert answers(answerer) == answers(opened(afresh))
            loads.pop()
    assert 2 < replaced < 12


def test_a_library_that_becomes_large_is_read_afresh(
    path: Path, fake: FakeEncoder, loads: list[int]
) -> None:
    count = len(over(path, fake).searcher.passages)
    answerer = Answerer(path, fake, weights=weights(), top=1, large_from=count + 1)
    with Library.open(path) as library:
        put(library, article([("Tin", "A tin of tea.")], id="0.md"), fake)
    loads.clear()
    assert answerer.refresh()
    assert loads == [len(answerer.searcher.passages)]
    assert loads[0] > count


def test_a_change_that_no_source_tells_is_found_all_the_same(
    path: Path, fake: FakeEncoder, loads: list[int]
) -> None:
    """Files are read again when their bytes change; the proof does not rest on that."""
    answerer = over(path, fake)
    one = article([("Storing", "Keep tea in a tin. It keeps.")], id="a.md")
    other = article([("Storing", "Keep tea in a cup. It keeps.")], id="a.md")
    assert len(other.text) == len(one.text)  # its source's row stays the same
    with Library.open(path) as library:
        put(library, replace(other, title=one.title), fake)
    assert answerer.refresh()
    assert len(loads) == 2
    assert answerer.article("a.md").text == other.text


def test_another_model_key_is_read_afresh(path: Path, loads: list[int]) -> None:
    fake = FakeEncoder(AXES, languages=frozenset({"en"}))
    answerer = over(path, fake)
    other = FakeEncoder(AXES, revision="2")
    for encoder in (other, fake):
        with Library.open(path) as library:
            texts = library.missing_texts(encoder.identity)
            library.prepare_vectors(encoder.identity, texts, encoder.encode_documents(texts))
            library.set_model(encoder.identity)
    assert answerer.refresh()
    assert len(loads) == 2


def test_a_damaged_row_is_named_and_the_old_library_answers_on(
    path: Path, fake: FakeEncoder
) -> None:
    answerer = over(path, fake)
    expected = answers(answerer)
    with Library.open(path) as library:
        put(library, article([("Cups", "Two cups of tea.")], id="c.md"), fake)
        library._tables.connection.execute(
            "UPDATE passages SET text = 'of coffee' WHERE article = 'c.md' AND kind = 'section'"
        )
    with pytest.raises(LibraryDamaged, match="a row of passages"):
        answerer.refresh()
    assert answers(answerer) == expected


def test_readers_ask_while_the_library_changes(path: Path, fake: FakeEncoder) -> None:
    answerer = over(path, fake)
    texts = {f"A cup {number}." for number in range(12)} | {"A cup of tea."}
    done = threading.Event()
    seen: set[str] = set()

    def ask() -> None:
        while not done.is_set():
            hits = answerer.ask("cup", top=3).hits
            seen.update(hit.text for hit in hits if hit.article == "c.md")

    readers = [threading.Thread(target=ask) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for number in range(12):
            with Library.open(path) as library:
                put(library, article([("Cups", f"A cup {number}.")], id="c.md"), fake)
            assert answerer.refresh()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert seen
    assert seen <= texts


@pytest.mark.parametrize("compared", [0, 8192])
@pytest.mark.parametrize("large", [False, True])
def test_vectors_are_searched_the_same_after_many_small_changes(
    large: bool, compared: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Against a new index over the vectors as they are, ties and all; and all compared at once."""
    monkeypatch.setattr("qa.meaning.ALL_COMPARED", compared)
    chance = np.random.default_rng(7)
    rows = np.eye(4, dtype=np.float32)[chance.integers(0, 4, 60)]
    index: VectorSearch = FlatSearch(rows)
    if large:
        index = many = LargeIndex(4)
        many.add(np.arange(60), rows)
    meaning = Meaning(rows, index)
    for _ in range(30):
        gone = np.flatnonzero(chance.random(len(rows)) < 0.1)
        at = np.sort(chance.integers(0, len(rows) - len(gone) + 1, chance.integers(0, 6)))
        new = np.eye(4, dtype=np.float32)[chance.integers(0, 4, len(at))]
        splice = Splice(len(rows), gone, at)
        rows, meaning = splice.array(rows, new), meaning.spliced(splice, new)
        assert meaning.vectors.tolist() == rows.tolist()
        some = chance.permutation(len(rows))[:9]
        assert meaning.of(some).tolist() == rows[some].tolist()
        for query in np.eye(4, dtype=np.float32):
            expected = sorted(range(len(rows)), key=lambda row: (-rows[row] @ query, row))
            assert meaning.closest(query, 12).tolist() == expected[:12]
            near = meaning.to(query)
            assert near.closest(12).tolist() == expected[:12]
            assert near.of(some).tolist() == (rows[some] @ query).tolist()
    # What a large library is searched with is never given up for an index that compares all.
    assert (meaning._index is index) == large


def test_another_library_in_its_place_is_taken_up_though_it_has_come_as_far(
    tmp_path: Path, fake: FakeEncoder
) -> None:
    path = made(tmp_path / "library.sqlite", [article([("Tea", "Keep tea.")], id="a.md")], fake)
    answerer = Answerer(path, fake, weights=weights())
    assert not answerer.refresh()
    for file in tmp_path.iterdir():
        file.unlink()
    made(path, [article([("Cups", "A cup.")], id="b.md")], fake)
    with Library.open(path, read_only=True) as library:
        assert library.generation == answerer.generation
    assert answerer.refresh()
    assert [one.id for one in answerer.articles()] == ["b.md"]
