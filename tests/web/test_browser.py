"""What readers meet: the chat and the article pages in a real browser."""

import asyncio
import re
import threading
from typing import Any, cast
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from starlette.routing import Mount

from qa.questions import Verdict
from qa.web.app import build_app
from qa.web.service import Reply, Service
from tests.web.browsing import ANSWER, BESIDE, BOX, OFF_TOPIC, QUESTION, ask, open_chat
from tests.web.conftest import TEA_ID, Site
from tests.web.serving import served

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("nothing_goes_wrong")]


def test_a_reader_asks_reads_and_lands_on_the_passage(page: Page, site: Site) -> None:
    open_chat(page, site)
    message = ask(page, QUESTION)
    quote_ = message.locator(".fn-quote").first
    assert quote_.evaluate("e => e.textContent") == ANSWER
    marked = message.locator("mark").first.text_content() or ""
    assert marked in {"Black tea keeps for two years.", "Green tea keeps for one year."}
    expect(message.get_by_text(re.compile(r"\(\d+ % sure\)"))).to_be_visible()
    source = message.locator(".fn-place").first
    expect(source).to_have_text("All about tea › FAQ")
    public = message.locator(".fn-public").first
    expect(public).to_have_attribute(
        "href", re.compile(r"^https://www\.tea\.example/guide#:~:text=(Black|Green)%20tea")
    )
    with page.context.expect_page() as opening:
        source.click()
    article = opening.value
    article.wait_for_load_state()
    passage = article.locator("#passage")
    expect(passage).to_have_text(marked)
    around = article.locator(".around")
    assert around.count() == 1
    parts = [marked.strip(), (around.text_content() or "").strip()]
    assert sorted(parts) == ["Black tea keeps for two years.", "Green tea keeps for one year."]
    colours = [
        one.evaluate("e => getComputedStyle(e).backgroundColor") for one in (passage, around)
    ]
    assert len({*colours, "rgba(0, 0, 0, 0)"}) == 3  # both stand out, and not alike
    expect(passage).to_be_in_viewport()
    expect(passage).to_be_focused()
    assert article.evaluate("scrollY") > 500
    assert article.url == site.url + source.get_attribute("href")  # type: ignore[operator]
    expect(page.locator(".fn-answer")).to_have_count(1)  # the chat is still there


def test_earlier_questions_stay_and_the_newest_is_in_view(page: Page, site: Site) -> None:
    open_chat(page, site)
    for question in (QUESTION, "Can I freeze tea?", OFF_TOPIC):
        ask(page, question)
    asked = page.locator(".fn-asked")
    assert asked.all_text_contents() == [QUESTION, "Can I freeze tea?", OFF_TOPIC]
    expect(asked.last).to_be_in_viewport()
    expect(page.get_by_label(BOX)).to_be_in_viewport()
    expect(page.get_by_label(BOX)).to_have_value("")


def test_the_chat_shows_at_once_that_it_works_on_it(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()
    real = site.service.ask

    async def slow(*args: Any, **options: Any) -> Reply:
        await asyncio.to_thread(go_on.wait, 10)
        return await real(*args, **options)

    monkeypatch.setattr(site.service, "ask", slow)
    box = open_chat(page, site)
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.locator(".fn-asked")).to_have_text(QUESTION)
    expect(page.locator(".fn-working")).to_have_text("Looking through the articles …")
    expect(box).to_have_value("")
    go_on.set()
    expect(page.locator(".fn-answer")).to_be_visible()
    expect(page.locator(".fn-working")).to_have_count(0)


def test_an_honest_no_offers_questions_that_can_be_asked(page: Page, site: Site) -> None:
    open_chat(page, site)
    message = ask(page, BESIDE)
    expect(message).to_have_class("fn-abstention")
    assert message.locator("a, blockquote, mark").count() == 0
    offers = message.locator("button.fn-ask")
    question = offers.first.text_content()
    offers.first.click()
    answer = page.locator(".fn-answer")
    expect(answer).to_have_count(1)
    expect(page.locator(".fn-asked").last).to_have_text(question or "")


