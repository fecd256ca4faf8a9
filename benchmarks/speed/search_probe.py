"""One step of ``benchmarks.speed.search`` in a process of its own, so that its memory is its own.

    python -m benchmarks.speed.search_probe STEP FOLDER ROWS

Options are JSON on standard input; what was measured is printed as JSON.  Times are of one question
at a time, after a few that do not count: milliseconds by the clock, and of the processor (``cpu``),
which other programs disturb less.
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.model_files import ModelIdentity
from index.vector_files import CODES, VECTORS, finish, new_folder, newest
from index.vector_rows import RowsFile, VectorRows
from index.vectors import FlatIndex, VectorIndex
from index.vectors_large import LargeIndex

FEW, MANY = 10, 200  # results: what recall is stated for, and what a question asks for
_UNCOUNTED = 5
_PART_ROWS = 10_000
_CHANGED = 10
Measured = dict[str, Any]


def main() -> None:
    """Take the step that the arguments name."""
    step, folder, rows = sys.argv[1:]
    options = json.loads(sys.stdin.read() or "{}")
    print(json.dumps(_STEPS[step](Path(folder), int(rows), options)))


def make(folder: Path, rows: int, options: Measured) -> Measured:
    """Write the questions and the first ``rows`` vectors."""
    from benchmarks.quality.cache import CachedEncoder
    from benchmarks.speed import search_data
    from index.encoder import load_encoder

    encoder = CachedEncoder(load_encoder(device="cpu"), Path(options["cache"]) / "vectors.sqlite")
    half = options["questions"] // 2
    data = Path(options["data"])
    base, asked = search_data.real(data, encoder, half)
    encoder.close()
    np.save(folder / "questions.npy", np.concatenate([asked, search_data.held_out(base, half)]))
    RowsFile.write(folder / "vectors.f32", search_data.library(base, rows), base.shape[1])
    model = encoder.identity
    return {
        "real": len(base),
        "model": [model.name, model.revision, model.dimension],
        "files": search_data.checksums(data),
    }


def flat(folder: Path, rows: int, options: Measured) -> Measured:
    """Exact search; what it finds is kept, as what is right."""
    start = time.perf_counter()
    index = FlatIndex(_questions(folder).shape[1])
    for part in _parts(folder, rows):
        index.add(len(index) + np.arange(len(part)), part)
    built_s = time.perf_counter() - start
    few, _ = _asked(index, _questions(folder)[: options["timed"]], FEW)
    many, keys = _asked(index, _questions(folder), MANY)
    np.save(folder / f"right-{rows}.npy", keys)
    return {"build_s": built_s, **_times("", few), **_times("deep_", many)}


def build(folder: Path, rows: int, options: Measured) -> Measured:
    """Make the index of many vectors, and its files, as ``index.passage_vectors`` does."""
    model = ModelIdentity(*options["model"])
    came = VectorRows(model.dimension, RowsFile(folder / "vectors.f32", model.dimension, rows))
    start = time.perf_counter()
    index = LargeIndex.over(came, lists_from=1)
    order = index.list_order()
    np.save(folder / f"order-{rows}.npy", order)
    place = new_folder(folder / f"library-{rows}")
    parts = (came.take(order[at : at + _PART_ROWS]) for at in range(0, rows, _PART_ROWS))
    file = RowsFile.write(place / VECTORS, parts, model.dimension)
    index = index.renumbered(VectorRows(model.dimension, file), order)
    finish(place, index.save(place / CODES), model=model, generation=1)
    size = sum(path.stat().st_size for path in place.iterdir())
    return {"build_s": time.perf_counter() - start, "files_mb": size / 1e6}


def large(folder: Path, rows: int, options: Measured) -> Measured:
    """Open those files, checking them, and search."""
    questions, right = _questions(folder), np.load(folder / f"right-{rows}.npy")
    start = time.perf_counter()
    index = _opened(folder, rows, options)
    opened_s = time.perf_counter() - start
    few, few_keys = _asked(index, questions, FEW)
    many, many_keys = _asked(index, questions, MANY)
    half = len(questions) // 2
    order = np.load(folder / f"order-{rows}.npy")
    few_keys, many_keys = order[few_keys], order[many_keys]
    return {
        "open_s": opened_s,
        **_times("", few),
        **_times("deep_", many),
        **{
            f"{name}recall_at_{found.shape[1]}": _recall(found[part], right[part])
            for found in (few_keys, many_keys)
            for name, part in (
                ("", slice(None)),
                ("real_", slice(half)),
                ("held_out_", slice(half, None)),
            )
        },
    }


def change(folder: Path, rows: int, options: Measured) -> Measured:
    """Open those files and change a few vectors, as an edit does."""
    return {"change_ms": _changed_ms(_opened(folder, rows, options), rows)}


def _opened(folder: Path, rows: int, options: Measured) -> LargeIndex:
    model = ModelIdentity(*options["model"])
    kept = newest(folder / f"library-{rows}", model)
    if kept is None:
        raise SystemExit("the index that was just made is not whole")
    stored = VectorRows(model.dimension, RowsFile(kept.folder / VECTORS, model.dimension))
    return LargeIndex.restored(stored, kept.folder / CODES, kept.arrays, lists_from=1)


def curve(folder: Path, rows: int, options: Measured) -> Measured:
    """Both ways in one process, by number of vectors, for what a question asks for."""
    vectors = np.concatenate(list(_parts(folder, rows)))
    questions = _questions(folder)[: options["timed"]]
    found = {}
    for count in options["sizes"]:
        ways: dict[str, VectorIndex] = {
            "flat": FlatIndex(vectors.shape[1]),
            "large": LargeIndex(vectors.shape[1], lists_from=1),
        }
        for index in ways.values():
            index.add(np.arange(count), vectors[:count])
        times = {name: _asked(index, questions, MANY)[0] for name, index in ways.items()}
        found[str(count)] = {
            f"{way}_{name}": value
            for way, took in times.items()
            for name, value in _times("", took).items()
        }
    return found


def _asked(
    index: VectorIndex, questions: NDArray[np.float32], k: int
) -> tuple[list[tuple[float, float]], NDArray[np.int64]]:
    """Milliseconds of each question, by the clock and of the processor; and the keys
    (questions, k) found."""
    times, keys = [], []
    for at in (*range(_UNCOUNTED), *range(len(questions))):
        start, used = time.perf_counter(), time.thread_time()
        found, _ = index.search(questions[[at % len(questions)]], k)
        spent = time.perf_counter() - start, time.thread_time() - used
        times.append((spent[0] * 1e3, spent[1] * 1e3))
        keys.append(found[0])
    return times[_UNCOUNTED:], np.array(keys[_UNCOUNTED:])


def _changed_ms(index: LargeIndex, rows: int) -> float:
    """The median time that the next generation's index takes after an edit of a section."""
    times = []
    for turn in range(5):
        gone = np.arange(turn * _CHANGED, (turn + 1) * _CHANGED)
        start = time.perf_counter()
        following = index.copy()
        following.remove(gone)
        following.add(rows + gone, index.rows.take(gone + 1000))
        times.append((time.perf_counter() - start) * 1e3)
    return float(np.median(times))


