"""Judging what readers got, in a real browser: by keys, by clicks, and without scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from qa.users import Users, users_path
from qa.web.app import build_app
from qa.web.desk_state import Desk
from tests.web.browsing import untroubled
from tests.web.desks import LIGHT, desk_of
from tests.web.serving import served
from tests.web.test_desk_browser import PASSWORD, STICKING_OUT

pytestmark = pytest.mark.browser

KEEP = "How long does tea keep?"
ASKED = (LIGHT, KEEP, "Pizza?", KEEP, "tea in the light?")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    desk = desk_of(tmp_path, ASKED, threshold=0.5)
    users = Users(users_path(desk.content / ".footnote" / "library.sqlite"))
    for name in ("anna", "bert"):
        users.add(name, PASSWORD)
    with served(build_app(desk.service, desk=desk, users=users)) as url:
        yield desk, url
    desk.service.close()


@pytest.fixture(autouse=True)
def nothing_goes_wrong(context: BrowserContext) -> Iterator[None]:
    with untroubled(context, but="Failed to load resource"):
        yield


def open_list(page: Page, url: str, query: str = "", *, user: str = "anna") -> None:
    page.goto(f"{url}/desk/login?next=/desk/questions%3F{query.replace('&', '%26')}")
    page.get_by_label("User").fill(user)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("All questions")


def row(page: Page, question: str) -> Locator:
    words = page.locator(".desk-words").get_by_text(question, exact=True)
    return page.locator("#list tbody tr").filter(has=words)


def verdicts(desk: Desk) -> dict[str, str | None]:
    assert desk.log is not None
    return {
        one.question: None if one.review is None else one.review.verdict.value
        for one in desk.log.questions()
    }


def test_keys_judge_one_question_after_the_other_and_take_back(
    page: Page, desk: tuple[Desk, str]
) -> None:
    state, url = desk
    open_list(page, url, "sort=question")
    names = page.locator(".desk-words").all_inner_texts()
    assert names == [LIGHT, KEEP, "Pizza?", "tea in the light?"]
    page.keyboard.press("1")  # nothing is chosen yet
    page.get_by_role("link", name="Begin with the first").click()
    expect(row(page, LIGHT)).to_be_focused()
    page.keyboard.press("2")
    expect(row(page, KEEP)).to_be_focused()
    expect(row(page, LIGHT).locator(".desk-said")).to_have_text("Wrong: something else answers it")
    page.keyboard.press("1")
    expect(row(page, "Pizza?")).to_be_focused()
    page.keyboard.press("4")
    expect(row(page, "tea in the light?")).to_be_focused()
    expect(row(page, "Pizza?").locator(".desk-said")).to_have_text("Right: it is off-topic")
    expect(page.locator("#summary")).to_contain_text("Of 1 no judged, 1 was right.")
    expect(page.locator("#said")).to_have_text("Right: it is off-topic")
    page.keyboard.press("u")
    expect(row(page, "Pizza?")).to_be_focused()
    expect(row(page, "Pizza?").locator(".desk-said")).to_have_count(0)
    page.keyboard.press("k")
    expect(row(page, KEEP)).to_be_focused()
    page.keyboard.press("3")  # another verdict
    expect(row(page, "Pizza?")).to_be_focused()
    expect(row(page, KEEP).locator(".desk-said")).to_have_text("Wrong: nothing here answers it")
    assert verdicts(state) == {
        LIGHT: "wrong",
        KEEP: "not_answered_here",
        "Pizza?": None,
        "tea in the light?": None,
    }


def test_a_click_judges_and_what_was_wrong_leads_to_its_group(
    page: Page, desk: tuple[Desk, str]
) -> None:
    _, url = desk
    open_list(page, url)
    row(page, LIGHT).get_by_role("button", name="Wrong: something else answers it").click()
    link = row(page, LIGHT).get_by_role("link", name="Add the wording, or write a pair")
    link.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("light", timeout=30_000)
    expect(page.get_by_text("Write a pair")).to_be_visible()


def test_another_editors_verdict_meanwhile_is_shown_in_its_row(
    page: Page, desk: tuple[Desk, str]
) -> None:
    state, url = desk
    open_list(page, url)
    assert state.log is not None
    ids = [one.id for one in state.log.questions() if one.question == KEEP]
    state.log.review(ids, "off_topic", editor="bert")
    row(page, KEEP).get_by_role("button", name="Right").click()
    told = row(page, KEEP)
    expect(told.locator(".desk-told")).to_have_text(
        "bert has judged it meanwhile. Nothing was kept; this is how it stands now."
    )
    expect(told).to_be_focused()
    expect(told.locator(".desk-said")).to_have_text("Wrong: it is off-topic")
    assert verdicts(state)[KEEP] == "off_topic"


def test_a_server_that_cannot_be_reached_loses_no_verdict_in_silence(
    page: Page, desk: tuple[Desk, str]
) -> None:
    _, url = desk
    open_list(page, url)
    page.route("**/desk/judge", lambda route: route.abort())
    row(page, KEEP).get_by_role("button", name="Right").click()
    expect(row(page, KEEP).locator(".desk-told")).to_have_text(
        "Nothing was kept: the server cannot be reached."
    )
    page.unroute("**/desk/judge")
    page.keyboard.press("1")
    expect(row(page, KEEP).locator(".desk-said")).to_have_text("Right")


def test_when_all_are_judged_the_keys_lead_to_more(page: Page, desk: tuple[Desk, str]) -> None:
    state, url = desk
    assert state.log is not None
    for number in range(30):
        state.log.record(state.answerer.ask(f"Pizza {number}?"))
    open_list(page, url, "judged=no")
    page.locator("#begin").click()
    for number in range(25):
        expect(page.locator("tr[data-judged]")).to_have_count(number)
        page.keyboard.press("3")
    more = page.get_by_role("link", name="More that are not judged")
    expect(more).to_be_focused()
    expect(page.locator("tr[data-judged]")).to_have_count(25)
    page.keyboard.press("Enter")
    expect(page.locator("#list tbody tr")).to_have_count(9)


def test_without_scripts_a_verdict_is_a_page_and_leads_to_the_next(
    browser: Browser, desk: tuple[Desk, str]
) -> None:
    state, url = desk
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_list(page, url, "sort=question")
    row(page, LIGHT).get_by_role("button", name="Wrong: something else answers it").click()
    assert page.url.startswith(f"{url}/desk/questions?sort=question#q-")
    expect(page.locator("tr:target .desk-words")).to_have_text(KEEP)
    row(page, LIGHT).get_by_role("button", name="Undo").click()
    expect(page.locator("tr:target .desk-words")).to_have_text(LIGHT)
    assert verdicts(state)[LIGHT] is None
    page.get_by_role("link", name="Sure").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Sure")
    context.close()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_sticks_out_of_the_window(
    page: Page, desk: tuple[Desk, str], width: int, scheme: str
) -> None:
    _, url = desk
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    open_list(page, url)
    row(page, KEEP).get_by_role("button", name="Right").click()
    expect(row(page, KEEP).locator(".desk-said")).to_be_visible()
    for one in page.locator("#list summary").all():
        one.click()
    assert page.evaluate(STICKING_OUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
