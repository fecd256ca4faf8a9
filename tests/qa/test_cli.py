"""The command line, run as its users run it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import click
import pytest

from index.encoder import Encoder, PrecisionMode
from index.sync import SyncReport
from qa.answer import Answerer
from qa.calibration import Correction
from qa.cli import cli, sync
from qa.cli_library import summary
from qa.confidence import DEFAULT_THRESHOLD, threshold_for
from qa.questions import QuestionLog, Verdict
from qa.weights import Weights

ROOT = Path(__file__).resolve().parent.parent.parent


def footnote(
    *arguments: str | Path,
    input: str | bytes = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run ``python -m qa`` in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FOOTNOTE_")}
    done = subprocess.run(
        [sys.executable, "-m", "qa", *map(str, arguments)],
        input=input.encode() if isinstance(input, str) else input,
        cwd=cwd or ROOT,
        env={**clean, "PYTHONPATH": str(ROOT), **(env or {})},
        capture_output=True,
        timeout=300,
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def lines(done: subprocess.CompletedProcess[str]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def synced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A content folder with its library, embedded once by the real model."""
    from tests.conftest import CONTENT

    folder = tmp_path_factory.mktemp("cli") / "content"
    for name, text in CONTENT.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    done = footnote("sync", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_help_names_every_command() -> None:
    # That it is there at once is what tests/test_start.py (what is not imported) and
    # benchmarks.speed (how long it takes) look after.
    done = footnote("--help")
    assert done.returncode == 0
    for command in ("ask", "calibrate", "log", "read", "serve", "sync"):
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize("command", ["read", "sync", "ask", "serve", "calibrate", "log"])
def test_every_command_explains_itself(command: str) -> None:
    assert footnote(command, "--help").stdout.startswith(f"Usage: footnote {command}")


def test_read_prints_a_json_object_for_every_article(content: Path) -> None:
    articles = {one["path"]: one for one in lines(footnote("read", content, "--json"))}
    assert list(articles) == ["coffee.txt", "orders/questions.csv", "tea.md"]
    tea = articles["tea.md"]
    assert list(tea) == ["path", "title", "sections", "faq"]
    assert tea["title"] == "All about tea"
    sections, faq = tea["sections"], tea["faq"]
    assert isinstance(sections, list)
    assert isinstance(faq, list)
    storing = next(one for one in sections if one["heading"] == "Storing tea")
    assert list(storing) == ["heading", "level", "text", "start", "end", "line"]
    assert (storing["level"], storing["line"]) == (2, 5)
    assert list(faq[0]) == ["question", "answer", "start", "end", "line"]
    assert [one["question"] for one in faq] == ["How long does tea keep?", "Can I freeze tea?"]
    assert [one["line"] for one in faq] == [11, 15]


def test_read_shows_an_outline(content: Path) -> None:
    done = footnote("read", content / "tea.md")
    assert "All about tea\n  tea.md\n" in done.stdout
    assert "     11  ?      How long does tea keep?\n" in done.stdout


def test_a_file_that_cannot_be_read_is_named_and_the_others_go_in(content: Path) -> None:
    (content / "broken.yml").write_text("- question: a\n  answer: [\n")
    (content / "empty.md").write_text("")
    done = footnote("read", content, "--json")
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 3
    broken, empty = done.stderr.splitlines()
    assert broken.startswith("broken.yml:")
    assert empty.startswith("empty.md: ")


def test_reading_what_is_not_there_is_a_usage_error() -> None:
    done = footnote("read", "nowhere")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "footnote: nowhere: there is no such file or folder\n"


def test_what_is_there_is_read_and_what_is_missing_named(content: Path) -> None:
    done = footnote("read", content / "tea.md", "missing.md", "--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 1)
    assert done.stderr == "footnote: missing.md: there is no such file or folder\n"


@pytest.mark.parametrize("command", ["read", "sync"])
def test_a_folder_without_articles_is_told_with_the_endings_read(
    tmp_path: Path, command: str
) -> None:
    (tmp_path / "picture.png").write_bytes(b"x")
    done = footnote(command, tmp_path)
    assert done.returncode == 0
    told = f"footnote: no article found in {tmp_path}: files read end in .csv, .htm, .html, "
    assert done.stderr.startswith(told)
    assert len(done.stderr.splitlines()) == 1
    assert "leaves some out" not in done.stderr
    (tmp_path / ".footnoteignore").write_text("*\n")
    assert footnote(command, tmp_path).stderr.endswith(", and .footnoteignore leaves some out\n")


def test_a_question_without_a_command_gets_a_hint() -> None:
    done = footnote("can I freeze tea")
    assert done.returncode == 2
    assert 'Did you mean: footnote ask "can I freeze tea"' in done.stderr


@pytest.mark.model
def test_sync_reports_a_library_that_is_damaged(synced: Path, tmp_path: Path) -> None:
    folder = tmp_path / "c"
    shutil.copytree(synced, folder)
    file = folder / ".footnote" / "library.sqlite"
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute('UPDATE passages SET "end" = "end" + 100000')
    done = footnote("sync", folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert "damaged" in done.stderr


@pytest.mark.model
def test_top_1_shows_the_best_alone(synced: Path) -> None:
    done = footnote("ask", "how do I keep tea", "--content", synced, "--top", "1")
    assert done.returncode == 0, done.stderr
    assert "Further answers" not in done.stdout


@pytest.mark.model
def test_sync_says_what_it_did_and_the_second_time_that_nothing_changed(synced: Path) -> None:
    done = footnote("sync", synced)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("nothing changed: 3 files, 0 texts embedded, ")


@pytest.mark.model
def test_a_sync_in_which_a_file_fails_says_so_and_exits_with_1(
    synced: Path, tmp_path: Path
) -> None:
    shutil.copytree(synced, tmp_path / "c")
    (tmp_path / "c" / "empty.md").write_text("")
    done = footnote("sync", tmp_path / "c")
    assert done.returncode == 1
    assert done.stderr.startswith("empty.md: ")
    assert "1 failed" in done.stdout


@pytest.mark.model
def test_an_answer_is_printed_with_its_source(synced: Path) -> None:
    done = footnote("ask", "how long can I keep green tea", "--content", synced)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert shown[1] == "Black tea keeps for two years. Green tea keeps for one year."
    assert "In short: Green tea keeps for one year." in shown
    assert "All about tea › FAQ" in shown
    assert f"{synced}/tea.md:11" in shown
    assert any(line.endswith("% sure)") for line in shown)
    assert "\x1b" not in done.stdout


@pytest.mark.model
def test_an_off_topic_question_gets_an_honest_no(synced: Path) -> None:
    done = footnote("ask", "best pizza in Rome", "--content", synced)
    assert done.returncode == 0
    assert done.stdout.startswith("The articles here do not seem to answer that.\n")


@pytest.mark.model
def test_json_has_the_whole_ranking_to_top_also_when_it_abstains(synced: Path) -> None:
    (no,) = lines(
        footnote("ask", "best pizza in Rome", "--json", "--top", "3", "--content", synced)
    )
    assert (no["abstained"], no["reason"], no["id"]) == (True, "nothing_close", None)
    hits = no["hits"]
    assert isinstance(hits, list)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]


@pytest.mark.model
def test_questions_come_from_a_file_or_standard_input_in_order(
    synced: Path, tmp_path: Path
) -> None:
    asked = 'Can I freeze tea?\n\n{"id": "q", "text": "When will my order arrive?"}\n'
    file = tmp_path / "questions"
    file.write_text("\ufeff" + asked)
    from_file = footnote("ask", "--questions", file, "--content", synced)
    from_stdin = footnote("ask", "--questions", "-", "--content", synced, input=asked)
    assert from_file.stdout == from_stdin.stdout
    answers = lines(from_file)
    assert [(one["id"], one["question"]) for one in answers] == [
        (1, "Can I freeze tea?"),
        ("q", "When will my order arrive?"),
    ]
    hits = answers[1]["hits"]
    assert isinstance(hits, list)
    assert hits[0]["id"] == "ship"


@pytest.mark.model
def test_many_questions_get_what_each_gets_alone(synced: Path) -> None:
    questions = ["how long does tea keep", "can coffee go in the fridge", "send it back", "pizza"]
    many = lines(
        footnote("ask", "--questions", "-", "--content", synced, input="\n".join(questions))
    )
    for question, among_many in zip(questions[:2], many, strict=False):
        (alone,) = lines(footnote("ask", question, "--json", "--content", synced))
        assert {**among_many, "id": None} == alone


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        (b'ok\n{"id": 1}\n', 'q:2: expected {"id": …, "text": "…"}; "text" is missing'),
        (b'\n{"text": \n', "q:2: broken JSON: Expecting value at column 9"),
        (b'{"id": [], "text": "a"}\n', 'q:1: "id" is neither a string nor a whole number'),
        (b"ok\n\nna\xefve\n", "q:3: not UTF-8: byte 0xef at position 3"),
        (b"ok\n" + b"x" * 2001, "q:2: the question has 2001 characters; at most 2000"),
    ],
)
def test_a_bad_line_is_named_before_any_work(
    content: Path, tmp_path: Path, questions: bytes, message: str
) -> None:
    (tmp_path / "q").write_bytes(questions)
    done = footnote("ask", "--questions", "q", "--content", content, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"footnote: {message}")
    assert len(done.stderr.splitlines()) == 1
    assert not (content / ".footnote").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "tea", "--content", "nowhere"], "nowhere is no folder"),
        (["sync", "nowhere"], "nowhere is no folder"),
        (["ask"], "give one question, or --questions FILE"),
        (["ask", "tea", "--top", "0"], "--top"),
        (["ask", "tea", "--questions", "q"], "give one question, or --questions FILE"),
        (["ask", "tea", "--precision", "most"], "'most' is not a valid float"),
        (["calibrate", "nowhere"], "nowhere is no folder"),
        (["dance"], "No such command 'dance'"),
    ],
)
def test_a_wrong_command_line_exits_with_2(arguments: list[str], message: str) -> None:
    done = footnote(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_the_precision_modes_that_can_be_named_are_all_there_are() -> None:
    (mode,) = (option for option in sync.params if option.name == "precision_mode")
    assert isinstance(mode.type, click.Choice)
    assert list(mode.type.choices) == list(PrecisionMode)


def test_every_command_that_takes_a_model_takes_its_precision_mode() -> None:
    for name, command in cli.commands.items():
        options = {option.name for option in command.params}
        assert ("model" in options) == ("precision_mode" in options), name


@pytest.mark.model
def test_a_library_of_the_other_precision_mode_is_embedded_again_and_says_so(
    tmp_path: Path,
) -> None:
    (tmp_path / "tea.md").write_text("# Tea\n\nBlack tea keeps for two years.\n")
    first = footnote("sync", tmp_path, "--precision-mode", "int8")
    assert (first.returncode, first.stderr) == (0, "")
    same = footnote(
        "ask", "How long does tea keep?", "--content", tmp_path, "--precision-mode", "int8"
    )
    assert "Black tea keeps for two years." in same.stdout
    assert same.stderr == ""
    other = footnote("sync", tmp_path)
    assert other.stderr == "embedded again: the library was all-MiniLM-L6-v2 (int8)'s\n"
    refused = footnote(
        "ask", "tea", "--content", tmp_path, "--precision", "0.9", "--precision-mode", "int8"
    )
    assert refused.returncode == 2
    assert "no precision can be promised with all-MiniLM-L6-v2 (int8)" in refused.stderr


def test_an_unknown_model_is_one_line_on_stderr(content: Path) -> None:
    done = footnote("ask", "tea", "--content", content, "--model", "./no/such/model")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert "no model at './no/such/model'" in done.stderr


def test_the_content_folder_comes_from_the_environment(content: Path) -> None:
    done = footnote("sync", env={"FOOTNOTE_CONTENT": "nowhere"})
    assert (
        done.stderr == "footnote: nowhere is no folder: name the folder that holds the articles\n"
    )


def test_a_closed_pipe_is_quiet(content: Path) -> None:
    command = f"{sys.executable} -m qa read {content} --json | head -c 1"
    done = subprocess.run(
        ["bash", "-c", f"{command}; exit ${{PIPESTATUS[1]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "{", "")


def test_any_output_encoding_can_show_any_article(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 茶\n\nText.\n", encoding="utf-8")
    done = footnote("read", tmp_path, env={"PYTHONIOENCODING": "latin-1"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("茶\n")


@pytest.mark.model
def test_a_sync_says_once_which_articles_the_model_does_not_read(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# Verleih\n\nUnsere Bücherei verleiht Bücher und Filme an alle, die hier wohnen.\n",
        encoding="utf-8",
    )
    for _ in range(2):
        done = footnote("sync", tmp_path)
        assert done.returncode == 0
        assert done.stderr.splitlines() == [
            "1 article is in a language that the model does not read (de: 1): answers from there "
            "rest on the words that they share with a question. A multilingual model serves them "
            "better: --model sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2, or "
            "--model sentence-transformers/paraphrase-multilingual-mpnet-base-v2 (larger)"
        ]
    # Who asks is not told each time.
    assert footnote("ask", "Was verleiht die Bücherei?", "--content", tmp_path).stderr == ""


@pytest.mark.model
def test_a_sync_of_english_articles_says_nothing_of_languages(synced: Path) -> None:
    assert footnote("sync", synced).stderr == ""


@pytest.mark.parametrize("command", [["ask", "tea", "--content"], ["serve", "--port", "0"]])
@pytest.mark.parametrize(
    ("precision", "message"),
    [
        ("90", "a precision of 90.0 cannot be promised: give one between 0 and 1"),
        ("nan", "a precision of nan cannot be promised"),
    ],
)
def test_what_cannot_be_promised_is_told_before_any_work(
    content: Path, command: list[str], precision: str, message: str
) -> None:
    done = footnote(*command, content, env={"FOOTNOTE_PRECISION": precision})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"footnote: {message}")
    assert len(done.stderr.splitlines()) == 1
    assert not (content / ".footnote").exists()


@pytest.mark.model
def test_a_promise_withholds_what_is_not_sure_enough(synced: Path) -> None:
    curve = Weights.load().curve
    surest = curve[-1].precision  # what the last threshold keeps is kept, whatever was before
    if surest == 1.0:
        surest = 0.999999
    threshold = threshold_for(surest, curve)
    asked = "\n".join(["How long does tea keep?", "coffee cold", "tea tin light", "order money"])
    results = lines(
        footnote(
            "ask", "--questions", "-", "--precision", str(surest), "--content", synced, input=asked
        )
    )
    found = [(one["confidence"], one["abstained"]) for one in results]
    assert [abstained for _, abstained in found] == [
        float(str(confidence)) < threshold for confidence, _ in found
    ]
    assert {abstained for _, abstained in found} >= {True}


@pytest.mark.model
def test_what_an_answer_rests_on_is_shown_below_it(synced: Path) -> None:
    done = footnote("ask", "how lnog does tea keep", "--explain", "--content", synced)
    assert done.returncode == 0, done.stderr
    shown = done.stdout.splitlines()
    assert shown[:2] == ["Searched for: how long does tea keep", ""]
    why = shown[shown.index("Why") :]
    assert why[1:3] == ["Searched for: how long does tea keep", "Typing errors mended: lnog → long"]
    assert why[3].startswith("Answered: ")
    assert why[5].startswith("1. How long does tea keep? (tea.md)  ")
    plain = footnote("ask", "how lnog does tea keep", "--content", synced).stdout
    assert done.stdout.startswith(plain)
    assert "Why" not in plain


@pytest.mark.model
def test_json_has_what_an_answer_rests_on_where_it_is_asked_for(synced: Path) -> None:
    asked = "how long does tea keep\npizza"
    arguments = ("ask", "--questions", "-", "--top", "2", "--content", synced)
    plain = lines(footnote(*arguments, input=asked))
    full = lines(footnote(*arguments, "--explain", input=asked))
    assert ["explain" in one for one in plain] == [False, False]
    for one in full:
        why = one.pop("explain")
        assert isinstance(why, dict)
        assert len(why["hits"]) == 2
        assert why["threshold"] == DEFAULT_THRESHOLD
    assert full == plain


@pytest.mark.model
def test_calibrate_shows_the_curves_and_draws_them(synced: Path, tmp_path: Path) -> None:
    done = footnote("calibrate", synced, "--plot", tmp_path / "curve.png")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[0].split() == ["public", "sets", "12", "own", "questions"]
    assert done.stdout.splitlines()[-1].startswith("No correction: 0 answers were found helpful")
    assert (tmp_path / "curve.png").read_bytes().startswith(b"\x89PNG")
    (report,) = lines(footnote("calibrate", synced, "--json"))
    assert report["own_questions"] == 12


@pytest.mark.model
def test_without_verdicts_there_is_nothing_to_save(synced: Path) -> None:
    done = footnote("calibrate", synced, "--save")
    assert done.returncode == 1
    assert done.stderr.startswith("footnote: nothing to save: 0 answers were found helpful")
    assert not (synced / ".footnote" / "calibration.json").exists()


@pytest.mark.model
def test_a_saved_calibration_corrects_until_it_belongs_to_something_else(
    synced: Path, tmp_path: Path, encoder: Encoder
) -> None:
    content = tmp_path / "content"
    shutil.copytree(synced, content)
    question = ("ask", "How long does tea keep?", "--json", "--content", content)
    (before,) = lines(footnote(*question))
    log = QuestionLog(content / ".footnote" / "questions.sqlite")
    answerer = Answerer(content / ".footnote" / "library.sqlite", encoder, threshold=0.0)
    # Surer answers are more often right, but all of them less often than their confidence says.
    for number, asked in enumerate(["How long does tea keep?", "tea in the light"] * 20):
        id = log.record(answerer.ask(asked))
        assert id is not None
        right = number % 4 == 0 or number % 20 == 1
        log.feedback(id, Verdict.HELPFUL if right else Verdict.WRONG)
    saved = footnote("calibrate", content, "--save")
    assert saved.returncode == 0, saved.stderr
    assert "Correction from 40 verdicts (12 helpful, 28 not)" in saved.stdout
    file = content / ".footnote" / "calibration.json"
    correct = Correction(**json.loads(file.read_text())["correction"])
    (after,) = lines(footnote(*question))
    assert after["confidence"] == correct(float(str(before["confidence"])))
    assert footnote("sync", content).stderr == ""

    (content / "coffee.txt").unlink()
    told = footnote("sync", content).stderr
    assert told.startswith("footnote: 1 file has changed since readers' verdicts were made")
    assert footnote(*question).returncode == 0

    file.write_text(file.read_text().replace('"weights": "', '"weights": "0'))
    refused = footnote(*question)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.endswith("run footnote calibrate --save again, or delete the file\n")
    assert "no question can be answered: " in footnote("sync", content).stderr


def test_a_summary_counts_one_file_as_one() -> None:
    done = {"removed": 0, "failed": (), "stale": (), "former_model": None, "generation": 1}
    report = SyncReport(read=1, embedded=1, unchanged=0, seconds=1.0, **done)  # type: ignore[arg-type]
    assert summary(report) == (
        "1 file read, 1 text embedded, 0 files unchanged, 0 removed, 0 failed, 1.0 s"
    )
