"""What may come in, what goes out with every response, and what of Gradio can be reached at all."""

import asyncio
import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from qa.web.admission import BusyError

MAX_BODY_BYTES = 1_000_000  # a conversation of the greatest length allowed fits in
# A table of FAQ pairs, ten thousand of them.  The desk's gate refuses whoever is not logged in
# before it reads any of it.
MAX_IMPORT_BYTES = 10_000_000
# A body that has not come by then is waited for no longer: nobody types while it is sent.
MAX_BODY_S = 30
MAX_IMPORT_S = 300  # ten megabytes over a slow line
_SPACES = "https://huggingface.co https://*.hf.space"

# All that can be reached.  Of Gradio's routes only those that the chat and gradio_client use; the
# rest is not there: files and uploads, the proxy, component functions, recordings, code editing, …
_PLACES = (
    ("GET", re.compile(r"/|/(api/v1/)?articles(/.*)?|/healthz|/docs|/openapi\.json", re.DOTALL)),
    ("GET", re.compile(r"/ui/[\w-][\w.-]*")),
    ("POST", re.compile(r"/api/v1/(ask|feedback)")),
    ("GET", re.compile(r"/config/?|/theme\.css|/favicon\.ico|/robots\.txt")),
    ("GET", re.compile(r"/(assets|static)(/[\w-][\w.-]*)+")),
    ("GET", re.compile(r"/gradio_api/(info|app_id|startup-events)/?")),
    ("GET", re.compile(r"/gradio_api/heartbeat/\w+")),
    ("GET", re.compile(r"/gradio_api/queue/data")),
    ("GET", re.compile(r"/gradio_api/call/(v2/)?ask/\w+")),
    ("POST", re.compile(r"/gradio_api/queue/join")),
    ("POST", re.compile(r"/gradio_api/call/(v2/)?ask/?")),
    ("POST", re.compile(r"/gradio_api/(cancel|reset)/?")),
    # The editors' desk; what of it is for whom is for its own gate to say, see desk_access.py.
    (
        "GET",
        re.compile(
            r"/desk/?|/desk/(login|section|group|write|finding|done|look|actions|import"
            r"|questions|mend)"
        ),
    ),
    ("GET", re.compile(r"/desk/export/[\w.-]+")),
    ("GET", re.compile(r"/desk/list/[\w-]+")),
    ("POST", re.compile(r"/desk/(login|logout|group|finding|undo|import|judge)")),
    ("GET", re.compile(r"/desk/(config/?|theme\.css|favicon\.ico)")),
    ("GET", re.compile(r"/desk/(assets|static)(/[\w-][\w.-]*)+")),
    ("GET", re.compile(r"/desk/gradio_api/(info|app_id|startup-events)/?")),
    ("GET", re.compile(r"/desk/gradio_api/heartbeat/\w+")),
    ("GET", re.compile(r"/desk/gradio_api/queue/data")),
    ("POST", re.compile(r"/desk/gradio_api/queue/join")),
    ("POST", re.compile(r"/desk/gradio_api/(cancel|reset)/?")),
)

# Where questions come in: by JSON, from the chat, from gradio_client.
_ASKING = re.compile(r"/api/v1/ask|/gradio_api/(queue/join|call/(v2/)?ask/?)")

_PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'"
)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def chat_policy(inline_scripts: Iterable[str], *, on_spaces: bool) -> str:
    """Return the content security policy of the chat, which allows exactly these inline scripts.

    What Gradio 6 needs beyond our own origin: its inline start-up scripts (by hash), styles that
    its scripts set (``'unsafe-inline'`` for styles only), and images as ``data:`` in its styles.
    No ``'unsafe-eval'``: nothing of what we use of Gradio evaluates strings.
    """
    hashes = " ".join(
        "'sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() + "'"
        for script in inline_scripts
    )
    return (
        "default-src 'none'; "
        f"script-src 'self' {hashes}; "
        "style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; "
        "font-src 'self'; "
        "connect-src 'self'; "
        "manifest-src 'self'; "
        "base-uri 'self'; "
        "form-action 'self'; " + _ancestors(on_spaces)
    )


def page_policy(*, on_spaces: bool) -> str:
    """Return the policy of everything else: no script at all, styles and images of our own."""
    return f"{_PAGE_POLICY}; {_ancestors(on_spaces)}"


def scripted_page_policy(*, on_spaces: bool) -> str:
    """Return the policy of a page with a script of our own, which asks nobody but us."""
    return f"{_PAGE_POLICY}; script-src 'self'; connect-src 'self'; {_ancestors(on_spaces)}"


