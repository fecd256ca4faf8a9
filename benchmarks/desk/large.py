"""A large library as files, and an encoder that embeds them in a minute.

The sections and pairs of the coverage sets are written as Markdown, again and again in other words
(``benchmarks.coverage.scale``), until there are enough of both.  What is measured with it is how
long the desk's pages take, and no page waits for the model: so its place is taken by hashed words.
"""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage.scale import copied
from index.model_files import ModelIdentity
from index.records import Article

DIMENSION = 384  # the default model's
QUESTIONS = 500  # in the log
_WORD = re.compile(r"\w+")


class WordEncoder:
    """An ``index.encoder.Encoder``: a text is the sum of its words' vectors, which are random."""

    identity = ModelIdentity(name="hashed words", revision="1", dimension=DIMENSION)
    device = "cpu"
    languages: frozenset[str] | None = None

    def encode_documents(
        self, texts: Sequence[str], *, on_batch: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in _WORD.findall(text.casefold()) or [""]:
                row += _vector(word)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        if on_batch is not None:
            on_batch(len(texts))
        return rows

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self.encode_documents(texts)

    def vocabulary(self) -> Mapping[str, int]:
        return {}


@lru_cache(maxsize=500_000)
def _vector(word: str) -> NDArray[np.float32]:
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    return np.random.default_rng(seed).standard_normal(DIMENSION, dtype=np.float32)


def write(folder: Path, articles: Sequence[Article], *, sections: int, pairs: int) -> list[str]:
    """Write a library of so many sections and pairs; return the pairs' questions, in order.

    Sections without a heading get one, and line breaks within a text become spaces, so that what is
    read again has exactly these sections and pairs.
    """
    asked: list[str] = []
    for number, article in enumerate(copied(articles, sections=sections, pairs=pairs)):
        lines = [f"# {_line(article.title)} {number}"]
        for place, section in enumerate(article.sections, 1):
            lines += [f"## {_line(section.heading) or 'Part'} {place}", _line(section.text)]
        if article.faq:
            lines.append("## FAQ")
        for pair in article.faq:
            lines += [f"### {_line(pair.question).rstrip('?')}?", _line(pair.answer)]
            asked.append(pair.question)
        name = re.sub(r"\W+", "-", article.title).strip("-").lower()
        path = folder / f"{number:05}-{name[:40]}.md"
        path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")
    return asked


def logged(asked: Sequence[str]) -> list[str]:
    """Return the questions of the log: some pairs' own, and their beginnings, which find less."""
    some = asked[:: max(1, 2 * len(asked) // QUESTIONS)]
    return [*some, *(" ".join(one.split()[:4]) for one in some)][:QUESTIONS]


def _line(text: str) -> str:
    """Return a text as one line that Markdown takes as a paragraph of nothing but words."""
    return " ".join(re.sub(r"[^\w\s.,;:!?'()-]", " ", text).split()).lstrip("-.0123456789() ")
