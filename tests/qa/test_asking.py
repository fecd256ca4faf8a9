"""Questions asked again: as the answerer answers them."""

from pathlib import Path

import numpy as np
import pytest

from index.errors import UsageError
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.asking import Asker
from qa.calibration import Correction
from qa.conversation import CONTEXT_WEIGHT, Question
from qa.records import Result, Turn
from tests.conftest import CONTENT
from tests.fakes import FakeEncoder
from tests.logged import asker
from tests.weights import weights

# Every text of the content has one of these words; a question that has none is like none of them.
AXES = (
    *("tea", "keep", "freez", "light", "coffee", "bean", "cup", "gram", "fridge", "food"),
    *("order", "return", "arriv", "day", "leav", "water", "postage"),
)
QUESTIONS = (
    "How long does tea keep?",
    "how lnog does tea keep",
    "May I freeze tea leaves?",
    "Is coffee good for me?",
    "grams per cup",
    "When does my order come?",
    "Who won the war?",
    "What is it?",
    "return",
)


@pytest.fixture
def fake() -> FakeEncoder:
    return FakeEncoder(AXES)


def synced(content: Path, fake: FakeEncoder) -> Answerer:
    path = library_path(content)
    with Library.open(path, create=True) as library:
        sync(content, library, fake)
    return Answerer(path, fake, weights=weights())


def test_it_decides_as_the_answerer_does(content: Path, fake: FakeEncoder) -> None:
    path = library_path(content)
    with Library.open(path, create=True) as library:
        sync(content, library, fake)
        again = Asker.of(
            tuple(library.articles()),
            library.passages(),
            library.vectors(),
            weights=weights(),
            vocabulary=fake.vocabulary(),
        )
    answerer = Answerer(path, fake, weights=weights())
    vectors = again.encode(fake, QUESTIONS)
    abstained = 0
    for question, vector in zip(QUESTIONS, vectors, strict=True):
        result, outcome = answerer.ask(question), again.ask(question, vector)
        assert outcome.reason is result.reason
        assert outcome.confidence == result.confidence
        assert [owner.key for owner in outcome.owners] == [(h.article, h.id) for h in result.hits]
        assert list(outcome.confidences) == [hit.confidence for hit in result.hits]
        assert (outcome.answers is None) == result.abstained
        abstained += result.abstained
    assert 0 < abstained < len(QUESTIONS)


def test_of_a_question_beyond_the_models_window_what_asks_is_encoded(
    content: Path, fake: FakeEncoder
) -> None:
    answerer = synced(content, fake)
    story = "We had a day at home and drank coffee. " * 40
    answerer.ask(f"{story}How long does tea keep?")
    assert fake.queries[-1] == "We had a day at home and drank coffee. How long does tea keep?"


def test_a_follow_up_is_asked_again_as_it_was_in_its_conversation(
    content: Path, fake: FakeEncoder
) -> None:
    answerer = synced(content, fake)
    dialogues = (
        ("Can I store coffee in the fridge?", "and tea?", "for how lnog?"),
        ("When will my order arrive?", "And to Japan?"),  # what was just given is no answer
        ("How long does tea keep?", "and coffee beans?", "why?"),
        ("Who won the war?", "and when?"),
    )
    told: list[Result] = []
    for dialogue in dialogues:
        history: list[Turn] = []
        for question in dialogue:
            result = answerer.ask(question, history)
            history.append(Turn(question, None if result.abstained else result.hits[0]))
            told += [result] if len(history) > 1 else []
    assert all(result.context for result in told)
    assert [result.spent is not None for result in told].count(True) >= 1
    assert {result.abstained for result in told} == {True, False}
    asked = [Question(one.question, one.context, one.spent, one.near) for one in told]
    assert list(answerer.ask_many(asked)) == told
    own = answerer.asker
    for question, vector, result in zip(asked, own.encode(fake, asked), told, strict=True):
        outcome = own.ask(question, vector)
        assert outcome.reason is result.reason
        assert outcome.confidence == result.confidence
        hits = [(hit.article, hit.id) for hit in result.hits]
        # What was passed over is the last of few, and no hit here.
        assert [one.key for one in outcome.owners] == [key for key in hits if key != result.spent]


