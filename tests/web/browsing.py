"""What readers do in a real browser, step by step."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.web.conftest import Site

BOX = "Your question"
QUESTION = "How long does tea keep?"
ANSWER = "Black tea keeps for two years. Green tea keeps for one year."
OFF_TOPIC = "moon zzzap qwertz"
# Close to "Can I freeze tea?" and no question of its: 1 / √10 for the site's encoder.
BESIDE = "freeze and moon moon moon zzzap"


@contextmanager
def untroubled(context: BrowserContext, *, but: str) -> Iterator[None]:
    """Fail where a page of ``context`` meets an error; messages that match ``but`` are none."""
    trouble: list[str] = []

    def opened(page: Page) -> None:
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and not re.search(but, message.text)
                and trouble.append(message.text)
            ),
        )

    context.on("page", opened)
    yield
    assert trouble == []


def open_chat(page: Page, site: Site, query: str = "") -> Locator:
    page.goto(f"{site.url}/{query}")
    box = page.get_by_label(BOX)
    expect(box).to_be_editable()
    return box


def ask(page: Page, question: str) -> Locator:
    """Ask and wait; returns the message that came."""
    answers = page.locator(".fn-answer, .fn-abstention, .fn-failure")
    count = answers.count()
    box = page.get_by_label(BOX)
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(count + 1)
    return answers.last


def conversation(page: Page) -> list[str]:
    return page.locator("#conversation .message-content").evaluate_all(
        "es => es.map(e => e.innerHTML)"
    )
