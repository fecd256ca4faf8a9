"""One way of embedding in a process of its own: ``python -m benchmarks.speed.probe WAY [VECTORS]``.

WAY is "plain", Sentence Transformers with its own settings as its documentation shows, or "fast",
our encoder.  Standard input is {"questions": […], "passages": […]}; each question is encoded
alone, the passages as each way likes best.  What is printed is
{"question_ms": […], "passages_per_s": …}; the vectors, (questions + passages, dim), go into the
file VECTORS.

Nothing heavy is imported before the clock of the whole process runs: see ``processes``.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

BATCH = 32  # the default of SentenceTransformer.encode
# The first vectors are made by caches and threads that are not yet warm.
UNCOUNTED = 5


def main() -> None:
    """Encode what standard input holds, and print how long it took."""
    way, *vectors = sys.argv[1:]
    given = json.loads(sys.stdin.read())
    queries, documents = {"plain": _plain, "fast": _fast}[way]()
    rows, times = [], []
    for number, question in enumerate(given["questions"]):
        start = time.perf_counter()
        rows.append(queries([question]))
        if number >= UNCOUNTED:
            times.append((time.perf_counter() - start) * 1e3)
    passages = given["passages"]
    start = time.perf_counter()
    if passages:
        rows.append(documents(passages))
    wall = time.perf_counter() - start
    if vectors:
        import numpy as np

        np.save(Path(vectors[0]), np.concatenate(rows), allow_pickle=False)
    rate = len(passages) / wall if passages else None
    print(json.dumps({"question_ms": times, "passages_per_s": rate}))


Encode = Callable[[Sequence[str]], Any]


def _plain() -> tuple[Encode, Encode]:
    from sentence_transformers import SentenceTransformer

    from index.model_files import default_folder

    model = SentenceTransformer(str(default_folder()), device="cpu", local_files_only=True)

    def queries(texts: Sequence[str]) -> Any:
        return model.encode_query(list(texts), show_progress_bar=False, normalize_embeddings=True)

    def documents(texts: Sequence[str]) -> Any:
        return model.encode_document(
            list(texts), batch_size=BATCH, show_progress_bar=False, normalize_embeddings=True
        )

    return queries, documents


def _fast() -> tuple[Encode, Encode]:
    from index.encoder import load_encoder

    encoder = load_encoder(device="cpu")
    return encoder.encode_queries, encoder.encode_documents


if __name__ == "__main__":
    main()