def test_a_follow_ups_texts_are_encoded_once_and_its_vector_stands_for_both(
    fake: FakeEncoder,
) -> None:
    own = asker(fake)
    follow_up = Question("and coffee?", "tea?")
    alone, both = own.encode(fake, ["tea? and coffee?", follow_up])
    assert fake.queries == ["tea? and coffee?", "and coffee?"]
    # Coffee, and half of coffee and tea together.
    half = CONTEXT_WEIGHT / 2**0.5
    axes = [AXES.index("tea"), AXES.index("coffee")]
    wanted = np.array([half, 1.0 + half]) / np.hypot(half, 1.0 + half)
    assert both[axes] == pytest.approx(wanted, abs=1e-6)
    assert alone[axes] == pytest.approx([0.5**0.5, 0.5**0.5], abs=1e-6)


def test_what_was_spent_is_not_where_it_is_gone_or_says_something_of_the_question(
    fake: FakeEncoder,
) -> None:
    keep = ("tea.md", "tea.md#how-long-does-tea-keep")
    asked = Question("and mate?", "How long does tea keep?", keep)
    assert asker(fake).still_spent(asked) == keep
    without = {name: text for name, text in CONTENT.items() if name != "tea.md"}
    assert asker(fake, without).still_spent(asked) is None
    now = CONTENT["tea.md"].replace("Green tea keeps", "Green tea and mate keep")
    assert asker(fake, {"tea.md": now}).still_spent(asked) is None
    section = Question("and mate?", "How is tea stored?", ("tea.md", "tea.md#storing-tea"))
    assert asker(fake).still_spent(section) is None


def test_the_answerer_lends_what_it_decides_with(content: Path, fake: FakeEncoder) -> None:
    path = library_path(content)
    with Library.open(path, create=True) as library:
        sync(content, library, fake)
    correction = Correction(0.5, -1.25)
    answerer = Answerer(path, fake, weights=weights(), threshold=0.9, correction=correction)
    lent = answerer.asker
    assert lent.searcher is answerer.searcher
    assert (lent.threshold, lent.correction) == (0.9, correction)
    (content / "new.md").write_text("# New\n\nWater.\n", encoding="utf-8")
    with Library.open(path) as library:
        sync(content, library, fake)
    assert answerer.refresh()
    assert "new.md" not in {article.id for article in lent.articles}
    assert "new.md" in {article.id for article in answerer.asker.articles}


def test_what_is_spent_comes_last_where_it_would_come_first(fake: FakeEncoder) -> None:
    own = asker(fake)
    question = "How long does tea keep?"
    vector = own.encode(fake, [question])[0]
    plain = own.decide(question, vector)
    first, second = plain.owners[0].key, plain.owners[1].key
    again = own.decide(question, vector, spent=first)
    assert again.passed_over
    assert (again.owners[0].key, again.owners[-1].key) == (second, first)
    other = own.decide(question, vector, spent=second)
    assert not other.passed_over
    assert other.owners[0].key == first


def test_what_is_meant_is_encoded_once(fake: FakeEncoder) -> None:
    own = asker(fake)
    vectors = own.encode(fake, ["tea", " tea ", "coffee"])
    assert fake.queries == ["tea", "coffee"]
    assert vectors.shape == (3, len(AXES) + 1)
    assert (vectors[0] == vectors[1]).all()


def test_nothing_is_encoded_for_no_questions(fake: FakeEncoder) -> None:
    assert asker(fake).encode(fake, []).shape == (0, len(AXES) + 1)


def test_an_empty_question_cannot_be_asked(fake: FakeEncoder) -> None:
    with pytest.raises(UsageError, match="the question is empty"):
        asker(fake).meant(" ")


def test_it_knows_what_the_library_has(fake: FakeEncoder) -> None:
    own = asker(fake, {"tea.md": CONTENT["tea.md"]})
    assert own.has("tea.md", "tea.md#storing-tea")
    assert not own.has("coffee.txt", "tea.md#storing-tea")
    assert "freezing" in own.terms
