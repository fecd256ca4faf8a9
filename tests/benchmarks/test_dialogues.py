"""The dialogues' own form, and what is counted of them."""

import re
from collections import Counter
from dataclasses import replace

import pytest

from benchmarks.dialogues.play import (
    ARTICLES,
    DOCS,
    Asked,
    Kind,
    Played,
    figures,
    is_harmed,
    is_right,
    read_dialogues,
)
from index import find_sources, read_file
from qa.records import Abstention, AbstentionReason, Answer, Hit, HitKind, Result

DIALOGUES = read_dialogues()
LATER = [turn for one in DIALOGUES for turn in one.turns[1:]]


def hit(id: str) -> Hit:
    return Hit(
        rank=1,
        kind=HitKind.FAQ,
        id=id,
        article="tea.md",
        article_title="Tea",
        section="FAQ",
        question="How long does tea keep?",
        text="Two years.",
        quote="Two years.",
        start=0,
        end=10,
        quote_start=0,
        quote_end=10,
        line=1,
        url="/articles/tea.md",
        public_url=None,
        similarity=0.9,
        confidence=0.9,
    )


def shown(id: str) -> Answer:
    return Answer("q", (hit(id),), 0.9)


def held_back(id: str) -> Abstention:
    return Abstention("q", AbstentionReason.NOTHING_CLOSE, "No.", (), (hit(id),), 0.1)


def played(kind: Kind, told: Result, fresh: Result, *, relevant: str = "a") -> Played:
    asked = Asked("and cups?", kind, frozenset(relevant.split()))
    return Played("1", "dev", asked, "tea and cups?", told, fresh, "last")


def test_there_are_enough_dialogues_of_every_kind() -> None:
    assert len(DIALOGUES) >= 180
    assert sum(turn.kind is Kind.STAND_ALONE for turn in LATER) >= 120
    follow_ups = [turn for turn in LATER if turn.kind is Kind.FOLLOW_UP]
    assert sum(bool(turn.relevant) for turn in follow_ups) >= 120
    assert sum(not turn.relevant for turn in follow_ups) >= 20


def test_dialogues_are_numbered_and_have_two_or_three_turns() -> None:
    assert [int(one.id) for one in DIALOGUES] == list(range(1, len(DIALOGUES) + 1))
    for one in DIALOGUES:
        assert 2 <= len(one.turns) <= 3
        kinds = [turn.kind for turn in one.turns]
        assert kinds[0] is Kind.FIRST
        assert Kind.FIRST not in kinds[1:]


def test_the_halves_are_alike() -> None:
    counts = {
        split: Counter(
            (turn.kind, bool(turn.relevant))
            for one in DIALOGUES
            if one.split == split
            for turn in one.turns
        )
        for split in ("dev", "test")
    }
    for key, count in counts["dev"].items():
        assert abs(count - counts["test"][key]) <= 4, key


def test_no_question_is_asked_twice_in_a_dialogue() -> None:
    for one in DIALOGUES:
        texts = [re.sub(r"\W+", " ", turn.text.casefold()).strip() for turn in one.turns]
        assert len(set(texts)) == len(texts), one.id


def test_every_relevant_passage_is_in_the_articles() -> None:
    known = {
        item.id
        for root in (DOCS, ARTICLES)
        for path in find_sources([root])
        for article in read_file(path, root=root)
        for item in (*article.faq, *article.sections)
    }
    named = {id for one in DIALOGUES for turn in one.turns for id in turn.relevant}
    assert named <= known, sorted(named - known)


def test_right_is_a_relevant_first_hit_shown_or_not() -> None:
    assert is_right(shown("a"), frozenset({"a"}))
    assert is_right(held_back("a"), frozenset({"a", "b"}))
    assert not is_right(shown("c"), frozenset({"a", "b"}))
    assert not is_right(replace(held_back("a"), hits=()), frozenset({"a"}))


@pytest.mark.parametrize(
    ("told", "fresh", "harmed"),
    [
        (shown("a"), shown("a"), False),
        (held_back("a"), shown("a"), True),  # the decision is worse
        (held_back("b"), held_back("a"), True),  # the first hit is worse
        (shown("b"), held_back("b"), True),  # wrong, and now shown
        (shown("b"), shown("c"), False),  # as wrong as before
        (shown("a"), held_back("a"), False),  # better
    ],
)
def test_harm_is_a_worse_first_hit_or_decision(told: Result, fresh: Result, harmed: bool) -> None:
    assert is_harmed(played(Kind.STAND_ALONE, told, fresh)) is harmed


def test_a_question_without_an_answer_is_harmed_by_being_answered() -> None:
    one = played(Kind.STAND_ALONE, shown("a"), held_back("a"), relevant="")
    assert is_harmed(one)
    assert not is_harmed(replace(one, told=one.fresh, fresh=one.told))


def test_figures_count_follow_ups_and_stand_alone_questions_apart() -> None:
    counted = figures(
        [
            played(Kind.FIRST, shown("a"), shown("a")),
            played(Kind.FOLLOW_UP, shown("a"), shown("b")),
            played(Kind.FOLLOW_UP, held_back("a"), held_back("b")),
            played(Kind.FOLLOW_UP, shown("last"), held_back("b"), relevant=""),
            played(Kind.STAND_ALONE, held_back("a"), shown("a")),
        ]
    )
    assert counted == {
        "first_hit1": (1, 1),
        "follow_up_hit1": (2, 2),
        "fresh_follow_up_hit1": (0, 2),
        "follow_up_answered_right": (1, 2),
        "fresh_follow_up_answered_right": (0, 2),
        "stand_alone_harmed": (1, 1),
        "stand_alone_changed": (1, 1),
        "stand_alone_hit1": (1, 1),
        "fresh_stand_alone_hit1": (1, 1),
        "unanswerable_abstained": (0, 1),
        "fresh_unanswerable_abstained": (1, 1),
        "unanswerable_repeated": (1, 1),
        "fresh_unanswerable_repeated": (0, 1),
    }
