"""More readers than places: a real server, and an encoder that answers when it is told to."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import httpx
import numpy as np
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from qa.questions import QuestionLog
from qa.web import service as services
from qa.web.admission import Admission
from qa.web.service import BusyError, Service
from tests.fakes import FakeEncoder
from tests.web.serving import SlowRequest, in_a_loop, small_site

BUSY = "Too many questions are waiting right now. Please try again in a moment."
QUESTION = {"question": "How long does tea keep?"}
SOON_S = 20.0  # much longer than anything takes, and much shorter than a hang


class HeldEncoder(FakeEncoder):
    """Encodes no question while ``go`` is not set."""

    def __init__(self) -> None:
        super().__init__(("tea", "keep"))
        self.go = threading.Event()

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        assert self.go.wait(60), "nobody let the questions go"
        return super().encode_queries(texts)


@dataclass(frozen=True)
class Busy:
    """A server that answers one question at a time, lets two wait, and holds them all."""

    url: str
    service: Service
    encoder: HeldEncoder
    log: QuestionLog

    def ask(self, question: str = QUESTION["question"]) -> httpx.Response:
        return httpx.post(f"{self.url}/api/v1/ask", json={"question": question}, timeout=SOON_S)

    def fill(self, readers: Executor) -> list[Future[httpx.Response]]:
        """Let as many readers ask as there are places; they are answered when ``go`` is set."""
        asking = [readers.submit(self.ask) for _ in range(self.service.admission.places)]
        self.wait_until_held(self.service.admission.places)
        return asking

    def wait_until_held(self, places: int) -> None:
        """Wait until exactly so many places are taken."""
        end = time.monotonic() + SOON_S
        while self.service.admission._held != places:
            assert time.monotonic() < end, f"not {places}, but {self.service.admission._held}"
            time.sleep(0.01)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[Busy]:
    encoder = HeldEncoder()
    admission = Admission(at_once=1, waiting=2)
    with small_site(tmp_path / "content", encoder, admission=admission) as (url, service, log):
        yield Busy(url, service, encoder, log)
        encoder.go.set()


@pytest.fixture
def readers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(32) as threads:
        yield threads


def test_who_finds_no_place_is_told_at_once_and_in_words_when_to_come_again(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    held = busy.fill(readers)
    for _ in range(3):
        refused = busy.ask()
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.headers["x-content-type-options"] == "nosniff"
        assert refused.json() == {"error": BUSY}
    busy.encoder.go.set()
    assert [one.result().status_code for one in held] == [200, 200, 200]
    busy.wait_until_held(0)
    assert busy.ask().status_code == 200
    assert len(busy.log.questions()) == 4  # who was sent away has asked nothing


def test_health_and_articles_are_served_while_all_places_are_taken(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    busy.fill(readers)
    for path in ("/healthz", "/articles", "/articles/tea.md", "/api/v1/articles", "/"):
        assert httpx.get(f"{busy.url}{path}", timeout=SOON_S).status_code == 200, path


def test_questions_that_wait_hold_none_of_the_threads_that_serve_pages(busy: Busy) -> None:
    # Starlette has 40 threads for everything that is no coroutine.
    busy.service.admission._places = 200
    with ThreadPoolExecutor(60) as many:
        asking = [many.submit(busy.ask) for _ in range(60)]
        busy.wait_until_held(60)
        assert httpx.get(f"{busy.url}/articles/tea.md", timeout=SOON_S).status_code == 200
        busy.encoder.go.set()
        assert Counter(one.result().status_code for one in asking) == {200: 60}


def test_the_chat_is_told_too_and_answers_again_afterwards(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    client = Client(busy.url, verbose=False)
    busy.fill(readers)
    for path in ("queue/join", "call/ask"):
        refused = httpx.post(f"{busy.url}/gradio_api/{path}", json={"data": ["tea?"]})
        assert refused.status_code == 503
        assert int(refused.headers["retry-after"]) >= 1
        assert refused.json() == {"error": BUSY}
    busy.encoder.go.set()
    busy.wait_until_held(0)
    for _ in range(busy.service.admission.places + 1):  # each gives its place back
        broken = httpx.post(f"{busy.url}/gradio_api/call/ask", content=b"{")
        assert 400 <= broken.status_code < 500
    assert client.predict("How long does tea keep?", api_name="/ask")["question"] == (
        "How long does tea keep?"
    )
    client.close()


@pytest.mark.parametrize("path", ["queue/join", "call/ask"])
def test_a_question_that_has_not_come_whole_holds_no_place(busy: Busy, path: str) -> None:
    busy.encoder.go.set()
    slow = [
        SlowRequest(f"{busy.url}/gradio_api/{path}") for _ in range(busy.service.admission.places)
    ]
    client = Client(busy.url, verbose=False)
    assert client.predict("How long does tea keep?", api_name="/ask")["question"] == (
        "How long does tea keep?"
    )
    client.close()
    for one in slow:
        one.close()


def test_a_question_that_comes_in_pieces_is_answered_whole(busy: Busy) -> None:
    busy.encoder.go.set()
    body = '{"question": "How long does tea keep?"}'
    slow = SlowRequest(f"{busy.url}/api/v1/ask", length=len(body))
    slow.send(body[:20])
    slow.send(body[20:])
    status, told = slow.response(closed=False)
    assert (status, told["question"]) == (200, "How long does tea keep?")


def test_a_question_that_breaks_off_is_not_asked(busy: Busy) -> None:
    busy.encoder.go.set()
    slow = SlowRequest(f"{busy.url}/api/v1/ask", length=100)
    slow.send('{"question": "How long')
    slow.close()
    assert busy.ask("Does tea keep?").status_code == 200
    assert [one.question for one in busy.log.questions()] == ["Does tea keep?"]


def test_a_chat_question_that_loses_the_last_place_is_told_the_same(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = Client(busy.url, verbose=False)

    async def full(*_: object, **__: object) -> None:
        raise BusyError(3)

    monkeypatch.setattr(busy.service, "ask", full)
    with pytest.raises(AppError, match=BUSY):
        client.predict("How long does tea keep?", api_name="/ask")
    client.close()
    refused = busy.ask()
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "3")
    assert refused.json() == {"error": BUSY}


def test_more_readers_than_places_who_come_again_are_all_answered_and_logged_once(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    busy.encoder.go.set()
    refusals = Counter[int]()

    def read(reader: int) -> None:
        for number in range(5):
            question = f"Does tea keep for {reader} or {number} years?"
            while (status := busy.ask(question).status_code) != 200:
                refusals[status] += 1
                time.sleep(0.02)

    for one in [readers.submit(read, reader) for reader in range(24)]:
        one.result(60)
    assert set(refusals) <= {503}
    logged = Counter(one.question for one in busy.log.questions())
    assert len(logged) == 24 * 5
    assert set(logged.values()) == {1}


def test_who_gives_up_before_the_turn_is_neither_answered_nor_logged(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    first = readers.submit(busy.ask)
    busy.wait_until_held(1)

    async def give_up() -> None:
        asking = asyncio.ensure_future(busy.service.ask("Does tea keep for ever?"))
        await asyncio.sleep(0)  # it is waiting now
        assert busy.service.admission._held == 2
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking

    in_a_loop(give_up())
    busy.encoder.go.set()
    assert first.result(SOON_S).status_code == 200
    busy.wait_until_held(0)
    assert [one.question for one in busy.log.questions()] == [QUESTION["question"]]


def test_who_waits_when_it_ends_is_told_so_and_not_left(
    busy: Busy, readers: ThreadPoolExecutor
) -> None:
    asking = busy.fill(readers)
    closing = threading.Thread(target=busy.service.admission.close)
    closing.start()
    refused = islice(as_completed(asking, timeout=SOON_S), 2)
    assert [one.result().status_code for one in refused] == [503, 503]
    busy.encoder.go.set()
    closing.join(SOON_S)
    assert sorted(one.result(SOON_S).status_code for one in asking) == [200, 503, 503]
    assert busy.ask().status_code == 503


def test_nobody_waits_for_an_answer_that_does_not_come(
    busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_WAIT_S", 0.2)
    assert busy.ask().status_code == 503
    for _ in range(2):
        with pytest.raises(BusyError, match=BUSY):
            in_a_loop(busy.service.ask("How long does tea keep?"))
    assert busy.ask().json() == {"error": BUSY}  # three give up, and their places are still taken
    busy.encoder.go.set()
    busy.wait_until_held(0)
    monkeypatch.undo()
    assert busy.ask().status_code == 200


@pytest.mark.browser
def test_a_reader_sees_that_it_is_busy_keeps_the_question_and_tries_again(
    busy: Busy, readers: ThreadPoolExecutor, page: Page
) -> None:
    page.goto(busy.url)
    box = page.get_by_label("Your question")
    expect(box).to_be_editable()
    busy.fill(readers)
    box.fill("How long does tea keep?")
    box.press("Enter")
    expect(page.get_by_text("currently busy. Please try again")).to_be_visible()
    expect(box).to_have_value("How long does tea keep?")
    busy.encoder.go.set()
    busy.wait_until_held(0)
    box.press("Enter")
    expect(page.locator(".fn-answer, .fn-abstention")).to_be_visible(timeout=30_000)
