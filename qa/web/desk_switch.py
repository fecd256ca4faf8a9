"""What stands at ``/desk`` while the server runs: how to turn the desk on, or the desk.

Users come and go while the server runs.  The desk is made when there is the first one, and shut
while there is none.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from index.errors import FootnoteError
from qa.users import Users
from qa.web.desk_access import DeskGate, DeskOff

logger = logging.getLogger("footnote")


class DeskSwitch:
    """Leads to the desk's gate while somebody may open the desk, else to how to turn it on.

    ``build`` makes the desk behind its gate; it is called once, when the first user is there, while
    an event loop runs.  ``opened`` is told when that happens after the start.
    """

    def __init__(
        self,
        users: Users,
        build: Callable[[], DeskGate],
        *,
        site: str,
        opened: Callable[[], object] | None = None,
    ) -> None:
        self._users = users
        self._build = build
        self._opened = opened
        self._off = DeskOff(site=site)
        self._wanted: asyncio.Event | None = None  # there is one while the app runs
        self._ready: asyncio.Future[DeskGate] | None = None
        self._open = False
        # Made at the start, or nobody could say what a server that has a desk has at ``/desk``.
        self.gate = build() if self._has_users() else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        leads: ASGIApp = self._off
        if await run_in_threadpool(self._has_users):
            try:
                leads = await self._gate() or self._off
            except Exception:  # the chat goes on without a desk
                logger.exception("the desk cannot be made")
                told = "the desk cannot be opened; the server's log says why"
                leads = JSONResponse({"error": told}, 503)
        await leads(scope, receive, send)

    @contextlib.asynccontextmanager
    async def lifespan(self) -> AsyncIterator[None]:
        """Start and stop the desk with the app: a mounted app is told of neither."""
        wanted = self._wanted = asyncio.Event()
        ready: asyncio.Future[DeskGate] = asyncio.Future()
        self._ready = ready
        stop = asyncio.Event()
        # In a task of its own, for who begins a lifespan has to end it.
        running = asyncio.create_task(self._run(wanted, ready, stop))
        try:
            if self.gate is not None:
                wanted.set()
                await ready
            yield
        finally:
            self._wanted = self._ready = None
            stop.set()
            wanted.set()
            await running

    async def _run(
        self, wanted: asyncio.Event, ready: "asyncio.Future[DeskGate]", stop: asyncio.Event
    ) -> None:
        await wanted.wait()
        if stop.is_set():
            return
        try:
            late = self.gate is None
            gate = self.gate or self._build()
            app = gate.app
            inside = (
                app.router.lifespan_context(app)
                if isinstance(app, FastAPI)
                else contextlib.nullcontext()
            )
            async with inside:
                self.gate = gate
                if not ready.done():
                    ready.set_result(gate)
                if late:
                    logger.info("the desk is on: there is a user who may open it")
                    if self._opened is not None:
                        await run_in_threadpool(self._opened)
                await stop.wait()
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)

    async def _gate(self) -> DeskGate | None:
        """Return the gate, which is made where there is none yet."""
        if self.gate is None and self._wanted is not None and self._ready is not None:
            self._wanted.set()
            return await asyncio.shield(self._ready)
        return self.gate

    def _has_users(self) -> bool:
        try:
            self._open = bool(self._users.names())
        except FootnoteError:  # as it was: a file that cannot be read lets nobody in
            logger.exception("the desk's users cannot be read")
        return self._open
