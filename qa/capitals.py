"""Capitals of typed words: which say something, and what a mended word gets.  Pure."""

# What may stand between the end of a sentence and the next one's first word.
_BETWEEN = " \t\r\n\u00a0\u202f\"'“”„‚‘’«»‹›()[]{}*¿¡–—-"
_SENTENCE_ENDS = ".!?:;…。！？"


def begins_sentence(question: str, start: int) -> bool:
    """Tell whether a sentence of the question begins with the word at ``start``."""
    before = question[:start].rstrip(_BETWEEN)
    return not before or before[-1] in _SENTENCE_ENDS or "\n" in question[len(before) : start]


def plain_capitals(typed: str) -> bool:
    """Tell whether a word is no code or name by its capitals: what, What, WWhat, hWat."""
    if typed[1:].islower() or len(typed) < 4:
        return typed[1:].islower()
    two = typed[:2]
    slipped = two[0] == two[1] if two.isupper() else two[1].isupper()
    return slipped and typed[2:].islower()


def as_typed(typed: str, folded: str, meant: str) -> str:
    """Return ``meant`` in the case of what was typed, and with its accents before the slip."""
    if len(typed) == len(folded) and " " not in meant:
        same = 0
        while same < min(len(typed), len(meant)) and folded[same] == meant[same]:
            same += 1
        meant = typed[:same] + meant[same:]
    if typed.isupper():
        return meant.upper()
    if typed.islower():
        return meant
    return meant[0].upper() + meant[1:].lower()
