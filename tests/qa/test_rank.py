"""The order of candidates, worked out by hand from weights made here."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import rank as ranking
from qa.rank import Candidate, Candidates, Fields, Ranked, Words, supports
from qa.records import HitKind
from qa.weights import RankingWeights

WEIGHTS = RankingWeights(
    faq={"question": 0.5, "pair": 0.25, "answer": 0.25, "overlap": 0.2, "bias": 0.01},
    section={"section": 0.5, "window": 0.5, "overlap": 0.1, "best_part": 0.2},
    temperature=0.1,
)
COSINES = st.floats(-1, 1)


def pair(id: str, *, article: str = "a", overlap: float = 0.0, **fields: float) -> Candidate:
    return Candidate(HitKind.FAQ, article, id, Fields(**fields), Words(overlap=overlap))


def section(
    id: str, whole: float, window: float | None = None, *, best_part: float = 0.0
) -> Candidate:
    fields = Fields(section=whole, window=window)
    return Candidate(HitKind.SECTION, "a", id, fields, Words(best_part=best_part))


def rank(candidates: Sequence[Candidate], weights: RankingWeights = WEIGHTS) -> tuple[Ranked, ...]:
    return tuple(ranking.rank(Candidates.of(candidates), weights))


def order(*candidates: Candidate) -> list[str]:
    return [ranked.candidate.id for ranked in rank(candidates)]


def test_a_pairs_score_is_the_weighted_sum_of_its_features() -> None:
    (ranked,) = rank([pair("p", question=0.9, pair=0.6, answer=0.4, overlap=0.5)])
    assert ranked.score == 0.81  # .45 + .15 + .1 + .1, and the bias


def test_a_sections_score_has_weights_of_its_own() -> None:
    fields, words = Fields(section=0.4, window=0.8), Words(overlap=0.5, best_part=0.25)
    (ranked,) = rank([Candidate(HitKind.SECTION, "a", "s", fields, words)])
    assert ranked.score == 0.7  # .2 + .4 + .05 + .05


def test_what_stands_in_the_article_of_the_last_answer_is_a_little_ahead() -> None:
    weights = replace(WEIGHTS, near=0.05)
    here, there = pair("p", article="a", question=0.5), pair("q", article="b", question=0.54)
    far = pair("r", article="b", question=0.62)

    def found(*candidates: Candidate, near: str = "") -> list[str]:
        ranked = ranking.rank(Candidates.of(candidates), weights, near=near)
        return [one.candidate.id for one in ranked]

    assert found(here, there) == found(here, there, near="b") == ["q", "p"]
    assert found(here, there, near="a") == ["p", "q"]
    assert found(here, far, near="a") == ["r", "p"]


def test_a_feature_without_a_weight_counts_nothing() -> None:
    (plain,) = rank([pair("p", question=0.5)])
    words = Words(telling=1.0, stems=1.0, exact=1.0, best_part=1.0, asked=1.0, phrases=1.0)
    fields = Fields(question=0.5, sentence=-1.0, support=0.9)
    (ranked,) = rank([Candidate(HitKind.FAQ, "a", "p", fields, words)])
    assert ranked.score == plain.score


def test_what_the_model_does_not_read_has_weights_of_its_own() -> None:
    unread = {HitKind.FAQ: {"pieces": 1.0}, HitKind.SECTION: {"pieces": 0.5}}
    weights = replace(WEIGHTS, unread=unread)
    words = Words(pieces=0.3)
    read = [Candidate(kind, "a", "x", Fields(), words) for kind in HitKind]
    foreign = [one._replace(read=False) for one in read]
    assert [rank([one], weights)[0].score for one in foreign] == [
        {HitKind.FAQ: 0.3, HitKind.SECTION: 0.15}[one.kind] for one in foreign
    ]
    for one, other in zip(read, foreign, strict=True):
        assert rank([one], weights)[0].score == rank([one])[0].score
        # Without such weights, the others are all there is.
        assert rank([other])[0].score == rank([one])[0].score


def test_similarity_is_the_best_field_not_the_score() -> None:
    (ranked,) = rank([pair("p", question=0.2, pair=0.7, answer=0.1)])
    assert ranked.similarity == 0.7


def test_support_is_no_similarity_of_the_hits_own() -> None:
    # It may be another pair's question that is close.
    (ranked,) = rank([pair("p", question=0.2, support=0.9)])
    assert ranked.similarity == 0.2


def test_a_candidate_without_fields_is_as_unlike_as_can_be() -> None:
    (ranked,) = rank([pair("p")])
    assert ranked.similarity == -1.0


def test_a_candidate_is_the_same_in_columns_and_by_itself() -> None:
    words = Words(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    candidates = [
        Candidate(HitKind.FAQ, "a", "p", Fields(question=0.9, support=0.5), words),
        Candidate(HitKind.SECTION, "b", "s", Fields(section=-0.2), Words(), read=False),
    ]
    assert list(Candidates.of(candidates)) == candidates


def test_a_pair_and_a_section_compete_on_one_scale() -> None:
    alike = pair("p", question=0.6, pair=0.6, answer=0.6)  # .61 with its bias
    assert order(section("s", 0.5), alike) == ["p", "s"]
    assert order(section("s", 0.7), alike) == ["s", "p"]


def test_words_decide_between_equal_meanings() -> None:
    assert order(section("a", 0.5), section("b", 0.5, best_part=1.0)) == ["b", "a"]


def test_equal_scores_are_ordered_by_id_then_article() -> None:
    tied = [pair("q", question=0.5), pair("p", article="b", question=0.5), pair("p", question=0.5)]
    found = [(one.candidate.id, one.candidate.article) for one in rank(tied)]
    assert found == [("p", "a"), ("p", "b"), ("q", "a")]


def test_a_difference_below_a_millionth_is_noise() -> None:
    assert order(section("b", 0.5 + 1e-9), section("a", 0.5)) == ["a", "b"]


def test_no_candidates_give_no_ranking() -> None:
    assert rank([]) == ()
    assert not ranking.rank(Candidates.of([]), WEIGHTS)


# More than are made at once, and many of them tied.
MANY = [section(f"s{number:03}", (number * 37 % 50) / 50) for number in range(200)]


@given(st.one_of(st.integers(-210, 210), st.slices(200)))
def test_a_ranking_is_read_as_a_list_is(at: int | slice) -> None:
    found, expected = ranking.rank(Candidates.of(MANY), WEIGHTS), rank(MANY)
    try:
        assert found[at] == expected[at]
    except IndexError:
        with pytest.raises(IndexError):
            expected[at]


def test_records_are_made_where_they_are_asked_for() -> None:
    found, expected = ranking.rank(Candidates.of(MANY), WEIGHTS), rank(MANY)
    assert len(found) == len(expected) == 200
    assert found[150] == expected[150]
    assert list(found._made) == [2]
    assert [(-one.score, one.candidate.id) for one in expected] == sorted(
        (-one.score, one.candidate.id) for one in expected
    )


def test_what_is_spent_goes_behind_all_others() -> None:
    found = ranking.rank(Candidates.of(MANY), WEIGHTS)
    first, *others = found
    assert list(found.with_first_last()) == [*others, first]
    assert found[0] == first


def test_a_section_has_the_features_of_a_section() -> None:
    words = Words(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    fields = Fields(section=0.9, window=0.8, sentence=0.7)
    assert Candidate(HitKind.SECTION, "a", "s", fields, words).features() == {
        "section": 0.9,
        "window": 0.8,
        "sentence": 0.7,
        "overlap": 0.1,
        "telling": 0.2,
        "stems": 0.3,
        "exact": 0.4,
        "best_part": 0.5,
        "phrases": 0.7,  # .6 would be what it asks: a section asks nothing
        "pieces": 0.8,
        "lead": 0.0,
        "bias": 1.0,
    }
    introduces = Candidate(HitKind.SECTION, "a", "s", fields, words, lead=True)
    assert introduces.features()["lead"] == 1.0


def test_a_pair_has_the_features_of_a_pair() -> None:
    words = Words(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    fields = Fields(question=0.9, pair=0.8, answer=0.7, sentence=0.6, support=0.5)
    assert Candidate(HitKind.FAQ, "a", "p", fields, words).features() == {
        "question": 0.9,
        "pair": 0.8,
        "answer": 0.7,
        "sentence": 0.6,
        "support": 0.5,
        "overlap": 0.1,
        "telling": 0.2,
        "stems": 0.3,
        "exact": 0.4,
        "best_part": 0.5,
        "asked": 0.6,
        "phrases": 0.7,
        "pieces": 0.8,
        "bias": 1.0,
    }


def test_a_part_that_an_owner_does_not_have_is_as_similar_as_the_whole() -> None:
    whole = section("s", 0.4).features()
    assert (whole["window"], whole["sentence"]) == (0.4, 0.4)
    answer = pair("p", question=0.9, answer=0.3).features()
    assert (answer["pair"], answer["sentence"], answer["support"]) == (0.3, 0.3, 0.9)


def test_a_candidate_of_which_nothing_is_known_is_far_from_everything() -> None:
    nothing = Candidate(HitKind.FAQ, "a", "p", Fields()).features()
    names = ("question", "pair", "answer", "sentence", "support")
    assert [nothing[name] for name in names] == [-1.0] * 5


def support(similarities: list[float]) -> float:
    (only,) = supports(np.array(similarities), np.zeros(len(similarities), dtype=np.int64), 1)
    return float(only)


@pytest.mark.parametrize(
    ("similarities", "mean"),
    [
        ([0.9], 0.82),  # .9, and four taken for .8
        ([0.86, 0.9], 0.832),  # .9, .86, and three taken for .8
        ([0.5, 0.9], 0.82),  # .5 is too far behind: taken for .8 as well
        ([0.9, 0.88, 0.86, 0.84, 0.82], 0.86),
        ([0.1, 0.9, 0.88, 0.86, 0.84, 0.82, 0.81], 0.86),  # the sixth and seventh do not count
    ],
)
def test_support_is_the_mean_of_the_five_closest_wordings(
    similarities: list[float], mean: float
) -> None:
    assert support(similarities) == pytest.approx(mean)


@given(st.lists(COSINES, min_size=1), st.randoms())
def test_the_order_of_the_wordings_does_not_matter_to_their_support(
    similarities: list[float], random: object
) -> None:
    shuffled = list(similarities)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis has no type for it
    assert support(shuffled) == support(similarities)


@given(st.lists(COSINES, min_size=1), COSINES)
def test_one_more_wording_never_takes_support_away(
    similarities: list[float], further: float
) -> None:
    assert support([*similarities, min(further, max(similarities))]) >= support(similarities) - 1e-9


@given(st.lists(COSINES, min_size=1))
def test_support_is_never_above_the_closest_wording(similarities: list[float]) -> None:
    assert support(similarities) <= max(similarities) + 1e-9


def test_each_answer_has_the_support_of_its_own_wordings_and_none_without() -> None:
    similarities = np.array([0.5, 0.86, 0.9, 0.9, 0.1])
    found = supports(similarities, np.array([3, 1, 3, 1, 0]), 4)
    # .9, .86 and three taken for .8; .9 and four taken for .8, .5 among them.
    assert found == pytest.approx([0.02, 0.832, np.nan, 0.82], nan_ok=True)


@given(
    st.lists(st.tuples(st.text("abc", max_size=2), COSINES), unique_by=lambda c: c[0]),
    st.randoms(),
)
def test_the_order_of_the_candidates_does_not_matter(
    drawn: list[tuple[str, float]], random: object
) -> None:
    candidates = [section(id, value) for id, value in drawn]
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis has no type for it
    assert rank(shuffled) == rank(candidates)


@given(st.lists(COSINES, min_size=1, max_size=8), COSINES)
def test_another_candidate_changes_nobodys_score(values: list[float], other: float) -> None:
    candidates = [section(f"s{number}", value) for number, value in enumerate(values)]
    alone = {one.candidate.id: one.score for one in rank(candidates)}
    beside = {one.candidate.id: one.score for one in rank([*candidates, section("x", other)])}
    assert beside.items() >= alone.items()
