"""Every example program runs and does what it says; so does the README's."""

import csv
import io
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def manual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a few sample articles, so that no library is left among the real ones."""
    folder = tmp_path_factory.mktemp("manual") / "docs"
    folder.mkdir()
    for name in ("file-formats.mdx", "privacy-and-offline.html", "how-coverage-is-measured.txt"):
        shutil.copy(ROOT / "docs" / name, folder)
    return folder


def run(*arguments: object, cwd: Path = ROOT) -> str:
    command = [sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_example_is_tested_here() -> None:
    source = Path(__file__).read_text("utf-8")
    for example in (ROOT / "examples").glob("*.py"):
        assert f"examples/{example.name}" in source


@pytest.mark.model
def test_ask_a_folder_answers_with_the_passage_and_its_place(manual: Path) -> None:
    out = run("examples/ask_a_folder.py", manual, "Can it read PDF files?")
    assert out.startswith("No. Save them as HTML, Markdown or plain text first.\n")
    assert "What Footnote can read" in out


@pytest.mark.model
def test_ask_a_folder_says_when_there_is_no_answer(manual: Path) -> None:
    out = run("examples/ask_a_folder.py", manual, "Who won the chess match in Reykjavik?")
    assert out == "The articles here do not seem to answer that.\n"


@pytest.mark.model
def test_ask_a_folder_offers_what_comes_close_to_an_answer(manual: Path) -> None:
    out = run("examples/ask_a_folder.py", manual, "does it read epub")
    assert "  perhaps: Can Footnote read PDF or Word files?\n" in out


def test_faq_to_csv_lists_every_pair_with_its_line(manual: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("examples/faq_to_csv.py", manual))))
    assert [row["article"] for row in rows] == (
        ["file-formats.mdx"] * 6
        + ["how-coverage-is-measured.txt"] * 5
        + ["privacy-and-offline.html"] * 7
    )
    for row in rows:
        line = (manual / row["article"]).read_text("utf-8").splitlines()[int(row["line"]) - 1]
        assert row["question"] in line


@pytest.mark.model
def test_the_readmes_program_prints_an_answer(manual: Path) -> None:
    program = re.search(r"```python\n(.+?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert program is not None
    out = run("-c", program[1], cwd=manual.parent)
    assert out.startswith("Plain text, Markdown, MDX, HTML and reStructuredText for articles;")
