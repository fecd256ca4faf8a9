"""What each command imports before it answers: start-up time is imports."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# Hundreds of milliseconds and tens of megabytes each, and nothing that a question needs.
NOT_FOR_A_QUESTION = (
    "torch", "transformers", "sentence_transformers", "huggingface_hub", "onnx",
    "scipy", "sklearn", "pandas", "numba", "jax", "tqdm", "matplotlib",
    "sqlalchemy", "phonenumbers", "stdnum", "openpyxl", "argon2",
    "gradio", "fastapi", "starlette", "uvicorn", "pydantic", "jinja2", "rich",
    "markdown_it", "docutils", "lxml", "yaml", "charset_normalizer", "py3langid", "text_to_num",
)  # fmt: skip
# Patterns of page furniture in many languages, compiled: only for files that changed.
NOT_FOR_UNCHANGED_FILES = ("index.readers.outline", "index.readers.decode")

PROGRAM = """
import sys
from qa.cli import main
sys.argv[1:] = sys.argv[2:]
unwanted = {*sys.stdin.read().split()}
try:
    main()
finally:
    print(*sorted(unwanted & set(sys.modules)), file=sys.stderr)
"""


def imported(*arguments: str, unwanted: tuple[str, ...]) -> tuple[str, list[str]]:
    """What a command prints, and which of the unwanted modules it has imported."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "footnote", *arguments],
        cwd=ROOT,
        env={**os.environ, "NO_COLOR": "1"},
        input=" ".join(unwanted),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr.split()


def test_help_imports_nothing_heavy() -> None:
    printed, found = imported("--help", unwanted=(*NOT_FOR_A_QUESTION, "numpy", "faiss"))
    assert "Ask your articles" in printed
    assert found == []


@pytest.mark.model
@pytest.mark.parametrize("mode", ["float32", "int8"])
def test_a_question_on_a_synced_folder_imports_neither_torch_nor_the_web(
    content: Path, mode: str
) -> None:
    subprocess.run(
        [sys.executable, "-m", "qa", "sync", str(content), "--precision-mode", mode],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    question = ("ask", "How long does tea keep?", "--content", str(content))
    question += ("--precision-mode", mode)
    printed, found = imported(*question, unwanted=(*NOT_FOR_A_QUESTION, *NOT_FOR_UNCHANGED_FILES))
    assert "Black tea keeps for two years." in printed
    assert found == []
