"""The whole app over HTTP, without a browser."""

import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError
from lxml import html

from index.errors import FootnoteError, UsageError
from qa.answer import MAX_QUESTION_CHARS
from qa.confidence import DEFAULT_THRESHOLD
from qa.explanation import to_json as explanation_json
from qa.questions import Verdict
from qa.records import to_json
from qa.web import app as web
from tests.web.conftest import TEA_ID, Site
from tests.web.serving import in_a_loop


@pytest.fixture(scope="module")
def http(site: Site) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=20) as client:
        yield client


def test_the_json_interface_returns_what_the_command_line_prints(
    site: Site, http: httpx.Client
) -> None:
    for question in ("How long does tea keep?", "moon zzzap qwertz"):
        response = http.post("/api/v1/ask", json={"question": question, "top": 3, "id": "q1"})
        expected = to_json(site.answerer.ask(question, top=3), id="q1")
        assert (response.status_code, response.json()) == (200, json.loads(json.dumps(expected)))
    assert response.json()["abstained"] is True


def test_what_an_answer_rests_on_is_told_where_it_is_asked_for(
    site: Site, http: httpx.Client
) -> None:
    question = {"question": "How long does tea keep?", "top": 2}
    plain = http.post("/api/v1/ask", json=question).json()
    assert list(plain) == [
        "id", "question", "abstained", "reason", "confidence", "answerable", "hits"
    ]  # fmt: skip
    full = http.post("/api/v1/ask", json={**question, "explain": True}).json()
    result, why = site.answerer.explain("How long does tea keep?", top=2)
    expected = to_json(result, explain=explanation_json(why))
    assert full == json.loads(json.dumps(expected))
    assert len(full["explain"]["hits"]) == 2
    assert {name: full[name] for name in plain} == plain


def test_typing_errors_that_were_mended_are_told(site: Site, http: httpx.Client) -> None:
    question = "Can I store coffe in the frigde?"
    reply = http.post("/api/v1/ask", json={"question": question}).json()
    assert (reply["question"], reply["meant"]) == (question, "Can I store coffee in the fridge?")


def test_earlier_questions_go_along_as_they_came_back(http: httpx.Client) -> None:
    first = http.post("/api/v1/ask", json={"question": "How long does tea keep?"}).json()
    history = [{"question": first["question"], "hit": first["hits"][0]}, {"question": "And?"}]
    response = http.post("/api/v1/ask", json={"question": "Can I freeze tea?", "history": history})
    assert response.status_code == 200
    assert response.json()["hits"][0]["question"] == "Can I freeze tea?"


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"question": " \n "}, 400, "the question is empty"),
        ({"question": "x" * (MAX_QUESTION_CHARS + 1)}, 422, "question: .* at most 2000 characters"),
        ({}, 422, "question: Field required"),
        ({"question": 3}, 422, "question: .*string"),
        ({"question": "x", "top": 0}, 422, "top: .*greater than or equal to 1"),
        ({"question": "x", "top": 101}, 422, "top: .*less than or equal to 100"),
        ({"question": "x", "history": [{}] * 51}, 422, "history: .*at most 50 items"),
        ({"question": "x", "history": [{"question": "y", "hit": {"rank": 1}}]}, 422, "history"),
    ],
)
def test_a_request_that_cannot_be_answered_is_told_why(
    http: httpx.Client, body: dict[str, object], status: int, message: str
) -> None:
    response = http.post("/api/v1/ask", json=body)
    assert response.status_code == status
    assert list(response.json()) == ["error"]
    assert re.match(message, response.json()["error"])


def test_a_body_that_is_no_json_or_too_large_is_told(http: httpx.Client) -> None:
    broken = http.post("/api/v1/ask", content=b"{", headers={"content-type": "application/json"})
    assert broken.status_code == 422
    assert "JSON decode error" in broken.json()["error"]
    large = http.post("/api/v1/ask", json={"question": "x" * 2_000_000})
    assert large.status_code == 413
    assert large.json()["error"] == "a request may have at most 1,000,000 bytes"