def test_a_no_on_something_else_offers_no_question_but_a_way_to_the_articles(
    page: Page, site: Site
) -> None:
    open_chat(page, site)
    message = ask(page, OFF_TOPIC)
    expect(message).to_have_class("fn-abstention")
    assert message.locator("button, blockquote, mark").count() == 0
    with page.context.expect_page() as opening:
        message.get_by_role("link", name="what the articles are about").click()
    expect(opening.value).to_have_url(f"{site.url}/articles")


def test_thanks_are_taken_in_a_friendly_way(page: Page, site: Site) -> None:
    open_chat(page, site)
    message = ask(page, "thanks!!")
    expect(message.locator(".fn-no")).to_have_text(
        "You are welcome to ask anything that the articles here may answer."
    )
    offers = message.locator("button.fn-ask")
    assert tuple(offers.all_text_contents()) == site.answerer.starters(4)
    offers.first.click()
    expect(page.locator(".fn-answer")).to_have_count(1)


def test_starter_questions_come_from_the_content_and_are_asked_by_a_click(
    page: Page, site: Site
) -> None:
    open_chat(page, site)
    starters = page.locator(".fn-starter")
    assert tuple(starters.all_text_contents()) == site.answerer.starters(4)
    starters.first.click()
    expect(page.locator(".fn-answer")).to_have_count(1)
    assert page.url == f"{site.url}/"  # asked in place
    expect(page.locator(".fn-welcome")).to_be_hidden()
    page.get_by_role("link", name="New conversation").click()
    expect(page.locator(".fn-welcome")).to_be_visible()
    expect(page.locator(".fn-asked")).to_have_count(0)


def test_a_link_to_a_question_asks_it_when_opened(page: Page, site: Site) -> None:
    open_chat(page, site, "?" + urlencode({"q": QUESTION}))
    expect(page.locator(".fn-asked")).to_have_text(QUESTION)
    expect(page.locator(".fn-answer .fn-quote").first).to_have_text(ANSWER)
    shared = page.locator(".fn-share").first
    expect(shared).to_have_attribute("href", "/?q=How+long+does+tea+keep%3F")


def test_answers_and_links_can_be_copied(browser: Browser, site: Site) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    open_chat(page, site)
    message = ask(page, QUESTION)
    message.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("status").filter(has_text="Answer copied.")).to_be_attached()
    source = message.locator(".fn-place").first.get_attribute("href")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{ANSWER}\n\nAll about tea › FAQ\n{site.url}{source}\n"
    message.get_by_role("link", name="Link").click()
    expect(page.get_by_role("status").filter(has_text="Link to this question")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{site.url}/?q=How+long+does+tea+keep%3F"
    context.close()


def test_thumbs_up_and_down_with_a_reason_reach_the_log(page: Page, site: Site) -> None:
    def verdicts() -> dict[str, Verdict | None]:
        return {one.id: one.verdict for one in site.log.questions()}

    open_chat(page, site)
    before = set(verdicts())
    message = ask(page, QUESTION)
    (id,) = set(verdicts()) - before
    up = message.get_by_role("button", name="Helpful", exact=True)
    up.click()
    expect(up).to_have_attribute("aria-pressed", "true")
    assert verdicts()[id] is Verdict.HELPFUL
    message.get_by_text("Not helpful").click()
    message.get_by_role("button", name="It is out of date").click()
    expect(up).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_role("status").filter(has_text="Thank you")).to_be_attached()
    assert verdicts()[id] is Verdict.OUTDATED
    expect(message.get_by_role("button", name="It is out of date")).to_be_hidden()


def test_a_question_that_is_too_long_stays_in_its_box_until_it_is_shortened(
    page: Page, site: Site
) -> None:
    box = open_chat(page, site)
    ask(page, QUESTION)
    long = "tea " * 600
    box.fill(long)
    told = page.locator("#composer .fn-too-long")
    expect(told).to_have_text(
        "Your question has 2,399 characters; at most 2,000 can be asked. Shorten it by 399."
    )
    expect(told).to_be_in_viewport(ratio=1)
    spot = told.bounding_box()
    beneath = box.bounding_box()
    assert spot is not None
    assert beneath is not None
    assert spot["y"] + spot["height"] <= beneath["y"]
    assert spot["width"] > beneath["width"]
    for send in (
        lambda: box.press("Enter"),
        lambda: page.get_by_role("button", name="Ask", exact=True).click(),
    ):
        send()
        page.wait_for_timeout(300)
        expect(box).to_have_value(long)
        expect(page.locator(".fn-asked")).to_have_count(1)
    expect(page.get_by_role("status").filter(has_text="Shorten it by 399.")).to_be_attached()
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("tea " * 500)  # the last space is not counted
    expect(told).to_be_hidden()
    expect(box).to_have_attribute("aria-invalid", "false")
    box.press("Enter")
    expect(page.locator(".fn-asked")).to_have_count(2)


