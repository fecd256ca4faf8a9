import pytest

from index.history import HistoryView, Mark, SectionChange
from index.passages import passages_of
from qa.search import Searcher
from qa.staleness import StaleAnswer, find_stale, word_changes
from qa.support import measure_support
from tests.builders import article
from tests.fakes import FakeEncoder

AT = "2024-05-07T00:00:00+00:00"
AFTER = "Tea keeps for three years."
PAIR, SECTION = ("a.md", "a.md#q1"), ("a.md", "a.md#s1")
MADE = article(
    [("Tea", AFTER), ("Cups", "A cup breaks.")], [("Does tea keep?", "Tea keeps two years.")]
)


def stale(
    *changes: tuple[int, str], touched: int = 1, mark: int | None = None, section: str = SECTION[1]
) -> tuple[StaleAnswer, ...]:
    passages = passages_of(MADE)
    vectors = FakeEncoder(("tea", "cup")).encode_documents([p.text for p in passages])
    searcher = Searcher([MADE], passages, vectors)
    view = HistoryView(
        changes=tuple(SectionChange("a.md", section, step, AT, text) for step, text in changes),
        touched=((PAIR, touched),),
        marks=() if mark is None else (Mark(*PAIR, mark, AT),),
    )
    return find_stale(searcher, measure_support(searcher), view)


def test_a_pair_older_than_the_change_of_its_section_is_stale() -> None:
    (found,) = stale((2, "Tea keeps for two years."))
    assert (found.article, found.pair) == PAIR
    assert (found.section_article, found.section) == SECTION
    (change,) = found.changes
    assert found.before[change.before_start : change.before_end] == "two"
    assert found.after[change.after_start : change.after_end] == "three"
    assert found.at == AT


def test_a_pair_touched_with_or_after_its_section_is_not() -> None:
    assert stale((2, "Tea keeps for two years."), touched=2) == ()
    assert stale((2, "Tea keeps for two years."), touched=3) == ()


def test_a_pair_marked_as_still_right_is_not_until_the_next_change() -> None:
    assert stale((2, "Tea keeps for two years."), mark=2) == ()
    (found,) = stale((2, "Tea keeps for two years."), (3, "Tea keeps for four years."), mark=2)
    assert found.before == "Tea keeps for four years."


def test_a_change_that_was_taken_back_is_none() -> None:
    assert stale((2, AFTER), (3, "Tea keeps for two years.")) == ()


def test_changes_are_shown_since_the_pair_was_touched() -> None:
    (found,) = stale((2, "Tea keeps for two years."), (3, "Tea keeps for four years."))
    assert found.before == "Tea keeps for two years."


def test_a_section_that_the_pair_does_not_rest_on_makes_nothing_stale() -> None:
    assert stale((2, "A cup never breaks."), section="a.md#s2") == ()


def test_without_a_history_nothing_is_stale() -> None:
    assert stale() == ()


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("It keeps two years.", "It keeps three years.", [("two", "three")]),
        ("It keeps.", "It keeps well.", [("", "well")]),
        ("It keeps very well.", "It keeps well.", [("very", "")]),
        ("It  keeps,  well", "it keeps well!", []),
        ("The delivvery is free", "The delivery is free", []),
        ("It is now free", "It is not free", [("now", "not")]),
        ("It costs 1000 euro", "It costs 1001 euro", [("1000", "1001")]),
        ("It costs 1.5 euro", "It costs 15 euro", [("1.5", "15")]),
        ("Drink tea now.", "Now drink coffee.", [("", "Now"), ("tea now", "coffee")]),
    ],
)
def test_changes_are_shown_by_the_words(
    before: str, after: str, changes: list[tuple[str, str]]
) -> None:
    found = [
        (before[one.before_start : one.before_end], after[one.after_start : one.after_end])
        for one in word_changes(before, after)
    ]
    assert found == changes