def _recall(found: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """The mean share of the ``found.shape[1]`` right keys that were found."""
    right = right[:, : found.shape[1]]
    pairs = zip(found, right, strict=True)
    return float(np.mean([np.isin(true, keys).mean() for keys, true in pairs]))


def _times(name: str, times: list[tuple[float, float]]) -> Measured:
    wall, processor = np.array(times).T
    return {
        **{f"{name}p{part}_ms": float(np.percentile(wall, part)) for part in (50, 95)},
        f"{name}p50_cpu_ms": float(np.median(processor)),
    }


def _questions(folder: Path) -> NDArray[np.float32]:
    rows: NDArray[np.float32] = np.load(folder / "questions.npy", allow_pickle=False)
    return rows


def _parts(folder: Path, rows: int) -> Iterator[NDArray[np.float32]]:
    dimension = _questions(folder).shape[1]
    with (folder / "vectors.f32").open("rb") as file:
        for start in range(0, rows, _PART_ROWS):
            count = min(_PART_ROWS, rows - start) * dimension
            yield np.fromfile(file, "<f4", count).reshape(-1, dimension)


_STEPS = {
    "make": make,
    "flat": flat,
    "build": build,
    "large": large,
    "change": change,
    "curve": curve,
}


if __name__ == "__main__":
    main()
