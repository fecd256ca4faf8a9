"""How a question's words meet those of FAQ pairs and sections.

Meaning is the embedding model's business; what is counted here is which of the question's words an
owner has, how rare they are, and whether they stand together.  Everything is computed over all
owners, so that it depends on the library and the question only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.languages import stem
from index.words import BM25Index, is_exact, pieces, quoted, stems, terms
from qa.function_words import is_function_word
from qa.term_sets import question_terms, term_set

_NOBODY = np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Source:
    """The words of one owner: an FAQ pair or a section.

    ``text`` is all that it can be found by; ``asked`` its question and other wordings ("" for a
    section); ``parts`` the passages that stand for parts of it; ``language`` a BCP 47 tag.
    ``read`` tells that the embedding model reads that language, as far as is known.
    """

    text: str
    asked: str
    parts: tuple[str, ...]
    language: str | None
    read: bool = True


@dataclass(frozen=True, slots=True)
class WordScores:
    """How the words of a question meet some owners: an array each, (owners,) float64, in [0, 1].

    ``overlap`` is the share of the question's words that the owner has, each weighted by how rare
    it is in the library; ``telling`` the same without function words; ``stems`` the same of the
    telling words' stems.  ``exact`` is the share of the codes, version numbers and quoted phrases
    in the question that the library has at all.
    ``best_part``, ``asked`` and ``phrases`` are BM25 scores of the stems (of the best part, of the
    question wordings, of pairs of neighbouring stems) divided by the best in the library; so is
    ``pieces``, of the pieces of the stems, 0 for an owner in a language that the model reads.
    """

    overlap: NDArray[np.float64]
    telling: NDArray[np.float64]
    stems: NDArray[np.float64]
    exact: NDArray[np.float64]
    best_part: NDArray[np.float64]
    asked: NDArray[np.float64]
    phrases: NDArray[np.float64]
    pieces: NDArray[np.float64]


class Lexicon:
    """The words of all owners.  Immutable, safe to use from several threads.

    Owners are known by their number: their place in ``sources``.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._count = len(sources)
        self._languages = tuple(sorted({source.language for source in sources}, key=str)) or (None,)
        surface = [terms(source.text) for source in sources]
        stemmed = [stems(source.text, [source.language]) for source in sources]
        self._surface = _postings(surface)
        self._stemmed = _postings(stemmed)
        self._folded = [f" {' '.join(own)} " for own in surface]
        numbers = np.arange(len(sources), dtype=np.int64)
        self._whole = BM25Index(numbers, stemmed)
        self._phrases = BM25Index(numbers, [_pairs(own) for own in stemmed])
        self._asked = BM25Index(
            numbers, [stems(source.asked, [source.language]) for source in sources]
        )
        # Only where words have to do alone: the pieces are many.
        self._pieces = BM25Index(
            numbers,
            [[] if own.read else pieces(own.text, [own.language]) for own in sources],
        )
        self._unread = tuple(
            sorted({source.language for source in sources if not source.read}, key=str)
        )
        self._part_owner = np.array(
            [number for number, source in enumerate(sources) for _ in source.parts], dtype=np.int64
        )
        self._parts = BM25Index(
            np.arange(len(self._part_owner), dtype=np.int64),
            [stems(part, [source.language]) for source in sources for part in source.parts],
        )

    @property
    def terms(self) -> dict[str, int]:
        """Every term of the library as it is written, with the number of owners that have it."""
        return {term: len(owners) for term, owners in self._surface.items()}

    def search(self, question: str, k: int) -> NDArray[np.int64]:
        """Return the numbers of the ``k`` best owners by BM25 over the stems of all they say.

        In no order that means anything; with the ``k`` best by the pieces of the stems, of those
        in a language that the embedding model does not read.
        """
        found, _ = self._whole.search(question, k, query_terms=self._stems(question))
        if self._unread:
            wanted = pieces(question, self._unread)
            by_pieces, _ = self._pieces.search(question, k, query_terms=wanted)
            found = np.union1d(found, by_pieces)
        return found

    def scores(self, question: str, owners: NDArray[np.int64]) -> WordScores:
        """Return how ``question`` meets ``owners`` (ascending, each once)."""
        asked = list(dict.fromkeys(terms(question)))
        telling = [word for word in asked if not is_function_word(word)]
        own_stems = self._stems(question)
        phrases = [
            pair for language in self._languages for pair in _pairs(stems(question, [language]))
        ]
        return WordScores(
            overlap=self._shares(((word,) for word in asked), self._surface, owners),
            telling=self._shares(((word,) for word in telling), self._surface, owners),
            stems=self._shares(dict.fromkeys(map(self._forms, telling)), self._stemmed, owners),
            exact=self._exact(question, asked, owners),
            best_part=self._best_parts(own_stems, owners),
            asked=_scaled(self._asked, own_stems, owners),
            phrases=_scaled(self._phrases, list(dict.fromkeys(phrases)), owners),
            pieces=self._scaled_pieces(question, owners),
        )

    def overlaps(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return, per text, the rarity-weighted share of the question's terms in it, in [0, 1]."""
        weights = {word: self.rarity(word) for word in question_terms(question)}
        total = sum(weights.values())
        had = map(term_set, texts)
        shared = (sum(weight for word, weight in weights.items() if word in own) for own in had)
        return [one / total if total else 0.0 for one in shared]

    def shared(self, question: str, owner: int) -> tuple[tuple[str, float], ...]:
        """Return the telling words of ``question`` that an owner has, and how rare each is.

        In the question's order; a word is had where its stem is.
        """
        found: dict[str, float] = {}
        for word in terms(question):
            own = stems(word, self._languages)
            if not is_function_word(word) and any(
                owner in self._stemmed.get(stem, ()) for stem in own
            ):
                found[word] = round(self.rarity(word), 6)
        return tuple(found.items())

    def missing(self, question: str, owner: int) -> tuple[str, ...]:
        """Return the telling words of ``question`` that an owner does not have, in order."""
        had = {word for word, _ in self.shared(question, owner)}
        return tuple(
            word
            for word in dict.fromkeys(terms(question))
            if word not in had and not is_function_word(word)
        )

    def rarity(self, word: str) -> float:
        """Return how rare a term is: the BM25 idf over pairs and sections, at least 0."""
        return self._rarity(len(self._surface.get(word, ())))

    def _rarity(self, count: int) -> float:
        return float(np.log1p((self._count - count + 0.5) / (count + 0.5)))

    def _stems(self, question: str) -> list[str]:
        return stems(question, self._languages)

    def _forms(self, word: str) -> tuple[str, ...]:
        """Return the distinct stems of a term in the library's languages."""
        return tuple(dict.fromkeys(stem(word, language) for language in self._languages))

    def _shares(
        self,
        words: Iterable[tuple[str, ...]],
        postings: dict[str, NDArray[np.int64]],
        owners: NDArray[np.int64],
    ) -> NDArray[np.float64]:
        """Return, per owner, the rarity-weighted share of ``words`` that it has; 0 of none.

        A word comes in all its forms: who has one of them has it.  Each form by itself would count
        the stem of a wrong language as a word that nobody has.
        """
        shared = np.zeros(len(owners))
        total = 0.0
        for forms in words:
            having = [postings[form] for form in forms if form in postings]
            own = having[0] if len(having) == 1 else np.unique(np.concatenate([_NOBODY, *having]))
            weight = self._rarity(len(own))
            total += weight
            if len(own):
                shared += weight * np.isin(owners, own, assume_unique=True)
        return shared / total if total else shared

    def _exact(
        self, question: str, asked: Sequence[str], owners: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return the share of exact terms and quoted phrases, of those that anyone here has."""
        having = [self._surface[word] for word in asked if is_exact(word) and word in self._surface]
        for phrase in quoted(question):
            wanted = f" {' '.join(terms(phrase))} "
            places = [number for number, own in enumerate(self._folded) if wanted in own]
            if places:
                having.append(np.array(places, dtype=np.int64))
        had = [np.isin(owners, own, assume_unique=True) for own in having]
        return np.mean(had, axis=0) if had else np.zeros(len(owners))

    def _scaled_pieces(self, question: str, owners: NDArray[np.int64]) -> NDArray[np.float64]:
        if not self._unread:
            return np.zeros(len(owners))
        return _scaled(self._pieces, pieces(question, self._unread), owners)

    def _best_parts(self, asked: list[str], owners: NDArray[np.int64]) -> NDArray[np.float64]:
        scores = self._parts.scores(
            "", np.arange(len(self._part_owner), dtype=np.int64), query_terms=asked
        )
        best = np.zeros(self._count)
        np.maximum.at(best, self._part_owner, scores)
        most = float(best.max(initial=0.0))
        return best[owners] / most if most else best[owners]


def _scaled(
    index: BM25Index, asked: Sequence[str], owners: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return the owners' scores divided by the best that any owner has; 0 where nothing matches."""
    _, best = index.search("", 1, query_terms=asked)
    scores = index.scores("", owners, query_terms=asked).astype(np.float64)
    return scores / float(best[0]) if len(best) else scores


def _pairs(words: Sequence[str]) -> list[str]:
    """Return neighbouring words joined, in order: what stands together."""
    return [f"{one} {other}" for one, other in pairwise(words)]


def _postings(texts: Sequence[Sequence[str]]) -> dict[str, NDArray[np.int64]]:
    """Return, per term, the numbers of the texts that have it, ascending."""
    numbers: dict[str, list[int]] = {}
    for number, own in enumerate(texts):
        for word in set(own):
            numbers.setdefault(word, []).append(number)
    return {word: np.array(own, dtype=np.int64) for word, own in numbers.items()}
