"""How close a library's entries are to one another.

What a question meets in a crowded library is close without being right, so the confidence weighs
it.  It depends on the whole library, and still follows an edit in little time: of each entry in the
sample the closest ones are remembered, more of them than are needed.
"""

import hashlib
import math
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from index.splice import Splice
from qa.meaning import Meaning
from qa.owners import Owners

# How close an entry's so-manieth neighbour is, over so many entries at most.  Not the first: an FAQ
# that words one question in several ways is not crowded by that.
CROWD_NEIGHBOUR = 10
CROWD_SAMPLE = 300
# At most so many are of one article, where there are enough articles: one whose sections are all
# alike (a register, say) must not speak for the others.
ARTICLE_SAMPLE = 30

# So many neighbours are remembered, so that a few may go.
_REMEMBERED = 40
_BATCH = 8192
# The last digits of a cosine depend on how many are computed at once.
_DECIMALS = 12


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """The closest entries that say something else: cosines, falling, and their owners' keys.

    Every entry that is not among them is no closer than the last; ``whole``: there is none.
    """

    cosines: NDArray[np.float64]
    keys: tuple[tuple[str, str], ...]
    whole: bool


class Crowd:
    """The neighbours of a library's sampled entries.  Immutable.

    An entry is an FAQ question or a whole section.  Sampled are those whose owners' ids have the
    least hashes, at most ``CROWD_SAMPLE`` in all, and of an article ``ARTICLE_SAMPLE`` or what each
    would have if all had as many, whichever is more.
    """

    def __init__(self, owners: Owners, meaning: Meaning) -> None:
        self._hashes = _hashes(owners)
        self._neighbours: dict[tuple[str, str], _Neighbours] = {}
        self._complete(owners, meaning)

    def after(self, owners: Owners, meaning: Meaning, splice: Splice, new: Owners) -> "Crowd":
        """Return the crowd after a splice of the owners; ``new`` are those that came.

        The same as one made afresh.
        """
        made = object.__new__(Crowd)
        made._hashes = splice.array(self._hashes, _hashes(new))
        kept = set(owners.keys.tolist()) - set(new.keys.tolist())
        stay = {key: own for key, own in self._neighbours.items() if key in kept}
        made._neighbours = _with(stay, kept, owners, meaning, splice.new_at)
        made._complete(owners, meaning)
        return made

    @cached_property
    def value(self) -> float:
        """The mean cosine of a sampled entry to its tenth closest one that says something else.

        0 where there are too few that say different things.
        """
        if not self._neighbours:
            return 0.0
        tenth = [float(own.cosines[CROWD_NEIGHBOUR - 1]) for own in self._neighbours.values()]
        return round(math.fsum(tenth) / len(tenth), 6)

    def _complete(self, owners: Owners, meaning: Meaning) -> None:
        """Leave the sample's neighbours, and look for those of its entries that have none yet."""
        if not _is_varied(owners):
            self._neighbours = {}
            return
        sample = self._sample(owners)
        keys = owners.keys[sample].tolist()
        lacking = [n for n, key in zip(sample, keys, strict=True) if key not in self._neighbours]
        found = self._neighbours | _neighbours(owners, meaning, lacking)
        self._neighbours = {key: found[key] for key in keys}

    def _sample(self, owners: Owners) -> list[int]:
        starts, article = owners.by_article
        of_each = max(ARTICLE_SAMPLE, -(-CROWD_SAMPLE // len(starts)))
        # An article's owners stay side by side.
        by_hash = np.lexsort((self._hashes, article))
        near = by_hash[np.arange(len(owners)) - starts[article] < of_each]
        hashes = self._hashes[near]
        count = min(CROWD_SAMPLE, len(near))
        least = np.partition(hashes, count - 1)[count - 1]
        nearest = near[hashes <= least].tolist()
        return sorted(nearest, key=lambda number: _hash(owners.key(number)))[:count]


def _is_varied(owners: Owners) -> bool:
    """Tell whether more different things are said than an entry has neighbours."""
    different: set[str] = set()
    for owner in owners.says():
        different.add(owner)
        if len(different) > CROWD_NEIGHBOUR:
            return True
    return False


def _neighbours(
    owners: Owners, meaning: Meaning, numbers: list[int]
) -> dict[tuple[str, str], _Neighbours]:
    """Return the neighbours of some owners' entries among all."""
    if not numbers:
        return {}
    entries = owners.entries
    wanted = meaning.of(entries[numbers]).astype(np.float64)
    says = list(owners.says())
    asking: dict[str, list[int]] = {}
    for place, number in enumerate(numbers):
        asking.setdefault(says[number], []).append(place)
    best = np.empty((0, len(numbers)))
    best_at = np.empty((0, len(numbers)), dtype=np.int64)
    for at in range(0, len(entries), _BATCH):
        rows = entries[at : at + _BATCH]
        cosines = np.round(meaning.of(rows).astype(np.float64) @ wanted.T, _DECIMALS)
        for place, said in enumerate(islice(says, at, at + len(rows))):
            if said in asking:
                cosines[place, asking[said]] = -np.inf
        numbered = np.broadcast_to(np.arange(at, at + len(rows))[:, None], cosines.shape)
        best, best_at = np.vstack([best, cosines]), np.vstack([best_at, numbered])
        if len(best) > _REMEMBERED:
            order = np.argpartition(-best, _REMEMBERED - 1, axis=0)[:_REMEMBERED]
            best = np.take_along_axis(best, order, axis=0)
            best_at = np.take_along_axis(best_at, order, axis=0)
    return {
        owners.key(number): _taken(
            best[:, place],
            tuple(owners.key(other) for other in best_at[:, place].tolist()),
            whole=len(entries) <= _REMEMBERED,
        )
        for place, number in enumerate(numbers)
    }


def _taken(
    cosines: NDArray[np.float64], keys: tuple[tuple[str, str], ...], *, whole: bool
) -> _Neighbours:
    order = np.argsort(-cosines, kind="stable")[:_REMEMBERED]
    order = order[~np.isneginf(cosines[order])]
    kept = tuple(keys[place] for place in order.tolist())
    return _Neighbours(cosines[order], kept, whole and len(cosines) <= _REMEMBERED)


def _with(
    known: dict[tuple[str, str], _Neighbours],
    kept: Collection[tuple[str, str]],
    owners: Owners,
    meaning: Meaning,
    new: NDArray[np.int64],
) -> dict[tuple[str, str], _Neighbours]:
    """Return the neighbours after those went that are not in ``kept``, and the ``new`` came.

    Without those of which too few are left.
    """
    if not known:
        return {}
    entries = owners.entries
    rows = entries[[owners.number(key) for key in known]]
    cosines = np.round(
        meaning.of(entries[new]).astype(np.float64) @ meaning.of(rows).astype(np.float64).T,
        _DECIMALS,
    )
    new_keys = tuple(owners.key(number) for number in new.tolist())
    new_says = [owners.said(number) for number in new.tolist()]
    found = {}
    for place, (key, own) in enumerate(known.items()):
        said = owners.said(owners.number(key))
        stay = [at for at, other in enumerate(own.keys) if other in kept]
        least = -np.inf if own.whole else float(own.cosines[-1])
        # What is farther than all that were remembered may be no closer than what was not.
        come = [
            at for at in np.flatnonzero(cosines[:, place] >= least).tolist() if new_says[at] != said
        ]
        if own.whole or len(stay) + len(come) >= CROWD_NEIGHBOUR:
            found[key] = _taken(
                np.concatenate([own.cosines[stay], cosines[come, place]]),
                (*(own.keys[at] for at in stay), *(new_keys[at] for at in come)),
                whole=own.whole,
            )
    return {key: own for key, own in found.items() if len(own.keys) >= CROWD_NEIGHBOUR}


def _hashes(owners: Owners) -> NDArray[np.uint64]:
    """Return the beginnings of the hashes of the owners' ids, (owners,)."""
    return np.array(
        [int.from_bytes(_hash(key)[:8]) for key in owners.keys.tolist()], dtype=np.uint64
    )


def _hash(key: tuple[str, str]) -> bytes:
    return hashlib.sha256("\0".join(key).encode("utf-8", "surrogatepass")).digest()
