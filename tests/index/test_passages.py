import importlib.util
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from index.encoder import DEFAULT_PACKAGE
from index.passages import PAIR_TOKENS, WINDOW_TOKENS, passages_of, sentences, token_estimate
from index.readers import read_file
from index.records import Article, FaqPair, Passage, PassageKind, Section
from tests.builders import article

# Twenty words of six letters: 20 estimated tokens and one for the full stop.
SENTENCE = "Letter " + "planet " * 18 + "garden."


def cut(text: str, **options: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text, **options)]


def untitled(sections: list[tuple[str, str]]) -> Article:
    return article(sections, title="")


def of_kind(made: Article, kind: PassageKind) -> list[Passage]:
    return [passage for passage in passages_of(made) if passage.kind is kind]


def test_sentences_end_at_full_stops_and_not_at_abbreviations() -> None:
    assert cut("Mr. Smith came. He left at 3.15 p.m. Why?  Nobody knows!") == [
        "Mr. Smith came.",
        "He left at 3.15 p.m.",
        "Why?",
        "Nobody knows!",
    ]


def test_a_line_break_ends_a_sentence_whatever_stands_before_it() -> None:
    assert cut("first item\nsecond item\n\n  x = 1\r\ny = 2\u2028last") == [
        "first item",
        "second item",
        "x = 1",
        "y = 2",
        "last",
    ]


def test_offsets_count_characters_after_emoji_and_in_scripts_without_spaces() -> None:
    assert sentences("😀 Hi. 😀😀 Ok!") == ((0, 5), (6, 12))
    assert cut("今日は晴れ。明日は雨です。", language="ja-JP") == ["今日は晴れ。", "明日は雨です。"]
    assert cut("क्या है? यह है।", language="hi") == ["क्या है?", "यह है।"]


def test_a_full_stop_after_a_wide_space_is_read() -> None:
    # sentencex panics on this text itself.
    assert cut("A\u00a0. Then\u3000B.") == ["A\u00a0.", "Then\u3000B."]


def test_half_a_surrogate_pair_is_a_character_like_another() -> None:
    assert cut("Bad \ud800. Good.") == ["Bad \ud800.", "Good."]


def test_an_unknown_language_is_cut_by_the_english_rules() -> None:
    assert (
        cut("One. Two.", language="tlh-Latn") == cut("One. Two.", language="") == ["One.", "Two."]
    )


@given(
    st.text(st.sampled_from("ab. ?!\n\t\r'\"(1。」 \u00a0\u3000\u200b😀é́אA")),
    st.sampled_from(["en", "ja", "de"]),
)
def test_sentences_are_trimmed_in_order_and_leave_nothing_out(text: str, language: str) -> None:
    spans = sentences(text, language=language)
    assert all(text[start:end] == text[start:end].strip() != "" for start, end in spans)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(
        text.split()
    )


def test_tokens_are_estimated_by_script() -> None:
    assert token_estimate("cats and elephants") == 1 + 1 + 2
    assert token_estimate("12345, 茶道 привет") == 3 + 1 + 2 + 6
    assert token_estimate("") == 0


def test_a_pair_gives_question_alternates_answer_and_both_together() -> None:
    made = article(faq=[("Why?", "Because.")], alternates=["How come?", "For what reason?"])
    assert [(p.id, p.text, p.start, p.end) for p in passages_of(made)] == [
        ("a.md|a.md#q1|alternate|0-4|1", "How come?", 0, 4),
        ("a.md|a.md#q1|alternate|0-4|2", "For what reason?", 0, 4),
        ("a.md|a.md#q1|question|0-4", "Why?", 0, 4),
        ("a.md|a.md#q1|answer|6-14", "Because.", 6, 14),
        ("a.md|a.md#q1|pair|6-14", "Why?\nBecause.", 6, 14),
    ]


def test_a_short_section_gives_itself_once_under_title_and_heading() -> None:
    (passage,) = passages_of(article([("Tea", "Hot water.")]))
    assert (passage.text, passage.start, passage.end) == ("About a.md\nTea\nHot water.", 5, 15)
    assert (passage.kind, passage.owner, passage.article) == (
        PassageKind.SECTION,
        "a.md#s1",
        "a.md",
    )


