"""Addresses: of the built-in page, and of the public page with a text fragment."""

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import links
from qa.links import is_web_address, page_url, public_url, text_fragment

ALICE = "Alice was beginning to get very tired. Alice was sitting by her sister.\nThe end."


def find(text: str, directive: str) -> tuple[int, int] | None:
    """Follow a text directive as a browser does; an implementation of its own.

    After the specification's "find a range from a text directive": terms are found in order, each
    within one block (here: a line), whole words, ignoring case, white space collapsed; prefix and
    suffix stand next to the range with nothing but white space between.  The first place wins.
    """
    assert directive.startswith("text=")
    terms = directive.removeprefix("text=").split(",")
    prefix = unquote(terms.pop(0)[:-1]) if terms[0].endswith("-") else None
    suffix = unquote(terms.pop()[1:]) if terms[-1].startswith("-") else None
    start, *rest = [unquote(term) for term in terms]
    assert len(rest) < 2
    for found in occurrences(text, start, 0):
        if prefix is not None and not ends_with(text[: found[0]], prefix):
            continue
        last = found
        if rest:
            after = [
                one
                for one in occurrences(text, rest[0], found[1])
                if suffix is None or starts_with(text[one[1] :], suffix)
            ]
            if not after:
                return None
            last = after[0]
        elif suffix is not None and not starts_with(text[found[1] :], suffix):
            continue
        return found[0], last[1]
    return None


def occurrences(text: str, term: str, at: int) -> list[tuple[int, int]]:
    """Return where ``term`` stands, from ``at``: compares word by word, without patterns."""
    wanted = term.casefold().split(" ")
    found = []
    for begin in range(at, len(text)):
        place: int | None = begin
        for number, word in enumerate(wanted):
            if number:
                while place < len(text) and text[place].isspace():
                    place += 1
            if text[place : place + len(word)].casefold() != word:
                place = None
                break
            place += len(word)
        if place is None or "\n" in text[begin:place]:
            continue
        cuts_before = begin > 0 and text[begin - 1].isalnum() and text[begin].isalnum()
        cuts_after = place < len(text) and text[place - 1].isalnum() and text[place].isalnum()
        if not cuts_before and not cuts_after:
            found.append((begin, place))
    return found


def ends_with(text: str, term: str) -> bool:
    text = text.rstrip()
    return any(end == len(text) for _, end in occurrences(text, term, 0))


def starts_with(text: str, term: str) -> bool:
    text = text.lstrip()
    return any(begin == 0 for begin, _ in occurrences(text, term, 0))


def test_the_built_in_page_is_opened_at_the_offsets() -> None:
    assert page_url("tea.md", 12, 34) == "/articles/tea.md?at=12-34#passage"


def test_the_sentence_that_answers_is_named_where_it_is_not_the_whole_passage() -> None:
    assert page_url("tea.md", 12, 34, (20, 30)) == "/articles/tea.md?at=12-34&quote=20-30#passage"
    assert page_url("tea.md", 12, 34, (12, 34)) == page_url("tea.md", 12, 34)


def test_an_article_id_is_quoted_but_keeps_its_slashes() -> None:
    assert page_url("a b/ü?#.md", 0, 1) == "/articles/a%20b/%C3%BC%3F%23.md?at=0-1#passage"


def test_a_unique_quote_is_spelled_out() -> None:
    assert text_fragment("One fine day. Another day.", 0, 13) == "text=One%20fine%20day."


def test_separators_of_the_directive_are_encoded() -> None:
    assert text_fragment("well-known, R&D", 0, 15) == "text=well%2Dknown%2C%20R%26D"


def test_a_repeated_quote_gets_the_words_before_it() -> None:
    start = ALICE.index("Alice", 1)
    assert text_fragment(ALICE, start, start + 9) == "text=very%20tired.-,Alice%20was"


def test_a_repeated_quote_at_the_very_beginning_gets_the_words_after_it() -> None:
    assert text_fragment(ALICE, 0, 9) == "text=Alice%20was,-beginning%20to"


def test_a_quote_over_two_blocks_is_named_by_its_first_and_last_words() -> None:
    start = ALICE.index("Alice was sitting")
    expected = "text=Alice%20was%20sitting%20by,The%20end."
    assert text_fragment(ALICE, start, len(ALICE)) == expected


def test_a_quote_of_more_than_300_characters_is_named_by_its_first_and_last_words() -> None:
    text = "Start here now please " + "and go on " * 30 + "until you stop."
    expected = "text=Start%20here%20now%20please,on%20until%20you%20stop."
    assert text_fragment(text, 0, len(text)) == expected


def test_the_cells_of_a_table_are_not_taken_for_one_block() -> None:
    assert text_fragment("Name | Price", 0, 12) == "text=Name,Price"


def test_a_cut_word_is_widened_to_the_whole_word() -> None:
    assert text_fragment("Breakfast is served.", 5, 12) == "text=Breakfast%20is"


def test_white_space_is_collapsed() -> None:
    assert text_fragment("Ten \t grams", 0, 11) == "text=Ten%20grams"


