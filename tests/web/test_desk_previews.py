"""An edit's effect is worked out in the background; where it cannot be, the page says so."""

import threading
from pathlib import Path
from typing import Any

import pytest

from index.errors import UsageError
from qa.edit_effect import EffectReport
from qa.web.desk_form import posted
from qa.web.desk_group import group_page, looked_page
from qa.web.desk_pending import PendingItems
from qa.web.desk_previews import Preview
from tests.web.desks import LIGHT, desk_of, form, gap_of
from tests.web.test_desk_group import TOKEN, pair_fields

UNKNOWN = "what it would change cannot be worked out; the server’s log says why"


def test_an_effect_that_takes_long_is_shown_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path)
    gate, effect = threading.Event(), desk.edits.effect

    def slow(*given: Any) -> EffectReport:
        assert gate.wait(20)
        return effect(*given)

    monkeypatch.setattr(desk.edits, "effect", slow)
    fields = pair_fields(desk)
    action, _, looked = posted(desk, form(*fields, ("step", "effect")), editor="anna")
    assert action is None
    assert looked.waits
    page = looked_page(desk, looked.waits, editor="anna", token=TOKEN) or ""
    assert 'http-equiv="refresh"' in page
    assert LIGHT in page
    assert looked_page(desk, looked.waits, editor="bert", token=TOKEN) is None
    gate.set()
    preview = desk.previews.find(looked.waits, "anna")
    assert preview is not None
    assert preview.done(10)
    page = looked_page(desk, looked.waits, editor="anna", token=TOKEN) or ""
    assert "would be answered better" in page
    assert 'value="save"' in page
    assert 'http-equiv="refresh"' not in page
    assert gap_of(desk, LIGHT).name in page
    desk.gaps.wait(10)
    desk.service.close()


def test_an_effect_that_cannot_be_worked_out_says_why() -> None:
    def broken() -> EffectReport:
        raise UsageError("the file reads as nothing")

    previews, preview = PendingItems[Preview](), Preview("anna", None, broken)
    assert previews.find(previews.keep(preview), "anna") is preview
    assert preview.done(10)
    assert preview.problem == "the file reads as nothing"
    assert preview.effect is None


def test_an_error_of_ours_is_for_the_log_and_the_editor_is_sent_there(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def broken() -> EffectReport:
        raise RuntimeError("broken for the test")

    preview = Preview("anna", None, broken)
    assert preview.done(10)
    assert (preview.effect, preview.problem) == (None, UNKNOWN)
    assert "what an edit would change cannot be worked out" in caplog.text
    assert "broken for the test" in caplog.text


@pytest.mark.usefixtures("patient")
def test_the_page_of_a_group_says_that_an_effect_is_not_known_and_keeps_the_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_of(tmp_path)

    def broken(*_: object) -> EffectReport:
        raise RuntimeError("broken for the test")

    monkeypatch.setattr(desk.edits, "effect", broken)
    fields = pair_fields(desk)
    action, entered, looked = posted(desk, form(*fields, ("step", "effect")), editor="anna")
    assert action is None
    assert (looked.problem, looked.effect, looked.waits) == (UNKNOWN, None, "")
    page = group_page(desk, gap_of(desk, LIGHT).key, token=TOKEN, fields=entered, looked=looked)
    assert UNKNOWN in (page or "")
    assert dict(fields)["answer"] in (page or "")
    assert "broken for the test" not in (page or "")
    desk.gaps.wait(10)
    desk.service.close()