@pytest.mark.parametrize(
    ("title", "heading", "text"),
    [
        ("Drinks", "", "Drinks\nHot water."),
        ("", "Tea", "Tea\nHot water."),
        ("Tea", "TEA", "TEA\nHot water."),
        (" ", " ", "Hot water."),
    ],
)
def test_what_a_section_stands_under_is_there_once(title: str, heading: str, text: str) -> None:
    (passage,) = passages_of(article([(heading, "Hot water.")], title=title))
    assert passage.text == text


def test_an_empty_section_and_a_pair_without_an_answer_give_nothing() -> None:
    assert passages_of(article([("Tea", "")], [("Why?", "")])) == ()


def test_windows_take_three_sentences_and_share_one_with_the_next() -> None:
    parts = [f"{letter}{SENTENCE[1:]}" for letter in "ABCDE"]  # 21 tokens each
    made = untitled([("Head", " ".join(parts))])
    found = of_kind(made, PassageKind.WINDOW)
    assert [window.text for window in found] == [
        "Head\n" + " ".join(parts[0:3]),
        "Head\n" + " ".join(parts[2:5]),
    ]
    assert len(of_kind(made, PassageKind.SECTION)) == 1


def test_short_sentences_are_taken_until_there_are_sixty_tokens() -> None:
    # Three tokens each ("Go", "on", "."): after 20 of them there are 60.
    made = untitled([("", " ".join(["Go on."] * 30))])
    windows = [p for p in passages_of(made) if p.kind is PassageKind.WINDOW]
    assert [len(sentences(window.text)) for window in windows] == [20, 11]


def test_a_sentence_as_long_as_a_window_is_not_repeated_in_the_next() -> None:
    long = "Planet " + "planet " * (WINDOW_TOKENS - 3) + "end."  # exactly WINDOW_TOKENS
    made = untitled([("", f"First. {long} Last.")])
    windows = [p.text for p in passages_of(made) if p.kind is PassageKind.WINDOW]
    assert windows == ["First.", long, "Last."]


def test_a_sentence_longer_than_a_window_is_cut_at_spaces() -> None:
    words = ["planet"] * (2 * WINDOW_TOKENS + 5)
    made = untitled([("", " ".join(words))])
    windows = [p.text for p in passages_of(made) if p.kind is PassageKind.WINDOW]
    assert [len(window.split()) for window in windows] == [WINDOW_TOKENS, WINDOW_TOKENS, 5]


def test_text_without_spaces_is_cut_within_its_words() -> None:
    made = untitled([("", "茶" * 300)])
    windows = [p for p in passages_of(made) if p.kind is PassageKind.WINDOW]
    assert [(p.start, p.end) for p in windows] == [(0, 128), (128, 256), (256, 300)]


def test_a_long_answer_is_searched_in_windows_and_its_beginning_with_its_question() -> None:
    parts = [f"{letter}{SENTENCE[1:]}" for letter in "ABCDE"]
    made = article(faq=[("Why?", " ".join(parts))])
    answers = [p.text for p in passages_of(made) if p.kind is PassageKind.ANSWER]
    assert answers == [" ".join(parts[0:3]), " ".join(parts[2:5])]
    (pair,) = [p for p in passages_of(made) if p.kind is PassageKind.PAIR]
    assert pair.text == "Why?\n" + " ".join(parts[:2])
    assert token_estimate(" ".join(parts[:2])) <= PAIR_TOKENS < token_estimate(answers[0])


def test_a_short_answer_stands_beside_its_question_as_a_whole() -> None:
    made = article(faq=[("Why?", "First. Second.")])
    (pair,) = [p for p in passages_of(made) if p.kind is PassageKind.PAIR]
    assert pair.text == "Why?\nFirst. Second."


def test_title_and_heading_are_cut_and_leave_room_in_a_window() -> None:
    made = article([("planet " * 50, " ".join([SENTENCE] * 9))], title="comet " * 50)
    windows = of_kind(made, PassageKind.WINDOW)
    for passage in [*of_kind(made, PassageKind.SECTION), *windows]:
        above = "comet " * 23 + "comet\n" + "planet " * 23 + "planet\n"
        assert passage.text.startswith(above)
    assert all(token_estimate(passage.text) <= WINDOW_TOKENS for passage in windows)


def test_every_sentence_of_a_section_is_a_passage_without_its_heading() -> None:
    made = article([("Tea", "Keep it in a tin.\nLight takes its taste away.")])
    found = of_kind(made, PassageKind.SENTENCE)
    assert [(p.id, p.text, p.start, p.end) for p in found] == [
        ("a.md|a.md#s1|sentence|5-22", "Keep it in a tin.", 5, 22),
        ("a.md|a.md#s1|sentence|23-50", "Light takes its taste away.", 23, 50),
    ]
    assert {(p.article, p.owner) for p in found} == {("a.md", "a.md#s1")}


