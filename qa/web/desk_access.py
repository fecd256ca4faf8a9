"""The way into the editors' desk: one gate before everything at ``/desk``, and the login.

Nothing under ``/desk`` is reached past the gate: pages, Gradio's endpoints, its files and its
assets alike, whatever routes a later version adds.  Open to everybody are the login page and
nothing else.  What is protected against, and what is not: docs/decisions/the-desks-login.md.
"""

import hmac
import logging
import math
import re
import secrets
from collections.abc import Sequence
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from index.errors import FootnoteError
from qa.users import HASH_VARIABLE, USER_VARIABLE, Users
from qa.web.desk_sessions import (
    LONGEST_S,
    Counted,
    Session,
    Sessions,
    Throttle,
    Who,
    address_key,
    browser_mark,
    known_browser,
)
from qa.web.pages import TEMPLATES

logger = logging.getLogger("footnote")

DESK = "/desk"
LOGIN = f"{DESK}/login"
LOGOUT = f"{DESK}/logout"
_SESSION, _FORM, _BROWSER = "footnote-desk", "footnote-desk-form", "footnote-desk-browser"
_BROWSER_S = 180 * 24 * 3600
_MOST_FORM_BYTES = 8_000  # of the login; what comes after it is limited by the outer gate
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_INSIDE = re.compile(r"/desk/[^\s\\]*")


class DeskGate:
    """Lets editors who are logged in through to ``app``, and nobody else.

    ``app`` finds the session as ``scope["state"]["desk"]``.  A form that changes something has to
    hold its ``form_token`` as a field ``token``; Gradio's own calls are JSON, which no other
    site's page can send here, and whatever another site's page does send is refused.
    """

    def __init__(
        self,
        app: ASGIApp,
        users: Users,
        *,
        site: str,
        sessions: Sessions | None = None,
        throttle: Throttle | None = None,
    ) -> None:
        self.app = app
        self._users = users
        self._site = site
        self._sessions = sessions or Sessions(users)
        self._throttle = throttle or Throttle()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return

        async def unstored(message: Message) -> None:
            if message["type"] == "http.response.start":
                kept = [(k, v) for k, v in message["headers"] if k.lower() != b"cache-control"]
                message = {**message, "headers": [*kept, (b"cache-control", b"no-store")]}
            await send(message)

        request = Request(scope, receive)
        if request.method not in _SAFE and _from_elsewhere(request):
            refused = JSONResponse({"error": "this came from a page of another site"}, 403)
            await refused(scope, receive, unstored)
        elif scope["path"] == LOGIN:
            response = await self._login(request)
            await response(scope, receive, unstored)
        elif (session := await self._session(request)) is None:
            await _refusal(request)(scope, receive, unstored)
        elif request.method not in _SAFE and (problem := await _unproven(request, session)):
            await problem(scope, receive, unstored)
        elif scope["path"] == LOGOUT:
            self._sessions.close(_cookie(request, _SESSION))
            response = RedirectResponse(LOGIN, 303)
            _delete(request, response, _SESSION)
            await response(scope, receive, unstored)
        else:
            inside = {**scope, "state": {**scope.get("state", {}), "desk": session}}
            await self.app(inside, _again(request, receive), unstored)

    async def _session(self, request: Request) -> Session | None:
        token = _cookie(request, _SESSION)
        if not token:
            return None
        try:
            return await run_in_threadpool(self._sessions.find, token)  # it reads a file
        except FootnoteError:
            logger.exception("the desk's users cannot be read")
            return None

    async def _login(self, request: Request) -> Response:
        if request.method in {"GET", "HEAD"}:
            return self._login_page(request, _inside(request.query_params.get("next")))
        if request.method != "POST":
            return JSONResponse({"error": "only GET, POST is possible here"}, 405)
        if int(request.headers.get("content-length") or 0) > _MOST_FORM_BYTES:
            return JSONResponse({"error": "the form is too large"}, 413)
        form = await request.form()
        name, password, going = (_field(form, key) for key in ("user", "password", "next"))
        going = _inside(going)
        own = _cookie(request, _FORM)
        if not own or not _same(own, _field(form, "token")):
            return self._login_page(request, going, "The form was too old. Please try again.", 403)
        try:
            secret = await run_in_threadpool(self._users.secret, name)
            counted = _counted(request, name, secret)
            wait = self._throttle.begin(counted)
            if wait > 0.0:
                seconds = math.ceil(wait)
                told = f"Too many tries. Please try again in {seconds} second{'s'[: seconds != 1]}."
                response = self._login_page(request, going, told, 429)
                response.headers["retry-after"] = str(seconds)
                return response
            if not await run_in_threadpool(self._users.check, name, password):
                told = "This user and password do not belong together."
                return self._login_page(request, going, told, 401)
            self._throttle.succeeded(counted)
            # A token that somebody may have put there before the login is worth nothing after it.
            self._sessions.close(_cookie(request, _SESSION))
            token = await run_in_threadpool(self._sessions.open, name)
        except FootnoteError:
            logger.exception("nobody can log in at the desk")
            return self._login_page(request, going, "Logging in does not work right now.", 503)
        entered = RedirectResponse(going, 303)
        _set(request, entered, _SESSION, token, int(LONGEST_S))
        if secret is not None:
            _set(request, entered, _BROWSER, browser_mark(name, secret), _BROWSER_S)
        return entered

    def _login_page(
        self, request: Request, going: str, problem: str = "", status: int = 200
    ) -> Response:
        # One that is there is kept: two open login pages both work.
        token = _cookie(request, _FORM) or secrets.token_urlsafe(32)
        page = TEMPLATES.get_template("desk_login.html").render(
            site=self._site, token=token, going=going, problem=problem
        )
        response = HTMLResponse(page, status)
        _set(request, response, _FORM, token, None)
        return response


