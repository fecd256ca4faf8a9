"""The list of groups, and the gaps behind it, which are kept ready."""

import json
from pathlib import Path

import pytest
from markupsafe import Markup

from qa.gap_verdicts import GapVerdict
from qa.sheets import SheetFormat
from qa.web.desk_lists import exported
from qa.web.desk_questions import group_path, questions_message
from qa.web.desk_state import Desk
from qa.web.desk_today import today_message
from tests.web.desks import LIGHT, desk_of, gap_of
from tests.web.serving import in_a_loop


def test_the_groups_to_do_are_listed_with_their_evidence_and_a_way_in(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    gap = gap_of(desk, LIGHT)
    page = str(questions_message(desk, "all", 1))
    assert "7 questions logged; 3 found no answer" in page
    assert f'href="{Markup.escape(group_path(gap.key))}"' in page
    assert "Light takes its taste away." in page
    assert "4 questions (0 without a right answer), 2026-05-04" in page
    assert "izza" not in page  # off-topic: nothing to do
    assert "izza" in str(questions_message(desk, "off_topic", 1))
    assert "No such group." in str(questions_message(desk, "not_found", 1))
    desk.service.close()


def test_a_follow_up_is_listed_with_what_it_was_asked_after(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, [("How far is Mars?", "and pizza?"), ("Where is Mars?", "and pizza?")])
    page = str(questions_message(desk, "off_topic", 1))
    told = [f'and pizza?{tag} <small class="desk-after">after: ' for tag in ("", "</q>")]
    assert page.count("and pizza?") == sum(page.count(one) for one in told) == 2
    assert "after: Where is Mars?</small>" in page
    rows = json.loads(exported(desk, "questions", SheetFormat.JSON) or b"")
    wordings = [one for row in rows for one in row["wordings"] if "and" in one]
    assert sorted(wordings) == [
        "and pizza? (after: How far is Mars?)",
        "and pizza? (after: Where is Mars?)",
    ]
    desk.service.close()


def test_a_button_on_today_leads_to_the_group(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    path = group_path(gap_of(desk, LIGHT).key)
    assert f'href="{Markup.escape(path)}">Write the pair' in str(today_message(desk))
    desk.service.close()


def test_a_page_past_the_last_is_the_last(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.gaps.newest()
    assert "1 group, page 1 of 1" in str(questions_message(desk, "all", 99))
    desk.service.close()


def test_new_questions_do_not_make_an_editor_wait_and_are_there_soon(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    first = desk.gaps.newest()
    assert desk.gaps.latest() is first
    in_a_loop(desk.service.ask("Is there tea on Mars?"))
    desk.changed()
    stale = desk.gaps.latest()
    assert (stale.newest, stale.value) == (False, first.value)
    desk.gaps.wait(20)
    now = desk.gaps.latest()
    assert now.newest
    assert now.value.asked == first.value.asked + 1
    desk.service.close()


def test_each_question_is_encoded_once_however_often_the_log_is_read(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    desk.gaps.newest()
    encoder = desk.answerer.encoder
    before = len(encoder.queries)  # type: ignore[attr-defined]
    in_a_loop(desk.service.ask("Mars?"))
    desk.changed()
    desk.gaps.newest()
    # Once for the answer, once for the gaps; those that were known not again.
    assert encoder.queries[before:] == ["Mars?", "Mars?"]  # type: ignore[attr-defined]
    desk.service.close()


def test_a_group_that_was_dealt_with_is_gone_until_the_gaps_are_found_anew(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    found = desk.gaps.newest()
    (gap,) = found.value.of(GapVerdict.NO_PAIR)
    desk.gaps.handled(gap.key)
    assert gap not in desk.gaps.shown(found)
    assert gap.key not in {one.key for one in desk.findings()}
    in_a_loop(desk.service.ask("Mars?"))
    desk.changed()
    assert gap.key in {one.key for one in desk.gaps.shown(desk.gaps.newest())}
    desk.service.close()


def test_without_a_log_the_tab_says_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    without = Desk(desk.service, content=desk.content)
    assert "not logged" in str(questions_message(without, "all", 1))
    desk.service.close()


def test_a_log_that_cannot_be_read_is_not_shown_as_an_empty_one(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = desk_of(tmp_path)
    desk.gaps.newest()
    assert "cannot be read" not in questions_message(desk, "all", 1)
    desk.service.close()
    for file in (tmp_path / "content" / ".footnote").glob("questions.sqlite*"):
        file.unlink()
    (tmp_path / "content" / ".footnote" / "questions.sqlite").write_text("no database at all")
    for _ in range(2):
        desk.changed()
        page = questions_message(desk, "all", 1)
        assert "The question log cannot be read right now" in page
        assert "7 questions logged" in page  # what could be read before
    told = [one for one in caplog.records if "cannot be read for the desk" in one.message]
    assert len(told) == 1
    desk.gaps.wait(20)
