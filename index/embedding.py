"""The vectors of a sync's texts: what the library has of them, and the model for the others."""

from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder
from index.library import Library
from index.model_files import ModelIdentity
from index.pipeline import Behind

# After so many texts their vectors are kept, also in the midst of a file: what a kill can lose.  A
# GPU's batch; some 1.5 s of a processor's time, against which the transaction does not count.
KEEP_TEXTS = 64


class Embedder:
    """Gives texts their vectors, and counts them.

    ``embedded`` texts were given to the model until now, of the ``wanted`` ones that are known so
    far to have no vector; the first ``kept`` of them another sync would find, were this one to end.
    ``on_batch`` is called whenever ``embedded`` has grown.
    """

    def __init__(self, library: Library, encoder: Encoder, on_batch: Callable[[], None]) -> None:
        self.library = library
        self.encoder = encoder
        self.on_batch = on_batch
        self.embedded = 0
        self.wanted = 0
        self.kept = 0
        # Vectors that the library may not have yet, each group with the number of its last job.
        self._written: deque[tuple[int, dict[str, NDArray[np.float32]]]] = deque()

    def take_model(self) -> ModelIdentity | None:
        """Make the encoder's model the library's; the former one, where there was another."""
        model, former = self.encoder.identity, self.library.model
        if former in (None, model):
            self.library.set_model(model)
            return None
        missing = self.library.missing_texts(model)
        self.wanted += len(missing)
        for at in range(0, len(missing), KEEP_TEXTS):
            texts = missing[at : at + KEEP_TEXTS]
            self.library.prepare_vectors(model, texts, self._encode(texts))
            self.kept = self.embedded
        self.library.set_model(model)
        return former

    def vectors_of(self, texts: Sequence[str], behind: Behind) -> dict[str, NDArray[np.float32]]:
        """A vector (dim,) of each text.

        All new ones but the last KEEP_TEXTS are written ``behind``, as prepared: these the caller
        commits at once, with what they belong to, and says so to ``written``.
        """
        model = self.encoder.identity
        while self._written and self._written[0][0] <= behind.done:
            self._written.popleft()
        vectors = self.library.known_vectors(texts, model=model)
        for _, made in self._written:
            vectors |= {text: made[text] for text in texts if text in made}
        new = [text for text in dict.fromkeys(texts) if text not in vectors]
        self.wanted += len(new)
        new.sort(key=len)  # texts of a like length share a GPU's batch
        for at in range(0, len(new), KEEP_TEXTS):
            part = new[at : at + KEEP_TEXTS]
            rows = self._encode(part)
            vectors.update(zip(part, rows, strict=True))
            if at + KEEP_TEXTS < len(new):
                behind.put(partial(self.library.prepare_vectors, model, part, rows))
                self.kept = self.embedded
        return vectors

    def written(self, vectors: dict[str, NDArray[np.float32]], behind: Behind) -> None:
        """Note that all jobs are given that put these into the library."""
        self._written.append((behind.given, vectors))
        self.kept = self.embedded

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        def done(count: int) -> None:
            self.embedded += count
            self.on_batch()

        return self.encoder.encode_documents(texts, on_batch=done)
