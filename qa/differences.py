"""What differs between two texts that should say, or ask, the same.  Pure.

What differs is shown by its places in both, so that an editor sees it without reading twice.
"""

import re
from dataclasses import dataclass

from index.languages import stem
from index.passages import sentences
from index.words import function_words, terms
from qa.facts import NEGATION, Fact, FactKind, bears_out, facts, known
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


def differences(one: str, other: str, *, language: str | None = None) -> tuple[Difference, ...]:
    """Return what the numbers, dates, names and negations of two answers differ in, in that order.

    A negation counts where one answer begins with a yes and the other with a no, or where a
    sentence of one is a sentence of the other but for a "not".
    """
    there = known([one], language=language), known([other], language=language)
    own = facts(one, language=language), facts(other, language=language)
    spans = sentences(one, language=language), sentences(other, language=language)
    found: list[Difference] = []
    for kind in _COMPARED:
        lone = tuple(f for f in own[0] if f.kind is kind and f.firm and not bears_out(there[1], f))
        lacks = tuple(f for f in own[1] if f.kind is kind and f.firm and not bears_out(there[0], f))
        if lone or lacks:
            against = any(
                _same_matter(_around(one, a, spans[0]), _around(other, b, spans[1]), language)
                for a in lone
                for b in lacks
            )
            found.append(Difference(kind, lone, lacks, against))
    negations = _negations(one, other, language)
    if negations is not None:
        found.append(negations)
    return tuple(found)


def asks_something_else(one: str, other: str, *, language: str | None = None) -> bool:
    """Tell whether two questions that look alike differ in something that tells.

    A number, date or name that only one has; a negation in one; a when against a where; a word
    against its opposite ("install", "uninstall").
    """
    there = known([one], language=language), known([other], language=language)
    for text, elsewhere in ((one, there[1]), (other, there[0])):
        for fact in facts(text, language=language):
            if fact.kind in _COMPARED and fact.firm and not bears_out(elsewhere, fact):
                return True
    if there[0].negated != there[1].negated:
        return True
    asked = asked_for(one), asked_for(other)
    if asked[0] != asked[1] and not {None, YES_OR_NO} & set(asked):
        return True
    lone, lacks = unshared(one, other, language=language)
    return any(_opposite(a, b) for a in lone for b in lacks)


def unshared(
    one: str, other: str, *, language: str | None = None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the telling words of each text whose stems the other does not have, in order."""
    own, others = telling(one, language), telling(other, language)
    stems = set(own.values()), set(others.values())
    return (
        tuple(word for word, form in own.items() if form not in stems[1]),
        tuple(word for word, form in others.items() if form not in stems[0]),
    )


def telling(text: str, language: str | None) -> dict[str, str]:
    """Return the words of ``text`` that mean something by themselves, each with its stem, in order.

    Neither function words nor negations, which are compared by themselves.
    """
    common = function_words(language or "en")
    return {
        word: stem(word, language or "en")
        for word in terms(text)
        if word not in common and not is_function_word(word) and not NEGATION.fullmatch(word)
    }


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


def _opposite(one: str, other: str) -> bool:
    for a, b in ((one, other), (other, one)):
        for begins, against in _OPPOSITE_BEGINNINGS:
            rest = a[len(begins) :]
            if a.startswith(begins) and len(rest) >= _SHARED_CHARS and b == against + rest:
                return True
        for ends, against in _OPPOSITE_ENDS:
            rest = a[: len(a) - len(ends)]
            if a.endswith(ends) and len(rest) >= _SHARED_CHARS and b == rest + against:
                return True
    return False


def _negations(one: str, other: str, language: str | None) -> Difference | None:
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        no, yes = _NO.match(a), _YES.match(b)
        if no and yes:
            return _difference(_negation(a, *no.span()), _negation(b, *yes.span()), swapped=swapped)
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        for start, end in sentences(a, language=language):
            match = NEGATION.search(a, start, end)
            if match is None:
                continue
            for first, last in sentences(b, language=language):
                alike = _alike(a[start:end], b[first:last], language)
                if alike and not NEGATION.search(b, first, last):
                    return _difference(_negation(a, *match.span()), None, swapped=swapped)
    return None


def _around(text: str, fact: Fact, spans: tuple[tuple[int, int], ...]) -> tuple[str, bool]:
    """Return the sentence that a fact stands in, and whether it is all that the text says."""
    for start, end in spans:
        if start <= fact.start < end:
            return text[start:end], len(spans) == 1
    return text, True


def _same_matter(one: tuple[str, bool], other: tuple[str, bool], language: str | None) -> bool:
    """Tell whether two sentences are about the same: both the whole answer, or alike enough."""
    if one[1] and other[1]:
        return True
    own = set(telling(one[0], language).values()), set(telling(other[0], language).values())
    return len(own[0] & own[1]) > SAME_MATTER * min(len(own[0]), len(own[1]))


def _alike(one: str, other: str, language: str | None) -> bool:
    own = set(telling(one, language).values()), set(telling(other, language).values())
    return len(own[0] & own[1]) > SAME_SENTENCE * len(own[0] | own[1])


def _negation(text: str, start: int, end: int) -> Fact:
    means = frozenset({"negation"})
    return Fact(FactKind.NEGATION, text[start:end], start, end, means, means)


def _difference(negated: Fact, plain: Fact | None, *, swapped: bool) -> Difference:
    first: tuple[Fact, ...] = (negated,)
    second: tuple[Fact, ...] = (plain,) if plain else ()
    if swapped:
        first, second = second, first
    return Difference(FactKind.NEGATION, first, second, contradicts=True)
