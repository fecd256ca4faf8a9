"""The page of all questions over HTTP, and what its forms keep."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import httpx
import pytest

from qa.asked_questions import AskedFilter, AskedOrder, AskedQuestion, Got, Judged
from qa.calibration_report import examine
from qa.records import AbstentionReason
from qa.users import Users, users_path
from qa.web.app import build_app
from qa.web.desk_asked import AskedView, asked_page
from qa.web.desk_asked_row import rows_of
from qa.web.desk_state import Desk
from tests.logged import NO, logged
from tests.web.desks import LIGHT, TEA, desk_of
from tests.web.payloads import PAYLOADS
from tests.web.serving import in_a_loop, served

pytestmark = pytest.mark.usefixtures("patient")

PASSWORD = "correct horse battery"
KEEP = "How long does tea keep?"
JSON = {"accept": "application/json"}


class Editor:
    """An editor at the page of all questions."""

    def __init__(self, url: str, name: str) -> None:
        self.client = httpx.Client(base_url=url, timeout=30)
        login = self.client.get("/desk/login")
        token = re.search(r'name="token" value="([^"]+)"', login.text)
        assert token is not None
        fields = {"token": token[1], "user": name, "password": PASSWORD, "next": "/desk/"}
        assert self.client.post("/desk/login", data=fields).status_code == 303

    def page(self, query: str = "") -> str:
        found = self.client.get(f"/desk/questions?{query}")
        assert found.status_code == 200
        return found.text

    def fields(self, question: str, query: str = "") -> dict[str, str]:
        """Return the hidden fields of a question's form."""
        row = row_of(self.page(query), question)
        form = row.partition("<form")[2].partition("</form>")[0]
        found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
        return {name: unescape(value) for name, value in found}

    def judge(self, verdict: str, question: str = KEEP, **changed: str) -> httpx.Response:
        return self.send(self.fields(question), verdict, **changed)

    def send(self, fields: dict[str, str], verdict: str, **changed: str) -> httpx.Response:
        return self.client.post("/desk/judge", data={**fields, "verdict": verdict, **changed})


def row_of(page: str, question: str) -> str:
    """Return the row of a question."""
    (row,) = [
        one
        for one in page.split("<tr id=")[1:]
        if unescape(one.partition('dir="auto">')[2]).startswith((f"{question}<", f"{question} <"))
    ]
    return row


def listed(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'class="desk-words" dir="auto">([^<]*)', page)]


@contextmanager
def desk_in(folder: Path) -> Iterator[tuple[Desk, str]]:
    evil = f"Evil {PAYLOADS[0]}\n\nFAQ\n\nQ: fridge?\nA: {PAYLOADS[1]}\n"
    asked = [LIGHT, KEEP, KEEP, KEEP, "Pizza?", (KEEP, "and in the light?")]
    desk = desk_of(
        folder,
        [*asked, f"fridge {PAYLOADS[0]}"],
        files={"tea.md": TEA, "evil.txt": evil},
        threshold=0.5,
    )
    users = Users(users_path(desk.content / ".footnote" / "library.sqlite"))
    for name in ("anna", "bert"):
        users.add(name, PASSWORD)
    with served(build_app(desk.service, desk=desk, users=users)) as url:
        yield desk, url
    desk.service.close()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, str, Editor]]:
    with desk_in(tmp_path_factory.mktemp("asked")) as (desk, url):
        editor = Editor(url, "anna")
        yield desk, url, editor
        editor.client.close()


@pytest.fixture
def desk(running: tuple[Desk, str, Editor]) -> Iterator[tuple[Desk, str]]:
    """A desk without a verdict, for tests that give some and change nothing else."""
    state, url, _ = running
    yield state, url
    assert state.log is not None
    while judged := [one.id for one in state.log.questions() if one.review]:
        state.log.undo_review(judged)


@pytest.fixture
def anna(running: tuple[Desk, str, Editor], desk: tuple[Desk, str]) -> Editor:
    return running[2]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[Desk, Editor]]:
    """A desk of a test's own, with an editor at it."""
    with desk_in(tmp_path) as (desk, url):
        editor = Editor(url, "anna")
        yield desk, editor
        editor.client.close()


