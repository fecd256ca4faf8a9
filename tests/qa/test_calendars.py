import pytest

from qa.calendars import dates, days


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


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("On Fridays and in May.", None, ["weekday 5", "month 5"]),
        ("May I come on Good Friday, in may?", None, []),
        ("Monday to Wednesday", None, ["weekday 1-3"]),
        ("die Freitagsausgabe im Mai", "de", ["weekday 5", "month 5"]),
        ("du lundi au vendredi, en mars", "fr", ["weekday 1-5", "month 3"]),
        ("non viene mai", "it", []),
        ("On 3 May 2024 it is closed.", None, []),
    ],
)
def test_days_without_a_date(text: str, language: str | None, expected: list[str]) -> None:
    assert [day.means for day in days(text, language=language)] == expected


def test_from_one_weekday_to_another_implies_those_between() -> None:
    (found,) = days("Saturday to Monday")
    assert found.implies == {"weekday 6-1", "weekday 6", "weekday 7", "weekday 1"}
