"""Vectors by number: a file of them, mapped into memory, and more in memory behind it."""

import mmap
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

FLOAT = np.dtype("<f4")  # little-endian on every machine
# What was looked at of the file counts as the process's memory until it is let go, after so many
# windows of 64 KiB, the piece that Linux maps around a page.  Where the system's cache holds larger
# pieces it maps these (some 370 KiB a window were seen), and they are as large as what was written
# at once: so the file is written in such windows.  At a million vectors a search then takes 234 MB
# at its peak, 509 where parts of 15 MB were written (December 1, 2026, Linux 6.18, ext4).
_WINDOW_BYTES = 1 << 16
_MOST_WINDOWS = 192
_PART_ROWS = 8192


def parts_of(numbers: NDArray[np.int64]) -> Iterator[NDArray[np.int64]]:
    """Yield numbers of vectors, so many at a time that these take 12 MB at 384 dimensions."""
    for start in range(0, len(numbers), _PART_ROWS):
        yield np.ascontiguousarray(numbers[start : start + _PART_ROWS], dtype=np.int64)


class VectorRows:
    """Vectors (n, dim) float32 under the numbers 0 to n - 1, in the order in which they came.

    Nothing is ever changed in place: ``with_more`` gives another one that shares what both have.
    Safe to use from several threads.
    """

    def __init__(self, dimension: int, file: "RowsFile | None" = None) -> None:
        self.dimension = dimension
        self._file = file
        self._more: NDArray[np.float32] = np.empty((0, dimension), dtype=np.float32)

    def __len__(self) -> int:
        return self._filed + len(self._more)

    @property
    def _filed(self) -> int:
        return 0 if self._file is None else self._file.rows

    def with_more(self, rows: NDArray[np.float32]) -> "VectorRows":
        """Return these and, behind them, ``rows`` (m, dim)."""
        longer = VectorRows(self.dimension, self._file)
        longer._more = np.concatenate([self._more, rows]) if len(self._more) else rows.copy()
        return longer

    def take(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of those numbers, (m, dim) float32, in their order."""
        filed = self._filed
        if self._file is None:
            return self._more[numbers]
        if not len(self._more) or not len(numbers) or numbers.max() < filed:
            return self._file.take(numbers)
        taken = np.empty((len(numbers), self.dimension), dtype=np.float32)
        inside = numbers < filed
        taken[inside] = self._file.take(numbers[inside])
        taken[~inside] = self._more[numbers[~inside] - filed]
        return taken


class RowsFile:
    """A file that holds vectors and nothing else: float32, little-endian, row after row."""

    def __init__(self, path: Path, dimension: int, rows: int | None = None) -> None:
        """Map the file, which must stay as it is; ``rows``: only so many, its first.

        Raises OSError; ValueError where it is empty.
        """
        self.path = path
        self.dimension = dimension
        with path.open("rb") as file:
            whole = os.fstat(file.fileno()).st_size // (FLOAT.itemsize * dimension)
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self.rows = whole if rows is None else rows
        self._vectors = np.frombuffer(self._map, FLOAT, self.rows * dimension)
        self._vectors = self._vectors.reshape(self.rows, dimension)
        self._mapped = np.zeros(len(self._map) // _WINDOW_BYTES + 1, dtype=np.bool_)

    @classmethod
    def write(cls, path: Path, parts: Iterator[NDArray[np.float32]], dimension: int) -> Self:
        """Write the vectors of ``parts``, each (m, dim), and map the file."""
        with path.open("xb", buffering=_WINDOW_BYTES) as file:
            for part in parts:
                told = np.ascontiguousarray(part, dtype=FLOAT).tobytes()
                for at in range(0, len(told), _WINDOW_BYTES):
                    file.write(told[at : at + _WINDOW_BYTES])
            file.flush()
            os.fsync(file.fileno())
        return cls(path, dimension)

    def take(self, numbers: NDArray[np.int64]) -> NDArray[np.float32]:
        taken = self._vectors[numbers].astype(np.float32, copy=False)
        if len(self._mapped) > _MOST_WINDOWS:
            # Threads that meet here at worst let go a little late.
            self._mapped[numbers * (FLOAT.itemsize * self.dimension) // _WINDOW_BYTES] = True
            if np.count_nonzero(self._mapped) >= _MOST_WINDOWS:
                self._mapped[:] = False
                self._let_go()
        return taken

    def _let_go(self) -> None:
        # The pages stay in the system's cache and come back without reading the disk.
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)
