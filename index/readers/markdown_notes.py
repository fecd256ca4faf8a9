"""Puts the notes at the foot of a Markdown text where they are called."""

import re
from collections.abc import Sequence

from markdown_it.token import Token


def notes_in_place(tokens: Sequence[Token]) -> list[Token]:
    """``tokens`` with each note behind the first paragraph, or table, that calls it.

    At the foot it would be part of the last answer, and of none of the article's sections.  One
    that a heading or a term calls comes behind the next paragraph.  The space before a call is
    gone with it.
    """
    body, notes = _parted(tokens)
    out: list[Token] = []
    called: list[tuple[int, list[int] | None]] = []  # notes, and where they are called
    tables = 0
    for token in body:
        if token.type == "heading_open":
            out.extend(_told(called, notes))
        out.append(token)
        called.extend(_calls(token))
        if token.type in ("table_open", "table_close"):
            tables += token.nesting
        if not tables and token.type in ("paragraph_close", "table_close"):
            out.extend(_told(called, notes))
    out.extend(_told(called, notes))
    return out


def _parted(tokens: Sequence[Token]) -> tuple[list[Token], dict[int, list[Token]]]:
    """The text's tokens, and those of each note at its foot."""
    body: list[Token] = []
    notes: dict[int, list[Token]] = {}
    note: list[Token] | None = None
    for token in tokens:
        if token.type == "footnote_open":
            note = notes.setdefault(token.meta["id"], [])
        elif token.type == "footnote_close":
            note = None
        elif not token.type.startswith("footnote"):
            (body if note is None else note).append(token)
    return body, notes


def _calls(token: Token) -> list[tuple[int, list[int] | None]]:
    found = []
    children = token.children or []
    for place, child in enumerate(children):
        if child.type != "footnote_ref":
            continue
        found.append((child.meta["id"], token.map))
        rest = next((c for c in children[place:] if c.type != "footnote_ref"), None)
        before = children[place - 1] if place else None
        if before and before.type == "text" and not (rest and re.match(r"\w", rest.content)):
            before.content = before.content.rstrip()
    return found


def _told(called: list[tuple[int, list[int] | None]], notes: dict[int, list[Token]]) -> list[Token]:
    """The notes that wait, and those that they call; each is told once."""
    out: list[Token] = []
    while called:
        number, place = called.pop(0)
        for token in notes.pop(number, []):
            if token.type in ("inline", "paragraph_open") and token.map is None:
                token.map = place  # written within the text: ^[so]
            called.extend(_calls(token))
            out.append(token)
    return out
