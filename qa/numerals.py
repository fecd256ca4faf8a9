"""Numbers in a text, written in digits or in words, with what they amount to.  Pure.

text2num knows the words of numbers in several languages; it has its one home here.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from index.languages import base_code

# Languages whose number words text2num knows, and those that write one and a half as 1,5.
_WORDED = frozenset({"de", "en", "es", "fr", "it", "nl", "pt"})
_DECIMAL_COMMA = frozenset(
    {"cs", "da", "de", "el", "es", "fi", "fr", "hr", "hu", "id", "it", "nl", "no", "pl", "pt"}
    | {"ro", "ru", "sk", "sl", "sv", "tr", "uk"}
)
_SCALES = {10**3, 10**6, 10**9, 10**12}
_SHORT_SCALES = {"k": 10**3, "bn": 10**9, "mio": 10**6, "mrd": 10**9}

# Digits, with what is written onto them: "$8", "10kg", "v1.2.3", "mp3", "1990s", "50 %".
_LATIN = "A-Za-zÀ-ÖØ-öø-ɏ"  # other scripts write their words right beside a number
_DIGITS = re.compile(
    rf"(?<![{_LATIN}\d_.,])(?P<before>[{_LATIN}]*(?:-(?=\d))?)"
    r"(?P<number>\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?(?![\d])|\d+(?:[.,:]\d+)*)"
    rf"(?P<after>[{_LATIN}\d]*)"
)
_CLOCK = re.compile(
    r"\b(?P<hour>1[0-2]|0?[1-9])(?::(?P<minute>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?", re.IGNORECASE
)
_LISTED = re.compile(r"^[ \t]*(?:\(?\d{1,3}[.)]|#\d+)(?=\s)", re.MULTILINE)
_WORD = re.compile(r"[^\W_]+(?:-[^\W\d_]+)*|[^\w\s]")
_WORDS = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?](?=\s)|$|(?=\n))", re.MULTILINE)
_ORDINAL = re.compile(r"\A(\d+)(?:st|nd|rd|th|e|er|ème|º|ª)\Z")
_PERCENT = re.compile(r"\s?%|\s(?:percent|per cent|prozent|pour ?cent|por ciento)\b", re.IGNORECASE)
# So many words on either side of a number may belong to it ("a hundred and", "de").
_BESIDE = 3
# Words that say a number without being one, and so bear it out without asking for it.
_TOLD = {
    "both": "2", "twice": "2", "double": "2", "pair": "2", "couple": "2", "once": "1",
    "single": "1", "triple": "3", "dozen": "12", "half": "0.5",
    "beide": "2", "beiden": "2", "zweimal": "2", "doppelt": "2", "einmal": "1", "halb": "0.5",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``; ``values`` are the forms that it may be compared by.

    ``firm`` is false for what is mostly no statement of a number: "one", "first", "both".
    ``code`` tells that it is a part of a name: "mp3", "COVID-19".
    """

    start: int
    end: int
    values: tuple[str, ...]
    firm: bool = True
    code: bool = False


def numbers(text: str, *, language: str | None = None) -> Iterator[Number]:
    """Yield the numbers of ``text``; none overlaps another.

    Percent signs and scales belong to their number: "8 billion" is 8000000000, and so is "8bn".
    Clock times are hours and minutes of the day: "5 pm" is "17:00".  What counts the items of a
    list at the beginning of a line is left out.

    >>> [number.values for number in numbers("two of 1,000 cost $1.5 million, 50 %")]
    [('2',), ('1000',), ('1500000',), ('50',)]
    """
    code = _code(language)
    taken = [match.span() for match in _LISTED.finditer(text)]
    for match in _CLOCK.finditer(text):
        if _free(match.span(), taken):
            taken.append(match.span())
            hour = int(match["hour"]) % 12 + (12 if match["half"] in "pP" else 0)
            own = f"{hour:02}:{match['minute'] or '00'}"
            yield Number(*match.span(), (own,))
    worded = list(_worded(text, code if code in _WORDED else "en"))
    for match in _DIGITS.finditer(text):
        if _free(match.span("number"), taken):
            number = _in_digits(match, text, code, worded)
            taken.append((number.start, number.end))
            yield number
    for number in worded:
        if _free((number.start, number.end), taken):
            yield number


@functools.lru_cache(maxsize=256)
def _code(language: str | None) -> str:
    return base_code(language) or "en"