def verdicts(desk: Desk) -> dict[str, set[tuple[str, str] | None]]:
    """Return the verdicts of the log, with their editors, by question."""
    assert desk.log is not None
    found: dict[str, set[tuple[str, str] | None]] = {}
    for one in desk.log.questions():
        told = None if one.review is None else (one.review.verdict.value, one.review.editor)
        found.setdefault(one.question, set()).add(told)
    return found


def test_each_question_stands_once_with_what_it_got(anna: Editor) -> None:
    page = anna.page()
    row = row_of(page, KEEP)
    assert '<td data-name="Times">4</td>' in row
    assert '<a href="/articles/tea.md?at=' in row
    assert "<mark>Black tea keeps for two years.</mark>" in row
    assert "FAQ pair of All about tea" in row
    pizza = row_of(page, "Pizza?")
    assert "No answer: nothing came close enough" in pizza
    assert "Right: nothing here answers it" in pizza
    assert 'and in the light? <small class="desk-after">after: ' in page


def test_a_verdict_is_kept_on_all_that_are_the_same_and_leads_to_the_next(
    desk: tuple[Desk, str], anna: Editor
) -> None:
    fields = anna.fields(KEEP, "got=answer")
    kept = anna.send(fields, "right")
    assert kept.status_code == 303
    assert kept.headers["location"] == f"/desk/questions?got=answer#q-{fields['next']}"
    assert fields["next"] != fields["id"]
    assert verdicts(desk[0])[KEEP] == {("right", "anna")}
    page = anna.page()
    assert "Right</span>" in row_of(page, KEEP)
    assert "of 1 answer judged, 1 was right" in page
    assert "1 verdict says that the first passage answers its question" in page
    assert "29 more are needed" in page
    undone = anna.judge("undo")
    assert undone.headers["location"] == f"/desk/questions#q-{fields['id']}"
    assert verdicts(desk[0])[KEEP] == {None}


def test_by_script_a_verdict_gives_the_row_and_the_counts(anna: Editor) -> None:
    fields = {**anna.fields(KEEP), "verdict": "wrong"}
    told = anna.client.post("/desk/judge", data=fields, headers=JSON).json()
    assert told["problem"] == ""
    assert told["row"].lstrip().startswith(f'<tr id="q-{fields["id"]}"')
    assert "data-judged" in told["row"]
    assert f'href="/desk/mend?id={fields["id"]}"' in told["row"]
    assert "0 were right" in told["summary"]
    again = {**fields, "token": "x"}
    assert anna.client.post("/desk/judge", data=again, headers=JSON).status_code == 403


def test_a_verdict_needs_the_login_and_the_token(desk: tuple[Desk, str], anna: Editor) -> None:
    fields = {**anna.fields(KEEP), "verdict": "right"}
    stranger = httpx.Client(base_url=desk[1], headers={"accept": "text/html"})
    for answer in (stranger.get("/desk/questions"), stranger.get("/desk/mend?id=x")):
        assert (answer.status_code, "/desk/login" in answer.headers["location"]) == (303, True)
    assert stranger.post("/desk/judge", data=fields).status_code == 401
    stranger.close()
    del fields["token"]
    assert anna.client.post("/desk/judge", data=fields).status_code == 403
    assert verdicts(desk[0])[KEEP] == {None}


def test_who_judges_second_sees_what_the_first_said(desk: tuple[Desk, str], anna: Editor) -> None:
    bert = Editor(desk[1], "bert")
    seen = bert.fields(KEEP)
    anna.judge("right")
    for verdict in ("wrong", "undo"):
        refused = bert.send(seen, verdict)
        assert refused.status_code == 409
        assert "anna has judged it meanwhile. Nothing was kept" in refused.text
        told = bert.client.post("/desk/judge", data={**seen, "verdict": verdict}, headers=JSON)
        assert told.status_code == 409
        assert "anna, " in told.json()["row"]
    assert verdicts(desk[0])[KEEP] == {("right", "anna")}
    assert bert.judge("wrong").status_code == 303
    assert verdicts(desk[0])[KEEP] == {("wrong", "bert")}
    bert.judge("undo")
    assert verdicts(desk[0])[KEEP] == {("right", "anna")}
    bert.client.close()


