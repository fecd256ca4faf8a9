"""Vectors to search among: real ones, and as many as are wanted beside them.

Real are the vectors of this project's own prose (``content``) and of the question sets in a folder
(see ``benchmarks.quality.sets``): every question, answer and paragraph of their banks, and every
sentence of those of several.  A library of n vectors takes all real ones in turn; the first round
is them as they are, each further round moves each by Gaussian noise of length ``NOISE`` on average
and makes it of length 1 again, which leaves a cosine of about 0.89 with where it came from.

Asked are real questions that no bank holds, and held-out vectors: real ones moved in the same way
by noise that no library has.  Half and half.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.sets import sha256
from benchmarks.speed import content
from index.encoder import Encoder

NOISE = 0.5
SEED = 11
# Each part is made with a seed of its own, so that a smaller library is the beginning of a larger.
PART_ROWS = 10_000
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_FIELDS = ("question", "answer", "text")


def passage_texts(data: Path) -> list[str]:
    """Return the texts whose vectors are searched among, each once.

    In the order of their SHA-256: a small library has some of every source.
    """
    found = dict.fromkeys(content.sentences())
    for name in ("bank.jsonl", "sections.jsonl"):
        for path in sorted(data.glob(f"*/{name}")):
            for row in _rows(path):
                for text in (row[field] for field in _FIELDS if row.get(field)):
                    found[text] = None
                    sentences = [part for part in _SENTENCE_END.split(text) if part.strip()]
                    if len(sentences) > 1:
                        found.update(dict.fromkeys(sentences))
    return sorted(found, key=_draw)


def question_texts(data: Path, count: int, known: list[str]) -> list[str]:
    """Return ``count`` questions asked of the sets that are not among the ``known`` texts.

    Those with the least SHA-256: the same ones each time, from all sets alike.
    """
    asked = {row["text"] for path in sorted(data.glob("*/queries*.jsonl")) for row in _rows(path)}
    asked -= set(known)
    return sorted(asked, key=_draw)[:count]


def real(data: Path, encoder: Encoder, questions: int) -> tuple[NDArray[np.float32], ...]:
    """Return the vectors of the passages (n, dim) and of the questions (questions, dim)."""
    texts = passage_texts(data)
    asked = question_texts(data, questions, texts)
    return encoder.encode_documents(texts), encoder.encode_queries(asked)


def library(base: NDArray[np.float32], rows: int) -> Iterator[NDArray[np.float32]]:
    """Yield the first ``rows`` vectors of the library made of ``base``, in parts, unit rows."""
    for start in range(0, rows, PART_ROWS):
        places = np.arange(start, min(start + PART_ROWS, rows))
        chance = np.random.default_rng((SEED, start))
        noise = _noise(chance, len(places), base.shape[1])
        noise[places < len(base)] = 0
        yield _unit(base[places % len(base)] + noise)


def held_out(base: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    """Return ``count`` vectors near real ones that no library holds, unit rows."""
    chance = np.random.default_rng((SEED, 1 << 40))
    return _unit(base[chance.integers(0, len(base), count)] + _noise(chance, count, base.shape[1]))


def _draw(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _noise(chance: np.random.Generator, rows: int, dimension: int) -> NDArray[np.float32]:
    drawn = chance.standard_normal((rows, dimension), dtype=np.float32)
    return drawn * np.float32(NOISE / dimension**0.5)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _rows(path: Path) -> Iterator[dict[str, str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def checksums(data: Path) -> dict[str, str]:
    """Return the SHA-256 of every file that texts are taken from, by its place in ``data``."""
    names = ("bank.jsonl", "sections.jsonl", "queries*.jsonl")
    paths = sorted(path for name in names for path in data.glob(f"*/{name}"))
    return {path.relative_to(data).as_posix(): sha256(path) for path in paths}
