"""A site served over real HTTP, and a real browser, both shared by all tests of the web."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Page,
    Playwright,
    Request,
    sync_playwright,
)

from benchmarks.browser import browser_path
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.questions import QuestionLog
from qa.web import desk_background
from qa.web.app import build_app
from qa.web.resync import sync_state
from qa.web.service import Service
from qa.web.watch import SyncState, Watcher
from tests.fakes import FakeEncoder
from tests.web.payloads import PAYLOADS
from tests.web.serving import BROWSER_ARGS, served

TEA_ID = "tea & co/100% tea #1?é.md"
FILLER = "\n\n".join(
    f"Leaf number {n} is green, and nothing more is known of it." for n in range(80)
)
CONTENT = {
    TEA_ID: f"""---
title: All about tea
url: https://www.tea.example/guide
---

# All about tea

Tea is made from leaves.

## Varieties

- green
- black
  - Assam
- white

{FILLER}

## FAQ

### How long does tea keep?

Black tea keeps for two years. Green tea keeps for one year.

### Can I freeze tea?

No. Freezing breaks the leaves.
""",
    "steps.md": """# Steps

## FAQ

### How is a kettle cleaned?

1. Fill the kettle with water and two spoons of vinegar, and let it stand for an hour or two.
2. Boil it, pour everything away, and rinse the kettle twice before anybody drinks from it.
""",
    # Every other character that means something in an address.
    "odd/%2F%25 +;=@:,'&(\\)~[]^`{}.md": "# Odd\n\nAn odd name.\n",
    "coffee.txt": """Coffee at home

Grind the beans just before brewing. Water should be just off the boil.

FAQ

Q: How much coffee do I need for a cup?
A: Ten grams for a small cup.

Q: Can I store coffee in the fridge?
A: No. It takes on the smell of other food.
""",
}


@dataclass(frozen=True)
class Site:
    """A running app with what is behind it."""

    url: str
    app: FastAPI
    content: Path
    answerer: Answerer
    service: Service
    log: QuestionLog


def write_content(folder: Path) -> None:
    for name, text in CONTENT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    # As a list (whose values may be HTML, which its reader makes text) and as plain text.
    evil = [
        {
            "article": f"Evil {payload}",
            "question": f"evil {n} {payload}",
            "answer": f"{n}: {payload}",
        }
        for n, payload in enumerate(PAYLOADS)
    ]
    (folder / "evil <img src=x onerror=alert(1)>.json").write_text(json.dumps(evil))
    pairs = "\n\n".join(
        f"Q: match {n} {payload}?\nA: match {n} is {payload} indeed."
        for n, payload in enumerate(PAYLOADS)
    )
    text = f"Evil {PAYLOADS[0]}\n\nThis is about {PAYLOADS[1]}.\n\nFAQ\n\n{pairs}\n"
    (folder / 'evil "><svg onload=alert(1)>.txt').write_text(text, encoding="utf-8")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole app over a folder of its own, with an encoder that knows a few words."""
    folder = tmp_path_factory.mktemp("web") / "content"
    write_content(folder)
    encoder = FakeEncoder(
        ("tea", "coffee", "keep", "freez", "store", "cup", "evil", "leaf", "match", "moon")
    )
    path = library_path(folder, write=True)

    def synced() -> SyncState:
        with Library.open(path, create=True) as library:
            report = sync(folder, library, encoder)
        if answerer is not None:
            answerer.refresh()
        return sync_state(report)

    answerer: Answerer | None = None
    state = synced()
    answerer = Answerer(path, encoder)
    log = QuestionLog(path.with_name("questions.sqlite"))
    service = Service(answerer, log)
    app = build_app(service, watcher=Watcher(folder, synced, state=state))
    with served(app) as url:
        yield Site(url, app, folder, answerer, service, log)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """A real browser.  Mark the tests that use it with ``browser``."""
    path = browser_path()
    try:
        # Playwright's own --headless is another program than the browser that people use.
        running = playwright.chromium.launch(
            executable_path=path, headless=False, args=list(BROWSER_ARGS)
        )
    except Error as error:
        pytest.skip(f"NO BROWSER: {path or 'Chromium'} cannot be started: {error.message[:200]}")
    yield running
    running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the desk's pages wait until what they wait for is done, however busy the machine is."""
    monkeypatch.setattr(desk_background, "PATIENCE_S", 30.0)


@pytest.fixture
def nothing_goes_wrong(context: BrowserContext, site: Site) -> Iterator[None]:
    """No test may ask another host for anything, break the page's policy, or raise in a script."""
    trouble: list[str] = []

    def requested(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            trouble.append(f"request of {request.url}")

    def opened(page: Page) -> None:
        page.on("pageerror", lambda error: trouble.append(f"error {error}"))
        page.on("dialog", lambda dialog: trouble.append(f"dialog {dialog.message}"))
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and "Failed to load resource" not in message.text
                and trouble.append(f"console {message.text}")
            ),
        )

    context.on("request", requested)
    context.on("page", opened)
    yield
    assert trouble == []