def test_a_verdict_on_a_passage_that_has_changed_is_not_kept(own: tuple[Desk, Editor]) -> None:
    state, anna = own
    fields = anna.fields(KEEP)
    (state.content / "tea.md").write_text(TEA.replace("two years", "three years"))
    state.edits._sync()  # type: ignore[misc]
    refused = anna.send(fields, "right")
    assert refused.status_code == 409
    assert "The passage has changed since this page was opened." in refused.text
    assert "three years" in row_of(refused.text, KEEP)
    assert verdicts(state)[KEEP] == {None}
    (state.content / "tea.md").write_text("# All about tea\n\nNothing of it is left.\n")
    state.edits._sync()  # type: ignore[misc]
    row = row_of(anna.page(), KEEP)
    assert "What answered it, in <code>tea.md</code>, is not there any more." in row
    assert anna.judge("wrong").status_code == 303


def test_a_question_that_was_deleted_is_told(own: tuple[Desk, Editor]) -> None:
    desk, anna = own
    assert desk.log is not None
    fields = anna.fields(KEEP)
    desk.log.purge(matching=KEEP)
    refused = anna.send(fields, "right")
    assert refused.status_code == 404
    assert "This question is not in the log any more" in refused.text
    told = anna.client.post("/desk/judge", data={**fields, "verdict": "right"}, headers=JSON)
    assert (told.status_code, "row" in told.json()) == (404, False)
    assert anna.client.get("/desk/mend", params={"id": fields["id"]}).status_code == 404


@pytest.mark.parametrize(("verdict", "reason"), [("nonsense", ""), ("dismissed", " ")])
def test_what_is_no_verdict_is_not_kept(
    desk: tuple[Desk, str], anna: Editor, verdict: str, reason: str
) -> None:
    refused = anna.judge(verdict, reason=reason)
    assert refused.status_code == 422
    assert "Nothing was kept" in refused.text
    assert verdicts(desk[0])[KEEP] == {None}
    assert anna.judge("dismissed", reason="a test of ours").status_code == 303
    assert "a test of ours" in row_of(anna.page(), KEEP)


def test_the_list_is_filtered_searched_and_sorted_by_links(anna: Editor) -> None:
    assert listed(anna.page("got=none")) == ["Pizza?"]
    assert listed(anna.page("q=PIZZA")) == ["Pizza?"]
    assert listed(anna.page("judged=yes")) == []
    assert listed(anna.page("sort=often"))[0] == KEEP
    assert "No such question." in anna.page("q=nothing+of+this")
    page = anna.page("sort=sure&got=answer")
    assert 'aria-sort="ascending"' in page
    assert 'href="/desk/questions?got=answer&amp;sort=sure&amp;order=down"' in page
    assert 'href="/desk/questions?got=answer&amp;sort=often"' in page


def test_what_cannot_be_understood_in_an_address_is_left_out(anna: Editor) -> None:
    page = anna.page("got=x&judged=%00&sort=__class__&order=sideways&page=-7")
    assert len(listed(page)) == 5
    assert len(listed(anna.page("page=99999999"))) == 5


@pytest.mark.parametrize(
    "view",
    [
        AskedView(),
        AskedView(AskedFilter(Got.NONE, Judged.WRONG, "a & b", AskedOrder.SURE, True), 3),
        AskedView(AskedFilter(order=AskedOrder.ASKED, descending=False)),
        AskedView(AskedFilter(order=AskedOrder.QUESTION, descending=False), 2),
    ],
)
def test_an_address_says_what_is_looked_at(view: AskedView) -> None:
    assert AskedView.read(view.query) == view


def test_readers_words_and_articles_are_text_on_the_page(anna: Editor) -> None:
    page = anna.page(f"q={PAYLOADS[0]}")
    assert PAYLOADS[0] not in page
    assert PAYLOADS[1] not in page
    for back in ("//evil.example", '"><script>', "https://evil.example/"):
        kept = anna.judge("right", back=back, next='"><b>')
        assert kept.headers["location"].startswith("/desk/questions#q-")
        anna.judge("undo")


def test_the_page_runs_our_script_alone(anna: Editor) -> None:
    found = anna.client.get("/desk/questions")
    policy = found.headers["content-security-policy"]
    assert "script-src 'self'; connect-src 'self'" in policy
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert found.headers["cache-control"] == "no-store"
    assert anna.client.get("/ui/desk-asked.js").status_code == 200


