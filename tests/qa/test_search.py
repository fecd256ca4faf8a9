"""Candidates: fields, words and overlap worked out by hand on three-dimensional vectors."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from index.records import Article, FaqPair, Passage, PassageKind, Section
from qa.rank import Candidate, Fields
from qa.records import HitKind
from qa.search import Searcher

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
]


@pytest.fixture
def searcher() -> Searcher:
    vectors = np.array([vector for _, vector in KINDS], dtype=np.float32)
    return Searcher([article()], [one for one, _ in KINDS], vectors)


def found(
    searcher: Searcher, question: str, vector: NDArray[np.float32], *, depth: int = 200
) -> dict[str, Candidate]:
    return {one.id: one for one in searcher.candidates(question, vector, depth=depth)}


def test_each_field_has_its_best_similarity(searcher: Searcher) -> None:
    candidates = found(searcher, "anything", ICE)
    assert candidates["tea#ice"].fields == Fields(
        question=1.0, pair=pytest.approx(0.8, abs=1e-7), answer=pytest.approx(0.8, abs=1e-7)
    )
    assert candidates["tea#storing"].fields == Fields(section=0.0, window=0.0)
    assert candidates["tea#ice"].kind is HitKind.FAQ
    assert candidates["tea#storing"].kind is HitKind.SECTION


def test_an_owner_found_by_one_passage_gets_all_its_fields(searcher: Searcher) -> None:
    # At depth 1 only the alternate wording is close enough; the other fields are completed.
    assert found(searcher, "zzz", ICE, depth=1) == {
        "tea#ice": found(searcher, "zzz", ICE)["tea#ice"]
    }


def test_an_owner_that_only_shares_words_is_a_candidate(searcher: Searcher) -> None:
    assert set(found(searcher, "light", ICE, depth=1)) == {"tea#ice", "tea#storing"}


def test_rarity_is_the_idf_over_pairs_and_sections(searcher: Searcher) -> None:
    # Two owners: "tea" is in both, "light" in one, "moon" in none.
    assert searcher.rarity("tea") == pytest.approx(math.log(1 + 0.5 / 2.5))
    assert searcher.rarity("light") == pytest.approx(math.log(1 + 1.5 / 1.5))
    assert searcher.rarity("moon") == pytest.approx(math.log(1 + 2.5 / 0.5))


def test_overlap_is_weighted_by_rarity(searcher: Searcher) -> None:
    tea, light, moon = (math.log(1.2), math.log(2), math.log(6))
    candidates = found(searcher, "tea light moon", TEA)
    total = tea + light + moon
    assert candidates["tea#storing"].overlap == pytest.approx((tea + light) / total)
    assert candidates["tea#ice"].overlap == pytest.approx(tea / total)


def test_telling_overlap_leaves_function_words_out(searcher: Searcher) -> None:
    (ice,) = (one for one in searcher.candidates("what is the tea", TEA) if one.id == "tea#ice")
    assert ice.telling_overlap == 1.0
    assert ice.overlap < 1.0
    assert found(searcher, "what is it", TEA)["tea#ice"].telling_overlap == 0.0


def test_a_word_that_the_question_repeats_counts_once(searcher: Searcher) -> None:
    once = found(searcher, "light tea", TEA)["tea#ice"].overlap
    assert found(searcher, "light light tea", TEA)["tea#ice"].overlap == once


def test_word_scores_are_scaled_by_the_questions_best_part(searcher: Searcher) -> None:
    candidates = found(searcher, "light", TEA)
    assert candidates["tea#storing"].words == 1.0
    assert candidates["tea#ice"].words == 0.0


def test_the_heading_belongs_to_a_sections_words(searcher: Searcher) -> None:
    assert found(searcher, "storing", ICE)["tea#storing"].overlap == 1.0


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
    assert turned.candidates("light tea", TEA) == searcher.candidates("light tea", TEA)


def test_an_empty_library_has_no_candidates() -> None:
    empty = Searcher([], [], np.empty((0, 0), dtype=np.float32))
    assert empty.candidates("tea", TEA) == ()
    assert len(empty) == 0
