"""Several questions in one message: each is asked by itself, where that gives different answers.

A message is cut by its words (``qa.message_parts``), and what is found decides whether that was
worth it: parts that have the same passage are one question after all.  In doubt a message gets
what it would get as a whole.  Pure.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from qa.message_parts import Part, parts_of
from qa.records import Answer, Hit, Result, Turn, turns

Why = TypeVar("Why")
# Asks one question after a history; what explains its result comes with it.
Ask = Callable[[str, Sequence[Turn]], tuple[Result, Why]]


def asked_apart(
    message: str, history: Sequence[Turn], ask: Ask[Why], alike: Callable[[Hit, Hit], bool]
) -> list[tuple[Result, Why]]:
    """Return what each of a message's separate questions gets, in order; none where it asks one.

    Each is asked after ``history`` and after those before it in the message, on which it may lean
    ("Do you sell vouchers? How long are they valid?").  ``alike`` tells whether two hits say the
    same.  There are at least two, one of them answered at least, and no neighbours with the same
    answer: what these ask is asked together.
    """
    parts = parts_of(message)
    if not parts:
        return []
    found: list[tuple[Part, tuple[Result, Why]]] = []
    for part in parts:
        earlier = [turn for _, (result, _) in found for turn in turns(result)]
        asked = part, ask(part.text, (*history, *earlier))
        if found and _say_the_same(found[-1][1][0], asked[1][0], alike):
            before = found.pop()[0]
            both = Part(message[before.start : part.end], before.start, part.end, before.sure)
            asked = both, ask(both.text, (*history, *earlier[:-1]))
        found.append(asked)
    results = [result for _, (result, _) in found]
    if len(found) < 2 or all(result.abstained for result in results):
        return []
    if any(result.abstained for result in results) and not all(part.sure for part, _ in found):
        return []
    return [asked for _, asked in found]


def _say_the_same(one: Result, other: Result, alike: Callable[[Hit, Hit], bool]) -> bool:
    return isinstance(one, Answer) and isinstance(other, Answer) and alike(one.best, other.best)
