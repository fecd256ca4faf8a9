"""Each expected file is written out: what differs from the file before is all that may differ."""

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.companions import one_line
from index.errors import UsageError
from index.readers import read_bytes
from qa import faq_text
from qa.faq_text import NewPair, markdown_of

HAND = """\
# Ours, since May.
article: tea.md   # the long one
editor: "Ann"     # a key that Footnote does not know

faq:
  # Shelf life
  - question: 'How long?'
    answer: >-
      Two
      years.   
    variants: [ for how long, "until when" ]   # as asked in the shop

  - question: May I freeze tea?
    note: &n checked
    answer: |
      No.

      # not a comment
    alternates:
      - freezer   # one word

  - alternates_of: tea.md#why
    alternates:
      - wherefore
# The end.
"""  # noqa: W291  # white space at the end of a line is something to be kept


def added(before: str, after: str) -> tuple[str, str]:
    """The text that ``after`` has more than ``before``, and the line that it follows."""
    start = 0
    while before[start] == after[start]:
        start += 1
    start = after.rfind("\n", 0, start) + 1
    more = len(after) - len(before)
    assert before[:start] + before[start:] == after[:start] + after[start + more :]
    return after[start : start + more], before[:start].rsplit("\n", 2)[-2]


def test_a_pair_goes_to_the_end_and_nothing_else_changes() -> None:
    pair = NewPair("Why *two?", "One.\n\n- a\n- b", ("=1+1", "no"), "w", "Some: text", "tea.md#s")
    assert added(HAND, faq_text.with_pairs(HAND, [pair], "p")) == (
        "  - id: w\n"
        "    question: Why *two?\n"
        "    answer: |-\n"
        "      One.\n"
        "\n"
        "      - a\n"
        "      - b\n"
        "    alternates:\n"
        "    - =1+1\n"
        "    - 'no'\n"
        "    passage: 'Some: text'\n"
        "    passage_of: tea.md#s\n",
        "      - wherefore",
    )


def test_a_long_answer_is_broken_into_lines_and_read_as_one() -> None:
    answer = " ".join(["word"] * 60)
    made = faq_text.with_pairs("article: a.md\n", [NewPair("Why?", answer)], "p")
    assert max(map(len, made.splitlines())) <= 100
    assert yaml.safe_load(made)["faq"] == [{"question": "Why?", "answer": answer}]


@pytest.mark.parametrize(
    "empty",
    ["article: a.md\n", "article: a.md\nfaq:\n", "article: a.md\nfaq: []\n", "article: a.md"],
)
def test_the_first_entry_makes_the_list(empty: str) -> None:
    made = faq_text.with_pairs(empty, [NewPair("Why?", "So.")], "p")
    assert made == "article: a.md\nfaq:\n- question: Why?\n  answer: So.\n"


def test_line_breaks_stay_those_of_the_file() -> None:
    windows = HAND.replace("\n", "\r\n")
    made = faq_text.with_pairs(windows, [NewPair("Why?", "So.\n\nThus.")], "p")
    assert made == faq_text.with_pairs(HAND, [NewPair("Why?", "So.\n\nThus.")], "p").replace(
        "\n", "\r\n"
    )


@pytest.mark.parametrize(
    ("name", "own", "new", "after"),
    [
        ("May I freeze tea?", True, "      - 'yes'\n", "      - freezer   # one word"),
        ("tea.md#why", False, "      - 'yes'\n", "      - wherefore"),
        (
            "Else?",
            False,
            "  - alternates_of: Else?\n    alternates:\n    - 'yes'\n",
            "      - wherefore",
        ),
    ],
)
def test_an_alternate_goes_after_the_others(name: str, own: bool, new: str, after: str) -> None:
    made = faq_text.with_alternates(HAND, name, [" yes "], "p", own=own)
    assert added(HAND, made) == (new, after)


def test_an_alternate_goes_into_a_list_in_brackets() -> None:
    made = faq_text.with_alternates(HAND, "How long?", ['a "b", c'], "p", own=True)
    assert made == HAND.replace('"until when" ]', '"until when", "a \\"b\\", c"]')
    back = faq_text.without_alternate(made, "How long?", 'a "b", c', "p", own=True)
    assert back == HAND.replace('[ for how long, "until when" ]', '["for how long", "until when"]')


def test_a_pair_without_alternates_gets_a_list_of_them() -> None:
    before = "article: a.md\nfaq:\n- question: Why?\n  answer: So.\n- question: b\n  answer: c\n"
    made = faq_text.with_alternates(before, "Why?", ["x"], "p", own=True)
    assert added(before, made) == ("  alternates:\n  - x\n", "  answer: So.")
    assert faq_text.without_alternate(made, "Why?", "x", "p", own=True) == before


def test_what_was_added_last_is_taken_out_and_the_rest_stays() -> None:
    pair = NewPair("Why?", "So.\n\nThus.", ("x",))
    assert faq_text.without_pair(faq_text.with_pairs(HAND, [pair], "p"), "Why?", "p") == HAND
    for name, own in (("tea.md#why", False), ("May I freeze tea?", True), ("Else?", False)):
        made = faq_text.with_alternates(HAND, name, ["x"], "p", own=own)
        assert faq_text.without_alternate(made, name, "x", "p", own=own) == HAND


