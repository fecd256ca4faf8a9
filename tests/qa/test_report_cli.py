"""``footnote coverage``, ``gaps`` and ``check`` as their users run them; and the page about CI."""

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest
import yaml

from qa.cli import cli
from qa.report_cli import FORMATS
from qa.reports.writing import ReportFormat
from tests.qa.test_cli import footnote

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_formats_offered_are_those_that_can_be_written() -> None:
    assert tuple(ReportFormat) == FORMATS


@pytest.mark.parametrize("command", ["coverage", "gaps", "check"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "nowhere is no folder"),
        (["--fail-under", "101"], "101 is not between 0 and 100"),
        (["--fail-under", "nan"], "nan is not between 0 and 100"),
        (["--update-baseline"], "--update-baseline needs --baseline FILE"),
        (["--baseline", "nowhere.json"], "there is no such baseline"),
        (["--output", "nowhere/report"], "nowhere is no folder"),
        (["--format", "pdf"], "'pdf' is not one of"),
    ],
)
def test_wrong_use_exits_with_2_before_any_work(
    content: Path, command: str, arguments: list[str], message: str
) -> None:
    done = footnote(command, *arguments, env={"FOOTNOTE_CONTENT": str(content)})
    assert (done.returncode, done.stdout) == (2, "")
    assert message in " ".join(done.stderr.split())
    assert not (content / ".footnote").exists()


@pytest.mark.model
def test_a_baseline_lets_only_new_problems_fail(content: Path) -> None:
    known, folder = ["coverage", content, "--baseline", "b.json"], content.parent
    assert footnote(*known, "--update-baseline", cwd=folder).returncode == 0
    tea = content / "tea.md"
    # Lines move: nothing is new.
    tea.write_text("\n\n\n" + tea.read_text())
    moved = footnote(*known, cwd=folder)
    assert moved.returncode == 0, moved.stdout
    history = "Monks carried seeds over the mountains. Emperors taxed every single caravan."
    tea.write_text(tea.read_text().replace("## FAQ", f"## Caravans\n\n{history}\n\n## FAQ"))
    done = footnote(*known, "--format", "json", cwd=folder)
    assert done.returncode == 1
    new = [one for one in json.loads(done.stdout)["findings"] if one["standing"] == "new"]
    assert [(one["kind"], one["title"]) for one in new] == [("uncovered", "Caravans")]
    assert new[0]["places"][0]["file"] == "content/tea.md"


@pytest.mark.model
def test_a_report_is_written_to_a_file_and_its_status_is_told(content: Path) -> None:
    report = content.parent / "report.html"
    done = footnote("coverage", content, "--format", "html", "--output", report, "--fail-under=100")
    assert (done.returncode, done.stdout) == (1, "")
    assert "is below the limit of 100%" in done.stderr
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    # No half of a file is left beside it.
    assert {path.name for path in content.parent.iterdir()} == {"content", "report.html"}


@pytest.mark.model
@pytest.mark.parametrize("command", ["coverage", "gaps", "check"])
def test_what_cannot_be_read_fails_is_named_and_no_baseline_is_written(
    content: Path, command: str
) -> None:
    known, folder = [command, content, "--baseline", "b.json"], content.parent
    assert footnote(*known, "--update-baseline", cwd=folder).returncode == 0
    before = (folder / "b.json").read_bytes()
    (content / "tea.md").write_bytes((content / "tea.md").read_bytes() + b"\0")
    shutil.rmtree(content / ".footnote")  # a fresh checkout
    done = footnote(*known, "--format", "json", cwd=folder)
    report = json.loads(done.stdout)
    assert (done.returncode, report["fixed"]) == (1, [])
    assert [(one["file"], one["line"]) for one in report["unread"]] == [("content/tea.md", None)]
    assert report["why"] == "1 file could not be read as a whole"
    refused = footnote(*known, "--update-baseline", cwd=folder)
    assert refused.returncode == 1
    assert "The baseline is left as it is" in refused.stderr
    assert (folder / "b.json").read_bytes() == before


