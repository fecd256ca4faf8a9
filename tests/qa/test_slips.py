import math

import pytest

from qa.slips import (
    DROPPED,
    EXTRA,
    EXTRA_NEAR,
    FIRST_LETTER,
    NEAR,
    OTHER,
    REPEAT,
    SECOND_SLIP,
    SWAP,
    VOWEL,
    is_german_form,
    is_inflection,
    is_same_name,
    other_numbers,
    slip,
    stems,
)


@pytest.mark.parametrize(
    ("typed", "meant", "cost"),
    [
        ("waht", "what", SWAP),
        ("mattresss", "mattress", REPEAT),
        ("bbook", "book", REPEAT),
        ("bok", "book", DROPPED),  # one o instead of two
        ("matress", "mattress", DROPPED),
        ("delivry", "delivery", DROPPED),
        ("ordet", "order", NEAR),  # t is beside r
        ("delevery", "delivery", VOWEL),
        ("orderf", "order", EXTRA_NEAR),  # f is below r
        ("orderm", "order", EXTRA),
        ("oxder", "order", OTHER),
        ("rder", "order", DROPPED + FIRST_LETTER),
        ("roder", "order", SWAP + FIRST_LETTER),
        ("dleivry", "delivery", SWAP + DROPPED + SECOND_SLIP),
        ("expiration", "exploration", math.inf),  # a neighbouring key, and one left out
        ("tac", "boat", math.inf),
    ],
)
def test_a_slip_costs_what_its_kind_does(typed: str, meant: str, cost: float) -> None:
    assert slip(typed, meant) == pytest.approx(cost)


def test_swapped_letters_are_one_slip_at_either_end_of_a_word() -> None:
    assert slip("orderign", "ordering") == pytest.approx(SWAP)
    assert slip("odrer", "order") == pytest.approx(SWAP)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("configure", "configured"),
        ("expire", "expiry"),
        ("notifies", "notified"),
        ("harmonize", "harmonise"),
        ("instruct", "instructor"),
    ],
)
def test_two_forms_of_a_word_are_an_inflection(typed: str, meant: str) -> None:
    assert is_inflection(typed, meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("symptomss", "symptoms"),  # nothing ends so
        ("mattres", "mattress"),
        ("ordre", "order"),
        ("use", "used"),  # too short to tell
        ("matress", "mattress"),
    ],
)
def test_a_mistyped_word_is_no_inflection(typed: str, meant: str) -> None:
    assert not is_inflection(typed, meant)


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("emailing", "email"),
        ("storing", "store"),
        ("shipped", "ship"),
        ("unblock", "block"),
        ("blockers", "block"),
    ],
)
def test_a_regular_form_leads_back_to_its_word(word: str, stem: str) -> None:
    assert stem in stems(word)


def test_a_short_word_has_no_stem() -> None:
    assert list(stems("seed")) == []
    assert list(stems("bus")) == []


@pytest.mark.parametrize(
    ("typed", "meant", "same"),
    [
        ("Spani", "Spain", True),  # swapped
        ("Batle", "Battle", True),  # once instead of twice
        ("Walder", "Waldner", False),  # may be another's name
        ("Walder", "Walter", False),
        ("Friedrch", "Friedrich", True),  # long: hardly another's
        ("Friedxrich", "Friedrich", True),
        ("Friedrych", "Friedrich", False),  # vowels differ from name to name
        ("Briedrich", "Friedrich", False),
    ],
)
def test_a_name_is_the_same_only_by_a_slip_that_makes_no_other_name(
    typed: str, meant: str, same: bool
) -> None:
    assert is_same_name(typed.lower(), meant.lower()) is same


@pytest.mark.parametrize(
    ("one", "other", "forms"),
    [
        ("kosten", "kostet", True),
        ("hund", "hunden", True),
        ("geht", "gehen", True),
        ("ausweiss", "ausweis", False),
        ("katzn", "katze", False),
        ("kaze", "katze", False),
        ("impfun", "impfung", False),
    ],
)
def test_regular_german_forms_are_told_from_slips(one: str, other: str, forms: bool) -> None:
    assert is_german_form(one, other) is forms


def test_the_other_number_of_a_word_is_told_by_its_s() -> None:
    assert list(other_numbers("teas")) == ["tea"]
    assert list(other_numbers("billet")) == ["billets"]
    # "mattres" is mistyped, and so is "statu"; "bus" has no singular, and nothing is as short.
    assert [*other_numbers("mattres"), *other_numbers("statu"), *other_numbers("bus")] == []
    assert [*other_numbers("cats"), *other_numbers("cat")] == ["cat"]
