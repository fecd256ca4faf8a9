"""How long the desk's pages take to open over a large library, in a real browser.

A real server (``server``) syncs the folder; an editor logs in.  A page has opened when what it is
for stands in the window: of a tab its list or picture, not the word that it is being worked out; of
a page behind one what ``PLAIN`` says.
Figures are medians over some openings, in seconds from the address to the sight of it; what goes on
beside the pages when the server has just started is measured, too, and has no limit.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.browser import browser_path
from benchmarks.desk import large
from index.library_place import library_path
from index.records import Article
from qa.users import Users, users_path

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "correct horse battery"
TABS = ("today", "coverage", "questions", "faq-health", "try-it", "trend")
# What each page that the tabs lead to is for, and no page that waits, is gone or asks for a login
# has.
PLAIN = {
    "actions": "h1 ~ h2",
    "all-questions": ".desk-judge .desk-choices button",
    "import": ".desk-upload input[type=file]",
    "section": ".desk-sides .desk-go[href^='/desk/write']",
    "group": "#forms",
    "finding": ".desk-sides .desk-passage",
}
OPENINGS = 5
READY_S = 1800.0
_SHOWN = """() => {
  const open = document.querySelector('#desk-tabs button[role="tab"][aria-selected="true"]');
  const name = open?.textContent.trim().toLowerCase().replace(/\\s+/g, "-");
  if (name !== location.hash.slice(1)) return false;
  // Gradio's own clock stands in an area before its value does.
  const made = ".desk-area :is(.desk-lead, .desk-links, h2), .desk-form input[type=range]";
  const seen = (wanted) => [...document.querySelectorAll(wanted)].some(e => e.offsetParent);
  return seen(made) && !seen(".desk-waits");
}"""


def run(articles: Sequence[Article], *, sections: int, pairs: int) -> dict[str, float]:
    """Return the figures of a library of so many sections and pairs, made of ``articles``."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="footnote-desk-") as folder:
        content = Path(folder) / "content"
        content.mkdir()
        asked = large.write(content, articles, sections=sections, pairs=pairs)
        begun = time.monotonic()
        with serving(content) as address, sync_playwright() as playwright:
            found = {"pages.synced_seconds": time.monotonic() - begun}
            ask(address, large.logged(asked))
            browser = playwright.chromium.launch(executable_path=browser_path())
            try:
                page = browser.new_page(viewport={"width": 1280, "height": 900})
                found |= measure(page, address)
            finally:
                browser.close()
    return {name: round(value, 3) for name, value in found.items()}


@contextmanager
def serving(content: Path) -> Iterator[str]:
    """Serve a folder with the user anna; yields the address once questions are answered."""
    Users(users_path(library_path(content, write=True))).add("anna", PASSWORD)
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.desk.server", str(content)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address:
            raise SystemExit("the server has ended")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def ask(address: str, questions: Sequence[str]) -> None:
    """Ask as readers do, each question once."""
    for question in questions:
        request = urllib.request.Request(
            f"{address}/api/v1/ask",
            data=json.dumps({"question": question}).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            answer.read()


def measure(page: "Page", address: str) -> dict[str, float]:
    """Return the seconds that each page takes; the first are those of a desk that still works."""
    page.goto(f"{address}/desk/")
    page.get_by_label("User").fill("anna")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("#desk-tabs")
    found = {"pages.prepared_seconds": _prepared(page, address)}
    for tab in TABS:
        found[f"pages.{tab}_seconds"] = _median(page, f"{address}/desk/#{tab}", _SHOWN)
    for name, path in _plain(page, address).items():
        found[f"pages.{name}_seconds"] = _median(page, address + path, seen(PLAIN[name]))
    opened = [found.get(f"pages.{name}_seconds") for name in (*TABS, *PLAIN)]
    if None not in opened:  # a small library may have no finding, for example
        found["pages.slowest_seconds"] = max(one for one in opened if one is not None)
    return found


def seen(wanted: str) -> str:
    """Return a function of the page: whether it has been loaded and shows such an element."""
    return (
        '() => document.readyState === "complete" && '
        f"[...document.querySelectorAll({json.dumps(wanted)})].some(e => e.offsetParent)"
    )


def _prepared(page: "Page", address: str) -> float:
    """Wait until every tab shows what it is for; return how long that took."""
    begun = time.monotonic()
    for tab in TABS:
        while True:
            _open(page, f"{address}/desk/#{tab}")
            page.wait_for_timeout(2000)
            text = page.locator(".desk-page").inner_text()
            if page.evaluate(_SHOWN) and "worked out anew" not in text:
                break
            if time.monotonic() - begun > READY_S:
                raise SystemExit(f"the tab {tab} still waits")
            page.wait_for_timeout(2000)
    return time.monotonic() - begun


def _plain(page: "Page", address: str) -> dict[str, str]:
    """Return pages that the tabs lead to, the first of each kind."""
    found = {
        "actions": "/desk/actions",
        "all-questions": "/desk/questions",
        "import": "/desk/import",
    }
    for name, tab in (("section", "coverage"), ("group", "questions"), ("finding", "faq-health")):
        _open(page, f"{address}/desk/#{tab}")
        page.wait_for_function(_SHOWN)
        link = page.locator(f'a[href*="/desk/{name}"]:visible').first
        if link.count():
            found[name] = str(link.get_attribute("href"))
    return found


def _median(page: "Page", address: str, shown: str) -> float:
    def once() -> float:
        page.goto("about:blank")
        begun = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_function(shown, polling=20)
        return time.perf_counter() - begun

    once()
    return statistics.median(once() for _ in range(OPENINGS))


def _open(page: "Page", address: str) -> None:
    page.goto("about:blank")  # or only the part after the # would change
    page.goto(address)
