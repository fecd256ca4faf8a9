"""On what conditions two answers differ: days, amounts, bounds, duties, and one word for another.

Answers that are alike but for one of these have nearly the same vectors and words, and say the
contrary: "on Friday" and "on Saturday", "14 days" and "14 weeks", "at least 16" and "at most 16",
"must" and "need not", "for subscribers" and "for everybody".  Pure.
"""

import difflib
import re
from collections.abc import Iterable, Iterator

from rapidfuzz.distance import Levenshtein

from qa.duties import exclude
from qa.facts import Fact, FactKind
from qa.function_words import is_function_word
from qa.opposites import names_everybody, opposed
from qa.readings import Difference, Reading, alike, around, same_matter

# Of the words of two sentences, so many must stand in the same order for the rest to have been
# put for one another; and so many words in a row at most.
_SAME_ORDER = 0.6
_REPLACED_WORDS = 3
_SPELLED_CHARS = 5  # one letter more, less or another in a longer word is another spelling
_WORD = re.compile(r"\w+(?:['’-]\w+)*")


def conditions_apart(one: Reading, other: Reading) -> Iterator[Difference]:
    """Yield in which days, amounts, bounds and duties two answers differ, and in which words."""
    for found in (
        _days(one, other),
        _amounts(one, other),
        _bounds(one, other),
        _duties(one, other),
        *_words(one, other),
    ):
        if found is not None:
            yield found


def _days(one: Reading, other: Reading) -> Difference | None:
    sides = [
        tuple(
            _fact(FactKind.DAY, reading, day.start, day.end)
            for day in reading.days
            if day.means not in elsewhere.implied_days
        )
        for reading, elsewhere in ((one, other), (other, one))
    ]
    return _difference(FactKind.DAY, one, other, *sides) if any(sides) else None


def _amounts(one: Reading, other: Reading) -> Difference | None:
    """Return the amounts of the same number of different things: "£6.50" and "€6.50"."""
    sides: list[tuple[Fact, ...]] = []
    for reading, elsewhere in ((one, other), (other, one)):
        apart = [
            (amount.start, amount.end)
            for amount in reading.amounts
            if any(_only_counts(count, amount.unit, elsewhere) for count in amount.counts)
            and not (amount.total and amount.total in elsewhere.totals)
        ]
        sides.append(tuple(_fact(FactKind.AMOUNT, reading, *place) for place in apart))
    return _difference(FactKind.AMOUNT, one, other, *sides) if all(sides) else None


def _only_counts(count: str, unit: str, there: Reading) -> bool:
    units = {one.unit for one in there.amounts if count in one.counts}
    return bool(units) and unit not in units


def _bounds(one: Reading, other: Reading) -> Difference | None:
    """Return what is the least in one answer and the most in the other."""
    sides: list[tuple[Fact, ...]] = []
    for reading, elsewhere in ((one, other), (other, one)):
        apart = []
        for bound in reading.bounds:
            there = [b.low for b in elsewhere.bounds if not b.values.isdisjoint(bound.values)]
            own = [b.low for b in reading.bounds if not b.values.isdisjoint(bound.values)]
            if there and set(there).isdisjoint(own):
                apart.append(_fact(FactKind.BOUND, reading, bound.start, bound.end))
        sides.append(tuple(apart))
    return _difference(FactKind.BOUND, one, other, *sides) if all(sides) else None


def _duties(one: Reading, other: Reading) -> Difference | None:
    """Return what one answer obliges to, allows or forbids, and a like sentence does not."""
    for (start, _), sentence in zip(one.spans, one.sentences, strict=True):
        for (first, _), against in zip(other.spans, other.sentences, strict=True):
            own, others = sentence.duties, against.duties
            if not own or not others or not alike(sentence, against):
                continue
            if {duty.duty for duty in own} & {duty.duty for duty in others}:
                continue
            for a in own:
                for b in others:
                    if exclude(a.duty, b.duty):
                        sides = (
                            (_fact(FactKind.DUTY, one, start + a.start, start + a.end),),
                            (_fact(FactKind.DUTY, other, first + b.start, first + b.end),),
                        )
                        return Difference(FactKind.DUTY, *sides, contradicts=True)
    return None


