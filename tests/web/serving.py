"""Serves an app to tests over real HTTP, and drives a real browser."""

import asyncio
import socket
import threading
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

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


def in_a_loop(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run ``coroutine`` in an event loop of its own thread: a browser's runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, coroutine).result()
