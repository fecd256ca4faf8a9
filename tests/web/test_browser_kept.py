"""What readers meet in a real browser: a conversation that outlives its page."""

from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from qa.questions import Verdict
from qa.web.service import Reply
from tests.web.browsing import BESIDE, BOX, OFF_TOPIC, QUESTION, ask, conversation, open_chat
from tests.web.conftest import Site

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_goes_wrong")]


def test_a_conversation_is_back_after_a_reload_and_on_the_way_back(page: Page, site: Site) -> None:
    open_chat(page, site)
    long = f"{QUESTION}\n" + "I have been wondering. " * 20
    for question in (QUESTION, BESIDE, "Can I freeze tea?", OFF_TOPIC, long):
        ask(page, question)
    before = conversation(page)
    assert len(before) == 10
    count = len(site.log.questions())

    def is_back() -> None:
        expect(page.locator(".fn-answer")).to_have_count(3)
        expect(page.locator(".fn-working")).to_have_count(0)
        assert conversation(page) == before
        expect(page.locator(".fn-asked").last).to_be_in_viewport()
        expect(page.locator(".fn-welcome")).to_be_hidden()

    page.reload()
    is_back()
    page.get_by_role("link", name="All articles").click()
    expect(page).to_have_url(f"{site.url}/articles")
    page.go_back()
    is_back()
    page.get_by_role("link", name="All articles").click()
    page.get_by_role("link", name="Ask a question").click()
    is_back()
    assert len(site.log.questions()) == count  # nothing was asked anew
    page.wait_for_timeout(600)
    expect(page.get_by_role("log")).to_have_attribute("aria-live", "polite")


def test_two_questions_in_one_are_back_with_what_judges_each(page: Page, site: Site) -> None:
    open_chat(page, site)
    page.get_by_label(BOX).fill(f"{QUESTION} Can I freeze tea?")
    page.get_by_label(BOX).press("Enter")
    answers = page.locator(".fn-several .fn-answer")
    expect(answers).to_have_count(2)
    headings = page.get_by_role("heading", level=3)
    assert headings.all_text_contents() == [QUESTION, "Can I freeze tea?"]
    expect(page.get_by_role("group", name="Answer")).to_have_count(2)
    before = conversation(page)
    freeze = site.log.questions()[-1]
    assert (freeze.question, freeze.verdict) == ("Can I freeze tea?", None)
    page.reload()
    expect(answers).to_have_count(2)
    expect(page.locator(".fn-working")).to_have_count(0)
    assert conversation(page) == before
    answers.last.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_attached()
    judged = {one.id: one.verdict for one in site.log.questions()}
    assert judged[freeze.id] is Verdict.HELPFUL
    # A follow-up leans on the last of them, and a reload keeps what comes after.
    ask(page, OFF_TOPIC)
    page.reload()
    expect(page.locator(".fn-answer, .fn-abstention")).to_have_count(3)


def test_what_was_brought_back_can_be_judged_and_leaned_on(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_chat(page, site)
    before = {one.id for one in site.log.questions()}
    ask(page, QUESTION)
    ask(page, OFF_TOPIC)
    (id,) = (
        one.id for one in site.log.questions() if one.id not in before and one.question == QUESTION
    )
    page.reload()
    message = page.locator(".fn-answer")
    message.get_by_role("button", name="Helpful", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_attached()
    assert {one.id: one.verdict for one in site.log.questions()}[id] is Verdict.HELPFUL

    seen: list[list[tuple[str, str | None]]] = []
    real = site.service.ask

    async def watched(question: str, history: Any = (), **options: Any) -> Reply:
        seen.append([(turn.question, turn.hit and turn.hit.question) for turn in history])
        return await real(question, history, **options)

    monkeypatch.setattr(site.service, "ask", watched)
    ask(page, "and in the freezer?")
    assert seen == [[(QUESTION, QUESTION), (OFF_TOPIC, None)]]


def test_a_new_conversation_forgets_the_one_before(page: Page, site: Site) -> None:
    open_chat(page, site)
    ask(page, QUESTION)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 1
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    page.reload()
    expect(page.get_by_label(BOX)).to_be_editable()
    page.wait_for_timeout(800)
    expect(page.locator(".fn-asked")).to_have_count(0)
    assert page.evaluate("sessionStorage.length + localStorage.length") == 0


def test_a_conversation_is_its_tabs_own(page: Page, site: Site) -> None:
    open_chat(page, site)
    ask(page, QUESTION)
    other = page.context.new_page()
    open_chat(other, site)
    other.wait_for_timeout(800)
    expect(other.locator(".fn-asked")).to_have_count(0)
    expect(other.locator(".fn-welcome")).to_be_visible()


def test_a_link_to_a_question_asks_it_once_however_often_it_is_reloaded(
    page: Page, site: Site
) -> None:
    query = "?" + urlencode({"q": QUESTION})
    open_chat(page, site, query)
    expect(page.locator(".fn-answer")).to_have_count(1)
    count = len(site.log.questions())
    page.reload()
    expect(page.locator(".fn-answer")).to_have_count(1)
    page.wait_for_timeout(800)
    expect(page.locator(".fn-asked")).to_have_count(1)
    assert len(site.log.questions()) == count
    # Opened by its reader once more, it goes on with the conversation.
    open_chat(page, site, "?" + urlencode({"q": OFF_TOPIC}))
    expect(page.locator(".fn-asked")).to_have_text([QUESTION, OFF_TOPIC])
    expect(page.locator(".fn-abstention")).to_have_count(1)


def test_what_failed_is_asked_and_logged_when_the_page_is_opened_anew(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    open_chat(page, site)
    ask(page, OFF_TOPIC)
    with monkeypatch.context() as patched:
        patched.setattr(site.answerer, "ask", broken)
        ask(page, QUESTION)
        page.reload()
        expect(page.locator(".fn-failure")).to_have_count(2)
    count = len(site.log.questions())
    page.reload()
    expect(page.locator(".fn-answer")).to_have_count(1)
    expect(page.locator(".fn-abstention")).to_have_count(1)
    assert len(site.log.questions()) == count + 1
    assert page.locator(".fn-up").count() == 1


@pytest.mark.parametrize(
    "stored", ["{", "{}", '[{"question": 1}]', '[{"html": "<b>x</b>"}]', "[7]"]
)
def test_what_a_tab_keeps_and_nobody_can_read_is_no_conversation(
    page: Page, site: Site, stored: str
) -> None:
    open_chat(page, site)
    page.evaluate("text => sessionStorage.setItem('footnote.conversation', text)", stored)
    page.reload()
    expect(page.locator(".fn-welcome")).to_be_visible()
    ask(page, QUESTION)
    expect(page.locator(".fn-asked")).to_have_count(1)
