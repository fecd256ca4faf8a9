"""Candidates for a question: what is close to it in meaning, and what shares its words.

A searcher holds one generation of a library in memory and never changes; a new generation gets a
searcher of its own.  Everything that a candidate says about itself is computed from the candidate
alone (exact similarities to all its passages, exact word scores), never from the list that found
it, so that a ranking of candidates depends on the library and the question only.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.records import Article, FaqPair, Passage, PassageKind, Section
from index.vectors import FlatIndex
from index.words import BM25Index, terms
from qa.confidence import is_function_word
from qa.rank import Candidate, Fields
from qa.records import HitKind

# How many passages by meaning, and how many pairs and sections by words, become candidates.
# Deep enough that the first ten of the fused order never miss one; see also candidates().
DEPTH = 200

# How much the words count against the meaning (1) where the best part of an owner is looked for.
PART_WORDS_WEIGHT = 0.1

_FIELD_OF = {
    PassageKind.QUESTION: "question",
    PassageKind.ALTERNATE: "question",
    PassageKind.PAIR: "pair",
    PassageKind.ANSWER: "answer",
    PassageKind.SECTION: "section",
    PassageKind.WINDOW: "window",
}
_FIELDS = ("question", "pair", "answer", "section", "window")
# The passages that stand for a part of their owner, and those that hold what it says.
_PARTS = (PassageKind.QUESTION, PassageKind.ALTERNATE, PassageKind.ANSWER, PassageKind.WINDOW)
_SAID = (PassageKind.ANSWER, PassageKind.SECTION, PassageKind.WINDOW)


@dataclass(frozen=True, slots=True)
class Owner:
    """An FAQ pair or a section, the article it belongs to, and the rows of its passages.

    ``parts`` are the rows of its parts (of the whole, where it has none), ``said`` those that hold
    what it says: not an FAQ question.
    """

    article: Article
    item: FaqPair | Section
    rows: NDArray[np.int64]
    parts: NDArray[np.int64]
    said: NDArray[np.int64]

    @property
    def key(self) -> tuple[str, str]:
        """Return (article id, own id), unique in the library."""
        return self.article.id, self.item.id

    @property
    def says(self) -> str:
        """Return the answer, or the section's text."""
        return self.item.answer if isinstance(self.item, FaqPair) else self.item.text


