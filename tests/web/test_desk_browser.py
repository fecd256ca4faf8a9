"""An editor's way over the desk in a real browser: from a question to its answer in the chat."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from qa.users import Users, users_path
from qa.web.app import build_app
from qa.web.desk_state import Desk
from qa.web.desk_trend import TrendKeeper
from tests.web.browsing import untroubled
from tests.web.desks import LIGHT, desk_of
from tests.web.serving import served

pytestmark = pytest.mark.browser

PASSWORD = "correct horse battery"
TABS = ("today", "coverage", "questions", "faq-health", "try-it", "trend")
# What sticks out of the window, but for what is scrolled inside its own frame.
STICKING_OUT = """() => [...document.querySelectorAll("main *, .desk-page *")].filter(e => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1
    && !e.closest(".desk-map, .desk-table, .table, pre, .tab-container");
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    desk = desk_of(tmp_path)
    users = Users(users_path(desk.content / ".footnote" / "library.sqlite"))
    users.add("anna", PASSWORD)
    trend = TrendKeeper(desk)
    app = build_app(desk.service, desk=desk, users=users, trend=trend)
    with served(app) as url:
        trend.wait(20)
        yield desk, url


@pytest.fixture(autouse=True)
def nothing_goes_wrong(context: BrowserContext) -> Iterator[None]:
    # Gradio complains when a page is left while it still listens.
    with untroubled(context, but="AbortError|Connection errored out"):
        yield


def log_in(page: Page, url: str, *, tab: str) -> None:
    page.goto(f"{url}/desk/")
    page.get_by_label("User").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    open_tab(page, url, tab)


def open_tab(page: Page, url: str, tab: str) -> None:
    page.goto(f"{url}/articles")  # leave the desk, or only the part after the # would change
    page.goto(f"{url}/desk/#{tab}")
    selected = page.locator('#desk-tabs button[role="tab"][aria-selected="true"]')
    expect(selected).to_have_text(re.compile(tab.replace("-", "."), re.IGNORECASE))


def seen(page: Page, selector: str) -> Locator:
    """What is shown: every tab is on the page, and one of them is open."""
    return page.locator(f"{selector}:visible")


def test_a_pair_written_on_the_desk_answers_in_the_chat_and_raises_coverage(
    page: Page, desk: tuple[Desk, str]
) -> None:
    state, url = desk
    log_in(page, url, tab="coverage")
    share = seen(page, ".desk-lead strong").first
    expect(share).to_have_text(f"{state.coverage().share:.0%}")
    before = share.inner_text()

    open_tab(page, url, "questions")
    card = seen(page, "li.desk-finding").filter(has_text=LIGHT)
    card.get_by_role("link", name="Write the pair").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LIGHT)
    expect(page.get_by_label("Question")).to_have_value(LIGHT)
    expect(page.locator("mark")).to_have_text(page.locator("#answer").input_value())
    page.get_by_role("button", name="See what it changes").last.click()
    expect(page.locator(".desk-effect")).to_contain_text("tea in the light?")
    expect(page.locator(".desk-effect")).to_contain_text("tea.faq.yaml")
    assert not (state.content / "tea.faq.yaml").exists()
    page.locator(".desk-effect").get_by_role("button", name="Save").click()
    expect(page.locator("main")).to_contain_text("Live after")
    expect(page.locator("main")).to_contain_text("by anna")

    chat = page.context.new_page()
    chat.goto(url)
    box = chat.get_by_label("Your question")
    expect(box).to_be_editable()
    box.fill("tea in the light?")
    box.press("Enter")
    expect(chat.locator(".fn-answer")).to_contain_text("Light takes its taste away.")

    open_tab(page, url, "coverage")
    share = seen(page, ".desk-lead strong").first
    expect(share).to_have_text(f"{state.coverage().share:.0%}")
    assert int(share.inner_text().rstrip("%")) > int(before.rstrip("%"))

    page.goto(f"{url}/desk/actions")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Taken back")
    assert not (state.content / "tea.faq.yaml").exists()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_nothing_sticks_out_of_the_window(
    page: Page, desk: tuple[Desk, str], width: int, scheme: str
) -> None:
    _, url = desk
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, url, tab="today")
    for tab in TABS:
        open_tab(page, url, tab)
        expect(seen(page, ".desk-area").last).not_to_be_empty()
        assert page.evaluate(STICKING_OUT) == [], tab
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tab
    open_tab(page, url, "questions")
    seen(page, "a.desk-button").first.click()
    page.get_by_role("button", name="See what it changes").last.click()
    expect(page.locator(".desk-effect")).to_be_visible()
    assert page.evaluate(STICKING_OUT) == []
    for path in ("/desk/import", "/desk/actions"):
        page.goto(url + path)
        assert page.evaluate(STICKING_OUT) == [], path


# Buttons whose words need more room than they have, or that their frame cuts off.
CUT_OFF = """() => [...document.querySelectorAll(".desk-page button")].filter(e => {
  const box = e.getBoundingClientRect(), frame = e.parentElement.getBoundingClientRect();
  const hides = getComputedStyle(e.parentElement).overflow === "hidden";
  return box.width > 0 && (e.scrollHeight > e.clientHeight + 1
    || hides && (box.bottom > frame.bottom + 1 || box.right > frame.right + 1));
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("width", [1280, 390])
def test_no_button_is_cut_off_and_comparing_stands_in_one_line(
    page: Page, desk: tuple[Desk, str], width: int
) -> None:
    _, url = desk
    page.set_viewport_size({"width": width, "height": 900})
    log_in(page, url, tab="try-it")
    ask, compare = (page.get_by_role("button", name=name) for name in ("Ask", "Compare"))
    expect(compare).to_be_visible()
    assert page.evaluate(CUT_OFF) == []
    tall = [one.bounding_box() for one in (ask, compare)]
    assert tall[0] is not None
    assert tall[1] is not None
    assert tall[0]["height"] == tall[1]["height"]


def test_a_tab_has_an_address_of_its_own(page: Page, desk: tuple[Desk, str]) -> None:
    _, url = desk
    log_in(page, url, tab="trend")
    expect(seen(page, ".desk-trend svg")).to_be_visible()
    page.get_by_role("tab", name="Questions").click()
    expect(seen(page, "li.desk-finding").first).to_be_visible()
    assert page.url.endswith("/desk/#questions")
    page.get_by_label("Off-topic").check()
    expect(seen(page, "li.desk-finding").first).to_contain_text("izza")
