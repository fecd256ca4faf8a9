"""Which section of an article another one was, before it was edited.  Pure."""

import re
from collections.abc import Mapping

# A section with another heading and other words is still the same where this much of it stayed.
KEPT_PERCENT = 60.0  # as rapidfuzz counts it
SAME_ID = 25.0  # what the same id counts for beside it

_WORD = re.compile(r"\d+(?:[.,:]\d+)*|\w+")


def words_of(text: str) -> list[str]:
    """Return the words and numbers of a text, case folded: what stays where only its looks change.

    >>> words_of("1.5 Litres, please")
    ['1.5', 'litres', 'please']
    """
    return [word.casefold() for word in _WORD.findall(text)]


def section_matches(former: Mapping[str, str], present: Mapping[str, str]) -> dict[str, str]:
    """Return which present section each former one became, by their ids.

    Both are texts by id.  A section is known by its id where its words stayed, by its words where
    it got another id, or by most of its words where both changed.  Those that went are left out.
    """
    from rapidfuzz import fuzz

    words = {id: tuple(words_of(text)) for id, text in former.items()}
    found = {id: id for id in former if words[id] == tuple(words_of(present.get(id, "")))}
    free = {id: tuple(words_of(text)) for id, text in present.items() if id not in found}

    def became(id: str, other: str) -> None:
        found[id] = other
        del free[other]

    for id in sorted(former.keys() - found.keys()):
        if same := [other for other in free if free[other] == words[id]]:
            became(id, min(same))
    likeness = {
        (id, other): fuzz.ratio(" ".join(words[id]), " ".join(own)) + (id == other) * SAME_ID
        for id in former.keys() - found.keys()
        for other, own in free.items()
    }
    for id, other in sorted(likeness, key=lambda both: (-likeness[both], both)):
        alike = id == other or likeness[id, other] >= KEPT_PERCENT
        if alike and id not in found and other in free:
            became(id, other)
    return found
