"""The desk's lists as pages that are sorted and searched."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from qa.web.desk_columns import COLUMNS, ListColumn
from qa.web.desk_lists import LISTS
from qa.web.desk_rows import ROWS
from qa.web.desk_sorted import TITLES, ListView, list_page, ordered
from qa.web.desk_state import Desk
from qa.web.desk_trend import keep
from tests.web.desks import LIGHT, TEA, desk_of
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.usefixtures("patient")

COFFEE = f"""# Coffee & co

## A cup

Ten grams of coffee make a small cup. {PAYLOADS[0]}

## B beans

Grind the beans just before the coffee is made.
"""
NAME = ListColumn("Name", lambda row: row[0], down=False)
COUNT = ListColumn("Count", lambda row: row[1], lambda row: f"{row[1]} ×")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("sorted")
    desk = desk_of(folder, files={"tea.md": TEA, "coffee.md": COFFEE})
    keep(desk, at=desk.questions()[0].asked_at)
    desk.prepare()
    yield desk
    desk.service.close()


def page(desk: Desk, name: str, query: str = "") -> str:
    found = list_page(desk, name, query, token="t")
    assert found is not None
    return found


def first_cells(page: str) -> list[str]:
    cells = re.findall(r"<tr><td dir=\"auto\">(.*?)</td>", page)
    return [unescape(re.sub(r"<[^>]+>", "", cell)) for cell in cells]


def test_every_list_that_is_a_file_is_a_page_too() -> None:
    assert set(TITLES) == set(COLUMNS) == set(ROWS) == set(LISTS) - {"all-questions"}


@pytest.mark.parametrize("name", TITLES)
def test_every_list_can_be_sorted_by_each_column_both_ways(desk: Desk, name: str) -> None:
    for column in COLUMNS[name]:
        up, down = (
            page(desk, name, f"sort={column.heading}&order={way}") for way in ("up", "down")
        )
        assert 'aria-sort="ascending"' in up
        assert 'aria-sort="descending"' in down
        assert sorted(first_cells(up)) == sorted(first_cells(down))
    if name != "health":
        assert first_cells(page(desk, name))


def test_sections_are_sorted_searched_and_lead_to_their_pages(desk: Desk) -> None:
    sections = first_cells(page(desk, "coverage", "sort=Section"))
    assert sections == sorted(sections, key=str.casefold)
    assert {"A cup", "B beans", "Storing tea"} <= set(sections)
    assert first_cells(page(desk, "coverage", "sort=Section&order=down")) == sections[::-1]
    found = page(desk, "coverage", "q=COFFEE+%26")
    assert set(first_cells(found)) >= {"A cup", "B beans"}
    assert "Storing tea" not in first_cells(found)
    assert 'href="/desk/section?article=coffee.md&amp;section=' in found
    assert first_cells(page(desk, "coverage", "sort=Readers’+questions"))[0] == "Storing tea"


def test_pairs_stand_with_their_readers(desk: Desk) -> None:
    assert first_cells(page(desk, "pairs")) == ["How long does tea keep?"]
    assert LIGHT in first_cells(page(desk, "questions"))


def test_equal_rows_keep_the_lists_own_order_whichever_way_it_is_sorted() -> None:
    rows = [("b", 1), ("C", 2), ("a", 1)]
    columns = (NAME, COUNT)
    assert ordered(rows, columns, ListView()) == rows
    assert ordered(rows, columns, ListView("Name")) == [("a", 1), ("b", 1), ("C", 2)]
    assert ordered(rows, columns, ListView("Count", True)) == [("C", 2), ("b", 1), ("a", 1)]
    assert ordered(rows, columns, ListView("Count", False)) == [("b", 1), ("a", 1), ("C", 2)]
    assert ordered(rows, columns, ListView(text="c")) == [("C", 2)]
    assert ordered(rows, columns, ListView(text="2")) == []


def test_what_cannot_be_understood_in_an_address_is_left_out(desk: Desk) -> None:
    assert ListView.read("sort=Nothing&order=up&page=x&q=+a++b+", (NAME,)) == ListView(text="a b")
    assert ListView.read("sort=Name&order=x&page=2", (NAME,)) == ListView("Name", False, "", 2)
    assert first_cells(page(desk, "pairs", "page=99")) == ["How long does tea keep?"]
    assert list_page(desk, "__class__", "", token="t") is None


def test_articles_and_words_searched_for_are_text(desk: Desk) -> None:
    for payload in (one for one in PAYLOADS if "<" in one):
        assert payload not in page(desk, "coverage", f"q={payload}")
