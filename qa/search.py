"""Candidates for a question: what is close to it in meaning, and what shares its words.

A searcher holds one generation of a library in memory and never changes; a new generation gets a
searcher of its own.  Everything that a candidate says about itself is computed from the candidate
alone (exact similarities to all its passages, exact word scores), never from the list that found
it, so that a ranking of candidates depends on the library and the question only.
"""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.languages import base_code
from index.passages import headings
from index.records import Article, FaqPair, Passage, PassageKind, Section
from index.vectors import FlatIndex
from index.words import terms
from qa.lexical import Lexicon, Source, WordScores
from qa.rank import Candidate, Fields, Words, support
from qa.records import HitKind

# How many passages by meaning, and how many pairs and sections by words, become candidates.
# Deep enough that the first ten of the fused order never miss one; see also candidates().
DEPTH = 200

# How much the words count against the meaning (1) where the best part of an owner is looked for.
PART_WORDS_WEIGHT = 0.1

# Crowding: how close an entry's so-manieth neighbour is, over so many entries at most.  Not the
# first: an FAQ that words one question in several ways is not crowded by that.
CROWD_NEIGHBOUR = 10
CROWD_SAMPLE = 300

_FIELD_OF = {
    PassageKind.QUESTION: "question",
    PassageKind.ALTERNATE: "question",
    PassageKind.PAIR: "pair",
    PassageKind.ANSWER: "answer",
    PassageKind.SECTION: "section",
    PassageKind.WINDOW: "window",
    PassageKind.SENTENCE: "sentence",
}
_FIELDS = ("question", "pair", "answer", "section", "window", "sentence")
_ASKED = (PassageKind.QUESTION, PassageKind.ALTERNATE)
# The passages that stand for a part of their owner, and those that hold what it says.
_PARTS = (*_ASKED, PassageKind.ANSWER, PassageKind.WINDOW)
_SAID = (PassageKind.ANSWER, PassageKind.SECTION, PassageKind.WINDOW)
# One passage that stands for a whole owner among others.
_ENTRY = (PassageKind.QUESTION, PassageKind.SECTION)


@dataclass(frozen=True, slots=True)
class Owner:
    """An FAQ pair or a section, the article it belongs to, and the rows of its passages.

    ``parts`` are the rows of its parts (of the whole, where it has none), ``said`` those that hold
    what it says: not an FAQ question.  ``wordings`` are the rows of the questions and alternates of
    all pairs with the same answer; none for a section.
    """

    article: Article
    item: FaqPair | Section
    rows: NDArray[np.int64]
    parts: NDArray[np.int64]
    said: NDArray[np.int64]
    wordings: NDArray[np.int64]

    @property
    def key(self) -> tuple[str, str]:
        """Return (article id, own id), unique in the library."""
        return self.article.id, self.item.id

    @property
    def says(self) -> str:
        """Return the answer, or the section's text."""
        return self.item.answer if isinstance(self.item, FaqPair) else self.item.text

    @property
    def asks(self) -> str:
        """Return the question and its other wordings, a line each; nothing for a section."""
        item = self.item
        return "\n".join((item.question, *item.alternates)) if isinstance(item, FaqPair) else ""

    @property
    def text(self) -> str:
        """Return all that it can be found by: its questions or its headings, and what it says."""
        item = self.item
        above = (self.asks,) if isinstance(item, FaqPair) else headings(self.article, item)
        return "\n".join((*above, self.says))