class Searcher:
    """Searches one generation of a library.  Immutable, safe to use from several threads."""

    def __init__(
        self,
        articles: Sequence[Article],
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
    ) -> None:
        """Build the indexes.  ``vectors`` (n, dim), unit rows: row i belongs to ``passages[i]``."""
        self._passages = tuple(passages)
        self._vectors = vectors
        self._owners = _owners(articles, self._passages)
        self._number = {owner.key: number for number, owner in enumerate(self._owners)}
        self._owner_of = np.zeros(len(self._passages), dtype=np.int64)
        for number, owner in enumerate(self._owners):
            self._owner_of[owner.rows] = number
        self._field_of = np.array(
            [_FIELDS.index(_FIELD_OF[passage.kind]) for passage in self._passages], dtype=np.int64
        )
        rows = np.arange(len(self._passages), dtype=np.int64)
        # A library that never held anything does not know its vectors' dimension; faiss wants one.
        self._meaning = FlatIndex(vectors.shape[1] or 1)
        if len(rows):
            self._meaning.add(rows, vectors)
        texts = [_text(owner) for owner in self._owners]
        self._words = BM25Index(np.arange(len(texts), dtype=np.int64), texts)
        self._part_rows, self._part_words = self._index_parts()
        self._postings = _postings(texts)

    def __len__(self) -> int:
        """Return the number of FAQ pairs and sections that can be found."""
        return len(self._owners)

    def owner(self, article: str, id: str) -> Owner:
        """Return the pair or section of a candidate.  ``KeyError`` for one of another library."""
        return self._owners[self._number[article, id]]

    def candidates(
        self, question: str, vector: NDArray[np.float32], *, depth: int = DEPTH
    ) -> tuple[Candidate, ...]:
        """Return the candidates for ``question``, in no order that means anything.

        ``vector`` is the question's, (dim,) float32, unit length.  At least every owner of the
        ``depth`` closest passages and of the ``depth`` best by words is among them.
        """
        if not self._owners:
            return ()
        closest, _ = self._meaning.search(vector[np.newaxis], min(depth, len(self._passages)))
        worded, _ = self._words.search(question, depth)
        found = np.union1d(self._owner_of[closest[closest >= 0]], worded)
        words = self._best_part_words(question, found)
        similarities = self._similarities(vector, found)
        asked = list(dict.fromkeys(terms(question)))
        overlaps = self._overlaps(asked, found)
        telling = self._overlaps([word for word in asked if not is_function_word(word)], found)
        return tuple(
            Candidate(
                kind=HitKind.FAQ if isinstance(owner.item, FaqPair) else HitKind.SECTION,
                article=owner.article.id,
                id=owner.item.id,
                fields=_fields(similarities[i]),
                overlap=float(overlaps[i]),
                telling_overlap=float(telling[i]),
                words=float(words[i]),
            )
            for i, owner in enumerate(self._owners[number] for number in found)
        )

    def best_part(self, question: str, vector: NDArray[np.float32], owner: Owner) -> Passage:
        """Return the passage that stands for the part of ``owner`` closest to the question.

        Of equal ones the earliest in the article.
        """
        parts = [self._passages[int(row)] for row in owner.parts]
        words = np.array(self.overlaps(question, [part.text for part in parts]))
        scores = np.round(_exact(self._vectors[owner.parts], vector) + PART_WORDS_WEIGHT * words, 6)

        def place(number: int) -> tuple[float, int, str]:
            return -float(scores[number]), parts[number].start, parts[number].id

        return parts[min(range(len(parts)), key=place)]

    def likeness(self, one: Owner, other: Owner) -> float:
        """Return the best cosine between what two owners say (answers, sections, windows)."""
        similarities = self._vectors[one.said] @ self._vectors[other.said].T
        return float(similarities.max(initial=-1.0))

    def overlaps(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return, per text, the rarity-weighted share of the question's terms in it, in [0, 1]."""
        weights = {word: self.rarity(word) for word in terms(question)}
        total = sum(weights.values())
        had = (set(terms(text)) for text in texts)
        shared = (sum(weight for word, weight in weights.items() if word in own) for own in had)
        return [one / total if total else 0.0 for one in shared]

    def rarity(self, word: str) -> float:
        """Return how rare a term is: the BM25 idf over pairs and sections, at least 0."""
        count = len(self._postings.get(word, ()))
        return float(np.log1p((len(self._owners) - count + 0.5) / (count + 0.5)))

    def _similarities(
        self, vector: NDArray[np.float32], found: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the best similarity per field, (len(found), fields); nan where it has none."""
        rows = np.concatenate([self._owners[number].rows for number in found])
        place = np.repeat(
            np.arange(len(found)), [len(self._owners[number].rows) for number in found]
        )
        best = np.full((len(found), len(_FIELDS)), -np.inf)
        np.maximum.at(best, (place, self._field_of[rows]), _exact(self._vectors[rows], vector))
        best[np.isneginf(best)] = np.nan
        return best

    def _index_parts(self) -> tuple[NDArray[np.int64], BM25Index]:
        """Index the words of every owner's parts (of the whole, where it has none)."""
        keys = np.concatenate([np.zeros(0, np.int64), *(owner.parts for owner in self._owners)])
        return keys, BM25Index(keys, [self._passages[row].text for row in keys])

    def _best_part_words(self, question: str, found: NDArray[np.int64]) -> NDArray[np.float64]:
        scores = self._part_words.scores(question, self._part_rows)
        best = np.zeros(len(self._owners))
        np.maximum.at(best, self._owner_of[self._part_rows], scores)
        return _scaled(best[found], float(best.max(initial=0.0)))

    def _overlaps(self, words: Sequence[str], found: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return, per owner, the rarity-weighted share of ``words`` that it has; 0 of none."""
        shared = np.zeros(len(found))
        total = 0.0
        for word in words:
            weight = self.rarity(word)
            total += weight
            if word in self._postings:
                shared += weight * np.isin(found, self._postings[word], assume_unique=True)
        return shared / total if total else shared


def _owners(articles: Sequence[Article], passages: Sequence[Passage]) -> tuple[Owner, ...]:
    """Return the owners that have passages, by article id and own id."""
    rows: dict[tuple[str, str], list[int]] = {}
    for row, passage in enumerate(passages):
        rows.setdefault((passage.article, passage.owner), []).append(row)
    items: dict[tuple[str, str], tuple[Article, FaqPair | Section]] = {
        (article.id, pair.id): (article, pair) for article in articles for pair in article.faq
    }
    items |= {
        (article.id, section.id): (article, section)
        for article in articles
        for section in article.sections
    }

    def of_kinds(own: list[int], kinds: tuple[PassageKind, ...]) -> NDArray[np.int64]:
        chosen = [row for row in own if passages[row].kind in kinds]
        return np.array(chosen or own, dtype=np.int64)

    return tuple(
        Owner(*items[key], np.array(own, np.int64), of_kinds(own, _PARTS), of_kinds(own, _SAID))
        for key, own in sorted(rows.items())
    )


def _text(owner: Owner) -> str:
    """Return the words that an owner can be found by."""
    item = owner.item
    if isinstance(item, FaqPair):
        return "\n".join((item.question, *item.alternates, item.answer))
    return f"{item.heading}\n{item.text}"


def _postings(texts: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    """Return, per term, the numbers of the texts that have it, ascending."""
    numbers: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for word in set(terms(text)):
            numbers.setdefault(word, []).append(number)
    return {word: np.array(own, dtype=np.int64) for word, own in numbers.items()}


def _exact(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosines, (n,) float64.

    In double precision: in single, the last digits depend on how many rows are multiplied at once,
    and the same passage would be a hair more similar in a large library than in a small one.
    """
    return vectors.astype(np.float64) @ vector.astype(np.float64)


def _scaled(scores: NDArray[np.floating], best: float) -> NDArray[np.float64]:
    return np.asarray(scores, dtype=np.float64) / best if best > 0 else np.zeros(len(scores))


def _fields(best: NDArray[np.float64]) -> Fields:
    values = (None if np.isnan(value) else float(value) for value in best)
    return Fields(**dict(zip(_FIELDS, values, strict=True)))
