"""The desk's pages and files over HTTP, as an editor who is logged in gets them."""

import csv
import io
import re
from collections.abc import Iterator

import httpx
import openpyxl
import pytest

from qa.users import Users, users_path
from qa.web.app import build_app
from qa.web.desk_lists import LISTS
from qa.web.desk_state import Desk
from qa.web.desk_trend import keep
from qa.web.security import MAX_BODY_BYTES
from tests.web.desks import LIGHT, desk_of, gap_of
from tests.web.serving import served

pytestmark = pytest.mark.usefixtures("patient")

PASSWORD = "correct horse battery"


class Editor:
    """A browser of an editor's: each form that it sends has the token of the page before it."""

    def __init__(self, client: httpx.Client, desk: Desk) -> None:
        self.client, self.desk = client, desk
        self.token = ""
        self.get("/desk/login")
        entered = self.post("/desk/login", user="anna", password=PASSWORD, next="/desk/")
        assert entered.status_code == 303
        self.get("/desk/import")

    def get(self, path: str, **parameters: str) -> httpx.Response:
        page = self.client.get(path, params=parameters or None)
        if found := re.search(r'name="token" value="([^"]+)"', page.text):
            self.token = found[1]
        return page

    def post(self, path: str, **fields: str) -> httpx.Response:
        return self.client.post(path, data={"token": self.token, **fields})

    def upload(self, data: bytes, name: str = "pairs.csv") -> httpx.Response:
        return self.client.post(
            "/desk/import", data={"token": self.token}, files={"file": (name, data)}
        )


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    folder = tmp_path_factory.mktemp("desk")
    desk = desk_of(folder)
    keep(desk, at=desk.questions()[0].asked_at)
    users = Users(users_path(desk.content / ".footnote" / "library.sqlite"))
    users.add("anna", PASSWORD)
    app = build_app(desk.service, desk=desk, users=users)
    with served(app) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield Editor(client, desk)


def files(desk: Desk) -> list[str]:
    return sorted(path.name for path in desk.content.glob("*.*") if path.is_file())


@pytest.mark.parametrize("name", LISTS)
def test_every_list_comes_as_csv_xlsx_and_json(editor: Editor, name: str) -> None:
    table = editor.get(f"/desk/export/{name}.csv")
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"] == f'attachment; filename="footnote-{name}.csv"'
    rows = list(csv.reader(io.StringIO(table.content.decode("utf-8-sig"), newline="")))
    records = editor.get(f"/desk/export/{name}.json").json()
    book = openpyxl.load_workbook(io.BytesIO(editor.get(f"/desk/export/{name}.xlsx").content))
    assert book.active is not None
    assert [list(rows[0])] == [[cell.value for cell in book.active[1]]]
    assert len(records) == len(rows) - 1 == book.active.max_row - 1
    if name != "health":  # nothing is wrong with the one pair
        assert records


@pytest.mark.parametrize("file", ["nothing.csv", "pairs.exe", "pairs", "__class__.csv", ".csv"])
def test_what_is_no_list_is_not_there(editor: Editor, file: str) -> None:
    assert editor.get(f"/desk/export/{file}").status_code == 404


def test_a_form_of_the_desk_needs_its_token(editor: Editor) -> None:
    key = gap_of(editor.desk, LIGHT).key
    fields = {"key": key, "action": "dismiss", "verdict": "off_topic"}
    for path in ("/desk/group", "/desk/undo", "/desk/finding", "/desk/import"):
        assert editor.client.post(path, data=fields).status_code == 403
        assert editor.client.post(path, data={**fields, "token": "x"}).status_code == 403
    assert not any(one.review for one in editor.desk.questions())
    refused = editor.client.post("/desk/import", files={"file": ("a.csv", b"question,answer\na,b")})
    assert refused.status_code == 403


def test_a_pair_is_written_looked_at_and_undone_by_forms(editor: Editor) -> None:
    key = gap_of(editor.desk, LIGHT).key
    page = editor.get("/desk/group", key=key)
    assert page.status_code == 200
    fields = {
        "key": key,
        "action": "pair",
        "article": "tea.md",
        "question": LIGHT,
        "answer": "It\r\ndoes.",  # as a browser sends line breaks
    }
    looked = editor.post("/desk/group", **fields, step="effect")
    assert looked.status_code == 200
    hidden = {
        name: re.search(rf'name="{name}" value="([^"]*)"', looked.text)[1].replace("&#34;", '"')  # type: ignore[index]
        for name in ("seen", "looked")
    }
    saved = editor.post("/desk/group", **fields, **hidden, step="save")
    assert saved.status_code == 303
    done = editor.get(saved.headers["location"])
    assert "<strong>Live</strong>" in done.text
    assert "Wrote the pair “Does light harm tea?”" in editor.get("/desk/actions").text
    number = saved.headers["location"].partition("=")[2]
    undone = editor.post("/desk/undo", number=number)
    assert undone.status_code == 303
    assert "Taken back" in editor.get(undone.headers["location"]).text
    assert files(editor.desk) == ["tea.md"]
    again = editor.post("/desk/undo", number=number)
    assert again.status_code == 422
    assert "taken back already" in again.text
    assert editor.post("/desk/undo", number="x" * 9).status_code == 422


def test_what_was_set_aside_can_be_looked_at_again_also_after_a_restart(editor: Editor) -> None:
    key = gap_of(editor.desk, "Pizza?").key
    done = editor.post("/desk/group", key=key, action="dismiss", verdict="off_topic")
    assert done.status_code == 303
    page = editor.get("/desk/actions").text
    ids = re.search(r'name="review" value="([^"]+)"', page)
    assert ids is not None
    assert len(ids[1].split()) == 3
    assert editor.post("/desk/undo", review=ids[1]).status_code == 303
    assert not any(one.review for one in editor.desk.questions())