def test_a_place_that_no_words_tell_apart_gets_no_fragment() -> None:
    assert text_fragment("Yes.\nYes.\nYes.\nYes.", 5, 9) is None


def test_a_span_without_a_word_gets_no_fragment() -> None:
    assert text_fragment("a — b", 2, 3) is None


def test_a_chinese_sentence_is_spelled_out() -> None:
    text = "茶要密封。咖啡要磨。"
    assert unquote(text_fragment(text, 5, 10) or "") == "text=咖啡要磨。"


def test_a_fragment_that_the_address_has_is_kept() -> None:
    assert public_url("https://x.org/a#id", "Tea.", 0, 4) == "https://x.org/a#id:~:text=Tea."


def test_an_address_without_a_fragment_gets_one() -> None:
    assert public_url("https://x.org/a?b=1", "Tea.", 0, 4) == "https://x.org/a?b=1#:~:text=Tea."


def test_an_older_text_fragment_is_replaced() -> None:
    old = "https://x.org/#:~:text=old"
    assert public_url(old, "Tea.", 0, 4) == "https://x.org/#:~:text=Tea."


def test_an_address_stays_plain_where_no_words_lead_to_the_quote() -> None:
    assert public_url("https://x.org/", "Yes.\nYes.\nYes.\nYes.", 5, 9) == "https://x.org/"


def test_an_older_text_fragment_goes_where_no_words_lead_to_the_quote() -> None:
    old = "https://x.org/#:~:text=old"
    assert public_url(old, "Yes.\nYes.\nYes.\nYes.", 5, 9) == "https://x.org/"


def test_characters_that_would_end_an_attribute_are_encoded() -> None:
    url = public_url('https://x.org/" onclick="x', "Tea.", 0, 4)
    assert url == "https://x.org/%22%20onclick=%22x#:~:text=Tea."


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "/relative",
        "ftp://x.org/",
        "http://",
        "http://[::1",
        "https://x.org/\nx",
        "",
        "HTTPS",
    ],
)
def test_only_web_addresses_are_linked(address: str) -> None:
    assert not is_web_address(address)
    assert public_url(address, "Tea.", 0, 4) is None


def test_no_address_gives_no_link() -> None:
    assert public_url(None, "Tea.", 0, 4) is None


WORDS = st.sampled_from(
    ["tea", "Tea", "cup", "a", "R&D", "well-known", "one,", "two.", "büro", "茶。"]
)
TEXTS = st.lists(st.tuples(WORDS, st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n"])), min_size=1)


@given(TEXTS, st.data())
def test_a_fragment_always_leads_to_its_own_place(
    words: list[tuple[str, str]], data: st.DataObject
) -> None:
    text = "".join(word + gap for word, gap in words)
    starts = [found.start() for found in re.finditer(r"\S+", text)]
    ends = [found.end() for found in re.finditer(r"\S+", text)]
    first = data.draw(st.integers(0, len(starts) - 1))
    last = data.draw(st.integers(first, len(ends) - 1))
    directive = text_fragment(text, starts[first], ends[last])
    if directive is None:  # no words tell it apart: its first or its last word is not unique
        quote, lower = text[starts[first] : ends[last]].casefold().split(), text.casefold()
        assert max(lower.count(quote[0]), lower.count(quote[-1])) > 1
    else:
        assert find(text, directive) == (starts[first], ends[last])


@given(st.lists(st.integers(0, 10**6).map(str), min_size=1, max_size=400, unique=True))
def test_a_quote_of_words_that_occur_once_always_gets_a_fragment(words: list[str]) -> None:
    text = " ".join(words)
    directive = text_fragment(text, 0, len(text))
    assert directive is not None
    assert find(text, directive) == (0, len(text))


def test_letters_that_a_pattern_takes_for_the_same_are_folded_into_one() -> None:
    every = "".join(chr(code) for code in range(0x3000) if chr(code).isalpha())
    for letter in filter(links._FOLDING.fullmatch, every):
        for same in re.findall(re.escape(letter), every, re.IGNORECASE):
            assert links._fold(same) == links._fold(letter)


WORDS = st.lists(st.sampled_from(["tin", "T\u0130N", "tın", "kiſs", "KISS", "\u212ais", "’n", "µ"]))


@given(WORDS, st.data())
def test_looking_for_the_plain_text_first_changes_no_fragment(
    words: list[str], data: st.DataObject
) -> None:
    gaps = st.sampled_from([" ", "  ", "\n", "\x1f", ""])
    text = "".join(word + data.draw(gaps) for word in words)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = text_fragment(text, start, end)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(links, "_stands_once", lambda text, body: False)
        assert text_fragment(text, start, end) == found


@pytest.mark.parametrize("mark", ["•", "-", "3.", "12)"])
def test_a_lists_mark_is_left_out_because_the_page_draws_it(mark: str) -> None:
    text = f"Tools\n{mark} Take a saw.\n{mark} Take a plane."
    start = text.index(f"{mark} Take a plane.")
    assert text_fragment(text, start, len(text)) == "text=Take%20a%20plane."