def _ancestors(on_spaces: bool) -> str:
    return f"frame-ancestors {_SPACES}" if on_spaces else "frame-ancestors 'none'"


class Gate:
    """Lets in what is meant to be reached, and puts the security headers on every response.

    ``missing`` is the page that a browser gets for an address that leads nowhere.  ``entry`` is
    entered with a request that brings a question to a path, and raises ``BusyError`` while no more
    can be taken: they are sent away here, before anything is done for them, or doing it would slow
    down those that wait.  It is entered once the whole question has come: a connection that sends
    none holds no place.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        missing: str,
        entry: Callable[[str], AbstractContextManager[object]] = nullcontext,
        on_spaces: bool = False,
    ) -> None:
        self._app = app
        self._missing = missing
        self._entry = entry
        self._on_spaces = on_spaces
        policy = page_policy(on_spaces=on_spaces)
        ours = {**_HEADERS, "content-security-policy": policy}
        if not on_spaces:
            ours["x-frame-options"] = "DENY"
        self._ours = tuple((name.encode(), value.encode()) for name, value in ours.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        if scope["type"] != "http":
            return  # nothing here speaks websocket

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(message["headers"])
                if message["status"] == 408:  # what may still come is no request of its own
                    message["headers"].append((b"connection", b"close"))
            await send(message)

        path, method = scope["path"], scope["method"]
        headers, methods, most = Headers(scope=scope), methods_at(path), _most_bytes(path)
        response: Response | None = None
        receive = _limited(receive, most, _longest_s(path) if method == "POST" else None)
        with ExitStack() as places:
            if not methods and "text/html" in headers.get("accept", ""):
                response = HTMLResponse(self._missing, 404)
            elif not methods:
                response = _error(404, "there is nothing at this address")
            elif method == "HEAD" and "GET" in methods:
                scope = {**scope, "method": "GET"}  # the server leaves the body out by itself
            elif method not in methods:
                allowed = ", ".join(sorted(methods))
                response = _error(405, f"only {allowed} is possible here", allow=allowed)
            elif int(headers.get("content-length") or 0) > most:  # the server saw to digits
                response = _error(413, _too_large(most))
            elif method == "POST" and _ASKING.fullmatch(path):
                try:
                    receive = await _received(receive)
                    places.enter_context(self._entry(path))
                except HTTPException as error:
                    response = _error(error.status_code, error.detail)
                except BusyError as error:
                    response = busy_response(error)
            await (response or self._app)(scope, receive, with_headers)

    def _headers(self, headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        kept = list(headers)
        present = {name.lower() for name, _ in kept}
        return kept + [(name, value) for name, value in self._ours if name not in present]


def busy_response(error: BusyError) -> JSONResponse:
    """Return what is said to whoever asks while too many are waiting."""
    return _error(503, str(error), **{"retry-after": str(error.retry_after_s)})


@lru_cache(maxsize=512)
def methods_at(path: str) -> frozenset[str]:
    """Return the methods that ``path`` (percent-decoded) can be asked with; none: nothing there."""
    return frozenset(method for method, place in _PLACES if place.fullmatch(path))


def _error(status: int, message: str, **headers: str) -> JSONResponse:
    return JSONResponse({"error": message}, status, headers)


def _most_bytes(path: str) -> int:
    return MAX_IMPORT_BYTES if path == "/desk/import" else MAX_BODY_BYTES


def _too_large(most: int) -> str:
    return f"a request may have at most {most:,} bytes"


def _longest_s(path: str) -> float:
    return MAX_IMPORT_S if path == "/desk/import" else MAX_BODY_S


def _limited(receive: Receive, most: int, longest_s: float | None) -> Receive:
    """Count what really comes in, for a request need not declare its length, and how long it takes.

    ``longest_s`` is the time from now until the body is whole; None: any.  Raises HTTPException.
    """
    until = None if longest_s is None else asyncio.get_running_loop().time() + longest_s
    read = 0

    async def receive_counted() -> Message:
        nonlocal read, until
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError:
            slow = f"the request did not come whole within {longest_s} seconds; send it again"
            raise HTTPException(408, slow) from None
        if not message.get("more_body", False):
            until = None  # what comes now is that the other side has gone
        read += len(message.get("body", b""))
        if read > most:
            raise HTTPException(413, _too_large(most))
        return message

    return receive_counted


async def _received(receive: Receive) -> Receive:
    """Wait for the whole body; return what gives it again, and then what comes after it.

    Raises what ``receive`` raises.
    """
    messages = [await receive()]
    while messages[-1].get("more_body", False):
        messages.append(await receive())
    messages.reverse()

    async def receive_again() -> Message:
        return messages.pop() if messages else await receive()

    return receive_again
