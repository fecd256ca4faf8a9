"""Who may import whom, in the source; and what importing really loads, in a fresh process."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("torch", "sentence_transformers", "gradio", "faiss", "bm25s", "numpy", "rich")
WEB = ("gradio", "fastapi", "starlette", "uvicorn")


def imported(path: Path) -> set[str]:
    """Return the top-level packages that a module imports anywhere, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


@pytest.mark.parametrize("path", modules("index"), ids=lambda path: path.name)
def test_the_write_side_never_imports_the_read_side(path: Path) -> None:
    assert not imported(path) & {"qa", "app"}


@pytest.mark.parametrize(
    "path", [*modules("index"), *modules("qa")], ids=lambda path: str(path.relative_to(ROOT))
)
def test_only_the_web_imports_web_frameworks(path: Path) -> None:
    if not path.is_relative_to(ROOT / "qa" / "web"):
        assert not imported(path) & set(WEB)


@pytest.mark.parametrize(
    "heavy", ["torch", "sentence_transformers", "onnxruntime", "faiss", "bm25s"]
)
def test_each_heavy_library_has_one_home(heavy: str) -> None:
    homes = [path for path in [*modules("index"), *modules("qa")] if heavy in imported(path)]
    assert len(homes) <= 1


@pytest.mark.parametrize("module", ["qa", "qa.cli", "qa.records", "index", "index.errors"])
def test_importing_is_cheap(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