class DeskOff:
    """What stands at ``/desk`` where no user is known: how to turn the desk on."""

    def __init__(self, *, site: str) -> None:
        self._page = TEMPLATES.get_template("desk_off.html").render(
            site=site, user_variable=USER_VARIABLE, hash_variable=HASH_VARIABLE
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        response: Response = JSONResponse({"error": "the desk is off"}, 404)
        if scope["path"] in {f"{DESK}/", LOGIN} and scope["method"] in {"GET", "HEAD"}:
            response = HTMLResponse(self._page, headers={"cache-control": "no-store"})
        await response(scope, receive, send)


def _refusal(request: Request) -> Response:
    """A person is led to the login, a program is told."""
    if request.method in {"GET", "HEAD"} and "text/html" in request.headers.get("accept", ""):
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"{LOGIN}?{urlencode({'next': _inside(target)})}", 303)
    return JSONResponse({"error": "log in first", "login": LOGIN}, 401)


def _from_elsewhere(request: Request) -> bool:
    """Tell whether a page of another site sent the request.

    Browsers say so (``Sec-Fetch-Site``); older ones name the page's origin.  A program that is no
    browser says neither, and carries no cookie that it was not given.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched not in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")


async def _unproven(request: Request, session: Session) -> Response | None:
    """Return a refusal for a change that a page of the desk need not have sent."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":  # no form can send it
        return None
    if kind not in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        return JSONResponse({"error": "expected JSON or a form of the desk"}, 415)
    await request.body()  # kept, so that the app can read it again
    try:
        async with request.form() as form:  # which closes the files in it
            token = _field(form, "token")
    except HTTPException as error:
        return JSONResponse({"error": str(error.detail)}, error.status_code)
    if not _same(session.form_token, token):
        return JSONResponse({"error": "the form is too old: open its page again"}, 403)
    return None


def _again(request: Request, receive: Receive) -> Receive:
    """Return a ``receive`` that gives the body once more where the gate has read it."""
    body: bytes | None = getattr(request, "_body", None)
    if body is None:
        return receive
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _counted(request: Request, name: str, secret: str | None) -> Sequence[Counted]:
    """Return by what a try is counted: the browser alone where it has logged in as ``name``."""
    browser = known_browser(_cookie(request, _BROWSER), name, secret)
    if browser is not None:
        return ((Who.BROWSER, browser),)
    host = request.client.host if request.client else ""
    return ((Who.ADDRESS, address_key(host)), (Who.USER, name[:200]))


def _inside(address: str | None) -> str:
    """Return ``address`` if it is a page of the desk, else the desk's first page."""
    fitting = address and _INSIDE.fullmatch(address) and not address.startswith((LOGIN, LOGOUT))
    return address if address and fitting else f"{DESK}/"


def _field(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def _secure(request: Request) -> bool:
    # Whoever claims https without having it only loses a cookie of their own.
    forwarded = request.headers.get("x-forwarded-proto", "").partition(",")[0].strip()
    return "https" in {request.url.scheme, forwarded}


def _name(request: Request, name: str) -> str:
    """``__Host-``: a sibling of the host cannot set it, and no http page can."""
    return f"__Host-{name}" if _secure(request) else name


def _cookie(request: Request, name: str) -> str:
    return request.cookies.get(_name(request, name), "")


def _set(request: Request, response: Response, name: str, value: str, age_s: int | None) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=age_s,
        path="/",
        secure=_secure(request),
        httponly=True,
        samesite="strict",
    )


def _delete(request: Request, response: Response, name: str) -> None:
    response.delete_cookie(
        _name(request, name), path="/", secure=_secure(request), httponly=True, samesite="strict"
    )
