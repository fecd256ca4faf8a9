"""A library's vectors, ready to be searched: all compared where they are few, else by an index.

Passages with the same text have the same vector, which the index for many holds once.  That index
is kept beside the library (``index.vector_files``); what has changed since it was written is taken
out and put in when it is opened, and it is written again when that is much.
"""

import contextlib
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from index import vector_files
from index.by_passage import RowsByPassage, SearchByPassage
from index.library import Library
from index.model_files import ModelIdentity
from index.rows import Tally, text_digest
from index.schema import damaged
from index.vector_rows import RowsFile, VectorRows, parts_of
from index.vectors import FlatSearch, VectorSearch
from index.vectors_large import LISTS_FROM, LargeIndex

# From so many passages on, comparing all of them takes twice as long as the index for many
# (docs/decisions/vector-search.md).
LARGE_FROM = 32_768
# The index is written again once this share of its vectors has come or gone since it was, and made
# afresh once this share of its places is empty.
_WRITTEN_AGAIN = 1 / 16
_AFRESH = 1 / 4
_DIGEST = np.dtype("S16")


@dataclass(frozen=True)
class PassageVectors:
    """The vectors of a library's passages, and what searches them.

    ``vectors`` (n, dim) float32 by passage, ``index`` finds passages by their places.  Neither is
    to be changed.  ``texts`` is what the next generation's are made from, where there are many.
    """

    vectors: NDArray[np.float32]
    index: VectorSearch
    texts: "TextVectors | None" = None


@dataclass(frozen=True)
class TextVectors:
    """An index of many texts' vectors, by their numbers in it.

    ``digests`` (n,) are the texts', ascending; ``numbers`` (n,) their keys in ``index``;
    ``checksums`` (n,) those of their rows in the library, and ``tally`` what its own tally of its
    vectors must be.  ``folder`` is where it was written, None where it was not, and ``changed`` how
    many texts came or went since.
    """

    library: Path
    index: LargeIndex
    digests: NDArray[np.bytes_]
    numbers: NDArray[np.int64]
    checksums: NDArray[np.bytes_]
    tally: Tally
    folder: Path | None = None
    changed: int = 0


def index_of(
    texts: Sequence[str], vectors: NDArray[np.float32], *, large_from: int = LARGE_FROM
) -> VectorSearch:
    """An index in memory over ``vectors`` (n, dim), unit rows; keys are the rows' places.

    ``texts`` are those that the vectors are of: equal texts have equal vectors.  From
    ``large_from`` of them on, what it finds is what ``passage_vectors`` finds in a library of them.
    """
    if len(vectors) < large_from:
        return FlatSearch(vectors)
    places: dict[str, int] = {}
    numbers = np.array([places.setdefault(text, len(places)) for text in texts], dtype=np.int64)
    _, firsts = np.unique(numbers, return_index=True)
    large = LargeIndex(vectors.shape[1], lists_from=min(LISTS_FROM, large_from))
    large.add(np.arange(len(firsts), dtype=np.int64), vectors[firsts])
    return SearchByPassage(large, numbers)


def passage_vectors(
    library: Library,
    *,
    before: PassageVectors | None = None,
    texts: Sequence[str] | None = None,
    large_from: int = LARGE_FROM,
) -> PassageVectors:
    """The vectors of ``library``, one generation of it (see ``Library.snapshot``).

    ``before`` are those of an earlier generation, which stay as they are: from ``large_from``
    passages on, what both have is not read again.  Else the newest index beside the library is
    opened, or one is made and written there; where nothing can be written, it is made each time.
    ``texts``, where they are known, are those of all passages, in their order: to read them takes
    a second at 100,000.  Raises LibraryDamaged.
    """
    digests = library.text_digests() if texts is None else list(map(text_digest, texts))
    model = library.model
    if model is None or len(digests) < large_from:
        vectors = library.vectors()
        vector_files.remove_others(library.path, None, library.generation)
        return PassageVectors(vectors, FlatSearch(vectors))
    lists_from = min(LISTS_FROM, large_from)
    by_place = np.array(digests, dtype=_DIGEST)
    wanted, where = np.unique(by_place, return_inverse=True)
    known = before.texts if before is not None else None
    if known is None or known.library != library.path or known.index.dimension != model.dimension:
        known = _opened(library, model, lists_from)
    found = None if known is None else _changed(known, library, wanted)
    if found is None or found.tally != library.vectors_tally():
        found = _made(library, model, wanted, lists_from)
    elif found.folder is None or found.changed > _WRITTEN_AGAIN * len(wanted):
        found = _written(found, library, model)
    numbers = found.numbers[where]
    rows = RowsByPassage(found.index.rows, numbers)
    return PassageVectors(
        cast("NDArray[np.float32]", rows), SearchByPassage(found.index, numbers), found
    )


def _opened(library: Library, model: ModelIdentity, lists_from: int) -> TextVectors | None:
    """The newest index beside the library; None where there is none that is whole."""
    kept = vector_files.newest(library.path, model)
    if kept is None:
        return None
    # RuntimeError: FAISS's own, for the format of a newer FAISS.
    with contextlib.suppress(OSError, ValueError, KeyError, RuntimeError):
        rows = VectorRows(
            model.dimension, RowsFile(kept.folder / vector_files.VECTORS, model.dimension)
        )
        index = LargeIndex.restored(
            rows, kept.folder / vector_files.CODES, kept.arrays, lists_from=lists_from
        )
        digests, numbers, checksums = (
            kept.arrays[name] for name in ("digests", "numbers", "checksums")
        )
        tally = Tally.of(_whole(checksums))
        return TextVectors(library.path, index, digests, numbers, checksums, tally, kept.folder)
    return None


