"""Entries of FAQ lists that say the same in several languages: "Question EN", "Frage (DE)", …"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from index.languages import base_code
from index.readers.wording import fold

_TOLD = ("question", "answer", "title", "heading", "alternates")


def in_each_language(
    fields: Mapping[str, Any], field_of: Callable[[str], str | None]
) -> list[dict[str, Any]]:
    """The fields of an entry for each language that it has an answer in, in the entry's order.

    ``field_of`` says what a field holds.  A field of no language belongs to all.  All fields at
    once where answers in fewer than two languages are told apart by their names.
    """
    spread = dict(_spread(fields, field_of))
    languages: dict[str, dict[str, Any]] = {}
    common: dict[str, Any] = {}
    for name, value in spread.items():
        language = _language(name) if field_of(name) in _TOLD else None
        own = common if language is None else languages.setdefault(language, {})
        own[name] = value
    answered = [
        own
        for own in languages.values()
        if any(field_of(name) == "answer" and _says(value) for name, value in own.items())
    ]
    if len(answered) < 2:
        return [spread]
    return [own | common for own in answered]


def _spread(
    fields: Mapping[str, Any], field_of: Callable[[str], str | None]
) -> list[tuple[str, Any]]:
    """The fields, ``question: {en: …, de: …}`` as one for each language."""
    spread: list[tuple[str, Any]] = []
    for name, value in fields.items():
        if isinstance(value, Mapping) and value and field_of(str(name)) in _TOLD:
            codes = [_code(str(key)) for key in value]
            if all(codes):
                spread.extend((f"{name} ({key})", text) for key, text in value.items())
                continue
        spread.append((str(name), value))
    return spread


def _says(value: Any) -> bool:
    return value is not None and bool(str(value).strip())


def _code(text: str) -> str | None:
    """The language of a tag such as "de" or "pt-BR"; None for other words."""
    tag = re.fullmatch(r"([A-Za-z]{2})(?:[-_ ][A-Za-z]{2})?", text.strip())
    return base_code(tag[1]) if tag else None


def _language(name: str) -> str | None:
    """The language that a field's name has in brackets or as a further word."""
    bracketed = re.search(r"[(（\[]([^()（）\[\]]*)[)）\]]\s*$", name)
    if bracketed:
        return _code(bracketed[1])
    words = fold(name).split()[1:]
    return next((code for word in words if (code := _code(word))), None)
