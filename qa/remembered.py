"""What was found out and is asked for again and again, up to so much of it."""

from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """What was found for each key; when there is as much as it may hold, it begins anew.

    Safe to use from several threads, which may find the same thing twice.  Forgetting the least
    used would cost more than finding it again.
    """

    def __init__(self, most: int) -> None:
        """Remember at most so many findings."""
        self._most = most
        self._known: dict[K, V] = {}

    def __len__(self) -> int:
        """Return how many findings there are."""
        return len(self._known)

    @property
    def known(self) -> Mapping[K, V]:
        """What was found; for a loop that looks up more than it finds."""
        return self._known

    def get(self, key: K, find: Callable[[], V]) -> V:
        """Return what was found for ``key``, else what ``find`` finds, which is never None."""
        known = self._known.get(key)
        if known is None:
            known = find()
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[key] = known
        return known


class RememberedOf(Generic[K, V]):
    """What was found of each of several things, and goes with it; none may refer to its thing.

    A generation of a library is such a thing: it never changes.
    """

    def __init__(self, most: int) -> None:
        """Remember at most so many findings of each."""
        self._most = most
        self._of: WeakKeyDictionary[object, Remembered[K, V]] = WeakKeyDictionary()

    def of(self, thing: object) -> Remembered[K, V]:
        """Return what was found of a thing."""
        known = self._of.get(thing)
        return self._of.setdefault(thing, Remembered(self._most)) if known is None else known
