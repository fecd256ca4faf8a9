"""The web app put together, and served."""

import asyncio
import contextlib
import errno
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar, cast

import gradio as gr
import uvicorn
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.routing import Mount
from starlette.types import ASGIApp

from index.encoder import Encoder, load_encoder
from index.errors import FootnoteError, UsageError
from index.history import history_path
from index.library import Library
from index.library_place import library_path
from index.sync import Progress, SyncReport, sync
from qa.answer import Answerer
from qa.calibration import correction_of
from qa.confidence import least_confidence
from qa.questions import KEEP_DAYS, QuestionLog, log_of
from qa.snapshots import Snapshots, snapshots_path
from qa.users import Users, users_path
from qa.web.api import build_api, error_response
from qa.web.chat import build_chat, theme
from qa.web.desk import build_desk, desk_lifespan
from qa.web.desk_access import DESK
from qa.web.desk_journal import Journal, journal_path
from qa.web.desk_state import Desk
from qa.web.desk_trend import TrendKeeper
from qa.web.gradio_queue import Entrance
from qa.web.messages import STARTERS
from qa.web.pages import build_pages, not_found_page
from qa.web.resync import Resync, sync_state
from qa.web.security import Gate, busy_response, chat_policy
from qa.web.service import BusyError, Service
from qa.web.shell import chat_page, gradio_html
from qa.web.watch import SyncState, Watcher
from qa.weights import Weights

T = TypeVar("T")
STATIC = Path(__file__).parent / "static"
HOST = "127.0.0.1"
PORT = 7860  # Gradio's, and the one that Hugging Face Spaces expects


def serve(
    content: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    library: Path | None = None,
    base_url: str | None = None,
    precision: float | None = None,
    log: str | None = None,
    keep_days: int = KEEP_DAYS,
    no_log: bool = False,
    max_waiting: int | None = None,
    site: str = "Footnote",
    progress: Progress | None = None,
    on_synced: Callable[[SyncReport], None] | None = None,
    on_ready: Callable[[str], None] | None = None,
    encoder: Encoder | None = None,
) -> None:
    """Sync ``content``, then serve chat, article pages and JSON interface, until told to stop.

    ``encoder`` embeds, by default the one that ``load_encoder()`` gives.
    ``progress`` hears how the first sync goes, ``on_synced`` what it did, ``on_ready`` the address
    once questions are answered there.  From then on edits of the content are taken up at once.
    ``precision`` is the share of answers that are to be right, see ``Answerer``; a correction that
    ``footnote calibrate`` has saved is used.  ``port`` 0 takes any free one.  Questions are logged
    in the database at the URL ``log``, else in a file beside the library, and kept for
    ``keep_days``; with ``no_log`` none is.  ``max_waiting`` questions may wait for their turn, see
    ``qa.web.admission``.  Raises UsageError when ``content`` is no folder, the precision cannot be
    promised or the URL cannot be used, FootnoteError when the port cannot be had, and the errors of
    ``sync``, ``Answerer`` and ``qa.calibration.load``.
    """
    if not content.is_dir():
        raise UsageError(f"{content} is no folder: name the folder that holds the articles")
    # The port first: nobody wants to learn after a long sync that it is taken.
    with contextlib.closing(listen(host, port)) as listener:
        address = f"http://{_readable(host)}:{listener.getsockname()[1]}"
        path = library or library_path(content, write=True)
        users = Users(users_path(path), os.environ)
        users.names()  # what is wrong with them is told before a long sync, too
        encoder, weights = encoder or load_encoder(), Weights.load()
        least_confidence(weights, encoder.identity, precision=precision)
        questions = None if no_log else QuestionLog(log_of(path, log), keep_days=keep_days)

        with Library.open(path, create=True) as opened:
            report = sync(content, opened, encoder, base_url=base_url, progress=progress)
        if on_synced is not None:
            on_synced(report)
        correction = correction_of(path, encoder.identity, weights)
        answerer = Answerer(path, encoder, precision=precision, correction=correction)
        encoder.encode_queries(["?"])  # the model is loaded now, not while the first reader waits
        if questions is not None:
            questions.open()
        service = Service(answerer, questions, max_waiting=max_waiting)

        def synced() -> None:
            if answerer.refresh():
                trend.changed()

        stopping, news = threading.Event(), threading.Event()
        resync = Resync(
            content,
            path,
            encoder,
            base_url=base_url,
            first=report,
            synced=synced,
            stopping=stopping,
            news=news,
        )
        watcher = Watcher(
            content,
            resync,
            state=sync_state(report),
            stopping=stopping,
            news=news,
            under_way=lambda: resync.under_way,
        )
        desk = Desk(
            service,
            content=content,
            log=questions,
            history=history_path(path),
            snapshots=Snapshots(snapshots_path(path)),
            journal=Journal(journal_path(path)),
            sync=watcher.sync_soon,
            sync_state=lambda: watcher.state,
            under_way=lambda: watcher.under_way,
            site=site,
        )
        # Without a desk nobody looks at it, and readers should have the machine for themselves.
        trend = TrendKeeper(desk, wanted=lambda: bool(users.names()))
        app = build_app(
            service,
            site=site,
            desk=desk,
            users=users,
            trend=trend,
            watcher=watcher,
            on_spaces=bool(os.environ.get("SPACE_ID")),
        )
        try:
            _run(app, listener, lambda: on_ready(address) if on_ready else None)
        finally:
            stopping.set()  # who presses Ctrl+C twice leaves out what ends the watcher


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens at ``host`` and ``port``, or raise FootnoteError."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        # By its name: else asyncio takes it for no TCP, leaves Nagle's algorithm on, and the second
        # piece of a response waits 40 ms until its reader has acknowledged the first.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    except OSError as error:
        raise FootnoteError(f"{host!r} is no address of this machine: {error}") from error
    try:
        if os.name == "posix":  # elsewhere it would share the port with another program
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            reason = "another program uses it; end that one, or choose another port with --port"
        else:
            reason = f"{error.strerror or error}; choose another with --host or --port"
        raise FootnoteError(f"port {port} of {host} cannot be used: {reason}") from error
    return listener