def test_the_only_alternate_goes_with_its_entry_or_its_key() -> None:
    made = faq_text.without_alternate(HAND, "tea.md#why", "wherefore", "p", own=False)
    assert made == HAND.replace(
        "  - alternates_of: tea.md#why\n    alternates:\n      - wherefore\n", ""
    )
    made = faq_text.without_alternate(HAND, "May I freeze tea?", "freezer", "p", own=True)
    assert made == HAND.replace("    alternates:\n      - freezer   # one word\n", "")


def test_the_only_pair_leaves_an_empty_list() -> None:
    made = faq_text.without_pair("article: a\nfaq:\n- question: b?\n  answer: c\n", "b?", "p")
    assert made == "article: a\nfaq:\n"


def test_an_answer_is_replaced_where_it_stands() -> None:
    made = faq_text.with_answer(HAND, "May I freeze tea?", "Yes: in a tin.", "p")
    assert made == HAND.replace("|\n      No.\n\n      # not a comment", "'Yes: in a tin.'")
    assert faq_text.answer_of(made, "May I freeze tea?", "p") == "Yes: in a tin."
    made = faq_text.with_answer(HAND, "How long?", "One.\n\nTwo.", "p")
    assert made == HAND.replace(">-\n      Two\n      years.   ", "|-\n      One.\n\n      Two.")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("article: a\nfaq: [{question: a, answer: b}]\n", r"^p:2: .* each entry beginning with a"),
        ("- question: a\n", r"^p:1: it does not begin as a companion does"),
        ("{article: a}\n", r"^p:1: it does not begin"),
        ("# nothing\n", r"^p:1: it does not begin"),
        ("article: [\n", r"^p:2: not valid YAML"),
        ("article: a\nfaq: &x\n- *x\n", r"^p:3: not valid YAML"),
        ("article: a\nfaq: text\n", r"^p:2: it cannot be changed here"),
    ],
)
def test_what_cannot_be_changed_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        faq_text.with_pairs(text, [NewPair("Why?", "So.")], "p")


def test_an_entry_that_cannot_be_told_is_refused() -> None:
    twice = "article: a\nfaq:\n- question: b?\n  answer: c\n- question: b?\n  answer: d\n"
    with pytest.raises(UsageError, match=r"^p:5: .* two of its entries ask 'b\?'"):
        faq_text.with_alternates(twice, "b?", ["x"], "p", own=True)
    with pytest.raises(UsageError, match=r"^p: there is no pair 'z'"):
        faq_text.without_pair(twice, "z", "p")
    with pytest.raises(UsageError, match=r"^p: 'x' is no alternate in it any more"):
        faq_text.without_alternate(HAND, "How long?", "x", "p", own=True)
    listed = "article: a\nfaq:\n- question: b?\n  answer: c\n  alternates: x|y\n"
    with pytest.raises(UsageError, match=r"^p:5: .* write its alternates as a list first"):
        faq_text.with_alternates(listed, "b?", ["z"], "p", own=True)
    braces = "article: a\nfaq:\n- {question: 'b?', answer: c}\n"
    with pytest.raises(UsageError, match=r"^p:3: .* lines of its own, without braces"):
        faq_text.with_alternates(braces, "b?", ["z"], "p", own=True)


def test_markup_in_a_verbatim_text_is_escaped_and_only_there() -> None:
    assert markdown_of("Plain text, 5% of it (snake_case).") == "Plain text, 5% of it (snake_case)."
    assert markdown_of("the <article> file") == "the \\<article\\> file"
    assert markdown_of("• a\n• b") == "• a\\\n• b"


TEXTS = st.text(
    st.one_of(
        st.sampled_from("\\`*_{}[]()<>#+-.!|~&$=:'\"%^ \n1a"),
        st.characters(codec="utf-8", exclude_characters="\0"),
    ),
    max_size=60,
)


def words(text: str) -> str:
    """White space as readers take it: spaces of no width are white space, too."""
    return " ".join(text.translate({0x200B: " ", 0xFEFF: " "}).split())


@settings(max_examples=400, deadline=None)
@given(TEXTS)
@example("{{ x }} {% y %} :::note\n> [!NOTE] a\n[TOC] {:toc} {#id} &amp; &#42;")
@example("\ufeff")
@example("a\u200bb \u200b\n\ufeff# c")
@example("a\n===\n| b | c |\n|---|---|\n***\n```\nd")
@example("https://example.com/a_b_c <b>x</b> www.example.com")
def test_markdown_of_a_text_is_read_as_that_text(text: str) -> None:
    from index.readers.markdown import blocks_of_markdown

    read = "\n\n".join(block.text for block in blocks_of_markdown(markdown_of(text), 1))
    assert words(read) == words(text)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXTS.filter(str.strip), min_size=3, max_size=3))
def test_any_pair_is_read_as_it_was_written_and_taken_out_again(texts: list[str]) -> None:
    question, answer, alternate = texts
    before = "article: a.md\nfaq:\n- question: first\n  answer: one\n"
    pair = NewPair(question, markdown_of(answer), (alternate,))
    try:
        made = faq_text.with_pairs(before, [pair], "a.faq.yaml")
    except UsageError:
        return
    (article,) = read_bytes(made.encode(), "a.faq.yaml")
    found = article.faq[1]
    assert words(found.question) == words(question)
    assert words(found.answer) == words(answer)
    assert found.alternates == (one_line(alternate),)
    assert faq_text.without_pair(made, one_line(found.question), "a.faq.yaml") == before