def test_articles_are_listed_and_shown_whole(site: Site, http: httpx.Client) -> None:
    listed = http.get("/api/v1/articles").json()
    assert [one["id"] for one in listed] == sorted(one.id for one in site.answerer.articles())
    for one in listed:
        stored = site.answerer.article(one["id"])
        shown = http.get("/api/v1/articles/" + quote(one["id"], safe="/")).json()
        assert shown["text"] == stored.text
        assert len(shown["sections"]) == one["sections"] == len(stored.sections)
        assert len(shown["faq"]) == one["faq"] == len(stored.faq)
        for part in shown["sections"]:
            assert stored.text[part["start"] : part["end"]] == part["text"]
        for pair in shown["faq"]:
            assert stored.text[pair["start"] : pair["end"]] == pair["answer"]


def test_an_unknown_article_is_missing_for_people_and_programs(http: httpx.Client) -> None:
    program = http.get("/api/v1/articles/nothing.md")
    assert (program.status_code, program.json()) == (
        404,
        {"error": "there is no article 'nothing.md'"},
    )
    person = http.get("/articles/nothing.md")
    assert person.status_code == 404
    assert "There is no article <code>nothing.md</code>" in person.text
    assert 'href="/articles"' in person.text


def test_every_articles_page_is_at_the_address_that_its_hits_name(
    site: Site, http: httpx.Client
) -> None:
    hit = site.answerer.ask("How long does tea keep?").hits[0]
    assert hit.article == TEA_ID
    page = http.get(hit.url)
    assert page.status_code == 200
    assert '<mark id="passage" tabindex="-1">Black tea keeps for two years.' in page.text
    for article in site.answerer.articles():
        assert http.get("/articles/" + quote(article.id, safe="/")).status_code == 200


def test_whether_something_is_there_can_be_asked_without_getting_it(http: httpx.Client) -> None:
    for path in ("/", "/healthz", "/articles", "/articles/coffee.txt", "/api/v1/articles"):
        response = http.head(path)
        assert (response.status_code, response.content) == (200, b"")
    assert http.head("/articles/nothing").status_code == 404


def test_the_list_of_articles_leads_to_each_of_them(site: Site, http: httpx.Client) -> None:
    listed = http.get("/articles").text
    for article in site.answerer.articles():
        assert f'href="/articles/{quote(article.id, safe="/")}"' in listed


def test_pages_without_scripts_allow_none(http: httpx.Client) -> None:
    for path in (
        "/articles",
        "/articles/coffee.txt",
        "/articles/nothing",
        "/docs",
        "/api/v1/articles",
    ):
        policy = http.get(path).headers["content-security-policy"]
        assert policy.startswith(
            "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'"
        )
        assert "script-src" not in policy


def test_the_chats_page_names_no_other_host_and_is_told_in_its_policy(http: httpx.Client) -> None:
    response = http.get("/")
    document = html.document_fromstring(response.text)
    addresses = document.xpath("//@href | //@src | //@action")
    assert len(addresses) > 10
    assert [one for one in addresses if not re.match(r"(\./|/|#)(?!/)", one)] == []
    assert [one for one in document.xpath("//meta/@content") if "//" in one] == []
    policy = response.headers["content-security-policy"]
    assert policy.count("'sha256-") == response.text.count("<script>") + response.text.count(
        "<script data-gradio-mode>"
    )
    assert "unsafe-eval" not in policy


def test_the_chat_says_nothing_of_the_machine_it_runs_on(site: Site, http: httpx.Client) -> None:
    for path in ("/", "/config", "/gradio_api/info", "/healthz"):
        assert str(site.content) not in http.get(path).text
        assert str(Path.home()) not in http.get(path).text


def test_nothing_is_shared_counted_or_recorded(site: Site, http: httpx.Client) -> None:
    config = http.get("/config").json()
    assert config["analytics_enabled"] is False
    assert config["run_history"] is False
    assert config.get("share_url") is None
    assert config["footer_links"] == []
    gradio = site.app.routes[-1].app  # type: ignore[attr-defined]  # the mounted Gradio app
    assert gradio.get_blocks().allowed_paths == []
    assert gradio.get_blocks().share is False