class _Static(StaticFiles):
    """Asked for anew each time: a new version of Footnote must not meet an old style sheet."""

    def file_response(self, *args: Any, **options: Any) -> Response:
        response = super().file_response(*args, **options)
        response.headers["cache-control"] = "no-cache"
        return response


class _Server(uvicorn.Server):
    """Says when it is ready."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], object]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._ready()


def _run(app: FastAPI, listener: socket.socket, ready: Callable[[], object]) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # readers' questions stand in the addresses
        server_header=False,
        # Every open chat holds a connection; they must not hold up the end.
        timeout_graceful_shutdown=2,
    )
    with contextlib.suppress(KeyboardInterrupt):
        _Server(config, ready).run(sockets=[listener])


def _readable(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:
        return HOST
    return f"[{host}]" if ":" in host else host


def build_app(
    service: Service,
    *,
    site: str = "Footnote",
    watcher: Watcher | None = None,
    desk: Desk | None = None,
    users: Users | None = None,
    trend: TrendKeeper | None = None,
    on_spaces: bool = False,
) -> FastAPI:
    """Return the web app: chat, article pages, JSON interface, and the editors' desk.

    The desk is there where ``desk`` is given, while ``users`` has somebody who may open it.
    ``watcher`` and ``trend`` are started and stopped with the app.  ``on_spaces`` lets Hugging Face
    show the app inside its own pages; otherwise no page may.
    """

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if watcher is not None:
            watcher.start()
        if trend is not None:
            trend.changed()
        try:
            async with desk_lifespan(desk_app):
                yield
        finally:
            if watcher is not None:
                watcher.stop()
            if trend is not None:
                await run_in_threadpool(trend.stop)
            service.close()

    app = FastAPI(
        title=f"{site}: questions answered word for word",
        version="1",
        description="Ask the articles; every answer is a passage of them, with its source.",
        docs_url=None,  # FastAPI's own pages load scripts from elsewhere; ours is in pages.py
        redoc_url=None,
        lifespan=lifespan,
    )
    app.include_router(build_api(service, sync_state=(watcher or SyncState()).to_json))
    app.include_router(build_pages(service, site=site))
    app.mount("/ui", _Static(directory=STATIC))
    _explain_errors(app, site=site)
    desk_app = _in_event_loop(
        lambda: build_desk(
            desk,
            users,
            site=site,
            on_spaces=on_spaces,
            opened=trend.changed if trend is not None else None,
        )
    )
    app.mount(DESK, desk_app)  # before the chat, which takes every address

    @app.get(DESK, include_in_schema=False)
    def desk_without_slash() -> RedirectResponse:
        return RedirectResponse(f"{DESK}/", 308)

    @app.get("/", include_in_schema=False)
    async def chat(request: Request) -> HTMLResponse:
        page, inline_scripts = chat_page(
            await gradio_html(gradio, request.scope),
            site=site,
            articles=len(service.answerer.articles()),
            starters=service.answerer.starters(STARTERS),
            theme=request.query_params.get("__theme"),
        )
        policy = chat_policy(inline_scripts, on_spaces=on_spaces)
        return HTMLResponse(page, headers={"content-security-policy": policy})

    def mount() -> tuple[ASGIApp, Entrance]:
        blocks = build_chat(service, title=site)
        gr.mount_gradio_app(
            app,
            blocks,
            "/",
            allowed_paths=[],
            show_error=False,  # only gr.Error is meant for the reader; see chat.py
            max_file_size=0,
            ssr_mode=False,
            enable_monitoring=False,
            pwa=False,
            mcp_server=False,
            run_history=False,
            footer_links=[],
            theme=theme(),
        )
        # The app is what the call above added.
        return cast(Mount, app.routes[-1]).app, Entrance(blocks, service.admission)

    gradio, entrance = _in_event_loop(mount)

    @contextlib.contextmanager
    def entry(path: str) -> Iterator[None]:
        service.admission.check()
        with entrance.coming() if path.startswith("/gradio_api/") else contextlib.nullcontext():
            yield

    app.add_middleware(
        Gate,
        missing=not_found_page(site=site),
        entry=entry,
        on_spaces=on_spaces,
    )
    return app


def _in_event_loop(make: Callable[[], T]) -> T:
    """Call ``make`` while an event loop runs: without one, Gradio makes several and closes none."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:

        async def made() -> T:
            return make()

        return asyncio.run(made())
    return make()


def _explain_errors(app: FastAPI, *, site: str) -> None:
    """Say what is wrong as JSON, in words; what is wrong with us is for the log."""

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        return error_response(422, "; ".join(map(_problem, error.errors())))

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> JSONResponse:
        return error_response(error.status_code, str(error.detail))

    @app.exception_handler(UsageError)
    def unusable(_: Request, error: UsageError) -> JSONResponse:
        return error_response(400, str(error))

    @app.exception_handler(BusyError)
    def busy(_: Request, error: BusyError) -> JSONResponse:
        return busy_response(error)

    @app.exception_handler(Exception)
    def broken(_: Request, error: Exception) -> JSONResponse:
        return error_response(500, "something went wrong on our side; the log says what")


def _problem(error: dict[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"] if part != "body")
    return f"{place}: {error['msg']}" if place else str(error["msg"])
