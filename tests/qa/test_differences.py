import pytest

from qa.differences import asks_something_else, differences, turned_round, unshared
from qa.facts import FactKind
from qa.readings import Difference, Reading, asked_for


def shown(found: tuple[Difference, ...]) -> list[tuple[str, list[str], list[str], bool]]:
    return [
        (one.kind, [f.text for f in one.one], [f.text for f in one.other], one.contradicts)
        for one in found
    ]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("It keeps two years.", "It keeps 3 years.", [("number", ["two"], ["3"], True)]),
        ("It keeps two years.", "It keeps 2 years.", []),
        ("On 3 May 2024.", "On 2024-05-03.", []),
        ("On 3 May 2024.", "On 4 May 2024.", [("date", ["3 May 2024"], ["4 May 2024"], True)]),
        ("Ask Jassy about it.", "Ask Jassy.", []),
        ("Please ask Jassy.", "Please ask Philomin.", [("name", ["Jassy"], ["Philomin"], True)]),
        ("It costs 5 euro.", "It is cheap.", [("number", ["5"], [], False)]),
        ("Yes, you can.", "No, you can't.", [("negation", ["Yes"], ["No"], True)]),
        ("You can freeze tea.", "You cannot freeze tea.", [("duty", ["can"], ["cannot"], True)]),
        ("You never freeze tea.", "You freeze tea.", [("negation", ["never"], [], True)]),
        ("Do not wash cups.", "Freeze tea.", []),
    ],
)
def test_answers_differ_in_what_can_be_checked(
    one: str, other: str, expected: list[tuple[str, list[str], list[str], bool]]
) -> None:
    assert shown(differences(Reading(one), Reading(other))) == expected


def test_numbers_of_sentences_about_other_matters_do_not_contradict() -> None:
    one = "Black tea keeps for two years. Drink it hot."
    other = "Cups break after 10 falls. They are blue."
    assert shown(differences(Reading(one), Reading(other))) == [("number", ["two"], ["10"], False)]


def test_differences_have_their_places_in_each_text() -> None:
    one, other = "It keeps two years.", "They keep it 3 years."
    (found,) = differences(Reading(one), Reading(other))
    assert [(f.start, f.end) for f in found.one] == [(9, 12)]
    assert [(f.start, f.end) for f in found.other] == [(13, 14)]
    assert found.kind is FactKind.NUMBER


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How do I install on Windows?", "How do I install on Linux?"),
        ("What changed in 2023?", "What changed in 2024?"),
        ("Can I freeze tea?", "Why can I not freeze tea?"),
        ("When does it open?", "Where does it open?"),
        ("How do I install it?", "How do I uninstall it?"),
        ("How do I import a list?", "How do I export a list?"),
        ("How do I log in with a login?", "How do I log in with a logout?"),
    ],
)
def test_questions_with_a_telling_difference_ask_something_else(one: str, other: str) -> None:
    assert asks_something_else(Reading(one), Reading(other))
    assert asks_something_else(Reading(other), Reading(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("How long does tea keep?", "For how long can tea be stored?"),
        ("Where can I find the log?", "What is the place of the log?"),
        ("Can I freeze tea?", "Is it possible to freeze tea?"),
    ],
)
def test_questions_in_other_words_may_ask_the_same(one: str, other: str) -> None:
    assert not asks_something_else(Reading(one), Reading(other))


def test_what_is_asked_for_is_read_from_the_question_word() -> None:
    assert asked_for("Since when is it open?") == "time"
    assert asked_for("Wo ist es?") == "place"
    assert asked_for("Can I?") == "yes or no"
    assert asked_for("How do I?") is None


def test_the_same_words_in_turned_order_are_another_question() -> None:
    assert turned_round("Can C code call Rust code?", "Can Rust code call C code?")
    assert not turned_round(
        "How much is the bill for my water?", "For my water how much is the bill?"
    )
    assert not turned_round("What is tea?", "What is tea?")


def test_unshared_words_are_telling_and_in_order() -> None:
    assert unshared(Reading("How do I store green teas?"), Reading("How can tea be kept?")) == (
        ("store", "green"),
        ("kept",),
    )
