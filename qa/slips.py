"""How likely one word is typed for another: the slips of fingers, and what is no slip.  Pure.

Words are folded as the terms of ``index.words`` are.  The costs are natural logarithms, negated.
"""

import math
from collections.abc import Iterator

from rapidfuzz.distance import OSA

# Of all slips about a quarter leave a letter out, a fifth swap two, and so on; one that could have
# gone many ways (which of five neighbouring keys?) shares its part among them.
SWAP = 1.6
REPEAT = 1.6  # a letter typed twice, or once instead of twice
DROPPED = 1.6
NEAR = 3.0  # a neighbouring key instead
VOWEL = 3.5  # a vowel for a vowel: "independance"
EXTRA_NEAR = 3.5  # a neighbouring key, too
EXTRA = 4.5
OTHER = 6.0
FIRST_LETTER = 1.0  # added: first letters are seldom mistyped
SECOND_SLIP = 2.0  # added where a word has two
MOST_TWO_SLIPS = 4.5  # both together: "nutrional" is nutritional, "expiration" no exploration

# A shorter name has too many neighbours that are names of others.
LONG_NAME_LETTERS = 7

_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_VOWELS = frozenset("aeiouy")

_ENDINGS = ("s", "es", "ed", "ing", "er", "ers", "or", "ly", "ness", "able", "less", "ful")
_BEGINNINGS = ("un", "re", "non", "pre", "mis", "anti")
_STEM_LETTERS = 4
_BEFORE_NO_PLURAL = frozenset("siu")
_GERMAN_ENDINGS = frozenset(
    ("", "e", "em", "en", "er", "es", "est", "et", "n", "s", "st", "t", "te", "ten")
)
_GERMAN_STEM_LETTERS = 3
# What is left of two forms of a word after the letters they share.
_ENDING_PAIRS = tuple(
    {*pair.split("/")}
    for pair in (
        *("/s", "/es", "/d", "/ed", "/r", "/er", "/or", "/ly", "/al", "/ion"),
        *("s/d", "s/r", "d/r", "e/y", "e/ing", "ze/se"),
    )
)


def slip(typed: str, meant: str) -> float:
    """Return -ln of how likely ``meant`` is mistyped as ``typed``; the words are not equal.

    One slip or two, no letter being part of both (optimal string alignment); for more, and for two
    that are not likely together, infinite.
    """
    distance = OSA.distance(typed, meant, score_cutoff=2)
    if distance == 1:
        cost = _one_slip(typed, meant)
    elif distance == 2 and (cost := _two_slips(typed, meant)) <= MOST_TWO_SLIPS:
        cost += SECOND_SLIP
    else:
        return math.inf
    return cost + (FIRST_LETTER if typed[0] != meant[0] else 0.0)


def _one_slip(typed: str, meant: str) -> float:
    first = _shared(typed, meant)
    if len(typed) < len(meant):
        return DROPPED
    if len(typed) > len(meant):
        return _extra(typed, first)
    return _replaced(typed[first], meant[first]) if _differ(typed, meant) == 1 else SWAP


def _two_slips(typed: str, meant: str) -> float:
    extra = [_extra(typed, place) for place in range(len(typed))]
    table = [[DROPPED * j for j in range(len(meant) + 1)]]
    for i, a in enumerate(typed):
        row = [table[i][0] + extra[i]]
        for j, b in enumerate(meant):
            cost = table[i][j] + (0.0 if a == b else _replaced(a, b))
            cost = min(cost, table[i][j + 1] + extra[i], row[j] + DROPPED)
            if i and j and a != b and a == meant[j - 1] and b == typed[i - 1]:
                cost = min(cost, table[i - 1][j - 1] + SWAP)
            row.append(cost)
        table.append(row)
    return table[-1][-1]


