"""What of a long question is embedded."""

import pytest

from index.passages import token_estimate
from qa.window import WINDOW_TOKENS, shown_to_model

STORY = "We went by train and it rained all day. "
LONG = STORY * 25
ASKS = "How much is a card?"


def test_what_fits_into_the_window_is_embedded_whole() -> None:
    for question in (ASKS, f"{STORY}{ASKS}", STORY * 10):
        assert shown_to_model(question) == question


@pytest.mark.parametrize("question", [f"{LONG}{ASKS}", f"{LONG}{ASKS} {LONG}"])
def test_of_a_longer_one_what_asks_is_embedded_with_the_sentence_before_it(question: str) -> None:
    assert token_estimate(question) > WINDOW_TOKENS
    assert shown_to_model(question) == f"{STORY}{ASKS}"


def test_all_that_asks_is_embedded_as_far_as_it_fits_the_last_first() -> None:
    assert shown_to_model(f"{ASKS} {LONG}And for children?") == f"{ASKS} {STORY}And for children?"
    many = " ".join(f"Is it number {place}?" for place in range(100))
    shown = shown_to_model(many)
    assert shown.endswith("Is it number 98? Is it number 99?")
    assert WINDOW_TOKENS - 10 < token_estimate(shown) <= WINDOW_TOKENS


def test_where_nothing_asks_or_only_too_long_a_sentence_all_is_embedded() -> None:
    for question in (LONG, f"{'and so on ' * 200}?"):
        assert shown_to_model(question) == question


def test_chinese_questions_ask_too() -> None:
    assert shown_to_model("今天下雨。" * 60 + "一张卡多少钱？") == "今天下雨。 一张卡多少钱？"
