from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from qa.web import security
from qa.web.security import MAX_BODY_BYTES, Gate, chat_policy, methods_at, page_policy
from tests.fakes import FakeEncoder
from tests.web.serving import SlowRequest, served, small_site


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/articles"),
        ("GET", "/articles/a b/ü\n?#%.md"),
        ("POST", "/api/v1/ask"),
        ("GET", "/healthz"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/ui/chat.css"),
        ("GET", "/config"),
        ("GET", "/theme.css"),
        ("GET", "/assets/index-a_b.c.js"),
        ("GET", "/static/fonts/x/y.woff2"),
        ("GET", "/gradio_api/info"),
        ("POST", "/gradio_api/queue/join"),
        ("GET", "/gradio_api/queue/data"),
        ("GET", "/gradio_api/heartbeat/a1b2"),
        ("POST", "/gradio_api/call/ask"),
        ("GET", "/gradio_api/call/ask/a1b2"),
    ],
)
def test_what_the_chat_and_its_clients_use_is_reachable(method: str, path: str) -> None:
    assert method in methods_at(path)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file=https://a.example/"),
        ("GET", "/gradio_api/file/etc/passwd"),
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/upload_progress"),
        ("GET", "/gradio_api/proxy=https://a.hf.space/"),
        ("POST", "/gradio_api/component_server"),
        ("POST", "/gradio_api/process_recording"),
        ("POST", "/gradio_api/vibe-edit"),
        ("GET", "/gradio_api/vibe-code"),
        ("POST", "/gradio_api/run/ask"),
        ("POST", "/gradio_api/call/send"),
        ("GET", "/gradio_api/call/ask/../../file"),
        ("GET", "/gradio_api/stream/a/b/c/playlist.m3u8"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/dev/reload"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/queue/status"),
        ("GET", "/monitoring"),
        ("POST", "/login"),
        ("GET", "/svelte/x.js"),
        ("GET", "/assets/../x"),
        ("GET", "/static/a/../../x"),
        ("GET", "/assets//etc/passwd"),
        ("GET", "/ui/../app.py"),
        ("GET", "/ui/a/b"),
        ("POST", "/"),
        ("DELETE", "/config"),
        ("GET", "/manifest.json"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/nothing"),
    ],
)
def test_nothing_else_of_gradio_is_reachable(method: str, path: str) -> None:
    assert method not in methods_at(path)


def test_the_chats_policy_allows_its_inline_scripts_by_hash_and_nothing_by_host() -> None:
    # The hash of "alert(1)": printf 'alert(1)' | openssl dgst -sha256 -binary | base64
    policy = chat_policy(["alert(1)"], on_spaces=False)
    scripts = policy.split("script-src ")[1].split(";")[0]
    assert scripts == "'self' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='"
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert policy.startswith("default-src 'none'; ")


def test_only_hugging_face_may_frame_the_app_and_only_on_spaces() -> None:
    for policy in (page_policy(on_spaces=False), chat_policy([], on_spaces=False)):
        assert policy.endswith("frame-ancestors 'none'")
    for policy in (page_policy(on_spaces=True), chat_policy([], on_spaces=True)):
        assert policy.endswith("frame-ancestors https://huggingface.co https://*.hf.space")


def guarded() -> FastAPI:
    app = FastAPI()

    @app.post("/api/v1/ask")
    @app.post("/api/v1/feedback")
    @app.post("/desk/import")
    async def ask(request: Request) -> int:
        return len(await request.body())

    app.add_middleware(Gate, missing="<p>nothing here</p>")
    return app


def gated() -> TestClient:
    return TestClient(guarded())


def test_a_body_past_the_limit_is_refused_whether_it_says_its_length_or_not() -> None:
    client = gated()
    assert client.post("/api/v1/ask", content=b"x" * MAX_BODY_BYTES).json() == MAX_BODY_BYTES
    declared = client.post("/api/v1/ask", content=b"x" * (MAX_BODY_BYTES + 1))
    undeclared = client.post("/api/v1/ask", content=iter([b"x" * 600_000] * 2))
    assert (declared.status_code, undeclared.status_code) == (413, 413)
    assert declared.json() == {"error": "a request may have at most 1,000,000 bytes"}


@pytest.mark.parametrize("sent", ["", '15\r\n{"question": "Does te\r\n'])
@pytest.mark.parametrize(
    "path",
    ["api/v1/ask", "api/v1/feedback", "gradio_api/call/ask", "gradio_api/queue/join"],
)
def test_whoever_sends_no_whole_request_in_time_is_told_so_and_the_connection_is_closed(
    path: str, sent: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "MAX_BODY_S", 0.3)
    with small_site(tmp_path / "content", FakeEncoder(("tea",))) as (url, _, _):
        slow = SlowRequest(f"{url}/{path}")
        slow.send(sent)
        status, told = slow.response()
        asked = httpx.post(f"{url}/api/v1/ask", json={"question": "Does tea keep?"})
    assert status == 408
    words = "the request did not come whole within 0.3 seconds; send it again"
    assert told in ({"error": words}, {"detail": words})
    assert asked.status_code == 200


def test_a_table_of_pairs_may_take_longer_than_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(security, "MAX_BODY_S", 60)
    monkeypatch.setattr(security, "MAX_IMPORT_S", 0.3)
    with served(guarded()) as url:
        question = SlowRequest(f"{url}/api/v1/ask", length=8)
        table = SlowRequest(f"{url}/desk/import", length=8)
        assert table.response()[0] == 408
        question.send("question")
        assert question.response(closed=False) == (200, 8)


def test_an_address_that_leads_nowhere_says_so_to_people_and_programs() -> None:
    client = gated()
    person = client.get("/gradio_api/file=x", headers={"accept": "text/html,*/*"})
    program = client.get("/gradio_api/file=x")
    assert (person.status_code, person.text) == (404, "<p>nothing here</p>")
    assert (program.status_code, program.json()) == (
        404,
        {"error": "there is nothing at this address"},
    )


def test_a_method_that_is_not_possible_is_told_with_those_that_are() -> None:
    response = gated().get("/api/v1/ask")
    assert (response.status_code, response.headers["allow"]) == (405, "POST")
    assert response.json() == {"error": "only POST is possible here"}


def test_every_response_has_the_security_headers() -> None:
    headers = gated().get("/nothing").headers
    assert headers["content-security-policy"] == page_policy(on_spaces=False)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
