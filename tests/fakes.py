"""Stand-ins for what is slow or unpredictable, simple enough to work their results out by hand."""

import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from index.model_files import ModelIdentity

LETTERS = tuple("abcdefghijklmnopqrstuvwxyz")


class FakeEncoder:
    """Counts: component i of a text is how often axis i occurs in it, ignoring case.

    A last axis is 1 for a text in which no axis occurs.  Rows are unit length, so that with the
    axes ("tea", "cup") the text "Tea, tea" is [1, 0, 0] and "a cup of tea" is [√½, √½, 0].
    ``documents`` and ``queries`` are all texts encoded so far, in the order asked for.
    """

    def __init__(
        self,
        axes: Sequence[str] = LETTERS,
        *,
        name: str = "fake",
        revision: str = "1",
        delay_s: float = 0.0,
        languages: frozenset[str] | None = None,
    ) -> None:
        self.axes = tuple(axes)
        self.identity = ModelIdentity(name=name, revision=revision, dimension=len(self.axes) + 1)
        self.device = "cpu"
        self.languages = languages
        self.delay_s = delay_s
        self.documents: list[str] = []
        self.queries: list[str] = []

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        for _ in texts:
            time.sleep(self.delay_s)
            if on_batch is not None:
                on_batch(1)
        self.documents.extend(texts)
        return self._rows(texts)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.queries.extend(texts)
        return self._rows(texts)

    def vocabulary(self) -> Mapping[str, int]:
        return {}

    def _rows(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), len(self.axes) + 1))
        for row, text in zip(rows, texts, strict=True):
            row[:-1] = [text.casefold().count(axis) for axis in self.axes]
            row[-1] = 0.0 if row.any() else 1.0
            row /= np.linalg.norm(row)
        return rows.astype(np.float32)
