"""Texts as they are compared: what each states, sentence by sentence, found once.  Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from index.function_words import function_words
from index.languages import base_code, stem
from index.passages import sentences
from index.words import terms
from qa.amounts import Amount, amounts
from qa.bounds import Bound, bounds
from qa.calendars import Day, days
from qa.duties import Obligation, obligations
from qa.facts import NEGATION, Fact, FactKind, Known, facts, known
from qa.function_words import is_function_word
from qa.yes_no import asks_yes_or_no

COMPARED = (FactKind.NUMBER, FactKind.DATE, FactKind.NAME)
"""The kinds of facts that one text bears out or does not."""
# Two sentences that share this much of their telling words say the same or the opposite.
SAME_SENTENCE = 0.5
# Two sentences are about the same matter where this much of the shorter one is in the other.
SAME_MATTER = 0.34

# What is asked for, where a word says it; "what", "which" and a plain "how" ask for anything.
_ASKED_FOR = {
    "time": r"when|wann|quand|cuándo|quando|wanneer",
    "place": r"where|wo|wohin|woher|où|dónde|dove|onde|waar",
    "person": r"who|whom|whose|wer|wen|wem|qui|quién|chi|quem|wie(?= is\b)",
    "reason": r"why|warum|wieso|weshalb|pourquoi|por qué|perché|waarom",
    "amount": r"how (?:much|many)|wie ?viele?|combien|cuánt[oa]s?|quant[oaie]|hoeveel",
    "duration": r"how long|wie lange|combien de temps|hoe lang",
    "frequency": r"how often|wie oft",
}
_ASKING = re.compile(
    r"^\W*(?:(?:and|und|et|y|since|seit|from|by|until)\s+)?(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in _ASKED_FOR.items())
    + r")\b",
    re.IGNORECASE,
)
YES_OR_NO = "yes or no"
_DATED = re.compile(r"(?:\d{4}|-)-(\d{2})\b")


@dataclass(frozen=True, slots=True)
class Difference:
    """Facts of one kind that one text has and the other does not bear out, with their places.

    ``one`` are those of the first text, ``other`` those of the second.  ``contradicts`` tells that
    both can hardly be true: another number in sentences that say much the same, or a "not" in one
    of them.  What only one has, or each in a sentence of its own, may be no more than a detail.
    """

    kind: FactKind
    one: tuple[Fact, ...]
    other: tuple[Fact, ...]
    contradicts: bool


@dataclass(frozen=True)
class Reading:
    """A text as it is compared with others: what is found in it is found once.

    ``language`` is a BCP 47 tag, English where it is None.
    """

    text: str
    language: str | None = None

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Return its numbers, dates and names that are worth comparing, in order."""
        found = facts(self.text, language=self.language)
        return tuple(fact for fact in found if fact.kind in COMPARED and fact.firm)

    @cached_property
    def known(self) -> Known:
        """Return what it states."""
        return known([self.text], language=self.language)

    @cached_property
    def sentences(self) -> tuple["Reading", ...]:
        """Return its sentences."""
        return tuple(Reading(self.text[a:b], self.language) for a, b in self.spans)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Return the places of its sentences."""
        return sentences(self.text, language=self.language)

    @cached_property
    def asked_for(self) -> str | None:
        """Return what it asks for; see ``asked_for``."""
        return asked_for(self.text)

    @cached_property
    def telling(self) -> dict[str, str]:
        """Return the words that mean something by themselves, each with its stem, in order.

        Neither function words nor negations, which are compared by themselves.
        """
        common = function_words(self.language or "en")
        return {
            word: stem(word, self.language or "en")
            for word in terms(self.text)
            if word not in common and not is_function_word(word) and not NEGATION.fullmatch(word)
        }

    @cached_property
    def days(self) -> tuple[Day, ...]:
        """Return its weekdays and months."""
        return tuple(days(self.text, language=base_code(self.language)))

    @cached_property
    def implied_days(self) -> frozenset[str]:
        """Return all that its days, and the months of its dates, imply."""
        found = {one for day in self.days for one in day.implies}
        for fact in self.facts:
            if fact.kind is FactKind.DATE:
                found.update(
                    f"month {int(m[1])}" for form in fact.means if (m := _DATED.match(form))
                )
        return frozenset(found)

    @cached_property
    def amounts(self) -> tuple[Amount, ...]:
        """Return its amounts."""
        return tuple(amounts(self.text, language=self.language))

    @cached_property
    def totals(self) -> frozenset[tuple[str, Decimal]]:
        """Return what its amounts come to, whatever their units."""
        return frozenset(one.total for one in self.amounts if one.total)

    @cached_property
    def bounds(self) -> tuple[Bound, ...]:
        """Return its bounds."""
        values = [
            (fact.start, fact.end, fact.means)
            for fact in facts(self.text, language=self.language)
            if fact.kind in (FactKind.NUMBER, FactKind.DATE)
        ]
        values += [(day.start, day.end, frozenset({day.means})) for day in self.days]
        return tuple(bounds(self.text, values))

    @cached_property
    def duties(self) -> tuple[Obligation, ...]:
        """Return what it obliges to, allows or forbids."""
        return tuple(obligations(self.text))

    @cached_property
    def compared(self) -> tuple[tuple[int, int], ...]:
        """Return the places of all that is compared by what it means, not by its words."""
        own: list[Fact | Day | Amount | Bound | Obligation] = [*self.facts, *self.days]
        own += [*self.amounts, *self.bounds, *self.duties]
        return tuple((one.start, one.end) for one in own)

    def stems_of(self, word: str) -> frozenset[str]:
        """Return the stems of a word's terms, in its language."""
        return frozenset(stem(term, self.language or "en") for term in terms(word))

    @cached_property
    def core(self) -> frozenset[str]:
        """Return the stems of its telling words without those that oblige, allow or forbid."""
        # Of "müssen den Ausweis nicht" the card is no part.
        forms = [self.text[one.start : one.end].split() for one in self.duties]
        duty = {term for words in forms for word in (words[0], words[-1]) for term in terms(word)}
        return frozenset(form for word, form in self.telling.items() if word not in duty)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Return the stems of its telling words."""
        return frozenset(self.telling.values())


def asked_for(question: str) -> str | None:
    """Return what a question asks for: "time", "place", …, ``YES_OR_NO``; ``None``: anything."""
    match = _ASKING.match(question)
    if match:
        return match.lastgroup
    return YES_OR_NO if asks_yes_or_no(question) else None


def around(reading: Reading, fact: Fact) -> tuple[Reading, bool]:
    """Return the sentence that a fact stands in, and whether it is all that the text says."""
    for (start, end), sentence in zip(reading.spans, reading.sentences, strict=True):
        if start <= fact.start < end:
            return sentence, len(reading.spans) == 1
    return reading, True


def same_matter(one: tuple[Reading, bool], other: tuple[Reading, bool]) -> bool:
    """Tell whether two sentences are about the same: both the whole answer, or alike enough."""
    if one[1] and other[1]:
        return True
    own, others = one[0].stems, other[0].stems
    return len(own & others) > SAME_MATTER * min(len(own), len(others))


def alike(one: Reading, other: Reading) -> bool:
    """Tell whether two sentences say the same or the opposite: but for a "not", or a duty."""
    return len(one.core & other.core) > SAME_SENTENCE * len(one.core | other.core)
