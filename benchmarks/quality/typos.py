"""Typing errors, seeded: the same question always gets the same ones.

A typo changes one word of at least four letters (and nothing but letters: no digit, no sign, no
code like ``e42``) at one place, in one of five ways, each as likely:

    drop        a letter is left out              refund  refud
    double      a letter is typed twice           refund  reffund
    swap        two neighbours change places      refund  refnud
    neighbour   the key beside it is hit          refund  rwfund
    insert      the key beside it is hit as well  refund  refuind

Neighbours are those of a QWERTY keyboard; letters that are not on it only drop, double and swap.
Upper case stays upper case.  Several typos of a question are in different words as long as there
are words; those of ``count`` are among those of ``count + 1``.
"""

import random
import re

SEED = "footnote"
# Neither beside a digit nor an underscore: those make names and codes.
_WORD = re.compile(r"(?<!\w)[^\W\d_]{4,}(?!\w)")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Return the keys around each key: left and right, and the two above and below it."""
    # Each row begins a good half of a key further right than the one above it.
    places = {key: (x + 0.5 * y, y) for y, row in enumerate(_ROWS) for x, key in enumerate(row)}
    return {
        key: "".join(
            other
            for other, (other_x, other_y) in places.items()
            if other != key and abs(other_x - x) <= 1.0 and abs(other_y - y) <= 1
        )
        for key, (x, y) in places.items()
    }


NEIGHBOURS = _neighbours()


def mistyped(question: str, count: int, *, seed: str = SEED) -> str:
    """Return ``question`` with ``count`` typos; unchanged where no word is long enough."""
    chance = random.Random(f"{seed}\0{question}")
    spans = [match.span() for match in _WORD.finditer(question)]
    chance.shuffle(spans)
    words = {span: question[slice(*span)] for span in spans}
    for number in range(count if spans else 0):
        start, end = span = spans[number % len(spans)]
        words[span] = _once(words[span], question[start:end], chance)
    parts, at = [], 0
    for (start, end), word in sorted(words.items()):
        parts += [question[at:start], word]
        at = end
    return "".join(parts) + question[at:]


def _once(word: str, meant: str, chance: random.Random) -> str:
    """Return ``word`` with one more typo, which does not undo an earlier one."""
    ways = [_drop, _double, _swap, _neighbour, _insert]
    chance.shuffle(ways)
    places = list(range(len(word)))
    chance.shuffle(places)
    for way in ways:
        for place in places:
            typed = way(word, place, chance)
            if typed is not None and typed not in (word, meant):
                return typed
    raise AssertionError(f"no typo for {word!r}")  # a dropped or doubled letter always is one


def _drop(word: str, place: int, chance: random.Random) -> str | None:
    return word[:place] + word[place + 1 :]


def _double(word: str, place: int, chance: random.Random) -> str | None:
    return word[: place + 1] + word[place:]


def _swap(word: str, place: int, chance: random.Random) -> str | None:
    pair = word[place : place + 2]
    if len(pair) < 2:
        return None
    # The places keep their case: "Refund" becomes "Erfund".
    swapped = _cased(pair[1], pair[0]) + _cased(pair[0], pair[1])
    return word[:place] + swapped + word[place + 2 :]


def _neighbour(word: str, place: int, chance: random.Random) -> str | None:
    key = _key_beside(word[place], chance)
    return None if key is None else word[:place] + key + word[place + 1 :]


def _insert(word: str, place: int, chance: random.Random) -> str | None:
    key = _key_beside(word[place], chance)
    return None if key is None else word[: place + 1] + key + word[place + 1 :]


def _key_beside(letter: str, chance: random.Random) -> str | None:
    keys = NEIGHBOURS.get(letter.lower())
    return _cased(chance.choice(keys), letter) if keys else None


def _cased(letter: str, like: str) -> str:
    """Return ``letter`` in the case of ``like``, where that is one letter, too."""
    cased = letter.upper() if like.isupper() else letter.lower() if like.islower() else letter
    return cased if len(cased) == 1 else letter
