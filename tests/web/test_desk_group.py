"""The page of a group of questions, and what its forms do."""

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from qa.findings import FindingKind
from qa.gap_verdicts import GapVerdict
from qa.questions import EditorVerdict
from qa.records import Turn
from qa.web import desk_background
from qa.web.desk_form import Fields, Looked, posted
from qa.web.desk_group import done_page, group_page, write_page
from qa.web.desk_html import in_context
from qa.web.desk_journal import Action
from qa.web.desk_passages import passages_of
from qa.web.desk_routes import actions_page
from qa.web.desk_section import section_page
from qa.web.desk_state import Desk
from tests.web.desks import LIGHT, desk_of, form, gap_of

pytestmark = pytest.mark.usefixtures("patient")

TOKEN = "t0ken"
PASSAGE = "Keep tea in a closed tin. Light takes its taste away."


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = desk_of(tmp_path)
    yield desk
    desk.gaps.wait(10)
    desk.service.close()


def companion(desk: Desk) -> Path:
    return desk.content / "tea.faq.yaml"


def pair_fields(desk: Desk, question: str = LIGHT, answer: str = PASSAGE) -> list[tuple[str, str]]:
    return [
        ("action", "pair"),
        ("key", gap_of(desk, LIGHT).key),
        ("article", "tea.md"),
        ("question", question),
        ("answer", answer),
        ("wording", "tea in the light?"),
    ]


def look(desk: Desk, fields: list[tuple[str, str]]) -> tuple[Fields, Looked]:
    action, read, looked = posted(desk, form(*fields, ("step", "effect")), editor="anna")
    assert action is None
    return read, looked


def save(
    desk: Desk, fields: list[tuple[str, str]], looked: Looked
) -> tuple[Action | None, Fields, Looked]:
    sent = [*fields, ("step", "save"), ("seen", looked.seen), ("looked", looked.digest)]
    return posted(desk, form(*sent), editor="anna")


def test_a_group_is_shown_beside_the_passage_with_a_form_that_holds_both(desk: Desk) -> None:
    gap = gap_of(desk, LIGHT)
    assert gap.verdict is GapVerdict.NO_PAIR
    page = group_page(desk, gap.key, token=TOKEN)
    assert page is not None
    for wording in (LIGHT, "tea in the light?", "light and tea: a tin?"):
        assert page.count(wording) >= 2  # in the list, and to choose from
    assert f"<mark>{PASSAGE}</mark>" in page
    assert 'href="/articles/tea.md?at=' in page
    answer = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
    assert answer is not None
    assert answer[1] == PASSAGE
    assert f'name="token" value="{TOKEN}"' in page


def test_a_follow_up_is_shown_with_what_it_was_asked_after_and_never_offered_alone(
    tmp_path: Path,
) -> None:
    dialogue = ("Does pizza harm tea?", "and mars?")
    desk = desk_of(tmp_path, [dialogue, dialogue], threshold=1.0)
    gap = gap_of(desk, "and mars?")
    page = group_page(desk, gap.key, token=TOKEN)
    assert page is not None
    told = 'and mars? <small class="desk-after">after: Does pizza harm tea?</small>'
    assert f'<li><span dir="auto">{told}</span>' in page
    offered = re.findall(r'name="wording" value="([^"]*)"( checked)?', page)
    assert ("Does pizza harm tea? and mars?", "") in offered
    assert "and mars?" not in [text for text, _ in offered]
    (question,) = re.findall(r'id="question" name="question" value="([^"]*)"', page)
    assert question in ("", "Does pizza harm tea?")
    desk.service.close()


def test_a_group_of_follow_ups_begins_with_no_question_of_its_pair(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, [("How long does tea keep?", "and mars?")])
    gap = gap_of(desk, "and mars?")
    assert [one.context for one in gap.wordings] == ["How long does tea keep?"]
    page = group_page(desk, gap.key, token=TOKEN)
    assert page is not None
    assert f'<h1 dir="auto">{in_context("and mars?", "How long does tea keep?")}</h1>' in page
    assert "<title>and mars? (after: How long does tea keep?)" in page
    assert 'id="question" name="question" value=""' in page
    assert " checked>" not in page.partition("Set the questions aside")[0]
    desk.service.close()


