"""Headings that a list is sorted by."""

from qa.web.desk_sorting import SortedColumn, heading


def address(key: str, down: bool) -> str:
    return f"/list?sort={key}&down={down}"


def test_a_heading_sorts_its_own_way_first_and_turns_around_at_the_next_click() -> None:
    often = SortedColumn("Often", "often")
    assert str(heading(often, "name", False, address)) == (
        '<th scope="col"><a class="desk-sort" href="/list?sort=often&amp;down=True">Often</a></th>'
    )
    now = str(heading(often, "often", True, address))
    assert 'aria-sort="descending"' in now
    assert 'href="/list?sort=often&amp;down=False"' in now
    assert 'aria-sort="ascending"' in heading(often, "often", False, address)


def test_a_column_without_a_key_is_no_link_and_text_is_escaped() -> None:
    assert str(heading(SortedColumn("A < B"), "x", True, address)) == (
        '<th scope="col">A &lt; B</th>'
    )
