"""Nobody who is not logged in gets anything of the desk, whichever way they come."""

import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from fastapi import FastAPI
from gradio_client import Client
from starlette.routing import BaseRoute

from index.library import Library
from index.library_place import library_path
from index.sync import sync
from qa.answer import Answerer
from qa.users import Users, users_path
from qa.web.app import build_app
from qa.web.desk_access import DeskGate, _inside
from qa.web.desk_state import Desk
from qa.web.desk_switch import DeskSwitch
from qa.web.desk_trend import TrendKeeper
from qa.web.security import methods_at
from qa.web.service import Service
from tests.fakes import FakeEncoder
from tests.web.serving import served

PASSWORD = "correct horse battery"
SECRET = "Nobody but an editor may see this sentence of the desk."
PARAMETER = re.compile(r"\{[^}]*\}")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY")
OPEN = {"/desk", "/desk/login"}


class Served:
    def __init__(self, url: str, app: Any, users: Users) -> None:
        self.url, self.app, self.users = url, app, users

    def client(self, **options: Any) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=20, **options)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    content = tmp_path_factory.mktemp("desk") / "content"
    content.mkdir()
    (content / "tea.md").write_text(
        f"# Tea\n\n## Secret heading\n\n{SECRET}\n\n## FAQ\n\n### What is tea?\n\nLeaves.\n"
    )
    path = library_path(content, write=True)
    encoder = FakeEncoder()
    with Library.open(path, create=True) as library:
        sync(content, library, encoder)
    users = Users(users_path(path))
    users.add("anna", PASSWORD)
    service = Service(Answerer(path, encoder))
    app = build_app(service, desk=Desk(service, content=content), users=users)
    with served(app) as url:
        yield Served(url, app, users)


