"""The language of a text, and the stems of its words.

py3langid and Snowball (PyStemmer) have their one home here.  Both are imported when they are first
needed: the model of languages takes over half a second to load, which a sync can afford once, and
a question on the command line cannot.
"""

import functools
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier
    from Stemmer import Stemmer

# ISO 639-1 codes to Snowball's names.
_ALGORITHMS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali",
    "nl": "dutch", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
    "yi": "yiddish",
}  # fmt: skip

STEMMED: frozenset[str] = frozenset(_ALGORITHMS)
"""ISO 639-1 codes of the languages that have a stemmer."""

# Codes of a form of a language, out of use, or of three letters where two would do (BCP 47).
_ALIASES = {
    "nb": "no", "nn": "no", "cmn": "zh", "wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar",
    "in": "id", "iw": "he", "ji": "yi",
    "deu": "de", "dut": "nl", "eng": "en", "fra": "fr", "fre": "fr", "ger": "de", "ita": "it",
    "nld": "nl", "por": "pt", "rus": "ru", "spa": "es", "swe": "sv", "zho": "zh",
}  # fmt: skip
_NO_LANGUAGE_CODES = frozenset({"mul", "und", "zxx"})  # many, unknown, none

# Shorter ones hardly inflect, and a rule that cuts them leaves nothing to tell them apart by.
MIN_STEMMED_CHARS = 4

# Below this probability nobody could be sure.  On 112 sentences of 3 to 20 words in 28 languages
# it named 108 right, 4 not at all and none wrong; at 0.8, 22 not at all.
CERTAIN = 0.5
# A text says its language in its first pages; the rest would only cost time.
_READ_CHARS = 20_000
# Addresses and code are in no language.
_NO_PROSE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|`[^`\n]*`")
_LETTER = re.compile(r"[^\W\d_]")


# Articles' languages are few, and asked for with every hit.
@functools.lru_cache(maxsize=1 << 8)
def base_code(language: str | None) -> str | None:
    """The language of a BCP 47 tag, as ISO 639 has it: "de" of "de-AT", "no" of "nb-NO".

    None for none, and for what is no tag of one language ("English", "und").
    """
    code = re.split(r"[-_]", (language or "").strip(), maxsplit=1)[0].casefold()
    if not re.fullmatch("[a-z]{2,3}", code) or code in _NO_LANGUAGE_CODES:
        return None
    return _ALIASES.get(code, code)


def detect(text: str) -> str | None:
    """The ISO 639-1 code of the language that ``text`` is written in; None when not certain.

    A wrong language does more harm than none: it cuts words by the wrong rules and warns of what
    is not so.  Hence None for texts that are short, mixed, or in no language (code, numbers).
    The same text always has the same language.
    """
    text = _NO_PROSE.sub(" ", text[:_READ_CHARS])
    if not _LETTER.search(text):
        return None
    chances: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        code = _ALIASES.get(label, label)
        chances[code] = chances.get(code, 0.0) + probability
    best = max(chances, key=lambda code: chances[code])
    return best if chances[best] >= CERTAIN and len(best) == 2 else None


@functools.cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    # An identifier of our own: the package's global one can be changed by anybody.
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


# Snowball keeps the s after a vowel, for the sake of verbs ("tu as"): "vélo" and "vélos" would be
# two words.  And "réparée" is "reparee" without its accents, whose second e it does not know.
_FRENCH_PLURAL = re.compile(r"(?<=[a-z]{3}[aiou])s$")
_FRENCH_FEMININE = re.compile(r"(?<=[a-z]{2})ees?$")
_NO_WORD = re.compile(r"[\d\-.,'_@&+#]")


@functools.lru_cache(maxsize=1 << 16)  # a text repeats its words, and a library even more
def stem(term: str, language: str | None) -> str:
    """The Snowball stem of one term, as ``index.words.terms`` gives it, in a language (BCP 47).

    The term itself where there is no stemmer for the language, and where it has digits or inner
    signs or fewer than ``MIN_STEMMED_CHARS`` characters (so has a pair of a script without spaces).

    Terms come without their accents, which some of Snowball's rules look for.  So a few forms keep
    an ending that they would lose with accents; but a reader who leaves the accents out finds the
    same as one who writes them, because question and text are both stemmed without.
    """
    code = base_code(language)
    if code not in _ALGORITHMS or len(term) < MIN_STEMMED_CHARS or _NO_WORD.search(term):
        return term
    if code == "fr":
        term = _FRENCH_PLURAL.sub("", _FRENCH_FEMININE.sub("e", term))
    with _stemming:
        return _stemmer(code).stemWord(term) or term


_stemming = threading.Lock()  # "must not be called concurrently", says PyStemmer


@functools.cache
def _stemmer(code: str) -> "Stemmer":
    from Stemmer import Stemmer

    return Stemmer(_ALGORITHMS[code], 0)  # no cache of its own: stem() has one
