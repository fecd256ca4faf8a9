import importlib.util
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from index.function_words import _Without, function_words

ROOT = Path(__file__).resolve().parents[2]


def test_function_words_are_folded_and_known_for_some_languages() -> None:
    assert {"fur", "uber", "der"} <= function_words("de-AT")
    assert "the" in function_words("en")
    assert function_words("th") == function_words(None) == frozenset()


def test_bm25s_is_imported_without_what_it_can_do_without() -> None:
    program = """
import sys
from index.function_words import function_words
print("the" in function_words("en"), sorted({"scipy", "tqdm", "numba", "jax"} & set(sys.modules)))
import scipy.sparse, tqdm  # only bm25s was to do without
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True []\n"


def test_other_threads_may_import_meanwhile_what_one_is_to_do_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A module of the test's own: one that is imported already is not looked for again.
    (tmp_path / "samovar.py").write_text("TEA = True\n")
    monkeypatch.syspath_prepend(tmp_path)
    found: list[str] = []

    def look() -> None:
        spec = importlib.util.find_spec("samovar")
        found.append("" if spec is None else spec.name)

    with _Without("samovar"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        with pytest.raises(ModuleNotFoundError, match="samovar is not to be imported here"):
            importlib.util.find_spec("samovar")
    assert found == ["samovar"]
    look()
    assert found == ["samovar", "samovar"]
