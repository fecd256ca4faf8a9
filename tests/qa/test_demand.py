"""What readers ask for."""

from qa.demand import demand
from tests.logged import logged

TEA, CUP = ("tea.md", "keep"), ("tea.md", "cup")


def test_only_the_first_hit_of_a_question_counts_answered_or_not() -> None:
    asked = [
        logged("How long?", None, hits=(TEA, CUP)),
        logged("How big?", hits=(CUP, TEA)),
        logged("How long does tea keep?", None, hits=(TEA, CUP)),
        logged("Pizza?"),
    ]
    assert demand(asked) == {CUP: 1, TEA: 2}
    assert list(demand(asked)) == [CUP, TEA]


def test_an_empty_log_demands_nothing() -> None:
    assert demand([]) == {}
