"""Bounds in a text: "at least 16", "until Friday", "18 or older", "before delivery".  Pure."""

import itertools
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from qa.function_words import is_function_word

# What stands before the value, by language: English, German, French, Spanish, Italian, Portuguese,
# Dutch.
_LOW = (
    r"at least|minimum(?: of)?|no (?:less|fewer) than|(?:not|no) (?:before|earlier than)|more than"
    r"|over|from|after|since|starting"
    r"|nicht (?:weniger als|vor)|no menos de|pas moins de|non meno di|não menos de|niet minder dan"
    r"|mindestens|frühestens|wenigstens|minimum|minimal|mehr als|über|ab|von|nach|seit"
    r"|au moins|au minimum|au plus tôt|plus de|à partir de|dès|depuis|après"
    r"|al menos|como mínimo|mínimo|más de|a partir de|desde|después del?"
    r"|almeno|minimo|più di|oltre|a partire da|dopo|dal?l?"
    r"|pelo menos|no mínimo|mais de|depois d[eoa]s?"
    r"|ten minste|minstens|minimaal|meer dan|vanaf|sinds|na"
)
_HIGH = (
    r"at most|maximum(?: of)?|up to|(?:no|not) (?:more|later) than|not after|less than|fewer than"
    r"|under|until|till|to|before|by|within"
    r"|nicht (?:mehr als|nach)|no más de|pas plus de|non più di|não mais de|niet meer dan"
    r"|höchstens|spätestens|maximal|bis(?: zu)?|weniger als|unter|vor"
    r"|au plus(?: tard)?|au maximum|maximum|jusqu['’](?:à|au)|moins de|avant"
    r"|como máximo|máximo|a más tardar|hasta|menos de|antes del?"
    r"|al massimo|massimo|fino a\w*|entro|meno di|prima d\w+"
    r"|no máximo|até|antes d[eoa]s?"
    r"|ten hoogste|hoogstens|uiterlijk|maximaal|minder dan|tot|voor"
)
# These bind to any word, not only to a number or day: "before delivery".
_TIMES = re.compile(
    r"before|after|until|till|since|at least|at most|up to|vor|nach|bis|seit|avant|après|depuis"
    r"|antes del?|después del?|hasta|desde|prima d\w+|dopo|antes d[eoa]s?|depois d[eoa]s?|até|voor"
    r"|na|tot",
    re.IGNORECASE,
)
_BEFORE = re.compile(rf"\b(?:(?P<low>{_LOW})|(?P<high>{_HIGH}))(?=[\s-])", re.IGNORECASE)
# What stands behind it; a word or two may come in between ("16 years or older").
_OR, _BETWEEN = r"(?:or|and|oder|und|ou|et|o|y|e|of|en)", r"(?:[-\s]+[^\W\d]+){0,2}?"
_BEHIND = re.compile(
    rf"{_BETWEEN}[,\s]+(?:(?P<low>{_OR}\s+(?:older|over|more|above|later|upwards?|älter|mehr|später"
    r"|plus|más|mayores|più|mais|ouder|meer|later)|at (?:the )?least|minimum|at the earliest"
    rf"|onwards?|mindestens|minimaal)|(?P<high>{_OR}\s+(?:younger|under|less|fewer|below|earlier"
    r"|jünger|weniger|früher|moins|menos|menores|meno|jonger|minder|eerder)|at (?:the )?most"
    r"|maximum|at the latest|höchstens|spätestens|maximaal))\b|(?P<plus>\+)",
    re.IGNORECASE,
)
_BETWEEN_CHARS = 16  # "at least the age of 16": so much may stand before the value
_WORD = re.compile(r"[^\W\d_]+")
# "before the delivery": an article has at most so many letters, in all these languages.
_ARTICLE_CHARS, _NEXT_WORDS = 3, 3


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound at ``text[start:end]``, value included.

    ``values`` are the forms of what is bounded: a number, date or day, or one word.  ``low`` tells
    that it is the least, the other way the most.
    """

    start: int
    end: int
    values: frozenset[str]
    low: bool


def bounds(text: str, values: Collection[tuple[int, int, frozenset[str]]]) -> Iterator[Bound]:
    """Yield the bounds of ``text``; ``values`` are its numbers, dates and days with their places.

    >>> [(sorted(one.values), one.low) for one in bounds("At least 16", [(9, 11, {"16"})])]
    [(['16'], True)]
    """
    for start, end, forms in values:
        if match := _BEHIND.match(text, end):
            yield Bound(start, match.end(), forms, match["high"] is None)
    for match in _BEFORE.finditer(text):
        at, low = match.end(), match["low"] is not None
        near = [one for one in values if at <= one[0] <= at + _BETWEEN_CHARS]
        if near:
            start, end, forms = min(near, key=lambda one: one[:2])
            # "From the shop, and to door 5": what bounds stands beside its value.
            if not re.search(
                r"[.;:!?,\n]|\s(?:and|or|und|oder|et|ou|y|o|e|en|of)\s", text[at:start]
            ):
                yield Bound(match.start(), end, forms, low)
        elif _TIMES.fullmatch(match.group()) and (word := _next_word(text, at)):
            yield Bound(match.start(), word.end(), frozenset({word.group().casefold()}), low)


def _next_word(text: str, at: int) -> re.Match[str] | None:
    """Return the next word that tells something, if it is near: "delivery" of "the delivery"."""
    words = list(itertools.islice(_WORD.finditer(text, at, at + 2 * _BETWEEN_CHARS), _NEXT_WORDS))
    for word in words:
        folded = word.group().casefold()
        if len(folded) > _ARTICLE_CHARS and not is_function_word(folded):
            return word if word.end() < at + 2 * _BETWEEN_CHARS or word.end() == len(text) else None
    return None
