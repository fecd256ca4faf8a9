"""What a text states that can be checked without understanding it: numbers, dates, names, negation.

An embedding hardly moves when a "not" is added, a year changes or another person is named; so these
are found by their form, each with its place and with what it stands for however it is written
("two", "2"; "3 May 2024", "2024-05-03"; "1,000", "1000").  Pure.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.languages import base_code, stem
from index.words import terms
from qa.calendars import MONTHS, dates
from qa.function_words import is_function_word
from qa.numerals import numbers


class FactKind(StrEnum):
    """What can be checked."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"  # "not", "never", "without"
    OTHER = "other"  # "another company": somebody or something else than was spoken of
    # What two answers are compared by, see qa.conditions:
    DAY = "day"  # a weekday or month
    AMOUNT = "amount"  # a number with what it counts
    BOUND = "bound"  # "at least 16"
    DUTY = "duty"  # "must", "need not"
    WORD = "word"  # one word for another in the same sentence


@dataclass(frozen=True, slots=True)
class Fact:
    """One of them in a text, at ``text[start:end]``.

    ``means`` are the forms that it may be compared by, one of which is enough; ``implies`` those
    that it bears out in another text: "3 May 2024" bears out "May 2024" and "2024".  ``firm`` tells
    that it is worth asking for support: "one" is mostly no number, and "first" mostly no rank.
    """

    kind: FactKind
    text: str
    start: int
    end: int
    means: frozenset[str]
    implies: frozenset[str]
    firm: bool = True


@dataclass(frozen=True)
class _Stated:
    """What one text states.  Each of its sides is worked out when it is first asked for."""

    text: str
    language: str | None

    @cached_property
    def values(self) -> frozenset[str]:
        found: set[str] = set()
        text = self.text
        own = list(dates(text))
        found.update(*(date.implies for date in own))
        for date in own:  # the 3 of "3 May 2024" is no number
            text = text[: date.start] + " " * (date.end - date.start) + text[date.end :]
        found.update(*(number.values for number in numbers(text, language=self.language)))
        return frozenset(found)

    @cached_property
    def words(self) -> frozenset[str]:
        own = frozenset(terms(self.text))
        return own | {stem(term, self.language or "en") for term in own}

    @cached_property
    def other(self) -> bool:
        return _ANY_OTHER.search(self.text) is not None

    @cached_property
    def negated(self) -> bool:
        return NEGATION.search(self.text) is not None


@dataclass(frozen=True)
class Known:
    """What texts state together, for facts to be looked up in; see ``known`` and ``bears_out``.

    Several may be put together without reading a text again: ``together``.
    """

    _texts: tuple[_Stated, ...]

    @cached_property
    def values(self) -> frozenset[str]:
        """Return all that their numbers and dates imply."""
        return frozenset().union(*(one.values for one in self._texts))

    @cached_property
    def words(self) -> frozenset[str]:
        """Return their terms, and the stems of these."""
        return frozenset().union(*(one.words for one in self._texts))

    @cached_property
    def other(self) -> bool:
        """Tell whether they speak of somebody or something else."""
        return any(one.other for one in self._texts)

    @cached_property
    def negated(self) -> bool:
        """Tell whether they deny something."""
        return any(one.negated for one in self._texts)

    @classmethod
    def together(cls, several: Iterable["Known"]) -> "Known":
        """Return what several of them state together."""
        return cls(tuple(text for one in several for text in one._texts))