@pytest.mark.parametrize(
    ("verdict", "reason", "told"),
    [
        ("off_topic", "", "none of our business"),
        ("not_answered_here", "", "nothing here answers them"),
        ("dismissed", "We bake none.", "We bake none"),
    ],
)
def test_why_questions_were_set_aside_is_said_in_words(
    editor: Editor, verdict: str, reason: str, told: str
) -> None:
    key = gap_of(editor.desk, "Pizza?").key
    done = editor.post("/desk/group", key=key, action="dismiss", verdict=verdict, reason=reason)
    assert done.status_code == 303
    action, *_ = editor.desk.edits.actions()
    assert action.what == f"Set aside 3 questions like “Pizza?”: {told}"
    assert f"{told}.</p>" in editor.get(done.headers["location"]).text
    ids = re.search(r'name="review" value="([^"]+)"', editor.get("/desk/actions").text)
    assert ids is not None
    assert editor.post("/desk/undo", review=ids[1]).status_code == 303


def test_an_import_is_first_shown_then_applied_once(editor: Editor) -> None:
    table = b"question,answer,alternates\nIs tea green?,Some is.,green tea?\n,no question,\n"
    shown = editor.upload(table)
    assert shown.status_code == 200
    assert "1 × a new pair" in shown.text
    assert "Row 3: there is no such pair, and the row has no question" in shown.text
    assert files(editor.desk) == ["tea.md"]
    id = re.search(r'name="apply" value="([^"]+)"', shown.text)
    assert id is not None
    assert editor.desk.imports.find(id[1], "bert") is None  # another editor's
    applied = editor.post("/desk/import", apply=id[1])
    assert applied.status_code == 303
    assert files(editor.desk) == ["tea.faq.yaml", "tea.md"]
    pairs = {pair.question: pair for a in editor.desk.answerer.articles() for pair in a.faq}
    assert pairs["Is tea green?"].alternates == ("green tea?",)
    assert "applied already" in editor.post("/desk/import", apply=id[1]).text
    table = editor.get("/desk/export/pairs.csv").content
    assert "2 × nothing new" in editor.upload(table, "footnote-pairs.csv").text
    number = applied.headers["location"].partition("=")[2]
    editor.post("/desk/undo", number=number)
    assert files(editor.desk) == ["tea.md"]


def test_a_file_that_changed_since_the_preview_is_not_overwritten(editor: Editor) -> None:
    shown = editor.upload(b"question,answer\nIs tea black?,Some is.\n")
    id = re.search(r'name="apply" value="([^"]+)"', shown.text)
    assert id is not None
    companion = editor.desk.content / "tea.faq.yaml"
    other = "article: tea.md\nfaq:\n- question: Is tea white?\n  answer: Some is.\n"
    companion.write_text(other)
    refused = editor.post("/desk/import", apply=id[1])
    assert refused.status_code == 409
    assert "Is tea white?" in refused.text
    assert companion.read_text() == other
    companion.unlink()


@pytest.mark.parametrize(
    ("data", "name", "problem"),
    [
        (b"", "a.csv", "the file is empty"),
        (b"x,y\n1,2\n", "a.csv", "no column is called question or id"),
        (b"PK\x03\x04 no archive", "a.xlsx", "a.xlsx"),
        (b"question,answer\n", "a.exe", "neither CSV, XLSX nor JSON"),
        (b"q" * 9_000_001, "a.csv", "at most 9 MB"),
    ],
)
def test_what_is_no_table_is_told(editor: Editor, data: bytes, name: str, problem: str) -> None:
    assert problem in editor.upload(data, name).text
    assert files(editor.desk) == ["tea.md"]


def test_more_than_the_outer_gate_lets_in_is_refused(editor: Editor) -> None:
    assert editor.upload(b"q" * 10_000_000).status_code == 413


def test_a_table_of_more_than_a_request_may_have_elsewhere_can_be_imported(editor: Editor) -> None:
    note = b"not asked for " * 8_000
    rows = b"".join(b"How long is %d?,Long.,%s\n" % (row, note) for row in range(10))
    assert len(rows) > MAX_BODY_BYTES
    assert "10 × a new pair" in editor.upload(b"question,answer,note\n" + rows).text


def test_a_file_name_is_text_on_the_page(editor: Editor) -> None:
    shown = editor.upload(b"question,answer\na,b\n", "<img src=x onerror=alert(1)>.csv").text
    assert "<img" not in shown


@pytest.mark.parametrize(
    "path", ["/desk/group?key=x", "/desk/done?action=99", "/desk/finding?key=x"]
)
def test_what_is_gone_is_a_page_with_ways_back(editor: Editor, path: str) -> None:
    page = editor.get(path)
    assert page.status_code == 404
    assert 'href="/desk/#questions"' in page.text


def test_every_page_of_the_desk_lets_its_editor_log_out(editor: Editor) -> None:
    key = gap_of(editor.desk, LIGHT).key
    section = "/desk/section?article=tea.md&section=tea.md%23storing-tea"
    for path in (f"/desk/group?key={key}", "/desk/actions", section, "/desk/finding?key=x"):
        assert 'action="/desk/logout"' in editor.get(path).text


def test_the_desks_pages_run_no_script(editor: Editor) -> None:
    key = gap_of(editor.desk, LIGHT).key
    for path in (f"/desk/group?key={key}", "/desk/import", "/desk/actions"):
        page = editor.get(path)
        assert "script-src" not in page.headers["content-security-policy"]
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert page.headers["cache-control"] == "no-store"
        assert "<script" not in page.text
