"""Amounts in a text: numbers with what they count, "14 days", "£6.50", "per month".  Pure.

Only units that leave no doubt are known: of time, of money, of weight, length and data.  What else
may stand behind a number ("5 devices") is a word like others.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from qa.numerals import Number, numbers

# A unit, its dimension and how many of that dimension's smallest it has; then its words in English,
# German, French, Spanish, Italian, Portuguese and Dutch.  Money is of no common dimension.
_UNITS = {
    ("second", "time", 1): "seconds? secs? sekunden? secondes? segundos? second[oi] seconden",
    ("minute", "time", 60): "minutes? mins? minuten? minutos? minut[oi] minuut",
    ("hour", "time", 3600): "hours? hrs? stunden? heures? horas? or[ae] uur uren",
    ("day", "time", 86400): "(?:calendar[ ])?days? tag(?:en?)? jours? días? dias? giorn[oi] "
    "dag(?:en)?",
    ("working day", "", 1): "(?:working|business|week)[ ]?days? (?:werk|arbeits)tag(?:en?)? "
    "jours?[ ]ouvr(?:ables?|és?) d[ií]as?[ ](?:h[áa]bil(?:es)?|laborables?|[úu]til|[úu]teis) "
    "giorn[oi][ ]lavorativ[oi] werkdag(?:en)?",
    ("week", "time", 604800): "weeks? wochen? semaines? semanas? settiman[ae] week weken",
    ("month", "months", 1): "months? monat(?:en?|s)? mois mes(?:es)? mes[ei] mês maand(?:en)?",
    ("year", "months", 12): "years? yrs? jahr(?:en?|es)? ans? années? años? ann[oi] anos? "
    "jaar jaren",
    ("gram", "weight", 1): "g grams? gramm grammes? gramos? gramm[oi] gramas?",
    ("kilogram", "weight", 1000): "kg kilos? kilograms? kilogramm",
    ("tonne", "weight", 1000000): "tonn?es? tonnen?",
    ("millimetre", "length", 1): "mm",
    ("centimetre", "length", 10): "cm",
    ("metre", "length", 1000): "m met(?:re|er)s? mètres? metros? metr[oi]",
    ("kilometre", "length", 1000000): "km kilomet(?:re|er)s? kilomètres? kilómetros? chilometr[oi]",
    ("mile", "", 1): "miles?",
    ("megabyte", "data", 1): "mb megabytes?",
    ("gigabyte", "data", 1000): "gb gigabytes?",
    ("terabyte", "data", 1000000): "tb terabytes?",
    ("percent", "", 1): "% percent per[ ]cent prozent pour[ ]?cent por[ ]cien?to",
    ("euro", "", 1): "€ eur euros?",
    ("pound", "", 1): "£ gbp pounds? pfund",
    ("dollar", "", 1): r"\$ usd dollars? dólar(?:es)? dollar[oi]",
    ("franc", "", 1): "chf francs? franken franchi",
    ("cent", "", 1): "ct cents? centimes? céntimos? centesimi cêntimos?",
    ("penny", "", 1): "pence penny",
}  # fmt: skip
_CODES = r"(?:US)?\$|[€£]|\b(?:EUR|GBP|USD|CHF)"
_PER = {
    "day": "daily täglich quotidien(?:ne)?(?:ment)? diari[oa](?:mente)? giornalier[oa] diári[oa] "
    "dagelijks",
    "week": "weekly wöchentlich hebdomadaire semanal(?:mente)? settimanal[ei] wekelijks",
    "month": "monthly monatlich mensuel(?:le)?(?:ment)? mensual(?:mente)? mensil[ei] "
    "mensal(?:mente)? maandelijks",
    "year": "yearly annual(?:ly)? jährlich annuel(?:le)?(?:ment)? anual(?:mente)? annual[ei] "
    "jaarlijks",
}
# Without a number: "a month" is one and any, "per month" any.
_ONE_OR_ANY = "an? one eine?[nmrs]? une? un[ao]? um een"
_ANY = "per every each pro im jede[nmrs]? par chaque cada por al ogni elke iedere"


def _pattern(words: str) -> str:
    return "|".join(words.replace("[ ]", "\x00").split()).replace("\x00", "[ ]")


_UNIT_OF = tuple(
    (re.compile(rf"(?:{_pattern(words)})(?![^\W_])", re.IGNORECASE), unit)
    for (unit, _, _), words in _UNITS.items()
)
_UNIT = rf"(?P<unit>{'|'.join(_pattern(words) for words in _UNITS.values())})(?![^\W_])"
_BEHIND = re.compile(rf"[-\s\u00a0\u202f]?{_UNIT}", re.IGNORECASE)
_BEFORE = re.compile(rf"({_CODES})[ \u00a0\u202f]?\Z")
_TIMES = _pattern(
    " ".join(words for (_, kind, _), words in _UNITS.items() if kind in ("time", "months"))
)
_WITHOUT = re.compile(
    rf"\b(?:(?P<one>{_pattern(_ONE_OR_ANY)})|{_pattern(_ANY)})\s(?P<unit>{_TIMES})\b"
    rf"|\b(?:{'|'.join(f'(?P<{unit}>{_pattern(words)})' for unit, words in _PER.items())})\b",
    re.IGNORECASE,
)
_SIZE = {unit: (dimension, size) for unit, dimension, size in _UNITS}
_ANY_COUNT = "per"


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount at ``text[start:end]``.

    ``counts`` are the forms of its number, "per" where it has none ("per month"); ``unit`` is the
    English name of what is counted.  ``total`` is the same for what is as much in other units ("2
    weeks", "14 days"): dimension and number of its smallest unit; ``None`` where that is not known.
    """

    start: int
    end: int
    counts: frozenset[str]
    unit: str
    total: tuple[str, Decimal] | None


