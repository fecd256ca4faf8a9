"""What has changed in a library since it was read last: only that is read again.

A library's sources tell which of them were written since, by the checksums of their rows.  That
nothing else has changed is then proved by the library's own tallies: the sums of all rows'
checksums must be the former ones, without the rows that went and with those that came.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import Article, Passage
from index.rows import (
    State,
    Tally,
    article_from,
    article_values,
    checksum,
    passage_from,
    passage_values,
)
from index.tables import Tables


@dataclass(frozen=True, slots=True)
class WhenRead:
    """What a library was when it was read.

    ``sources`` are the checksums of the sources' rows and the ids of their articles, by path.
    """

    generation: int
    model_key: int
    sources: Mapping[str, tuple[bytes, tuple[str, ...]]]
    tallies: Mapping[str, Tally]


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """What makes a library of what it was.

    The articles with the ids ``gone`` are to be left out, and ``articles`` taken in: one that is
    written anew is in both.  ``passages`` are those of ``articles``, in ascending order of their
    ids, ``vectors`` (n, dim) float32 theirs, row by row.
    """

    gone: frozenset[str]
    articles: tuple[Article, ...]
    passages: tuple[Passage, ...]
    vectors: NDArray[np.float32]


def when_read(tables: Tables, state: State) -> WhenRead:
    """What the library is now."""
    rows = tables.connection.execute("SELECT path, articles, checksum FROM sources")
    sources = {path: (mark, tuple(json.loads(ids))) for path, ids, mark in rows}
    return WhenRead(state.generation, state.model_key, sources, dict(state.tallies))


def change_since(
    tables: Tables,
    state: State,
    mark: WhenRead,
    now: WhenRead,
    articles: Mapping[str, Article],
    passages: Callable[[Collection[str]], Sequence[Passage]],
    vectors: Callable[[Sequence[bytes]], Iterable[tuple[bytes, bytes, NDArray[np.float32]]]],
) -> LibraryChange | None:
    """What has changed from ``mark`` to ``now``, when the library held ``articles`` by id.

    ``passages`` finds those of some of them, ``vectors`` is ``Library.kept_vectors``.  None where
    it cannot be told, and all is to be read again: another model's vectors are searched now, or the
    sources do not tell all that changed.
    """
    checksums = {path: of_row for path, (of_row, _) in now.sources.items()}
    if now.model_key != mark.model_key or Tally.of(checksums.values()) != state.tallies["sources"]:
        return None
    written = [p for p in sorted(checksums) if mark.sources.get(p, (b"",))[0] != checksums[p]]
    left = {path: known for path, known in mark.sources.items() if path not in checksums}
    left |= {path: mark.sources[path] for path in written if path in mark.sources}
    gone = {(id, path) for path, (_, ids) in left.items() for id in ids}
    rows = [row for path in written for row in list(tables.rows("articles", "source = ?", (path,)))]
    came = [row for id, *_ in rows for row in list(tables.rows("passages", "article = ?", (id,)))]
    if any(id not in articles for id, _ in gone):
        return None
    was = {id: article_values(articles[id], path) for id, path in gone}
    went = [passage_values(passage) for passage in passages(list(was))]
    if not (
        _follows(mark, state, "articles", was.values(), rows)
        and _follows(mark, state, "passages", went, came)
    ):
        return None
    # A file that was only looked at again has another row of its own (see ``ContentFolder.load``:
    # each that was just saved is), and its articles say what they said.
    had, has = _by_article(went), _by_article(came)
    same = {id for id, *rest in rows if was.get(id) == (id, *rest) and had[id] == has[id]}
    rows = [row for row in rows if row[0] not in same]
    came = [row for row in came if row[0] not in same]
    came.sort(key=lambda row: row[1])
    found = np.empty((len(came), state.model.dimension if state.model else 0), dtype=np.float32)
    for place, (*_, vector) in enumerate(vectors([row[-1] for row in came])):
        found[place] = vector
    return LibraryChange(
        gone=frozenset(was) - same,
        articles=tuple(article_from(row) for row in sorted(rows)),
        passages=tuple(map(passage_from, came)),
        vectors=found,
    )


def _follows(
    mark: WhenRead,
    state: State,
    table: str,
    gone: Iterable[tuple[object, ...]],
    came: Iterable[tuple[object, ...]],
) -> bool:
    """Whether a table's tally is the former one without the rows that went and with others."""
    left, new = (Tally.of(checksum(table, *row) for row in rows) for rows in (gone, came))
    return mark.tallies[table].but(left, new) == state.tallies[table]


def _by_article(
    passages: Iterable[tuple[object, ...]],
) -> defaultdict[object, set[tuple[object, ...]]]:
    """The rows of passages by their articles' ids."""
    found: defaultdict[object, set[tuple[object, ...]]] = defaultdict(set)
    for row in passages:
        found[row[0]].add(row)
    return found
