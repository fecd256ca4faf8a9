"""Serves an app to tests over real HTTP, and drives a real browser."""

import asyncio
import http.client
import json
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import uvicorn
from fastapi import FastAPI

from index.encoder import Encoder
from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.questions import QuestionLog
from qa.web.admission import Admission
from qa.web.app import build_app
from qa.web.service import Service

T = TypeVar("T")

# Nothing but what a test asks for: no updates, no sync, no first-run pages.
BROWSER_ARGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve ``app`` in a thread on a free port; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        end = time.monotonic() + 30
        while not server.started:
            assert thread.is_alive(), "the server has ended"
            assert time.monotonic() < end, "the server has not started"
            time.sleep(0.02)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


@contextmanager
def small_site(
    folder: Path, encoder: Encoder, *, admission: Admission | None = None
) -> Iterator[tuple[str, Service, QuestionLog]]:
    """Serve one article about tea in a new folder: the address, and what is behind it."""
    folder.mkdir()
    (folder / "tea.md").write_text("# Tea\n\nTea keeps for two years.\n")
    path = library_path(folder, write=True)
    with Library.open(path, create=True) as library:
        sync(folder, library, encoder)
    log = QuestionLog(path.with_name("questions.sqlite"))
    service = Service(Answerer(path, encoder), log)
    if admission is not None:
        service.admission.close()
        service.admission = admission
    with served(build_app(service)) as url:
        yield url, service, log
    log.close()


class SlowRequest:
    """A POST over a bare socket whose body is sent when the test says so.

    It begins once the server waits for the body, and has said so ("100 Continue").
    """

    def __init__(self, url: str, length: int | None = None) -> None:
        """``length`` is the body's declared one; by default it comes in chunks."""
        parts = urlsplit(url)
        assert parts.hostname is not None
        assert parts.port is not None
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        how = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
        self.send(
            f"POST {parts.path} HTTP/1.1\r\nhost: {parts.netloc}\r\n{how}\r\n"
            "content-type: application/json\r\nexpect: 100-continue\r\n\r\n"
        )
        told = b""
        while not told.endswith(b"\r\n\r\n"):
            told += (piece := self._socket.recv(1000))
            assert piece, told
        assert told.startswith(b"HTTP/1.1 100 "), told

    def send(self, text: str) -> None:
        """Send a piece of the request."""
        self._socket.sendall(text.encode())

    def response(self, *, closed: bool = True) -> tuple[int, Any]:
        """Wait for the response; its status and JSON.  ``closed``: the server ends the connection.

        That is then waited for, too.
        """
        response = http.client.HTTPResponse(self._socket)
        response.begin()
        told = json.loads(response.read())
        if closed:
            assert response.headers["connection"] == "close"
            assert self._socket.recv(1) == b""
        self._socket.close()
        return response.status, told

    def close(self) -> None:
        """Break the connection."""
        self._socket.close()


def in_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` in an event loop of its own thread: a browser's runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
