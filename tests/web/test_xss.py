"""No text of readers or articles is ever HTML: hostile texts through every way in, in a browser."""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from qa.answer import clean
from qa.web.pages import article_path
from tests.web.conftest import TEA_ID, Site
from tests.web.payloads import PAYLOADS

pytestmark = pytest.mark.browser

# All that messages and pages are ever made of.
EXPECTED = (
    "a article b blockquote button code details div footer h1 h2 h3 h4 h5 h6 header li main"
    " mark nav ol p pre section span strong summary sup table tbody td th tr ul"
)
FOREIGN = """
([scope, expected]) => [...document.querySelectorAll(scope)]
  .flatMap(root => [...root.querySelectorAll('*')])
  .filter(e => !expected.split(' ').includes(e.localName)
    || [...e.attributes].some(a => a.name.startsWith('on') || a.name === 'style')
    || (e.localName === 'a' && !/^(https?:|\\/|#)/.test(e.getAttribute('href') || '#')))
  .map(e => e.outerHTML.slice(0, 200))
"""


@pytest.fixture(autouse=True)
def nothing_is_run_or_asked_for(context: BrowserContext, site: Site) -> Iterator[None]:
    trouble: list[str] = []
    context.add_init_script("window.alert = word => console.error('ran ' + word)")
    context.on("dialog", lambda dialog: trouble.append(dialog.message))
    context.on("console", lambda message: "ran" in message.text and trouble.append(message.text))
    context.on(
        "request",
        lambda request: request.url.startswith(site.url) or trouble.append(request.url),
    )
    yield
    assert trouble == []


def foreign(page: Page, scope: str) -> list[str]:
    return page.evaluate(FOREIGN, [scope, EXPECTED])  # type: ignore[no-any-return]


def wait_for_answers(page: Page, count: int) -> None:
    expect(page.locator(".fn-answer, .fn-abstention, .fn-failure")).to_have_count(count)


def test_hostile_questions_are_shown_as_they_were_typed(page: Page, site: Site) -> None:
    page.goto(site.url)
    box = page.get_by_label("Your question")
    expect(box).to_be_editable()
    for number, payload in enumerate(PAYLOADS, start=1):
        box.fill(payload)
        box.press("Enter")
        wait_for_answers(page, number)
        shown = page.locator(".fn-asked").last.evaluate("e => e.textContent")
        assert shown == payload.strip()
    assert foreign(page, "#conversation .message-content") == []


def test_whatever_a_tab_has_kept_is_shown_as_a_question(page: Page, site: Site) -> None:
    page.goto(site.url)
    kept = [
        {"question": payload, "answer": "x", "html": payload, "failed": False, "hits": [payload]}
        for payload in PAYLOADS
    ]
    page.evaluate(
        "kept => sessionStorage.setItem('footnote.conversation', JSON.stringify(kept))", kept
    )
    page.reload()
    wait_for_answers(page, len(PAYLOADS))
    shown = page.locator(".fn-asked").evaluate_all("es => es.map(e => e.textContent)")
    assert shown == list(PAYLOADS)
    assert foreign(page, "#conversation .message-content") == []


def test_what_was_searched_for_is_shown_as_text(page: Page, site: Site) -> None:
    question = "<img src=x onerror=alert(1)> can I store coffe <b>in</b> the frigde"
    meant = site.answerer.ask(question).meant
    assert meant != question
    page.goto(f"{site.url}/?{urlencode({'q': question})}")
    wait_for_answers(page, 1)
    told = page.locator(".fn-meant")
    assert told.evaluate("e => e.textContent") == f"Searched for: {meant}"
    assert page.locator(".fn-asked").evaluate("e => e.textContent") == question
    assert foreign(page, "#conversation .message-content") == []


@pytest.mark.parametrize("payload", PAYLOADS[:6])
def test_a_hostile_link_to_a_question_asks_it_and_no_more(
    page: Page, site: Site, payload: str
) -> None:
    page.goto(f"{site.url}/?{urlencode({'q': payload})}")
    wait_for_answers(page, 1)
    assert page.locator(".fn-asked").evaluate("e => e.textContent") == payload
    assert foreign(page, "#conversation .message-content, .fn-page > :not(gradio-app)") == []


def test_hostile_articles_are_quoted_word_for_word(page: Page, site: Site) -> None:
    page.goto(site.url)
    box = page.get_by_label("Your question")
    expect(box).to_be_editable()
    (article,) = (
        one for one in site.answerer.articles() if one.id.endswith(".txt") and "evil" in one.id
    )
    quoted = ""
    for number, pair in enumerate(article.faq, start=1):
        result = site.answerer.ask(pair.question)
        assert not result.abstained
        box.fill(clean(pair.question))
        box.press("Enter")
        wait_for_answers(page, number)
        message = page.locator(".fn-answer").last
        shown = message.locator(".fn-quote").first.evaluate("e => e.textContent")
        assert shown == result.hits[0].text
        quoted += shown
        for summary in message.locator("summary").all():
            summary.click()
    # What the test is about has really been there.
    assert [one for one in PAYLOADS if one not in quoted and one.isprintable()] == []
    assert foreign(page, "#conversation .message-content") == []


def test_hostile_titles_file_names_and_texts_are_plain_on_their_pages(
    page: Page, site: Site
) -> None:
    evil = [one for one in site.answerer.articles() if one.id.startswith("evil")]
    assert len(evil) == len(PAYLOADS) + 1
    for article in evil:
        pair = article.faq[0]
        page.goto(f"{site.url}{article_path(article.id)}?at={pair.start}-{pair.end}#passage")
        assert page.locator("#passage").first.evaluate("e => e.textContent") == pair.answer
        assert page.locator(".body").evaluate("e => e.textContent") == article.text
        assert foreign(page, "body") == []
    page.goto(f"{site.url}/articles")
    assert foreign(page, "body") == []


def test_hostile_addresses_are_plain(page: Page, site: Site) -> None:
    for payload in PAYLOADS:
        page.goto(f"{site.url}/articles/{quote(TEA_ID)}?at={quote(payload)}")
        assert foreign(page, "body") == []
        page.goto(f"{site.url}/articles/{quote(payload, safe='')}")
        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()
        assert foreign(page, "body") == []
    page.goto(f"{site.url}/{quote(PAYLOADS[0])}")
    assert foreign(page, "body") == []
