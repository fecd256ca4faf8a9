"""Questions that wait for a core, and share a run with others of their length when they get one."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError


@dataclass(slots=True, eq=False)
class _Waiting:
    tokens: Any  # of the tokenizers library, which has no types
    taken: bool = False
    made: NDArray[np.float32] | None = None


class SharedRuns:
    """Runs texts that threads bring one by one: so many runs at once, and nobody waits for company.

    A thread that finds a core free runs its text at once.  One that has to wait may meet others of
    exactly its number of tokens; the first of them whose turn it is runs them all.  So more threads
    than cores do not make every run slower, and the more wait, the less each costs.
    """

    def __init__(
        self, run: Callable[[Sequence[Any]], NDArray[np.float32]], *, at_once: int, together: int
    ) -> None:
        """``run`` makes vectors, (n, dim), of n texts' tokens of one length; at most ``together``
        of them share a run, and ``at_once`` runs go on side by side."""
        self._run = run
        self._free = at_once
        self._together = together
        self._changed = threading.Condition()
        self._waiting: list[_Waiting] = []  # oldest first; those that are taken are gone

    def run(self, tokens: Any) -> NDArray[np.float32]:
        """Return a text's vector, (1, dim).  Raises what its run raises."""
        own = _Waiting(tokens)
        with self._changed:
            self._waiting.append(own)
            try:
                self._changed.wait_for(
                    lambda: own.made is not None or (self._free > 0 and not own.taken)
                )
            finally:
                if not own.taken:  # its turn, or an interruption
                    self._waiting.remove(own)
            if own.made is not None:
                return own.made
            part = [own, *self._others(own)]
            self._free -= 1
        try:
            rows = self._run([one.tokens for one in part])
            for one, row in zip(part, rows, strict=True):
                one.made = row[None]
        except ModelError:
            if len(part) == 1:
                raise
            return self._run([tokens])  # it may be another text that fails
        finally:
            with self._changed:
                # Those that have no vector, after an error, wait again.
                for one in part[1:]:
                    if one.made is None:
                        one.taken = False
                        self._waiting.append(one)
                self._free += 1
                self._changed.notify_all()
        assert own.made is not None
        return own.made

    def _others(self, own: _Waiting) -> list[_Waiting]:
        """Take the oldest others of its length out of those that wait."""
        length = len(own.tokens.ids)
        alike = [one for one in self._waiting if len(one.tokens.ids) == length]
        found = alike[: self._together - 1]
        for one in found:
            one.taken = True
            self._waiting.remove(one)
        return found