def _shared(one: str, other: str) -> int:
    """Return how many letters two words begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _differ(one: str, other: str) -> int:
    return sum(a != b for a, b in zip(one, other, strict=True))


def _replaced(typed: str, meant: str) -> float:
    if typed in _NEAR_KEYS.get(meant, ""):
        return NEAR
    return VOWEL if typed in _VOWELS and meant in _VOWELS else OTHER


def _extra(typed: str, place: int) -> float:
    letter = typed[place]
    around = typed[max(0, place - 1) : place] + typed[place + 1 : place + 2]
    if letter in around:
        return REPEAT
    near = any(letter in _NEAR_KEYS.get(other, "") for other in around)
    return EXTRA_NEAR if near else EXTRA


def is_same_name(typed: str, meant: str) -> bool:
    """Tell whether one name is hardly another, but mistyped: "Walder" and "Waldner" are two."""
    if typed[0] != meant[0]:
        return False
    if len(typed) < LONG_NAME_LETTERS:
        # Swapped, or once too often or too few.
        return slip(typed, meant) <= SWAP and set(typed) == set(meant)
    return slip(typed, meant) <= NEAR or len(typed) > len(meant)


def is_inflection(typed: str, meant: str) -> bool:
    """Tell whether two words may be regular forms of one: "configure" and "configured"."""
    shared = _shared(typed, meant)
    return (
        shared >= _STEM_LETTERS
        and typed[-1] != typed[-2]  # "symptomss" is no form of symptoms,
        and meant[-1] != meant[-2]  # nor "mattress" one of "mattres"
        and {typed[shared:], meant[shared:]} in _ENDING_PAIRS
    )


def is_german_form(typed: str, meant: str) -> bool:
    """Tell whether two words may be regular forms of one in German: "kosten" and "kostet"."""
    shared = _shared(typed, meant)
    return (
        shared >= _GERMAN_STEM_LETTERS
        and {typed[shared:], meant[shared:]} <= _GERMAN_ENDINGS
        and typed[-1] != typed[-2]  # "Ausweiss"
        and (typed[-1] != "n" or typed[-2] in "elr")  # "Katzn"
    )


def other_numbers(word: str) -> Iterator[str]:
    """Yield what a word is the plural of, or the plural of it, by an s: "tea" of "teas".

    Where an s behind an s, i or u is left out, what is left is mistyped: "mattres", "statu"; and
    longer words without their s are among ``stems``.
    """
    if len(word) == _STEM_LETTERS and word[-1] == "s" and word[-2] not in _BEFORE_NO_PLURAL:
        yield word[:-1]
    if len(word) >= _STEM_LETTERS and word[-1] not in _BEFORE_NO_PLURAL:
        yield f"{word}s"


def stems(word: str) -> Iterator[str]:
    """Yield what regular English endings and beginnings leave of a word, at least four letters.

    Snowball cuts its stems to what is no word any more and cannot be looked up.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LETTERS:
            stem = word.removesuffix(ending)
            yield stem
            if ending[0] in "aeio":
                yield stem + "e"
                if stem[-1] == stem[-2]:
                    yield stem[:-1]
    for beginning in _BEGINNINGS:
        if word.startswith(beginning) and len(word) - len(beginning) >= _STEM_LETTERS:
            yield word.removeprefix(beginning)


def _keyboard() -> dict[str, str]:
    """Return, per letter, its neighbours on a QWERTY keyboard, whose rows are shifted by half."""
    near: dict[str, set[str]] = {letter: set() for row in _ROWS for letter in row}
    for number, row in enumerate(_ROWS):
        for place, letter in enumerate(row):
            beside = set(row[max(0, place - 1) : place + 2])
            below = set(_ROWS[number + 1][max(0, place - 1) : place + 1]) if number < 2 else set()
            for other in (beside | below) - {letter}:
                near[letter].add(other)
                near[other].add(letter)
    return {letter: "".join(sorted(others)) for letter, others in near.items()}


_NEAR_KEYS = _keyboard()