NEGATION = re.compile(
    r"\b(?:not|never|no|none|nor|neither|nothing|nobody|without|cannot"
    r"|nicht|kein\w*|nie|niemals|ohne|weder|ne|pas|jamais|sans|aucune?|nunca|sin|ning[uú]n\w*"
    r"|tampoco|non|senza|mai|não|sem|niet|geen|nooit|zonder)\b|(?<=n)['’]t\b",
    re.IGNORECASE,
)
# What brings in somebody or something else, with the noun behind it: "another company".  Lists of
# function words drop it, and an embedding takes it for "the company".
_OTHER = re.compile(
    r"(?<!\bor )(?<!\boder )(?<!\bou )(?<!\bo )"
    r"\b(?:another(?!['’]s|\s+(?:one|time|way)\b)|ein(?:e[nmrs]?)? ander\w*|une? autre|d[’']autres"
    r"|otr[oa]|un[’' ]?altr[oa]|um outro|uma outra|een ander\w*)\b(?:\s+[^\W\d_]{2,})?",
    re.IGNORECASE,
)
_ANY_OTHER = re.compile(
    r"\b(?:an?other|others?|different|else|elsewhere|new|rival|competitors?|ander\w*|neue\w*|autres?"
    r"|otr[oa]s?|altr[oiae]|outr[oa]s?)\b",
    re.IGNORECASE,
)
# A word with a capital; "iPhone", "AWS" and "eBay" wherever they stand.
_CAPITAL = re.compile(r"(?<![\w'’.@/#-])(?:[A-Z]|[a-zà-ÿ]{1,2}(?=[A-Z]))[^\W_]+(?:[-&'’][^\W_]+)*")
# What ends a sentence or begins a new run of text: a capital behind it says nothing.
_OPENING = re.compile(r"(?:^|[.!?:;…•*\n\r\t(\[{|>“”„«\"]|\d\.|[-–—/])\s*$")
_INNER_CAPITAL = re.compile(r"[^\W_][A-Z]")
# Words with a capital that are no name wherever they stand.
_CALENDAR = frozenset(month for table in MONTHS.values() for month in table) | frozenset(
    {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
    | {"i", "ok", "faq", "yes", "no"}
)


def facts(text: str, *, language: str | None = None) -> tuple[Fact, ...]:
    """Return the facts of ``text`` in the order of their places, then kinds.

    ``language`` is a BCP 47 tag, English where it is None: it says how decimals are written, which
    words are numbers, and whether a capital makes a name (not in German).  Numbers that count the
    items of a list at the beginning of a line are left out.
    """
    found: list[Fact] = []
    taken: list[tuple[int, int]] = []
    for date in dates(text):
        found.append(_fact(FactKind.DATE, text, date.start, date.end, date.means, date.implies))
        taken.append((date.start, date.end))
    for number in numbers(text, language=language):
        if not _overlaps(number.start, number.end, taken):
            place = (number.start, number.end)
            means = frozenset(number.values)
            kind = FactKind.NAME if number.code else FactKind.NUMBER
            found.append(_fact(kind, text, *place, means, means, firm=number.firm))
            taken.append(place)
    found.extend(
        _fact(FactKind.NAME, text, start, end, means, means)
        for start, end, means in _names(text, language)
        if not _overlaps(start, end, taken)
    )
    for match in NEGATION.finditer(text):
        if not _overlaps(*match.span(), taken):
            means = frozenset({"negation"})
            found.append(_fact(FactKind.NEGATION, text, *match.span(), means, means))
    for match in _OTHER.finditer(text):
        means = frozenset({"other"})
        found.append(_fact(FactKind.OTHER, text, *match.span(), means, means))
    return tuple(sorted(found, key=lambda fact: (fact.start, fact.kind)))


def known(texts: Iterable[str], *, language: str | None = None) -> Known:
    """Return what ``texts`` state together; ``language`` as in ``facts``."""
    return Known(tuple(_Stated(text, language) for text in texts))


def bears_out(there: Known, fact: Fact) -> bool:
    """Tell whether what is known says ``fact``, too.

    A name is one word, and borne out by that word in any case: "Philomin" by "Vasi Philomin's".
    """
    if fact.kind is FactKind.NEGATION:
        return there.negated
    if fact.kind is FactKind.OTHER:
        return there.other
    if fact.kind is FactKind.NAME:
        return all(_has_word(there.words, word) for word in fact.means)
    return not fact.means.isdisjoint(there.values)


def _has_word(words: frozenset[str], name: str) -> bool:
    return any(form in words for form in name.split("|"))


def _fact(
    kind: FactKind,
    text: str,
    start: int,
    end: int,
    means: frozenset[str],
    implies: frozenset[str],
    *,
    firm: bool = True,
) -> Fact:
    return Fact(kind, text[start:end], start, end, means, implies, firm)


def _overlaps(start: int, end: int, taken: Iterable[tuple[int, int]]) -> bool:
    return any(start < other_end and other_start < end for other_start, other_end in taken)


def _names(text: str, language: str | None) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Yield the words of names, each with its forms joined by "|".

    A capital at the beginning of a sentence says nothing ("Click Settings"), and none does in a
    line of which most words have one (a title) or in German, where every noun has one.  "AWS" and
    "GitHub" are names everywhere.
    """
    german = base_code(language) == "de"
    for line in re.finditer(r"[^\n]+", text):
        own = line.group()
        words = re.findall(r"[^\W\d_]{2,}", own)
        title = len(words) > 3 and sum(word[0].isupper() for word in words) > 0.6 * len(words)
        for match in _CAPITAL.finditer(own):
            opening = _OPENING.search(own[: match.start()]) is not None
            for part in re.finditer(r"[^-&]+", match.group()):
                word, start = part.group(), line.start() + match.start() + part.start()
                # Of "HTML-Code" others write two words; "only" in "Windows-only" is no name.
                if _is_certain(word):
                    certain = True
                else:
                    certain = not (german or title or opening) and word[0].isupper()
                if certain and not _is_common(word):
                    yield start, start + len(word), frozenset({"|".join(_forms(word, language))})


def _is_certain(word: str) -> bool:
    """Tell whether a word has capitals that no grammar asks for."""
    return _INNER_CAPITAL.search(word) is not None


def _is_common(word: str) -> bool:
    folded = word.casefold()
    bare = re.split(r"['’]", folded)[0]
    return is_function_word(bare) or bare in _CALENDAR


def _forms(word: str, language: str | None) -> list[str]:
    """Return what a name may be found by: itself, without a possessive or plural s, its stem."""
    whole = terms(word)[:1] or [word.casefold()]
    bare = whole[0].removesuffix("'s").removesuffix("'")
    forms = [*whole, bare, stem(bare, language or "en")]
    if len(bare) > 3 and bare.endswith("s"):
        forms.append(bare[:-1])
    return list(dict.fromkeys(forms))
