"""What differs between two texts that should say, or ask, the same.  Pure.

What differs is shown by its places in both, so that an editor sees it without reading twice.
"""

import re

from index.words import terms
from qa.conditions import conditions_apart
from qa.duties import exclude
from qa.facts import NEGATION, Fact, FactKind, bears_out
from qa.opposites import opposite_forms
from qa.readings import COMPARED, YES_OR_NO, Difference, Reading, alike, around, same_matter

_NO = re.compile(r"\W*(?:no|nope|nein|non|não|nee|unfortunately not|leider n\w+)\b", re.IGNORECASE)
_YES = re.compile(r"\W*(?:yes|yep|yeah|ja|oui|sí|sì|sim|of course|absolutely)\b", re.IGNORECASE)


def differences(one: Reading, other: Reading) -> tuple[Difference, ...]:
    """Return what the numbers, dates, names and negations of two answers differ in, in that order.

    A negation counts where one answer begins with a yes and the other with a no, or where a
    sentence of one is a sentence of the other but for a "not".
    """
    found: list[Difference] = []
    for kind in COMPARED:
        lone, lacks = _lone(kind, one, other), _lone(kind, other, one)
        if lone or lacks:
            against = any(
                same_matter(around(one, a), around(other, b)) for a in lone for b in lacks
            )
            found.append(Difference(kind, lone, lacks, against))
    apart = list(conditions_apart(one, other))
    duties = any(difference.kind is FactKind.DUTY for difference in apart)
    negation = _yes_against_no(one, other) or (None if duties else _negated(one, other))
    return (*found, *([negation] if negation else []), *apart)


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
        not opposite_forms(word).isdisjoint(others)
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


def turned_round(one: str, other: str) -> bool:
    """Tell whether two texts have the same words in orders that change who does what.

    "Can C call Rust?" and "Can Rust call C?".  A part that only moved to the beginning changes
    nothing: "For my water, how much is the bill?".
    """
    own, others = terms(one), terms(other)
    if own == others or sorted(own) != sorted(others):
        return False
    return not any(own[at:] + own[:at] == others for at in range(len(own)))


def _lone(kind: FactKind, one: Reading, other: Reading) -> tuple[Fact, ...]:
    """Return the facts that the other text does not bear out, nor as much in another unit."""
    same = [
        (amount.start, amount.end)
        for amount in one.amounts
        if amount.total is not None and amount.total in other.totals
    ]
    return tuple(
        fact
        for fact in one.facts
        if fact.kind is kind
        and not bears_out(other.known, fact)
        and not any(start <= fact.start < end for start, end in same)
    )


def _yes_against_no(one: Reading, other: Reading) -> Difference | None:
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        no, yes = _NO.match(a.text), _YES.match(b.text)
        if no and yes:
            sides = _negation(a.text, *no.span()), _negation(b.text, *yes.span())
            return _difference(*sides, swapped=swapped)
    return None


def _negated(one: Reading, other: Reading) -> Difference | None:
    for swapped in (False, True):
        a, b = (other, one) if swapped else (one, other)
        for (start, end), sentence in zip(a.spans, a.sentences, strict=True):
            # "No more than 5" denies nothing.
            bounded = [(bound.start, bound.end) for bound in a.bounds]
            match = next(
                (
                    match
                    for match in NEGATION.finditer(a.text, start, end)
                    if not any(first <= match.start() < last for first, last in bounded)
                ),
                None,
            )
            if match is None:
                continue
            for (first, last), against in zip(b.spans, b.sentences, strict=True):
                if NEGATION.search(b.text, first, last) or not alike(sentence, against):
                    continue
                if not _same_duty(sentence, against):
                    return _difference(_negation(a.text, *match.span()), None, swapped=swapped)
    return None


def _same_duty(one: Reading, other: Reading) -> bool:
    """Tell whether two sentences oblige to the same: "need not" is no denial of "optional"."""
    duties = [{duty.duty for duty in reading.duties} for reading in (one, other)]
    return all(duties) and not any(exclude(a, b) for a in duties[0] for b in duties[1])


def _negation(text: str, start: int, end: int) -> Fact:
    means = frozenset({"negation"})
    return Fact(FactKind.NEGATION, text[start:end], start, end, means, means)


def _difference(negated: Fact, plain: Fact | None, *, swapped: bool) -> Difference:
    first: tuple[Fact, ...] = (negated,)
    second: tuple[Fact, ...] = (plain,) if plain else ()
    if swapped:
        first, second = second, first
    return Difference(FactKind.NEGATION, first, second, contradicts=True)
