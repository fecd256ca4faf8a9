"""Folders of any size to measure with, and an encoder that costs nothing.

The sentences are those of ``content``.  In each, one word gives way to a made-up one,
drawn as words are in a language (few common ones, many rare ones), so that the vocabulary grows
with the library and no two sections say the same.
"""

import hashlib
import json
import random
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed import content
from index.model_files import ModelIdentity

DIMENSION = 384
SEED = 11
SENTENCES = 6  # a section
SECTIONS = 10  # an article
_LETTERS = "bdfgklmnprstvz", "aeiou"


class FastEncoder:
    """Unit vectors drawn by each text's checksum: the same text has the same one."""

    def __init__(self) -> None:
        self.identity = ModelIdentity(name="scale", revision="1", dimension=DIMENSION)
        self.device = "cpu"
        self.languages: frozenset[str] | None = None

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[:] = np.random.default_rng(zlib.crc32(text.encode())).standard_normal(DIMENSION)
        if on_batch is not None:
            on_batch(len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True) if len(rows) else rows

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_documents(texts)

    def vocabulary(self) -> Mapping[str, int]:
        return {}


def word(rank: int) -> str:
    """Return the made-up word of a rank, 0 for the most common one; all differ."""
    consonants, vowels = _LETTERS
    made, rank = "", rank + 14 * 5
    while rank:
        rank, at = divmod(rank, len(consonants) * len(vowels))
        made += consonants[at // len(vowels)] + vowels[at % len(vowels)]
    return made


def sections(count: int, *, sentences: int = SENTENCES) -> Iterator[str]:
    """Yield ``count`` sections of so many sentences, the same each time."""
    known, chance = content.sentences(), random.Random(SEED)
    for _ in range(count):
        yield " ".join(_made(chance, sentence) for sentence in chance.sample(known, sentences))


def pairs(count: int) -> Iterator[tuple[str, str, str]]:
    """Yield ``count`` FAQ pairs: a question, another wording of it, and an answer."""
    known, chance = content.sentences(), random.Random(SEED)
    for _ in range(count):
        said = _made(chance, chance.choice(known)).split(" ")[:14]
        yield question(chance), question(chance), f"{' '.join(said)}."


def question(chance: random.Random) -> str:
    """Return a question of six words: three that are in most texts, three of the made-up ones."""
    common = chance.sample(("how", "do", "the", "is", "a", "my", "to", "can", "i", "what"), 3)
    return f"{' '.join([*common, *(word(_rank(chance)) for _ in range(3))])}?"


def real_sections(data: Path, count: int) -> list[str]:
    """Return up to ``count`` texts of the sets in a folder, else sections of ``content``.

    The answers and paragraphs of each ``bank.jsonl`` and ``sections.jsonl``, each once, in the
    order of their checksums, so that every part of them is like the whole.
    """
    found: dict[str, None] = {}
    for path in sorted([*data.glob("*/bank.jsonl"), *data.glob("*/sections.jsonl")]):
        for line in path.read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            found[entry.get("answer") or entry["text"]] = None
    texts = sorted(found, key=lambda text: hashlib.sha256(text.encode()).digest())
    return texts[:count] if texts else content.sections(count)


def _rank(chance: random.Random) -> int:
    # Zipf's law: the word of rank r is about 1 / r as common as the first, over a million of them.
    return int(10 ** (6 * chance.random()))


def _made(chance: random.Random, sentence: str) -> str:
    words = sentence.split(" ")
    words[chance.randrange(len(words) - 1)] = word(_rank(chance))
    return " ".join(words)


def write(
    folder: Path, files: int, *, sections_per_file: int = SECTIONS, sentences: int = SENTENCES
) -> None:
    """Write so many Markdown articles into a new folder, a hundred in each folder below it."""
    made = sections(files * sections_per_file, sentences=sentences)
    for number in range(files):
        _write(folder, number, [next(made) for _ in range(sections_per_file)])


def write_texts(folder: Path, texts: Sequence[str]) -> None:
    """Write texts as the sections of Markdown articles into a new folder."""
    for number, at in enumerate(range(0, len(texts), SECTIONS)):
        _write(folder, number, texts[at : at + SECTIONS])


def _write(folder: Path, number: int, texts: Sequence[str]) -> None:
    place = folder / f"part-{number // 100:03}" / f"article-{number:05}.md"
    place.parent.mkdir(parents=True, exist_ok=True)
    content.write_article(place, number, texts)
