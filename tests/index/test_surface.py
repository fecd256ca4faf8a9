"""What ``import index`` offers, and what it costs."""

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import index

ROOT = Path(__file__).resolve().parents[2]


def test_every_public_name_is_there_and_is_what_its_module_has() -> None:
    for name, home in index._HOMES.items():
        assert getattr(index, name) is getattr(importlib.import_module(f"index.{home}"), name)
    assert sorted(index.__all__) == sorted(index._HOMES)
    assert set(index.__all__) <= set(dir(index))


def test_the_type_checker_is_told_of_the_same_names() -> None:
    tree = ast.parse(Path(index.__file__).read_text(encoding="utf-8"))
    declared = {
        alias.asname: node.module
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }
    assert declared == {name: f"index.{home}" for name, home in index._HOMES.items()}


def test_a_misspelt_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'index' has no attribute 'Libary'"):
        _ = index.Libary  # type: ignore[attr-defined]  # misspelt on purpose


def test_importing_the_package_and_its_errors_imports_nothing_heavy() -> None:
    program = """
import sys
import index
from index import Article, FootnoteError, LibraryMissing
heavy = {"numpy", "torch", "faiss", "bm25s", "lxml", "sentencex", "sqlite3", "transformers"}
print(sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_the_write_side_never_imports_the_read_side() -> None:
    for path in (ROOT / "index").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not [name for name in names if name.split(".")[0] in {"qa", "app", "gradio"}], (
                path
            )
