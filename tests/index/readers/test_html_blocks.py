"""Blocks of a page as the outline gets them: openers, their panels, labels, runs of bold."""

import pytest

from index.readers.blocks import Block, BlockKind
from index.readers.html import read_html


def blocks(body: str) -> list[Block]:
    source = f"<html><head><title>T</title></head><body>{body}</body></html>"
    return list(read_html(source, "a.html").blocks)


def kinds(body: str) -> list[tuple[str, str]]:
    return [(block.kind.value, block.text) for block in blocks(body)]


def test_a_rule_marks_the_end_of_what_an_opener_opened() -> None:
    found = blocks("<details><summary>Why?</summary><p>So.</p></details><p>Apart.</p>")
    assert [(b.kind.value, b.text) for b in found] == [
        ("summary", "Why?"),
        ("paragraph", "So."),
        ("rule", ""),
        ("paragraph", "Apart."),
    ]
    assert found[2].attributes == {"ends": "panel"}


def test_no_rule_stands_between_one_opener_and_the_next() -> None:
    one = "<details><summary>Why?</summary><p>So.</p></details>"
    assert [kind for kind, _ in kinds(one * 2)] == ["summary", "paragraph"] * 2


def test_a_heading_inside_a_panel_says_so_and_one_after_it_does_not() -> None:
    panel = "<details><summary>What tools?</summary><h4>Pegs</h4><p>Ten.</p></details>"
    body = f"{panel}<h4>End</h4><p>Text.</p>"
    headings = [block for block in blocks(body) if block.kind is BlockKind.HEADING]
    assert [block.text for block in headings] == ["Pegs", "End"]
    assert [block.attributes.get("inside") for block in headings] == ["panel", None]


@pytest.mark.parametrize(
    "opener",
    [
        "<h3><button aria-expanded=false aria-controls=p>Why?</button></h3><div id=p>So.</div>",
        "<h3><a href=#p data-toggle=collapse>Why?</a></h3><div id=p>So.</div>",
        "<div><h3 role=button data-bs-toggle=collapse data-bs-target=#p>Why?</h3></div>"
        "<section id=p>So.</section>",
        "<h3 class=toggle-title>Why?</h3><p>So.</p><h3 class=toggle-title>How?</h3><p>Thus.</p>",
    ],
)
def test_a_heading_that_opens_something_is_an_opener_of_its_level(opener: str) -> None:
    first, second = blocks(opener)[:2]
    assert (first.kind, first.level, first.text) == (BlockKind.SUMMARY, 3, "Why?")
    assert (second.kind, second.text) == (BlockKind.PARAGRAPH, "So.")


def test_an_opener_of_openers_is_a_heading() -> None:
    inner = "<details><summary>Why?</summary><p>So.</p></details>"
    body = f"<details><summary>Payment</summary>{inner * 2}</details>"
    assert kinds(body)[0] == ("heading", "Payment")


def test_a_class_opens_only_where_others_of_it_do_not_say_so_in_attributes() -> None:
    said = "<div class=fold-toggle aria-expanded=false>Why?</div><p>So.</p>"
    body = said * 2 + "<div class=fold-toggle>Plain</div><p>Text.</p>"
    assert ("summary", "Plain") not in kinds(body)


def test_a_menu_that_drops_down_is_no_opener() -> None:
    menu = (
        "<div class=dropdown><button aria-haspopup=true aria-expanded=false>Languages</button>"
        "<ul><li><a href=/de>German</a><li><a href=/fr>French</a></ul></div>"
    )
    assert "summary" not in [kind for kind, _ in kinds(f"<p>Text.</p>{menu}")]


def test_letters_in_elements_of_their_own_are_labels() -> None:
    body = "<p><span>Q</span>Why?</p><p><span>A</span>So.</p>"
    assert kinds(body) == [("paragraph", "Q: Why?"), ("paragraph", "A: So.")]
    cells = "<table><tr><td>Q:<td>Why?<tr><td>A:<td>So.</table>"
    assert kinds(cells) == [("paragraph", "Q: Why?"), ("paragraph", "A: So.")]


def test_a_dropped_capital_is_no_label() -> None:
    assert kinds("<p><span>A</span>nyone can.</p>") == [("paragraph", "Anyone can.")]


def test_a_bold_line_is_a_block_of_its_own_and_a_bold_beginning_is_counted() -> None:
    line, rest = blocks("<p><b>Why?</b><br>So.</p>")
    assert (line.text, line.bold, rest.text, rest.bold) == ("Why?", True, "So.", False)
    (run,) = blocks("<p><strong>Why not?</strong> It rains.</p>")
    assert (run.bold, run.bold_prefix) == (False, len("Why not?"))


def test_a_heading_with_an_unclosed_tag_ends_where_a_block_begins() -> None:
    text = "A sentence that goes on for a while, as they do in the middle of an article."
    body = f"<h3>Tools<div>{text}</div>" + f"<div>{text}</div>" * 6
    assert kinds(body)[:2] == [("heading", "Tools"), ("paragraph", text)]


def test_questions_in_the_first_column_are_questions_with_answers() -> None:
    body = "<table><tr><th>Asked<th>Said<tr><td>Why?<td>So.<tr><td>How?<td>Thus.</table>"
    assert kinds(body) == [
        ("question", "Why?"),
        ("paragraph", "So."),
        ("question", "How?"),
        ("paragraph", "Thus."),
    ]
