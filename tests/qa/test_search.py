"""Candidates: fields and words worked out by hand on vectors of few dimensions."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.passages import passages_of
from index.records import Article, FaqPair, Passage, PassageKind, Section
from qa.rank import Candidate, Fields
from qa.records import HitKind
from qa.search import Searcher
from tests.builders import article as article_of
from tests.fakes import FakeEncoder

TEXT = "Storing tea\nKeep tea dry.\nLight harms tea.\nCan tea freeze?\nNo, never."
TEA, DRY, ICE = np.eye(3, dtype=np.float32)
HALF = math.sqrt(0.5)


def at(part: str) -> tuple[int, int]:
    return TEXT.index(part), TEXT.index(part) + len(part)


def article() -> Article:
    start, end = at("Keep tea dry.\nLight harms tea.")
    section = Section("tea#storing", "Storing tea", 1, TEXT[start:end], start, end, 2)
    question, answer = at("Can tea freeze?"), at("No, never.")
    pair = FaqPair("tea#ice", "Can tea freeze?", "No, never.", *question, *answer, 4)
    return Article("tea", "tea", "Tea", TEXT, (section,), (pair,), ())


def passage(owner: str, kind: PassageKind, part: str, *, text: str | None = None) -> Passage:
    start, end = at(part)
    return Passage(
        f"tea|{owner}|{kind}|{start}-{end}|{text}", "tea", owner, kind, text or part, start, end
    )


KINDS: list[tuple[Passage, list[float]]] = [
    (passage("tea#storing", PassageKind.SECTION, "Keep tea dry.\nLight harms tea."), [0, 1, 0]),
    (passage("tea#storing", PassageKind.WINDOW, "Keep tea dry."), [HALF, HALF, 0]),
    (passage("tea#storing", PassageKind.WINDOW, "Light harms tea."), [1, 0, 0]),
    (passage("tea#ice", PassageKind.QUESTION, "Can tea freeze?"), [HALF, 0, HALF]),
    (passage("tea#ice", PassageKind.ALTERNATE, "Can tea freeze?", text="ice tea"), [0, 0, 1]),
    (passage("tea#ice", PassageKind.ANSWER, "No, never."), [0, 0.6, 0.8]),
    (passage("tea#ice", PassageKind.PAIR, "No, never.", text="Can tea freeze? No"), [0, 0.6, 0.8]),
    (passage("tea#storing", PassageKind.SENTENCE, "Light harms tea."), [0, 0.6, 0.8]),
]


@pytest.fixture
def searcher() -> Searcher:
    vectors = np.array([vector for _, vector in KINDS], dtype=np.float32)
    return Searcher([article()], [one for one, _ in KINDS], vectors)


def over(*articles: Article, axes: tuple[str, ...] = ("tea", "cup")) -> Searcher:
    """Return a searcher over articles, embedded by the ``FakeEncoder``."""
    passages = [one for article in articles for one in passages_of(article)]
    vectors = FakeEncoder(axes).encode_documents([one.text for one in passages])
    return Searcher(articles, passages, vectors)


def found(
    searcher: Searcher, question: str, vector: NDArray[np.float32], *, depth: int = 200
) -> dict[str, Candidate]:
    return {one.id: one for one in searcher.candidates(question, vector, depth=depth)}


def test_each_field_has_its_best_similarity(searcher: Searcher) -> None:
    candidates = found(searcher, "anything", ICE)
    close = pytest.approx(0.8, abs=1e-7)
    # Two wordings, 1 and √½; the three that are missing are taken for .9.
    support = pytest.approx((1.0 + 4 * 0.9) / 5, abs=1e-7)  # HALF is too far behind
    assert candidates["tea#ice"].fields == Fields(
        question=1.0, pair=close, answer=close, support=support
    )
    assert candidates["tea#storing"].fields == Fields(section=0.0, window=0.0, sentence=close)
    assert candidates["tea#ice"].kind is HitKind.FAQ
    assert candidates["tea#storing"].kind is HitKind.SECTION


def test_an_owner_found_by_one_passage_gets_all_its_fields(searcher: Searcher) -> None:
    # At depth 1 only the alternate wording is close enough; the other fields are completed.
    assert found(searcher, "zzz", ICE, depth=1) == {
        "tea#ice": found(searcher, "zzz", ICE)["tea#ice"]
    }


def test_an_owner_that_only_shares_words_is_a_candidate(searcher: Searcher) -> None:
    assert set(found(searcher, "light", ICE, depth=1)) == {"tea#ice", "tea#storing"}


def test_a_candidate_has_the_lexicons_word_scores(searcher: Searcher) -> None:
    # Owners are numbered by article and id: the pair, then the section.
    scores = searcher.lexicon.scores("tea light moon “light harms”", np.arange(2))
    candidates = found(searcher, "tea light moon “light harms”", TEA)
    for number, id in enumerate(["tea#ice", "tea#storing"]):
        words = candidates[id].words
        for name in words._fields:
            assert getattr(words, name) == getattr(scores, name)[number]
    # "tea" is in both, "light" and "harms" in one, "moon" in none.
    tea, light, moon = math.log(1.2), math.log(2), math.log(6)
    overlap = (tea + 2 * light) / (tea + 2 * light + moon)
    assert candidates["tea#storing"].words.overlap == pytest.approx(overlap)
    assert candidates["tea#storing"].words.exact == 1.0


def test_the_heading_belongs_to_a_sections_words(searcher: Searcher) -> None:
    assert found(searcher, "storing", ICE)["tea#storing"].words.overlap == 1.0


def test_other_wordings_belong_to_a_pairs_words() -> None:
    made = article_of(faq=[("Why?", "Because.")], alternates=["What for?"])
    assert found(over(made), "what for", TEA)["a.md#q1"].words.asked == pytest.approx(1.0)


def test_the_best_part_is_the_closest_window(searcher: Searcher) -> None:
    owner = searcher.owner("tea", "tea#storing")
    part = searcher.best_part("zzz", TEA, owner)
    assert TEXT[part.start : part.end] == "Light harms tea."


def test_words_decide_between_equally_close_parts(searcher: Searcher) -> None:
    owner = searcher.owner("tea", "tea#storing")
    # To ICE both windows are orthogonal: without words the earlier one, with words theirs.
    assert searcher.best_part("zzz", ICE, owner).start == TEXT.index("Keep")
    assert searcher.best_part("light", ICE, owner).start == TEXT.index("Light")


def test_likeness_compares_what_is_said_not_what_is_asked(searcher: Searcher) -> None:
    pair, section = searcher.owner("tea", "tea#ice"), searcher.owner("tea", "tea#storing")
    # The answer and the whole section: 0.6.  The FAQ question and a window would be 0.71.
    assert searcher.likeness(pair, section) == pytest.approx(0.6, abs=1e-6)


def test_the_order_of_articles_and_rows_changes_nothing(searcher: Searcher) -> None:
    rows = list(reversed(KINDS))
    turned = Searcher(
        [article()], [one for one, _ in rows], np.array([v for _, v in rows], dtype=np.float32)
    )
    assert found(turned, "light tea", TEA) == found(searcher, "light tea", TEA)


def test_an_empty_library_has_no_candidates() -> None:
    empty = Searcher([], [], np.empty((0, 0), dtype=np.float32))
    assert found(empty, "tea", TEA) == {}
    assert len(empty) == 0
    assert empty.crowding == 0.0


# Support: what other wordings of the same answer say for a pair.

SHARED = [("tea?", "Yes, do."), ("cup?", "yes,  DO."), ("ice?", "No.")]


def supports(searcher: Searcher, *, without: tuple[int, ...] = ()) -> dict[str, float | None]:
    candidates = searcher.candidates("?", TEA, without=without)
    return {one.id: one.fields.support for one in candidates}


def test_pairs_with_the_same_answer_share_their_support() -> None:
    # "tea?" is 1; "cup?", which is 0, and the three missing ones .9; "ice?" is 0, the others -.1.
    both, alone = pytest.approx((1 + 4 * 0.9) / 5), pytest.approx((0 - 4 * 0.1) / 5)
    assert supports(over(article_of(faq=SHARED))) == {
        "a.md#q1": both,
        "a.md#q2": both,
        "a.md#q3": alone,
    }


def test_pairs_of_two_articles_share_their_support() -> None:
    made = article_of(faq=SHARED[:1]), article_of(faq=SHARED[1:], id="b.md")
    both = pytest.approx((1 + 4 * 0.9) / 5)
    assert supports(over(*made))["b.md#q1"] == both


def test_a_section_has_no_support() -> None:
    assert supports(over(article_of([("Tea", "Hot water.")]))) == {"a.md#s1": None}


def test_a_pair_that_is_left_out_supports_nobody() -> None:
    alone = pytest.approx((0 - 4 * 0.1) / 5)
    assert supports(over(article_of(faq=SHARED)), without=(0,)) == {
        "a.md#q2": alone,
        "a.md#q3": alone,
    }


# Leaving owners out.


def test_who_is_left_out_takes_nobodys_place(searcher: Searcher) -> None:
    # At depth 1 the pair's four passages and its words would be all that is found.
    assert [one.id for one in searcher.candidates("freeze", ICE, depth=1)] == ["tea#ice"]
    left = searcher.candidates("freeze", ICE, depth=1, without=(0,))
    assert [one.id for one in left] == ["tea#storing"]


def test_with_all_left_out_there_is_nothing(searcher: Searcher) -> None:
    assert len(searcher.candidates("tea", TEA, without=(0, 1))) == 0


FAQS = st.lists(
    st.tuples(
        st.sampled_from(["tea", "cup", "tea tea cup", "ice"]),
        st.sampled_from(["Tea.", "Cup, cup tea. Ice is cold here.", "No."]),
    ),
    min_size=1,
    max_size=5,
)


@settings(deadline=None, max_examples=50)
@given(FAQS, st.data())
def test_leaving_an_owner_out_is_a_library_without_it(
    faq: list[tuple[str, str]], data: st.DataObject
) -> None:
    made = article_of([("Cup", "Tea in a cup.")], faq)
    whole = over(made)
    gone = data.draw(st.integers(0, len(whole) - 1))
    passages = [one for one in passages_of(made) if one.owner != whole.owners[gone].item.id]
    vectors = FakeEncoder(("tea", "cup")).encode_documents([one.text for one in passages])
    less = Searcher([made], passages, vectors)
    found = whole.candidates("tea cup", TEA, without=(gone,))
    expected = less.candidates("tea cup", TEA)
    assert [(one.id, one.fields) for one in found] == [(one.id, one.fields) for one in expected]


@settings(deadline=None, max_examples=50)
@given(FAQS, st.randoms())
def test_the_order_of_the_articles_changes_nothing(
    faq: list[tuple[str, str]], random: object
) -> None:
    articles = [article_of(faq=[pair], id=f"{n}.md") for n, pair in enumerate(faq)]
    expected = over(*articles)
    random.shuffle(articles)  # type: ignore[attr-defined]  # Hypothesis has no type for it
    turned = over(*articles)
    assert list(turned.candidates("tea cup", TEA)) == list(expected.candidates("tea cup", TEA))
    assert turned.crowding == expected.crowding


# How close the entries are to one another.


def crowd(*entries: tuple[str, str]) -> float:
    """Return the crowding of FAQ pairs; "tea" and "tea cup" are √½ alike, "cup" and "tea" 0."""
    return over(article_of(faq=entries)).crowding


def said(question: str, count: int) -> list[tuple[str, str]]:
    return [(question, f"{question} {number}") for number in range(count)]


def test_crowding_is_the_mean_similarity_of_the_tenth_closest_entry() -> None:
    # Of twelve entries eleven are alike: ten others for each of them.  The twelfth has √½ to all.
    assert crowd(*said("tea", 11), ("tea cup", "x")) == pytest.approx((11 + HALF) / 12, abs=1e-6)
    # One less, and the tenth of all is the other one.
    assert crowd(*said("tea", 10), ("tea cup", "x")) == pytest.approx(HALF, abs=1e-6)
    assert crowd(*said("tea", 10), ("cup", "x")) == 0.0


def test_sections_crowd_as_pairs_do() -> None:
    sections = [("", f"tea {number}") for number in range(10)]
    made = over(article_of(sections, [("tea cup", "x")]))
    assert made.crowding == pytest.approx(HALF, abs=1e-6)


def test_an_answer_asked_for_in_many_ways_is_not_crowded_by_itself() -> None:
    wordings = [("tea", "The same.") for _ in range(11)]
    # To each wording the tenth closest that says something else is √½; so it is to the others.
    assert crowd(*wordings, *said("tea cup", 10)) == pytest.approx(HALF, abs=1e-6)


def test_a_library_of_ten_entries_is_not_crowded() -> None:
    assert crowd(*said("tea", 10)) == 0.0
    assert crowd(*said("tea", 10), *said("tea", 1)) == 0.0  # one of them twice
    assert crowd(*said("tea", 11)) == 1.0


def test_an_article_of_like_entries_does_not_speak_for_the_others() -> None:
    register = article_of(faq=said("tea", 300))
    others = [article_of(faq=[("cup", f"cup {n}")], id=f"{n}.md") for n in range(9)]
    # Thirty of the register's, and all others: to each of these the tenth closest is tea.
    assert over(register, *others).crowding == pytest.approx(30 / 39, abs=1e-6)
    # Of two articles each may have half of the sample.
    assert over(register, others[0]).crowding == pytest.approx(150 / 151, abs=1e-6)


# What else a searcher knows.


def test_a_sentence_has_the_vector_that_the_library_has(searcher: Searcher) -> None:
    vector = searcher.sentence_vector("Light harms tea.")
    assert vector is not None
    assert vector.tolist() == np.array([0, 0.6, 0.8], dtype=np.float32).tolist()
    # No sentence by itself: a whole answer, and nothing at all.
    assert searcher.sentence_vector("No, never.") is None
    assert searcher.sentence_vector("") is None


def test_an_articles_terms_are_those_of_its_title_and_its_text(searcher: Searcher) -> None:
    made = article_of([("Tea", "Hot water.")])
    known = over(made).article_terms(made)
    assert known == {"about", "a.md", "a", "md", "tea", "hot", "water"}


def test_owners_are_numbered_by_article_and_id(searcher: Searcher) -> None:
    made = over(article_of(faq=SHARED, id="b.md"), article_of([("Tea", "Hot.")]))
    assert [owner.key for owner in made.owners] == [
        ("a.md", "a.md#s1"),
        ("b.md", "b.md#q1"),
        ("b.md", "b.md#q2"),
        ("b.md", "b.md#q3"),
    ]
    assert [owner.number for owner in made.owners] == [0, 1, 2, 3]
    with pytest.raises(KeyError, match=r"c\.md"):
        made.owner("c.md", "c.md#s1")


@settings(deadline=None, max_examples=50)
@given(FAQS)
def test_the_words_of_all_owners_are_those_that_each_has(faq: list[tuple[str, str]]) -> None:
    long = article_of([("Cup", "Tea in a cup. " * 60)], id="c.md")  # of several windows
    owners = over(article_of([("Cup", "Tea in a cup.")], faq), long).owners
    assert list(owners.worded()) == [
        (owner.article, owner.text, owner.asks, owner.parts.tolist()) for owner in owners
    ]


def test_no_owners_have_no_words() -> None:
    assert list(over().owners.worded()) == []
