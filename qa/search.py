"""Candidates for a question: what is close to it in meaning, and what shares its words.

A searcher holds one generation of a library in memory and never changes; a new generation gets a
searcher of its own.  Everything that a candidate says about itself is computed from the candidate
alone (exact similarities to all its passages, exact word scores), never from the list that found
it, so that a ranking of candidates depends on the library and the question only.
"""

import copy
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.changes import LibraryChange
from index.languages import base_code
from index.passage_vectors import index_of
from index.records import Article, Passage, PassageKind
from index.splice import Splice, objects
from index.vectors import VectorSearch, products
from index.words import terms
from qa.crowding import Crowd
from qa.lexical import Lexicon, Source
from qa.meaning import Meaning, Similarities
from qa.owners import KINDS, Owners
from qa.owners import Owner as Owner  # whoever searches looks for it here
from qa.rank import Candidates, Fields, Words, supports

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
    PassageKind.SENTENCE: "sentence",
}
_FIELD_OF_KIND = np.array([Fields._fields.index(_FIELD_OF[kind]) for kind in KINDS], dtype=np.int64)
_SUPPORT = Fields._fields.index("support")


class Searcher:
    """Searches one generation of a library.  Immutable, safe to use from several threads."""

    def __init__(
        self,
        articles: Sequence[Article],
        passages: Sequence[Passage],
        vectors: NDArray[np.float32],
        *,
        languages: Collection[str] | None = None,
        meaning: VectorSearch | None = None,
    ) -> None:
        """Build the indexes.  ``vectors`` (n, dim), unit rows: row i belongs to ``passages[i]``.

        ``meaning`` finds rows of ``vectors``, where there is such an index already.
        ``languages`` are those that the embedding model reads (ISO 639-1); ``None``: not known.
        """
        if meaning is None:
            meaning = index_of([passage.text for passage in passages], vectors)
        owners = Owners.of(articles, passages)
        self._languages = None if languages is None else frozenset(languages)
        self._take(
            objects(passages),
            owners,
            Meaning(vectors, meaning),
            Lexicon(self._sources(owners, passages)),
        )

    def changed(self, change: LibraryChange, *, preview: bool = False) -> "Searcher":
        """Return the searcher of a library after a change; this one stays as it is.

        Its passages must be in ascending order of their ids, as those of the change are.  What has
        not changed is taken over, so that a small change takes little time; what is found is the
        same as in a searcher made afresh.  ``preview``: the change may never be saved, and nothing
        of it is kept once the searcher is not (``Lexicon.spliced``).
        """
        passages = change.passages
        new = Owners.of(change.articles, passages)
        leave = self.owners.without(change.gone)
        leave_rows, _ = self.owners.rows(leave)
        splice = _splice(
            len(self.owners), leave, lambda number: self.owners.keys[number], new.keys.tolist()
        )
        rows = _splice(
            len(self._passages),
            leave_rows,
            lambda row: self._passages[row].id,
            [passage.id for passage in passages],
        )
        made = object.__new__(Searcher)
        made._languages = self._languages
        made._take(
            rows.array(self._passages, objects(passages)),
            self.owners.spliced(splice, rows, new, passages),
            self._meaning.spliced(rows, change.vectors),
            self.lexicon.spliced(splice, self._sources(new, passages), preview=preview),
        )
        left = {*change.gone, *(article.id for article in change.articles)}
        known = self._article_terms.copy().items()  # questions under way add to it
        made._article_terms = {id: own for id, own in known if id not in left}
        if self._crowd is not None:
            made._crowd = self._crowd.after(made.owners, made._meaning, splice, new)
        return made

    def searching(self, vectors: NDArray[np.float32], index: VectorSearch) -> "Searcher":
        """Return the same searcher with another index of its vectors, which are ``vectors``."""
        made = copy.copy(self)
        made._meaning = Meaning(vectors, index)
        return made

    def _take(
        self, passages: NDArray[np.object_], owners: Owners, meaning: Meaning, lexicon: Lexicon
    ) -> None:
        self._passages, self._meaning = passages, meaning
        self.owners, self.lexicon = owners, lexicon
        self._article_terms: dict[str, frozenset[str]] = {}
        self._crowd: Crowd | None = None

    def __len__(self) -> int:
        """Return the number of FAQ pairs and sections that can be found."""
        return len(self.owners)

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """Return the passages, row by row."""
        return tuple(self._passages)

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Return their vectors, (n, dim) float32, unit rows; not to be written to."""
        return self._meaning.vectors

    def vectors_of(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of some passages by their rows, (rows, dim) float32, a copy."""
        return self._meaning.of(rows)

    def keeps_index(self, parts: int) -> bool:
        """Tell whether its index of vectors stays when so many passages come and go."""
        return self._meaning.keeps(parts)

    def count_of(self, articles: Collection[str]) -> int:
        """Return how many passages some articles have."""
        return len(self.owners.rows(self.owners.without(articles))[0])

    def passages_of(self, articles: Collection[str]) -> list[Passage]:
        """Return the passages of some articles, by owner."""
        rows, _ = self.owners.rows(self.owners.without(articles))
        return [self._passage(row) for row in rows.tolist()]

    def owner(self, article: str, id: str) -> Owner:
        """Return the pair or section of a candidate.  ``KeyError`` for one of another library."""
        return self.owners[self.owners.number((article, id))]

    def candidates(
        self,
        question: str,
        vector: NDArray[np.float32],
        *,
        depth: int = DEPTH,
        without: Collection[int] = (),
    ) -> Candidates:
        """Return the candidates for ``question``, in no order that means anything.

        ``vector`` is the question's, (dim,) float32, unit length.  At least every owner of the
        ``depth`` closest passages and of the ``depth`` best by words is among them, but those
        whose numbers are in ``without``: as if the library did not have them.
        """
        if not self.owners:
            return Candidates.of([])
        similarities = self._meaning.to(vector)
        found = self._found(question, similarities, depth, without)
        words = self.lexicon.scores(question, found)
        return Candidates(
            found,
            self.owners.keys[found].tolist(),
            sections=self.owners.answers(found) < 0,
            fields=self._fields(similarities, found, without),
            words=np.column_stack([getattr(words, name) for name in Words._fields]),
            read=self.lexicon.read(found),
            leads=self.owners.leads[found],
        )

    def best_part(self, question: str, vector: NDArray[np.float32], owner: Owner) -> Passage:
        """Return the passage that stands for the part of ``owner`` closest to the question.

        Of equal ones the earliest in the article.
        """
        parts = [self._passage(row) for row in owner.parts.tolist()]
        words = np.array(self.lexicon.overlaps(question, [part.text for part in parts]))
        scores = np.round(
            products(self._meaning.of(owner.parts), vector) + PART_WORDS_WEIGHT * words, 6
        )

        def place(number: int) -> tuple[float, int, str]:
            return -float(scores[number]), parts[number].start, parts[number].id

        return parts[min(range(len(parts)), key=place)]

    def likeness(self, one: Owner, other: Owner) -> float:
        """Return the best cosine between what two owners say (answers, sections, windows)."""
        others = self._meaning.of(other.said)
        similarities = [products(others, own) for own in self._meaning.of(one.said)]
        return float(np.max(similarities, initial=-1.0))

    def sentence_vector(self, sentence: str) -> NDArray[np.float32] | None:
        """Return the vector of a sentence that an owner has, (dim,); ``None`` for any other."""
        row = self._sentence_rows.get(sentence)
        return None if row is None else self._meaning.of(np.array([row]))[0]

    def article_terms(self, article: Article) -> frozenset[str]:
        """Return every term of an article, its title's among them."""
        known = self._article_terms.get(article.id)
        if known is None:
            known = frozenset(terms(f"{article.title}\n{article.text}"))
            self._article_terms[article.id] = known
        return known

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the library is in, as far as they are known, as ISO 639 has them."""
        return frozenset(filter(None, map(base_code, self.lexicon.languages)))

    @property
    def crowding(self) -> float:
        """How close the library's entries are to one another, see ``qa.crowding``; a cosine."""
        if self._crowd is None:
            self._crowd = Crowd(self.owners, self._meaning)
        return self._crowd.value

    @cached_property
    def _sentence_rows(self) -> dict[str, int]:
        return {
            passage.text: row
            for row, passage in enumerate(self._passages)
            if passage.kind is PassageKind.SENTENCE
        }

    def _passage(self, row: int) -> Passage:
        passage: Passage = self._passages[row]
        return passage

    def _found(
        self, question: str, similarities: Similarities, depth: int, without: Collection[int]
    ) -> NDArray[np.int64]:
        """Return the numbers of the owners that are candidates, ascending."""
        deep = depth + sum(len(self.owners[number].rows) for number in without)
        closest = similarities.closest(deep)
        worded = self.lexicon.search(question, depth + len(without))
        found = np.union1d(self.owners.of_row[closest], worded)
        return np.setdiff1d(found, np.array(sorted(without), dtype=np.int64)) if without else found

    def _fields(
        self, similarities: Similarities, found: NDArray[np.int64], without: Collection[int]
    ) -> NDArray[np.float64]:
        """Return the ``Fields`` of some owners, nan where one has no such field.

        Those ``without`` support nobody's answer.
        """
        rows, place = self.owners.rows(found)
        answers, of = np.unique(self.owners.answers(found), return_inverse=True)
        asked, answer = self.owners.wordings(answers)
        if without:
            here = np.isin(self.owners.of_row[asked], list(without), invert=True)
            asked, answer = asked[here], answer[here]
        near = similarities.of(np.concatenate([rows, asked]))
        best = np.full((len(found), len(Fields._fields)), np.nan)
        field = _FIELD_OF_KIND[self.owners.kinds[rows]]
        # By one number: by two it takes four times as long.
        np.fmax.at(best.reshape(-1), place * best.shape[1] + field, near[: len(rows)])
        best[:, _SUPPORT] = supports(near[len(rows) :], answer, len(answers))[of]
        return best

    def _reads(self, article: Article) -> bool:
        """Tell whether the embedding model reads an article's language, as far as is known."""
        if self._languages is None or (code := base_code(article.language)) is None:
            return True
        return code in self._languages

    def _sources(self, owners: Owners, passages: Sequence[Passage]) -> list[Source]:
        """Return the owners' words; their rows are those of ``passages``."""
        return [
            Source(
                text,
                asks,
                tuple(passages[row].text for row in parts),
                article.language,
                self._reads(article),
            )
            for article, text, asks, parts in owners.worded()
        ]


def _splice(
    size: int,
    gone: NDArray[np.int64],
    key: Callable[[int], Any],
    new: Sequence[Any],
) -> Splice:
    """Return how a sequence that ascends by ``key`` is changed so that ``new`` keys have a place.

    ``gone`` are the numbers that go; ``new`` ascends, too, and has no key of those that stay.
    """
    kept = np.delete(np.arange(size), gone)
    at = [bisect_left(kept, one, key=key) for one in new]
    return Splice(size, gone, np.array(at, dtype=np.int64))
