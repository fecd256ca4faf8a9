"""The order of candidates, worked out by hand from the weights."""

from hypothesis import given
from hypothesis import strategies as st

from qa import rank as ranking
from qa.rank import Candidate, Fields, rank
from qa.records import HitKind


def pair(id: str, *, article: str = "a", overlap: float = 0.0, **fields: float) -> Candidate:
    return Candidate(HitKind.FAQ, article, id, Fields(**fields), overlap=overlap)


def section(id: str, whole: float, window: float | None = None, *, words: float = 0.0) -> Candidate:
    return Candidate(HitKind.SECTION, "a", id, Fields(section=whole, window=window), words=words)


def order(*candidates: Candidate) -> list[str]:
    return [ranked.candidate.id for ranked in rank(candidates)]


def test_a_pairs_score_is_the_weighted_mean_of_its_similarities_plus_its_words() -> None:
    (ranked,) = rank([pair("p", question=0.9, pair=0.6, answer=0.3, overlap=0.5)])
    q, p, a = ranking.QUESTION_WEIGHT, ranking.PAIR_WEIGHT, ranking.ANSWER_WEIGHT
    mean = (0.9 * q + 0.6 * p + 0.3 * a) / (q + p + a)
    assert ranked.score == round(mean + 0.5 * ranking.OVERLAP_WEIGHT[HitKind.FAQ], 6)


def test_a_sections_score_counts_the_overlap_and_the_words_of_its_best_part() -> None:
    fields = Fields(section=0.4, window=0.4)
    (ranked,) = rank([Candidate(HitKind.SECTION, "a", "s", fields, overlap=0.5, words=0.25)])
    overlap = 0.5 * ranking.OVERLAP_WEIGHT[HitKind.SECTION]
    assert ranked.score == round(0.4 + overlap + 0.25 * ranking.WORDS_WEIGHT[HitKind.SECTION], 6)


def test_a_section_without_windows_has_the_similarity_of_the_whole() -> None:
    (ranked,) = rank([section("s", 0.4)])
    assert ranked.score == 0.4


def test_whole_and_best_window_of_a_section_count_alike() -> None:
    (ranked,) = rank([section("s", 0.4, 0.8)])
    assert ranked.score == 0.6


def test_similarity_is_the_best_field_not_the_score() -> None:
    (ranked,) = rank([pair("p", question=0.2, pair=0.7, answer=0.1)])
    assert ranked.similarity == 0.7


def test_a_pair_and_a_section_compete_on_one_scale() -> None:
    assert order(section("s", 0.5), pair("p", question=0.6, pair=0.6, answer=0.6)) == ["p", "s"]
    assert order(section("s", 0.7), pair("p", question=0.6, pair=0.6, answer=0.6)) == ["s", "p"]


def test_words_decide_between_equal_meanings() -> None:
    assert order(section("a", 0.5), section("b", 0.5, words=1.0)) == ["b", "a"]


def test_words_do_not_outweigh_a_clear_difference_in_meaning() -> None:
    assert order(section("a", 0.9), section("b", 0.3, words=1.0)) == ["a", "b"]


def test_equal_scores_are_ordered_by_id_then_article() -> None:
    tied = [pair("q", question=0.5), pair("p", article="b", question=0.5), pair("p", question=0.5)]
    found = [(one.candidate.id, one.candidate.article) for one in rank(tied)]
    assert found == [("p", "a"), ("p", "b"), ("q", "a")]


def test_a_difference_below_a_millionth_is_noise() -> None:
    assert order(section("b", 0.5 + 1e-9), section("a", 0.5)) == ["a", "b"]


def test_no_candidates_give_no_ranking() -> None:
    assert rank([]) == ()


@given(
    st.lists(st.tuples(st.text("abc", max_size=2), st.floats(-1, 1)), unique_by=lambda c: c[0]),
    st.randoms(),
)
def test_the_order_of_the_candidates_does_not_matter(
    drawn: list[tuple[str, float]], random: object
) -> None:
    candidates = [section(id, value) for id, value in drawn]
    shuffled = list(candidates)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # Hypothesis has no type for it
    assert rank(shuffled) == rank(candidates)
