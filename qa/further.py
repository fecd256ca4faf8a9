"""Which hits are worth reading beside the best: other places that say something else.  Pure."""

import functools
import re

# Three words in a row that two texts share are rarely chance; four fifths of the shorter text's
# is a copy with small changes.
SHINGLE_WORDS = 3
CONTAINED_SHARE = 0.8
# Cosine from which two answers are taken for one in other words.  Set by hand, high: leaving out
# something new is worse than showing something twice.
SAME_LIKENESS = 0.9

_WORD = re.compile(r"\w+")


def says_the_same(one: str, other: str, *, likeness: float = -1.0) -> bool:
    """Tell whether two texts state the same: one contains nearly all of the other's wording.

    ``likeness`` is the cosine between them, where it is known.  Texts of fewer than three words
    are the same only when they are equal: "Yes." says nothing without its question.
    """
    if likeness >= SAME_LIKENESS:
        return True
    shorter, longer = sorted((_words(one), _words(other)), key=len)
    if len(shorter) < SHINGLE_WORDS:
        return shorter == longer
    small, large = _shingles(shorter), _shingles(longer)
    return len(small & large) >= CONTAINED_SHARE * len(small)


# The same texts are compared for one question after another.
@functools.lru_cache(maxsize=1 << 13)
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


@functools.lru_cache(maxsize=1 << 13)
def _shingles(words: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    return frozenset(words[i : i + SHINGLE_WORDS] for i in range(len(words) - SHINGLE_WORDS + 1))
