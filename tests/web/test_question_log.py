"""What a running server writes down of its readers' questions, and what it does not."""

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from qa.questions import LoggedQuestion, QuestionLog
from tests.qa import postgres
from tests.qa.test_questions import NO
from tests.web.test_serve import started

pytestmark = pytest.mark.model
TEXT = "# Tea\n\n## Storing tea\n\nKeep tea in a closed tin. Light takes its taste away.\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder with one article."""
    folder = tmp_path_factory.mktemp("log") / "content"
    folder.mkdir()
    (folder / "tea.md").write_text(TEXT)
    return folder


@pytest.fixture
def path(folder: Path) -> Iterator[Path]:
    """Where the log is, if there is one."""
    path = folder / ".footnote" / "questions.sqlite"
    yield path
    for file in path.parent.glob("questions.sqlite*"):
        file.unlink()


@contextmanager
def serving(folder: Path, *options: str, **environment: str) -> Iterator[str]:
    arguments = ("-m", "qa", "serve", str(folder), "--port", "0", *options)
    with started(*arguments, **environment) as (process, url):
        yield url
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def ask(url: str, question: str = "Where do I keep tea?") -> None:
    """Ask, and be answered."""
    response = httpx.post(f"{url}/api/v1/ask", json={"question": question}, timeout=30)
    assert response.status_code == 200, response.text
    assert response.json()["hits"][0]["id"] == "tea.md#storing-tea"


def questions(where: Path | str) -> tuple[LoggedQuestion, ...]:
    with closing(QuestionLog(where)) as log:
        return log.questions()


def test_questions_are_logged_masked_beside_the_library(folder: Path, path: Path) -> None:
    with serving(folder) as url:
        ask(url, "Where do I keep tea? Tell jo@example.org")
        assert [one.question for one in questions(path)] == ["Where do I keep tea? Tell [e-mail]"]
    # An end in good order leaves one whole file, that can be copied.
    assert [file.name for file in path.parent.glob("questions*")] == [path.name]


def test_without_a_log_nothing_is_written(folder: Path, path: Path) -> None:
    with serving(folder, "--no-log", FOOTNOTE_LOG=f"sqlite:///{path}") as url:
        ask(url)
        assert not list(path.parent.glob("questions*"))
    assert not list(path.parent.glob("questions*"))


def test_old_questions_are_deleted_at_the_start(folder: Path, path: Path) -> None:
    today = datetime.now(UTC)
    times = iter([today - timedelta(days=31), today - timedelta(days=29)])
    with closing(QuestionLog(path, now=lambda: next(times))) as log:
        for question in ("31 days ago?", "29 days ago?"):
            log.record(replace(NO, question=question))
    with serving(folder, "--keep-days", "30"):
        assert [one.question for one in questions(path)] == ["29 days ago?"]


def test_several_instances_share_a_database(folder: Path, path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "tea.md").write_text(TEXT)
    with (
        postgres.server() as database,
        serving(folder, "--log", database) as one,
        serving(other, FOOTNOTE_LOG=database) as two,
    ):
        ask(one)
        ask(two)
        assert len(questions(database)) == 2
    assert not path.exists()


def test_a_locked_log_never_stops_an_answer(folder: Path, path: Path) -> None:
    # What else can be the matter with a log, and for how long it holds up an answer, is in
    # tests/qa/test_questions.py.
    with closing(QuestionLog(path)) as log:
        log.record(NO)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with serving(folder) as url:
            ask(url)
            ask(url)
            assert other.in_transaction  # the log was locked all the time


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--log", "nonsense://x"), "the question log's URL cannot be read"),
        (("--keep-days", "0"), "0 is not in the range"),
    ],
)
def test_what_cannot_be_logged_to_is_told_before_any_work(
    folder: Path, options: tuple[str, ...], message: str
) -> None:
    with pytest.raises(AssertionError, match=message), serving(folder, *options):
        pass