def test_files_cannot_be_fetched_by_any_route(site: Site, http: httpx.Client) -> None:
    library = site.content / ".footnote" / "library.sqlite"
    article = site.content / "coffee.txt"
    assert library.exists()
    for file in (library, article, Path("/etc/passwd"), Path(web.__file__)):
        whole = file.read_bytes()[:40]
        plain, encoded = str(file), quote(str(file), safe="")
        for path in (
            f"/gradio_api/file={plain}",
            f"/gradio_api/file={encoded}",
            f"/gradio_api/file=/proc/self/root{plain}",
            f"/gradio_api/file%3D{encoded}",
            f"/gradio_api/file/{plain}",
            f"/gradio_api//file={plain}",
            f"/gradio_api/./file={plain}",
            f"/x/../gradio_api/file={plain}",
            f"/file={plain}",
            f"/ui/{encoded}",
            f"/ui/..%2f..%2f..{encoded}",
            f"/assets/{encoded}",
            f"/assets/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..{encoded}",
            f"/static/..%2f..%2f..%2f..%2f..%2f..%2f..%2f..{encoded}",
            f"/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e{plain}",
            f"/articles/{encoded}",
            f"/articles/../.footnote/{file.name}",
            f"/articles/.footnote/{file.name}",
            f"/.footnote/{file.name}",
            f"/svelte/{encoded}",
            f"/gradio_api/proxy=http://127.0.0.1{plain}",
        ):
            status, body = raw(site, f"GET {path} HTTP/1.1")
            assert status in {400, 404}, path
            assert whole not in body, path


def raw(site: Site, request: str, body: bytes = b"") -> tuple[int, bytes]:
    """Send a request exactly as written: clients tidy addresses up."""
    host, port = site.url.removeprefix("http://").split(":")
    head = f"{request}\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(head.encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


def test_nothing_can_be_uploaded(http: httpx.Client) -> None:
    upload = http.post("/gradio_api/upload", files={"files": ("state.json", b"{}")})
    assert upload.status_code == 404


def test_another_sites_page_is_not_let_in(http: httpx.Client) -> None:
    for path in ("/config", "/api/v1/articles"):
        headers = http.get(path, headers={"origin": "https://elsewhere.example"}).headers
        assert "access-control-allow-origin" not in headers


def test_the_gradio_endpoint_returns_the_same_json(site: Site) -> None:
    client = Client(site.url, verbose=False)
    question = "How long does tea keep?"
    expected = json.loads(json.dumps(to_json(site.answerer.ask(question, top=10))))
    assert client.predict(question, api_name="/ask") == expected
    assert client.predict(question, [], 10, api_name="/ask") == expected
    explained = client.predict(question, [], 10, True, api_name="/ask")
    assert explained.pop("explain")["threshold"] == DEFAULT_THRESHOLD
    assert explained == expected
    with pytest.raises(
        AppError, match="the question has 2001 characters; at most 2000 can be asked"
    ):
        client.predict("x" * 2001, api_name="/ask")
    with pytest.raises(AppError, match="top is 0; expected 1 to 100"):
        client.predict(question, [], 0, api_name="/ask")
    assert list(client.view_api(return_format="dict")["named_endpoints"]) == ["/ask"]
    client.close()


def test_two_questions_in_one_are_answered_and_logged_each_by_itself(
    site: Site, http: httpx.Client
) -> None:
    message = "How long does tea keep? Can I freeze tea?"
    shown = http.post("/api/v1/ask", json={"question": message}).json()
    assert [part["question"] for part in shown["parts"]] == [
        "How long does tea keep?",
        "Can I freeze tea?",
    ]
    assert shown == json.loads(json.dumps(to_json(site.answerer.ask(message))))
    reply = in_a_loop(site.service.ask(message))
    logged = {one.id: one for one in site.log.questions()}
    asked = [logged[id] for id in reply.ids if id is not None]
    assert [one.question for one in asked] == ["How long does tea keep?", "Can I freeze tea?"]
    assert [one.confidence for one in asked] == [part.confidence for part in reply.result.parts]
    assert message not in {one.question for one in logged.values()}
    assert in_a_loop(site.service.ask(message, log=False)).ids == (None, None)


