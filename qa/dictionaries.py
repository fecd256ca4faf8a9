"""Which words a language has; the lists come with pyspellchecker, which has its one home here.

They are for languages that the embedding model does not read: its vocabulary tells nothing of their
words, and a small library has few of them.
"""

import functools

from index.languages import base_code
from index.words import fold

# ISO 639-1 codes of the lists.  English is not among them: the default model knows its words.
KNOWN = frozenset(("ar", "de", "es", "eu", "fa", "fr", "it", "lv", "nl", "pt", "ru"))


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

    return frozenset(map(fold, SpellChecker(language=code)))
