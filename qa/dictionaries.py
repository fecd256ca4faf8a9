"""Which words a language has; the lists come with pyspellchecker, which has its one home here.

A small library has few of a language's words.  The embedding model's vocabulary tells nothing of
those of languages that it does not read, and has of English only the most common ones whole: not
"vegan", "plumber" or "photocopy".
"""

import functools
from collections.abc import Iterable

from index.languages import base_code
from index.words import fold

ENGLISH = "en"
# ISO 639-1 codes of the lists.
KNOWN = frozenset(("ar", "de", ENGLISH, "es", "eu", "fa", "fr", "it", "lv", "nl", "pt", "ru"))
# The English list has words that hardly anybody uses.  A short one of those is mistyped more often
# than meant ("dor", "teem", "coper"): of 5,977 questions of the English sites and the public sets,
# nine have such a word by a slip, and one means it.  (The list's counts are of 1.6 billion words,
# and 50 for what has never been seen.)
_LEAST_COUNT = {ENGLISH: 200}
_LONG = 7


def looked_up(
    languages: Iterable[str | None], unread: Iterable[str | None]
) -> tuple[str | None, ...]:
    """The languages of a library (BCP 47) whose words are to be looked up in their lists.

    Those that the model does not read, and English: what is in a language that nobody knows (None)
    may be English, too.
    """
    english = any(base_code(tag) in (None, ENGLISH) for tag in languages)
    return (*unread, *([ENGLISH] if english else []))


def words_of(language: str | None) -> frozenset[str]:
    """The words of a language (BCP 47) with their forms, folded as terms are; empty where there is
    no list.

    They come from subtitles of films, so everyday words are there and many technical ones are not.
    """
    code = base_code(language)
    return _words(code) if code in KNOWN else frozenset()


@functools.cache  # up to half a second, and 70 MB: once for "de" and "de-AT"
def _words(code: str) -> frozenset[str]:
    from spellchecker import SpellChecker

    least = _LEAST_COUNT.get(code, 0)
    counts = SpellChecker(language=code).word_frequency.items()
    return frozenset(fold(word) for word, count in counts if count >= least or len(word) >= _LONG)
