import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.words import fold, is_exact, quoted, stems, terms


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


def test_a_text_is_stemmed_in_its_language() -> None:
    assert stems("Libraries lend books", ["en"]) == ["librari", "lend", "book"]
    assert stems("Les vélos réparés", ["fr"]) == ["les", "velo", "repar"]


def test_a_question_is_stemmed_in_every_language_that_it_may_be_in() -> None:
    # English rules leave the German plural alone.
    assert stems("Bücher", ["de", "en", "de"]) == ["buch", "bucher"]
    assert stems("Buch", ["de", "en"]) == ["buch"]
    assert stems("libraries", [None, "en"]) == ["libraries", "librari"]


def test_without_a_language_terms_stay_as_they_are() -> None:
    text = "Libraries lend E-books, v1.2.3 and 本を借りる"
    assert stems(text, []) == stems(text, [None]) == stems(text, ["ja"]) == terms(text)


def test_exact_terms_are_never_stemmed() -> None:
    assert stems("ERR_CONNECTIONS 802.11ings", ["en"]) == [
        "err_connections", "err", "connect", "802.11ings", "802", "11ings",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "word",
    [
        "0x80070057", "E1234", "ERR_CONN", "v1.2.3", "2.13", "COVID-19", "C++", "C#", "iPhone12",
        "404", "1,000", "node.js", "AT&T", "me@mail.example",
    ],
)  # fmt: skip
def test_codes_versions_and_names_with_signs_are_exact(word: str) -> None:
    assert is_exact(word)
    assert is_exact(terms(word)[0])


@pytest.mark.parametrize("word", ["tea", "e-mail", "don't", "l'eau", "e.g", "z.b", "größe", "道と"])
def test_words_of_everyday_language_are_not_exact(word: str) -> None:
    assert not is_exact(word)


@pytest.mark.parametrize(
    ("question", "phrases"),
    [
        ("What is “Connection  Reset”?", ["connection reset"]),
        ('What does "Café au lait" mean?', ["cafe au lait"]),
        ("Was heißt „Größe“ und »Maß« und ‚los‘?", ["grosse", "mass", "los"]),
        ("Que veut dire « à bientôt » ?", ["a bientot"]),
        ("「会員」と『本』とは", ["会員", "本"]),
        ('什么是"会员"吗', ["会员"]),
        ("It's 'hot tea', isn't it?", ["hot tea"]),
        ("‘don’t panic’, she said", ["don't panic"]),
        ('"a" or "b" or "A"', ["a", "b"]),
        ("say '404'!", ["404"]),
        # Nothing is quoted here.
        ("the readers' and the editors' pages", []),
        ("don't can't won't", []),
        ("rock 'n roll in the '90s", []),
        ('a frame of 5" x 7"', []),
        ('"" “ ” "?!"', []),
        ('an "open end', []),
    ],
)
def test_phrases_in_quotation_marks_are_found(question: str, phrases: list[str]) -> None:
    assert list(quoted(question)) == phrases


def test_folding_keeps_signs_and_spaces() -> None:
    assert fold("Größe:  «É»") == "grosse:  «e»"
