"""The function words of a language; the lists come with bm25s, which has its one home here.

They are of a text's language.  Which words of a reader's question only ask and point, whatever its
language, is in ``qa.function_words``.
"""

import functools
import sys
import threading
from importlib.abc import MetaPathFinder
from typing import Any

from index.languages import base_code
from index.words import fold

# ISO 639-1 codes to the names of the lists.
_NAMES = {
    "da": "DANISH", "de": "GERMAN", "en": "EN_PLUS", "es": "SPANISH", "fr": "FRENCH",
    "it": "ITALIAN", "nl": "DUTCH", "no": "NORWEGIAN", "pt": "PORTUGUESE", "ru": "RUSSIAN",
    "sv": "SWEDISH", "tr": "TURKISH",
}  # fmt: skip

KNOWN: frozenset[str] = frozenset(_NAMES)
"""ISO 639-1 codes of the languages whose function words are known."""


@functools.cache
def function_words(language: str | None) -> frozenset[str]:
    """The words of a language (BCP 47) that mean little by themselves, folded as terms are.

    Empty where they are not known.  The lists are Snowball's and others', as bm25s carries them.
    """
    name = _NAMES.get(base_code(language) or "")
    if name is None:
        return frozenset()
    lists = _bm25s().stopwords
    return frozenset(fold(word) for word in getattr(lists, f"STOPWORDS_{name}"))


class _Without(MetaPathFinder):
    """Lets the calling thread import nothing of some packages; imported ones stay."""

    def __init__(self, *names: str) -> None:
        self._names = names
        self._thread = threading.get_ident()

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name in self._names and threading.get_ident() == self._thread:
            raise ModuleNotFoundError(f"{name} is not to be imported here", name=name)

    def __enter__(self) -> None:
        sys.meta_path.insert(0, self)

    def __exit__(self, *error: object) -> None:
        sys.meta_path.remove(self)


@functools.cache
def _bm25s() -> Any:  # Any: bm25s has no types
    # It imports SciPy for a way to build its matrix that it does not take unless told to, tqdm for
    # progress bars that we never show, and, where somebody has them, numba and jax, seconds each,
    # to select what we select ourselves.  It does without those that are not installed.  The first
    # two alone make 110 of 145 ms, a sixth of a question on the command line.
    with _Without("jax", "numba", "scipy", "tqdm"):
        import bm25s
    return bm25s
