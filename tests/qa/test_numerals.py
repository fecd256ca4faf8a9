import pytest

from qa.numerals import numbers


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("two", None, [("2",)]),
        ("1,000", None, [("1000",)]),
        ("1000", None, [("1000",)]),
        ("1.000", "de", [("1000",)]),
        ("1.000", "en", [("1",)]),
        ("2,5", "de", [("2.5",)]),
        ("12 345", "fr", [("12345",)]),
        ("50 %", None, [("50",)]),
        ("50 percent", None, [("50",)]),
        ("fifty percent", None, [("50",)]),
        ("$8 billion", None, [("8000000000",)]),
        ("eight billion", None, [("8000000000",)]),
        ("1,5 Mio. Euro", "de", [("1500000",)]),
        ("one hundred and twenty-five cats", None, [("125",)]),
        ("einundzwanzig Katzen", "de", [("21",)]),
        ("at 5 pm", None, [("17:00",)]),
        ("at 17:00", None, [("17:00",)]),
        ("um 17 Uhr", "de", [("17:00", "17")]),
        ("10kg", None, [("10", "10kg")]),
        ("10 kg", None, [("10",)]),
        ("1990s", None, [("1990", "1990s")]),
        ("v1.2.3", None, [("v1.2.3", "1.2.3")]),
        ("from 10-20", None, [("10",), ("20",)]),
        ("1. Wash\n2. Dry", None, []),
        ("第3章 2024年5月", "zh", [("3",), ("2024",), ("5",)]),
        ("no number", None, []),
    ],
)
def test_however_it_is_written_a_number_is_the_same(
    text: str, language: str | None, expected: list[tuple[str, ...]]
) -> None:
    found = sorted(numbers(text, language=language), key=lambda number: number.start)
    assert [number.values for number in found] == expected


@pytest.mark.parametrize("text", ["one of them", "the second time", "both of them", "zero"])
def test_what_is_mostly_no_statement_of_a_number_is_not_firm(text: str) -> None:
    (number,) = numbers(text)
    assert not number.firm


def test_a_number_has_its_place_with_what_belongs_to_it() -> None:
    text = "It cost $1.5 million, 20 percent more."
    assert [text[one.start : one.end] for one in numbers(text)] == ["1.5 million", "20 percent"]


def test_a_name_with_digits_is_a_code() -> None:
    (number,) = numbers("COVID-19")
    assert (number.values, number.code) == (("covid-19",), True)