def test_a_pair_for_a_follow_up_answers_it_in_its_conversation(tmp_path: Path) -> None:
    desk = desk_of(tmp_path, [("How long does tea keep?", "and pizza?")])
    gap = gap_of(desk, "and pizza?")
    fields = [
        ("action", "pair"),
        ("key", gap.key),
        ("article", "tea.md"),
        ("question", "How long does pizza keep?"),
        ("answer", "Pizza keeps for a day."),
    ]
    _, looked = look(desk, fields)
    assert looked.effect is not None
    (effect,) = looked.effect.effects
    assert effect.wording.context == "How long does tea keep?"
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    before = "How long does tea keep?"
    history = [Turn(before, desk.answerer.ask(before).hits[0])]
    now = desk.answerer.ask("and pizza?", history)
    assert effect.after == (now.hits[0].article, now.hits[0].id)
    assert now.hits[0].question == "How long does pizza keep?"
    assert effect.confidence_after == now.confidence
    desk.service.close()


def test_what_readers_typed_is_text_on_the_page(tmp_path: Path) -> None:
    evil = '<script>alert(1)</script> light "><img src=x onerror=alert(1)> tea tin'
    desk = desk_of(tmp_path, [evil, "pizza"])
    gap = gap_of(desk, evil)
    page = group_page(desk, gap.key, token=TOKEN)
    assert page is not None
    assert "<script>alert" not in page
    assert "<img" not in page
    desk.service.close()


def test_a_pair_is_looked_at_then_saved_and_answers_at_once(desk: Desk) -> None:
    before = desk.coverage().share
    fields = pair_fields(desk)
    read, looked = look(desk, fields)
    assert not companion(desk).exists()
    assert looked.effect is not None
    assert {one.wording.text for one in looked.effect.effects} == {
        LIGHT,
        "tea in the light?",
        "light and tea: a tin?",
    }
    page = group_page(desk, fields[1][1], token=TOKEN, fields=read, looked=looked)
    assert page is not None
    assert "the new pair" in page
    assert 'value="save"' in page
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    assert (action.editor, action.live_s is not None) == ("anna", True)
    assert [one.path for one in action.written] == ["tea.faq.yaml"]
    assert (desk.content / "tea.md").read_text().count("light harm") == 0
    found = desk.answerer.ask("tea in the light?")
    assert not found.abstained
    assert (found.hits[0].question, found.hits[0].text) == (LIGHT, PASSAGE)
    assert desk.coverage().share > before
    assert desk.gaps.newest().value.of(GapVerdict.NO_PAIR) == ()
    assert PASSAGE in done_page(desk, action, token=TOKEN)


def test_a_wording_is_added_to_the_pair_that_was_chosen(desk: Desk) -> None:
    key = gap_of(desk, LIGHT).key
    fields = [
        ("action", "alternate"),
        ("key", key),
        ("pair", "article=tea.md&id=tea.md%23how-long-does-tea-keep"),
        ("wording", LIGHT),
        ("own", "light?"),
    ]
    _, looked = look(desk, fields)
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    what = "Added “Does light harm tea?”, “light?” to the pair “How long does tea keep?”"
    assert action.what == what
    (pair,) = desk.answerer.article("tea.md").faq
    assert pair.alternates == (LIGHT, "light?")
    assert desk.answerer.ask(LIGHT).hits[0].question == "How long does tea keep?"


def test_what_was_changed_after_looking_is_looked_at_again_and_not_saved(desk: Desk) -> None:
    fields = pair_fields(desk)
    _, looked = look(desk, fields)
    changed = pair_fields(desk, answer="Something else about light.")
    action, read, again = save(desk, changed, looked)
    assert action is None
    assert read.answer == "Something else about light."
    assert again.effect is not None
    assert not companion(desk).exists()


def test_a_file_that_changed_meanwhile_is_shown_and_not_overwritten(desk: Desk) -> None:
    fields = pair_fields(desk)
    read, looked = look(desk, fields)
    other = "article: tea.md\nfaq:\n- question: Is tea green?\n  answer: Some is.\n"
    companion(desk).write_text(other)
    action, read, refused = save(desk, fields, looked)
    assert action is None
    assert refused.conflict is not None
    assert companion(desk).read_text() == other
    page = group_page(desk, fields[1][1], token=TOKEN, fields=read, looked=refused)
    assert page is not None
    assert page.count("Is tea green?") == 2  # in both texts
    assert "The file with your change" in page
    _, looked = look(desk, fields)  # on the file as it is now
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    assert companion(desk).read_text().startswith(other)