def _free(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return not any(span[0] < end and start < span[1] for start, end in taken)


def _in_digits(match: re.Match[str], text: str, code: str, worded: list[Number]) -> Number:
    written, before, after = match["number"], match["before"], match["after"].casefold()
    start, end = match.span()
    if before:
        whole = match.group().casefold()
        # The 3 of "mp3" is no number; the 1.2 of "v1.2" is a version.
        if "." in written:
            return Number(start, end, (whole, written))
        return Number(start, end, (whole,), code=True)
    plain = _plain(written, code)
    if plain is None:
        return Number(start, end, (written,))
    value, scale = Decimal(plain), 1
    if after:
        scale = _SHORT_SCALES.get(after, 1)
        values = [_canonical(value * scale)]
        if scale == 1:
            values.append(f"{written}{after}")
            # "5e" and "3rd" tell a place, not an amount.
            return Number(start, end, tuple(dict.fromkeys(values)))
        return Number(start, end, (*values, f"{written}{after}"))
    for other in worded:
        gap = text[end : other.start] if other.start >= end else "-"
        if gap in (" ", "\u00a0") and int(Decimal(other.values[0])) in _SCALES:
            return Number(start, other.end, (_canonical(value * Decimal(other.values[0])),))
    if short := re.match(r"\s?(bn|Mio|Mrd)\b\.?", text[end:]):
        scale = _SHORT_SCALES[short[1].casefold()]
        return Number(start, end + short.end(), (_canonical(value * scale),))
    if percent := _PERCENT.match(text, end):
        end = percent.end()
    elif re.match(r"\s(?:Uhr|h)\b", text[end:]) and value <= 24 and value == int(value):
        return Number(start, end, (f"{int(value):02}:00", _canonical(value)))
    return Number(start, end, (_canonical(value),))


def _plain(written: str, code: str) -> str | None:
    """Return digits with a decimal point at most; None for a version or a time of day."""
    if ":" in written:
        return None
    written = re.sub(r"[ \u00a0\u202f'’]", "", written)
    group, decimal = (".", ",") if code in _DECIMAL_COMMA else (",", ".")
    if re.fullmatch(
        rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+(?:{re.escape(decimal)}\d+)?", written
    ):
        written = written.replace(group, "")
    written = written.replace(",", ".")
    return written if written.count(".") <= 1 else None


def _canonical(value: Decimal) -> str:
    plain = format(value, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return plain.lstrip("0") or "0" if not plain.startswith("0.") else plain


@dataclass(frozen=True, slots=True)
class _Token:
    """A word as text2num takes it."""

    word: str

    def text(self) -> str:
        return self.word

    def nt_separated(self, previous: "_Token") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.word.isdigit()  # digits are read by ourselves, with their separators


def _worded(text: str, code: str) -> Iterator[Number]:
    """Yield the numbers in words; none goes on behind a line break or a full stop.

    It is a line or sentence at a time that is looked at, for most have none.
    """
    for found in _SENTENCE.finditer(text):
        if any(_says_number(word, code) for word in _WORDS.findall(found.group())):
            yield from _worded_in(text, *found.span(), code)


@functools.lru_cache(maxsize=1 << 17)
def _says_number(word: str, code: str) -> bool:
    return word.lower() in _TOLD or _is_number(word.lower(), code)


def _worded_in(text: str, start: int, end: int, code: str) -> Iterator[Number]:
    places = list(_WORD.finditer(text, start, end))
    words = [match.group().lower() for match in places]
    for match, word in zip(places, words, strict=True):
        if word in _TOLD:
            yield Number(*match.span(), (_TOLD[word],), firm=False)
    for first, last in _runs([_is_number(word, code) for word in words]):
        for found in _finder()([_Token(word) for word in words[first:last]], code, 0.0):
            start = places[first + found.start].start()
            end = places[first + found.end - 1].end()
            if any(character.isdigit() for character in text[start:end]):
                continue
            value = _canonical(Decimal(str(found.value)))
            firm = not found.is_ordinal and value not in ("0", "1")
            yield Number(start, end, (value,), firm=firm)


def _runs(numbers: list[bool]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of words that text2num has to look at: numbers and what is beside them.

    It takes a microsecond and more a word, and few words of a text are numbers.
    """
    first, last = 0, -1
    for place in [place for place, number in enumerate(numbers) if number]:
        if place - _BESIDE > last >= 0:
            yield first, last
            first, last = place - _BESIDE, place + _BESIDE + 1
        elif last < 0:
            first, last = max(0, place - _BESIDE), place + _BESIDE + 1
        else:
            last = place + _BESIDE + 1
    if last >= 0:
        yield first, min(last, len(numbers))


@functools.lru_cache(maxsize=1 << 17)  # a text repeats its words, and a library even more
def _is_number(word: str, code: str) -> bool:
    """Tell whether a word by itself is a number; every number of several words has one of them."""
    return bool(_finder()([_Token(word)], code, 0.0))


@functools.cache
def _finder() -> Any:  # text2num has no types
    from text_to_num import find_numbers

    return find_numbers
