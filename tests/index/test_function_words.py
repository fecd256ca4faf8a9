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


def test_other_threads_may_import_meanwhile_what_one_is_to_do_without() -> None:
    found: list[object] = []

    def look() -> None:
        found.append(importlib.util.find_spec("tqdm"))

    with _Without("tqdm"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        if "tqdm" not in sys.modules:  # what is imported stays
            with pytest.raises(ModuleNotFoundError, match="tqdm is not to be imported here"):
                importlib.util.find_spec("tqdm")
    assert found != [None]
    assert len(found) == 1
