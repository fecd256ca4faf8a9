"""Which entries of an exported list its publisher shows, and which are drafts or taken back."""

from collections.abc import Mapping
from typing import Any

from index.readers import vocabulary
from index.readers.wording import fold


def _joined(name: str) -> str:
    """A field's name without what parts its words: "isPublished" is "is_published"."""
    return fold(name).replace(" ", "")


_SHOWN = frozenset(map(_joined, vocabulary.LIST_STATUS["shown"]))
_WITHHELD = frozenset(map(_joined, vocabulary.LIST_STATUS["withheld"]))
_STATUS = frozenset(map(_joined, vocabulary.LIST_STATUS["status"]))
_NO = frozenset(map(fold, vocabulary.LIST_STATUS["no"]))
_YES = frozenset(map(fold, vocabulary.LIST_STATUS["yes"]))
_NOT_PUBLIC = frozenset(map(fold, vocabulary.LIST_STATUS["not_public"]))


def is_withheld(fields: Mapping[str, Any]) -> bool:
    """Whether an entry says of itself that readers are not to see it.

    So say ``draft: true``, ``published: no`` or ``status: archived``; a field that is empty, or
    holds anything else (a date, a state of America), says nothing.
    """
    for name, given in fields.items():
        if not isinstance(given, (str, bool, int)):
            continue
        named = _joined(str(name))
        value = fold(str(given))
        if named in _SHOWN and (value in _NO or value in _NOT_PUBLIC):
            return True
        if named in _WITHHELD and value in _YES:
            return True
        if named in _STATUS and value in _NOT_PUBLIC:
            return True
    return False
