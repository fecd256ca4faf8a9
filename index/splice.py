"""How one numbered sequence becomes the next: some members go, some come, the others keep order.

What is numbered by place (texts, passages, pairs and sections) is renumbered by every edit.  A
splice says it once, and everything that is kept by number follows it: with copies of whole arrays,
which cost milliseconds, instead of being made again.
"""

from collections.abc import Collection
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Member = TypeVar("Member", bound=np.generic)


class Splice:
    """The members of a sequence of ``old`` that stay, and the places of those that come.

    ``size`` is the new number of members.  ``kept`` are the old numbers of those that stay,
    ascending; ``kept_at`` and ``new_at`` the new numbers of these and of those that come, in order.
    """

    def __init__(self, old: int, gone: NDArray[np.int64], at: NDArray[np.int64]) -> None:
        """``gone`` are the old numbers of those that go, each once.

        ``at`` has, for each that comes and in their order, how many of those that stay come before
        it; it must not fall.
        """
        self.old = old
        stays = np.ones(old, dtype=bool)
        stays[gone] = False
        self.kept: NDArray[np.int64] = np.flatnonzero(stays)
        self.size = len(self.kept) + len(at)
        self.at = at
        self.new_at: NDArray[np.int64] = at + np.arange(len(at), dtype=np.int64)
        old_place = np.ones(self.size, dtype=bool)
        old_place[self.new_at] = False
        self.kept_at: NDArray[np.int64] = np.flatnonzero(old_place)

    @cached_property
    def number(self) -> NDArray[np.int32]:
        """(old,): the new number of each old member, -1 of those that go."""
        number = np.full(self.old, -1, dtype=np.int32)
        number[self.kept] = self.kept_at
        return number

    def array(self, old: NDArray[Member], new: NDArray[Member]) -> NDArray[Member]:
        """The new sequence: ``old`` (old, …) where it stays, ``new`` in order where it comes."""
        made = np.empty((self.size, *old.shape[1:]), dtype=old.dtype)
        made[self.kept_at] = old[self.kept]
        made[self.new_at] = new
        return made


def objects(values: Collection[object]) -> NDArray[np.object_]:
    """The values as an array (n,) of them, whatever they are: tuples would become rows."""
    return np.fromiter(values, dtype=object, count=len(values))
