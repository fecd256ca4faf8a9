"""Messages with two or three questions are cut where they are surely two, and nothing else is.

``tests/data/several-questions.jsonl`` has 84 messages in English, German and French, written before
the rules: 40 that ask several things, with their parts, and 44 that look like it and ask one.
"""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.message_parts import MOST_WORDS, parts_of

MESSAGES = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "data" / "several-questions.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]


def texts(message: str) -> list[str]:
    return [part.text for part in parts_of(message)]


def test_the_messages_are_of_both_kinds() -> None:
    several = [one for one in MESSAGES if one["parts"]]
    assert (len(several), len(MESSAGES) - len(several)) == (40, 44)


@pytest.mark.parametrize("one", MESSAGES, ids=lambda one: one["message"][:40])
def test_a_message_is_cut_where_it_asks_another_thing(one: dict[str, object]) -> None:
    assert texts(str(one["message"])) == one["parts"]


@pytest.mark.parametrize("one", MESSAGES, ids=lambda one: one["message"][:40])
def test_a_part_is_one_question(one: dict[str, object]) -> None:
    assert [texts(part) for part in texts(str(one["message"]))] == [[]] * len(one["parts"])  # type: ignore[arg-type]


@given(st.text(alphabet="abd ?.,!&\n\"'1()", max_size=60) | st.text(max_size=40))
def test_parts_are_the_message_word_for_word_and_in_order(text: str) -> None:
    for message in (text, f"How much is it? {text}? And do you deliver?"):
        end = 0
        for part in parts_of(message):
            assert message[part.start : part.end] == part.text.strip() == part.text
            assert part.start >= end
            end = part.end


def test_what_only_a_comma_parts_is_not_sure() -> None:
    assert [one.sure for one in parts_of("how do i pay, can i use a card?")] == [True, False]
    assert [one.sure for one in parts_of("how do i pay, and can i use a card?")] == [True, True]
    assert [one.sure for one in parts_of("How do I pay? Can I use a card?")] == [True, True]


def test_what_leads_up_to_a_question_belongs_to_it_and_what_follows_to_the_last() -> None:
    assert texts("Do I need a visa? I am from Brazil. And do I need a vaccination? Thanks!") == [
        "Do I need a visa?",
        "I am from Brazil. And do I need a vaccination? Thanks!",
    ]
    assert texts("Where is it? Can you help me? How do I pay?") == [
        "Where is it? Can you help me?",
        "How do I pay?",
    ]


def test_a_german_verb_within_a_story_asks_nothing() -> None:
    assert texts("wir stehen im stau, haben karten. lassen sie uns dann noch rein?") == []


def test_more_questions_than_three_or_a_whole_letter_are_not_cut() -> None:
    three = "What is tea? Where is it grown? Who drinks it?"
    assert len(texts(three)) == 3
    assert texts(f"{three} How long does it keep?") == []
    long = " ".join(["my dog is old"] * (MOST_WORDS // 4))
    assert texts(f"{long}. Can I bring him? Where do I park?") == []


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        # An apostrophe as phones type it, marks of other scripts, no space before a question mark.
        ("What’s the price and what’s the address?", ["What’s the price", "what’s the address?"]),
        ("Is there a pool？ Is there a sauna？", ["Is there a pool？", "Is there a sauna？"]),
        ("do you have parking, and if so is it free?", ["do you have parking", "is it free?"]),
        ("Is it possible to pay later and is there a fee?", None),
        ("Können Kinder mitfahren und was kostet das?", None),
        ("¿Cuánto cuesta la entrada y dónde puedo aparcar?", None),
    ],
)
def test_questions_begin_in_more_ways(message: str, parts: list[str] | None) -> None:
    assert len(texts(message)) == 2
    assert parts is None or texts(message) == parts