def test_an_action_is_undone_byte_for_byte_and_only_once(desk: Desk) -> None:
    fields = pair_fields(desk)
    _, looked = look(desk, fields)
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    undone = desk.edits.undo(action.number, editor="bert")
    assert undone.undone
    assert not companion(desk).exists()
    assert desk.answerer.ask(LIGHT).hits[0].question is None
    with pytest.raises(Exception, match="taken back already"):
        desk.edits.undo(action.number, editor="bert")


def test_questions_are_set_aside_for_a_reason_and_come_back(desk: Desk) -> None:
    gap = gap_of(desk, "Pizza?")
    fields = [("action", "dismiss"), ("key", gap.key), ("verdict", "dismissed")]
    action, _, looked = posted(desk, form(*fields), editor="anna")
    assert action is None
    assert "give one" in looked.problem
    action, _, _ = posted(desk, form(*fields, ("reason", "spam")), editor="anna")
    assert action is not None
    reviews = [one.review for one in desk.questions() if one.review]
    assert {(r.verdict, r.editor, r.reason) for r in reviews} == {
        (EditorVerdict.DISMISSED, "anna", "spam")
    }
    assert len(reviews) == 3
    kinds = {one.kind for one in desk.findings()}
    assert FindingKind.OFF_TOPIC not in kinds
    desk.edits.undo(action.number, editor="anna")
    desk.changed()
    desk.gaps.newest()
    assert FindingKind.OFF_TOPIC in {one.kind for one in desk.findings()}


def test_follow_ups_that_are_set_aside_are_told_with_what_they_were_asked_after(
    tmp_path: Path,
) -> None:
    desk = desk_of(tmp_path, [("How far is Mars?", "and pizza?"), ("Where is Mars?", "and pizza?")])
    gap = gap_of(desk, "and pizza?")
    fields = [("action", "dismiss"), ("key", gap.key), ("verdict", "dismissed"), ("reason", "no")]
    action, _, _ = posted(desk, form(*fields), editor="anna")
    assert action is not None
    page = actions_page(desk, token=TOKEN)
    for context in ("How far is Mars?", "Where is Mars?"):
        assert str(in_context("and pizza?", context, quoted=True)) in page
    desk.service.close()


def test_what_was_entered_is_not_lost_when_its_group_is_gone(desk: Desk) -> None:
    assert group_page(desk, "no_pair:0", token=TOKEN) is None
    sent = [(name, value) for name, value in pair_fields(desk) if name != "key"]
    read, looked = look(desk, sent)
    page = group_page(desk, "no_pair:0", token=TOKEN, fields=read, looked=looked)
    assert page is not None
    assert PASSAGE in page
    assert 'value="save"' in page


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"question": "How long does tea keep?"}, "is asked already"),
        ({"answer": ""}, "the answer is empty"),
        ({"article": "../secret"}, "there is no article"),
        ({"action": "format"}, "there is no such form"),
    ],
)
def test_what_cannot_be_saved_is_told(desk: Desk, changes: dict[str, str], problem: str) -> None:
    fields = [(name, changes.get(name, value)) for name, value in pair_fields(desk)]
    _, looked = look(desk, fields)
    assert problem in looked.problem
    assert sorted(path.name for path in desk.content.glob("*")) == [".footnote", "tea.md"]


def test_a_pair_can_be_written_from_a_section_with_its_text(desk: Desk) -> None:
    page = write_page(desk, "tea.md", "tea.md#storing-tea", token=TOKEN)
    assert page is not None
    assert PASSAGE in page
    assert write_page(desk, "tea.md", "tea.md#nothing", token=TOKEN) is None
    section = section_page(desk, "tea.md", "tea.md#storing-tea", token="t")
    assert section is not None
    assert 'href="/desk/write?article=tea.md&amp;section=tea.md%23storing-tea"' in section