def test_every_sentence_of_an_answer_is_a_passage_its_question_is_none() -> None:
    made = article(faq=[("Why is that? Who says so?", "We keep it dry. It is better so.")])
    found = of_kind(made, PassageKind.SENTENCE)
    assert [(p.owner, p.text) for p in found] == [
        ("a.md#q1", "We keep it dry."),
        ("a.md#q1", "It is better so."),
    ]


def test_a_sentence_of_fewer_than_four_tokens_says_nothing_by_itself() -> None:
    # "Go", "on" and the full stop; one word more is enough.
    made = article([("Tea", "Go on. Do go on. Yes!")])
    assert [p.text for p in of_kind(made, PassageKind.SENTENCE)] == ["Do go on."]


def test_a_single_sentence_is_found_as_the_whole_that_it_is() -> None:
    made = article([("Tea", "Keep it in a tin.")], [("Why is it so?", "Light takes its taste.")])
    assert of_kind(made, PassageKind.SENTENCE) == []


def test_a_sentence_that_stands_twice_is_two_passages() -> None:
    made = article([("Tea", "Keep it in a tin. Keep it in a tin.")])
    assert [(p.start, p.end) for p in of_kind(made, PassageKind.SENTENCE)] == [(5, 22), (23, 40)]


def test_sentences_are_cut_by_the_rules_of_the_articles_language() -> None:
    # By the English rules "Am 3." would be a sentence.
    german = article([("", "Am 3. Mai ist alles zu. Danach gilt das nicht.")], language="de")
    assert [p.text for p in of_kind(german, PassageKind.SENTENCE)] == [
        "Am 3. Mai ist alles zu.",
        "Danach gilt das nicht.",
    ]


@given(
    st.lists(st.tuples(st.text(max_size=20), st.text(max_size=2000)), max_size=4),
    st.lists(st.tuples(st.text(min_size=1, max_size=20), st.text(max_size=2000)), max_size=3),
)
def test_every_passage_stands_where_it_says_and_has_an_id_of_its_own(
    sections: list[tuple[str, str]], faq: list[tuple[str, str]]
) -> None:
    made = article(sections, faq)
    found = passages_of(made)
    assert len({passage.id for passage in found}) == len(found)
    assert found == passages_of(made)
    for passage in found:
        place = made.text[passage.start : passage.end]
        assert place.strip()
        if passage.kind is not PassageKind.ALTERNATE:
            assert passage.text.endswith(place)
        if passage.kind in (PassageKind.WINDOW, PassageKind.ANSWER):
            assert token_estimate(place) <= WINDOW_TOKENS
        if passage.kind is PassageKind.SENTENCE:
            assert passage.text == place == place.strip()


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """The default model's own, without the cut at 256 tokens."""
    spec = importlib.util.find_spec(DEFAULT_PACKAGE)
    assert spec is not None
    folder = Path((spec.submodule_search_locations or [""])[0])
    made = Tokenizer.from_file(str(folder / "model" / "tokenizer.json"))
    made.no_truncation()
    made.no_padding()
    return made


@pytest.mark.shared
def test_windows_of_real_articles_fit_into_the_model_and_leave_nothing_out(
    shared_data: Path, tokenizer: Tokenizer
) -> None:
    windows = 0
    for path in sorted(shared_data.glob("articles/*/source.*")):
        for made in read_file(path):
            cut: dict[str, list[Passage]] = {}
            for passage in passages_of(made):
                if passage.kind in (PassageKind.WINDOW, PassageKind.ANSWER):
                    assert len(tokenizer.encode(passage.text).ids) <= 256, passage.id
                    cut.setdefault(passage.owner, []).append(passage)
            owners: list[Section | FaqPair] = [*made.sections, *made.faq]
            for owner in owners:
                if parts := cut.get(owner.id):
                    windows += len(parts)
                    inside = {at for part in parts for at in range(part.start, part.end)}
                    assert inside <= set(range(owner.start, owner.end))
                    left_out = set(range(owner.start, owner.end)) - inside
                    assert not "".join(made.text[at] for at in left_out).strip()
    assert windows > 500