def amounts(text: str, *, language: str | None = None) -> Iterator[Amount]:
    """Yield the amounts of ``text``; ``language`` (BCP 47) as in ``qa.numerals.numbers``.

    >>> [(sorted(one.counts), one.unit) for one in amounts("£6.50 for 14 days, then 5 euros a day")]
    [(['6.5'], 'pound'), (['14'], 'day'), (['5'], 'euro'), (['1', 'per'], 'day')]
    """
    taken: list[tuple[int, int]] = []
    for number in numbers(text, language=language):
        found = None if number.code else _counted(text, number)
        if found is not None:
            taken.append((found.start, found.end))
            yield found
    for match in _WITHOUT.finditer(text):
        start, end = match.span()
        if any(start < other_end and other < end for other, other_end in taken):
            continue
        unit = _unit(match["unit"]) if match["unit"] else str(match.lastgroup)
        counts = {"1", _ANY_COUNT} if match["one"] else {_ANY_COUNT}
        yield Amount(start, end, frozenset(counts), unit, _total("1", unit))


def _counted(text: str, number: Number) -> Amount | None:
    start, end = number.start, number.end
    own = re.search(r"\d\s?(\D+)\Z", text[start:end])  # "10kg", "50 %": the number has it
    unit = _unit(own[1].strip()) if own else ""
    if not unit and (before := _BEFORE.search(text, 0, start)) and before.end() == start:
        start, unit = before.start(), _unit(before[1].removeprefix("US"))
    elif not unit and (behind := _BEHIND.match(text, end)):
        end, unit = behind.end(), _unit(behind["unit"])
    if not unit:
        return None
    return Amount(start, end, frozenset(number.values), unit, _total(number.values[0], unit))


@functools.lru_cache(maxsize=1 << 12)
def _unit(word: str) -> str:
    """Return the English name of a unit, "" of what is none."""
    return next((unit for form, unit in _UNIT_OF if form.fullmatch(word)), "")


def _total(count: str, unit: str) -> tuple[str, Decimal] | None:
    dimension, size = _SIZE[unit]
    try:
        return (dimension, Decimal(count) * size) if dimension else None
    except InvalidOperation:  # "17:00"
        return None
