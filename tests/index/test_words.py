import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hot TEA, please!", ["hot", "tea", "please"]),
        ("e-mail", ["e-mail", "email", "e", "mail"]),
        ("error-404", ["error-404", "error404", "error", "404"]),
        ("v1.2.3.", ["v1.2.3", "v1", "2", "3"]),
        ("node.js", ["node.js", "node", "js"]),
        ("C++ and C#", ["c++", "c", "and", "c#", "c"]),
        (
            "1,000.50 or 3,14",
            ["1,000.50", "1000.50", "1", "000", "50", "or", "3,14", "314", "3", "14"],
        ),
        ("one,two", ["one", "two"]),
        ("max_length", ["max_length", "max", "length"]),
        ("AT&T", ["at&t", "at", "t"]),
        ("me@mail.example", ["me@mail.example", "me", "mail", "example"]),
        ("Amazon's James’s", ["amazon", "james"]),
        ("don't", ["don't", "dont", "don"]),
        ("l’eau", ["l'eau", "leau", "eau"]),
        ("-- ... '' _ &", []),
    ],
)
def test_words_are_found_whole_and_in_parts(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Größe", "GROSSE"),
        ("café", "cafe\u0301"),
        ("Łódź", "lodz"),
        ("Ελλάδα", "ελλαδα"),
        ("ＡＢＣ", "abc"),
        ("ﬁnd", "find"),
        ("co\u00adoperate", "cooperate"),
        ("e‑mail", "e-mail"),
        ("İstanbul", "istanbul"),
    ],
)
def test_ways_of_writing_one_word_are_one_term(one: str, other: str) -> None:
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ガス", "カス"), ("йод", "иод"), ("कल", "कुल"), ("ไม", "ไม้")]
)
def test_marks_that_make_another_word_stay(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("茶道とは", ["茶道", "道と", "とは"]),
        ("茶", ["茶"]),
        ("iPhone用", ["iphone", "用"]),
        ("한국어", ["한국", "국어"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
    ],
)
def test_scripts_without_spaces_give_pairs_of_characters(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_question_of_common_words_keeps_its_words() -> None:
    assert terms("To be or not to be?") == ["to", "be", "or", "not", "to", "be"]


@given(st.text())
def test_any_text_has_terms_that_are_their_own_terms(text: str) -> None:
    for term in terms(text):
        assert term
        assert not any(character.isspace() for character in term)
        assert terms(term)[0] == term or len(term) <= 2
