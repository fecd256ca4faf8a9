import pytest

from qa.calendars import dates


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03",
        "3 May 2024",
        "3rd of May 2024",
        "May 3rd, 2024",
        "May 3, 2024",
        "3. Mai 2024",
        "03.05.2024",
        "3 mai 2024",
        "3 de mayo de 2024",
        "3 mei 2024",
    ],
)
def test_a_date_is_the_same_however_it_is_written(text: str) -> None:
    (date,) = dates(f"It opens on {text} at last")
    assert date.means == {"2024-05-03"}
    assert date.implies == {"2024-05-03", "2024-05", "2024", "--05-03"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("May 2024", "2024-05"), ("May 3", "--05-03"), ("le 1er janvier 2020", "2020-01-01")],
)
def test_a_part_of_a_date_is_one(text: str, expected: str) -> None:
    (date,) = dates(text)
    assert date.means == {expected}


def test_day_and_month_that_could_be_swapped_are_read_both_ways() -> None:
    (date,) = dates("on 3/5/2024")
    assert date.means == {"2024-05-03", "2024-03-05"}
    (date,) = dates("on 23/5/2024")
    assert date.means == {"2024-05-23"}


@pytest.mark.parametrize("text", ["you may 2 times", "they march 5 miles", "1.5.2", "10-20"])
def test_what_only_looks_like_a_date_is_none(text: str) -> None:
    assert list(dates(text)) == []