def test_each_question_and_what_its_reader_says_are_logged(site: Site, http: httpx.Client) -> None:
    reply = in_a_loop(site.service.ask("Can I freeze tea?"))
    (id,) = reply.ids
    assert id is not None
    body = {"answer": id, "verdict": "outdated"}
    assert http.post("/api/v1/feedback", json=body).json() == {"kept": True}
    logged = {one.id: one for one in site.log.questions()}[id]
    assert (logged.question, logged.verdict) == ("Can I freeze tea?", Verdict.OUTDATED)
    assert http.post("/api/v1/feedback", json={**body, "answer": "x"}).json() == {"kept": False}
    wrong = http.post("/api/v1/feedback", json={**body, "verdict": "<b>"})
    assert wrong.status_code == 422
    assert (
        "verdict: Input should be 'helpful', 'wrong', 'outdated' or 'not_my_question'" in wrong.text
    )


def test_the_description_of_the_interface_is_readable_and_our_own(http: httpx.Client) -> None:
    schema = http.get("/openapi.json").json()
    assert sorted(schema["paths"]) == [
        "/api/v1/articles",
        "/api/v1/articles/{id}",
        "/api/v1/ask",
        "/healthz",
    ]
    page = http.get("/docs").text
    for path in schema["paths"]:
        assert path in page
    assert "<script" not in page
    assert "cdn" not in page


def test_health_tells_of_the_last_sync(site: Site, http: httpx.Client) -> None:
    health = http.get("/healthz").json()
    assert health["status"] == "ok"
    assert health["articles"] == len(site.answerer.articles())
    assert health["sync"]["error"] is None
    assert health["sync"]["syncing"] is None


def test_an_edited_file_is_answered_from_within_seconds_and_no_question_fails(
    site: Site, http: httpx.Client
) -> None:
    file = site.content / "coffee.txt"
    before = file.read_text()
    statuses: list[int] = []
    stop = threading.Event()

    def keep_asking() -> None:
        with httpx.Client(base_url=site.url, timeout=20) as client:
            while not stop.is_set():
                response = client.post("/api/v1/ask", json={"question": "Can I store coffee?"})
                statuses.append(response.status_code)

    asking = threading.Thread(target=keep_asking)
    asking.start()
    try:
        for answer in ("Yes, for one day in a closed jar.", "Only as beans."):
            file.write_text(before.replace("No. It takes on the smell of other food.", answer))
            end = time.monotonic() + 30
            question = {"question": "Can I store coffee in the fridge?"}
            while http.post("/api/v1/ask", json=question).json()["hits"][0]["text"] != answer:
                assert time.monotonic() < end, "the edit has not been seen"
                time.sleep(0.1)
    finally:
        stop.set()
        asking.join()
        file.write_text(before)
    assert len(statuses) > 5
    assert set(statuses) == {200}


def test_a_file_that_cannot_be_read_is_told_in_health(site: Site, http: httpx.Client) -> None:
    file = site.content / "broken.yaml"
    file.write_text("- question: [")
    try:
        end = time.monotonic() + 30
        while not (unread := http.get("/healthz").json()["sync"]["unread"]):
            assert time.monotonic() < end, "it has not been told"
            time.sleep(0.1)
        assert len(unread) == 1
        assert unread[0].startswith("broken.yaml")
    finally:
        file.unlink()


def test_what_goes_wrong_inside_is_not_told_outside(
    site: Site, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(site.answerer, "ask", broken)
    with caplog.at_level(logging.CRITICAL), httpx.Client(base_url=site.url) as client:
        response = client.post("/api/v1/ask", json={"question": "x"})
    assert response.status_code == 500
    assert response.json() == {"error": "something went wrong on our side; the log says what"}
    client = Client(site.url, verbose=False)
    with pytest.raises(AppError, match="Something went wrong on our side"):
        client.predict("x", api_name="/ask")
    client.close()


def test_a_port_in_use_is_said_in_one_line() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(
            FootnoteError,
            match=f"port {port} of 127.0.0.1 cannot be used: another program uses it; "
            "end that one, or choose another port with --port",
        ):
            web.listen("127.0.0.1", port)
    with pytest.raises(FootnoteError, match="'no-such-host' is no address of this machine"):
        web.listen("no-such-host", 0)


def test_content_that_is_no_folder_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing is no folder: name the folder that holds"):
        web.serve(tmp_path / "nothing")