def test_a_long_list_has_pages(own: tuple[Desk, Editor]) -> None:
    desk, anna = own
    for number in range(30):
        in_a_loop(desk.service.ask(f"Pizza number {number}?"))
    first = anna.page()
    assert len(listed(first)) == 25
    assert "35 questions, page 1 of 2" in first
    assert '<a href="/desk/questions?page=2" rel="next">' in first
    second = anna.page("page=2")
    assert len(listed(second)) == 10
    assert '<a href="/desk/questions" rel="prev">' in second
    assert not set(listed(first)) & set(listed(second))


def test_what_was_judged_wrong_leads_to_where_it_is_mended(
    desk: tuple[Desk, str], anna: Editor
) -> None:
    fields = anna.fields(LIGHT)
    desk[0].gaps.newest()
    anna.judge("wrong", LIGHT)
    assert not desk[0].gaps.knows(desk[0].log.same_as(fields["id"])[-1])  # type: ignore[union-attr]
    desk[0].gaps.newest()
    led = anna.client.get("/desk/mend", params={"id": fields["id"]})
    assert led.status_code == 303
    assert led.headers["location"].startswith("/desk/group?key=")
    assert LIGHT in anna.client.get(led.headers["location"]).text


def test_a_question_of_no_group_gets_the_forms_for_itself(own: tuple[Desk, Editor]) -> None:
    state, anna = own
    fields = anna.fields(KEEP)
    anna.judge("right")
    state.gaps.newest()
    in_a_loop(state.service.ask("Is there anything newer?"))  # it is not waited for
    page = anna.client.get("/desk/mend", params={"id": fields["id"]})
    assert page.status_code == 200
    assert "Mend what readers get" in page.text
    assert f'value="{KEEP}" checked' in page.text


def test_the_whole_log_comes_as_a_file(anna: Editor) -> None:
    anna.judge("right")
    rows = json.loads(anna.client.get("/desk/export/all-questions.json").text)
    assert len(rows) == 8
    assert {one["editor_verdict"] for one in rows if one["question"] == KEEP} == {"right"}


@pytest.mark.parametrize(
    ("question", "reason", "hit", "told"),
    [
        (KEEP, None, "tea.md#storing-tea", f"Today “{KEEP}” comes first: a verdict does not count"),
        (KEEP, NO, None, "Today it is answered with this."),
        ("Pizza?", None, None, "Today there would be no answer."),
        (KEEP, None, None, ""),
        ("Pizza?", NO, None, ""),
    ],
)
def test_what_a_reader_would_get_today_is_told_where_it_is_something_else(
    desk: tuple[Desk, str],
    question: str,
    reason: AbstentionReason | None,
    hit: str | None,
    told: str,
) -> None:
    first = desk[0].answerer.ask(question).hits[0]
    one = logged(question, reason, hits=((first.article, hit or first.id),))
    (row,) = rows_of(desk[0], [AskedQuestion(one, 1, one.asked_at, 0.5)])
    assert str(row["today"]).startswith(told)
    assert bool(row["today"]) is bool(told)


def test_without_a_log_or_with_a_broken_one_the_page_says_so(tmp_path: Path) -> None:
    desk = desk_of(tmp_path)
    without = Desk(desk.service, content=desk.content)
    assert "not logged here" in asked_page(without, AskedView(), token="t")
    desk.service.close()
    for file in (tmp_path / "content" / ".footnote").glob("questions.sqlite*"):
        file.unlink()
    (tmp_path / "content" / ".footnote" / "questions.sqlite").write_text("no database at all")
    assert "cannot be read right now" in asked_page(desk, AskedView(), token="t")


def test_calibrate_counts_what_the_page_counts(desk: tuple[Desk, str], anna: Editor) -> None:
    for question, verdict in ((KEEP, "right"), (LIGHT, "wrong"), ("Pizza?", "off_topic")):
        anna.judge(verdict, question)
    state = desk[0]
    found = examine(state.content / ".footnote" / "library.sqlite", state.answerer.encoder).verdicts
    told = "{} verdict says that the first passage answers its question, {} that it does not"
    assert told.format(found.right, found.wrong) in anna.page()
    assert (found.right, found.wrong) == (1, 2)
