"""What a library asks itself, and how it fares."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from index.passages import passages_of
from index.readers import read_bytes
from index.records import Article, FaqPair, Passage
from qa.own_questions import OwnQuestion, judged, own_questions
from qa.search import Searcher
from qa.weights import LogisticWeights, RankingWeights, Weights
from tests.fakes import FakeEncoder

# Only meaning counts, and an exact match is as sure as can be told apart.
WEIGHTS = Weights(
    model="fake",
    revision="1",
    ranking=RankingWeights({"question": 0.5, "answer": 0.5}, {"section": 1.0}, 0.05),
    confidence=LogisticWeights({"similarity": 4.0, "bias": -2.0}, {"similarity": 4.0}),
    answerable=LogisticWeights({}, {}),
    curve=(),
    provenance={},
)
FILES = {
    "list.jsonl": """
{"id": "keep", "question": "How long does tea keep?", "answer": "Two whole years, tea does."}
{"id": "last", "question": "How long will tea last?", "answer": "Two  whole years, TEA does."}
{"id": "cup", "question": "How big is a cup?", "answer": "A cup holds far more. Yes. Cups are big."}
""",
    "milk.md": """# Milk

Milk comes from a cow. It is white.

## FAQ

### Where does milk come from?

From the cow in the field.
""",
}


class Library:
    """A searcher with what it was made from."""

    def __init__(self, files: dict[str, str]) -> None:
        self.articles: list[Article] = []
        for path, text in files.items():
            self.articles += read_bytes(text.strip().encode(), path)
        self.passages: list[Passage] = sorted(
            (passage for article in self.articles for passage in passages_of(article)),
            key=lambda passage: passage.id,
        )
        encoder = FakeEncoder(("tea", "cup", "milk", "cow", "year", "keep", "last", "big", "lot"))
        self.vectors: NDArray[np.float32] = encoder.encode_documents(
            [passage.text for passage in self.passages]
        )
        self.searcher = Searcher(self.articles, self.passages, self.vectors)

    def asked(self, limit: int = 500) -> tuple[OwnQuestion, ...]:
        return own_questions(self.searcher, self.passages, self.vectors, limit=limit)

    def names(self, numbers: frozenset[int]) -> set[str]:
        return {self.searcher.owners[number].item.id for number in numbers}


@pytest.fixture(scope="module")
def library() -> Library:
    return Library(FILES)


def of(library: Library, text: str, *, answerable: bool) -> OwnQuestion:
    (found,) = (
        one for one in library.asked() if one.text == text and bool(one.right) is answerable
    )
    return found


def test_a_question_without_its_pair_cannot_be_answered(library: Library) -> None:
    asked = of(library, "How big is a cup?", answerable=False)
    assert library.names(asked.without) == {"cup"}
    row = next(r for r, p in enumerate(library.passages) if p.text == "How big is a cup?")
    assert np.array_equal(asked.vector, library.vectors[row])


def test_all_pairs_with_the_same_answer_are_left_out_with_it(library: Library) -> None:
    asked = of(library, "How long does tea keep?", answerable=False)
    assert library.names(asked.without) == {"keep", "last"}


def test_another_wording_of_an_answers_question_can_be_answered(library: Library) -> None:
    asked = of(library, "How long does tea keep?", answerable=True)
    assert library.names(asked.without) == {"keep"}
    assert library.names(asked.right) == {"last"}


def test_sentences_of_an_answer_of_at_least_four_words_can_be_answered() -> None:
    # Pairs that say too little, so that there are as many that cannot be answered.
    short = "".join(
        f'\n{{"id": "s{n}", "question": "Is there tea number {n}?", "answer": "Yes {n}."}}'
        for n in range(4)
    )
    asked = Library({**FILES, "list.jsonl": FILES["list.jsonl"] + short}).asked()
    assert sorted(one.text for one in asked if one.right) == [
        "A cup holds far more.",
        "From the cow in the field.",
        "How long does tea keep?",
        "How long will tea last?",
        "Two  whole years, TEA does.",
        "Two whole years, tea does.",
    ]


def test_the_text_of_the_pairs_own_article_neither_helps_nor_counts(library: Library) -> None:
    (pair,) = library.articles[-1].faq
    sections = {section.id for section in library.articles[-1].sections if section.text.strip()}
    assert sections
    for answerable in (False, True):
        asked = next(
            one
            for one in library.asked()
            if library.searcher.owners[one.own].item == pair and bool(one.right) is answerable
        )
        assert library.names(asked.without) - {pair.id} == sections


def test_as_many_are_answerable_as_are_not_and_few_change_with_an_article(
    library: Library,
) -> None:
    asked = library.asked()
    assert [bool(one.right) for one in asked] == [False] * 4 + [True] * 4
    assert [bool(one.right) for one in library.asked(limit=5)] == [False] * 2 + [True] * 2
    less = Library({"list.jsonl": FILES["list.jsonl"]}).asked()
    before = [one.text for one in asked if not one.right]
    assert [one.text for one in less if not one.right] == [
        text for text in before if text != "Where does milk come from?"
    ]


def test_articles_without_pairs_ask_nothing() -> None:
    assert Library({"a.md": "# A\n\nText of some length.\n"}).asked() == ()


def test_what_is_found_is_judged(library: Library) -> None:
    keep = of(library, "How long does tea keep?", answerable=True)
    cup = of(library, "How big is a cup?", answerable=False)
    right, wrong = judged(library.searcher, [keep, cup], WEIGHTS)

    assert right.right
    assert not wrong.right
    # Without its pair nothing here speaks of cups: the cosine is 0, and -2 has the logistic .119.
    assert wrong.confidence == pytest.approx(0.119203)
    assert right.confidence > wrong.confidence


def test_what_says_the_same_is_neither_found_nor_wrong() -> None:
    copied = FILES["list.jsonl"] + (
        '{"id": "copy", "question": "How big is a cup?", '
        '"answer": "A cup holds far more. Yes. Cups are big!"}\n'
    )
    library = Library({"list.jsonl": copied})
    owners = {owner.item.id: number for number, owner in enumerate(library.searcher.owners)}
    row = next(r for r, p in enumerate(library.passages) if p.text == "How big is a cup?")
    vector = library.vectors[row]
    cup = frozenset({owners["cup"]})
    none = OwnQuestion("How big is a cup?", vector, owners["cup"], cup, frozenset())
    own = replace(none, without=cup, right=cup)
    gone, found = judged(library.searcher, [none, own], WEIGHTS)
    assert gone.confidence == pytest.approx(0.119203)
    # The copy comes first, and says what the pair says.
    assert found.right
    assert found.confidence > 0.8


def test_a_library_of_one_answer_has_nothing_else_to_find() -> None:
    library = Library({"list.jsonl": FILES["list.jsonl"].strip().split("\n")[0]})
    without, _ = judged(library.searcher, library.asked(), WEIGHTS)
    assert (without.confidence, without.right) == (0.0, False)


def test_only_pairs_ask(library: Library) -> None:
    owners = [library.searcher.owners[one.own] for one in library.asked()]
    assert all(isinstance(owner.item, FaqPair) for owner in owners)
