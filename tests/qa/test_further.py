"""Which hits say the same."""

from qa.further import SAME_LIKENESS, says_the_same

KEEP = "Black tea keeps for two years in a closed tin."


def test_a_text_says_the_same_as_one_that_contains_it() -> None:
    assert says_the_same(KEEP, f"Much is said of storing tea. {KEEP} Light takes its taste away.")


def test_case_and_punctuation_do_not_matter() -> None:
    assert says_the_same("Send it back, within thirty days!", "send it back within thirty days")


def test_other_words_say_something_else() -> None:
    assert not says_the_same(KEEP, "Green tea keeps for one year if it is dry.")


def test_one_word_of_twelve_changed_is_still_the_same() -> None:
    # 12 words are 10 runs of three; the changed last word is in one of them: 9 of 10 are shared.
    one = "you can send it back to us within the first thirty days"
    assert says_the_same(one, one.replace("days", "weeks"))


def test_one_word_of_seven_changed_is_not() -> None:
    # 7 words are 5 runs of three; the changed middle word is in three of them: 2 of 5 are shared.
    assert not says_the_same("it keeps for two years in tins", "it keeps for five years in tins")


def test_short_answers_are_the_same_only_when_equal() -> None:
    assert says_the_same("Yes.", "yes")
    assert not says_the_same("Yes.", "Yes, of course you can.")


def test_close_meaning_is_the_same_in_any_words() -> None:
    assert says_the_same("a", "something else entirely", likeness=SAME_LIKENESS)
    assert not says_the_same("a", "something else entirely", likeness=SAME_LIKENESS - 0.01)
