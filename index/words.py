"""The words of texts and questions: one tokeniser, and stems."""

import functools
import re
import unicodedata
from collections.abc import Sequence
from itertools import chain

from index.languages import stem

# Han and kana; scripts of Korea, Thailand, Laos, Burma and Cambodia: no spaces between words
# (Hangul has them, but glues its particles on): two neighbouring characters stand for a word, as
# in Lucene's CJKAnalyzer.
_UNSPACED = (
    "\u3005\u3006\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\u1100-\u11ff\uac00-\ud7af"  # Hangul
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u1049\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
)
# Vowel signs and the like are no letters to ``re``, but a word breaks without them.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0980-\u0dff"
)


def _patterns(spaced: str, unspaced: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What finds terms in folded text, and the parts of a term; given two kinds of characters."""
    joint = rf"(?:[-.'_@&]+|(?<=\d),(?=\d))(?={spaced})"
    word = rf"{spaced}+(?:{joint}{spaced}+)*(?:\+\+|#)?"
    return re.compile(rf"{word}|[{unspaced}]+"), re.compile(rf"{spaced}+")


_TERM, _PART = _patterns(rf"(?:(?![{_UNSPACED}])(?:[^\W_]|[{_MARKS}]))", _UNSPACED)
# The same for text in ASCII, in a third of the time: most text of many libraries.
_ASCII_TERM, _ = _patterns("[a-z0-9]", _UNSPACED)
_RUN = re.compile(rf"[{_UNSPACED}]")
_FOLDED_MARKS = re.compile("([a-z\u00df-\u024f\u0370-\u03ff])[\u0300-\u036f]+")
# Letters that Unicode does not decompose, as a keyboard without them writes them.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o", "ł": "l", "đ": "d", "ħ": "h", "ı": "i", "ŧ": "t",
        "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
        "’": "'", "‘": "'", "ʼ": "'", "‐": "-", "‑": "-",
        "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None,
        "\u2060": None, "\ufeff": None,
    }
)  # fmt: skip


def terms(text: str) -> list[str]:
    """The terms that ``text`` is found by, in text order, repeated where they are repeated.

    Case, the accents of Latin and Greek letters, and compatibility forms are folded; marks of
    other scripts stay, for there they make another word.  A word with inner signs gives itself,
    its parts, and (at hyphens, apostrophes and commas) itself without them: "e-mail" gives e-mail,
    email, e, mail; "v1.2.3" gives v1.2.3, v1, 2, 3; "c++" gives c++, c.  An English possessive
    loses its 's. Text without spaces between its words gives its overlapping pairs of characters.
    No word is a stop word: a question may consist of nothing else.
    """
    # No term goes beyond white space, whatever a text is folded to.
    found = [_kept_terms(one) if len(one) <= _KEPT_CHARS else _terms(one) for one in text.split()]
    return list(chain.from_iterable(found))


def stems(text: str, languages: Sequence[str | None]) -> list[str]:
    """``terms(text)``, each replaced by its distinct stems in ``languages`` (BCP 47), in order.

    A language that is None or has no stemmer leaves a term as it is, and so do no languages at all;
    exact terms (``is_exact``) always stay.  A text is stemmed in its own language, a question in
    all that the library has: what it is written in is not certain.
    """
    kinds = tuple(dict.fromkeys(languages)) or (None,)
    if kinds == (None,):
        return terms(text)
    made: list[str] = []
    for term in terms(text):
        made.extend(stems_of(term, kinds))
    return made


@functools.lru_cache(maxsize=1 << 16)
def stems_of(term: str, languages: tuple[str | None, ...]) -> tuple[str, ...]:
    """The distinct stems of one term; ``languages`` are distinct, and at least one."""
    return tuple(dict.fromkeys(stem(term, language) for language in languages))


# A digit; a sign that joins the parts of a name ("err_conn", "at&t", "me@mail.example"), or a dot
# that does ("node.js", not the "e.g" of "e.g."); the plus signs of "c++" and the sharp of "c#".
# Hyphens and apostrophes join words of everyday language.
_EXACT = re.compile(r"\d|.[_@&].|[^\W\d_]{2}\.[^\W\d_]|[^\W\d_]\.[^\W\d_]{2}|[^\W_](?:\+\+|#)$")


def is_exact(term: str) -> bool:
    """Whether a term is found as it is written or not at all, and so is never stemmed or corrected.

    Error codes ("0x80070057", "ERR_CONN"), numbers and versions ("404", "v1.2.3"), and names with
    digits or signs in them ("COVID-19", "iPhone12", "C++", "node.js").
    """
    return _EXACT.search(term) is not None


def is_unspaced(term: str) -> bool:
    """Whether a term is of text without spaces between its words: a pair of characters."""
    return _RUN.match(term) is not None


_QUOTED = re.compile(
    r"“([^“”„\n]+)[”“]|„([^“”„\n]+)[“”]|«([^«»\n]+)»|»([^«»\n]+)«|‹([^‹›\n]+)›|›([^‹›\n]+)‹"
    r"|「([^「」\n]+)」|『([^『』\n]+)』"
    # The right one is an apostrophe too: only at the end of a word.
    r"|(?<!\w)[‘‚](?=\S)([^\n]{1,200}?)(?<=\S)[’‘](?!\w)"
    # The straight ones open and close alike, and measure feet and inches: only around whole words.
    rf"|(?:(?<!\w)|(?<=[{_UNSPACED}]))([\"'])(?=\S)([^\n]{{1,200}}?)(?<=\S)\10"
    rf"(?:(?!\w)|(?=[{_UNSPACED}]))"
)


def quoted(text: str) -> tuple[str, ...]:
    """The phrases that ``text`` puts in quotation marks of any style, in order, each once.

    Folded as terms are (``fold``), with single spaces; only those that hold a term.  An apostrophe
    ("the readers' and the editors' pages") quotes nothing.
    """
    found = (match[match.lastindex or 0] for match in _QUOTED.finditer(text))
    phrases = (" ".join(fold(phrase).split()) for phrase in found)
    return tuple(dict.fromkeys(phrase for phrase in phrases if terms(phrase)))


def fold(text: str) -> str:
    """``text`` as its terms are written: without case, the accents of Latin and Greek letters, and
    compatibility forms.  White space and signs stay."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    text = _FOLDED_MARKS.sub(r"\1", text.translate(_PLAIN_LETTERS))
    return unicodedata.normalize("NFC", text)


def _terms(text: str) -> tuple[str, ...]:
    """The ``terms`` of what stands between white space."""
    folded = fold(text)
    found = (_ASCII_TERM if folded.isascii() else _TERM).findall(folded)
    return tuple(chain.from_iterable(map(_forms, found)))


# A text repeats its words, and a library even more: nearly all have been looked at before.
_kept_terms = functools.lru_cache(maxsize=1 << 16)(_terms)
_KEPT_CHARS = 32


@functools.lru_cache(maxsize=1 << 16)
def _forms(term: str) -> tuple[str, ...]:
    if is_unspaced(term):
        return tuple(term[at : at + 2] for at in range(max(1, len(term) - 1)))
    bare = term.rstrip("+#")
    sign = term[len(bare) :]
    bare = bare.removesuffix("'s")
    parts = _PART.findall(bare)
    if len(parts) == 1:
        return (bare + sign, bare) if sign else (bare,)
    if "'" in bare:
        # The t of "don't" and the l of "l'eau" say nothing alone.
        parts = [part for part in parts if len(part) > 1] or parts
    joined = re.sub("[-',]", "", bare)
    return (*dict.fromkeys((bare + sign, bare, joined)), *parts)