def test_what_was_written_but_cannot_be_synced_is_told_as_written(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("broken for the test")

    monkeypatch.setattr(desk.edits, "_sync", broken)
    fields = pair_fields(desk)
    _, looked = look(desk, fields)
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    assert companion(desk).exists()
    assert (action.live_s, "could not be synced" in action.problem) == (None, True)
    assert "Not live yet" in done_page(desk, action, token=TOKEN)


def test_without_a_sync_of_its_own_the_desk_waits_for_the_folders_watcher(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = desk.edits._sync
    assert sync is not None
    monkeypatch.setattr(desk.edits, "_sync", None)
    fields = pair_fields(desk)
    _, looked = look(desk, fields)
    monkeypatch.setattr(desk_background, "PATIENCE_S", 0.0)
    action, _, _ = save(desk, fields, looked)
    assert action is not None
    assert (action.waits, action.live_s) == (True, None)
    sync()  # as the watcher does
    end = time.monotonic() + 30
    while (live := desk.edits.action(action.number)) is not None and live.waits:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert live is not None
    assert live.live_s is not None


def test_the_passage_that_an_answer_was_taken_from_is_kept_with_it(desk: Desk) -> None:
    page = group_page(desk, gap_of(desk, LIGHT).key, token=TOKEN)
    source = re.search(r'name="source" value="([^"]*)"', page or "")
    assert source is not None
    fields = [*pair_fields(desk), ("source", source[1].replace("&amp;", "&"))]
    _, looked = look(desk, fields)
    save(desk, fields, looked)
    assert "passage_of: tea.md#storing-tea" in companion(desk).read_text()


def test_a_passage_whose_words_were_replaced_is_not_kept_with_the_answer(desk: Desk) -> None:
    page = group_page(desk, gap_of(desk, LIGHT).key, token=TOKEN)
    source = re.search(r'name="source" value="([^"]*)"', page or "")
    assert source is not None
    fields = pair_fields(desk, answer="Ask at the counter whether the cups are clean.")
    fields.append(("source", source[1].replace("&amp;", "&")))
    _, looked = look(desk, fields)
    save(desk, fields, looked)
    written = companion(desk).read_text()
    assert "Ask at the counter" in written
    assert "passage" not in written


def test_only_what_is_off_topic_is_proposed_to_be_none_of_our_business(desk: Desk) -> None:
    within = group_page(desk, gap_of(desk, LIGHT).key, token=TOKEN) or ""
    without = group_page(desk, gap_of(desk, "Pizza?").key, token=TOKEN) or ""
    chosen = 'name="verdict" value="off_topic" checked'
    assert (chosen in within, chosen in without) == (False, True)


def test_what_perhaps_answers_is_shown_marked_and_can_be_taken(desk: Desk) -> None:
    gap = gap_of(desk, LIGHT)
    assert gap.place is not None
    unsure = replace(
        gap, verdict=GapVerdict.NOT_ANSWERED, answer=None, place=None, perhaps=(gap.place,)
    )
    first, *_ = passages_of(desk.gaps.newest(), unsure)
    assert (first["own"], first["named"], first["pair"]) == (True, False, False)
    assert f"<mark>{PASSAGE}</mark>" in first["body"]
    assert first["use"].endswith("&article=tea.md&use=tea.md%23storing-tea")
    pair = ("tea.md", "tea.md#how-long-does-tea-keep")
    taken = group_page(desk, gap.key, token=TOKEN, use=pair)
    assert taken is not None
    assert "<details open><summary>Add a wording" in taken
    assert 'tea.md%23how-long-does-tea-keep" selected' in taken
    section = ("tea.md", "tea.md#storing-tea")
    taken = group_page(desk, gap.key, token=TOKEN, use=section, whole=True)
    assert taken is not None
    assert "<details open><summary>Write a pair" in taken
    assert PASSAGE in taken
    assert group_page(desk, gap.key, token=TOKEN, use=("tea.md", "nothing")) is not None


def test_the_effect_says_which_wordings_of_the_group_get_the_answer(desk: Desk) -> None:
    fields = pair_fields(desk)
    read, looked = look(desk, fields)
    page = group_page(desk, fields[1][1], token=TOKEN, fields=read, looked=looked)
    assert page is not None
    assert "All 3 wordings of this group would get it." in page
    # Readers got no answer when they asked; today each would get the section, less surely.
    now = re.findall(r'data-name="Answer now">(.*?) <small>\((\d+) % sure', page)
    then = re.findall(r'data-name="Answer then">(.*?) <small>\((\d+) % sure', page)
    assert [answer for answer, _ in now] == ["Storing tea"] * 3
    assert [answer for answer, _ in then] == ["the new pair"] * 3
    assert all(int(one) < int(other) for (_, one), (_, other) in zip(now, then, strict=True))