def routes_of(routes: list[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield (path, method) of all routes, mounted apps' among them, the gate looked behind."""
    for route in routes:
        path = prefix + getattr(route, "path", "")
        app = getattr(route, "app", None)
        if isinstance(app, DeskSwitch):
            assert app.gate is not None
            app = app.gate.app
        inner = getattr(app, "routes", None)
        if getattr(route, "methods", None):
            for method in route.methods:  # type: ignore[attr-defined]
                yield path, method
        elif inner:
            yield from routes_of(inner, path)
        else:
            original = getattr(route, "original_router", None)
            if original is not None:
                yield from routes_of(original.routes, prefix)


def endpoints(desk: Served) -> list[tuple[str, str]]:
    found = {
        (PARAMETER.sub("x", path), method)
        for path, method in routes_of(desk.app.routes)
        if path.startswith("/desk")
    }
    return sorted(found)


def raw(desk: Served, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
    """Send a request exactly as written: clients tidy addresses up."""
    host, port = desk.url.removeprefix("http://").split(":")
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    head = "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""])
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2].decode(errors="replace")


def logged_in(desk: Served, client: httpx.Client, **headers: str) -> httpx.Response:
    form = client.get("/desk/login", headers=headers)
    token = re.search(r'name="token" value="([^"]+)"', form.text)
    assert token is not None
    data = {"user": "anna", "password": PASSWORD, "token": token[1], "next": "/desk/"}
    return client.post("/desk/login", data=data, headers=headers)


def test_the_list_of_endpoints_is_the_whole_desk(desk: Served) -> None:
    paths = {path for path, _ in endpoints(desk)}
    assert {
        "/desk",
        "/desk/",
        "/desk/section",
        "/desk/group",
        "/desk/write",
        "/desk/done",
        "/desk/actions",
        "/desk/undo",
        "/desk/finding",
        "/desk/import",
        "/desk/export/x",
        "/desk/config",
        "/desk/gradio_api/queue/join",
        "/desk/gradio_api/queue/data",
        "/desk/gradio_api/upload",
        "/desk/gradio_api/file=x",
        "/desk/gradio_api/heartbeat/x",
        "/desk/gradio_api/call/x",
        "/desk/gradio_api/info",
        "/desk/theme.css",
    } <= paths
    assert len(paths) > 50


def test_no_endpoint_answers_an_anonymous_caller_by_any_method(desk: Served) -> None:
    join = b'{"data": [], "fn_index": 0, "session_hash": "x"}'
    for path in sorted({path for path, _ in endpoints(desk)} - OPEN):
        for method in METHODS:
            for accept in ("*/*", "text/html"):
                body = join if method == "POST" else b""
                headers = {"Content_Type": "application/json", "Accept": accept}
                status, text = raw(desk, method, path, body, **headers)
                assert status in {303, 401, 403, 404, 405}, (method, path, status)
                assert SECRET not in text
                assert "Secret heading" not in text


def test_behind_the_outer_gate_the_desks_own_refuses_every_endpoint_too(desk: Served) -> None:
    """The outer gate lists what can be reached; were that list too long, nothing would be lost."""
    mounted = next(r.app for r in desk.app.routes if getattr(r, "path", "") == "/desk")
    transport = httpx.ASGITransport(
        lambda scope, receive, send: mounted({**scope, "root_path": "/desk"}, receive, send)
    )

    async def statuses() -> set[int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://t") as client:
            return {
                (await client.request(method, path)).status_code
                for path, method in endpoints(desk)
                if path not in OPEN
            }

    # In a thread of its own: the browser's tests leave an event loop running in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(anyio.run, statuses).result() == {401}


@pytest.mark.parametrize(
    "path",
    [
        "//desk/",
        "/DESK/",
        "/Desk/config",
        "/desk//config",
        "/desk/../desk/config",
        "/desk/./config",
        "/x/../desk/config",
        "/articles/../desk/config",
        "/ui/../desk/config",
        "/%64esk/config",
        "/desk%2fconfig",
        "/%2e/desk/config",
        "/desk/%2e%2e/desk/config",
        "/desk/login/../config",
        "/desk/login/",
        "/desk/login/x",
        "/desk/login%2f..%2fconfig",
        "/desk/config/",
        "/desk/config?next=/desk/login",
        "/desk/section/",
        "/desk/export/pairs.csv",
        "/desk/export/../config",
        "/desk/export/%2e%2e/config",
        "/desk/group?key=x",
        "/desk/section?article=tea.md&section=tea.md%23secret-heading",
        "/desk;x/config",
        "/desk/config%00",
        "/desk/gradio_api/file=/etc/passwd",
        "/desk/gradio_api/file%3D/etc/passwd",
        "/gradio_api/desk/config",
        "http://127.0.0.1/desk/config",
    ],
)
def test_no_trick_with_the_path_gets_past_the_gate(desk: Served, path: str) -> None:
    status, text = raw(desk, "GET", path)
    assert status in {400, 401, 404}
    assert SECRET not in text
    assert "dependencies" not in text  # of Gradio's configuration


@pytest.mark.parametrize("prefix", ["/desk", "/", "/desk/login", "/x"])
def test_a_claimed_prefix_does_not_get_past_the_gate(desk: Served, prefix: str) -> None:
    headers = {"X_Forwarded_Prefix": prefix, "X_Original_URL": "/desk/login", "X_Rewrite_URL": "/"}
    assert raw(desk, "GET", "/desk/config", **headers)[0] == 401


def test_gradios_client_gets_nothing_without_a_session(desk: Served) -> None:
    with pytest.raises(Exception, match=r"(401|404|[Cc]ould not|[Ll]og in)"):
        Client(f"{desk.url}/desk/", verbose=False)


def test_the_readers_chat_has_no_function_of_the_desk(desk: Served) -> None:
    with desk.client() as client:
        config = client.get("/config").json()
        assert [one["api_name"] for one in config["dependencies"]] == ["send", "ask"]
        assert "Coverage" not in client.get("/config").text
        client.close()


def test_an_editor_gets_in_and_out_again(desk: Served) -> None:
    with desk.client() as client:
        assert client.get("/desk/config").status_code == 401
        entered = logged_in(desk, client)
        assert (entered.status_code, entered.headers["location"]) == (303, "/desk/")
        page = client.get("/desk/")
        assert page.status_code == 200
        assert "Log out anna" in page.text
        shown = client.get("/desk/section?article=tea.md&section=tea.md%23secret-heading")
        assert SECRET in shown.text
        assert shown.headers["cache-control"] == "no-store"
        token = re.search(r'name="token" value="([^"]+)"', page.text)
        assert token is not None
        cookies = dict(client.cookies)
        assert client.post("/desk/logout", data={"token": token[1]}).status_code == 303
        assert client.get("/desk/config").status_code == 401
    with desk.client(cookies=cookies) as client:  # who kept the cookie is out all the same
        assert client.get("/desk/config").status_code == 401


def test_the_desks_page_is_as_strict_as_the_chats(desk: Served) -> None:
    with desk.client() as client:
        logged_in(desk, client)
        policy = client.get("/desk/").headers["content-security-policy"]
        chats = client.get("/").headers["content-security-policy"]
    hashes = re.compile(r"'sha256-[^']+'")
    assert hashes.sub("", policy).split() == hashes.sub("", chats).split()
    assert "unsafe-eval" not in policy


def test_cookies_are_for_this_site_only_and_for_no_script(desk: Served) -> None:
    with desk.client() as client:
        cookies = logged_in(desk, client).headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Secure" not in cookie
    with desk.client() as client:
        secure = client.get("/desk/login", headers={"x-forwarded-proto": "https"})
    cookie = secure.headers["set-cookie"]
    assert cookie.startswith("__Host-footnote-desk-form=")
    assert "Secure" in cookie
    assert "Path=/;" in cookie


def test_a_form_without_its_token_changes_nothing(desk: Served) -> None:
    with desk.client() as client:
        logged_in(desk, client)
        assert client.post("/desk/logout", data={"token": "x"}).status_code == 403
        assert client.post("/desk/logout").status_code == 415
        assert client.get("/desk/config").status_code == 200
        data = {"user": "anna", "password": PASSWORD, "token": "x"}
        assert client.post("/desk/login", data=data).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://elsewhere.example"},
        {"origin": "null"},
    ],
)
def test_a_page_of_another_site_can_change_nothing(desk: Served, headers: dict[str, str]) -> None:
    with desk.client() as client:
        logged_in(desk, client)
        body = {"data": [], "fn_index": 0, "session_hash": "x"}
        join = client.post("/desk/gradio_api/queue/join", json=body, headers=headers)
        assert join.status_code == 403


def test_a_wrong_password_is_told_and_after_some_the_next_has_to_wait(desk: Served) -> None:
    with desk.client() as client:
        form = client.get("/desk/login").text
        token = re.search(r'name="token" value="([^"]+)"', form)
        assert token is not None
        wrong = {"user": "nobody", "password": "wrong wrong wrong", "token": token[1]}
        statuses = [client.post("/desk/login", data=wrong).status_code for _ in range(6)]
        assert statuses == [401, 401, 401, 401, 401, 429]
        refused = client.post("/desk/login", data=wrong)
        assert int(refused.headers["retry-after"]) >= 1
        assert "Too many tries" in refused.text


def test_a_new_password_and_a_removed_user_end_the_session(desk: Served) -> None:
    desk.users.add("bert", "another long password")
    mounted = next(r.app for r in desk.app.routes if getattr(r, "path", "") == "/desk")
    token = mounted.gate._sessions.open("bert")
    with desk.client(cookies={"footnote-desk": token}) as client:
        assert client.get("/desk/config").status_code == 200
        desk.users.remove("bert")
        assert client.get("/desk/config").status_code == 401


@pytest.mark.parametrize(
    ("asked", "going"),
    [
        ("/desk/section?article=a", "/desk/section?article=a"),
        ("https://evil.example/desk/", "/desk/"),
        ("//evil.example/desk/", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("/desk/\r\nset-cookie: x", "/desk/"),
        ("/desk/login", "/desk/"),
        ("", "/desk/"),
        (None, "/desk/"),
    ],
)
def test_the_login_leads_into_the_desk_and_nowhere_else(asked: str | None, going: str) -> None:
    assert _inside(asked) == going


def test_the_desk_is_off_without_a_user_and_on_while_there_is_one(tmp_path: Path) -> None:
    content = tmp_path / "content"
    content.mkdir()
    (content / "tea.md").write_text("# Tea\n\nTea is made from leaves.\n")
    path = library_path(content, write=True)
    encoder = FakeEncoder()
    with Library.open(path, create=True) as library:
        sync(content, library, encoder)
    service = Service(Answerer(path, encoder))
    users = Users(users_path(path))
    desk = Desk(service, content=content)
    trend = TrendKeeper(desk, wanted=lambda: bool(users.names()))
    app = build_app(service, desk=desk, users=users, trend=trend)
    with served(app) as url:
        running = Served(url, app, users)
        with running.client(follow_redirects=True) as client:
            page = client.get("/desk")
            assert page.status_code == 200
            assert "footnote user add" in page.text
            assert str(tmp_path) not in page.text
            assert client.get("/desk/config").status_code == 404
            assert client.post("/desk/login").status_code == 404
            assert trend._thread is None  # nothing is computed that nobody can look at
        users.add("anna", PASSWORD)
        with running.client() as client:
            assert client.get("/desk/config").status_code == 401
            assert logged_in(running, client).status_code == 303
            assert "Log out anna" in client.get("/desk/").text
            config = client.get("/desk/config").json()
            assert client.get("/desk/export/coverage.json").json()[0]["article"] == "Tea"
            join = {"data": [], "fn_index": 0, "session_hash": "x"}  # the queue is started, too
            join["fn_index"] = config["dependencies"][0]["id"]
            assert client.post("/desk/gradio_api/queue/join", json=join).status_code == 200
            users.remove("anna")
            assert client.get("/desk/config").status_code == 404
            assert "The editors’ desk is off" in client.get("/desk/").text
            users.add("anna", PASSWORD)
            assert client.get("/desk/config").status_code == 401  # the session has ended


def test_a_desk_that_cannot_be_made_harms_no_reader(tmp_path: Path) -> None:
    users = Users(users_path(tmp_path / "library.sqlite"))

    def broken() -> DeskGate:
        raise RuntimeError("broken for the test")

    switch = DeskSwitch(users, broken, site="Tea")
    app = FastAPI(lifespan=lambda _: switch.lifespan())
    app.add_api_route("/", lambda: "still here")
    app.mount("/desk", switch)
    with served(app) as url, httpx.Client(base_url=url) as client:
        assert "footnote user add" in client.get("/desk/").text
        users.add("anna", PASSWORD)
        assert client.get("/desk/").status_code == 503
        assert client.get("/").json() == "still here"


@pytest.mark.parametrize(
    "path", ["/desk/gradio_api/upload", "/desk/gradio_api/file=x", "/desk/gradio_api/run/x"]
)
def test_files_are_out_of_reach_for_editors_too(path: str) -> None:
    assert not methods_at(path)