class Searcher:
    """Searches one generation of a library.  Immutable, safe to use from several threads."""

    def __init__(
        self,
        articles: Sequence[Article],
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        *,
        languages: Collection[str] | None = None,
    ) -> None:
        """Build the indexes.  ``vectors`` (n, dim), unit rows: row i belongs to ``passages[i]``.

        ``languages`` are those that the embedding model reads (ISO 639-1); ``None``: not known.
        """
        self._reads = {
            article.id: languages is None
            or (code := base_code(article.language)) is None
            or code in languages
            for article in articles
        }
        self._passages = tuple(passages)
        self._vectors = vectors
        self.owners = _owners(articles, self._passages)
        self._number = {owner.key: number for number, owner in enumerate(self.owners)}
        self._owner_of = np.zeros(len(self._passages), dtype=np.int64)
        for number, owner in enumerate(self.owners):
            self._owner_of[owner.rows] = number
        self._field_of = np.array(
            [_FIELDS.index(_FIELD_OF[passage.kind]) for passage in self._passages], dtype=np.int64
        )
        rows = np.arange(len(self._passages), dtype=np.int64)
        # A library that never held anything does not know its vectors' dimension; faiss wants one.
        self._meaning = FlatIndex(vectors.shape[1] or 1)
        if len(rows):
            self._meaning.add(rows, vectors)
        self.lexicon = Lexicon([self._source(owner) for owner in self.owners])
        self._article_terms: dict[str, frozenset[str]] = {}

    def __len__(self) -> int:
        """Return the number of FAQ pairs and sections that can be found."""
        return len(self.owners)

    @property
    def passages(self) -> tuple[Passage, ...]:
        """Return the passages, as they were given."""
        return self._passages

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Return their vectors, (n, dim) float32, unit rows; not to be written to."""
        return self._vectors

    def owner(self, article: str, id: str) -> Owner:
        """Return the pair or section of a candidate.  ``KeyError`` for one of another library."""
        return self.owners[self._number[article, id]]

    def number(self, owner: Owner) -> int:
        """Return the place of an owner in ``owners``."""
        return self._number[owner.key]

    def candidates(
        self,
        question: str,
        vector: NDArray[np.float32],
        *,
        depth: int = DEPTH,
        without: Collection[int] = (),
    ) -> tuple[Candidate, ...]:
        """Return the candidates for ``question``, in no order that means anything.

        ``vector`` is the question's, (dim,) float32, unit length.  At least every owner of the
        ``depth`` closest passages and of the ``depth`` best by words is among them, but those
        whose numbers are in ``without``: as if the library did not have them.
        """
        if not self.owners:
            return ()
        deep = depth + sum(len(self.owners[number].rows) for number in without)
        closest, _ = self._meaning.search(vector[np.newaxis], min(deep, len(self._passages)))
        worded = self.lexicon.search(question, depth + len(without))
        found = np.union1d(self._owner_of[closest[closest >= 0]], worded)
        if without:
            found = np.setdiff1d(found, np.array(sorted(without), dtype=np.int64))
        if not len(found):
            return ()
        similarities = self._similarities(vector, found)
        supports = self._supports(vector, found, set(without))
        words = _words(self.lexicon.scores(question, found))
        fields = map(_fields, similarities.tolist(), supports)
        return tuple(
            Candidate(
                kind=HitKind.FAQ if isinstance(owner.item, FaqPair) else HitKind.SECTION,
                article=owner.article.id,
                id=owner.item.id,
                fields=own,
                words=worded,
                read=self._reads[owner.article.id],
            )
            for owner, own, worded in zip(
                (self.owners[number] for number in found.tolist()), fields, words, strict=True
            )
        )

    def best_part(self, question: str, vector: NDArray[np.float32], owner: Owner) -> Passage:
        """Return the passage that stands for the part of ``owner`` closest to the question.

        Of equal ones the earliest in the article.
        """
        parts = [self._passages[int(row)] for row in owner.parts]
        words = np.array(self.lexicon.overlaps(question, [part.text for part in parts]))
        scores = np.round(_exact(self._vectors[owner.parts], vector) + PART_WORDS_WEIGHT * words, 6)

        def place(number: int) -> tuple[float, int, str]:
            return -float(scores[number]), parts[number].start, parts[number].id

        return parts[min(range(len(parts)), key=place)]

    def likeness(self, one: Owner, other: Owner) -> float:
        """Return the best cosine between what two owners say (answers, sections, windows)."""
        similarities = self._vectors[one.said] @ self._vectors[other.said].T
        return float(similarities.max(initial=-1.0))

    def sentence_vector(self, sentence: str) -> NDArray[np.float32] | None:
        """Return the vector of a sentence that an owner has, (dim,); ``None`` for any other."""
        row = self._sentence_rows.get(sentence)
        return None if row is None else self._vectors[row]

    def article_terms(self, article: Article) -> frozenset[str]:
        """Return every term of an article, its title's among them."""
        known = self._article_terms.get(article.id)
        if known is None:
            known = frozenset(terms(f"{article.title}\n{article.text}"))
            self._article_terms[article.id] = known
        return known

    @cached_property
    def crowding(self) -> float:
        """How close the library's entries are to one another, a cosine; 0 for a small library.

        The mean similarity of an entry (an FAQ question, a whole section) to its tenth closest
        one that says something else; over at most ``CROWD_SAMPLE`` entries, chosen by the hash of
        their ids.  What a question meets in a crowded library is close without being right.
        """
        rows = [
            min(row for row in owner.rows if self._passages[row].kind in _ENTRY)
            for owner in self.owners
        ]
        said = {text: at for at, text in enumerate(dict.fromkeys(o.says for o in self.owners))}
        groups = np.array([said[owner.says] for owner in self.owners], dtype=np.int64)
        if len(said) <= CROWD_NEIGHBOUR:
            return 0.0
        sample = sorted(range(len(rows)), key=lambda at: _hash(self.owners[at]))[:CROWD_SAMPLE]
        entries = self._vectors[np.array(rows)]
        total = 0.0
        for at in sample:
            cosines = _exact(entries, entries[at])
            cosines[groups == groups[at]] = -1.0
            total += float(np.partition(cosines, -CROWD_NEIGHBOUR)[-CROWD_NEIGHBOUR])
        return round(total / len(sample), 6)

    @cached_property
    def _sentence_rows(self) -> dict[str, int]:
        return {
            passage.text: row
            for row, passage in enumerate(self._passages)
            if passage.kind is PassageKind.SENTENCE
        }

    def _similarities(
        self, vector: NDArray[np.float32], found: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the best similarity per field, (len(found), fields); nan where it has none."""
        rows = np.concatenate([self.owners[number].rows for number in found])
        place = np.repeat(
            np.arange(len(found)), [len(self.owners[number].rows) for number in found]
        )
        best = np.full((len(found), len(_FIELDS)), -np.inf)
        np.maximum.at(best, (place, self._field_of[rows]), _exact(self._vectors[rows], vector))
        best[np.isneginf(best)] = np.nan
        return best

    def _supports(
        self, vector: NDArray[np.float32], found: NDArray[np.int64], without: set[int]
    ) -> list[float | None]:
        """Return each pair's support (see ``Fields``); ``None`` for a section."""
        known: dict[bytes, float] = {}
        supports: list[float | None] = []
        for number in found:
            wordings = self.owners[number].wordings
            if not len(wordings):
                supports.append(None)
                continue
            group = wordings.tobytes()
            if group not in known:
                rows = [row for row in wordings if int(self._owner_of[row]) not in without]
                known[group] = support(_exact(self._vectors[rows], vector).tolist())
            supports.append(known[group])
        return supports

    def _source(self, owner: Owner) -> Source:
        parts = tuple(self._passages[row].text for row in owner.parts)
        language = owner.article.language
        return Source(owner.text, owner.asks, parts, language, self._reads[owner.article.id])


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
    wordings: dict[str, list[int]] = {}
    for key, own in sorted(rows.items()):
        _, item = items[key]
        if isinstance(item, FaqPair):
            asked = [row for row in own if passages[row].kind in _ASKED]
            wordings.setdefault(_answer_of(item), []).extend(asked)

    def of_kinds(own: list[int], kinds: tuple[PassageKind, ...]) -> NDArray[np.int64]:
        chosen = [row for row in own if passages[row].kind in kinds]
        return np.array(chosen or own, dtype=np.int64)

    def owner(key: tuple[str, str], own: list[int]) -> Owner:
        article, item = items[key]
        asked = wordings[_answer_of(item)] if isinstance(item, FaqPair) else []
        return Owner(
            article,
            item,
            rows=np.array(own, np.int64),
            parts=of_kinds(own, _PARTS),
            said=of_kinds(own, _SAID),
            wordings=np.array(asked, np.int64),
        )

    return tuple(owner(key, own) for key, own in sorted(rows.items()))


def _answer_of(pair: FaqPair) -> str:
    return " ".join(pair.answer.casefold().split())


def _hash(owner: Owner) -> bytes:
    return hashlib.sha256("\0".join(owner.key).encode("utf-8", "surrogatepass")).digest()


def _exact(vectors: NDArray[np.float32], vector: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the cosines, (n,) float64.

    In double precision: in single, the last digits depend on how many rows are multiplied at once,
    and the same passage would be a hair more similar in a large library than in a small one.
    """
    return vectors.astype(np.float64) @ vector.astype(np.float64)


def _fields(best: Sequence[float], supported: float | None) -> Fields:
    # What is not equal to itself is no number: the owner has no such field.
    return Fields._make([*[None if value != value else value for value in best], supported])


def _words(scores: WordScores) -> list[Words]:
    columns = [getattr(scores, name).tolist() for name in Words._fields]
    return list(map(Words._make, zip(*columns, strict=True)))