def _changed(
    known: TextVectors, library: Library, wanted: NDArray[np.bytes_]
) -> TextVectors | None:
    """What is known, with the texts of the digests ``wanted`` (n,), ascending, and no others.

    None where it would be mostly holes.
    """
    stay = np.isin(known.digests, wanted, assume_unique=True)
    new = wanted[~np.isin(wanted, known.digests, assume_unique=True)]
    places = len(known.index.rows) + len(new)
    if places - len(wanted) > _AFRESH * places or len(new) > len(wanted) // 2:
        return None
    if stay.all() and not len(new):
        return known
    rows, checksums = _read(library, new, known.index.dimension)
    index = known.index.copy()
    index.remove(known.numbers[~stay])
    numbers = np.arange(len(index.rows), len(index.rows) + len(new), dtype=np.int64)
    index.add(numbers, rows)
    digests = np.concatenate([known.digests[stay], new])
    order = np.argsort(digests)
    return replace(
        known,
        index=index,
        digests=digests[order],
        numbers=np.concatenate([known.numbers[stay], numbers])[order],
        checksums=np.concatenate([known.checksums[stay], checksums])[order],
        tally=known.tally.but(
            Tally.of(_whole(known.checksums[~stay])), Tally.of(_whole(checksums))
        ),
        changed=known.changed + len(new) + int((~stay).sum()),
    )


def _made(
    library: Library, model: ModelIdentity, wanted: NDArray[np.bytes_], lists_from: int
) -> TextVectors:
    """An index of the texts of the digests ``wanted``, made afresh, and written where it can be."""
    checksums = np.empty(len(wanted), dtype=_DIGEST)

    def parts() -> Iterator[NDArray[np.float32]]:
        for places in parts_of(np.arange(len(wanted))):
            rows, checksums[places] = _read(library, wanted[places], model.dimension)
            yield rows

    filed = _filed(library, parts(), model.dimension)
    if filed is None:
        folder = None
        rows = VectorRows(model.dimension).with_more(np.concatenate(list(parts())))
    else:
        folder, rows = filed
    try:
        index = LargeIndex.over(rows, lists_from=lists_from)
        numbers = np.arange(len(wanted), dtype=np.int64)
        tally = Tally.of(_whole(checksums))
        made = TextVectors(library.path, index, wanted, numbers, checksums, tally)
        if tally != library.vectors_tally():
            raise damaged(library.path, "its vectors are not those that were written")
        return _written(made, library, model)
    finally:
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)  # what is mapped of it stays


def _written(found: TextVectors, library: Library, model: ModelIdentity) -> TextVectors:
    """The same without its holes, written beside the library; as it is where that cannot be.

    A list's vectors stand side by side: they are looked at together.
    """
    if not found.index.divided:  # made again in no time
        return found
    rows, order = found.index.rows, found.index.list_order()
    filed = _filed(library, map(rows.take, parts_of(order)), rows.dimension)
    if filed is None:
        return found
    folder, ordered = filed
    place = np.empty(len(rows), dtype=np.int64)
    place[order] = np.arange(len(order))
    index = found.index.renumbered(ordered, order)
    written = replace(found, index=index, numbers=place[found.numbers], folder=folder, changed=0)
    own = {
        "digests": written.digests,
        "numbers": written.numbers,
        "checksums": written.checksums,
    }
    try:
        arrays = index.save(folder / vector_files.CODES)
        vector_files.finish(folder, arrays | own, model=model, generation=library.generation)
    except (OSError, RuntimeError):  # FAISS's own, for a full disk
        shutil.rmtree(folder, ignore_errors=True)
        return found
    vector_files.remove_others(library.path, folder, library.generation)
    return written


def _filed(
    library: Library, parts: Iterator[NDArray[np.float32]], dimension: int
) -> tuple[Path, VectorRows] | None:
    """Vectors written into a new folder beside the library; None where nothing can be written."""
    folder = None
    try:
        folder = vector_files.new_folder(library.path)
        file = RowsFile.write(folder / vector_files.VECTORS, parts, dimension)
    except OSError:
        if folder is not None:  # the disk is full
            shutil.rmtree(folder, ignore_errors=True)
        return None
    return folder, VectorRows(dimension, file)


def _read(
    library: Library, digests: NDArray[np.bytes_], dimension: int
) -> tuple[NDArray[np.float32], NDArray[np.bytes_]]:
    """The vectors (n, dim) of the texts of those digests, and their rows' checksums (n,)."""
    rows = np.empty((len(digests), dimension), dtype=np.float32)
    checksums = bytearray()
    for row, (_, checksum, vector) in enumerate(library.kept_vectors(_whole(digests))):
        rows[row] = vector
        checksums += checksum
    return rows, np.frombuffer(bytes(checksums), dtype=_DIGEST)


def _whole(digests: NDArray[np.bytes_]) -> Iterator[bytes]:
    """Digests, or checksums, as bytes: by their elements, numpy drops the zeros at an end."""
    raw, size = digests.tobytes(), _DIGEST.itemsize
    return (raw[at : at + size] for at in range(0, len(raw), size))
