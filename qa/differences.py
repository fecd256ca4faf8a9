"""What differs between two texts that should say, or ask, the same.  Pure.

What differs is shown by its places in both, so that an editor sees it without reading twice.
"""

import functools
import re
from dataclasses import dataclass
from functools import cached_property

from index.function_words import function_words
from index.languages import stem
from index.passages import sentences
from index.words import terms
from qa.facts import NEGATION, Fact, FactKind, Known, bears_out, facts, known
from qa.function_words import is_function_word
from qa.yes_no import asks_yes_or_no

_COMPARED = (FactKind.NUMBER, FactKind.DATE, FactKind.NAME)
# Two sentences that share this much of their telling words say the same or the opposite.
SAME_SENTENCE = 0.5
# Two sentences are about the same matter where this much of the shorter one is in the other.
SAME_MATTER = 0.34

_NO = re.compile(r"\W*(?:no|nope|nein|non|não|nee|unfortunately not|leider n\w+)\b", re.IGNORECASE)
_YES = re.compile(r"\W*(?:yes|yep|yeah|ja|oui|sí|sì|sim|of course|absolutely)\b", re.IGNORECASE)

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
# "install" and "uninstall", "import" and "export", "login" and "logout": opposites that differ in
# their beginnings or ends, and share the rest.
_SHARED_CHARS = 3
_OPPOSITE_BEGINNINGS = (
    ("", "un"), ("", "dis"), ("", "de"), ("", "in"), ("", "non"), ("en", "dis"), ("im", "ex"),
    ("in", "ex"), ("in", "de"), ("up", "down"), ("in", "out"), ("pre", "post"), ("on", "off"),
    ("in", "aus"), ("an", "ab"), ("ein", "aus"), ("an", "aus"), ("de", "ré"), ("", "dé"),
)  # fmt: skip
_OPPOSITE_ENDS = (("in", "out"), ("on", "off"), ("in", "off"))


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
        return tuple(fact for fact in found if fact.kind in _COMPARED and fact.firm)

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
    def stems(self) -> frozenset[str]:
        """Return the stems of its telling words."""
        return frozenset(self.telling.values())


def differences(one: Reading, other: Reading) -> tuple[Difference, ...]:
    """Return what the numbers, dates, names and negations of two answers differ in, in that order.

    A negation counts where one answer begins with a yes and the other with a no, or where a
    sentence of one is a sentence of the other but for a "not".
    """
    found: list[Difference] = []
    for kind in _COMPARED:
        lone = tuple(f for f in one.facts if f.kind is kind and not bears_out(other.known, f))
        lacks = tuple(f for f in other.facts if f.kind is kind and not bears_out(one.known, f))
        if lone or lacks:
            against = any(
                _same_matter(_around(one, a), _around(other, b)) for a in lone for b in lacks
            )
            found.append(Difference(kind, lone, lacks, against))
    negations = _negations(one, other)
    if negations is not None:
        found.append(negations)
    return tuple(found)


def asks_something_else(one: Reading, other: Reading) -> bool:
    """Tell whether two questions that look alike differ in something that tells.

    A number, date or name that only one has; a negation in one; a when against a where; a word
    against its opposite ("install", "uninstall").
    """
    if one.known.negated != other.known.negated:
        return True
    asked = one.asked_for, other.asked_for
    if asked[0] != asked[1] and not {None, YES_OR_NO} & set(asked):
        return True
    for reading, elsewhere in ((one, other), (other, one)):
        if any(not bears_out(elsewhere.known, fact) for fact in reading.facts):
            return True
    lone, lacks = unshared(one, other)
    return any(
        not _opposites(word).isdisjoint(others)
        for words, others in ((lone, lacks), (lacks, lone))
        for word in words
    )


def unshared(one: Reading, other: Reading) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the telling words of each text whose stems the other does not have, in order."""
    if one.stems == other.stems:
        return (), ()
    return (
        tuple(word for word, form in one.telling.items() if form not in other.stems),
        tuple(word for word, form in other.telling.items() if form not in one.stems),
    )


def asked_for(question: str) -> str | None:
    """Return what a question asks for: "time", "place", …, ``YES_OR_NO``; ``None``: anything."""
    match = _ASKING.match(question)
    if match:
        return match.lastgroup
    return YES_OR_NO if asks_yes_or_no(question) else None


def turned_round(one: str, other: str) -> bool:
    """Tell whether two texts have the same words in orders that change who does what.

    "Can C call Rust?" and "Can Rust call C?".  A part that only moved to the beginning changes
    nothing: "For my water, how much is the bill?".
    """
    own, others = terms(one), terms(other)
    if own == others or sorted(own) != sorted(others):
        return False
    return not any(own[at:] + own[:at] == others for at in range(len(own)))


@functools.lru_cache(maxsize=1 << 15)  # a word stands in many questions
def _opposites(word: str) -> frozenset[str]:
    """Return the words that would be opposites by their beginnings or ends, one way."""
    found: set[str] = set()
    for begins, against in _OPPOSITE_BEGINNINGS:
        rest = word[len(begins) :]
        if word.startswith(begins) and len(rest) >= _SHARED_CHARS:
            found.add(against + rest)
    for ends, against in _OPPOSITE_ENDS:
        rest = word[: len(word) - len(ends)]
        if word.endswith(ends) and len(rest) >= _SHARED_CHARS:
            found.add(rest + against)
    return frozenset(found)


def _negations(one: Reading, other: Reading) -> Difference | None:
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        no, yes = _NO.match(a.text), _YES.match(b.text)
        if no and yes:
            sides = _negation(a.text, *no.span()), _negation(b.text, *yes.span())
            return _difference(*sides, swapped=swapped)
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        for (start, end), sentence in zip(a.spans, a.sentences, strict=True):
            match = NEGATION.search(a.text, start, end)
            if match is None:
                continue
            for (first, last), against in zip(b.spans, b.sentences, strict=True):
                if _alike(sentence, against) and not NEGATION.search(b.text, first, last):
                    return _difference(_negation(a.text, *match.span()), None, swapped=swapped)
    return None


def _around(reading: Reading, fact: Fact) -> tuple[Reading, bool]:
    """Return the sentence that a fact stands in, and whether it is all that the text says."""
    for (start, end), sentence in zip(reading.spans, reading.sentences, strict=True):
        if start <= fact.start < end:
            return sentence, len(reading.spans) == 1
    return reading, True


def _same_matter(one: tuple[Reading, bool], other: tuple[Reading, bool]) -> bool:
    """Tell whether two sentences are about the same: both the whole answer, or alike enough."""
    if one[1] and other[1]:
        return True
    own, others = one[0].stems, other[0].stems
    return len(own & others) > SAME_MATTER * min(len(own), len(others))


def _alike(one: Reading, other: Reading) -> bool:
    return len(one.stems & other.stems) > SAME_SENTENCE * len(one.stems | other.stems)


def _negation(text: str, start: int, end: int) -> Fact:
    means = frozenset({"negation"})
    return Fact(FactKind.NEGATION, text[start:end], start, end, means, means)


def _difference(negated: Fact, plain: Fact | None, *, swapped: bool) -> Difference:
    first: tuple[Fact, ...] = (negated,)
    second: tuple[Fact, ...] = (plain,) if plain else ()
    if swapped:
        first, second = second, first
    return Difference(FactKind.NEGATION, first, second, contradicts=True)
