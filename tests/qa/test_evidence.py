"""What speaks for a hit, over libraries small enough to work it out by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.passages import passages_of
from index.records import Article
from qa.confidence import Evidence
from qa.evidence import (
    AGREEING_WITHIN,
    agreements,
    closest_pairs,
    elsewhere,
    evidence,
    judge,
    rare_words,
    reach,
    same,
    sentence_terms,
)
from qa.rank import Candidate, Fields, Ranked, Words
from qa.records import HitKind
from qa.search import Owner, Searcher
from tests.builders import article
from tests.fakes import FakeEncoder

# An axis each for what the answers below say: answers of different axes say different things.
AXES = ("tea", "cup", "ice", *(f"w{number:02}" for number in range(60)))
E1, E2, E4 = math.exp(-1), math.exp(-2), math.exp(-4)


def over(*articles: Article) -> Searcher:
    passages = [one for made in articles for one in passages_of(made)]
    vectors = FakeEncoder(AXES).encode_documents([one.text for one in passages])
    return Searcher(articles, passages, vectors)


def shares(
    ranked: Sequence[tuple[str, float]], *, count: int | None = None, temperature: float = 0.1
) -> list[float]:
    """Return the agreements of a ranking of pairs, given as what each answers and its score."""
    made = article(faq=[(f"{place}?", answer) for place, (answer, _) in enumerate(ranked)])
    searcher = over(made)
    owners = [searcher.owner("a.md", pair.id) for pair in made.faq]
    ranking = [
        Ranked(Candidate(HitKind.FAQ, "a.md", pair.id, Fields()), score, 0.5)
        for pair, (_, score) in zip(made.faq, ranked, strict=True)
    ]
    return agreements(
        searcher,
        ranking,
        owners,
        temperature=temperature,
        count=len(ranking) if count is None else count,
    )


def test_the_shares_are_a_softmax_of_the_scores() -> None:
    found = shares([("tea", 0.9), ("cup", 0.8), ("ice", 0.7)])
    total = 1 + E1 + E2
    assert found == pytest.approx([1 / total, E1 / total, E2 / total])


def test_hits_that_say_the_same_share_theirs() -> None:
    found = shares([("tea", 0.9), ("cup", 0.8), ("tea", 0.7), ("ice", 0.5)])
    total = 1 + E1 + E2 + E4
    both = (1 + E2) / total
    assert found == pytest.approx([both, E1 / total, both, E4 / total])


def test_a_hit_further_down_that_says_the_same_counts_for_those_asked_for() -> None:
    found = shares([("tea", 0.9), ("cup", 0.8), ("tea", 0.7)], count=1)
    assert found == pytest.approx([(1 + E2) / (1 + E1 + E2)])


def test_what_is_far_behind_is_in_the_total_and_agrees_with_nobody() -> None:
    # exp(-5) is less than a hundredth of the best.
    found = shares([("tea", 0.9), ("cup", 0.8), ("tea", 0.4)])
    assert found[0] == pytest.approx(1 / (1 + E1 + math.exp(-5)))


def test_hits_that_all_say_the_same_have_it_all() -> None:
    assert shares([("tea", 0.9), ("Tea.", 0.9), ("tea", 0.8)]) == [1.0, 1.0, 1.0]
    assert shares([("tea", 0.3)]) == [1.0]


def test_equal_scores_have_equal_shares() -> None:
    assert shares([("tea", 0.5), ("cup", 0.5)]) == [0.5, 0.5]


def test_no_hits_have_no_shares() -> None:
    assert shares([("tea", 0.9)], count=0) == []
    assert shares([], count=0) == []


@pytest.mark.parametrize(
    ("temperature", "expected"), [(1e-9, [1.0, 0.0]), (1e-300, [1.0, 0.0]), (1e9, [0.5, 0.5])]
)
def test_a_low_temperature_takes_all_and_a_high_one_levels(
    temperature: float, expected: list[float]
) -> None:
    assert shares([("tea", 0.9), ("cup", 0.8)], temperature=temperature) == pytest.approx(expected)


def test_only_the_first_fifty_are_told_apart() -> None:
    level = [(f"w{number:02}", 0.5) for number in range(AGREEING_WITHIN + 10)]
    assert shares(level, count=1) == pytest.approx([1 / AGREEING_WITHIN])
    assert shares(level) == pytest.approx([1 / AGREEING_WITHIN] * len(level))


def test_what_was_put_at_the_end_has_no_share() -> None:
    # The reader has had "tea" and asks on: it stands last, with the best score of all.
    found = shares([("cup", 0.8), ("ice", 0.7), ("tea", 0.9)])
    assert found == pytest.approx([1 / (1 + E1), E1 / (1 + E1), 0.0])
    assert shares([("cup", 0.1), ("tea", 0.9)], temperature=1e-4) == [1.0, 0.0]


RANKINGS = st.lists(
    st.tuples(st.sampled_from(["tea", "cup", "ice"]), st.floats(-1, 2)), min_size=1, max_size=8
).map(lambda drawn: sorted(drawn, key=lambda one: -one[1]))


@settings(deadline=None, max_examples=50)
@given(RANKINGS, st.integers(1, 8), st.floats(0.01, 1.0))
def test_a_share_does_not_depend_on_how_many_are_asked_for(
    ranked: list[tuple[str, float]], count: int, temperature: float
) -> None:
    count = min(count, len(ranked))
    every = shares(ranked, temperature=temperature)
    assert shares(ranked, count=count, temperature=temperature) == every[:count]


@settings(deadline=None, max_examples=50)
@given(RANKINGS, st.floats(0.01, 1.0))
def test_the_shares_of_what_says_different_things_add_up_to_at_most_one(
    ranked: list[tuple[str, float]], temperature: float
) -> None:
    found = shares(ranked, temperature=temperature)
    by_answer = {answer: share for (answer, _), share in reversed(list(zip(ranked, found)))}  # noqa: B905
    assert all(0.0 <= share <= 1.0 for share in found)
    assert sum(by_answer.values()) <= 1.0 + 1e-9


# What is known of one hit.

MADE = article(
    [("Cups", "Another cup of tea. A cup.")], [("Is tea ice?", "Tea is no ice or tea. So is 2019.")]
)
QUESTION = "Why does Jane not drink tea in 2019?"


def first(question: str, id: str) -> tuple[Searcher, Ranked, Owner]:
    searcher = over(MADE)
    vector = FakeEncoder(AXES).encode_queries([question])[0]
    (found,) = (one for one in searcher.candidates(question, vector) if one.id == id)
    return searcher, Ranked(found, 0.5, 0.6), searcher.owner("a.md", id)


def known(question: str, id: str) -> Evidence:
    searcher, ranked, owner = first(question, id)
    return evidence(
        searcher,
        question,
        ranked,
        owner,
        agreement=0.7,
        shared=searcher.lexicon.shared_by(question, [owner.number])[0],
        pairs=0.5,
        rare=0.25,
        reach=0.75,
        among=sentence_terms(question),
    )


def test_a_sections_evidence_is_what_is_known_of_it() -> None:
    found = known(QUESTION, "a.md#s1")
    assert (found.kind, found.similarity, found.agreement) == (HitKind.SECTION, 0.6, 0.7)
    # With its heading it has three cups and one tea; its best sentence one of each ("A cup." is
    # too short to be one).
    assert found.whole == pytest.approx(1 / math.sqrt(10))
    assert found.sentence == pytest.approx(math.sqrt(0.5))
    # Of jane, drink, tea and 2019 it has "tea", which both have; "2019" one has, the others none.
    assert found.shared == 1
    both, one, none = math.log(1.2), math.log(2), math.log(6)
    assert found.lacking == 1.0  # nobody has jane, nor drink
    assert found.stems == pytest.approx(both / (both + one + 2 * none))
    # The article has the number, though this section has not; nowhere does it speak of Jane.
    assert (found.missing_numbers, found.missing_names) == (0, 1)
    assert found.negated
    assert found.crowding == 0.0


def test_a_pairs_whole_is_its_question_and_answer() -> None:
    found = known(QUESTION, "a.md#q1")
    assert found.kind is HitKind.FAQ
    # Three teas and two ices; the question by itself has one of each.
    assert found.whole == pytest.approx(3 / math.sqrt(13))
    assert found.sentence == pytest.approx(2 / math.sqrt(5))
    assert found.shared == 2  # tea, 2019
    assert not found.negated  # "no ice"
    assert (found.pairs, found.rare, found.reach) == (0.5, 0.25, 0.75)


def test_every_hit_is_judged_with_its_share() -> None:
    searcher = over(MADE)
    owners = [searcher.owner("a.md", id) for id in ("a.md#q1", "a.md#s1")]
    ranking = [
        Ranked(Candidate(kind, "a.md", owner.item.id, Fields(), Words()), score, score)
        for kind, owner, score in zip(
            (HitKind.FAQ, HitKind.SECTION), owners, (0.5, 0.4), strict=True
        )
    ]
    found = judge(searcher, "tea", ranking, owners, count=2, temperature=0.1)
    assert [one.similarity for one in found] == [0.5, 0.4]
    assert [one.agreement for one in found] == pytest.approx([1 / (1 + E1), E1 / (1 + E1)])
    (first,) = judge(searcher, "tea", ranking, owners, count=1, temperature=0.1)
    assert first == found[0]
    assert judge(searcher, "tea", ranking, owners, count=0, temperature=0.1) == []


def test_what_introduces_an_article_is_evidence() -> None:
    lead = article([("", "Tea and a cup."), ("Tea", "Tea. " * 20)])
    searcher = over(lead)
    found = searcher.candidates("tea", FakeEncoder(AXES).encode_queries(["tea"])[0])
    owners = [searcher.owner(one.article, one.id) for one in found]
    ranking = [Ranked(one, 0.5, 0.5) for one in found]
    judged = judge(searcher, "tea", ranking, owners, count=2, temperature=0.1)
    assert [one.lead for one in judged] == [owner.item.heading == "" for owner in owners]
    assert sorted(one.lead for one in judged) == [False, True]


def test_what_share_of_a_ranking_other_articles_have() -> None:
    searcher = over(
        article(faq=[("a", "tea"), ("b", "ice")], id="a.md"),
        article(faq=[("c", "cup"), ("d", "Cup")], id="b.md"),
        article([("w00", "w01")], [("e", "w02")], id="c.md"),
    )
    ranking = [
        Ranked(Candidate(HitKind.FAQ, *searcher.owners.key(number), Fields()), score, 0.5)
        for number, score in ((0, 0.9), (2, 0.8), (1, 0.7), (4, 0.5))
    ]
    total = 1 + E1 + E2 + E4
    found = elsewhere(searcher, ranking, temperature=0.1)
    assert found == {
        "a.md": pytest.approx((E1 + E4) / total, abs=1e-6),
        "b.md": 0.0,  # it says one thing only
        "c.md": pytest.approx((1 + E1 + E2) / total, abs=1e-6),
    }
    assert elsewhere(searcher, ranking[:1], temperature=0.1) == {"a.md": 0.0}
    assert elsewhere(searcher, [], temperature=0.1) == {}


def test_a_hit_too_far_down_to_count_has_all_other_articles_before_it() -> None:
    made = [
        article(faq=[(f"{n}?", f"w{n:02}") for n in range(AGREEING_WITHIN)], id="a.md"),
        article(faq=[("b?", "tea"), ("c?", "ice")], id="b.md"),
    ]
    searcher = over(*made)
    numbers = range(AGREEING_WITHIN + 1)
    owners = [searcher.owners[number] for number in numbers]
    ranking = [
        Ranked(Candidate(HitKind.FAQ, *owner.key, Fields()), 0.9 - number / 1000, 0.5)
        for number, owner in zip(numbers, owners, strict=True)
    ]
    judged = judge(searcher, "tea", ranking, owners, count=len(ranking), temperature=0.1)
    assert [one.elsewhere for one in judged] == [0.0] * AGREEING_WITHIN + [1.0]


def test_what_other_articles_have_is_evidence_of_each_hit() -> None:
    made = [
        article(faq=[("tea?", said), ("w00?", f"{said} w01")], id=f"{said}.md")
        for said in ("tea", "ice")
    ]
    searcher = over(*made)
    ranking = [
        Ranked(Candidate(HitKind.FAQ, one.id, one.faq[0].id, Fields()), score, 0.5)
        for one, score in zip(made, (0.5, 0.4), strict=True)
    ]
    owners = [searcher.owner(one.id, one.faq[0].id) for one in made]
    judged = judge(searcher, "tea", ranking, owners, count=2, temperature=0.1)
    shares = [E1 / (1 + E1), 1 / (1 + E1)]
    assert [one.elsewhere for one in judged] == pytest.approx(shares, abs=1e-6)


def test_owners_say_the_same_in_the_same_words_or_with_the_same_meaning() -> None:
    searcher = over(
        article(faq=[("a", "tea"), ("b", "tea"), ("c", "Tea, a tea"), ("d", "a cup of tea")])
    )
    first, *others = searcher.owners
    assert [same(searcher, first, other) for other in others] == [True, True, False]


def test_the_evidence_is_of_plain_numbers() -> None:
    features = known(QUESTION, "a.md#q1").features()
    assert not any(isinstance(value, np.generic) for value in features.values())


@pytest.mark.parametrize(
    ("question", "keywords"),
    [
        ("tea", True),
        ("the tea?", True),
        ("ice tea", True),
        ("what is it?", False),  # no word that tells
        ("tea moon", False),  # one that the pair has not
        ("tea or some ice", False),  # four words
        ("ice tea 2019", False),  # three that tell
    ],
)
def test_one_or_two_telling_words_that_the_hit_has_are_keywords(
    question: str, keywords: bool
) -> None:
    assert known(question, "a.md#q1").keywords is keywords


@pytest.mark.parametrize(
    ("question", "verbatim"),
    [
        ("Hello! Is tea ice? I have wondered for years.", True),
        ("is TEA, ice. thank you", True),
        ("Is tea ice with lemon? I have wondered for years.", False),  # another question
        ("Is tea ice?", False),  # that alone is close enough
        ("Tea! Ice! Cups!", False),
    ],
)
def test_a_pairs_own_question_among_other_sentences_is_evidence(
    question: str, verbatim: bool
) -> None:
    assert known(question, "a.md#q1").verbatim is verbatim


def test_a_language_that_the_model_does_not_read_is_evidence() -> None:
    searcher, ranked, owner = first("tea", "a.md#q1")
    foreign = Ranked(ranked.candidate._replace(read=False), ranked.score, ranked.similarity)

    def judged(one: Ranked) -> Evidence:
        (found,) = judge(searcher, "tea", [one], [owner], count=1, temperature=0.1)
        return found

    assert judged(foreign).unread
    assert not judged(ranked).unread


def test_what_a_question_leans_on_is_not_asked_again() -> None:
    searcher, ranked, owner = first("Is tea ice? And in May?", "a.md#q1")

    def asked(meant: str) -> bool:
        (found,) = judge(
            searcher,
            "Is tea ice? And in May?",
            [ranked],
            [owner],
            count=1,
            temperature=0.1,
            meant=meant,
        )
        return found.verbatim

    assert asked("")
    assert not asked("And in May?")


def test_unknown_words_are_evidence_of_every_hit() -> None:
    searcher, ranked, owner = first("tea", "a.md#q1")
    judged = judge(searcher, "tea", [ranked], [owner], count=1, temperature=0.1, unknown=True)
    assert [one.unknown for one in judged] == [True]


def hits(
    *found: tuple[str, Fields],
) -> tuple[Searcher, list[Ranked], list[Owner]]:
    """A ranking of pairs, given as what each answers and how the question meets it."""
    made = article(faq=[(f"w{place:02} tea?", answer) for place, (answer, _) in enumerate(found)])
    searcher = over(made)
    ranking = [
        Ranked(Candidate(HitKind.FAQ, "a.md", pair.id, fields), 1.0 - place / 10, 0.5)
        for place, (pair, (_, fields)) in enumerate(zip(made.faq, found, strict=True))
    ]
    return searcher, ranking, [searcher.owner("a.md", pair.id) for pair in made.faq]


def test_an_answer_is_as_close_as_its_three_closest_pairs_on_average() -> None:
    _, ranking, owners = hits(
        ("Tea.", Fields(pair=0.5)),
        ("Ice.", Fields(pair=0.9)),
        ("tea.", Fields(pair=0.8)),  # the same answer, whatever its case and spaces
        ("Tea.", Fields(pair=0.2)),
        (" Tea. ", Fields(pair=0.6)),
        ("Cup.", Fields(answer=0.4)),  # without one, as close as the answer
    )
    assert closest_pairs(ranking, owners) == {
        "tea.": pytest.approx((0.8 + 0.6 + 0.5) / 3),
        "ice.": 0.9,
        "cup.": 0.4,
    }


def test_the_words_that_an_answers_hits_share_are_worth_their_rarities_each_once() -> None:
    searcher, _, owners = hits(*((answer, Fields()) for answer in ("Ice.", "Cup.", "Ice.")))
    numbers = [owner.number for owner in owners]
    words = searcher.lexicon.shared_by("w00 w02 tea moon", numbers)
    # All three have tea, one each w00 and w02; nobody has the moon.
    every, one, none = math.log(1 + 0.5 / 3.5), math.log(1 + 2.5 / 1.5), math.log(1 + 3.5 / 0.5)
    assert rare_words(searcher, words, owners) == {
        "ice.": pytest.approx((every + 2 * one) / none, abs=1e-6),  # rarities have 6 decimals
        "cup.": pytest.approx(every / none, abs=1e-6),
    }


def test_the_reach_is_a_soft_maximum_over_different_answers() -> None:
    _, ranking, owners = hits(
        ("Tea.", Fields(question=0.6, pair=0.5)),
        ("Tea.", Fields(question=0.3, pair=0.55)),
        ("Ice.", Fields(question=0.2, pair=0.55)),
        ("Cup.", Fields(question=0.5)),
    )
    # .6 (once, for both have one answer), .55 a step of .05 behind, .5 two steps.
    assert reach(ranking, owners) == pytest.approx(0.6 + 0.05 * math.log(1 + E1 + E2))
    assert reach(ranking[:1], owners[:1]) == pytest.approx(0.6)
    assert reach([], []) == -1.0


def test_what_is_judged_together_does_not_depend_on_how_many_are_judged() -> None:
    searcher, ranking, owners = hits(
        ("Tea.", Fields(question=0.6, pair=0.5)),
        ("Ice.", Fields(question=0.5, pair=0.4)),
        ("Tea.", Fields(question=0.3, pair=0.4)),
    )
    all_three = judge(searcher, "w02 tea", ranking, owners, count=3, temperature=0.1)
    (first,) = judge(searcher, "w02 tea", ranking, owners, count=1, temperature=0.1)
    assert first == all_three[0]
    assert first.pairs == pytest.approx(0.45)
    assert first.rare == all_three[2].rare > all_three[1].rare
