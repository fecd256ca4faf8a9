"""Typos: few, seeded, in words only."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.quality.typos import NEIGHBOURS, mistyped

QUESTION = "How do I return an order?"
LETTERS = "abdeoqstzAFZéüßжЖ"
pieces = st.one_of(
    st.text(alphabet=LETTERS, min_size=1, max_size=8),
    st.text(alphabet=LETTERS + "0123,.?-_'", max_size=8),
)
questions = st.lists(pieces, max_size=7).map(" ".join)
counts = st.integers(min_value=0, max_value=2)


def distance(one: str, other: str) -> int:
    """Edits between two words, two neighbours that change places being one (optimal alignment)."""
    rows = [
        [max(i, j) if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)
    ]
    for i, a in enumerate(one, 1):
        for j, b in enumerate(other, 1):
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


def long_words(text: str) -> list[str]:
    """The words that may be mistyped, found another way than the module finds them."""
    runs = re.findall(r"\w+", text)
    return [run for run in runs if len(run) >= 4 and run.isalpha()]


def changed(before: str, after: str) -> list[tuple[str, str]]:
    one, other = re.split(r"(\W+)", before), re.split(r"(\W+)", after)
    assert len(one) == len(other), "a typo adds or removes no word and no sign"
    return [(a, b) for a, b in zip(one, other, strict=True) if a != b]


@given(questions)
def test_one_typo_is_one_edit_of_one_long_word(question: str) -> None:
    pairs = changed(question, mistyped(question, 1))
    assert len(pairs) == min(1, len(long_words(question)))
    for before, after in pairs:
        assert before in long_words(question)
        assert distance(before.lower(), after.lower()) <= 1


@given(questions)
def test_two_typos_are_in_two_words_where_there_are_two(question: str) -> None:
    pairs = changed(question, mistyped(question, 2))
    words = long_words(question)
    assert len(pairs) == min(2, len(words))
    if len(words) >= 2:
        assert all(distance(a.lower(), b.lower()) <= 1 for a, b in pairs)
    elif words:  # the second is one edit more of the same word
        ((_, once),) = changed(question, mistyped(question, 1))
        assert distance(once.lower(), pairs[0][1].lower()) <= 1


@given(questions, counts)
def test_digits_and_signs_stay(question: str, count: int) -> None:
    def rest(text: str) -> list[str]:
        return [character for character in text if not character.isalpha()]

    assert rest(mistyped(question, count)) == rest(question)


@given(questions, counts)
def test_the_same_question_gets_the_same_typos(question: str, count: int) -> None:
    assert mistyped(question, count) == mistyped(question, count)


@given(questions)
def test_the_second_typo_comes_on_top_of_the_first(question: str) -> None:
    if len(long_words(question)) >= 2:
        once = changed(question, mistyped(question, 1))
        assert set(once) <= set(changed(question, mistyped(question, 2)))


def test_no_typo_leaves_the_question() -> None:
    assert mistyped(QUESTION, 0) == QUESTION


@pytest.mark.parametrize("question", ["", "How is it?", "e4021 wd40_long", "2024-01-31", "?!"])
def test_short_words_and_codes_are_left_alone(question: str) -> None:
    assert mistyped(question, 2) == question


def test_any_long_word_can_be_the_one() -> None:
    seeds = map(str, range(200))
    hit = {changed(QUESTION, mistyped(QUESTION, 1, seed=seed))[0][0] for seed in seeds}
    assert hit == {"return", "order"}


def test_another_seed_gives_other_typos() -> None:
    typed = {mistyped(QUESTION, 1, seed=str(number)) for number in range(20)}
    assert len(typed) > 10


def test_all_five_ways_occur_and_nothing_else() -> None:
    word = "refund"
    drop = {word[:at] + word[at + 1 :] for at in range(6)}
    double = {word[:at] + word[at] + word[at:] for at in range(6)}
    swap = {"erfund", "rfeund", "reufnd", "refnud", "refudn"}
    beside = {(at, key) for at in range(6) for key in NEIGHBOURS[word[at]]}
    neighbour = {word[:at] + key + word[at + 1 :] for at, key in beside}
    insert = {word[: at + 1] + key + word[at + 1 :] for at, key in beside}
    typed = [mistyped(word, 1, seed=str(number)) for number in range(2000)]
    ways = [drop, double, swap, neighbour, insert]
    assert set(typed) <= set.union(*ways)
    for way in ways:  # each as likely: a fifth
        assert sum(one in way for one in typed) / 2000 == pytest.approx(0.2, abs=0.04)


def test_keys_have_their_neighbours() -> None:
    assert set(NEIGHBOURS["g"]) == set("tyfhvb")
    assert set(NEIGHBOURS["q"]) == set("wa")
    assert set(NEIGHBOURS["m"]) == set("njk")
    assert len(NEIGHBOURS) == 26
    assert all(key in NEIGHBOURS[other] for key in NEIGHBOURS for other in NEIGHBOURS[key])


def test_upper_case_stays_in_its_place() -> None:
    typed = {mistyped("Paris", 1, seed=str(number)) for number in range(300)}
    assert "Apris" in typed
    assert "aPris" not in typed
    assert "Oaris" in typed
    assert "oaris" not in typed


def test_letters_that_are_on_no_key_are_dropped_doubled_or_swapped() -> None:
    typed = {mistyped("жэшщ", 1, seed=str(number)) for number in range(300)}
    drop = {"эшщ", "жшщ", "жэщ", "жэш"}
    double = {"жжэшщ", "жээшщ", "жэшшщ", "жэшщщ"}
    swap = {"эжшщ", "жшэщ", "жэщш"}
    assert typed == drop | double | swap
