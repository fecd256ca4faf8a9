"""Dates, weekdays and months in a text, as people write them in several languages.  Pure.

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
# Portuguese "segunda" by itself is "second".
_WEEKDAY_NAMES = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "de east": "- - - - - sonnabend -",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "it": "lunedì martedì mercoledì giovedì venerdì sabato domenica",
    "pt": "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
}
WEEKDAYS = {
    language: {name: number for number, name in enumerate(names.split(), start=1) if name != "-"}
    for language, names in _WEEKDAY_NAMES.items()
}
_WEEKDAY_OF = {name: number for table in WEEKDAYS.values() for name, number in table.items()}
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

# German and Dutch write a weekday together with what is of it: "Freitagsausgabe".
_GROWING = "|".join(name for code in ("de", "de east", "nl") for name in WEEKDAYS[code])
_WEEKDAY = rf"(?:{'|'.join(_WEEKDAY_OF)})s?\b|(?:{_GROWING})\w*"
_TO = r"\s?[-–—]\s?|\s(?:to|till?|until|through|bis|à|au|a|al|à|até|tot|t/m)\s(?:(?:el|le|il)\s)?"
# "Good Friday" is a name.
_FEAST = r"(?<!good )(?<!black )(?<!ash )(?<!palm )(?<!easter )(?<!shrove )"
_WEEKDAYS = re.compile(
    rf"\b{_FEAST}(?P<first>{_WEEKDAY})(?:(?:{_TO})(?P<last>{_WEEKDAY}))?", re.IGNORECASE
)
_DAILY = re.compile(
    r"\b(?:every day|daily|all week|täglich|jeden tag|tous les jours|todos (?:los|os) d[ií]as"
    r"|ogni giorno|tutti i giorni|elke dag|dagelijks)\b",
    re.IGNORECASE,
)
# A month by itself has a capital in English and German, and none in the other languages.  "mai" is
# Italian's "never" and "mars" a planet, so these take a language.
_CAPITAL_MONTHS = {
    name.capitalize(): number for code in ("en", "de") for name, number in MONTHS[code].items()
}
_SMALL_MONTHS = {
    name: number
    for code in ("fr", "es", "it", "pt", "nl")
    for name, number in MONTHS[code].items()
    if name not in ("mai", "mars", "mei")
}
_OWN_MONTHS = {"fr": {"mai": 5, "mars": 3}, "nl": {"mei": 5}}

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


@dataclass(frozen=True, slots=True)
class Day:
    """A weekday or month at ``text[start:end]``, or the days from one weekday to another.

    ``means`` is what it stands for, "weekday 5", "weekday 1-5" or "month 12"; ``implies`` are that
    and the days in between.
    """

    start: int
    end: int
    means: str
    implies: frozenset[str]


def days(text: str, *, language: str | None = None) -> Iterator[Day]:
    """Yield the weekdays and months of ``text`` that are named without a date, by their places.

    ``language`` is an ISO 639-1 code; without one some short names of months are no months.

    >>> [day.means for day in days("Closed on Fridays and in May; Monday to Wednesday from nine.")]
    ['weekday 5', 'month 5', 'weekday 1-3']
    """
    found = [*_weekdays(text), *_months(text, language)]
    yield from sorted(found, key=lambda day: day.start)


def _weekdays(text: str) -> Iterator[Day]:
    for match in _DAILY.finditer(text):
        yield _from_to(*match.span(), 1, 7)
    for match in _WEEKDAYS.finditer(text):
        first = _weekday(match["first"])
        yield _from_to(*match.span(), first, _weekday(match["last"]) if match["last"] else first)


def _weekday(word: str) -> int:
    folded = word.casefold()
    return next(number for name, number in _WEEKDAY_OF.items() if folded.startswith(name))


def _from_to(start: int, end: int, first: int, last: int) -> Day:
    if first == last:
        means = f"weekday {first}"
        return Day(start, end, means, frozenset({means}))
    between = [(first - 1 + step) % 7 + 1 for step in range((last - first) % 7 + 1)]
    means = f"weekday {first}-{last}"
    return Day(start, end, means, frozenset({means, *(f"weekday {one}" for one in between)}))


def _months(text: str, language: str | None) -> Iterator[Day]:
    dated = [(date.start, date.end) for date in dates(text)]
    own = _OWN_MONTHS.get(language or "", {})
    for match in _LETTERS.finditer(text):
        word, (start, end) = match.group(), match.span()
        number = _CAPITAL_MONTHS.get(word) or _SMALL_MONTHS.get(word) or own.get(word)
        if number is None or any(start < last and first < end for first, last in dated):
            continue
        # "May I", "March on": a verb with a sentence's capital.
        if word.casefold() in _SMALL_WORDS and not re.search(r"[\w,]\s+\Z", text[:start]):
            continue
        means = f"month {number}"
        yield Day(start, end, means, frozenset({means}))


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
