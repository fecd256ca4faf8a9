"""What waits for its editor's decision: uploaded tables and previews of edits."""

import secrets
import threading
from collections import OrderedDict
from typing import Generic, Protocol, TypeVar

KEPT = 16


class HasEditor(Protocol):
    """What belongs to one editor."""

    @property
    def editor(self) -> str:
        """The editor's name."""
        ...


E = TypeVar("E", bound=HasEditor)


class PendingItems(Generic[E]):
    """The last items that wait for their editors, in memory only: at most ``KEPT``.

    Safe to use from several threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, E] = OrderedDict()

    def keep(self, item: E) -> str:
        """Keep an item; return the id that it is found by."""
        id = secrets.token_urlsafe(16)
        with self._lock:
            self._kept[id] = item
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return id

    def find(self, id: str, editor: str) -> E | None:
        """Return what ``editor`` finds under that id; None where it is gone, or another's."""
        with self._lock:
            found = self._kept.get(id)
        return found if found is not None and found.editor == editor else None

    def drop(self, id: str) -> None:
        """Forget what is done with."""
        with self._lock:
            self._kept.pop(id, None)
