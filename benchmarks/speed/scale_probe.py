"""One measurement at size, in a process of its own: ``python -m benchmarks.speed.scale_probe …``.

What is printed is JSON: figures by name.  Where a folder is given it is synced already, but for
``sync``.  The memory of the process is measured from outside, see ``processes``.

    words PASSAGES       a question through the words of a library of so many passages
    fill FOLDER          sync it with an encoder that costs nothing
    open FOLDER          the time to open it for questions
    edit FOLDER EDITS    from a file's being saved to an answer from the edited section
    unchanged FOLDER     a sync that finds nothing to do
    sync FOLDER          a sync with the real model, and how much of its time the model takes
"""

import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed import scale_content
from benchmarks.speed.scale_content import FastEncoder
from index.encoder import load_encoder
from index.library import Library
from index.library_place import library_path
from index.splice import Splice
from index.sync import sync
from qa.answer import Answerer
from qa.lexical import Lexicon, Source

CANDIDATES = 400  # pairs and sections whose words are scored for a question
QUESTIONS = 120
UNCOUNTED = 20  # the first ones find caches cold


def words(passages: int) -> dict[str, float]:
    """A library of FAQ pairs, four passages each (question, answer, both, another wording)."""
    sources = [
        Source(f"{asked}\n{other}\n{answer}", f"{asked}\n{other}", (asked, other, answer), "en")
        for asked, other, answer in scale_content.pairs(passages // 4)
    ]
    start = time.perf_counter()
    lexicon = Lexicon(sources)
    built = time.perf_counter() - start
    chance = random.Random(scale_content.SEED)
    owners = np.array(sorted(chance.sample(range(len(sources)), CANDIDATES)), dtype=np.int64)
    times = []
    for number in range(QUESTIONS + UNCOUNTED):
        question = scale_content.question(chance)
        start = time.perf_counter()
        found = lexicon.search(question, 200)
        lexicon.scores(question, np.union1d(found, owners)[: max(CANDIDATES, len(found))])
        if number >= UNCOUNTED:
            times.append((time.perf_counter() - start) * 1e3)
    start = time.perf_counter()
    gone = np.array([len(sources) // 2], dtype=np.int64)
    lexicon.spliced(Splice(len(sources), gone, gone), [sources[0]])
    return {
        "words.question_p50_ms": float(np.percentile(times, 50)),
        "words.question_p95_ms": float(np.percentile(times, 95)),
        "words.build_s": built,
        "words.edit_s": time.perf_counter() - start,
        "words.pairs": float(len(sources)),
    }


def fill(folder: Path) -> dict[str, float]:
    with Library.open(library_path(folder), create=True) as library:
        report = sync(folder, library, FastEncoder())
        return {"fill_s": report.seconds, "passages": float(len(library.passages()))}


def opened(folder: Path) -> dict[str, float]:
    start = time.perf_counter()
    answerer = Answerer(library_path(folder), FastEncoder())
    took = time.perf_counter() - start
    return {"open_s": took, "passages": float(len(answerer.searcher.owners.of_row))}


def edit(folder: Path, edits: int) -> dict[str, float]:
    """A section is written anew in one file after another; a question of its own words follows.

    The first one counts apart: it waits for what tells languages apart to be loaded.
    """
    encoder, path = FastEncoder(), library_path(folder)
    answerer = Answerer(path, encoder)
    answerer.ask(scale_content.question(random.Random(1)))
    files = sorted(folder.rglob("*.md"))
    times: list[float] = []
    for number in range(edits):
        file = files[(number * 97 + 13) % len(files)]
        head, _, rest = file.read_text(encoding="utf-8").partition("## Part 2")
        new = f"The edited flange number {number} keeps quagmire{number}qq for nine days."
        file.write_text(f"{head}{new} It was written anew.\n\n## Part 2{rest}", encoding="utf-8")
        start = time.perf_counter()
        with Library.open(path) as library:
            sync(folder, library, encoder)
        answerer.refresh()
        found = answerer.ask(f"what does quagmire{number}qq mean?")
        times.append(time.perf_counter() - start)
        # Vectors drawn at random do not tell which part of the article is shown.
        if not found.hits or new not in answerer.article(found.hits[0].article).text:
            raise SystemExit(f"edit {number} is not found")
    first, *others = times
    return {
        "edit.first_s": first,
        "edit.live_p50_s": float(np.median(others)),
        "edit.live_max_s": max(others),
    }


def unchanged(folder: Path) -> dict[str, float]:
    start = time.perf_counter()
    with Library.open(library_path(folder)) as library:
        report = sync(folder, library, FastEncoder())
    if report.changed or report.unchanged == 0:
        raise SystemExit(f"{report.read} files were read again")
    return {"unchanged.sync_s": time.perf_counter() - start, "files": float(report.unchanged)}


class _Timed:
    """The real encoder, with the time that passes in it."""

    def __init__(self) -> None:
        self._encoder = load_encoder()
        self.identity, self.device = self._encoder.identity, self._encoder.device
        self.languages = self._encoder.languages
        self.encode_queries, self.vocabulary = (
            self._encoder.encode_queries,
            self._encoder.vocabulary,
        )
        self.seconds = 0.0

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        start = time.perf_counter()
        rows = self._encoder.encode_documents(texts, on_batch=on_batch)
        self.seconds += time.perf_counter() - start
        return rows


def with_the_model(folder: Path) -> dict[str, float]:
    encoder = _Timed()
    encoder.encode_documents(["what loads the model"])
    encoder.seconds = 0.0
    with Library.open(library_path(folder), create=True) as library:
        report = sync(folder, library, encoder)
    return {
        "sync.embedding_share": encoder.seconds / report.seconds,
        "sync.passages_per_s": report.embedded / report.seconds,
        "sync.embedded": float(report.embedded),
    }


def main(what: str, *given: str) -> None:
    """Measure, and print the figures."""
    probes: dict[str, Callable[..., dict[str, float]]] = {
        "words": lambda passages: words(int(passages)),
        "fill": lambda folder: fill(Path(folder)),
        "open": lambda folder: opened(Path(folder)),
        "edit": lambda folder, edits: edit(Path(folder), int(edits)),
        "unchanged": lambda folder: unchanged(Path(folder)),
        "sync": lambda folder: with_the_model(Path(folder)),
    }
    figures: dict[str, Any] = probes[what](*given)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