@pytest.mark.model
@pytest.mark.parametrize(
    ("log", "reason"),
    [
        ("postgresql://127.0.0.1:1/none", "cannot be read"),
        ("sqlite:///nowhere/q.sqlite", "is not there"),
        ("nowhere.sqlite", "is not there"),
    ],
)
def test_gaps_of_a_log_that_cannot_be_read_are_an_error(
    content: Path, log: str, reason: str
) -> None:
    done = footnote("gaps", content, "--log", log)
    assert (done.returncode, done.stdout) == (1, "")
    assert reason in done.stderr
    # Coverage is as good without, and says so.
    done = footnote("coverage", content, "--log", log)
    assert (done.returncode, "without the question log" in done.stderr) == (0, True)


@pytest.mark.model
def test_a_log_that_is_not_there_yet_is_told_and_no_error(content: Path) -> None:
    done = footnote("gaps", content, "--format", "json")
    assert done.returncode == 0
    (note,) = json.loads(done.stdout)["notes"]
    assert note.startswith("No reader's question is known: the question log ")
    assert note.endswith("questions.sqlite is not there yet.")


@pytest.mark.model
def test_without_a_history_it_is_said_that_stale_answers_were_not_checked(content: Path) -> None:
    assert footnote("coverage", content).returncode == 0  # in the same fresh checkout
    note = "Out-of-date answers: not checked, no history of the articles"
    for form in ("table", "json", "markdown"):
        done = footnote("check", content, "--format", form)
        said = done.stdout.replace("\\", "").replace("\u2060", "")
        assert note in " ".join(said.split())
    report = json.loads(footnote("check", content, "--format", "json").stdout)
    assert report["not_checked"] == ["stale"]
    tea = content / "tea.md"
    tea.write_text(tea.read_text() + "\n\n## Cups\n\nCups are blue.\n", encoding="utf-8")
    report = json.loads(footnote("check", content, "--format", "json").stdout)
    assert (report["not_checked"], report["notes"]) == ([], [])


def test_the_workflow_in_the_docs_parses_and_asks_for_no_more_than_it_needs() -> None:
    workflow = _workflow()
    assert workflow["permissions"] == {}
    jobs = workflow["jobs"]
    assert jobs["measure"]["permissions"] == {"contents": "read"}
    assert all("footnote " not in step.get("run", "").replace("<!-- footnote coverage", "")
               for step in jobs["publish"]["steps"])  # fmt: skip


def test_the_commands_in_the_workflow_exist_with_these_options() -> None:
    steps = [step for job in _workflow()["jobs"].values() for step in job["steps"]]
    lines = [line.strip() for step in steps for line in step.get("run", "").splitlines()]
    commands = [line for line in lines if line.startswith("footnote ")]
    assert len(commands) == 7
    for line in commands:
        _, name, *arguments = shlex.split(line.partition("||")[0])
        cli.commands[name].make_context(name, arguments)  # raises for what is unknown


@pytest.mark.model
def test_the_workflow_finds_an_answer_that_the_change_makes_out_of_date(content: Path) -> None:
    # The commands of the workflow that read the articles before the change, and check.
    folder, before = content.parent, content.parent / ".before" / "docs"
    shutil.copytree(content, before)
    content.rename(folder / "docs")
    for docs, days in ((before, "two"), (folder / "docs", "nine")):
        text = f"# Parcels\n\n## Delivery\n\nA parcel of black tea takes {days} days to Ghent.\n\n"
        text += "## FAQ\n\n### How long does a parcel to Ghent take?\n\nA parcel takes two days.\n"
        (docs / "parcels.md").write_text(text, encoding="utf-8")
    (folder / "footnote-baseline.json").write_text('{"footnote-baseline": 1, "findings": {}}')
    (folder / "report").mkdir()
    steps = [step for job in _workflow()["jobs"].values() for step in job["steps"]]
    lines = [line.strip() for step in steps for line in step.get("run", "").splitlines()]
    for line in lines:
        if line.startswith(("footnote sync", "footnote check")) and "||" in line:
            footnote(*shlex.split(line.partition("||")[0])[1:], cwd=folder)
    report = (folder / "report" / "check.md").read_text(encoding="utf-8")
    assert "out of date" in report
    assert "not checked" not in report


def _workflow() -> dict[str, dict[str, dict[str, list[dict[str, str]]]]]:
    page = (DOCS / "editors-in-ci.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", page, re.S)
    loaded: dict[str, dict[str, dict[str, list[dict[str, str]]]]] = yaml.safe_load(block)
    return loaded