def _words(one: Reading, other: Reading) -> Iterator[Difference]:
    """Yield the words that stand for one another in sentences that are the same but for them.

    They contradict where they are opposites, or where one speaks of everybody.  Whether others mean
    the same ("open", "go to") is not known: they are told.
    """
    sides: dict[bool, tuple[list[Fact], list[Fact]]] = {}
    for (start, _), sentence in zip(one.spans, one.sentences, strict=True):
        own = list(_WORD.finditer(sentence.text))
        for (first, _), against in zip(other.spans, other.sentences, strict=True):
            others = list(_WORD.finditer(against.text))
            for a, b in _replaced(own, others):
                shown = [_telling(a, sentence, other), _telling(b, against, one)]
                if not all(shown) or _spelled_alike(*shown):
                    continue
                everybody = names_everybody(_text(a)) != names_everybody(_text(b))
                contradicts = everybody or any(
                    opposed(x.group().casefold(), y.group().casefold())
                    for x in shown[0]
                    for y in shown[1]
                )
                left, right = sides.setdefault(contradicts, ([], []))
                place = start + shown[0][0].start(), start + shown[0][-1].end()
                left.append(_fact(FactKind.WORD, one, *place))
                place = first + shown[1][0].start(), first + shown[1][-1].end()
                right.append(_fact(FactKind.WORD, other, *place))
    for contradicts, (left, right) in sorted(sides.items(), reverse=True):
        yield Difference(FactKind.WORD, tuple(left), tuple(right), contradicts)


def _replaced(
    own: list[re.Match[str]], others: list[re.Match[str]]
) -> Iterator[tuple[list[re.Match[str]], list[re.Match[str]]]]:
    one, other = ([match.group().casefold() for match in side] for side in (own, others))
    if one == other:
        return
    matcher = difflib.SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < _SAME_ORDER or matcher.ratio() < _SAME_ORDER:
        return
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "replace" and max(b - a, d - c) <= _REPLACED_WORDS:
            yield own[a:b], others[c:d]


def _telling(words: list[re.Match[str]], there: Reading, other: Reading) -> list[re.Match[str]]:
    """Return those that tell something, that the other text does not have, and that nothing else
    compares: of a sentence's words, numbers, names, days, bounds and duties are compared already.
    """
    if names_everybody(_text(words)):
        return words
    return [
        word
        for word in words
        if not any(start < word.end() and word.start() < end for start, end in there.compared)
        and (stems := there.stems_of(word.group()))
        and stems.isdisjoint(other.stems)
        and not is_function_word(word.group().casefold())
    ]


def _spelled_alike(one: list[re.Match[str]], other: list[re.Match[str]]) -> bool:
    words = [[match.group().casefold() for match in side] for side in (one, other)]
    return len(one) == len(other) and all(
        min(len(a), len(b)) >= _SPELLED_CHARS
        and Levenshtein.distance(a, b, score_cutoff=1) <= 1
        and not opposed(a, b)
        for a, b in zip(*words, strict=True)
    )


def _text(words: Iterable[re.Match[str]]) -> str:
    return " ".join(word.group() for word in words)


def _fact(kind: FactKind, reading: Reading, start: int, end: int) -> Fact:
    means = frozenset({str(kind)})
    return Fact(kind, reading.text[start:end], start, end, means, means)


def _difference(
    kind: FactKind, one: Reading, other: Reading, lone: tuple[Fact, ...], lacks: tuple[Fact, ...]
) -> Difference:
    against = any(same_matter(around(one, a), around(other, b)) for a in lone for b in lacks)
    return Difference(kind, lone, lacks, against)
