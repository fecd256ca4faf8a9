"""The app as a new user starts it: a folder of real articles, the real model, a real browser."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from playwright.sync_api import Page, expect

from qa.web.app import listen
from tests.web.serving import in_a_loop

ROOT = Path(__file__).resolve().parents[2]
PROTOTYPE = "seed-amazon-talent"
OTHERS = ("plausible-shopify", "zlib-faq")


@contextlib.contextmanager
def started(*arguments: str, **environment: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run ``python app.py``; yields the process and the address that it says it is ready at."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    killer = threading.Timer(240, process.kill)
    killer.start()
    lines = []
    try:
        for line in process.stdout:
            lines.append(line)
            if ready := re.search(r"http://\S+", line):
                yield process, ready[0]
                return
        raise AssertionError("".join(lines))
    finally:
        killer.cancel()
        process.kill()
        process.stdout.close()
        process.wait()


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Path:
    folder = tmp_path_factory.mktemp("articles")
    for name in (PROTOTYPE, *OTHERS):
        for source in (shared_data / "articles" / name).glob("source.*"):
            target = folder / f"{name}{source.suffix}"
            shutil.copyfile(source, target)
    return folder


@pytest.fixture(scope="module")
def address(content: Path) -> Iterator[str]:
    with started("app.py", FOOTNOTE_CONTENT=str(content), GRADIO_SERVER_PORT="0") as (_, url):
        yield url


def ask(page: Page, question: str) -> None:
    answers = page.locator(".fn-answer, .fn-abstention")
    count = answers.count()
    box = page.get_by_label("Your question")
    expect(box).to_be_editable()
    box.fill(question)
    box.press("Enter")
    expect(answers).to_have_count(count + 1, timeout=30_000)


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Why did Vasi Philomin leave Amazon?", "Vasi Philomin left Amazon for another company"),
        ("Will generative AI cost jobs at Amazon?", "CEO Andy Jassy indicated that advancements"),
        ("How do companies recruit AI talent?", "Companies are employing creative strategies,"),
    ],
)
def test_questions_about_the_prototype_article_land_on_their_passage(
    page: Page, address: str, question: str, answer: str
) -> None:
    page.goto(address)
    ask(page, question)
    message = page.locator(".fn-answer").last
    source = message.locator(".fn-place").first
    expect(source).to_have_text(re.compile("^Amazon Faces Talent Exodus as AI Race .* › FAQ$"))
    quoted = message.locator(".fn-quote").first.evaluate("e => e.textContent")
    assert quoted.startswith(answer)
    page.goto(urljoin(address, source.get_attribute("href")))
    marked = page.locator("mark").all_text_contents()
    assert re.sub(r"\s", "", "".join(marked)) == re.sub(r"\s", "", quoted)
    expect(page.locator("#passage")).to_be_in_viewport()


@pytest.mark.browser
@pytest.mark.model
@pytest.mark.shared
@pytest.mark.parametrize(
    "question", ["asdf qwer zxcv", "How do I bake sourdough bread?", "Who won the 1998 world cup?"]
)
def test_nonsense_and_off_topic_questions_get_an_honest_no(
    page: Page, address: str, question: str
) -> None:
    page.goto(address)
    ask(page, question)
    no = page.locator(".fn-abstention")
    expect(no).to_be_visible()
    assert no.locator("blockquote, mark").count() == 0
    # Nothing here has to do with these, so what there is to read is all that is offered.
    links = no.locator("a").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links == ["/articles"]


@pytest.mark.model
@pytest.mark.shared
def test_an_edit_is_answered_from_within_seconds(address: str, content: Path) -> None:
    (content / "returns.txt").write_text(
        "Returns\n\nFAQ\n\nQ: How do I return my left-handed teapot?\nA: By balloon.\n"
    )
    end = time.monotonic() + 60
    while True:
        question = {"question": "How do I return my left-handed teapot?"}
        got = httpx.post(f"{address}/api/v1/ask", json=question, timeout=30).json()
        if not got["abstained"] and got["hits"][0]["text"] == "By balloon.":
            break
        assert time.monotonic() < end, got["hits"][0]
        time.sleep(0.2)


@pytest.mark.model
def test_it_ends_quietly_when_told_to_and_a_taken_port_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Tea\n\nTea is made from leaves.\n")
    with started("app.py", FOOTNOTE_CONTENT=str(tmp_path), GRADIO_SERVER_PORT="0") as (
        process,
        url,
    ):
        port = url.rsplit(":", 1)[1]
        second = subprocess.run(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, "FOOTNOTE_CONTENT": str(tmp_path), "GRADIO_SERVER_PORT": port},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert second.stdout == ""
        (line,) = second.stderr.splitlines()
        assert f"port {port} of 127.0.0.1 cannot be used: another program uses it" in line
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0
        assert process.stdout is not None
        assert "Traceback" not in process.stdout.read()


def test_no_piece_of_a_response_waits_for_the_last_one_to_be_acknowledged() -> None:
    """With Nagle's algorithm every answer came 40 ms late; asyncio turns it off for TCP only."""

    async def connected() -> int:
        told: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def met(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own: socket.socket = writer.get_extra_info("socket")
            told.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = listen("127.0.0.1", 0)
        async with await asyncio.start_server(met, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            no_delay = await told
            writer.close()
            await writer.wait_closed()
            return no_delay

    assert in_a_loop(connected())
