"""The pieces of words, by which texts are found in languages that the model does not read."""

import functools
from collections.abc import Sequence

from index.function_words import function_words
from index.words import is_exact, is_unspaced, stems_of, terms

PIECE_CHARS = 4


def pieces(text: str, languages: Sequence[str | None]) -> list[str]:
    """The pieces of 4 characters that the stems of ``text`` consist of, in order, for BM25.

    They find a compound by its parts ("Leihfrist" and "Leihfristen", "ausleihen", "Frist"), and
    what a stemmer leaves apart: what words have to do alone where no model knows their meaning.
    Each stem is taken with a sign at its ends, so that a short one is a piece too: "rad" gives _rad
    and rad_.  Exact terms and pairs of characters (see ``terms``) stay whole.  Function words of
    the languages are left out, unless there is nothing else.
    """
    kinds = tuple(dict.fromkeys(languages)) or (None,)
    common = frozenset[str]().union(*(function_words(language) for language in kinds))
    every = terms(text)
    telling = [term for term in every if term not in common]
    return [piece for term in telling or every for piece in _pieces(term, kinds)]


@functools.lru_cache(maxsize=1 << 16)
def _pieces(term: str, languages: tuple[str | None, ...]) -> tuple[str, ...]:
    if is_exact(term) or is_unspaced(term):
        return (term,)
    ends = (f"_{form}_" for form in stems_of(term, languages))
    return tuple(
        dict.fromkeys(
            form[at : at + PIECE_CHARS]
            for form in ends
            for at in range(max(1, len(form) - PIECE_CHARS + 1))
        )
    )
