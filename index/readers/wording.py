"""Pure questions about wording: is this a question, an FAQ heading, a label, a contents heading?

The words themselves are in ``vocabulary.py``.
"""

import re
import unicodedata
from enum import IntEnum
from functools import lru_cache

from index.readers import vocabulary

CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uac00-\ud7a3"
_CJK = re.compile(f"[{CJK}]")
_QUESTION_MARKS = "?？؟⸮\u037e՞"
_CLOSERS = "\"'”’»›」』)）]*_ \t\u00a0:："
_NUMBER = re.compile(
    r"^\s*(?:\d+(?:\.\d+)+[.)]?\s+|[#(]?\d+[.):、．）]+(?!\d)\s*|#\d+\s+|[①-⑳]\s*)(?=\S)"
)


class QuestionShape(IntEnum):
    """How much a text looks like a question by itself."""

    NONE = 0
    WORDED = 1  # begins (in CJK: holds) an interrogative word, without a question mark
    MARKED = 2  # ends in a question mark


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """``text`` for comparing: NFKC, case folded, apostrophes gone, punctuation to single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    kept = []
    for char in folded:
        if char.isalnum() or unicodedata.category(char)[0] == "M" or char == "©":
            kept.append(char)
        elif char not in "'’ʼ`´":
            kept.append(" ")
    return " ".join("".join(kept).split())


def strip_number(text: str) -> str:
    """``text`` without a leading "3.", "2)", "1.4" or "#5"; unchanged where nothing would be
    left."""
    match = _NUMBER.match(text)
    return text[match.end() :] if match else text


def leading_number(text: str) -> int | None:
    """The whole number that ``text`` is numbered with ("3. Why" gives 3); None for "1.2" and no
    number."""
    match = re.match(r"\s*[#(]?(\d{1,3})[.):、．）]", text)
    if not match or re.match(r"\s*\d+\.\d", text):
        return None
    return int(match.group(1))


def key(text: str) -> str:
    """What two spellings of one heading have in common: folded, without its number."""
    return fold(strip_number(text)) or fold(text)


@lru_cache(maxsize=65536)
def question_shape(text: str) -> QuestionShape:
    """Whether ``text`` is shaped as a question: by its mark, or at least by its first word."""
    body = re.sub(r"[\s ]*[(（\[][^()（）\[\]]*[)）\]]$", "", text.strip()) or text.strip()
    for candidate in (text.strip(), body):
        bare = candidate.rstrip(_CLOSERS + "!！.…")
        if bare and bare[-1] in _QUESTION_MARKS:
            return QuestionShape.MARKED
    if re.search(r"[\u0370-\u03ff\u1f00-\u1fff]\s*;$", body.casefold()):
        return QuestionShape.MARKED  # Greek ends a question in a semicolon
    if "?" in body or "？" in body:
        head, _, tail = re.split(r"([?？])", body, maxsplit=1)[:3]
        rest = body[len(head) + 1 :]
        if len(rest) < len(head) and len(rest) <= 60 and not re.search(r"[.!。]\s*$", rest):
            return QuestionShape.MARKED  # "Which is faster? (benchmarks) — Linux only"
        del tail
    folded = fold(strip_number(body))
    if _CJK.search(folded):
        joined = folded.replace(" ", "")
        if any(part in joined for part in vocabulary.CJK_QUESTION_PARTS):
            return QuestionShape.WORDED
    if _FIRST_WORD.match(folded):
        return QuestionShape.WORDED
    return QuestionShape.NONE


def _alternatives(words: "tuple[str, ...] | frozenset[str]") -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=lambda w: (-len(w), w)))


_FIRST_WORD = re.compile(
    rf"(?:{_alternatives(tuple({fold(w) for w in vocabulary.INTERROGATIVES}))})(?= )"
)
_FAQ_FOLDED = frozenset(fold(phrase) for phrase in vocabulary.FAQ_PHRASES)
_FAQ_CJK = frozenset(p.replace(" ", "") for p in _FAQ_FOLDED if _CJK.search(p))
_FAQ_WORDED = re.compile(
    rf"(?:{_alternatives(frozenset(p for p in _FAQ_FOLDED if not _CJK.search(p)))})"
)
_CJK_COMMON = re.compile("(?:常见|常見|常问|常問|よくある).{0,12}(?:问题|問題|質問|疑问|疑問)")
_QUESTION_WORDS = frozenset(fold(word) for word in vocabulary.QUESTION_WORDS)


@lru_cache(maxsize=16384)
def is_faq_heading(text: str) -> bool:
    """Whether a heading or title announces an FAQ.

    Each part of the heading between colons, dashes, bars and brackets is looked at: it is an FAQ
    phrase, or it starts or ends with one and is not itself a question ("Cactus FAQs" is,
    "What is an FAQ?" and "How to write a good FAQ" are not).
    """
    if len(text) > 160:
        return False
    for part in re.split(r"\s*[:：|–—()（）\[\]·•/]\s*|\s+-\s+", strip_number(text)):
        folded = fold(part)
        if not folded:
            continue
        if folded in _FAQ_FOLDED:
            return True
        if _CJK.search(folded):
            joined = folded.replace(" ", "")
            if any(phrase in joined for phrase in _FAQ_CJK) and len(joined) <= 40:
                return question_shape(part) < QuestionShape.MARKED
        if _CJK_COMMON.search(folded.replace(" ", "")) and len(folded) <= 30:
            return question_shape(part) < QuestionShape.MARKED
        if question_shape(part) is not QuestionShape.NONE and not _FAQ_WORDED.match(folded):
            continue
        for match in _FAQ_WORDED.finditer(folded):
            before, after = folded[: match.start()], folded[match.end() :]
            if (before and not before.endswith(" ")) or (after and not after.startswith(" ")):
                continue
            words_before = len(before.split())
            long_phrase = len(match.group()) > 4 and " " in match.group()
            if not long_phrase and before and after:
                continue  # "Parse Q&A logs" names no FAQ
            if (
                words_before <= 2
                or (not after and words_before <= 8)
                or (long_phrase and words_before <= 6)
            ):
                return question_shape(part) < QuestionShape.MARKED
    return False


def holds_faq_phrase(text: str) -> bool:
    """Whether running text speaks of frequently asked questions, in more than an abbreviation."""
    folded = fold(text)
    joined = folded.replace(" ", "")
    if any(phrase in joined for phrase in _FAQ_CJK):
        return True
    return any(" " in m.group() and len(m.group()) > 8 for m in _FAQ_WORDED.finditer(folded))


def is_question_word(text: str) -> bool:
    """Whether a heading is no more than "Questions" in some language."""
    return fold(text) in _QUESTION_WORDS


def names_questions(text: str) -> bool:
    """Whether a heading speaks of questions about something ("Tkinter questions", "Fragen zum
    Versand").

    Weaker than ``is_faq_heading``: "Open questions" is no FAQ.  What follows has to ask.
    """
    words = fold(strip_number(text)).split()
    if not 1 < len(words) <= 6 or question_shape(text) is not QuestionShape.NONE:
        return False
    return words[-1] in _QUESTION_WORDS or words[0] in _QUESTION_WORDS


def is_contents_heading(text: str) -> bool:
    """Whether a short line is the heading of a contents list."""
    return fold(text) in _CONTENTS or fold(text.rstrip(":：")) in _CONTENTS


def is_closing_heading(text: str) -> bool:
    """Whether a heading closes an FAQ ("Conclusion", "See also", "Still have questions?")."""
    return bool(_CLOSING.fullmatch(key(text)))


def compile_patterns(patterns: "tuple[str, ...]") -> re.Pattern[str]:
    """One pattern of several, for matching folded text (apostrophes do not survive folding)."""
    return re.compile("|".join(f"(?:{p.replace(chr(39), '').casefold()})" for p in patterns))


_CONTENTS = frozenset(fold(word) for word in vocabulary.CONTENTS_HEADINGS)
_CLOSING = compile_patterns(vocabulary.CLOSING_HEADINGS)