def test_the_server_leaves_a_question_that_is_too_long_in_its_box_too(
    page: Page, site: Site
) -> None:
    box = open_chat(page, site)
    page.evaluate("document.getElementById('fn-too-long').dataset.most = 9999")
    box.fill("tea " * 600)
    box.press("Enter")
    expect(
        page.get_by_text("The question has 2399 characters; at most 2000 can be asked: shorten it.")
    ).to_be_visible()
    expect(box).to_have_value("tea " * 600)
    expect(page.locator(".fn-asked")).to_have_count(0)
    expect(ask(page, QUESTION).locator(".fn-quote").first).to_have_text(ANSWER)


def test_a_link_to_a_question_that_is_too_long_fills_the_box(page: Page, site: Site) -> None:
    box = open_chat(page, site, "?" + urlencode({"q": "tea " * 600}))
    expect(box).to_have_value("tea " * 600)
    expect(page.locator("#composer .fn-too-long")).to_be_in_viewport()
    expect(page.locator(".fn-asked")).to_have_count(0)


@pytest.mark.parametrize(("width", "height"), [(390, 844), (1280, 800)])
def test_a_long_question_is_folded_and_its_answer_is_in_view(
    page: Page, site: Site, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_chat(page, site)
    long = f"{QUESTION} " + "I have been wondering about that for years. " * 40
    ask(page, QUESTION)
    expect(page.get_by_role("button", name="Show the whole question")).to_have_count(0)
    message = ask(page, long)
    asked = page.locator(".fn-asked").last
    expect(asked).to_be_in_viewport()
    page.wait_for_timeout(800)  # it scrolls there
    top = message.evaluate("e => e.getBoundingClientRect().top")
    assert 0 < top < height / 2
    assert asked.evaluate("e => e.textContent") == long.strip()
    folded = asked.evaluate("e => e.clientHeight")
    more = page.get_by_role("button", name="Show the whole question")
    expect(more).to_have_attribute("aria-expanded", "false")
    more.click()
    less = page.get_by_role("button", name="Show less of the question")
    expect(less).to_have_attribute("aria-expanded", "true")
    assert asked.evaluate("e => e.clientHeight") > 3 * folded
    less.click()
    expect(more).to_be_visible()
    assert asked.evaluate("e => e.clientHeight") == folded


@pytest.mark.parametrize("width", [320, 360, 390])
def test_what_can_be_done_with_an_answer_stands_in_one_row(
    page: Page, site: Site, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    open_chat(page, site)
    message = ask(page, QUESTION)
    places = message.locator(".fn-actions").locator(
        ":scope > button, :scope > a, .fn-down > summary"
    )
    tops = places.evaluate_all("es => es.map(e => Math.round(e.getBoundingClientRect().top))")
    assert len(tops) == 4
    assert len(set(tops)) == 1, tops


def test_what_goes_wrong_inside_is_told_in_words_and_the_chat_goes_on(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    open_chat(page, site)
    with monkeypatch.context() as patched:
        patched.setattr(site.answerer, "ask", broken)
        message = ask(page, QUESTION)
    expect(message).to_have_text(re.compile("^Something went wrong on our side"))
    expect(ask(page, QUESTION).locator(".fn-quote").first).to_have_text(ANSWER)


def test_everything_can_be_done_by_keyboard_alone(page: Page, site: Site) -> None:
    open_chat(page, site)

    def tab_to(target: Locator, limit: int = 40) -> None:
        for _ in range(limit):
            page.keyboard.press("Tab")
            if target.evaluate("e => e === document.activeElement"):
                outline = target.evaluate("e => getComputedStyle(e).outlineStyle")
                assert outline != "none", "what has the focus has to show it"
                return
        raise AssertionError(f"{target} cannot be reached")

    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the question box")).to_be_focused()
    tab_to(page.get_by_label(BOX))
    page.keyboard.type(BESIDE)
    page.keyboard.press("Enter")
    offer = page.locator("button.fn-ask").first
    expect(offer).to_be_visible()
    page.keyboard.press("Shift+Tab")
    page.evaluate("document.activeElement.blur()")
    tab_to(offer)
    page.keyboard.press("Enter")
    answer = page.locator(".fn-answer").last
    expect(answer).to_be_visible()
    expect(page.get_by_label(BOX)).to_be_focused()
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    tab_to(answer.locator(".fn-place").first)
    down = answer.locator(".fn-down > summary")
    tab_to(down)
    page.keyboard.press("Enter")
    tab_to(answer.get_by_role("button", name="It is wrong"))
    page.keyboard.press("Enter")
    expect(down).to_have_attribute("aria-pressed", "true")
    expect(down).to_be_focused()
    # A line break is typed with Shift, and sends nothing.
    box = page.get_by_label(BOX)
    box.focus()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    expect(box).to_have_value("one\ntwo")


def test_a_screen_reader_finds_names_headings_and_a_live_region(page: Page, site: Site) -> None:
    open_chat(page, site)
    assert page.evaluate("document.documentElement.lang") == "en"
    ask(page, QUESTION)
    log = page.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-label", "Questions and answers")
    expect(page.get_by_role("heading", name=QUESTION, level=2)).to_be_visible()
    expect(page.get_by_role("group", name="Answer")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("navigation", name="Site")).to_be_visible()
    expect(page.get_by_role("textbox", name=BOX)).to_be_visible()
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    # Gradio names a message after its source text, tags and all.
    names = page.locator("[aria-label]").evaluate_all("es => es.map(e => e.ariaLabel)")
    assert [name for name in names if "<" in name] == []
    unnamed = page.locator("a:visible, button:visible, summary:visible").evaluate_all(
        "es => es.filter(e => !e.innerText.trim() && !e.ariaLabel).map(e => e.outerHTML)"
    )
    assert unnamed == []


WIDTHS = [(320, 640), (390, 844), (1280, 900)]


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_nothing_has_to_be_scrolled_sideways(
    page: Page, site: Site, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    open_chat(page, site)

    def check() -> None:
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        cut = page.locator("a:visible, button:visible, p:visible, textarea:visible").evaluate_all(
            "es => es.filter(e => { const r = e.getBoundingClientRect();"
            " return r.width && (r.right > innerWidth + 0.5 || r.left < -0.5) })"
            ".map(e => e.outerHTML.slice(0, 120))"
        )
        assert [one for one in cut if "skip" not in one] == []

    check()
    ask(page, QUESTION)
    for summary in page.locator(".fn-further > summary, .fn-down > summary").all():
        summary.click()
    check()
    ask(page, "tea" + "x" * 300)
    check()
    page.goto(f"{site.url}/articles/{quote(TEA_ID)}")
    check()
    page.goto(f"{site.url}/docs")
    check()


# The least contrast over all visible text, with what has it: WCAG 2.2, relative luminance.
CONTRAST = """
() => {
  const parse = c => c.match(/[\\d.]+/g).map(Number);
  const over = ([r, g, b, a = 1], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a));
  const light = c => c.slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = e => e
    ? over(parse(getComputedStyle(e).backgroundColor), ground(e.parentElement)) : [255, 255, 255];
  let least = [99, ""];
  for (const e of document.querySelectorAll("body *")) {
    const own = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
    if (!own && e.tagName !== "TEXTAREA") continue;
    if (!e.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    const box = e.getBoundingClientRect();
    if (box.width < 2 || box.bottom < 0) continue;
    const style = getComputedStyle(e), under = ground(e);
    const colours = [style.color];
    if (e.tagName === "TEXTAREA") colours.push(getComputedStyle(e, "::placeholder").color);
    for (const colour of colours) {
      const [a, b] = [light(over(parse(colour), under)), light(under)].sort((x, y) => y - x);
      const ratio = (a + 0.05) / (b + 0.05);
      if (ratio < least[0]) least = [ratio, `${e.outerHTML.slice(0, 100)} ${colour} on ${under}`];
    }
  }
  return least;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast_in_light_and_dark(
    page: Page, site: Site, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]

    def check() -> None:
        ratio, where = page.evaluate(CONTRAST)
        assert ratio >= 4.5, where

    open_chat(page, site)
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", background)[:3])) < 200) is (scheme == "dark")
    check()
    message = ask(page, QUESTION)
    for summary in message.locator("summary").all():
        summary.click()
    message.get_by_role("button", name="It is wrong").hover()
    check()
    message.get_by_role("button", name="Helpful", exact=True).click()
    ask(page, OFF_TOPIC)
    check()
    page.goto(f"{site.url}{site.answerer.ask(QUESTION).hits[0].url}")
    check()
    page.goto(f"{site.url}/articles")
    check()


def test_spaces_can_ask_for_dark_whatever_the_system_says(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="light")
    open_chat(page, site, "?__theme=dark")
    ask(page, QUESTION)
    ratio, where = page.evaluate(CONTRAST)
    assert ratio >= 4.5, where
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 26)"


def test_on_spaces_nothing_is_asked_of_other_hosts_either(
    context: BrowserContext, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPACE_ID", "somebody/footnote")
    monkeypatch.setenv("SYSTEM", "spaces")
    asked_for: list[str] = []
    context.on("request", lambda request: asked_for.append(request.url))
    # A service of its own: it is closed with its app.
    with served(build_app(Service(site.answerer, None), on_spaces=True)) as url:
        page = context.new_page()
        page.goto(url)
        expect(page.get_by_label(BOX)).to_be_editable()
        ask(page, QUESTION)
        page.wait_for_timeout(500)
        page.close()
    assert [one for one in asked_for if not one.startswith(url)] == []


def test_a_full_queue_is_told_and_keeps_what_was_typed(
    page: Page, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    gradio = cast(Mount, site.app.routes[-1]).app
    monkeypatch.setattr(gradio.get_blocks()._queue, "max_size", 0)  # type: ignore[attr-defined]
    box = open_chat(page, site)
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_text("busy")).to_be_visible()
    expect(box).to_have_value(QUESTION)


def test_an_address_that_marks_nothing_opens_the_article_all_the_same(
    page: Page, site: Site
) -> None:
    for at in ("x", "9-1", "0-999999999", "-5", "1-2-3", "%00"):
        page.goto(f"{site.url}/articles/{quote(TEA_ID)}?at={at}#passage")
        expect(page.get_by_role("heading", name="All about tea", level=1)).to_be_visible()
        assert page.locator("mark").count() == 0


def test_further_lines_of_a_numbered_item_begin_under_its_first_word(
    page: Page, site: Site
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    lefts = """
        () => [...document.querySelectorAll("li.numbered p")].map(p => {
          const range = document.createRange();
          range.selectNodeContents(p);
          range.setStartAfter(p.querySelector(".number"));
          const words = [...range.getClientRects()].filter(r => r.width > 20);  // no white space
          return words.map(r => Math.round(r.left));
        })
    """

    def check() -> None:
        items = page.evaluate(lefts)
        assert len(items) == 2
        for item in items:
            assert len(item) > 1
            assert max(item) - min(item) <= 3, item  # a mark begins a little to the left

    page.goto(f"{site.url}/articles/steps.md")
    check()
    open_chat(page, site)
    ask(page, "How is a kettle cleaned?")
    check()


def test_an_articles_page_needs_no_script(browser: Browser, site: Site) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site.url}{site.answerer.ask(QUESTION).hits[0].url}")
    expect(page.locator("#passage")).to_be_in_viewport()
    context.close()


def test_the_contents_lead_to_their_headings(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/articles/{quote(TEA_ID)}")
    page.get_by_role("navigation", name="Contents of this article").get_by_text("FAQ").click()
    expect(page.get_by_role("heading", name="FAQ")).to_be_in_viewport()
