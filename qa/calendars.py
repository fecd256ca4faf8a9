"""Dates in a text, as people write them, with names of months in several languages.  Pure.

A parser of free dates (dateparser's search, dateutil's fuzzy mode) takes "may", "sun" and every
number for one, and needs milliseconds a sentence; what is wanted here is only what is certainly a
date, with its place.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_NAMES = {
    "en": "january february march april may june july august september october november december",
    "en short": "jan feb mar apr may jun jul aug sept oct nov dec",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre"
    " diciembre",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre"
    " dicembre",
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro"
    " dezembro",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
}
MONTHS = {
    language: {name: number for number, name in enumerate(names.split(), start=1)}
    for language, names in _NAMES.items()
}
_NUMBER_OF = {name: number for table in MONTHS.values() for name, number in table.items()}
_MONTH = (
    "(?P<month>" + "|".join(sorted(_NUMBER_OF, key=lambda name: (-len(name), name))) + r")\b\.?"
)
_DIGIT = re.compile(r"\d")
_LETTERS = re.compile(r"[^\W\d_]{3,}")
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_YEAR = r"(?P<year>[12]\d{3})\b"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_YEAR}-(?P<number>0[1-9]|1[0-2])-{_DAY}\b",
        rf"\b{_DAY}(?:st|nd|rd|th|\.|er|º)?(?:\s+of|\s+de)?\s+{_MONTH},?(?:\s+(?:de\s+)?{_YEAR})?",
        rf"\b{_MONTH}\s+{_DAY}(?:st|nd|rd|th)?\b(?!\.\d)(?:,?\s+{_YEAR})?",
        rf"\b{_MONTH}\s+(?:de\s+)?{_YEAR}",
        rf"\b{_DAY}\.\s?(?P<number>0?[1-9]|1[0-2])\.\s?{_YEAR}",
        rf"\b(?P<first>0?[1-9]|[12]\d|3[01])/(?P<second>0?[1-9]|[12]\d|3[01])/{_YEAR}",
    )
)

# No month without its capital: "you may 2 times", "they march 5 miles".
_SMALL_WORDS = frozenset({"may", "march", "mar"})


@dataclass(frozen=True, slots=True)
class Date:
    """A date at ``text[start:end]``.

    ``means`` are its possible readings, "2024-05-03", "2024-05" or "--05-03" (two where day and
    month could be swapped); ``implies`` are these and the coarser ones ("2024", "2024-05").
    """

    start: int
    end: int
    means: frozenset[str]
    implies: frozenset[str]


def dates(text: str) -> Iterator[Date]:
    """Yield the dates of ``text``, none overlapping another; the more exact form wins.

    >>> [sorted(date.means) for date in dates("from 3 May 2024 (2024-05-03) to May 4th")]
    [['2024-05-03'], ['2024-05-03'], ['--05-04']]
    """
    if not _DIGIT.search(text):
        return
    # Most texts name no month: asked for one by one, their words are found out sooner.
    named = not _NUMBER_OF.keys().isdisjoint(_LETTERS.findall(text.casefold()))
    taken: list[tuple[int, int]] = []
    for form in _FORMS:
        if "month" in form.groupindex and not named:
            continue
        for match in form.finditer(text):
            start, end = match.span()
            if any(start < other_end and other < end for other, other_end in taken):
                continue
            parts = match.groupdict()
            readings = frozenset(_readings(parts))
            if readings and parts.get("month") not in _SMALL_WORDS:
                taken.append((start, end))
                implied = {coarse for reading in readings for coarse in _implied(reading)}
                yield Date(start, end, readings, frozenset(implied))


def _readings(parts: dict[str, str | None]) -> Iterator[str]:
    year = parts.get("year") or "-"
    if parts.get("first"):
        first, second = int(parts["first"] or 0), int(parts["second"] or 0)
        for month, day in {(first, second), (second, first)}:
            if month <= 12:
                yield f"{year}-{month:02}-{day:02}"
        return
    written = parts.get("number")
    number = int(written) if written else _NUMBER_OF[str(parts["month"]).casefold()]
    written = parts.get("day")
    yield f"{year}-{number:02}" + (f"-{int(written):02}" if written else "")


def _implied(reading: str) -> Iterator[str]:
    yield reading
    if not reading.startswith("--"):
        year, rest = reading[:4], reading[5:]
        yield year
        yield f"{year}-{rest[:2]}"
        if len(rest) == 5:
            yield f"--{rest}"
